"""The judge: which requirement is judged where, roll-up, conclusion, exit codes (contracts 7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judged_records import Judged, judge_records

import locales
import schemas
from conformance.declaration import Declaration, Driver
from conformance.finding import VERDICTS, worst
from conformance.ledger import Ledger, load
from conformance.scenario import Plan, Scenario
from conformance.uncovered import reason as why_uncovered
from simulator.protocol.text.said import chinese, from_json, render

LEDGER = load()
PLAN = Plan("A", "甲", "A", "insurance_app", ("pay/tiny",))
VENDOR = Declaration(
    file="vendor.yaml", code="H1", name="院", region="509999", modes=("A",), channels=(),
    services=("registration", "outpatient", "refund", "cancel", "merge"), driver=Driver("http", 2, hooks=("clock",)),
)  # fmt: skip


def scenario(
    name: str = "pay/tiny", requirements: tuple[str, ...] = (), covers: tuple[str, ...] = ()
) -> Scenario:
    return Scenario(
        id=name, title="小场景", title_en="", purpose="-", covers=covers, requirements=requirements, modes=("A",),
        services=(), without_services=(), level=1, hooks=(), exclusive=False, persons={}, steps=(), expect=(),
    )  # fmt: skip


def judged(
    *stories: Any,
    requirements: tuple[str, ...] = (),
    covers: tuple[str, ...] = (),
    vendor: Declaration = VENDOR,
    ledger: Ledger = LEDGER,
    plan: Plan = PLAN,
) -> Judged:
    begins = {"requirements": list(requirements), "covers": list(covers)}
    for told in stories:
        told.records[0]["d"] |= begins
    records = [record for told in stories for record in told.records]
    return judge_records(records, ledger, [scenario(requirements=requirements, covers=covers)], vendor, plan)


def line(found: Judged, requirement: str, where: str = "pay/tiny") -> Any:
    return next(
        (v for v in found.verdicts if v["requirement"] == requirement and v["scenario"] == where), None
    )


def row(found: Judged, requirement: str) -> Any:
    return next(r for r in found.requirements if r["id"] == requirement)


def case(found: Judged, name: str) -> Any:
    return next(c for c in found.cases if c["id"] == name)


def test_always_rules_are_judged_where_they_occur_and_are_silent_where_they_do_not(story: Any) -> None:
    told = story()
    told.paid()
    found = judged(told.end())
    assert line(found, "PAY-SUM-001")["verdict"] == "pass"
    assert line(found, "RFD-AUTH-001") is None, "no refund in this flow"
    assert line(found, "NTF-ONCE-001") is None, "neither always nor named"


def test_every_sentence_of_a_judgement_is_stored_beside_its_text(story: Any) -> None:
    """Verdict lines, cases, requirement rows, notes: the stored sentence is the text, and has English."""
    told = story()
    told.paid()
    found = judged(told.end(), requirements=("NTF-SIGN-001",), covers=("MP-PAY-01",))
    pairs = [(v[name], v.get(f"{name}_said")) for v in found.verdicts for name in ("expected", "observed")]
    pairs += [(r["reason"], r.get("reason_said")) for r in (*found.cases, *found.requirements)]
    pairs += zip(found.conclusion["notes"], found.conclusion["notes_said"], strict=True)
    assert len({text for text, _ in pairs}) > 10
    for text, said in pairs:
        kept = from_json(said)
        assert (str(kept) if kept else "") == text
        assert not chinese(render(kept or "", locales.lookup("en"))), text


def test_a_named_requirement_without_its_precondition_is_an_error_never_a_pass(story: Any) -> None:
    told = story()
    told.paid()
    found = judged(told.end(), requirements=("NTF-SIGN-001",))
    seen = line(found, "NTF-SIGN-001")
    assert (seen["verdict"], seen["domain"]) == ("error", "inconclusive")
    assert "前提没有出现" in seen["observed"]


EITHER = [{"person": "甲", "endings": [
    {"is": "not_booked_alarm", "vendor": "manual", "booked": 0, "because": "MP-FLT-04"},
    {"is": "paid", "centre": "6", "vendor": "paid", "booked": 1, "because": "contracts 10"},
]}]  # fmt: skip


@pytest.mark.parametrize(("first", "verdict"), [(0, None), (1, "error")])
def test_what_another_ending_does_not_come_to_is_no_error(
    first: int, verdict: str | None, story: Any
) -> None:
    """A requirement is seen in the first ending that its scenario allows; a hospital in another one has no line of it."""
    rows = EITHER[0]["endings"]
    told = story(expect=[{"person": "甲", "endings": [rows[first], rows[1 - first]]}])
    told.paid()
    found = judged(told.end(), requirements=("NTF-SIGN-001",), covers=("MP-NTF-05",))
    seen = line(found, "NTF-SIGN-001")
    assert (seen and seen["verdict"]) == verdict
    ended = line(found, "EXP-STATE-001")
    assert (ended["verdict"], ended["endings"]) == ("pass", {"甲": "paid"})
    jsonschema.validate(ended, schemas.load("verdict"))
    assert case(found, "MP-NTF-05")["verdict"] == (verdict or "pass")


def test_a_named_envelope_requirement_without_its_precondition_is_an_error_too(story: Any) -> None:
    """The fault of the scenario never fired: neither the requirement nor its case passes."""
    told = story(expect=[{"person": "甲", "centre": "6"}])
    told.paid()
    found = judged(told.end(), requirements=("ENV-RESP-001",), covers=("MP-SEC-03",))
    assert line(found, "ENV-RESP-001")["verdict"] == "error"
    assert line(found, "EXP-STATE-001")["verdict"] == "pass"
    assert case(found, "MP-SEC-03")["verdict"] == "error"


def test_a_vendor_that_died_is_not_judged_by_what_it_said_before(story: Any) -> None:
    told = story(expect=[{"person": "甲", "vendor": "paid", "booked": 1}])
    told.pay(during=lambda: (told.upload(), told.place()), order="ORD1", shown="pending")
    told.probe("presettled", 0)
    told.settled()
    told.add("probe", "P1", what="order_state", d={"state": "error", "problem": "连接失败", "result": {}})
    found = judged(told.end(), requirements=("PAY-BOOK-001",))
    assert line(found, "PAY-BOOK-001")["verdict"] == "error"
    seen = line(found, "EXP-STATE-001")
    assert (seen["verdict"], seen["domain"]) == ("error", "vendor driver")
    assert "连接失败" in seen["observed"]


def test_an_unknown_bill_is_booked_zero_times(story: Any) -> None:
    """Driver contract: BILL_UNKNOWN counts as booked_count 0, it is no way out."""
    told = story()
    told.pay(during=lambda: (told.upload(), told.place()), order="ORD1", shown="pending")
    told.settled().later(2_000)
    told.add("probe", "P1", what="order_state", d={"state": "refused", "code": "BILL_UNKNOWN", "result": {}})
    assert line(judged(told.end()), "PAY-BOOK-001")["verdict"] == "fail"


def test_below_level_2_a_reading_counts_for_nothing(story: Any) -> None:
    told = story(expect=[{"person": "甲", "centre": "6", "vendor": "paid"}])
    told.pay(during=lambda: (told.upload(), told.place()), order="ORD1", shown="pending")
    told.probe("presettled", 0)
    told.settled()
    found = judged(told.end(), vendor=replace(VENDOR, driver=Driver("http", 1)))
    assert line(found, "EXP-STATE-001")["verdict"] == "pass"
    assert "presettled" not in line(found, "EXP-STATE-001")["observed"]


def test_what_rests_on_the_end_waits_until_the_flow_is_quiet(story: Any) -> None:
    """Booked once, so far: a second booking may still come."""
    told = story(expect=[{"person": "甲", "booked": 1}])
    told.paid()
    found = judged(told.end(quiet=False))
    for name in ("PAY-BOOK-001", "PAY-BOOK-002", "PAY-SHOW-001", "EXP-STATE-001"):
        assert line(found, name)["verdict"] == "waiting", name
    assert line(found, "PAY-SUM-001")["verdict"] == "pass", "what was seen was seen"


def test_a_line_carries_the_ledger_and_a_replay_command(story: Any) -> None:
    told = story()
    told.paid()
    seen = line(judged(told.end()), "PAY-SUM-001")
    ledger_row = LEDGER.find("PAY-SUM-001")
    assert ledger_row is not None
    assert (seen["title"], seen["clause"], seen["fix"]) == (
        ledger_row.title,
        ledger_row.clause,
        ledger_row.fix,
    )
    assert seen["replay"] == "liantiao run --declaration vendor.yaml --only pay/tiny"
    assert seen["records"], "a pass cites records too"


@pytest.mark.parametrize(
    ("vendor", "requirement", "verdict", "reason"),
    [
        (replace(VENDOR, services=("outpatient",)), "RFD-SN-001", "n/a", "声明未提供服务: refund"),
        (replace(VENDOR, driver=Driver("http", 1)), "PAY-BALANCE-001", "skip", "需要驱动级别 2, 声明为 1"),
    ],
)
def test_not_offered_is_na_and_out_of_reach_is_skip(
    vendor: Declaration, requirement: str, verdict: str, reason: str, story: Any
) -> None:
    told = story()
    told.paid()
    found = judged(told.end(), requirements=(requirement,), vendor=vendor)
    assert line(found, requirement)["verdict"] == verdict
    assert line(found, requirement)["observed"] == reason
    unnamed = judged(told, vendor=vendor)
    assert line(unnamed, requirement) is None
    assert row(unnamed, requirement)["verdict"] == verdict
    assert row(unnamed, requirement)["reason"] == reason


def test_a_requirement_of_another_mode_is_not_applicable(story: Any) -> None:
    told = story()
    told.paid()
    rows = tuple(replace(r, modes=("B2",)) if r.id == "PAY-SUM-001" else r for r in LEDGER.requirements)
    found = judged(told.end(), requirements=("PAY-SUM-001",), ledger=replace(LEDGER, requirements=rows))
    assert line(found, "PAY-SUM-001")["verdict"] == "n/a"
    bare = judged(told, ledger=replace(LEDGER, requirements=rows))
    assert row(bare, "PAY-SUM-001")["reason"] == "不适用于模式 A"


@pytest.mark.parametrize(("outcome", "verdict"), [("skipped", "skip"), ("n/a", "n/a"), ("error", "error")])
def test_what_became_of_the_scenario_decides(outcome: str, verdict: str, story: Any) -> None:
    told = story()
    told.end(outcome, reason="第 3 步做不了")
    found = judged(told, requirements=("PAY-BOOK-001",), covers=("MP-PAY-01",))
    assert line(found, "PAY-BOOK-001")["verdict"] == verdict
    assert line(found, "PAY-BOOK-001")["observed"] == "第 3 步做不了"
    assert case(found, "MP-PAY-01")["verdict"] == verdict


def test_a_violation_seen_in_a_broken_scenario_stays_a_violation(story: Any) -> None:
    told = story()
    told.prescribe()
    told.pay(during=lambda: told.upload(medfeeSumamt="1.00"))
    found = judged(told.end("error", reason="驱动断开"))
    assert line(found, "PAY-BILL-001")["verdict"] == "fail"
    assert line(found, "PAY-BATCH-001") is None
    assert line(found, "EXP-STATE-001")["verdict"] == "error"


def test_a_scenario_that_never_began_is_not_executed() -> None:
    found = judge_records([], LEDGER, [scenario(requirements=("PAY-BOOK-001",))], VENDOR, PLAN)
    assert line(found, "PAY-BOOK-001")["verdict"] == "skip"
    assert found.conclusion["text"] == "未完成"


def test_a_scenario_without_an_end_is_an_error(story: Any) -> None:
    told = story()
    told.upload()
    found = judged(told, requirements=("PAY-BOOK-001",))
    assert line(found, "PAY-BOOK-001")["observed"] == "场景没有执行到结束"


def test_absence_is_waiting_until_the_flow_is_quiet(story: Any) -> None:
    def told(quiet: bool) -> Any:
        one = story()
        one.pay(during=lambda: (one.upload(), one.place()), order="ORD1", shown="pending")
        one.settled().later(2_000)
        one.probe("pending", 0)
        return one.end(quiet=quiet)

    assert line(judged(told(False)), "PAY-BOOK-001")["verdict"] == "waiting"
    seen = line(judged(told(True)), "PAY-BOOK-001")
    assert seen["verdict"] == "fail"
    assert "静止 1.5 秒" in seen["observed"], "a finding of absence cites the window"


def test_when_no_request_verifies_only_the_security_cases_fail(story: Any, bad: Callable[..., Any]) -> None:
    told = story()
    told.authorise()
    wrong = [*bad("sign.verify", "验签失败"), {"n": "sign.cause", "ok": False, "d": {"cause": "no_key_tail"}}]
    told.pay(
        during=lambda: told.upload(facts=wrong, code="LT-SIGN-VERIFY"),
        state="refused",
        expect={"state": "done"},
    )
    found = judged(told.end(), requirements=("PAY-BOOK-001",), covers=("MP-PAY-01", "MP-SEC-01", "MP-SEC-07"))
    assert line(found, "ENV-SIGN-001")["verdict"] == line(found, "ENV-SIGN-004")["verdict"] == "fail"
    assert line(found, "EXP-CALL-001")["verdict"] == line(found, "PAY-BOOK-001")["verdict"] == "skip"
    assert "先解决信封问题" in line(found, "PAY-BOOK-001")["observed"]
    assert case(found, "MP-PAY-01")["verdict"] == "skip"
    assert case(found, "MP-SEC-01")["verdict"] == case(found, "MP-SEC-07")["verdict"] == "fail"


def test_a_scenario_that_broke_because_nothing_verified_is_blocked_too(
    story: Any, bad: Callable[..., Any]
) -> None:
    told = story()
    told.pay(during=lambda: told.upload(facts=bad("sign.verify")), state="refused", expect={"state": "done"})
    found = judged(told.end("error", reason="没有订单"), requirements=("NTF-ONCE-001",))
    assert line(found, "ENV-SIGN-001")["verdict"] == "fail"
    assert {line(found, name)["verdict"] for name in ("EXP-CALL-001", "NTF-ONCE-001")} == {"skip"}


def test_messages_of_nobody_are_judged_for_their_envelope(story: Any, bad: Callable[..., Any]) -> None:
    """Two flows were open when an undecryptable request came, so it belongs to neither for sure."""
    one, other = story("pay/tiny"), story("pay/other")
    for told in (one, other):
        told.pay(state="refused")
    stray = story("")
    stray.records.clear()
    stray.nobodys(stray.upload(facts=bad("enc.decrypt", "解不开")))
    for told, numbers in ((one, (1, 5, 9)), (other, (2, 6, 10)), (stray, (3, 4))):
        for record, seq in zip(told.records, numbers, strict=False):
            record["seq"] = seq
    for told in (one, other):
        told.records[2]["link"] = told.records[1]["seq"]
    one.end()
    one.records[-1]["seq"] = 11
    records = sorted([*one.records, *other.records, *stray.records], key=lambda record: record["seq"])
    found = judge_records(records, LEDGER, [scenario()], VENDOR, PLAN)
    assert line(found, "ENV-ENC-001", "")["verdict"] == "fail"
    assert line(found, "EXP-STATE-001") is None
    assert line(found, "PAY-SHOW-001")["verdict"] == "skip", "nothing of this flow could be read"
    assert case(found, "MP-SEC-05")["verdict"] == "skip", "no scenario of this run covers it"
    one.records[0]["d"]["covers"] = ["MP-SEC-05"]
    covered = judge_records(records, LEDGER, [scenario()], VENDOR, PLAN)
    assert case(covered, "MP-SEC-05")["verdict"] == "fail"


def test_a_stray_of_the_only_open_flow_belongs_to_it(story: Any, bad: Callable[..., Any]) -> None:
    told = story()
    told.nobodys(told.upload(facts=bad("enc.decrypt", "解不开")))
    found = judged(told.end())
    assert line(found, "ENV-ENC-001")["verdict"] == "fail"
    assert line(found, "ENV-ENC-001", "") is None


def test_a_rule_newer_than_the_pinned_set_warns(story: Any) -> None:
    told = story()
    told.prescribe()
    told.pay(during=lambda: told.upload(medfeeSumamt="1.00"))
    rows = tuple(replace(r, since=3) if r.id == "PAY-BILL-001" else r for r in LEDGER.requirements)
    found = judged(told.end(), ledger=replace(LEDGER, requirements=rows))
    assert line(found, "PAY-BILL-001")["verdict"] == "warn"
    assert "第 3 版的新规则, 声明锁定在第 2 版" in line(found, "PAY-BILL-001")["observed"]
    row = next(row for row in found.requirements if row["id"] == "PAY-BILL-001")
    assert (row["verdict"], row["effective_level"]) == ("warn", "MAY")
    told.records[-1]["d"] |= {"outcome": "error", "reason": "驱动口没有应答"}
    broken = judged(told, ledger=replace(LEDGER, requirements=rows))
    assert line(broken, "PAY-BILL-001")["verdict"] == "warn", "on the way to an error too"
    unreached = judged(story().end(), ledger=replace(LEDGER, requirements=rows), requirements=())
    assert "PAY-BILL-001" not in " ".join(unreached.conclusion["notes"]), "nobody waits for it"


def test_a_run_pinned_to_the_first_rule_set_keeps_its_conclusion(story: Any) -> None:
    """What is new in the second warns there and binds nobody (contracts 7)."""
    told = story()
    told.pay(state="refused", code="CREDENTIAL", shown="failed")
    newer = [r for r in LEDGER.requirements if r.since > 1]
    assert {r.id for r in newer} >= {"EXP-TOLD-001"}
    rows = tuple(r for r in LEDGER.requirements if r.id in ("EXP-TOLD-001", "PAY-SHOW-001"))
    only = replace(LEDGER, requirements=rows, cases=())
    assert judged(told.end(), ledger=only).conclusion["id"] == "fail"
    pinned = judged(told, ledger=only, vendor=replace(VENDOR, ruleset=1))
    assert line(pinned, "EXP-TOLD-001")["verdict"] == "warn"
    assert pinned.conclusion["id"] == "pass", pinned.conclusion["notes"]


def test_a_known_deviation_stands_beside_its_fail(story: Any) -> None:
    told = story()
    told.prescribe()
    told.pay(during=lambda: told.upload(medfeeSumamt="1.00"))
    told.end()
    for until, expired in (("2026-12-31", False), ("2026-01-01", True)):
        one = {"requirement": "PAY-BILL-001", "owner": "李工", "until": until}
        found = judged(told, vendor=replace(VENDOR, deviations=(one,)))
        assert line(found, "PAY-BILL-001")["deviation"] == {
            "owner": "李工",
            "until": until,
            "expired": expired,
        }
        assert "deviation" not in line(found, "PAY-SHOW-001")


def test_a_hospital_without_notices_is_known_by_the_evidence_too(story: Any) -> None:
    told = story()
    told.add("world", "P1", what="notice", d={"payOrdId": "ORD1", "kind": "plan", "sent": False})
    found = judged(told.end(), requirements=("NTF-ACK-001",))
    assert line(found, "NTF-ACK-001")["verdict"] == "n/a"


# cases


def test_a_case_is_the_roll_up_of_the_requirements_that_cite_it(story: Any) -> None:
    told = story()
    told.prescribe()
    told.pay(during=lambda: (told.upload(medfeeSumamt="1.00"), told.place()))
    found = judged(told.end(), covers=("MP-PAY-16", "MP-PAY-01", "MP-PAY-02"), requirements=("PAY-SUM-001",))
    failing = case(found, "MP-PAY-16")
    assert failing["verdict"] == "fail"
    assert failing["reason"].startswith("PAY-BILL-001: ")
    assert failing["scenarios"] == ["pay/tiny"]
    assert (case(found, "MP-PAY-01")["verdict"], case(found, "MP-PAY-01")["reason"]) == ("pass", "")
    assert case(found, "MP-PAY-02")["verdict"] == "pass", "no row cites it here: the named requirements do"


def test_a_case_of_which_only_some_scenarios_were_chosen_was_seen_in_part(story: Any) -> None:
    told = story(covers=["MP-PAY-01", "MP-PAY-16"])
    told.paid()
    other = scenario("pay/other", covers=("MP-PAY-01",))
    found = judge_records(told.end().records, LEDGER, [scenario()], VENDOR, PLAN, planned=[other])
    rest = case(found, "MP-PAY-01")["rest"][-1]
    assert (rest["needs"], rest["text"]) == ("scenario", "覆盖该用例的 2 个场景只选了 1 个, 缺 pay/other")
    assert case(found, "MP-PAY-16")["verdict"] == "pass"
    assert not case(found, "MP-PAY-16")["rest"]


def test_a_plan_of_which_something_was_left_out_is_never_called_passed(story: Any) -> None:
    """Leaving out the one scenario that fails must not turn the conclusion into 通过."""
    told = story()
    told.paid()
    rows = tuple(r for r in LEDGER.requirements if r.id == "PAY-SUM-001")
    ledger = replace(LEDGER, requirements=rows, cases=())
    whole_plan = judged(told.end(), ledger=ledger).conclusion
    assert (whole_plan["text"], whole_plan["exit"]) == ("通过", 0)
    plan = replace(PLAN, scenarios=("pay/tiny", "pay/other"))
    found = judged(told, ledger=ledger, plan=plan).conclusion
    assert (found["text"], found["exit"]) == ("所选通过", 0)
    assert "模式 A 的计划有 2 个场景, 本次未选 1 个, 例如 pay/other" in found["notes"]


def test_a_plan_of_ones_own_that_leaves_out_scenarios_of_its_mode_has_selected_the_others(story: Any) -> None:
    told = story()
    told.paid()
    other = scenario("pay/other", requirements=("NTF-SIGN-001",))
    found = judge_records(told.end().records, LEDGER, [scenario()], VENDOR, PLAN, planned=[scenario(), other])
    assert found.conclusion["id"] == "selected"
    assert found.conclusion["must_applicable"] == found.conclusion["must_executed"], (
        "only what was selected counts"
    )


def test_a_scenario_out_of_reach_leaves_a_reservation_and_an_open_one_leaves_the_run_unfinished(
    story: Any,
) -> None:
    for offered, name in ((False, "reserved"), (True, "incomplete")):
        told, other = story("pay/tiny"), story("pay/other")
        told.paid()
        told.end()
        other.end("skipped", reason="没有 clock")
        other.records[0]["d"]["requirements"] = ["REG-EXPIRE-001"]
        other.records[-1]["d"] |= {} if offered else {"offered": False}
        for number, record in enumerate(other.records):
            record["seq"] = len(told.records) + 1 + number
        rows = tuple(r for r in LEDGER.requirements if r.id in ("PAY-SUM-001", "REG-EXPIRE-001"))
        found = judge_records(
            [*told.records, *other.records], replace(LEDGER, requirements=rows, cases=()),
            [scenario(), scenario("pay/other")], VENDOR, replace(PLAN, scenarios=("pay/tiny", "pay/other")),
        )  # fmt: skip
        assert line(found, "REG-EXPIRE-001", "pay/other")["verdict"] == "skip"
        assert found.conclusion["id"] == name, found.conclusion["notes"]


def test_a_declared_mode_that_did_not_run_is_said_beside_the_conclusion(story: Any) -> None:
    told = story()
    told.paid()
    both = replace(VENDOR, modes=("A", "B1"))
    assert "声明的模式 B1 本次没有执行, 结论只对模式 A" in judged(told.end(), vendor=both).conclusion["notes"]
    assert not any("模式" in note for note in judged(told).conclusion["notes"])


def test_the_case_of_a_replay_rests_on_the_bookings_too(story: Any) -> None:
    told = story()
    told.paid()
    told.notice(kind="repeat")
    told.notice(kind="replay", accepted=False)
    told.probe(booked=2)
    found = judged(told.end(), requirements=("NTF-ONCE-001",), covers=("MP-SEC-11",))
    assert line(found, "ENV-REPLAY-001")["verdict"] == "pass"
    assert case(found, "MP-SEC-11")["verdict"] == "fail"


def test_every_case_is_listed_and_unexecuted_ones_are_not_passed(story: Any) -> None:
    told = story()
    told.paid()
    found = judged(told.end(), covers=("MP-PAY-01",))
    assert len(found.cases) == 219
    assert case(found, "MP-OFF-01")["verdict"] == "n/a"
    assert case(found, "MP-OFF-01")["reason"] == "只用于模式 C, 声明为 A"
    assert case(found, "MP-REC-01")["verdict"] == "skip"
    alone = {name for row in LEDGER.requirements if row.stands_alone for name in row.cases}
    left = [row for row in LEDGER.cases if row.id not in {"MP-PAY-01", *alone} and "A" in row.modes]
    assert {row.id: case(found, row.id)["reason"] for row in left} == {
        row.id: str(why_uncovered(row)) for row in left
    }, "the reasons of `list coverage`, and no others"
    assert not any(case(found, row.id)["offered"] for row in left), "nobody can mend it by clicking more"
    assert found.conclusion["cases"]["covered"] == 1
    assert case(found, "MP-PRV-01")["reason"] == "声明没有给出 artefacts.logs, 未扫描"
    assert (case(found, "MP-PRV-01")["verdict"], case(found, "MP-PRV-01")["offered"]) == ("skip", False)
    assert case(found, "MP-UIV-11")["verdict"] == "pass", (
        "what the patient is told is judged wherever it occurs"
    )


def test_a_covering_scenario_that_says_nothing_is_not_a_pass(story: Any) -> None:
    found = judged(story().end(), covers=("MP-PAY-19",))
    assert case(found, "MP-PAY-19")["verdict"] == "skip"
    assert case(found, "MP-PAY-19")["reason"] == "覆盖该用例的场景没有给出判定"


REFUSED = {"state": "refused", "code": "IDENTITY_REQUIRED", "shown": "failed"}


def test_a_case_passes_in_part_where_its_expectation_speaks_of_what_nobody_looked_at(story: Any) -> None:
    told = story()
    told.paid()
    found = judged(told.end(), covers=("MP-PAY-16", "MP-PAY-07"))
    assert case(found, "MP-PAY-16")["rest"] == []
    (rest,) = case(found, "MP-PAY-07")["rest"]
    assert (rest["needs"], rest["text"]) == ("page", "页面金额一致")
    assert case(found, "MP-PAY-07")["rest_said"] == [rest["text_said"]]
    assert found.conclusion["cases"]["partial"] == 1
    assert found.conclusion["id"] != "pass"


def test_what_the_patients_screen_says_answers_what_a_case_says_of_it(story: Any) -> None:
    """`seen_by`: a plain notice is judged; of a wording the text is quoted, for a person to read."""
    for message, left in (("凭证已解绑, 请重新授权", 0), ("", 1)):
        told = story()
        told.call("refund_bill", **REFUSED, patient_message=message)
        found = judged(told.end(), covers=("MP-IDV-17", "MP-RFD-04"), requirements=("EXP-TOLD-001",))
        assert line(found, "EXP-TOLD-001")["verdict"] == ("pass" if message else "fail")
        if message:
            assert len(case(found, "MP-IDV-17")["rest"]) == left
            (rest,) = case(found, "MP-RFD-04")["rest"]
            assert "页面引导重新核验" in rest["text"]
            assert "屏上为「凭证已解绑, 请重新授权」" in rest["text"]


def test_a_person_who_types_answers_quotes_no_screen(story: Any) -> None:
    told = story()
    told.call("refund_bill", **REFUSED, patient_message="")
    found = judged(told.end(), vendor=replace(VENDOR, driver=Driver("manual", 1)))
    assert line(found, "EXP-TOLD-001") is None


def test_what_the_driver_level_does_not_show_is_part_of_the_rest(story: Any) -> None:
    """Below level 2 a case is seen in part where something of it was seen, and is not executed where nothing was."""
    told = story()
    told.prescribe()
    told.paid()
    low = replace(VENDOR, driver=Driver("http", 1))
    named = ("PAY-LEDGER-001", "PAY-BILL-001", "PAY-BALANCE-001")
    found = judged(told.end(), covers=("MP-PAY-17", "MP-PAY-11"), requirements=named, vendor=low)
    assert line(found, "PAY-LEDGER-001")["offered"] is False
    level = [one["text"] for one in case(found, "MP-PAY-17")["rest"] if one["needs"] == "level"]
    assert (case(found, "MP-PAY-17")["verdict"], level) == (
        "pass",
        ["PAY-LEDGER-001: 需要驱动级别 2, 声明为 1"],
    )


# conclusion


def test_a_may_requirement_becomes_must_with_its_service(story: Any) -> None:
    told = story()
    told.paid()
    rows = tuple(replace(r, services=("merge",)) if r.level == "MAY" else r for r in LEDGER.requirements)
    may = next(r.id for r in LEDGER.requirements if r.level == "MAY")
    assert (
        row(judged(told.end(), ledger=replace(LEDGER, requirements=rows)), may)["effective_level"] == "MUST"
    )
    bare = tuple(replace(r, services=()) if r.level == "MAY" else r for r in LEDGER.requirements)
    assert row(judged(told, ledger=replace(LEDGER, requirements=bare)), may)["effective_level"] == "MAY"


def test_the_simulators_own_failure_is_the_harness(story: Any) -> None:
    told = story()
    told.paid()
    told.add("run", what="error", d={"domain": "harness", "where": "exchange 6201", "error": "KeyError"})
    found = judged(told.end())
    assert (found.conclusion["text"], found.conclusion["exit"]) == ("–", 4)
    assert "exchange 6201" in found.conclusion["notes"][0]


def test_judging_again_gives_the_same(story: Any) -> None:
    told = story()
    told.paid()
    told.end()
    assert judged(told) == judged(told)


@given(st.lists(st.sampled_from(VERDICTS), max_size=9))
def test_the_roll_up_is_the_worst_and_the_order_does_not_matter(verdicts: list[str]) -> None:
    found = worst(verdicts)
    assert found == worst(reversed(verdicts))
    assert found == (min(verdicts, key=VERDICTS.index) if verdicts else "n/a")


# whatever stands in the records

TEXTS = st.sampled_from(["", "P1", "ORD1", "M1", "6", "60.00", "pay", "done", "success", "x~y", "12"])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-5, 50), TEXTS)
NAMES = st.sampled_from([
    "d", "data", "outer", "code", "ms", "facts", "n", "ok", "t", "refs", "result", "orders", "payOrdId", "link",
    "action", "args", "bill_ids", "state", "expect", "persons", "amounts", "refunds", "booked_count", "accepted", "kind",
    "output", "name", "medOrgOrd", "payAuthNo", "key", "after", "detail", "mono_ns", "quiet", "outcome", "feeSumamt",
])  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=8,
)
RECORDS = st.fixed_dictionaries(
    {
        "schema": st.just(2),
        "seq": st.integers(1, 60),
        "kind": st.sampled_from(["message", "driver", "scenario", "step", "probe", "world", "run"]),
        "flow": st.sampled_from(["", "pay/tiny", "pay/tiny", "pay/other"]),
    },
    optional={
        "what": st.sampled_from(
            [
                "begin",
                "end",
                "call",
                "answer",
                "authorise",
                "advance",
                "order",
                "fault",
                "notice",
                "order_state",
                "error",
            ]
        ),
        "person": TEXTS,
        "dir": st.sampled_from(["in", "out"]),
        "interface": st.sampled_from(
            ["6201", "6202", "6203", "6301", "6302", "6401", "1101", "2201", "userQuery"]
        ),
        "part": st.sampled_from(["request", "response"]),
        "link": st.one_of(st.none(), st.integers(1, 60)),
        "d": VALUES,
        "view": VALUES,
        "keep": VALUES,
        "outcome": VALUES,
        "facts": VALUES,
        "ids": VALUES,
        "http": VALUES,
        "t": VALUES,
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(RECORDS, max_size=40))
def test_the_judge_never_raises(records: list[dict[str, Any]]) -> None:
    every = tuple(r.id for r in LEDGER.requirements)
    one = {"seq": 0, "kind": "scenario", "what": "begin", "flow": "pay/tiny", "d": {"requirements": every}}
    found = judge_records(
        [one, *records], LEDGER, [scenario(requirements=every, covers=("MP-PAY-01",))], VENDOR, PLAN
    )
    assert all(one["verdict"] in VERDICTS for one in found.verdicts)
    assert found.conclusion["exit"] in (0, 1, 2, 3, 4)
