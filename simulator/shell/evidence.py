"""The shape of message records: facts, masked view, identifiers, commitment (contracts 6)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.protocol.model.interface import Interface
from simulator.protocol.model.keeps import Keeps, projected
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.step import Reply
from simulator.protocol.text.jsontext import unfit_numbers
from simulator.protocol.text.said import Said, listed, stored
from simulator.protocol.wire.advice import advice_facts
from simulator.protocol.wire.amounts import amount_facts
from simulator.protocol.wire.chain import canonical
from simulator.protocol.wire.facts import Fact, Facts
from simulator.protocol.wire.opened import Opened, freshness
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.schema_facts import schema_fact
from simulator.shell.known_values import DIFFERS
from simulator.shell.limits import VIEW_BYTES, VIEW_TEXT_CHARS
from simulator.shell.runs import Run
from simulator.shell.stored import Person
from simulator.shell.world import World

IDS_DEPTH = 3  # an object in an object in an object is the deepest place
ID_CHARS = 64  # an identifier comes from the peer


@dataclass(frozen=True, slots=True)
class Side:
    """Whose exchange a record belongs to. `code`: the institution's; `links`: the inbound records, one per run.

    `peer`: the other end of the connection (`shell.peers`).
    """

    interface: Interface
    runs: list[Run]
    person: Person | None
    code: str
    links: list[int]
    peer: str = ""


def entropy() -> bytes:
    """Fresh randomness for one pure function."""
    return secrets.token_bytes(32)


def inbound(world: World, side: Side, opened: Opened, raw: RawMessage, commitment: str) -> list[int]:
    """Record a request as it arrived, in every run it concerns; the record numbers."""
    fields = _message(side, "in", "request", raw, commitment)
    seen = opened.outer is not None or opened.data is not None
    fields["view"] = {"outer": opened.outer, "data": opened.data} if seen else None
    fields["ids"] = identifiers(opened.data, world.ids)
    fields["facts"] = [fact.as_json() for fact in opened.facts]
    if side.person is None and side.interface.whole is None:
        fields |= stored("note", expected(side.interface, opened.data))
    return [_write(run, side, {**fields, "link": None}) for run in side.runs]


def outbound(world: World, side: Side, reply: Reply, answer: RawMessage) -> None:
    """Record an answer just before it goes out, linked to its request."""
    transport = side.interface.transport
    outer = transport.show(answer)  # None: a fault made it something else
    view = None if outer is None else {"outer": outer, "data": reply.data}
    fields = _message(side, "out", "response", answer, world.raw.put(answer))
    fields |= {"view": view, "ids": identifiers(reply.data, world.ids), "facts": []}
    fields["outcome"] = transport.outcome(answer).as_json(reply.message)
    for run, link in zip(side.runs, side.links, strict=True):
        if run.journal.closed:  # while the answer was held back
            continue
        _write(run, side, {**fields, "link": link})


def expected(interface: Interface, data: Any) -> Said:
    """The sentence about a message that belongs to nobody: which identifier was looked for, and where."""
    pairs = interface.locate(data) if isinstance(data, Mapping) else ()
    if pairs:
        return Said(
            "未能归属：{} 报文里的 {} 均不属于本机构任何打开的运行中的人员，请先经控制接口建人并授权",
            interface.number,
            listed("、", (kind for kind, _ in pairs)),
        )
    return Said("未能归属：{} 报文里没有可识别的标识（人员、授权、就诊或订单号）", interface.number)


def identifiers(data: Any, names: Mapping[str, str]) -> dict[str, str]:
    """The order and visit numbers of a business object, by their names in evidence; `names` by those on the wire."""
    return dict(_identifiers(data, names, IDS_DEPTH))


def _identifiers(node: Any, names: Mapping[str, str], depth: int) -> Iterator[tuple[str, str]]:
    if not isinstance(node, Mapping) or depth == 0:
        return
    for key, value in node.items():
        if isinstance(value, Mapping):
            yield from _identifiers(value, names, depth - 1)
        elif key in names and isinstance(value, (str, int)) and value != "":
            yield names[key], str(value)[:ID_CHARS]


def _message(side: Side, direction: str, part: str, raw: RawMessage, commitment: str) -> dict[str, Any]:
    transport = side.interface.transport
    http: dict[str, Any] = {"method": raw.method, "target": raw.target}
    if raw.status is not None:
        http["status"] = raw.status
    return {
        "dir": direction,
        "role": side.interface.role,
        "interface": side.interface.number,
        "transport": transport.name,
        "part": part,
        "peer": side.peer,
        "http": {**http, "headers": [list(pair) for pair in raw.headers if transport.keeps(pair[0])]},
        "size": len(raw.body),
        "c": commitment,
    }


def _write(run: Run, side: Side, fields: Mapping[str, Any]) -> int:
    one = side.person
    http = fields["http"]
    headers = [[name, run.masked({name: value})[name]] for name, value in http["headers"]]
    ours, who = fields["dir"] == "out", one.id if one else ""
    differ: dict[str, Mapping[str, Any]] = {}

    def seen(name: str, value: str) -> None:
        if ours:
            run.known.learn(name, value, who)
        elif (found := run.known.differences(name, value, who)) is not None:
            differ.setdefault(name, found)

    view = bounded(run.masked(fields["view"], seen), fields["size"])
    full = {**fields, "http": {**http, "headers": headers}, "view": view}
    more = [Fact(DIFFERS, True, data=dict(one)).as_json() for one in differ.values()]
    full["facts"] = [*fields["facts"], *more]
    if run.kept.small:
        full = small(full, side.interface.keeps)
    if one is None:
        return run.record("message", full, "", "", side.code)
    return run.record("message", full, one.flow, one.id, side.code, one.now_ms(), one.scenario)


def bounded(view: Any, size: int) -> Any:
    """The view of a message of `size` bytes as a record keeps it: above VIEW_BYTES its long texts are cut, then its data left out.

    What was cut says so in its place: `…(n)` with the characters that it had. The raw message keeps everything.
    """
    if size <= VIEW_BYTES // 6 or len(canonical(view)) <= VIEW_BYTES:  # one byte is six at most: \\u0000
        return view
    cut = _cut(view)
    return cut if len(canonical(cut)) <= VIEW_BYTES else {"outer": None, "data": f"…({size})"}


def _cut(value: Any) -> Any:
    if isinstance(value, str) and len(value) > VIEW_TEXT_CHARS:
        return f"{value[:VIEW_TEXT_CHARS]}…({len(value)})"
    if isinstance(value, Mapping):
        return {name: _cut(member) for name, member in value.items()}
    return [_cut(item) for item in value] if isinstance(value, (list, tuple)) else value


def small(record: Mapping[str, Any], keeps: Keeps) -> dict[str, Any]:
    """A message record without its view: what rules need of the business object stands in its place as `keep`."""
    data = (record["view"] or {}).get("data")
    kept = projected(data, keeps.of(record["part"]))
    return {**{name: value for name, value in record.items() if name != "view"}, "keep": kept}


def exchange_record(
    world: World,
    one: Person,
    interface: Interface,
    direction: str,
    part: str,
    raw: RawMessage,
    peer: str,
    more: Mapping[str, Any],
) -> int:
    """Record one message of an exchange that we began (a notice and its answer).

    `more`: view, facts, ids, link, and the outcome of an answer.
    """
    run = world.runs.here(one.key)
    side = Side(interface, [run], one, one.key.institution, [], peer)
    fields = _message(side, direction, part, raw, world.raw.put(raw))
    return _write(run, side, {**fields, **more})


def all_facts(interface: Interface, opened: Opened, fresh: bool, profile: Profile) -> Facts:
    """What opening told, whether its replay key is fresh (if it has one), and what its content tells under `profile`."""
    about_key = (freshness(fresh),) if opened.replay_key else ()
    return (*opened.facts, *about_key, *_content_facts(interface, opened, profile))


def _content_facts(interface: Interface, opened: Opened, profile: Profile) -> Facts:
    """The facts of a request's content: its schema, its amounts, and notes. Numbers that nobody should reckon with end it."""
    if not isinstance(opened.data, Mapping) or not interface.schema or unfit_numbers(opened.facts):
        return ()
    name = f"{interface.schema}.request"
    return (
        schema_fact(name, opened.data, profile=profile),
        *amount_facts(interface.number, "request", opened.data, profile),
        *advice_facts(name, opened.data, profile),
    )
