"""The healthy variants: other right ways, for which every rule must stay green."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.change import Variant, sealed_with, with_points
from simulator.protocol.wire.envelope import ChannelKeys

MEMBERS: Final = ("appId", "version", "encType", "signType", "timestamp", "encData", "signData")


def _shuffled(keys: ChannelKeys, now_ms: int) -> Mapping[str, Any]:
    del keys, now_ms
    return {"order": tuple(sorted(MEMBERS, key=lambda _: secrets.randbits(32)))}


VARIANTS: Final[tuple[Variant, ...]] = (
    # Send the timestamp as a 13-digit JSON number (sheet 2.1: a form of the Java SDK).
    Variant(
        "timestamps_number",
        "时间戳用 13 位毫秒数字",
        sealed_with(lambda _keys, _now: {"timestamp_form": "13n"}),
    ),
    # Send the envelope's members in another order each time (sheet 2.1: the order is irrelevant).
    Variant("wire_order", "外层字段每次换一种顺序", sealed_with(_shuffled)),
    # Have no notice address and converge by 6301 alone (contracts 2: `notify: none`).
    Variant("polling_only", "不收通知, 只靠 6301 查询收敛", with_points(noticing={"receives": False})),
)
