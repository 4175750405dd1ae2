"""From verdict lines to the rows of the ledger: the roll-up of each requirement over all flows. Pure.

A line may stand for `times` equal ones of a scenario (`conformance.tally`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from conformance.case_rows import Verdict, is_open, missing_artefact
from conformance.declaration import Declaration
from conformance.finding import worst
from conformance.ledger import Ledger, Requirement
from conformance.scenario import Plan
from simulator.protocol.text.said import Said, Text, said_in, stored


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
    """The ledger rows with their roll-up over all flows; what no flow reached is skip.

    `offered` is False for a skip that is out of reach here; `flows`: of how many flows there are lines.
    """
    by_id: dict[str, list[Verdict]] = {}
    for line in verdicts:
        by_id.setdefault(line["requirement"], []).append(line)
    rows = []
    for row in ledger.requirements:
        lines = by_id.get(row.id, [])
        verdict = worst(line["verdict"] for line in lines)
        telling = next((said_in(line, "observed") for line in lines if line["verdict"] == verdict), "")
        if not lines:
            verdict, telling = _unreached(row, declaration, plan)
        more = {
            "effective_level": level_of(row, declaration),
            "verdict": verdict,
            **stored("reason", "" if verdict == "pass" else telling),
            "offered": verdict != "skip" or any(map(is_open, lines)),
            "flows": sum(map(times, lines)),
        }
        rows.append({**row.as_json(), **more})
    return tuple(rows)


def times(line: Verdict) -> int:
    """For how many equal lines this one stands."""
    found: int = line.get("times", 1)
    return found


def _unreached(row: Requirement, declaration: Declaration, plan: Plan) -> tuple[str, Text]:
    if plan.mode not in row.modes:
        return "n/a", Said("不适用于模式 {}", plan.mode)
    missing = [name for name in row.services if name not in declaration.services]
    if missing:
        return "n/a", Said("声明未提供服务: {}", ", ".join(missing))
    if row.artefact and not declaration.artefacts.get(row.artefact):
        return "skip", missing_artefact(row.artefact)
    if row.vendor_level > declaration.driver.level:
        return "skip", Said("需要驱动级别 {}, 声明为 {}", row.vendor_level, declaration.driver.level)
    return "skip", Said("本次执行的场景没有触及")
