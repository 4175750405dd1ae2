"""The requests as they come in the window of `serve`: one line each, from the records as they are written.

`12:30:01  6201  doctor/alice  拒绝 LT-SIGN  签名不符: …`. What is shown is what the evidence holds: masked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.cli.terminal import shown
from simulator.protocol.text.said import Said, Text, listed, said_in

PENDING = 1_000
"""Requests whose answer is still to come; the oldest are forgotten first."""
CHARS = 160
Record = Mapping[str, Any]


@dataclass(slots=True)
class WindowLines:
    """What is known of the requests under way, by the commitment of their bytes: several runs may record one."""

    _asked: dict[str, Record] = field(default_factory=dict)
    _number: dict[tuple[str, int], str] = field(default_factory=dict)
    _faults: dict[str, list[str]] = field(default_factory=dict)

    def hear(self, run: str, record: Record) -> Iterator[str]:
        """The lines that a record completes."""
        kind = record.get("kind")
        if kind == "message" and record.get("part") == "request":
            self._ask(run, record)
        elif kind == "message":
            asked = self._take(run, record.get("link"))
            if asked is not None:
                yield self._line(*asked, record)
        elif kind == "world" and record.get("what") == "fault":
            yield from self._fault(run, record)
        elif kind == "run" and record.get("what") == "turned_away":
            told = record.get("d") or {}
            yield _row(
                record, "-", told.get("asked") or "-", f"HTTP {told.get('status')}", said_in(told, "reason")
            )

    def _ask(self, run: str, record: Record) -> None:
        mark = str(record.get("c", ""))
        self._asked.setdefault(mark, record)
        self._number[run, int(record["seq"])] = mark
        while len(self._asked) > PENDING:
            gone = next(iter(self._asked))
            self._forget(gone)

    def _forget(self, mark: str) -> tuple[Record, list[str]] | None:
        asked = self._asked.pop(mark, None)
        self._number = {key: value for key, value in self._number.items() if value != mark}
        faults = self._faults.pop(mark, [])
        return None if asked is None else (asked, faults)

    def _take(self, run: str, link: Any) -> tuple[Record, list[str]] | None:
        mark = self._number.get((run, link)) if isinstance(link, int) else None
        return None if mark is None else self._forget(mark)

    def _fault(self, run: str, record: Record) -> Iterator[str]:
        """A fault is said with the answer; where none went out the fault is the answer."""
        link = record.get("link")
        mark = self._number.get((run, link)) if isinstance(link, int) else None
        name = str((record.get("d") or {}).get("name", ""))
        if mark is None:
            return
        if name == "connection_lost":
            asked = self._forget(mark)
            if asked is not None:
                yield _row(
                    asked[0], asked[0].get("interface"), _who(asked[0]), Said("没有应答"), Said("连接已断")
                )
            return
        self._faults.setdefault(mark, []).append(name)

    def _line(self, asked: Record, faults: list[str], answer: Record) -> str:
        ours = asked.get("dir") == "out"
        outcome = answer.get("outcome") or {}
        good = outcome.get("ok") is True
        result: Text = (
            (Said("已接收") if good else Said("未接收")) if ours else (Said("受理") if good else Said("拒绝"))
        )
        code = "" if good else str(outcome.get("code") or "")
        result = Said("{} {}", result, code) if code else result
        cause: list[Text] = [] if good else [said_in(outcome, "message")]
        cause += [said_in(fact, "note") for fact in asked.get("facts") or () if good and not fact.get("ok")]
        if not asked.get("person"):
            cause.append(said_in(asked, "note"))
        cause += [Said("注入故障 {}", name) for name in faults]
        interface = Said("通知 {}", asked.get("interface")) if ours else asked.get("interface")
        return _row(asked, interface, _who(asked), result, listed("; ", [one for one in cause if one]))


def _who(record: Record) -> Text:
    return str(record.get("flow") or record.get("person") or "") or Said("无归属")


def _row(record: Record, interface: Any, who: Any, result: Text, cause: Text) -> str:
    at = str((record.get("t") or {}).get("wire", ""))[11:19]
    head = f"{at}  {shown(interface) or '-':<9} {shown(who):<24} {shown(result)}"
    said = " ".join(shown(cause).split())
    return f"{head}  {said[:CHARS]}".rstrip()
