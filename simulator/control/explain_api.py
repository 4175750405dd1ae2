"""Control route that says why a message that somebody pasted is refused, with the keys of an institution of ours."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from typing import Any

from simulator.control.api import Body, Control, Values
from simulator.control.route import BOOL, COUNT, TEXT, WHOLE, Route, having, listing, shape, told
from simulator.control.spoken import language_of, sentence
from simulator.protocol.crypto.keys import parse_public_key
from simulator.protocol.diagnosis.signers import OTHER_KEYS
from simulator.protocol.model.interface import Interface
from simulator.protocol.text.said import Said, listed, said_of
from simulator.protocol.text.times import parse_timestamp
from simulator.protocol.wire.capture import Capture, CaptureError, envelope_of, read_capture
from simulator.protocol.wire.opened import ADVISORY
from simulator.protocol.wire.signature import ChannelKeys
from simulator.protocol.wire.why_refused import Explanation, Keys, explain, summary
from simulator.shell.clocks import wall_ms
from simulator.shell.limits import EXPLAIN_CHARS, EXPLAINED_AT_ONCE
from simulator.shell.open_runs import WorldError


async def explain_message(control: Control, values: Values, body: Body) -> Any:
    """Facts, causes with what to do, the text to be signed (secret hidden) and the content. Changes nothing."""
    if control.explaining >= EXPLAINED_AT_ONCE:
        raise WorldError(Said("正在说明的报文已达上限 {} 条，请稍后再试", EXPLAINED_AT_ONCE), 503)
    try:
        capture = read_capture(body["message"].encode(), body.get("kind", ""))
    except CaptureError as error:
        raise WorldError(Said("message: {}", said_of(error))) from None
    code = body.get("institution") or _caller(control, capture)
    keys, options = _keys(control, code), await control.world.runs.wire_profile(code)
    interface = await _interface(control, capture, body.get("interface", ""))
    number, schema = (interface.number, interface.schema) if interface else ("", "")
    at_ms = wall_ms() if body.get("check_time") else _own_time(capture)
    control.explaining += 1
    try:
        found = await asyncio.to_thread(
            explain, capture, keys, options, at_ms, number, schema, body.get("my_text") or None
        )
        out = await asyncio.to_thread(summary, found)
    finally:
        control.explaining -= 1
    return {**out, "facts": _facts(out), "reasons": _reasons(found, out, language_of(values))}


def _caller(control: Control, capture: Capture) -> str:
    """The institution whose credential stands in the message, else the only one. Raises WorldError."""
    members = control.world.identities.members
    sent = str(envelope_of(capture.raw).get("appId") or "")
    found = [code for code, member in members.items() if sent and member.text("app_id") == sent]
    found = found or (list(members) if len(members) == 1 else [])
    if not found:
        raise WorldError(Said("institution: 报文里的 appId 不属于任何机构，请指明机构编码"))
    return found[0]


def _keys(control: Control, code: str) -> Keys:
    """The keys of an institution, with those that it had before, and its neighbours for naming a swap."""
    platform = parse_public_key(control.block(code)["platformPublicKey"])
    caller = control.world.identities.books["sealed"].by_code[code]
    own: ChannelKeys = caller.keys
    previous = tuple(Keys(one.app_id, one.app_secret, one.peer, platform) for one in own.previous)
    others = tuple(
        Keys(one.app_id, one.app_secret, one.peer, platform)
        for one in itertools.islice(caller.neighbours.values(), OTHER_KEYS + 1)
        if one.app_id != own.app_id
    )
    return Keys(own.app_id, own.app_secret, own.peer, platform, own.peer_private, previous, others)


async def _interface(control: Control, capture: Capture, number: str) -> Interface | None:
    """The interface that was named, or the one at the path of a dump. Raises WorldError."""
    known = control.world.interfaces
    if number and number not in known:
        raise WorldError(Said("interface: 没有接口 {}，可用：{}", number[:40], listed("、", known)))
    return known[number] if number else await control.world.runs.route(capture.raw)


def _own_time(capture: Capture) -> int:
    """The time that the message itself states, so that its age does not matter."""
    form = parse_timestamp(envelope_of(capture.raw).get("timestamp"))
    return form[1] if form else wall_ms()


def _facts(out: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{**fact, "advisory": True} if fact["n"] in ADVISORY else fact for fact in out["facts"]]


def _reasons(found: Explanation, out: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    rows = []
    for fact, row in zip(found.reasons, out["reasons"], strict=True):
        code, noted = found.code(fact), fact.as_json()
        more = {name: noted[name] for name in ("note", "note_said") if name in noted}
        help_ = [sentence(one, language) for one in (code.confirm, code.fix)]
        rows.append({**row, **more, "says": sentence(code.sentence, language), "help": help_})
    return rows


_TEXT = {"type": "string"}
FACT = having("n", "ok", n=_TEXT, ok=BOOL, note=_TEXT, advisory=BOOL)
REASON = having(
    "fact",
    "code",
    "cause",
    "says",
    "help",
    fact=_TEXT,
    code=_TEXT,
    cause=_TEXT,
    says=_TEXT,
    help=listing(_TEXT),
)
DIFFERENCE = told(at=WHOLE, expected=_TEXT, mine=_TEXT, in_secret=BOOL, signed={"type": ["boolean", "null"]})
MISTAKES = listing(
    having(
        "cause",
        "scope",
        "said",
        "right",
        "offered",
        cause=_TEXT,
        scope=_TEXT,
        said=_TEXT,
        right=_TEXT,
        offered=_TEXT,
    )
)
DIAGNOSIS = told(
    causes=MISTAKES, equals=listing(MISTAKES), tried=COUNT, hashed=COUNT, whole=BOOL,
    digests=listing(told(key=_TEXT, digest=_TEXT)),
)  # fmt: skip
EXPLAINED = having(
    "ok", "kind", "sender", "interface", "facts", "reasons", "sign_text", "data",
    ok=BOOL, kind={"enum": ["request", "response"]}, sender=_TEXT, interface=_TEXT, facts=listing(FACT),
    reasons=listing(REASON), sign_text={"type": ["string", "null"]}, difference=DIFFERENCE, diagnosis=DIAGNOSIS, size=COUNT,
)  # fmt: skip
LONG = {"type": "string", "minLength": 1, "maxLength": EXPLAIN_CHARS}
ROUTES: tuple[Route, ...] = (
    Route("POST", "/control/explain", explain_message, "why a pasted message (body, HTTP dump, record of raw/) is refused",
          EXPLAINED,
          {"ok": False, "kind": "request", "sender": "institution", "interface": "6201",
           "facts": [{"n": "sign.present", "ok": False, "note": "signData is missing"}],
           "reasons": [{"fact": "sign.present", "code": "LT-SIGN-MISSING", "cause": "", "note": "signData is missing",
                        "says": "no signature", "help": ["sign the message"]}],
           "sign_text": None, "data": None},
          shape(("message",), message=LONG, my_text={"type": "string", "maxLength": EXPLAIN_CHARS}, institution=TEXT,
                interface=TEXT, kind={"enum": ["", "request", "response"]}, check_time=BOOL),
          {"message": "{\"appId\": \"(32 characters)\"}", "interface": "6201"}),
)  # fmt: skip
