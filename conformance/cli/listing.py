"""`liantiao list`: what there is, with the words to name it by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from conformance.cli.coverage import LEVELS, coverage_now, show_coverage
from conformance.cli.coverage import as_json as coverage_json
from conformance.cli.terminal import PASSED, VIOLATED, Command, english, json_option, machine, out, shown
from conformance.runner import catalogue
from simulator.protocol.text.said import Said, stored

Row = Mapping[str, Any]


def _scenarios() -> list[Row]:
    rows: list[Row] = []
    for name in catalogue.scenario_names():
        one = catalogue.scenario(name)
        rows.append(
            {
                "id": one.id,
                "title": one.title,
                "title_en": one.title_en,
                "covers": list(one.covers),
                "level": one.level,
            }
        )
    return rows


def _plans() -> list[Row]:
    plans = [catalogue.plan(name) for name in catalogue.plan_names()]
    return [
        {"id": p.id, "title": p.title, "title_en": p.title_en, "mode": p.mode, "scenarios": len(p.scenarios)}
        for p in plans
    ]


def _cases() -> list[Row]:
    from conformance import ledger

    judged = {row["id"]: row for row in coverage_now()["cases"]}
    return [
        {
            "id": row.id, "level": row.level, "title": row.title, "title_en": row.title_en,
            **{name: judged[row.id][name] for name in ("requirements", "scenarios", "coverage", "reason")},
        }
        for row in ledger.load().cases
    ]  # fmt: skip


def _requirements() -> list[Row]:
    """The rows as text shows them, and for machines what they judge: cases, scenarios, kinds, mutants."""
    judged = {row["id"]: row for row in coverage_now()["requirements"]}
    more = ("since", "rule", "always", "cases", "kinds", "scenarios", "mutants")
    return [{**row, **{name: judged[row["id"]][name] for name in more}} for row in _rules()]


def _rules() -> list[Row]:
    from conformance import ledger

    return [
        {
            "id": row.id,
            "level": row.level,
            "status": row.status,
            "origin": row.origin,
            "title": row.title,
            "title_en": row.title_en,
        }
        for row in ledger.load().requirements
    ]


def _interfaces() -> list[Row]:
    from simulator.protocol.model.role import interfaces_of
    from simulator.roles import ROLES

    return [
        {"id": one.number, "path": one.path, "name": one.name, "status": one.status}
        for one in interfaces_of(ROLES)
        if not one.stands_for
    ]


def _faults() -> list[Row]:
    from simulator.faults import FAULTS

    return [{"id": one.name, "stage": one.stage, "about": one.about} for one in FAULTS]


def _triggers() -> list[Row]:
    from simulator.faults.triggers import TRIGGERS

    return [
        {"id": one.case, "tail": f"{one.tail:02d}", "interface": one.interface, "about": one.about}
        for one in TRIGGERS
    ]


def _profiles() -> list[Row]:
    from simulator.shell.profiles import load_profile, names

    return [{"id": name, "title": load_profile(name).name} for name in names()]


def _actions() -> list[Row]:
    from conformance.drivers.call import actions

    return [
        {"id": name, "level": row["level"], "patient": row["patient"], "optional": row["optional"]}
        for name, row in actions().items()
    ]


def _vectors() -> list[Row]:
    from conformance import vectors

    return [vectors.summary(name) for name in vectors.SETS]


KINDS: tuple[tuple[str, Callable[[], list[Row]]], ...] = (
    ("scenarios", _scenarios),
    ("plans", _plans),
    ("cases", _cases),
    ("requirements", _requirements),
    ("rules", _rules),
    ("interfaces", _interfaces),
    ("faults", _faults),
    ("triggers", _triggers),
    ("profiles", _profiles),
    ("actions", _actions),
    ("vectors", _vectors),
)


FOR_MACHINES = (
    "since", "rule", "always", "cases", "kinds", "mutants", "requirements", "coverage", "reason",
    "algorithm", "valid", "invalid", "acceptable", "groups",
)  # fmt: skip
"""Members that would make a line of text unreadable; `list coverage` shows them as text."""
COVERAGE = "coverage"
NAMES = (*(name for name, _ in KINDS), COVERAGE)


@click.command(
    "list",
    cls=Command,
    help=Said("列出场景、用例、规则、接口、故障等"),
    example="\n".join(f"liantiao list {name}" for name in NAMES),
)
@click.argument("kind", metavar="KIND", type=click.Choice(NAMES))
@json_option()
def list_(kind: str, as_json: bool) -> int:
    """List. `coverage` ends with 1 when a requirement has no rule, no scenario or no mutant."""
    if kind == COVERAGE:
        found = coverage_now()
        if as_json:
            machine(coverage_json(found))
        else:
            show_coverage(found)
        return VIOLATED if found["gaps"] else PASSED
    rows = dict(KINDS)[kind]()
    if as_json:
        machine([_machine(row) for row in rows])
        return PASSED
    for row in rows:
        out("  ".join(_cell(value) for value in _shown(row).values()))
    return PASSED


def _shown(row: Row) -> Row:
    """One title, that of the language of the user."""
    title = row.get("title_en") if english() else ""
    return {
        name: title if name == "title" and title else value
        for name, value in row.items()
        if name not in ("title_en", "origin", *FOR_MACHINES) and (name, type(value)) != ("scenarios", list)
    }


def _machine(row: Row) -> Row:
    """A sentence as files keep it."""
    return {key: one for name, value in row.items() for key, one in _members(name, value).items()}


def _members(name: str, value: Any) -> Row:
    return stored(name, value) if isinstance(value, Said) else {name: value}


def _cell(value: Any) -> str:
    if isinstance(value, Said):
        return shown(value)
    return ",".join(map(str, value)) if isinstance(value, list) else shown(LEVELS.get(str(value), str(value)))
