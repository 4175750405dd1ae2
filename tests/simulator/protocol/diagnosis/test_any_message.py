"""Whatever stands in a message: a diagnosis names nothing for a signature drawn at random, and never raises."""

from __future__ import annotations

import base64
import random
from typing import Any

import pytest

from simulator.protocol.crypto.keys import PrivateKey
from simulator.protocol.diagnosis.deviation import QUICK, Suspect
from simulator.protocol.diagnosis.search import diagnose
from simulator.protocol.text.jsontext import Num, dumps
from simulator.protocol.wire.signature import ChannelKeys

KEYS = ChannelKeys("A1B2" * 8, "S3CR" * 8, PrivateKey(12345), PrivateKey(6789).public)
ODD: tuple[Any, ...] = (
    None, "", [], {}, Num("NaN"), Num("-Infinity"), Num("1e400"), Num("-0.0"), Num("12.50"), Num("9" * 40), True, False, "12.50",
    "2026-01-01 00:00:00", "20260101000000", "99991231235959", "00010101000000", "汉字", 'a"b\\c/d', "  x ", '{"a":1}', "[1,2]",
    "null", "1E+400", "9" * 400, "\x00\x7f\u2028",
)  # fmt: skip
NAMES = ("payOrdId", "medOrgOrd", "feeSumamt", "list", "ext", "", "中", "x" * 50)


def _value(draw: random.Random, level: int = 0) -> Any:
    kind = draw.random()
    if level < 3 and kind < 0.15:
        return {name: _value(draw, level + 1) for name in draw.sample(NAMES, draw.randint(0, 4))}
    if level < 3 and kind < 0.3:
        return [_value(draw, level + 1) for _ in range(draw.randint(0, 3))]
    return draw.choice(ODD)


@pytest.mark.parametrize("seed", range(30))
def test_nothing_is_named_and_nothing_raised(seed: int) -> None:
    draw = random.Random(seed)
    data = {name: _value(draw) for name in draw.sample(NAMES, draw.randint(0, 6))}
    stamps = ("20260101090000", Num("1767229200000"), Num("NaN"), Num("1e5"), "99999999999999", "x", None, [])
    envelope = {
        "appId": KEYS.app_id, "version": _value(draw, 2), "encType": "SM4", "signType": "SM2", "timestamp": draw.choice(stamps),
        "code": _value(draw, 2), "message": _value(draw, 2), "encData": "AB" * 16, "extra": _value(draw),
    }  # fmt: skip
    size = draw.choice((64, 64, 63, 70))
    signature = base64.b64encode(draw.randbytes(size)).decode("ascii")
    kind = "request" if seed % 2 else "response"
    seen = Suspect(
        envelope, draw.choice((data, data, None)), dumps(data), signature, KEYS, b"1234567812345678", kind,
        also_bare=seed % 3 > 0,
    )  # fmt: skip
    found = diagnose(seen, QUICK)
    assert (found.causes, found.equals) == ((), ())
    assert found.tried <= QUICK.compositions + 1
    assert found.tried > 0 or size != 64  # what cannot be read as r and s opens nothing
