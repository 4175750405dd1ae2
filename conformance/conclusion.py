"""From rows and verdict lines to the conclusion with its exit code (contracts 7). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.case_rows import EXECUTED, CaseRow, Verdict, is_open
from conformance.declaration import Declaration
from conformance.finding import VERDICTS
from conformance.requirement_rows import times
from simulator.protocol.text.said import Said, Text, listed

Conclusion = Mapping[str, Any]
Row = Mapping[str, Any]
Named = tuple[str, str, int]
"""(id for machines, name for people, exit code)"""

SET_UP: Named = ("error", "–", 2)
FAILED: Named = ("fail", "不通过", 1)
BROKEN: Named = ("error", "–", 4)
INCOMPLETE: Named = ("incomplete", "未完成", 3)
SELECTED: Named = ("selected", "所选通过", 0)
CONDITIONAL: Named = ("conditional", "有条件通过", 0)
RESERVED: Named = ("reserved", "有保留的通过", 0)
PASSED: Named = ("pass", "通过", 0)
NAMES: tuple[Named, ...] = (
    SET_UP, FAILED, BROKEN, INCOMPLETE, SELECTED, CONDITIONAL, RESERVED, PASSED,
)  # fmt: skip
"""When several hold, the first is the conclusion (contracts 7; 5, load threshold missed, belongs to `load`)."""
BESIDE: Mapping[Named, Said] = {
    SELECTED: Said("所选通过"), CONDITIONAL: Said("有条件通过"), RESERVED: Said("有保留的通过"),
}  # fmt: skip
"""Names that may hold beside another with the same exit code, as sentences for the note."""
FAILED_LINES = 5
CASE_COUNTS = "必选用例 {} 项: 未执行 {} 项, 部分核对 {} 项"
"""The template of the note with the numbers that the line of the conclusion says too."""

CONCLUSIONS: Mapping[str, Said] = {
    str(one): one
    for one in (
        Said("通过"), Said("有保留的通过"), Said("所选通过"), Said("有条件通过"), Said("不通过"), Said("未完成"),
    )
}  # fmt: skip
"""The names of a conclusion in a manifest."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds of a run as a whole, beside its lines.

    `today`: its Beijing date. `harness`: our own failure in it. `untrusted`: why the evidence is not what was written;
    then nothing that was read in it is held against anybody. `left_out`: what of the mode's plan was not meant to run.
    `set_up`: why it could not reach the simulator. `open`: why it is unfinished whatever its lines say. `mode`: the one
    that ran.
    """

    today: str = ""
    harness: Text = ""
    untrusted: Text = ""
    left_out: Text = ""
    set_up: Text = ""
    open: Text = ""
    mode: str = ""


def conclude(
    rows: Sequence[Row],
    cases: Sequence[CaseRow],
    verdicts: Sequence[Verdict],
    declaration: Declaration,
    run: Circumstances = Circumstances(),
) -> Conclusion:
    """The conclusion and its exit code under each gate (5 is not judged here).

    `exit_no_new`: the code with every fail forgiven; a run that is unfinished or broken stays so. `exit_complete`: 3
    where something was out of reach or seen in part only. `unexpected_fails` is what `--gate no-new` looks at: fails
    that no unexpired known deviation covers, and declared ones that did not happen.
    """
    if run.left_out:
        rows = [row for row in rows if row.get("flows", 1)]
        cases = [case for case in cases if case["scenarios"]]
    fails = _Fails.of(rows, verdicts, declaration, run.today)
    must = [row for row in rows if row["effective_level"] == "MUST" and row["verdict"] != "n/a"]
    open_must = _open(must, verdicts)
    beyond = {row["id"] for row in must if row["verdict"] == "skip"} - open_must
    counted = _case_counts(cases)
    open_cases = [case["id"] for case in cases if case["level"] == "必" and is_open(case)]
    idle = not any(row["verdict"] in EXECUTED for row in rows)
    holds: Mapping[Named, bool] = {
        SET_UP: bool(run.set_up) and not run.untrusted,
        FAILED: fails.any and not run.untrusted,
        BROKEN: bool(run.harness or run.untrusted),
        INCOMPLETE: bool(open_must or open_cases or run.open or idle),
        SELECTED: bool(run.left_out),
        CONDITIONAL: bool(fails.should),
        RESERVED: bool(beyond or counted["partial"] or counted["not_executed"]),
        PASSED: True,
    }
    named = next(name for name in NAMES if holds[name])
    forgiven = next(name for name in NAMES if holds[name] and name is not FAILED)
    beside = [BESIDE[one] for one in BESIDE if holds[one] and one != named]
    notes: list[Text] = [
        *(said for said in (run.set_up, run.untrusted, run.harness, run.open) if said),
        *fails.notes(rows),
        *_listed(Said("必选要求未完成"), open_must),
        *_listed(Said("必选用例未完成"), open_cases),
        *_listed(Said("必选要求在此条件下够不到(未执行)"), beyond),
        *([run.left_out] if run.left_out else []),
        *([Said("没有任何要求得到判定")] if idle else []),
        *_case_notes(counted),
        *([Said("同时属于: {}", listed("、", beside))] if beside and named[2] == 0 else []),
        *_other_modes(declaration, run.mode),
    ]
    return {
        "id": named[0],
        "text": named[1],
        "exit": named[2],
        "exit_no_new": forgiven[2],
        "exit_complete": INCOMPLETE[2] if named[2] == 0 and holds[RESERVED] else named[2],
        **_counts(must, verdicts),
        "musts": {
            "applicable": len(must),
            "executed": sum(row["verdict"] in EXECUTED for row in must),
            "not_offered": len(beyond),
            "open": len(open_must),
        },
        "cases": counted,
        "unexpected_fails": fails.unexpected,
        "notes": [str(note) for note in notes],
        "notes_said": [(note if isinstance(note, Said) else Said("{}", note)).as_json() for note in notes],
    }


@dataclass(frozen=True, slots=True)
class _Fails:
    """The requirements that failed, by what they mean: MUST and SHOULD ones, known ones, known ones that are gone."""

    must: set[str]
    should: set[str]
    may: set[str]
    excused: set[str]
    gone: set[str]
    all: set[str]

    @staticmethod
    def of(rows: Sequence[Row], verdicts: Sequence[Verdict], declaration: Declaration, today: str) -> _Fails:
        levels = {row["id"]: row["effective_level"] for row in rows}
        known = {item["requirement"]: item for item in declaration.deviations}
        failing = {line["requirement"] for line in verdicts if line["verdict"] == "fail"}
        by = {
            level: {name for name in failing if levels.get(name) == level}
            for level in ("MUST", "SHOULD", "MAY")
        }
        excused = {name for name in failing if name in known and str(known[name].get("until", "")) >= today}
        return _Fails(
            by["MUST"], by["SHOULD"], by["MAY"], excused,
            {name for name in known if _passes(rows, name)}, failing,
        )  # fmt: skip

    @property
    def unplanned(self) -> set[str]:
        return self.should - self.excused

    @property
    def any(self) -> bool:
        """Whether the run does not pass because of them."""
        return bool(self.must or self.unplanned or self.gone)

    @property
    def unexpected(self) -> int:
        return len(self.all - self.may - self.excused) + len(self.gone)

    def notes(self, rows: Sequence[Row]) -> list[Text]:
        optional = {row["id"] for row in rows if row["id"] in self.may and row["verdict"] == "fail"}
        return [
            *_listed(Said("必选要求不通过"), self.must),
            *_listed(Said("建议要求不通过且没有责任人与期限"), self.unplanned),
            *_listed(Said("已声明的偏差"), self.excused),
            *_listed(Said("声明的偏差没有出现, 请从声明中删除"), self.gone),
            *_listed(Said("可选要求不通过"), optional),
        ]


def _passes(rows: Sequence[Row], name: str) -> bool:
    """Whether a requirement that was declared to fail was executed and did not."""
    return any(row["id"] == name and row["verdict"] in ("pass", "warn") for row in rows)


def _open(must: Sequence[Row], verdicts: Sequence[Verdict]) -> set[str]:
    """The MUST requirements of which some line can still be settled."""
    names = {row["id"] for row in must}
    found = {line["requirement"] for line in verdicts if is_open(line)} & names
    return found | {row["id"] for row in must if is_open(row)}


def _counts(must: Sequence[Row], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    counted: Counter[str] = Counter()
    for line in verdicts:
        counted[line["verdict"]] += times(line)
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
    """The 必选 cases that apply: with a scenario, executed, passed, of those seen in part only, not executed."""
    must = [case for case in cases if case["level"] == "必" and case["verdict"] != "n/a"]
    executed = sum(case["verdict"] in EXECUTED for case in must)
    return {
        "must": len(must),
        "covered": sum(bool(case["scenarios"]) or case["verdict"] in EXECUTED for case in must),
        "executed": executed,
        "pass": sum(case["verdict"] in ("pass", "warn") for case in must),
        "partial": sum(case["verdict"] in ("pass", "warn") and bool(case.get("rest")) for case in must),
        "not_executed": len(must) - executed,
    }


def _case_notes(counted: Mapping[str, int]) -> list[Text]:
    """What a conclusion over requirements does not say: how many required cases nobody saw, or saw in part."""
    if not counted["not_executed"] and not counted["partial"]:
        return []
    must, left, partial = (counted[name] for name in ("must", "not_executed", "partial"))
    return [Said("必选用例 {} 项: 未执行 {} 项, 部分核对 {} 项", must, left, partial)]


def _other_modes(declaration: Declaration, mode: str) -> list[Text]:
    """A run is of one mode: what else is declared has a run of its own."""
    others = [name for name in declaration.modes if mode and name != mode]
    return [Said("声明的模式 {} 本次没有执行, 结论只对模式 {}", listed("、", others), mode)] if others else []


def _listed(title: Said, names: set[str] | Sequence[str]) -> list[Text]:
    """Why the conclusion is what it is: one line, the first few names of it."""
    if not names:
        return []
    few = sorted(names)[:FAILED_LINES]
    more = Said(" 等 {} 项", len(names)) if len(names) > FAILED_LINES else ""
    return [Said("{}: {}{}", title, listed("、", few), more)]
