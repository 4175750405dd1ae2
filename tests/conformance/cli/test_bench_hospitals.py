"""Which hospitals `liantiao mutants` tries: what is drawn, what is asked for by name, and what each declares."""

from __future__ import annotations

import pytest

from conformance.cli.bench_hospitals import choose, declaration_of, draw
from conformance.mistake import Mistake
from conformance.reference.change import compatible
from conformance.reference.mutants import MUTANTS
from conformance.reference.variants import VARIANTS
from conformance.runner import catalogue

PLAN = catalogue.plan("A")
BLOCK = {"orgCodg": "H50999900001", "orgName": "联调", "driverToken": "t"}
LINE = {"notify": "none", "driver": "http://127.0.0.1:1"}


def test_the_same_seed_draws_the_same_and_pairs_can_be_combined():
    drawn = draw("a commit", 4, 6)
    assert drawn == draw("a commit", 4, 6) != draw("another commit", 4, 6)
    assert [len(rows) for rows in drawn] == [1] * 4 + [2] * 6
    assert all(compatible(*rows) for rows in drawn[4:])
    assert len(draw("", None, 0)) == len(VARIANTS)
    assert len(draw("", 10_000, 10_000)) > len(VARIANTS)


def test_the_plain_hospital_is_always_there_and_mutants_unless_they_are_not_wanted():
    names = [one.name for one in choose(PLAN, (), False, draw("s", 2, 1))]
    assert (names[0], len(names)) == ("healthy", 4 + len(MUTANTS))
    assert len(choose(PLAN, (), False, draw("s", 2, 1), healthy=True)) == 4


def test_several_variants_of_one_hospital_are_asked_for_with_a_plus():
    (one,) = choose(PLAN, ("level_one+wire_order",), False, ())
    assert [variant.name for variant in one.variants] == ["level_one", "wire_order"]
    with pytest.raises(Mistake, match="nonsense"):
        choose(PLAN, ("wire_order+nonsense",), False, ())


def test_a_hospital_declares_what_its_variants_say(tmp_path):
    rows = choose(
        PLAN, ("healthy", "level_one+slow_polling", "persons_on_file", "no_test_actions"), False, ()
    )
    plain, both, filed, bare = (declaration_of(one, BLOCK, LINE, tmp_path) for one in rows)
    assert (plain.driver.level, plain.timers["converge_ms"]) == (2, 6_000)
    assert (both.driver.level, both.timers["converge_ms"]) == (1, 30_000)
    assert (filed.persons.kind, len(filed.persons.listed)) == ("fixed", 8)
    assert plain.driver.hooks
    assert bare.driver.hooks == ()
