"""From verdict lines to the rows of the acceptance catalogue: what was observed of each case, and what was not. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from conformance.beyond_the_wire import TOLD, WORDING, beyond
from conformance.declaration import Declaration
from conformance.finding import worst
from conformance.ledger import Case, Ledger, Requirement
from conformance.meant import Meant
from conformance.uncovered import reason as why_uncovered
from simulator.protocol.text.said import Said, Text, listed, said_in, stored

CaseRow = Mapping[str, Any]
Verdict = Mapping[str, Any]
EXECUTED = ("pass", "warn", "fail")
STILL_OPEN = ("waiting", "error", "review")


def missing_artefact(name: str) -> Said:
    """Why nothing was scanned."""
    return Said("声明没有给出 artefacts.{}, 未扫描", name)


def is_open(line: Mapping[str, Any]) -> bool:
    """Whether a line (or a row) waits for something that can still be done; a skip may be out of reach here."""
    return line["verdict"] in STILL_OPEN or (line["verdict"] == "skip" and bool(line.get("offered", True)))


def out_of_reach(line: Mapping[str, Any]) -> bool:
    """Whether a line (or a row) is a skip that no more clicks would mend."""
    return line["verdict"] == "skip" and line.get("offered", True) is False


def cases_of(
    ledger: Ledger,
    scenarios: Sequence[Meant],
    declaration: Declaration,
    verdicts: Sequence[Verdict],
    planned: Sequence[Meant] = (),
) -> tuple[CaseRow, ...]:
    """Every case of the catalogue with the roll-up of its requirements in the flows of its scenarios.

    `planned`: scenarios of the mode's plan that were left out; what they cover was seen in part only. `rest` names what
    of the expectation nobody observed: `[{"needs", "text", "text_said"}]`, in `rest_said` the sentences alone. `offered` is
    False for a skip that is out of reach here.
    """
    by_scenario: dict[str, list[Verdict]] = {}
    for line in verdicts:
        by_scenario.setdefault(line["scenario"], []).append(line)
    rows = []
    for case in ledger.cases:
        covering = [scenario for scenario in scenarios if case.id in scenario.covers]
        missing = [scenario.id for scenario in planned if case.id in scenario.covers]
        alone = [row for row in ledger.requirements if row.stands_alone and case.id in row.cases]
        lines = list(_bearing(case, covering, by_scenario))
        if alone and not covering:
            mine = {
                row.id for row in ledger.requirements if case.id in row.cases and (row in alone or row.always)
            }
            lines = [one for one in verdicts if one["requirement"] in mine]
        verdict, reason, offered = _case(case, covering, missing, lines, declaration)
        if verdict == "skip" and not covering and not lines:
            reason = next((_unscanned(row, declaration) for row in alone if row.artefact), reason)
        rest = list(_rest(case, covering, missing, lines)) if verdict in ("pass", "warn") else []
        rows.append(
            {
                **case.as_json(),
                "verdict": verdict,
                **stored("reason", reason),
                "offered": offered,
                "scenarios": [one.id for one in covering],
                "rest": [{"needs": needs, **stored("text", text)} for needs, text in rest],
                "rest_said": [text.as_json() for _, text in rest],
            }
        )
    return tuple(rows)


def _case(
    case: Case,
    covering: Sequence[Meant],
    missing: Sequence[str],
    lines: Sequence[Verdict],
    declaration: Declaration,
) -> tuple[str, Text, bool]:
    """(verdict, why, whether a skip is open)"""
    if not set(case.modes) & set(declaration.modes):
        here, declared = listed("、", case.modes), listed("、", declaration.modes)
        return "n/a", Said("只用于模式 {}, 声明为 {}", here, declared), True
    if not covering and not lines:
        chosen = Said("覆盖该用例的场景 {} 本次没有选择", missing[0]) if missing else why_uncovered(case)
        return "skip", chosen, False
    if not lines:
        return "skip", Said("覆盖该用例的场景没有给出判定"), True
    reached = [line for line in lines if not out_of_reach(line)]
    if any(line["verdict"] in EXECUTED for line in reached):
        lines = reached  # what the level does not show is part of the rest
    verdict = worst(line["verdict"] for line in lines)
    telling = next(line for line in lines if line["verdict"] == verdict)
    if verdict == "pass":
        return verdict, "", True
    said = Said("{}: {}", telling["requirement"], said_in(telling, "observed"))
    return verdict, said, any(map(is_open, lines))


def _unscanned(row: Requirement, declaration: Declaration) -> Said:
    if declaration.artefacts.get(row.artefact):
        return Said("{} 没有扫描", row.artefact)
    return missing_artefact(row.artefact)


def _bearing(
    case: Case, covering: Sequence[Meant], by_scenario: Mapping[str, Sequence[Verdict]]
) -> Iterator[Verdict]:
    """The lines that bear on a case, of its scenarios, and of no flow where it is about the envelope."""
    for scenario in covering:
        yield from _relevant(case, scenario, by_scenario)
    if covering and case.group == "SEC":
        yield from (line for line in by_scenario.get("", ()) if not line["flow"] and case.id in line["cases"])


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


def _rest(
    case: Case, covering: Sequence[Meant], missing: Sequence[str], lines: Sequence[Verdict]
) -> Iterator[tuple[str, Said]]:
    """(what it takes to observe it, what was not observed)"""
    executed = {line["requirement"]: line for line in lines if line["verdict"] in EXECUTED}
    for row in beyond(case.id):
        if not any(name in executed for name in row.seen_by):
            told = next((executed[name] for name in TOLD if name in executed), None)
            quoted = row.needs == WORDING and told is not None
            yield row.needs, Said("{} ({})", row.text, said_in(told, "observed")) if quoted else row.text
    unreached = {line["requirement"]: line for line in lines if out_of_reach(line)}
    for name, line in unreached.items():
        yield "level", Said("{}: {}", name, said_in(line, "observed"))
    if missing:
        total = len(covering) + len(missing)
        yield (
            "scenario",
            Said("覆盖该用例的 {} 个场景只选了 {} 个, 缺 {}", total, len(covering), missing[0]),
        )
