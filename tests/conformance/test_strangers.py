"""When a message of nobody counts against the vendor (contracts 10), sentence by sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from judged_records import Judged, judge_records

from conformance.declaration import Declaration, Driver
from conformance.ledger import load
from conformance.scenario import Plan

LEDGER = load()
PLAN = Plan("A", "甲", "A", "insurance_app", ())
VENDOR = Declaration("vendor.yaml", "H1", "院", "509999", ("A",), (), ("outpatient",), Driver("http", 2))
HOME, ELSEWHERE = "10.0.0.5:40001", "10.0.0.9:50001"


def judged(told: Any) -> Judged:
    return judge_records(told.end().records, LEDGER, [], VENDOR, PLAN)


def fails(found: Judged) -> set[tuple[str, str]]:
    """The envelope rules that fail, by flow."""
    rows = (row for row in found.verdicts if row["group"] == "SEC" and row["verdict"] == "fail")
    return {(row["flow"], row["requirement"]) for row in rows}


def of_vendor(told: Any, seq: int, peer: str = HOME) -> int:
    """The request of `seq` came from `peer`, with the vendor's credentials."""
    told.records[seq - 1] |= {"peer": peer, "institution": "H1"}
    return seq


@pytest.fixture
def unread(bad: Callable[..., Any]) -> Callable[..., int]:
    """Tell a request of nobody that could not be read; its number."""

    def ask(told: Any, peer: str = ELSEWHERE, **more: Any) -> int:
        seq: int = told.upload(facts=bad("enc.decrypt", "解不开"))
        told.nobodys(seq, peer, **more)
        return seq

    return ask


def test_one_from_elsewhere_in_a_flow_that_verified_counts_for_nothing(story: Any, unread: Any) -> None:
    told = story()
    of_vendor(told, told.upload())
    seq = unread(told)
    found = judged(told)
    assert fails(found) == set()
    (apart,) = found.found.strangers
    assert (apart["peer"], apart["institution"], apart["count"]) == ("10.0.0.9", "H1", 1)
    assert (apart["interfaces"], apart["records"]) == (["6201"], [seq])
    assert "打不开" in apart["reason"]


def test_the_vendors_own_address_counts_in_a_flow_of_which_nothing_verified(story: Any, unread: Any) -> None:
    first, told = story("pay/first"), story("pay/second")
    of_vendor(first, first.upload())
    unread(told, HOME)
    both = [*first.end().records, *renumbered(told.end().records, 100)]
    found = judge_records(both, LEDGER, [], VENDOR, PLAN)
    assert ("pay/second", "ENV-ENC-001") in fails(found)
    assert found.found.strangers == ()
    away = story("pay/second")
    unread(away, ELSEWHERE)
    both = [*first.records, *renumbered(away.end().records, 100)]
    found = judge_records(both, LEDGER, [], VENDOR, PLAN)
    assert fails(found) == set(), "it carries the appId in clear, but the vendor is somewhere else"
    assert found.found.strangers[0]["peer"] == "10.0.0.9"


def test_where_the_vendor_is_may_be_known_only_later(story: Any, unread: Any) -> None:
    """A verdict never depends on who was faster: the address that counts is known at the end of the evidence."""
    told, later = story("pay/first"), story("pay/second")
    unread(told)
    of_vendor(later, later.upload())
    both = [*told.end().records, *renumbered(later.end().records, 100)]
    found = judge_records(both, LEDGER, [], VENDOR, PLAN)
    assert fails(found) == set()
    assert [one["count"] for one in found.found.strangers] == [1]


def test_where_none_verified_at_all_every_address_may_be_the_vendors(story: Any, unread: Any) -> None:
    told = story()
    unread(told)
    found = judged(told)
    assert ("pay/tiny", "ENV-ENC-001") in fails(found)
    assert found.found.strangers == ()


def test_without_known_credentials_it_never_counts(story: Any, unread: Any) -> None:
    told = story()
    unread(told, institution="")
    found = judged(told)
    assert fails(found) == set()
    assert "没有登记的凭据" in found.found.strangers[0]["reason"]


def test_one_that_verifies_and_belongs_to_nobody_neither_fails_nor_blocks(story: Any, unread: Any) -> None:
    told, other = story("pay/first"), story("pay/second")
    told.nobodys(told.ask("6301", {"payOrdId": "OLD"}), HOME, readable=True)
    of_vendor(told, told.upload(feeSumamt="1.00"))
    found = judge_records(
        [*told.end().records, *renumbered(other.end().records, 100)], LEDGER, [], VENDOR, PLAN
    )
    assert {row["verdict"] for row in found.verdicts} & {"skip"} == set(), "nothing is blocked by it"
    assert "不属于本次运行" in found.found.strangers[0]["reason"]


def test_peers_are_grouped_and_their_number_is_bounded(story: Any, unread: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("conformance.evidence.strangers.MOST_PEERS", 2)
    told = story()
    for host in ("10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.3", "[fe80::1]"):
        unread(told, f"{host}:1234", institution="")
    told.upload()
    rows = judged(told).found.strangers
    assert [(row["peer"], row["count"]) for row in rows] == [("10.0.0.1", 2), ("10.0.0.2", 1), ("", 2)]


def renumbered(records: list[Any], by: int) -> list[Any]:
    """The records of another story, behind those of the first."""
    for record in records:
        record["seq"] += by
        record["t"] = {**record["t"], "mono_ns": record["t"]["mono_ns"] + 10**10}
        if record.get("link"):
            record["link"] += by
    return records
