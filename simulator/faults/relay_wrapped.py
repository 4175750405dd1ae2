"""A provincial relay wraps the answer once more per level (sheet 2.2: up to three)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import orjson

from simulator.faults.shape import Fault, Param
from simulator.protocol.raw import RawMessage

LEVELS = ("data", "output", "body")


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> RawMessage:
    """Put the answer into `levels` objects, the outermost called `data`."""
    del entropy
    try:
        value = orjson.loads(raw.body)
    except orjson.JSONDecodeError:
        return raw
    for name in reversed(LEVELS[: params["levels"]]):
        value = {name: value}
    return replace(raw, body=orjson.dumps(value))


FAULT = Fault(
    "relay_wrapped",
    "after_seal",
    "应答被中转平台多包几层",
    apply,
    (Param("levels", 1, 1, 3, "包裹层数"),),
)
