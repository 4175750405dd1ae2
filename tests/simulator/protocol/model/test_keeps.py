"""Projections by path: exactly what is named, and nothing where nothing could be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.protocol.model.keeps import NOTHING, Keeps, projected
from simulator.protocol.model.role import interfaces_of
from simulator.roles import ROLES

DATA = {
    "a": "1", "b": {"c": 2, "d": 3}, "rows": [{"x": 1, "y": 2}, "odd", {"x": 3}], "none": None, "deep": [{"in": {"k": 1, "l": 2}}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("paths", "kept"),
    [
        ((), {}),
        (("a", "none", "absent"), {"a": "1", "none": None}),
        (("b.c",), {"b": {"c": 2}}),
        (("b",), {"b": {"c": 2, "d": 3}}),
        (("rows[]",), {"rows": [{}, {}]}),
        (("rows[].x", "rows[].y"), {"rows": [{"x": 1, "y": 2}, {"x": 3}]}),
        (("deep[].in.k",), {"deep": [{"in": {"k": 1}}]}),
        (("a.c", "a[]", "b[]", "rows.x"), {}),
    ],
)
def test_a_projection_is_what_its_paths_name(paths, kept):
    assert projected(DATA, paths) == kept


@pytest.mark.parametrize("data", [None, {}, [], [1], "x", 5])
def test_where_nothing_was_read_nothing_is_kept(data):
    assert projected(data, ("a",)) is None


@given(st.recursive(st.none() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["a", "b", "rows", "deep"]), inner, max_size=3), max_leaves=8))  # fmt: skip
def test_any_data_can_be_projected(data):
    kept = projected(data, ("a", "b.a", "rows[].a", "deep[]"))
    assert kept is None or projected(kept, ("a", "b.a", "rows[].a", "deep[]")) in (kept, None)


def test_an_interface_keeps_by_the_part_of_the_exchange():
    keeps = Keeps(("a",), ("b",))
    assert (keeps.of("request"), keeps.of("response"), NOTHING.of("request")) == (("a",), ("b",), ())


def test_no_interface_keeps_identities_or_secrets():
    secret = ("name", "idNo", "certno", "phone", "openid", "password")
    kept = [path for one in interfaces_of(ROLES) for path in (*one.keeps.request, *one.keeps.response)]
    assert kept
    assert [path for path in kept if path.rpartition(".")[2] in secret or path.endswith("Name")] == []
