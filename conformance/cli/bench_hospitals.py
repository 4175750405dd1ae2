"""Which hospitals `liantiao mutants` tries: the plain one, mutants, healthy variants and pairs of them, and what each declares."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from conformance.cli.demo import reference_declaration
from conformance.declaration import Declaration
from conformance.declared_persons import Persons
from conformance.mistake import Mistake
from conformance.reference.change import Variant, compatible
from conformance.reference.logbook import CONFIGURATION, LOG, SOURCE
from conformance.reference.mutants import MUTANTS
from conformance.reference.variants import VARIANTS
from conformance.scenario import Plan
from simulator.protocol.text.said import Said

CONVERGE_MS = 6_000


@dataclass(frozen=True, slots=True)
class BenchHospital:
    """One hospital on the bench: a mutant (with what must catch it), a healthy variant (or several), or the plain one."""

    name: str
    mutant: str = ""
    variants: tuple[Variant, ...] = ()
    caught_by: tuple[str, ...] = ()
    how: str = ""
    scenarios: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """Its name in the name of a run: no plus sign there, and 64 characters in all."""
        return self.name.replace("+", ".")[:34]

    @property
    def declares(self) -> Mapping[str, Any]:
        """What its declaration says otherwise."""
        found: dict[str, Any] = {}
        for variant in self.variants:
            timers = {**found.get("timers", {}), **variant.declares.get("timers", {})}
            found = {**found, **variant.declares, "timers": timers}
        return found


def draw(seed: str, variants: int | None, pairs: int) -> list[tuple[Variant, ...]]:
    """`variants` healthy variants (None: all) and `pairs` compatible pairs, the same for the same seed.

    There are fewer of them when there are not as many.
    """
    dice = random.Random(seed)
    found: list[tuple[Variant, ...]] = [
        (one,)
        for one in (VARIANTS if variants is None else dice.sample(VARIANTS, min(variants, len(VARIANTS))))
    ]
    both = [pair for pair in itertools.combinations(VARIANTS, 2) if compatible(*pair)]
    return found + dice.sample(both, min(pairs, len(both)))


def choose(
    plan: Plan,
    only: Sequence[str],
    full: bool,
    drawn: Sequence[tuple[Variant, ...]],
    *,
    healthy: bool = False,
) -> list[BenchHospital]:
    """Who is tried: the healthy ones with the full plan, each mutant with what it needs and the smoke set.

    `only` names mutants, variants or `healthy`; variants joined by `+` are one hospital. Raises Mistake.
    """
    everything = plan.scenarios
    bench = [BenchHospital("healthy", scenarios=everything)]
    bench += [BenchHospital(joined(rows), variants=rows, scenarios=everything) for rows in drawn]
    for one in () if healthy else MUTANTS:
        wanted = everything if full else tuple(dict.fromkeys((*one.needs, *plan.smoke)))
        bench.append(
            BenchHospital(one.name, mutant=one.name, caught_by=one.caught_by, how=one.how, scenarios=wanted)
        )
    if not only:
        return bench
    variants = {one.name: one for one in VARIANTS}
    known = {one.name: one for one in bench if not one.variants}
    for name in only:
        parts = name.split("+")
        if name not in known and all(part in variants for part in parts):
            rows = tuple(variants[part] for part in parts)
            known[name] = BenchHospital(name, variants=rows, scenarios=everything)
        elif name not in known:
            raise Mistake(Said("没有 {}, 可用: {}", name, ", ".join((*known, *variants))), field="--only")
    return [known[name] for name in dict.fromkeys(only)]


def joined(variants: Sequence[Variant]) -> str:
    """The name of a hospital that has these variants."""
    return "+".join(one.name for one in variants)


def declaration_of(
    patient: BenchHospital, block: Mapping[str, Any], line: Mapping[str, Any], files: Path
) -> Declaration:
    """The declaration of one hospital on the bench."""
    made = reference_declaration(
        str(block["orgCodg"]), str(block["orgName"]), notify=str(line["notify"]),
        token=str(block["driverToken"]), url=str(line["driver"]),
    )  # fmt: skip
    says = patient.declares
    driver = replace(
        made.driver, level=says.get("level", made.driver.level), hooks=says.get("hooks", made.driver.hooks)
    )
    persons = Persons("fixed", says["persons"]) if "persons" in says else made.persons
    return replace(
        made, file=f"({patient.name})", driver=driver, persons=persons, services=says.get("services", made.services),
        artefacts=_left_in(files), timers={**made.timers, "converge_ms": CONVERGE_MS, **says.get("timers", {})},
    )  # fmt: skip


def _left_in(folder: Path) -> dict[str, Any]:
    """What a hospital on the bench lets be looked into (`conformance.reference.logbook`)."""
    place = folder.resolve()
    return {
        "logs": [str(place / LOG)],
        "configuration": str(place / CONFIGURATION),
        "source": str(place / SOURCE),
    }
