"""When the first flows all fail at the envelope for one cause a run cannot succeed; one request that gets through says it can."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from evidence_writer import Writer, message

from conformance.evidence.envelope_watch import FLOWS, EnvelopeWatch

NO_TAIL = {"n": "sign.cause", "ok": False, "note": "签名原文末尾缺少 &key=appSecret"}
UNVERIFIED = {"n": "sign.verify", "ok": False, "note": "验签失败"}
LATE = {"n": "env.time_window", "ok": False, "note": "差 8 小时"}
SCHEMA = {"n": "schema", "ok": False, "note": "缺 medOrgOrd"}
CLOSED = {"n": "enc.decrypt", "ok": False, "note": "解不开"}


def asked(
    told: Writer, flow: str, *bad: dict[str, Any], code: str = "-1", interface: str = "6201", fault: str = ""
) -> int:
    """A request of the vendor with its answer."""
    facts = [{"n": "body.json", "ok": True}, *bad]
    seq = told.add("message", flow=flow, **message(interface, "request", {}, ours=False, facts=facts))
    if fault:
        told.add("world", flow=flow, what="fault", link=seq, d={"name": fault})
    told.add(
        "message", flow=flow, **message(interface, "response", {}, ours=True, link=seq, outer={"code": code})
    )
    return seq


def watched(told: Writer) -> EnvelopeWatch:
    watch = EnvelopeWatch()
    for one in told.records:
        watch.put(one)
    return watch


@pytest.mark.parametrize(
    "bad, cause", [([UNVERIFIED, NO_TAIL], "签名原文末尾缺少 &key=appSecret"), ([LATE], "差 8 小时")]
)
def test_the_first_flows_that_all_fail_alike_are_the_end(bad: Sequence[dict[str, Any]], cause: str) -> None:
    told = Writer()
    for number in range(FLOWS):
        assert not watched(told).hopeless
        asked(told, f"f{number}", *bad)
    watch = watched(told)
    assert (watch.hopeless, str(watch.cause), watch.records) == (True, cause, (1, 3, 5))


def test_messages_that_nobody_can_open_count_one_by_one() -> None:
    told = Writer()
    for _ in range(FLOWS):
        asked(told, "", CLOSED)
    assert str(watched(told).cause) == "解不开"


def test_one_flow_that_asks_again_and_again_is_one_flow() -> None:
    told = Writer()
    for _ in range(3 * FLOWS):
        asked(told, "f", UNVERIFIED)
    assert not watched(told).hopeless


@pytest.mark.parametrize("bad, code", [((), "0"), ((SCHEMA,), "-1"), ((), "-1"), ((LATE,), "0")])
def test_whatever_got_through_the_envelope_gives_hope(bad: Sequence[dict[str, Any]], code: str) -> None:
    told = Writer()
    asked(told, "first", *bad, code=code)
    for number in range(3 * FLOWS):
        asked(told, f"f{number}", UNVERIFIED)
    assert not watched(told).hopeless


def test_another_transport_is_another_envelope() -> None:
    told = Writer()
    for number in range(FLOWS):
        asked(told, f"f{number}", interface="1101", code="0")
        asked(told, f"f{number}", UNVERIFIED)
    assert watched(told).hopeless, "the calls before got through, the sealed ones never did"


def test_different_causes_are_no_one_cause() -> None:
    told = Writer()
    for number, bad in enumerate((UNVERIFIED, LATE, CLOSED) * FLOWS):
        asked(told, f"f{number}", bad)
    assert not watched(told).hopeless


def test_what_we_spoiled_ourselves_says_nothing() -> None:
    told = Writer()
    for number in range(3 * FLOWS):
        asked(told, f"f{number}", UNVERIFIED, fault="tamper_request_sign")
    assert not watched(told).hopeless
