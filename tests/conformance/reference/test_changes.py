"""Mutants and variants: one switch each, named after their file, resting on the ledger and on scenarios."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from conformance.reference import mutants, variants
from conformance.reference.__main__ import main, policy_of
from conformance.reference.config import ConfigError
from conformance.reference.practice import HEALTHY

FOLDER = Path(mutants.__file__).parent
SCENARIOS = FOLDER.parents[2] / "scenarios"


def changed(policy):
    names = [field.name for field in dataclasses.fields(HEALTHY)]
    return [name for name in names if getattr(policy, name) is not getattr(HEALTHY, name)]


@pytest.mark.parametrize("mutant", mutants.MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_changes_little_and_says_what_catches_it(mutant):
    assert (FOLDER / f"{mutant.name}.py").is_file()
    assert 1 <= len(changed(mutant.apply(HEALTHY))) <= 3
    assert mutant.caught_by
    assert mutant.needs
    assert mutant.about


def test_every_file_is_registered():
    for package, rows in ((mutants, mutants.MUTANTS), (variants, variants.VARIANTS)):
        files = {path.stem for path in Path(package.__file__).parent.glob("*.py")} - {"__init__"}
        assert files == {row.name for row in rows}
        assert len(files) == len(rows)


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
    policy = policy_of("sign_der, no_polling", "wire_order")
    assert set(policy.style(None, 0)) == {"sign_form", "order"}
    assert policy.poll_pause_s(0) is None
    with pytest.raises(ConfigError, match="--mutant nonsense"):
        policy_of("nonsense", "")
    assert main(["--config", "no-such-file.json"]) == 2
    assert "no-such-file.json" in capsys.readouterr().err
