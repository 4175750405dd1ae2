"""Contracts 5: what is traffic of a flow. A query that says again what it said is none, everything else is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from conformance.evidence.flow_stream import FlowStream
from conformance.evidence.stillness import unheard_s, without_news_ms

QUIET_MS = 3000
Row = tuple[float, dict[str, Any]]


def ask(interface: str = "6301", order: str = "O1", **more: str) -> dict[str, Any]:
    return {"kind": "message", "dir": "in", "part": "request", "interface": interface, "view": {"data": {"payOrdId": order, **more}}}  # fmt: skip


def says(state: str, ok: bool = True, interface: str = "6301", **more: str) -> dict[str, Any]:
    """The answer to the request before it."""
    data = {"payOrdId": "O1", "ordStas": state, "traceTime": "20261129160000", **more}
    return {"kind": "message", "dir": "out", "part": "response", "interface": interface, "link": -1,
            "view": {"data": data}, "outcome": {"ok": ok, "code": "0", "message": ""}}  # fmt: skip


def centre(after: str) -> dict[str, Any]:
    return {"kind": "world", "what": "order", "d": {"key": "O1", "before": "1", "after": after}}


def fault(name: str = "drop_response") -> dict[str, Any]:
    return {"kind": "world", "what": "fault", "link": -1, "d": {"name": name}}


NOTICE = {"kind": "message", "dir": "out", "part": "request", "interface": "6302", "view": {"data": {"payOrdId": "O1"}}}  # fmt: skip
REACHED = {
    "kind": "world",
    "what": "notice",
    "link": -1,
    "d": {"kind": "plan", "accepted": False, "reached": True},
}
STEP = {"kind": "step", "what": "wait", "d": {}}


def told(*rows: Row) -> list[dict[str, Any]]:
    """Records at so many seconds; a link of -1 names the last request before it."""
    found: list[dict[str, Any]] = []
    asked = 0
    for seq, (at_s, row) in enumerate(rows, 1):
        asked = seq if row.get("part") == "request" else asked
        link = {"link": asked} if row.get("link") == -1 else {}
        t = {"mono_ns": round((100 + at_s) * 1e9)}
        found.append({**row, **link, "seq": seq, "flow": "f", "writer": "sim-1", "person": "P1", "t": t})
    return found


def last_message(records: Sequence[dict[str, Any]]) -> int:
    return max(int(record["seq"]) for record in records if record["kind"] == "message")


def polls(*states: str, first_s: float = 0, every_s: float = 2) -> list[Row]:
    """A 6301 each `every_s`, each answered 0.1 s later."""
    return [row for n, state in enumerate(states) for row in ((first_s + n * every_s, ask()), (first_s + n * every_s + 0.1, says(state)))]  # fmt: skip


UNPAID = polls("1", "1", "1", "1")
"""Asked at 0, 2, 4, 6; the last answer came at 6.1, the first at 0.1."""
REFUND = {"appRefdSn": "R1", "refdType": "ALL", "totlRefdAmt": "1.00"}


@pytest.mark.parametrize(("rows", "news_s"), [
    (UNPAID, 0.1),
    ([*UNPAID, (6.5, STEP)], 0.1),
    (polls("1", "1", "6"), 4.1),
    ([*UNPAID, (6.2, centre("6"))], 6.2),
    ([(0, ask()), (0.1, says("6", feeSumamt="9.00")), (2, ask()), (2.1, says("6", feeSumamt="9.10"))], 2.1),
    ([(0, ask()), (0.1, says("6", feeSumamt="9.00")), (2, ask()), (2.1, says("6", feeSumamt="9.00", traceTime="1"))], 0.1),
    ([*UNPAID, (8, ask(order="O2")), (8.1, says("1"))], 8.1),
    ([*UNPAID, (8, ask()), (8.1, says("1", ok=False))], 8.1),
    ([*UNPAID, (8, ask()), (8.1, says("", ok=False)), (10, ask()), (10.1, says("1"))], 10.1),
    ([*UNPAID, (8, ask()), (8.05, fault()), (8.1, says("1"))], 8.1),
    ([*UNPAID, (8, ask())], 8),
    ([*UNPAID, (8, ask("6202")), (8.1, says("1", interface="6202"))], 8.1),
    ([*UNPAID, (8, ask(order="")), (8.1, says("1"))], 8.1),
    ([*UNPAID, (8, NOTICE)], 8),
    ([(0, ask("6203", **REFUND)), (0.1, says("", interface="6203", refStatus="EXP")),
      (2, ask("6203", **REFUND)), (2.1, says("", interface="6203", refStatus="EXP"))], 0.1),
    ([(0, ask("6203", **REFUND)), (0.1, says("", interface="6203", refStatus="EXP")),
      (2, ask("6203", **REFUND)), (2.1, says("", interface="6203", refStatus="SUCC"))], 2.1),
    ([(0, ask("6203", **REFUND)), (0.1, says("", interface="6203", refStatus="EXP")),
      (2, ask("6203", **REFUND, cashRefdAmt="1.00")), (2.1, says("", interface="6203", refStatus="EXP"))], 2.1),
    ([(0, ask("userQuery")), (0.1, says("1", interface="userQuery")),
      (2, ask("userQuery")), (2.1, says("1", interface="userQuery"))], 2.1),
], ids=[
    "the same four times", "what we write ourselves", "another state", "the centre moved", "another amount", "another time only",
    "another order", "refused", "the same after a refusal", "a fault", "no answer yet", "no query", "names no order", "a notice of ours",
    "a refund asked again", "a refund that ended", "another refund under the number", "a code exchanged twice",
])  # fmt: skip
def test_when_the_last_news_came(rows: list[Row], news_s: float) -> None:
    records = told(*rows)
    at_s = next(at_s for n, (at_s, _) in enumerate(rows, 1) if n == last_message(records))
    found = without_news_ms(records, last_message(records), 500)
    assert found == round(max(0.0, at_s + 0.5 - news_s) * 1000)


def test_a_message_that_was_not_fetched_yet_leaves_the_word_of_the_simulator() -> None:
    assert without_news_ms(told(*UNPAID), 99, 700) == 700


@pytest.mark.parametrize(("rows", "late_s"), [
    ([*UNPAID, (7, centre("6"))], -0.4),
    ([*UNPAID, (7, centre("6")), *polls("1", first_s=8)], 1.6),
    ([*UNPAID, (7, centre("6")), *polls("6", first_s=8)], None),
    ([*UNPAID, (7, centre("6")), (8, ask()), (8, fault()), (8.1, says("6"))], 1.6),
    ([*UNPAID, (7, centre("6")), (8, ask()), (8, fault("hold_response")), (8.1, says("6"))], None),
    ([*UNPAID, (7, centre("6")), (8, ask()), (8.1, says("", ok=False))], 1.6),
    ([*UNPAID, (7, centre("6")), (8, NOTICE), (8.1, REACHED)], None),
    ([*UNPAID, (7, centre("6")), (8, NOTICE)], 1.5),
    ([*UNPAID, (7, ask("6401")), (7, centre("16")), (7.1, says("", interface="6401"))], None),
    ([*UNPAID, (7, centre("4"))], None),
    ([(7, centre("6")), (8, NOTICE)], None),
    ([*polls("6"), (7, centre("7"))], None),
    (UNPAID, None),
], ids=[
    "its polls stopped", "it heard only the state before", "it heard", "its answer was lost", "its answer was late", "it was refused",
    "it was told by a notice", "the notice is under way", "it revoked", "not at an end", "it never asked", "it knew an end", "nothing ended",
])  # fmt: skip
def test_how_long_ago_an_order_ended_whose_end_the_vendor_asks_for(
    rows: list[Row], late_s: float | None
) -> None:
    records = told(*rows)
    assert unheard_s(records, last_message(records), 500) == (late_s if late_s is None else pytest.approx(max(0.0, late_s)))  # fmt: skip


@pytest.mark.parametrize(("rows", "quiet", "window_ms"), [
    (UNPAID, True, 6000),
    (polls("1", "1", "6"), False, 0),
    ([*UNPAID, (8, ask())], False, 0),
    ([*UNPAID, (6.2, centre("6"))], False, 0),
    (UNPAID[:2], False, 0),
])  # fmt: skip
def test_evidence_that_ends_while_a_hospital_polls_was_quiet_if_nothing_was_new(
    rows: list[Row], quiet: bool, window_ms: float
) -> None:
    (found,) = FlowStream(told(*rows), QUIET_MS, lambda _flow: None)
    assert found.quiet == {"quiet": quiet, "window_ms": pytest.approx(window_ms)}
    assert len(found.records) == len(rows), "its polls keep the flow together"
