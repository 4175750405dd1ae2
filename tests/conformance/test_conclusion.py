"""The conclusion of a run and its exit codes, every row of contracts 7 (pure: rows in, conclusion out)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

import locales
from conformance.conclusion import Circumstances, conclude
from conformance.declaration import Declaration, Driver
from simulator.protocol.text.said import from_json, render

VENDOR = Declaration(
    file="vendor.yaml", code="H1", name="院", region="509999", modes=("A",), channels=(), services=(), driver=Driver("http", 2),
)  # fmt: skip


def req(name: str, level: str, verdict: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "effective_level": level,
        "verdict": verdict,
        "status": "assumed",
        "reason": "",
        **more,
    }


def beyond(name: str, level: str = "MUST") -> dict[str, Any]:
    """A row that more clicks would not reach."""
    return req(name, level, "skip", offered=False)


def seen(name: str, verdict: str = "pass", level: str = "必", **more: Any) -> dict[str, Any]:
    """A case with a scenario."""
    return {"id": name, "level": level, "verdict": verdict, "scenarios": ["pay/x"], "rest": [], **more}


def concluded(
    *rows: dict[str, Any],
    cases: Sequence[Mapping[str, Any]] = (),
    deviations: tuple[dict[str, str], ...] = (),
    today: str = "2026-11-22",
    **run: str,
) -> Any:
    lines = [
        {
            "requirement": r["id"],
            "verdict": r["verdict"],
            **({"offered": False} if r.get("offered") is False else {}),
        }
        for r in rows
    ]
    declaration = replace(VENDOR, deviations=deviations)
    return conclude(rows, cases, lines, declaration, Circumstances(today=today, **run))


def known(name: str, until: str = "2026-12-31") -> dict[str, str]:
    return {"requirement": name, "owner": "李工", "until": until}


M, S = "MUST", "SHOULD"
PASS = req("A-001", M, "pass")
PART = seen("MP-PAY-01", rest=[{"needs": "page", "text": "页面"}])
UNSEEN = seen("MP-REC-01", "skip", offered=False, scenarios=[])
LEFT = {"left_out": "本次未选 1 个"}
Told = tuple[str, str, int, tuple[dict[str, Any], ...], dict[str, Any]]
CONCLUSIONS: tuple[Told, ...] = (
    ("pass", "通过", 0, (PASS, req("B-001", S, "pass")), {}),
    ("pass", "通过", 0, (req("A-001", M, "warn"), req("C-001", "MAY", "fail")), {}),
    ("pass", "通过", 0, (PASS, req("B-001", S, "skip")), {}),
    ("pass", "通过", 0, (PASS, req("B-001", M, "n/a")), {}),
    (
        "pass",
        "通过",
        0,
        (PASS,),
        {"cases": (seen("MP-PAY-01"), seen("MP-REC-06", "skip", "议", offered=False))},
    ),
    ("reserved", "有保留的通过", 0, (PASS, beyond("B-001")), {}),
    ("reserved", "有保留的通过", 0, (PASS,), {"cases": (seen("MP-PAY-01"), UNSEEN)}),
    ("reserved", "有保留的通过", 0, (PASS,), {"cases": (PART,)}),
    ("pass", "通过", 0, (PASS, beyond("B-001", S)), {}),
    ("selected", "所选通过", 0, (PASS,), LEFT),
    ("selected", "所选通过", 0, (PASS, req("B-001", M, "skip", offered=False, flows=0)), LEFT),
    ("selected", "所选通过", 0, (PASS,), {**LEFT, "cases": (UNSEEN,)}),
    ("conditional", "有条件通过", 0, (PASS, req("B-001", S, "fail")), {"deviations": (known("B-001"),)}),
    ("fail", "不通过", 1, (PASS, req("B-001", S, "fail")), {}),
    ("fail", "不通过", 1, (req("B-001", S, "fail"),), {"deviations": (known("B-001", "2026-11-21"),)}),
    ("fail", "不通过", 1, (req("A-001", M, "fail"),), {}),
    ("fail", "不通过", 1, (req("A-001", M, "fail"),), {"deviations": (known("A-001"),)}),
    ("fail", "不通过", 1, (req("A-001", M, "fail"), req("B-001", M, "error")), {"harness": "坏了"}),
    ("fail", "不通过", 1, (PASS,), {"deviations": (known("A-001"),)}),
    ("fail", "不通过", 1, (req("A-001", M, "fail"),), LEFT),
    ("error", "–", 2, (req("A-001", M, "fail"),), {"set_up": "没有报文"}),
    ("error", "–", 4, (PASS, req("B-001", M, "skip")), {"harness": "证据链断开"}),
    ("error", "–", 4, (PASS, req("B-001", M, "fail")), {"untrusted": "证据链断开"}),
    ("error", "–", 4, (PASS, req("B-001", M, "fail")), {"untrusted": "证据链断开", "set_up": "没有报文"}),
    ("incomplete", "未完成", 3, (PASS, req("B-001", M, "skip")), {}),
    ("incomplete", "未完成", 3, (PASS, req("B-001", M, "skip")), LEFT),
    ("incomplete", "未完成", 3, (PASS, req("B-001", M, "waiting")), {}),
    ("incomplete", "未完成", 3, (PASS, req("B-001", M, "review")), {}),
    ("incomplete", "未完成", 3, (PASS, req("B-001", M, "error")), {}),
    ("incomplete", "未完成", 3, (PASS,), {"cases": (seen("MP-PAY-01", "skip"),)}),
    ("incomplete", "未完成", 3, (PASS,), {"open": "没有人操作"}),
    ("incomplete", "未完成", 3, (req("A-001", M, "n/a"),), {}),
)


@pytest.mark.parametrize(("name", "text", "code", "rows", "more"), CONCLUSIONS)
def test_the_conclusion_and_its_exit_code(
    name: str, text: str, code: int, rows: tuple[dict[str, Any], ...], more: dict[str, Any]
) -> None:
    found = concluded(*rows, **more)
    assert (found["id"], found["text"], found["exit"]) == (name, text, code), found["notes"]
    assert bool(found["notes"]) == (text not in ("通过",) or any(r["verdict"] == "fail" for r in rows))


def test_of_several_names_with_exit_0_the_first_is_printed_and_the_others_stand_in_the_notes() -> None:
    found = concluded(PASS, req("B-001", S, "fail"), beyond("C-001"), deviations=(known("B-001"),), **LEFT)
    assert found["id"] == "selected"
    assert "同时属于: 有条件通过、有保留的通过" in found["notes"]
    english = [render(from_json(one) or "", locales.lookup("en")) for one in found["notes_said"]]
    assert "also: passed with conditions, passed with reservations" in english


def test_the_notes_say_how_many_required_cases_nobody_saw_or_saw_in_part() -> None:
    found = concluded(PASS, cases=(PART, UNSEEN, seen("MP-PAY-02"), seen("MP-PAY-05", level="议")))
    assert found["cases"] == {
        "must": 3,
        "covered": 2,
        "executed": 2,
        "pass": 2,
        "partial": 1,
        "not_executed": 1,
    }
    assert "必选用例 3 项: 未执行 1 项, 部分核对 1 项" in found["notes"]


@pytest.mark.parametrize(
    ("code", "rows", "more"),
    [
        (0, (PASS,), {}),
        (3, (PASS, beyond("B-001")), {}),
        (3, (PASS,), {"cases": (PART,)}),
        (1, (req("A-001", M, "fail"), beyond("B-001")), {}),
        (2, (PASS, beyond("B-001")), {"set_up": "没有报文"}),
    ],
)
def test_the_complete_gate_lets_no_reservation_pass(
    code: int, rows: tuple[dict[str, Any], ...], more: dict[str, Any]
) -> None:
    assert concluded(*rows, **more)["exit_complete"] == code


def test_a_must_line_that_waits_beside_one_that_passes_is_unfinished() -> None:
    rows = (req("A-001", M, "waiting"),)
    lines = [{"requirement": "A-001", "verdict": "pass"}, {"requirement": "A-001", "verdict": "waiting"}]
    assert conclude(rows, (), lines, VENDOR)["exit"] == 3


def test_what_the_no_new_gate_counts() -> None:
    fails = (req("A-001", M, "fail"), req("B-001", S, "fail"), req("C-001", "MAY", "fail"))
    assert concluded(*fails)["unexpected_fails"] == 2
    assert concluded(*fails, deviations=(known("A-001"), known("B-001")))["unexpected_fails"] == 0
    assert concluded(*fails, deviations=(known("A-001", "2026-01-01"),))["unexpected_fails"] == 2
    assert concluded(req("A-001", M, "pass"), deviations=(known("A-001"),))["unexpected_fails"] == 1


@pytest.mark.parametrize(
    ("more", "how", "code"),
    [
        ((), {}, 0),
        ((req("B-001", M, "skip"),), {}, 3),
        ((req("B-001", M, "error"),), {"harness": "坏了"}, 4),
    ],
)
def test_the_no_new_gate_forgives_fails_and_nothing_else(
    more: tuple[dict[str, Any], ...], how: dict[str, str], code: int
) -> None:
    fails = (PASS, req("D-001", M, "fail"))
    found = concluded(*fails, *more, deviations=(known("D-001"),), **how)
    assert (found["text"], found["exit"], found["exit_no_new"]) == ("不通过", 1, code)


def test_long_lists_in_the_notes_are_cut() -> None:
    notes = concluded(*(req(f"A-00{n}", M, "fail") for n in range(7)))["notes"]
    assert notes == ["必选要求不通过: A-000、A-001、A-002、A-003、A-004 等 7 项"]


def test_executed_over_applicable_counts_requirements_and_names_their_status() -> None:
    found = concluded(
        req("A-001", M, "pass"), req("B-001", M, "skip"), req("C-001", M, "n/a"), req("D-001", S, "pass")
    )
    assert (found["must_executed"], found["must_applicable"]) == (1, 2)
    assert found["by_status"] == {"assumed": {"must": 2, "pass": 1}}
    assert found["counts"] == {"skip": 1, "pass": 2, "n/a": 1}
