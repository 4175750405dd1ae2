"""What a gateway's signature is made of, and the times beside the one that was sent. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from simulator.protocol.text.said import Said
from simulator.protocol.wire.digest_ways import Axes
from simulator.protocol.wire.raw import Headers, RawMessage

LONG: Final = 65_536
"""Of a longer body no wrong text is made: it would be copied dozens of times."""
NEAR: Final = 3
"""So many seconds beside the sent one are tried: the time was taken twice."""
NEAR_MS: Final = 30


@dataclass(frozen=True, slots=True)
class GatewayKeys:
    """What a gateway knows an institution by. `scheme`: what the vendor's side signs as, empty on ours."""

    account: str
    secret: str = field(repr=False)
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class SignedParts:
    """What a signature is made of. `stamp` as it was sent; `fields`: the signed headers in the order sent."""

    account: str
    secret: str = field(repr=False)
    stamp: str
    nonce: str = ""
    body: bytes = b""
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Scheme:
    """One gateway. `time_form`: `10` seconds or `13` milliseconds; `account`, `signature`: names of headers."""

    name: str
    headers: tuple[str, ...]
    account: str
    signature: str
    time_form: str
    parts: Callable[[RawMessage, GatewayKeys], SignedParts]
    axes: Callable[[SignedParts, str], Axes]
    offered: Callable[[RawMessage], str]
    stamp: Callable[[RawMessage], str]
    write: Callable[[GatewayKeys, str, str, bytes, str], Headers]
    hex: bool = True


def near_stamps(stamp: str) -> Iterator[str]:
    """The moments beside a stamp of digits, the nearest first: what a time taken twice may have been."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) in (10, 13)):
        return
    for away in range(1, (NEAR if len(stamp) == 10 else NEAR_MS) + 1):
        yield str(int(stamp) - away)
        yield str(int(stamp) + away)


TWICE: Final = Said("签名用的时间与请求头里的不是同一个值(取了两次时间)")
OTHER_UNIT: Final = Said("签名里的时间与请求头里的单位不同(秒与毫秒)")


def other_unit(stamp: str) -> str:
    """Seconds of milliseconds and the other way round; the empty text for what is neither."""
    if not (stamp.isascii() and stamp.isdigit()):
        return ""
    return stamp[:10] if len(stamp) == 13 else stamp + "000" if len(stamp) == 10 else ""
