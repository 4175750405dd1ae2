"""The shape of message records: facts, masked view, identifiers, commitment (contracts 6)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from simulator.protocol.model.interface import Interface
from simulator.protocol.model.step import Reply
from simulator.protocol.wire.opened import Opened
from simulator.protocol.wire.raw import RawMessage
from simulator.shell.forms import FORMS
from simulator.shell.identities import Member
from simulator.shell.runs import Person, Run
from simulator.shell.world import World

JSON_HEADERS = (("content-type", "application/json;charset=UTF-8"),)
IDS: Mapping[str, str] = {
    "medOrgOrd": "medOrgOrd",
    "payOrdId": "payOrdId",
    "appRefdSn": "appRefdSn",
    "orgBizSer": "orgBizSer",
    "mdtrtId": "mdtrtId",
    "mdtrt_id": "mdtrtId",
}
IDS_DEPTH = 3  # {"input": {"data": {"mdtrt_id"}}} is the deepest place
ID_CHARS = 64  # an identifier comes from the peer


@dataclass(frozen=True, slots=True)
class Side:
    """Whose exchange a record belongs to. `links` are the inbound records, one per run."""

    interface: Interface
    runs: list[Run]
    person: Person | None
    member: Member | None
    links: list[int]


def entropy() -> bytes:
    """Fresh randomness for one pure function."""
    return secrets.token_bytes(32)


def inbound(side: Side, opened: Opened, raw: RawMessage, commitment: str) -> list[int]:
    """Record a request as it arrived, in every run it concerns; the record numbers."""
    view = None
    if opened.envelope is not None or opened.data is not None:
        view = {FORMS[side.interface.form].outer: opened.envelope, "data": opened.data}
    fields = _message(side, "in", "request", raw, commitment, identifiers(opened.data))
    fields["facts"] = [fact.as_json() for fact in opened.facts]
    if side.person is None:
        fields["note"] = expected(side.interface, opened.data)
    return [_write(run, side, {**fields, "link": None}, view) for run in side.runs]


def outbound(world: World, side: Side, reply: Reply, answer: RawMessage) -> None:
    """Record an answer just before it goes out, linked to its request."""
    form = FORMS[side.interface.form]
    try:
        view: Any = {form.outer: form.show(answer.body), "data": reply.data}
    except (orjson.JSONDecodeError, AttributeError, KeyError):  # a fault made it something else
        view = None
    commitment = world.raw.put(answer.body)
    fields = _message(side, "out", "response", answer, commitment, identifiers(reply.data))
    fields["facts"] = []
    for run, link in zip(side.runs, side.links, strict=True):
        if run.journal.closed:  # while the answer was held back
            continue
        _write(run, side, {**fields, "link": link}, view)


def expected(interface: Interface, data: Any) -> str:
    """The sentence about a message that belongs to nobody: which identifier was looked for, and where."""
    pairs = interface.locate(data) if isinstance(data, Mapping) else ()
    tried = "、".join(f"{kind}" for kind, _ in pairs)
    if tried:
        return f"未能归属：{interface.number} 报文里的 {tried} 均不属于本机构任何打开的运行中的人员，请先经控制接口建人并授权"
    return f"未能归属：{interface.number} 报文里没有可识别的标识（人员、授权、就诊或订单号）"


def identifiers(data: Any) -> dict[str, str]:
    """The order and visit numbers of a business object, by their names in evidence."""
    return dict(_identifiers(data, IDS_DEPTH))


def _identifiers(node: Any, depth: int) -> Iterator[tuple[str, str]]:
    if not isinstance(node, Mapping) or depth == 0:
        return
    for key, value in node.items():
        if isinstance(value, Mapping):
            yield from _identifiers(value, depth - 1)
        elif key in IDS and isinstance(value, (str, int)) and value != "":
            yield IDS[key], str(value)[:ID_CHARS]


def _message(
    side: Side, direction: str, part: str, raw: RawMessage, commitment: str, ids: Mapping[str, str]
) -> dict[str, Any]:
    http: dict[str, Any] = {"method": raw.method, "path": raw.path}
    if raw.status is not None:
        http["status"] = raw.status
    return {
        "dir": direction,
        "role": side.interface.role,
        "interface": side.interface.number,
        "part": part,
        "http": http,
        "ids": dict(ids),
        "size": len(raw.body),
        "c": commitment,
    }


def _write(run: Run, side: Side, fields: Mapping[str, Any], view: Any) -> int:
    one = side.person
    code = side.member.code if side.member else ""
    full = {**fields, "view": run.masked(view)}
    if one is None:
        return run.record("message", full, "", "", code)
    return run.record("message", full, one.flow, one.id, code, one.timers.now_ms())


def exchange_record(
    world: World,
    one: Person,
    interface: Interface,
    direction: str,
    part: str,
    raw: RawMessage,
    view: Any,
    facts: list[Any],
    link: int | None,
    ids: Mapping[str, str],
) -> int:
    """Record one message of an exchange that we began (a notice and its answer)."""
    side = Side(interface, [one.run], one, one.member, [])
    fields = _message(side, direction, part, raw, world.raw.put(raw.body), ids)
    return _write(one.run, side, {**fields, "facts": facts, "link": link}, view)
