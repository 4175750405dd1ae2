"""What other roles have the e-credential do: issue a code to a phone, bind an authorisation to its first use."""

from __future__ import annotations

from dataclasses import replace

from simulator.ecredential.state import PhoneCode, with_code
from simulator.protocol.model.leg import DONE
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Changed, Context, Event, Index, Step
from simulator.protocol.text.said import said_in

LIFETIME = {"authCode": "auth.code_ttl_ms", "ecCode": "ectoken.code_ttl_ms"}


def code(shard: Shard, event: Event, ctx: Context) -> Step:
    """Told `{kind, biz, channel, after, why, why_said, family?}`, `after` shown|agreed|refused: the result has the code's `value`."""
    args = event.args
    made = PhoneCode(
        kind=args["kind"],
        value=ctx.ids("CODE"),
        biz=args["biz"],
        channel=args["channel"],
        agreed=args["after"] != "refused",
        issued_ms=ctx.now_ms,
        expires_ms=ctx.now_ms + ctx.profile[LIFETIME[args["kind"]]],
        family=args.get("family", ""),
    )
    detail = {"channel": made.channel} if made.kind == "authCode" else {}
    changed = Changed("auth", made.biz, "", args["after"], said_in(args, "why"), detail)
    result = {"status": DONE, "value": made.value}
    return Step(with_code(shard, made), (Index(made.kind, made.value, unique=True), changed), result)


def bind(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """Told `{number, use}` when a message that used it was accepted: the first use stays."""
    auth = shard.core.auths.get(event.args["number"])
    if auth is None or auth.bound:
        return Step(shard)
    return Step(shard.with_auth(replace(auth, bound=event.args["use"])))
