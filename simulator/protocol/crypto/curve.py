"""The curve sm2p256v1 on whole numbers: multiples by fixed-base tables, sums, decompression.

Test keys only: not constant time, secrets leave traces in timing and memory. Uses `gmpy2` for the
same code when it is installed (2-3 times faster), plain ints otherwise; the results are equal.

`k*P` for a point with a table costs at most 32 mixed additions (8-bit windows, 32 rows of 255 points, about
2.4 MB). G has one always; another point gets one at its 16th use, up to that it goes by a 4-bit ladder.
At most TABLES tables are kept, the least recently used goes first.
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from typing import Any, Final

from simulator import GMPY2_ALLOWED

P: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A: Final = P - 3
B: Final = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
GX: Final = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
GY: Final = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0

TABLES: Final = 32
"""Tables kept for points other than G (about 80 MB when full)."""
TABLE_AFTER: Final = 16
"""Uses of a point before its table is worth its 40-80 ms."""

# The number type is the only difference between the two builds, so it stays untyped: int or gmpy2.mpz.
Point = tuple[int, int]
Jacobian = tuple[Any, Any, Any]
Table = list[list[Any]]

GMPY2: Final = GMPY2_ALLOWED and importlib.util.find_spec("gmpy2") is not None
_num: Any = importlib.import_module("gmpy2").mpz if GMPY2 else int
_P: Any = _num(P)
_ONE: Any = _num(1)
_INFINITY: Final[Jacobian] = (_num(1), _num(1), _num(0))


def on_curve(x: int, y: int) -> bool:
    """Whether (x, y) are reduced coordinates of a point of the curve."""
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x * x + A * x + B)) % P == 0


def decompress(x: int, odd: bool) -> Point | None:
    """The point with abscissa x and that parity of y, or None when there is none (P = 3 mod 4)."""
    y = pow((x * x * x + A * x + B) % P, (P + 1) // 4, P)
    if bool(y & 1) != odd:
        y = P - y
    return (x, y) if on_curve(x, y) else None


def _double(X: Any, Y: Any, Z: Any) -> Jacobian:
    p = _P
    delta = Z * Z % p
    gamma = Y * Y % p
    beta = X * gamma % p
    alpha = 3 * (X - delta) * (X + delta) % p  # a = -3
    X3 = (alpha * alpha - 8 * beta) % p
    return X3, (alpha * (4 * beta - X3) - 8 * gamma * gamma) % p, 2 * Y * Z % p


def _add(X1: Any, Y1: Any, Z1: Any, x2: Any, y2: Any) -> Jacobian:
    """Jacobian plus affine; knows the point at infinity (Z = 0), equal and opposite points."""
    if not Z1:
        return x2, y2, _ONE
    p = _P
    zz = Z1 * Z1 % p
    H = (x2 * zz - X1) % p
    r = (y2 * (Z1 * zz % p) - Y1) % p
    if not H:
        return _INFINITY if r else _double(X1, Y1, Z1)
    hh = H * H % p
    hhh = H * hh % p
    v = X1 * hh % p
    X3 = (r * r - hhh - 2 * v) % p
    return X3, (r * (v - X3) - Y1 * hhh) % p, Z1 * H % p


def _batch_affine(points: list[Jacobian]) -> list[Any]:
    """Affine forms of finite points with one inversion."""
    p = _P
    running = _ONE
    before = []
    for _, _, Z in points:
        before.append(running)
        running = running * Z % p
    inverse = _num(pow(int(running), -1, P))
    out: list[Any] = [None] * len(points)
    for index in range(len(points) - 1, -1, -1):
        X, Y, Z = points[index]
        z = inverse * before[index] % p
        inverse = inverse * Z % p
        zz = z * z % p
        out[index] = (X * zz % p, Y * zz % p * z % p)
    return out


def _make_table(x: int, y: int) -> Table:
    """Rows r of the multiples 1..255 of 256^r * point; index 0 is unused."""
    bases: list[Jacobian] = [(_num(x), _num(y), _ONE)]
    for _ in range(31):
        point = bases[-1]
        for _ in range(8):
            point = _double(*point)
        bases.append(point)
    multiples: list[Jacobian] = []
    for bx, by in _batch_affine(bases):
        point = (bx, by, _ONE)
        multiples.append(point)
        for _ in range(254):
            point = _add(*point, bx, by)
            multiples.append(point)
    flat = _batch_affine(multiples)
    return [[None, *flat[row * 255 : (row + 1) * 255]] for row in range(32)]


@lru_cache(maxsize=1)
def _base_table() -> Table:
    return _make_table(GX, GY)


@lru_cache(maxsize=TABLES)
def _table(x: int, y: int) -> Table:
    return _make_table(x, y)


@lru_cache(maxsize=8 * TABLES)
def _uses(_point: Point) -> list[int]:
    return [0]


def _by_table(k: int, table: Table, start: Jacobian) -> Jacobian:
    p = _P
    X, Y, Z = start
    for row, digit in zip(table, k.to_bytes(32, "little"), strict=True):
        if digit:
            x2, y2 = row[digit]
            if not Z:
                X, Y, Z = x2, y2, _ONE
                continue
            zz = Z * Z % p
            H = (x2 * zz - X) % p
            if not H:
                X, Y, Z = _add(X, Y, Z, x2, y2)
                continue
            r = (y2 * (Z * zz % p) - Y) % p
            hh = H * H % p
            hhh = H * hh % p
            v = X * hh % p
            X = (r * r - hhh - v - v) % p
            Y = (r * (v - X) - Y * hhh) % p
            Z = Z * H % p
    return X, Y, Z


def _by_ladder(k: int, x: int, y: int) -> Jacobian:
    px, py = _num(x), _num(y)
    small: list[Jacobian] = [(px, py, _ONE)]
    for _ in range(14):
        small.append(_add(*small[-1], px, py))
    affine = [None, *_batch_affine(small)]
    point = _INFINITY
    for digit in f"{k:064x}":
        if point[2]:
            point = _double(*_double(*_double(*_double(*point))))
        if digit != "0":
            point = _add(*point, *affine[int(digit, 16)])
    return point


def base_multiple(k: int) -> Point:
    """`k*G` for 0 < k < N."""
    X, Y, Z = _by_table(k, _base_table(), _INFINITY)
    z = _num(pow(int(Z), -1, P))
    zz = z * z % _P
    return int(X * zz % _P), int(Y * zz % _P * z % _P)


def joint_x(s: int, t: int, point: Point) -> int | None:
    """The abscissa of `s*G + t*point`, or None at infinity; 0 <= s, t < N and `point` on the curve."""
    X, _, Z = _joint(s, t, point)
    if not Z:
        return None
    zz = Z * Z % _P
    return int(X) * pow(int(zz), -1, P) % P


def joint_point(s: int, t: int, point: Point) -> Point | None:
    """`s*G + t*point`, or None at infinity; 0 <= s, t < N and `point` on the curve."""
    X, Y, Z = _joint(s, t, point)
    if not Z:
        return None
    z = pow(int(Z), -1, P)
    zz = z * z % P
    return int(X) * zz % P, int(Y) * zz * z % P


def _joint(s: int, t: int, point: Point) -> Jacobian:
    uses = _uses(point)
    uses[0] += 1
    known = uses[0] > TABLE_AFTER
    part = _by_table(t, _table(*point), _INFINITY) if known else _by_ladder(t, *point)
    return _by_table(s, _base_table(), part)
