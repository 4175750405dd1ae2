"""Every set of conformance/vectors: its schema, its lint, and that it is what its generator makes."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
import pytest
import vector_make

import schemas
from conformance import vectors

SCHEMA = jsonschema.Draft202012Validator(schemas.load("vectors"))
MOST_BYTES = 200_000
GENERATED = tuple(vector_make.SETS)


def lint(made: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a set, in words: shape, numbers, flags, reasons."""
    yield from (f"{error.json_path}: {error.message[:200]}" for error in SCHEMA.iter_errors(made))
    tests = [(group["type"], test) for group in made["testGroups"] for test in group["tests"]]
    if [test["tcId"] for _, test in tests] != list(range(1, len(tests) + 1)):
        yield "tcId: not 1 to the number of tests"
    if made["numberOfTests"] != len(tests):
        yield f"numberOfTests: {made['numberOfTests']}, there are {len(tests)}"
    used = Counter(flag for _, test in tests for flag in test["flags"])
    yield from (f"flag {flag} has no note" for flag in used if flag not in made["notes"])
    yield from (f"note {flag} is not used" for flag in made["notes"] if not used[flag])
    yield from (
        f"test {test['tcId']}: an invalid test has one reason, not {test['flags']}"
        for _, test in tests
        if test["result"] == "invalid" and len(test["flags"]) != 1
    )
    named = Counter(
        (group["type"], json.dumps(group["key"], sort_keys=True), test["comment"])
        for group in made["testGroups"]
        for test in group["tests"]
    )
    yield from (f"comment twice: {name[-1]}" for name, count in named.items() if count > 1)
    healthy = {kind for kind, test in tests if test["result"] == "valid"}
    yield from (f"{kind} has no valid test" for kind in sorted({kind for kind, _ in tests} - healthy))


@pytest.mark.parametrize("name", GENERATED)
def test_a_set_is_well_formed(name: str) -> None:
    assert list(lint(vectors.load(name))) == []
    size = len((vector_make.FOLDER / f"{name}.json").read_bytes())
    assert size <= MOST_BYTES, f"{name}: {size} bytes"


@pytest.mark.parametrize("name", GENERATED)
def test_a_set_is_what_its_generator_makes(name: str) -> None:
    text = (vector_make.FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert text == vector_make.text_of(vector_make.SETS[name]()), "python tests/vectors/vector_make.py"


def _set(change: Any) -> dict[str, Any]:
    made = copy.deepcopy(vectors.load("sm3"))
    change(made)
    return made


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: one.update(numberOfTests=1), "numberOfTests"),
        (lambda one: one["testGroups"][0]["tests"][1].update(tcId=1), "tcId"),
        (lambda one: one["testGroups"][0]["tests"][0]["flags"].append("Unheard"), "has no note"),
        (lambda one: one["notes"].update(Idle=one["notes"]["Standard"]), "is not used"),
        (lambda one: one["testGroups"][0]["tests"][-1]["flags"].append("Standard"), "one reason"),
        (lambda one: one["testGroups"][0]["tests"][1].update(comment="abc"), "comment twice"),
        (lambda one: one["testGroups"][0]["tests"][0].update(result="perhaps"), "perhaps"),
        (lambda one: one["testGroups"][0]["tests"][0].update(digest="XY"), "XY"),
        (lambda one: one["testGroups"][0]["tests"][0].update(more=1), "more"),
        (lambda one: one["testGroups"][0].update(type="Unheard"), "Unheard"),
        (lambda one: one["notes"]["Standard"].update(bugType="BAD"), "BAD"),
        (lambda one: one.update(schema=2), "schema"),
        (lambda one: [test.update(result="acceptable") for test in one["testGroups"][1]["tests"]], "no valid test"),
    ],
)  # fmt: skip
def test_the_lint_sees_a_faulty_set(change: Any, said: str) -> None:
    assert any(said in one for one in lint(_set(change)))


def test_the_reader_gives_what_there_is() -> None:
    assert set(GENERATED) == set(vectors.SETS)
    assert {file.stem for file in vector_make.FOLDER.glob("*.json")} == set(vectors.SETS)
    assert json.loads((vector_make.FOLDER / "sm3.json").read_text(encoding="utf-8")) == vectors.load("sm3")
    with pytest.raises(KeyError):
        vectors.load("../vectors/sm3")
