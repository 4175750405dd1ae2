"""One root cause, one finding: what follows from it names it, and the roots of many flows are put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from judged_records import Judged, judge_records

from conformance.declaration import Declaration, Driver
from conformance.ledger import load
from conformance.scenario import Plan

LEDGER = load()
PLAN = Plan("A", "甲", "A", "insurance_app", ())
VENDOR = Declaration("vendor.yaml", "H1", "院", "509999", ("A",), (), ("outpatient",), Driver("http", 2))


def judged(*stories: Any) -> Judged:
    return judge_records([r for told in stories for r in told.end().records], LEDGER, [], VENDOR, PLAN)


def lines(found: Judged, *verdicts: str) -> dict[str, Any]:
    return {row["id"]: row for row in found.verdicts if row["verdict"] in verdicts}


@pytest.fixture
def broken(bad: Callable[..., Any]) -> Callable[[Any], Any]:
    """Tell a payment of which the 6201 is refused for its signature."""

    def tell(told: Any) -> Any:
        cause = {"n": "sign.cause", "ok": False, "d": {"cause": "no_key_tail"}}
        wrong = [*bad("sign.verify", "验签失败"), cause]
        told.authorise()
        told.pay(
            during=lambda: told.upload(facts=wrong, code="LT-SIGN-VERIFY"),
            state="refused",
            expect={"state": "done"},
        )
        return told

    return tell


def test_a_refused_signature_makes_everything_later_in_the_flow_its_consequence(
    story: Any, broken: Any
) -> None:
    found = judged(broken(story("pay/a", requirements=["PAY-BOOK-001", "NTF-ONCE-001"])))
    roots = [row for row in lines(found, "fail", "error", "skip").values() if "consequence_of" not in row]
    assert [row["id"] for row in roots] == ["pay/a/ENV-SIGN-004"], (
        "the named cause, not the verification that failed"
    )
    assert roots[0]["fact"] == "sign.cause:no_key_tail"
    after = lines(found, "fail", "skip")
    assert after["pay/a/ENV-SIGN-001"]["consequence_of"] == "pay/a/ENV-SIGN-004"
    assert after["pay/a/EXP-CALL-001"]["consequence_of"] == "pay/a/ENV-SIGN-004"
    assert after["pay/a/PAY-BOOK-001"]["consequence_of"] == "pay/a/ENV-SIGN-004"
    (root,) = found.found.root_causes
    assert (root["requirement"], root["flows"]) == ("ENV-SIGN-004", 1)


def test_the_same_cause_in_many_flows_is_one(story: Any, broken: Any) -> None:
    from itertools import count

    stories = []
    for number in range(3):
        told = broken(story(f"pay/{number}"))
        told.end()
        stories.append(told)
    found = judge_records(renumbered(stories, count(1)), LEDGER, [], VENDOR, PLAN)
    (root,) = found.found.root_causes
    assert (root["flows"], root["flow"]) == (3, "pay/0")


def renumbered(stories: list[Any], numbers: Any) -> list[Any]:
    out = []
    for at, told in enumerate(stories):
        new = {record["seq"]: next(numbers) for record in told.records}
        for record in told.records:
            record["seq"] = new[record["seq"]]
            if record.get("link"):
                record["link"] = new[record["link"]]
            record["t"] = {**record["t"], "mono_ns": record["t"]["mono_ns"] + at * 10**10}
            out.append(record)
    return out


def test_an_expectation_follows_from_the_rule_that_was_broken(story: Any) -> None:
    told = story()
    told.prescribe()
    told.pay(during=lambda: told.upload(medfeeSumamt="1.00"), state="accepted", expect={"state": "done"})
    found = lines(judged(told), "fail")
    rule = found["pay/tiny/PAY-BILL-001"]
    assert "consequence_of" not in rule
    assert found["pay/tiny/EXP-CALL-001"]["consequence_of"].startswith("pay/tiny/")
    assert not found["pay/tiny/EXP-CALL-001"]["consequence_of"].endswith("EXP-CALL-001")


def test_what_passes_follows_from_nothing(story: Any) -> None:
    told = story()
    told.paid()
    found = judged(told)
    assert not any("consequence_of" in row for row in found.verdicts if row["verdict"] in ("pass", "n/a"))


def test_the_words_of_the_answer_are_quoted(story: Any) -> None:
    told = story()
    told.pay(during=lambda: (told.upload(), told.place()), order="ORD1", shown="pending")
    told.order("4", "5", "6")
    seq = told.notice(accepted=False)
    answer = next(
        record for record in told.records if record.get("link") == seq and record["kind"] == "message"
    )
    answer["view"] = {"outer": None, "data": {"success": False, "msg": "验签失败" + "x" * 500}}
    answer["http"]["status"] = 200
    row = lines(judged(told), "fail", "waiting")["pay/tiny/NTF-ACK-001"]
    assert "验签失败" in row["quote"]
    assert len(row["quote"]) == 200
    assert row["quote_record"] == answer["seq"]
    assert "防火墙" not in row["cause"], "it answered: no firewall is to be looked at"
    assert "应答" in row["cause"]
    answer["view"] = {"outer": None, "data": "<html>登录超时</html>"}
    assert lines(judged(told), "fail", "waiting")["pay/tiny/NTF-ACK-001"]["quote"] == "<html>登录超时</html>"


def test_an_identity_finding_shows_what_was_sent_and_where_it_departs(story: Any) -> None:
    told = story()
    told.ask("1101", {"input": {"data": {"mdtrt_cert_type": "01", "mdtrt_cert_no": "A1"}}},
             {"output": {"baseinfo": {"psn_no": "50******~aaaaaaaaaa"}, "insuinfo": []}})  # fmt: skip
    seq = told.upload(psnNo="50*****~bbbbbbbbbb")
    told.records[seq - 1]["facts"].append(
        {"n": "differs", "ok": True, "d": {"field": "psnNo", "at": 5, "length": 7, "known": 8}}
    )
    row = lines(judged(told), "fail")["pay/tiny/IDV-MATCH-001"]
    assert "psnNo 为 50*****~bbbbbbbbbb, 应为 50******~aaaaaaaaaa" in row["observed"]
    assert "第 5 位起不同(收到 7 位, 应为 8 位)" in row["observed"]


def refused_upload(told: Any, **upload: Any) -> Any:
    """A payment that ends with a refused 6201 where it had to go on."""
    told.authorise()
    told.pay(
        during=lambda: (told.identify(), told.upload(**upload)),
        state="refused",
        shown="failed",
        patient_message="未扣款",
        expect={"state": ["done", "accepted"]},
    )
    return told


def test_a_refusal_that_a_rule_explains_is_that_rules_and_any_other_is_named_by_its_own_step(
    story: Any,
) -> None:
    """The kind: a flow that stops early. The specific rule first, else the rule of the step, never a hollow expectation."""
    found = judged(refused_upload(story(), orgCodg="H2", code="LT-ORG-MISMATCH"))
    (root,) = found.found.root_causes
    assert (root["requirement"], root["fact"]) == ("REQ-UPLOAD-001", "refusal:LT-ORG-MISMATCH")
    row = lines(found, "fail")["pay/tiny/REQ-UPLOAD-001"]
    assert "orgCodg" in row["cause"]
    assert row["quote"].startswith("LT-ORG-MISMATCH")
    assert row["cause_en"]
    assert lines(found, "fail")["pay/tiny/EXP-CALL-001"]["consequence_of"] == "pay/tiny/REQ-UPLOAD-001"


def test_the_rule_of_a_step_stands_behind_the_rule_that_knows_why(story: Any) -> None:
    found = judged(refused_upload(story(), mdtrtId="V9", code="LT-VISIT-UNKNOWN"))
    (root,) = found.found.root_causes
    assert root["requirement"] == "IDV-MATCH-001"
    assert lines(found, "fail")["pay/tiny/REQ-UPLOAD-001"]["consequence_of"] == "pay/tiny/IDV-MATCH-001"


def test_a_flow_that_stops_at_the_visit_names_the_query_that_was_left_out(story: Any) -> None:
    told = story()
    told.authorise()
    told.pay(
        during=lambda: told.ask("2201", {"data": {"psn_no": "50~p1"}}, code="LT-PERSON-UNKNOWN"),
        state="refused",
        shown="failed",
        patient_message="未扣款",
        expect={"state": ["done", "accepted"]},
    )
    found = judged(told)
    (root,) = found.found.root_causes
    assert (root["requirement"], root["kind"]) == ("IDV-PERSON-001", "stopped_without")
    pinned = replace(VENDOR, ruleset=1)
    again = judge_records(list(told.records), LEDGER, [], pinned, PLAN)
    rows = {row["requirement"]: row["verdict"] for row in again.verdicts}
    assert rows["IDV-PERSON-001"] == rows["REQ-VISIT-001"] == "warn", "stricter ways bind nobody who pinned 1"
