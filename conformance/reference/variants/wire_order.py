"""Send the envelope's members in another order each time (sheet 2.1: the order is irrelevant)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from conformance.reference.change import Variant, sealed_with
from simulator.protocol.wire.envelope import ChannelKeys

MEMBERS = ("appId", "version", "encType", "signType", "timestamp", "encData", "signData")


def _shuffled(keys: ChannelKeys, now_ms: int) -> Mapping[str, Any]:
    del keys, now_ms
    return {"order": tuple(sorted(MEMBERS, key=lambda _: secrets.randbits(32)))}


VARIANT = Variant("wire_order", "外层字段每次换一种顺序", sealed_with(_shuffled))
