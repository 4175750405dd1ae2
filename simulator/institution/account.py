"""The account core: what the insurance side of a bill comes to, pays and takes back, whoever asks (design 9.2)."""

from __future__ import annotations

from simulator.institution.split import split_bill
from simulator.institution.state import of, put
from simulator.protocol.model.leg import DONE, FAILED
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Event, Index, Step


def presettle(shard: Shard, event: Event, ctx: Context) -> Step:
    """Told `{lines, use_account, deposit}`: the result has `amounts` and the `balance` now; nothing moves."""
    args = event.args
    amounts = split_bill(shard, args["lines"], args["use_account"], args["deposit"], ctx.profile)
    return Step(shard, (), {"status": DONE, "amounts": amounts, "balance": of(shard).balance})


def settle(shard: Shard, event: Event, ctx: Context) -> Step:
    """Told `{key, account, fund, way}`: both are paid and the result has `setl_id`; or neither. `way` ok|fail."""
    args = event.args
    after = of(shard).settle(args["key"], args["account"], args["fund"], ctx.wire_ms)
    if args["way"] != "ok" or after is None:
        return Step(shard, (), {"status": FAILED})
    number = ctx.ids("SETL")
    return Step(
        put(shard, after), (Index("setlId", number, unique=True),), {"status": DONE, "setl_id": number}
    )


def refund(shard: Shard, event: Event, ctx: Context) -> Step:
    """Told `{key, account, fund, way}`: both come back. `way` ok|fail."""
    args = event.args
    if args["way"] != "ok":
        return Step(shard, (), {"status": FAILED})
    after = of(shard).refund(args["key"], args["account"], args["fund"], ctx.wire_ms)
    return Step(put(shard, after), (), {"status": DONE})
