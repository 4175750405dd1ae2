"""The arithmetic: both number types, tables and ladder, and the points where addition formulas break."""

from __future__ import annotations

import importlib
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simulator
from simulator.protocol.crypto import curve
from simulator.protocol.crypto.curve import GX, GY, N, P

SCALARS = st.one_of(
    st.integers(1, N - 1),
    st.sampled_from([1, 2, 3, 255, 256, 257, N - 1, N - 2, 2**255, 2**128, (N + 1) // 2]),
)


def _affine(point: curve.Jacobian) -> tuple[int, int] | None:
    X, Y, Z = (int(value) for value in point)
    if not Z:
        return None
    z = pow(Z, -1, P)
    return X * z * z % P, Y * z * z * z % P


@given(SCALARS)
@settings(max_examples=40, deadline=None)
def test_table_and_ladder_agree(k: int) -> None:
    assert curve.base_multiple(k) == _affine(curve._by_ladder(k, GX, GY))


@given(SCALARS, SCALARS, SCALARS)
@settings(max_examples=25, deadline=None)
def test_a_joint_multiple_is_the_multiple_of_the_sum(s: int, t: int, d: int) -> None:
    whole = (s + t * d) % N
    expected = curve.base_multiple(whole)[0] if whole else None
    assert curve.joint_x(s, t, curve.base_multiple(d)) == expected


@pytest.mark.parametrize("uses", [1, curve.TABLE_AFTER + 2])
def test_infinity_and_doubling_before_and_after_a_point_has_its_table(uses: int) -> None:
    point = curve.base_multiple(987654321 + uses)
    d = 987654321 + uses
    for _ in range(uses):
        assert curve.joint_x(N - d, 1, point) is None  # opposite points
        assert curve.joint_x(d, 1, point) == curve.base_multiple(2 * d)[0]  # equal points
        assert curve.joint_x(5, 0, point) == curve.base_multiple(5)[0]
        assert curve.joint_x(0, 5, point) == curve.base_multiple(5 * d)[0]
        assert curve.joint_x(0, 0, point) is None


def test_order_and_generator() -> None:
    assert curve.on_curve(GX, GY)
    assert curve.base_multiple(1) == (GX, GY)
    assert curve.base_multiple(N - 1) == (GX, P - GY)


@given(SCALARS)
@settings(max_examples=10, deadline=None)
def test_a_point_is_found_from_its_abscissa_and_parity(k: int) -> None:
    x, y = curve.base_multiple(k)
    assert curve.decompress(x, odd=bool(y & 1)) == (x, y)
    assert curve.decompress(x, odd=not y & 1) == (x, P - y)


def test_an_abscissa_without_a_point_is_none() -> None:
    assert any(curve.decompress(x, odd=True) is None for x in range(1, 12))


def test_tables_are_bounded() -> None:
    assert curve._table.cache_info().maxsize == curve.TABLES
    assert curve._uses.cache_info().maxsize == 8 * curve.TABLES


@pytest.mark.parametrize("allowed", [True, False])
def test_the_same_code_runs_on_ints_and_on_gmpy2(allowed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second copy of the module, made without gmpy2 (or with it where it is installed), gives equal points."""
    monkeypatch.setattr(simulator, "GMPY2_ALLOWED", allowed)
    spec = importlib.util.find_spec("simulator.protocol.crypto.curve")
    assert spec is not None
    assert spec.loader is not None
    copy = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "curve_copy", copy)
    spec.loader.exec_module(copy)
    assert allowed or not copy.GMPY2
    for k in (1, 2, 12345678901234567890, N - 1):
        assert copy.base_multiple(k) == curve.base_multiple(k)
