"""From verdict lines to cases, requirement rows and the conclusion with its exit code (contracts 7). Pure.

A line may stand for `times` equal ones of a scenario (`conformance.tally`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from conformance.declaration import Declaration
from conformance.finding import VERDICTS, worst
from conformance.ledger import Case, Ledger, Requirement
from conformance.meant import Meant
from conformance.scenario import Plan

CaseRow = Mapping[str, Any]
Conclusion = Mapping[str, Any]
Verdict = Mapping[str, Any]

EXECUTED = ("pass", "warn", "fail")
OPEN = ("waiting", "error", "review", "skip")
FAILED_LINES = 5
EXITS = {"通过": 0, "有条件通过": 0, "不通过": 1, "未完成": 3, "–": 4}


def cases_of(
    ledger: Ledger,
    scenarios: Sequence[Meant],
    declaration: Declaration,
    verdicts: Sequence[Verdict],
    planned: Sequence[Meant] = (),
) -> tuple[CaseRow, ...]:
    """Every case of the catalogue with the roll-up of its requirements in the flows of its scenarios.

    `planned`: scenarios of the plan that were left out. A case passes only when all that cover it were meant to run.
    """
    by_scenario: dict[str, list[Verdict]] = {}
    for line in verdicts:
        by_scenario.setdefault(line["scenario"], []).append(line)
    rows = []
    for case in ledger.cases:
        covering = [scenario for scenario in scenarios if case.id in scenario.covers]
        verdict, reason = _case(case, covering, by_scenario, declaration)
        missing = [scenario.id for scenario in planned if case.id in scenario.covers]
        if covering and missing and verdict in ("pass", "warn"):
            total = len(covering) + len(missing)
            verdict = "skip"
            reason = f"覆盖该用例的 {total} 个场景只选了 {len(covering)} 个, 缺 {missing[0]}"
        row = {**case.as_json(), "verdict": verdict, "reason": reason, "scenarios": [s.id for s in covering]}
        rows.append(row)
    return tuple(rows)


def _case(
    case: Case,
    covering: Sequence[Meant],
    by_scenario: Mapping[str, Sequence[Verdict]],
    declaration: Declaration,
) -> tuple[str, str]:
    if not set(case.modes) & set(declaration.modes):
        return "n/a", f"只用于模式 {'、'.join(case.modes)}, 声明为 {'、'.join(declaration.modes)}"
    if not covering:
        return "skip", "本次没有覆盖该用例的场景"
    lines = [line for scenario in covering for line in _relevant(case, scenario, by_scenario)]
    if case.group == "SEC":
        lines += [line for line in by_scenario.get("", ()) if not line["flow"] and case.id in line["cases"]]
    verdict = worst(line["verdict"] for line in lines)
    if not lines:
        return "skip", "覆盖该用例的场景没有给出判定"
    telling = next(line for line in lines if line["verdict"] == verdict)
    if verdict == "pass":
        return verdict, ""
    return verdict, f"{telling['requirement']}: {telling['observed']}"


def _relevant(case: Case, scenario: Meant, by_scenario: Mapping[str, Sequence[Verdict]]) -> list[Verdict]:
    """The lines of a flow that bear on a case: requirements that cite it, else those the scenario was written for.

    What the scenario itself expects always bears on it, but a security case rests on its requirements alone.
    """
    lines = by_scenario.get(scenario.id, ())
    citing = [line for line in lines if case.id in line["cases"]]
    if case.group == "SEC" and citing:
        return citing
    own = citing or [line for line in lines if line["requirement"] in scenario.requirements]
    return own + [line for line in lines if line["group"] == "EXP" and line not in own]


def level_of(row: Requirement, declaration: Declaration) -> str:
    """MUST, SHOULD or MAY; 选 becomes 必 once the service is declared (contracts 7).

    A rule newer than the pinned rule set is shown and binds nobody yet.
    """
    if row.since > declaration.ruleset:
        return "MAY"
    promoted = row.level == "MAY" and row.services and set(row.services) <= set(declaration.services)
    return "MUST" if promoted else row.level


def requirement_rows(
    ledger: Ledger, declaration: Declaration, plan: Plan, verdicts: Sequence[Verdict]
) -> tuple[Mapping[str, Any], ...]:
    """The ledger rows with their roll-up over all flows; what was offered and never reached is skip."""
    rows = []
    for row in ledger.requirements:
        lines = [line for line in verdicts if line["requirement"] == row.id]
        verdict = worst(line["verdict"] for line in lines)
        telling = next((line["observed"] for line in lines if line["verdict"] == verdict), "")
        if not lines:
            verdict, telling = _unreached(row, declaration, plan)
        reason = "" if verdict == "pass" else telling
        more = {"effective_level": level_of(row, declaration), "verdict": verdict, "reason": reason}
        rows.append({**row.as_json(), **more, "flows": sum(map(_times, lines))})
    return tuple(rows)


def _times(line: Verdict) -> int:
    """For how many equal lines this one stands."""
    found: int = line.get("times", 1)
    return found


def _unreached(row: Requirement, declaration: Declaration, plan: Plan) -> tuple[str, str]:
    if plan.mode not in row.modes:
        return "n/a", f"不适用于模式 {plan.mode}"
    missing = [name for name in row.services if name not in declaration.services]
    if missing:
        return "n/a", f"声明未提供服务: {', '.join(missing)}"
    if row.vendor_level > declaration.driver.level:
        return "skip", f"需要驱动级别 {row.vendor_level}, 声明为 {declaration.driver.level}"
    return "skip", "本次执行的场景没有触及"


def conclude(
    rows: Sequence[Mapping[str, Any]],
    cases: Sequence[CaseRow],
    verdicts: Sequence[Verdict],
    declaration: Declaration,
    *,
    today: str = "",
    harness: str = "",
    untrusted: str = "",
    left_out: str = "",
    mode: str = "",
) -> Conclusion:
    """The conclusion and its exit code: when several hold, the first of 1, 4, 3, 0 (2 and 5 are not judged here).

    `harness`: our own failure in this run. `untrusted`: why the evidence is not what was written; then nothing that
    was read in it is held against anybody. `left_out`: what of the plan was not meant to run. `mode`: the one that ran.
    `exit_no_new`: the code with every fail forgiven; a run that is unfinished or broken stays so.
    `unexpected_fails` is what `--gate no-new` looks at: fails that no unexpired known deviation covers, and
    declared ones that did not happen.
    """
    levels = {row["id"]: row["effective_level"] for row in rows}
    known = {item["requirement"]: item for item in declaration.deviations}
    failing = {line["requirement"] for line in verdicts if line["verdict"] == "fail"}
    must_fail = {name for name in failing if levels.get(name) == "MUST"}
    should_fail = {name for name in failing if levels.get(name) == "SHOULD"}
    excused = {name for name in failing if name in known and str(known[name].get("until", "")) >= today}
    gone = sorted(name for name in known if _passes(rows, name))
    open_must = {line["requirement"] for line in verdicts if line["verdict"] in OPEN}
    open_must |= {row["id"] for row in rows if row["verdict"] in OPEN}
    open_must = {name for name in open_must if levels.get(name) == "MUST"}
    unplanned = should_fail - excused
    broken = bool(must_fail or unplanned or gone) and not untrusted
    unfinished = bool(open_must or left_out)
    text = _text(broken, untrusted or harness, unfinished, bool(should_fail))
    forgiven = _text(False, untrusted or harness, unfinished, bool(should_fail))
    counted = _case_counts(cases)
    return {
        "text": text,
        "exit": EXITS[text],
        "exit_no_new": EXITS[forgiven],
        **_counts(rows, verdicts),
        "cases": counted,
        "unexpected_fails": len(failing - _may(rows) - excused) + len(gone),
        "notes": [
            *filter(None, (untrusted, harness)),
            *_notes(must_fail, unplanned, excused, gone, open_must, rows),
            *filter(None, (left_out,)),
            *_uncovered(counted),
            *_other_modes(declaration, mode),
        ],
    }


def _text(broken: bool, harness: str, unfinished: bool, conditional: bool) -> str:
    if broken:
        return "不通过"
    if harness:
        return "–"
    if unfinished:
        return "未完成"
    return "有条件通过" if conditional else "通过"


def _passes(rows: Sequence[Mapping[str, Any]], name: str) -> bool:
    """Whether a requirement that was declared to fail was executed and did not."""
    return any(row["id"] == name and row["verdict"] in ("pass", "warn") for row in rows)


def _may(rows: Sequence[Mapping[str, Any]]) -> set[str]:
    return {row["id"] for row in rows if row["effective_level"] == "MAY"}


def _counts(rows: Sequence[Mapping[str, Any]], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    counted: Counter[str] = Counter()
    for line in verdicts:
        counted[line["verdict"]] += _times(line)
    must = [row for row in rows if row["effective_level"] == "MUST" and row["verdict"] != "n/a"]
    by_status: dict[str, dict[str, int]] = {}
    for row in must:
        entry = by_status.setdefault(row["status"], {"must": 0, "pass": 0})
        entry["must"] += 1
        entry["pass"] += row["verdict"] in ("pass", "warn")
    return {
        "must_executed": sum(row["verdict"] in EXECUTED for row in must),
        "must_applicable": len(must),
        "counts": {verdict: counted[verdict] for verdict in VERDICTS if counted[verdict]},
        "by_status": by_status,
    }


def _case_counts(cases: Sequence[CaseRow]) -> dict[str, int]:
    """The 必选 cases of the declared modes: how many there are, have a scenario, were executed, pass."""
    must = [case for case in cases if case["level"] == "必" and case["verdict"] != "n/a"]
    return {
        "must": len(must),
        "covered": sum(bool(case["scenarios"]) for case in must),
        "executed": sum(case["verdict"] in EXECUTED for case in must),
        "pass": sum(case["verdict"] in ("pass", "warn") for case in must),
    }


def _uncovered(counted: Mapping[str, int]) -> list[str]:
    """The conclusion rests on requirements; what no scenario reaches yet is said beside it."""
    left = counted["must"] - counted["covered"]
    return [f"必选用例 {counted['must']} 项, 其中 {left} 项本次没有场景(未执行)"] if left else []


def _other_modes(declaration: Declaration, mode: str) -> list[str]:
    """A run is of one mode: what else is declared has a run of its own."""
    others = [name for name in declaration.modes if mode and name != mode]
    return [f"声明的模式 {'、'.join(others)} 本次没有执行, 结论只对模式 {mode}"] if others else []


def _notes(
    must_fail: set[str],
    unplanned: set[str],
    excused: set[str],
    gone: Sequence[str],
    open_must: set[str],
    rows: Sequence[Mapping[str, Any]],
) -> list[str]:
    """Why the conclusion is what it is, one line each."""
    notes = []
    listed = (
        ("必选要求不通过", must_fail),
        ("建议要求不通过且没有责任人与期限", unplanned),
        ("已声明的偏差", excused),
        ("声明的偏差没有出现, 请从声明中删除", gone),
        ("必选要求未完成", open_must),
        (
            "可选要求不通过",
            {row["id"] for row in rows if row["id"] in _may(rows) and row["verdict"] == "fail"},
        ),
    )
    for title, names in listed:
        if names:
            few = sorted(names)[:FAILED_LINES]
            more = f" 等 {len(names)} 项" if len(names) > FAILED_LINES else ""
            notes.append(f"{title}: {'、'.join(few)}{more}")
    return notes
