"""Open and write the designated-institution messages (两定接口): common header, `input`, `output`."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Mapping
from dataclasses import replace
from typing import Any, Final

from simulator.protocol.model.profile import Profile
from simulator.protocol.model.step import Reply
from simulator.protocol.text import jsontext
from simulator.protocol.text.jsontext import Limits, Num
from simulator.protocol.text.said import Said, listed
from simulator.protocol.text.times import beijing14, beijing17, parse_timestamp
from simulator.protocol.wire.dialect import TO_AN_INSTITUTION_SERVICE, recognised
from simulator.protocol.wire.facts import Fact, Facts
from simulator.protocol.wire.intake import FSI_TYPES, Outer, read_outer
from simulator.protocol.wire.opened import Kind, Opened
from simulator.protocol.wire.outcome import AnswerOutcome, object_of, text_in
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.schema_facts import outer_fact

HEADER: Final[tuple[tuple[str, int, bool], ...]] = (
    ("infno", 6, True),
    ("msgid", 30, True),
    ("mdtrtarea_admvs", 6, True),
    ("insuplc_admdvs", 6, False),
    ("recer_sys_code", 10, True),
    ("dev_no", 100, False),
    ("dev_safe_info", 2000, False),
    ("cainfo", 1024, False),
    ("signtype", 10, False),
    ("infver", 6, True),
    ("opter_type", 3, True),
    ("opter", 30, True),
    ("opter_name", 50, True),
    ("inf_time", 19, True),
    ("fixmedins_code", 30, True),
    ("fixmedins_name", 200, True),
    ("sign_no", 30, False),
)
"""(member, longest, required) of the common header (institution sheet 3)."""

_RULES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("infno", re.compile(r"[0-9]{4,5}[A-Z]?\Z")),
    ("mdtrtarea_admvs", re.compile(r"[0-9]{6}\Z")),
    ("insuplc_admdvs", re.compile(r"[0-9]{6}\Z")),
    ("infver", re.compile(r"V?1\.0(?:\.0)?\Z")),
    ("opter_type", re.compile(r"[123]\Z")),
)
MOST_HOURS: Final = 14
MOST_APART_MS: Final = 300_000
"""Whole hours apart, give or take half of this: no clock drifts that way."""
_INSTITUTION: Final = re.compile(r"[A-Z][0-9A-Z]{11}\Z")


def open_fsi(
    raw: RawMessage,
    profile: Profile,
    now_ms: int,
    kind: Kind = "request",
    known: Container[str] | None = None,
    offered: Collection[str] | None = None,
    outer: Outer | None = None,
) -> Opened:
    """Open one 两定 message: `outer` of the result is the header without the payload, `data` is `input` (or `output`).

    `known` holds the registered institution codes; None: only the form is checked. `offered` holds the
    transactions of this address: the one of a per-service path, all of them at a single entry; None: not asked.
    Never raises. `input` may be an object or a JSON text of one (sheet 3). The `msgid` fact is advisory (sheet
    3.1: real clients deviate).
    """
    body = read_outer(raw, profile, kind, FSI_TYPES, outer)
    opened = _opened(body, profile, now_ms, kind, known, offered)
    met = None if opened.ok or kind == "response" else recognised(
        raw.body, body.value, body.limits, TO_AN_INSTITUTION_SERVICE
    )  # fmt: skip
    if met is None:
        return opened
    at = next(index for index, fact in enumerate(opened.facts) if not fact.ok)
    return replace(opened, facts=(*opened.facts[:at], met.fact("fsi.dialect"), *opened.facts[at:]))


def _opened(
    body: Outer, profile: Profile, now_ms: int, kind: Kind, known: Container[str] | None,
    offered: Collection[str] | None,
) -> Opened:  # fmt: skip
    value, facts = body.value, list(body.facts)
    payload = "input" if kind == "request" else "output"
    if not isinstance(value, dict):
        if jsontext.was_read(facts):
            facts.append(Fact("fsi.json", False, Said("报文最外层应为 JSON 对象")))
        return Opened(tuple(facts), None, None, "", kind)
    header = {key: member for key, member in value.items() if key != payload}
    data, unfit = _payload(value.get(payload), profile)
    facts += unfit
    if kind == "response":
        facts.append(_answer_json(value, data))
        return Opened(tuple(facts), header, data, "", kind)
    shaped = isinstance(data, dict)
    facts.append(Fact("fsi.json", shaped, "" if shaped else Said("input 应为 JSON 对象")))
    facts.append(_header(header, data if shaped else {}, int(profile["fsi.msgid_chars"])))
    facts += _clock(header, now_ms)
    if offered is not None and isinstance(header.get("infno"), str):
        facts.append(_offered(str(header["infno"]), offered))
    facts.append(_msgid(header, now_ms))
    code = header.get("fixmedins_code")
    fine = isinstance(code, str) and bool(_INSTITUTION.match(code)) and (known is None or code in known)
    note = "" if fine else Said("fixmedins_code 应为已登记的 12 位机构编码")
    facts.append(Fact("fsi.institution", fine, note))
    return Opened(tuple(facts), header, data if shaped else None, str(code) if fine else "", kind)


_OF_TEXT: Final = tuple(
    f"fsi.{name}" for name in ("tokens", "members", "depth", "unique_keys", "finite", "numbers")
)


def _payload(value: Any, profile: Profile) -> tuple[Any, Facts]:
    """The payload, read where it is a JSON text, and what of that text is not well besides that it may be no JSON."""
    if isinstance(value, str) and not isinstance(value, Num) and value[:1] == "{":
        parsed = jsontext.parse(value.encode("utf-8", "replace"), Limits.of(profile), "fsi")
        return parsed.value, tuple(fact for fact in parsed.facts if not fact.ok and fact.name in _OF_TEXT)
    return value, ()


def transaction(raw: RawMessage, profile: Profile) -> str:
    """The `infno` of a request that came to a single entry (style B, sheet 1.1); empty when it names none."""
    limits = Limits.of(profile)
    value = jsontext.parse(raw.body, limits).value if len(raw.body) <= limits.bytes else None
    number = value.get("infno") if isinstance(value, dict) else None
    return str(number) if isinstance(number, str) else ""


def _offered(number: str, offered: Collection[str]) -> Fact:
    if number in offered:
        return Fact("fsi.infno", True)
    if len(offered) == 1:
        note = Said("infno={} 与请求地址不符: 此地址是 {}", number[:6], next(iter(offered)))
    else:
        note = Said("本地方版未提供交易 {}; 已提供 {}", number[:6], listed(" ", offered))
    return Fact("fsi.infno", False, note)


def _answer_json(value: Mapping[str, Any], data: Any) -> Fact:
    shaped = value.get("infcode") is not None and (data is None or data == "" or isinstance(data, dict))
    return Fact("fsi.json", shaped, "" if shaped else Said("应答应有 infcode, output 应为对象或空"))


def _clock(header: Mapping[str, Any], now_ms: int) -> Facts:
    """The note about an `inf_time` whole hours off: a container that runs in UTC (sheet 22). Never a reason to refuse."""
    parsed = parse_timestamp(header.get("inf_time"))
    skew = parsed[1] - now_ms if parsed else 0
    hours, rest = divmod(abs(skew) + MOST_APART_MS // 2, 3_600_000)
    if not 1 <= hours <= MOST_HOURS or rest > MOST_APART_MS:
        return ()
    note = Said(
        "inf_time 与北京时间相差整 {} 小时: 多半是机器或容器的时区不对(如 UTC), inf_time 应为北京时间", hours
    )
    return (Fact("note.inf_time", False, note, {"skew_ms": skew}),)


def _header(header: Mapping[str, Any], data: Mapping[str, Any], msgid_chars: int) -> Fact:
    missing, wrong = [], []
    for name, most, required in HEADER:
        value, longest = header.get(name), max(most, msgid_chars) if name == "msgid" else most
        if value is None or value == "":
            missing += [name] if required else []
        elif not isinstance(value, str) or len(value) > longest:
            wrong.append(name)
    for name, rule in _RULES:
        value = header.get(name)
        if isinstance(value, str) and value and name not in wrong and not rule.match(value):
            wrong.append(name)
    when = header.get("inf_time")
    if isinstance(when, str) and when and "inf_time" not in wrong:
        parsed = parse_timestamp(when)
        wrong += [] if parsed and parsed[0] == "iso" else ["inf_time"]
    if not header.get("insuplc_admdvs") and _names_person(data):
        missing.append("insuplc_admdvs")
    return outer_fact("fsi.header", "institution/fsi.request", missing, wrong, header)


def _names_person(data: Mapping[str, Any]) -> bool:
    nodes = [data, *(node for node in data.values() if isinstance(node, Mapping))]
    return any(node.get("psn_no") not in (None, "") for node in nodes)


def _msgid(header: Mapping[str, Any], now_ms: int) -> Fact:
    """Institution code (12) + yyyyMMddHHmmss (14) + serial (4), the time within a day (institution sheet 3.1)."""
    msgid, code = header.get("msgid"), header.get("fixmedins_code")
    if not isinstance(msgid, str) or len(msgid) != 30:
        size = len(msgid) if isinstance(msgid, str) else 0
        return Fact("fsi.msgid", False, Said("msgid 应为 30 位, 收到 {} 位", size), {"length": size})
    if msgid[:12] != code:
        return Fact("fsi.msgid", False, Said("msgid 前 12 位应为 fixmedins_code"))
    moment = parse_timestamp(msgid[12:26])
    if moment is None or not msgid[26:].isalnum() or abs(moment[1] - now_ms) > 86_400_000:
        return Fact("fsi.msgid", False, Said("msgid 第 13 至 26 位应为当前时间, 末 4 位为顺序号"))
    return Fact("fsi.msgid", True)


def seal_fsi(
    infcode: int | str, err_msg: str | None, output: Mapping[str, Any] | None, refmsgid: str, now_ms: int
) -> bytes:
    """Write an answer: `infcode` 0 or -1 (a number or a text, as given), `inf_refmsgid` (30 characters), both
    times, `err_msg` (cut at 200), `output` (None: null).
    """
    answer = {
        "infcode": infcode,
        "inf_refmsgid": refmsgid,
        "refmsg_time": beijing17(now_ms),
        "respond_time": beijing17(now_ms),
        "err_msg": None if err_msg is None else err_msg[:200],
        "output": output,
        "warn_msg": None,
        "cainfo": None,
        "signtype": None,
        "enctype": "",
    }
    return jsontext.dumps(answer).encode("utf-8")


_SUCCESS: Final[Mapping[str, str | None]] = {"empty": "", "success": "success", "null": None}


def words(reply: Reply) -> str:
    """What a refusal says in a form without codes of its own; `err_msg` is cut at 200: our code goes first."""
    return "" if reply.success else f"{reply.code} {reply.message}"


def seal_reply(reply: Reply, region: str, profile: Profile, now_ms: int, entropy: bytes) -> bytes:
    """Write a business answer as the profile's `fsi.*` options say; `entropy` makes the message id."""
    code: int | str = int(profile["fsi.success_code"]) if reply.success else -1
    if profile["fsi.response_code"] == "string":
        code = str(code)
    said = _SUCCESS[profile["fsi.err_msg_on_success"]] if reply.success else words(reply)
    number = refmsgid(region, now_ms, int.from_bytes(entropy[:8], "big"))
    return seal_fsi(code, said, reply.data, number, now_ms)


SUCCESS_CODES: Final = ("0", "1")


def head_of(body: bytes) -> dict[str, Any] | None:
    """An answer without its `output`; None when it is no JSON object."""
    value = object_of(body)
    return None if value is None else {key: member for key, member in value.items() if key != "output"}


def outcome(answer: RawMessage) -> AnswerOutcome:
    """`infcode` 0 is success (institution sheet 4), and 1, as one relay has it (centre sheet 22); failures are negative."""
    said = object_of(answer.body) or {}
    code = text_in(said, "infcode")
    return AnswerOutcome(code in SUCCESS_CODES, code, text_in(said, "err_msg"))


def refmsgid(region: str, now_ms: int, serial: int) -> str:
    """The receiver's message id: region (6), time (14), serial (10) (institution sheet 4)."""
    return f"{region[:6]:0<6}{beijing14(now_ms)}{serial % 10**10:010d}"


def seal_fsi_request(header: Mapping[str, Any], data: Mapping[str, Any]) -> bytes:
    """Write a request: the common header as given, and `input`."""
    return jsontext.dumps({**header, "input": data}).encode("utf-8")
