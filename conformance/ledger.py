"""The requirement ledger and the acceptance catalogue: loading, with one-line mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from conformance.complaint import check
from conformance.mistake import Mistake
from conformance.yamltext import parse
from simulator.protocol.text.said import Said

RULESET = 2
"""The version of the rule set; rows with a higher `since` are new to a declaration that pins a lower one."""
GROUPS = ("SEC", "REQ", "IDV", "PAY", "REG", "RFD", "NTF", "FLT", "PRV", "UIV", "EXP")
"""The ledger files, in the order of the report."""
MODES = ("A", "B1", "B2", "C", "D")


@dataclass(frozen=True, slots=True)
class BrokenHow:
    """One way in which a requirement is broken, with its own cause and fix; `since` of a way that is judged later."""

    cause: str
    cause_en: str
    fix: str = ""
    fix_en: str = ""
    since: int = 1


@dataclass(frozen=True, slots=True)
class Requirement:
    """One obligation. `modes`, `services`, `vendor_level`: where it applies; `always`: in every flow it occurs in.

    `kinds`: the ways in which it is broken, by the name that its rule gives them (`Finding.kind`). `artefact`: what of the
    declared artefacts it looks into; such a row is judged once for the whole run and needs no scenario.
    """

    id: str
    group: str
    title: str
    title_en: str
    clause: str
    level: str
    status: str
    source: str
    origin: str
    cases: tuple[str, ...]
    since: int
    always: bool
    rule: str
    cause: str
    confirm: str
    fix: str
    patient: str
    clause_en: str
    cause_en: str
    confirm_en: str
    fix_en: str
    patient_en: str
    modes: tuple[str, ...] = MODES
    services: tuple[str, ...] = ()
    vendor_level: int = 1
    artefact: str = ""
    kinds: Mapping[str, BrokenHow] = field(default_factory=dict)

    @property
    def stands_alone(self) -> bool:
        """Whether its cases need no scenario of their own: it looks into files, or at whatever the patient is told."""
        return bool(self.artefact) or self.group in ("PRV", "UIV")

    def since_of(self, kind: str) -> int:
        """From which rule set on it is judged, broken in this way."""
        known = self.kinds.get(kind)
        return max(self.since, known.since) if known else self.since

    def as_json(self) -> dict[str, Any]:
        """The row of the manifest."""
        applies = {"modes": list(self.modes), "services": list(self.services), "level": self.vendor_level}
        row = {name: getattr(self, name) for name in _TEXTS}
        return {
            **row,
            "cases": list(self.cases),
            "since": self.since,
            "always": self.always,
            "applies": applies,
            **({"artefact": self.artefact} if self.artefact else {}),
        }


_TEXTS = (
    "id", "group", "title", "title_en", "clause", "level", "status", "source", "origin", "rule",
    "cause", "confirm", "fix", "patient",
    "clause_en", "cause_en", "confirm_en", "fix_en", "patient_en",
)  # fmt: skip
EXPLAINED = ("clause_en", "cause_en", "confirm_en", "fix_en", "patient_en")
"""What a verdict line that is no pass says in English beside the Chinese members of the same name."""


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the catalogue, its texts printed unchanged. `local`: no message may leave the vendor."""

    id: str
    group: str
    title: str
    level: str
    modes: tuple[str, ...]
    steps: str
    expected: str
    title_en: str
    steps_en: str
    expected_en: str
    source: str
    local: bool = False

    def as_json(self) -> dict[str, Any]:
        """The catalogue part of a manifest row."""
        row = {
            name: getattr(self, name)
            for name in (
                "id",
                "group",
                "title",
                "title_en",
                "level",
                "steps",
                "steps_en",
                "expected",
                "expected_en",
                "source",
            )
        }
        return {**row, "modes": list(self.modes)}


