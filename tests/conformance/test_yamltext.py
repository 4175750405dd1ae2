"""The quick parser and the plain one read the same values and lines and make the same mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance import yamltext
from conformance.mistake import Mistake

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*/*.yaml"))
needs_libyaml = pytest.mark.skipif(yamltext._QUICK is None, reason="PyYAML without libyaml")


def read(text: str, quick: Any) -> Any:
    """The value with its lines, or the mistake, by one of the two parsers."""
    before, yamltext._QUICK = yamltext._QUICK, quick
    try:
        document = yamltext.parse(text, "f.yaml")
    except Mistake as mistake:
        return str(mistake)
    finally:
        yamltext._QUICK = before
    return document.value, document.lines


def same(text: str) -> None:
    assert read(text, yamltext._QUICK) == read(text, None)


@needs_libyaml
def test_every_shipped_file_reads_the_same() -> None:
    assert len(SCENARIOS) > 60
    for path in SCENARIOS:
        same(path.read_text(encoding="utf-8"))


@needs_libyaml
@pytest.mark.parametrize(
    "text",
    ["", "a: [", "a: b: c", "\t a: 1", "a: 'x", "- a\nb: 1", "a: &x 1\nb: *y", "a: 1\na: 2", "a: !!python/name:x y",
     "a: !own x", "a: \x01", "? [a]\n: b", "a: 1\n---\nb: 2", "@x", "a: *", "[a, b", "}", 'a: "\\q"', "\ufeffa: 1",
     "a: \ud800", "a: &a [*a]", "a: 0123\nb: '12'\nc: 1.50\nd: yes\ne: ~\nf:\ng: 'null'\nh: |\n  12\n"],
)  # fmt: skip
def test_a_mistake_is_worded_the_same(text: str) -> None:
    same(text)


@needs_libyaml
@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 400_000, "{a: " * 200_000, "? " * 400_000])
def test_a_file_nested_without_end_is_a_mistake_and_no_crash(text: str) -> None:
    assert "\n" not in read(text, yamltext._QUICK)


PIECES = st.sampled_from(
    ["a", "b: ", "- ", "\n", "  ", "[", "]", "{", "}", ", ", "'", '"', ": ", "#", "&x ", "*x", "!t ", "|\n", "1", "0.5", "~", "中", "? ", "%"]
)  # fmt: skip


@needs_libyaml
@given(st.lists(PIECES, max_size=14).map("".join))
def test_any_text_reads_the_same(text: str) -> None:
    same(text)
