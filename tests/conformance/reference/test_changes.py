"""Mutants and variants: one switch each, in the module of their family, resting on the ledger and on scenarios."""

from __future__ import annotations

import dataclasses
import importlib
from pathlib import Path

import pytest

from conformance.reference import mutants
from conformance.reference.__main__ import main, practice_of
from conformance.reference.change import compatible
from conformance.reference.config import ConfigError
from conformance.reference.healthy import HEALTHY
from conformance.reference.variants import VARIANTS

FOLDER = Path(mutants.__file__).parent
SCENARIOS = FOLDER.parents[2] / "scenarios"
COMPOSED = {
    ("sealing", "style"),
    ("ordering", "upload_data"),
    ("ordering", "order_data"),
    ("ordering", "query_data"),
    ("refunding", "data"),
}
"""Points whose changes add up (`sealed_with`, `upload_with`, `business_with`)."""
FAMILIES = {
    path.stem: getattr(importlib.import_module(f"{mutants.__name__}.{path.stem}"), path.stem.upper())
    for path in sorted(FOLDER.glob("[a-z]*.py"))
}


def changed(practice):
    """The points that are not the healthy ones, as (family, point)."""
    return [
        (family.name, point.name)
        for family in dataclasses.fields(HEALTHY)
        for point in dataclasses.fields(getattr(HEALTHY, family.name))
        if getattr(getattr(practice, family.name), point.name)
        is not getattr(getattr(HEALTHY, family.name), point.name)
    ]


@pytest.mark.parametrize("mutant", mutants.MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_changes_little_and_says_what_catches_it(mutant):
    assert 1 <= len(changed(mutant.apply(HEALTHY))) <= 3
    assert mutant.caught_by
    assert mutant.needs
    assert mutant.about


@pytest.mark.parametrize("family", FAMILIES)
def test_a_mutant_stands_in_the_family_that_it_changes(family):
    for mutant in FAMILIES[family]:
        assert family in {name for name, _ in changed(mutant.apply(HEALTHY))}, mutant.name


def test_every_family_of_practice_has_its_mutants_and_all_of_them_are_registered():
    assert set(FAMILIES) == {family.name for family in dataclasses.fields(HEALTHY)}
    assert {mutant.name for rows in FAMILIES.values() for mutant in rows} == {
        mutant.name for mutant in mutants.MUTANTS
    }


def test_a_name_names_one_change():
    names = [change.name for change in (*mutants.MUTANTS, *VARIANTS)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_variant_changes_little_and_says_what_it_decides(variant):
    assert 1 <= len(changed(variant.apply(HEALTHY))) <= 4
    assert variant.about
    assert variant.decides
    assert set(variant.declares) <= {"services", "level", "hooks", "timers", "persons"}


def test_there_are_variants_of_every_kind():
    assert len(VARIANTS) >= 24


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_variants_that_change_the_same_point_are_not_combined(variant):
    """Unless each keeps what the other does: those rows wrap the point that they find."""
    alone = {name: set(changed(one.apply(HEALTHY))) for name, one in {v.name: v for v in VARIANTS}.items()}
    for other in VARIANTS:
        if compatible(variant, other):
            both = set(changed(other.apply(variant.apply(HEALTHY))))
            assert both == alone[variant.name] | alone[other.name], other.name
            swallowed = {point for point in alone[variant.name] & alone[other.name] if point not in COMPOSED}
            assert not swallowed, other.name


def test_what_catches_a_mutant_is_in_the_ledger():
    from conformance import ledger

    known = {row.id for row in ledger.load().requirements}
    assert not {name for mutant in mutants.MUTANTS for name in mutant.caught_by} - known


def test_what_a_mutant_needs_is_a_scenario():
    missing = {
        name
        for mutant in mutants.MUTANTS
        for name in mutant.needs
        if not (SCENARIOS / f"{name}.yaml").is_file()
    }
    assert not missing


def test_changes_compose_and_an_unknown_one_is_a_line_for_the_user(capsys):
    practice = practice_of("sign_der, no_polling", "wire_order")
    assert set(practice.sealing.style(None, 0)) == {"sign_form", "order"}
    assert practice.resending.poll_pause_s(0) is None
    with pytest.raises(ConfigError, match="--mutant nonsense"):
        practice_of("nonsense", "")
    assert main(["--config", "no-such-file.json"]) == 2
    assert "no-such-file.json" in capsys.readouterr().err