@dataclass(frozen=True, slots=True)
class Ledger:
    """Requirements in the order of the report, and the 219 cases."""

    requirements: tuple[Requirement, ...]
    cases: tuple[Case, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    """Group -> Chinese title."""
    ruleset: int = RULESET

    def find(self, name: str) -> Requirement | None:
        """The requirement of this id."""
        return next((row for row in self.requirements if row.id == name), None)


@cache
def load() -> Ledger:
    """The ledger of this package. Raises Mistake with file, line and field."""
    place = resources.files("conformance.requirements")
    return build({name: place.joinpath(name).read_text("utf-8") for name in files()})


def newer_than(ruleset: int) -> tuple[str, ...]:
    """What a run pinned to `ruleset` is not bound by: requirements, and `requirement:kind` for ways that are newer."""
    rows = load().requirements
    ways = ((row, name, kind) for row in rows if row.since <= ruleset for name, kind in row.kinds.items())
    return (
        *(row.id for row in rows if row.since > ruleset),
        *(f"{row.id}:{name}" for row, name, kind in ways if kind.since > ruleset),
    )


def files() -> tuple[str, ...]:
    """The file names of the ledger."""
    return (*(f"{group}.yaml" for group in GROUPS), "cases.yaml")


def build(texts: Mapping[str, str]) -> Ledger:
    """The ledger from file texts by name. Raises Mistake."""
    cases = _cases(texts["cases.yaml"])
    known = {case.id for case in cases}
    found: dict[str, Requirement] = {}
    titles: dict[str, str] = {}
    for name in (name for name in texts if name != "cases.yaml"):
        titles |= _group(name, texts[name], known, found)
    return Ledger(tuple(found.values()), cases, titles)


def _cases(text: str) -> tuple[Case, ...]:
    document = parse(text, "cases.yaml")
    check(document, "cases")
    rows = document.value["cases"]
    seen: set[str] = set()
    for index, row in enumerate(rows):
        group = row["id"].split("-")[1]
        if row["id"] in seen:
            raise document.mistake(("cases", index, "id"), Said("用例 {} 写了两次, 只保留一处", row["id"]))
        if group not in document.value["groups"]:
            raise document.mistake(("cases", index, "id"), Said("groups 里没有 {}, 请补上", group))
        seen.add(row["id"])
    return tuple(
        Case(**{**row, "group": row["id"].split("-")[1], "modes": tuple(row["modes"])}) for row in rows
    )


def _group(name: str, text: str, cases: set[str], found: dict[str, Requirement]) -> dict[str, str]:
    document = parse(text, name)
    check(document, "ledger")
    group = document.value["group"]
    for index, row in enumerate(document.value["requirements"]):
        place = ("requirements", index)
        if row["id"] in found:
            raise document.mistake((*place, "id"), Said("要求 {} 写了两次, 只保留一处", row["id"]))
        unknown = [case for case in row["cases"] if case not in cases]
        if unknown:
            raise document.mistake(
                (*place, "cases"), Said("用例目录里没有 {}, 改成 cases.yaml 中的编号", unknown[0])
            )
        found[row["id"]] = _requirement(group, row)
    return {group: document.value["title"]}


def _requirement(group: str, row: Mapping[str, Any]) -> Requirement:
    applies = row.get("applies", {})
    plain = {key: value for key, value in row.items() if key not in ("applies", "cases", "kinds")}
    return Requirement(
        **plain,
        group=group,
        cases=tuple(row["cases"]),
        modes=tuple(applies.get("modes", MODES)),
        services=tuple(applies.get("services", ())),
        vendor_level=applies.get("level", 1),
        kinds={name: BrokenHow(**how) for name, how in row.get("kinds", {}).items()},
    )


def select(ledger: Ledger, name: str) -> Requirement:
    """The requirement `name`. Raises Mistake for one that the ledger does not have."""
    found = ledger.find(name)
    if found is None:
        raise Mistake(Said("台账里没有要求 {}, 用 liantiao list requirements 查看全部编号", name))
    return found
