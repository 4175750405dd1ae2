"""A provincial relay wraps the answer once more per level, or hands it on as a text (sheet 2.2: up to three)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import orjson

from simulator.faults.shape import Fault, Param
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage

LEVELS = ("data", "output", "body")


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> RawMessage:
    """Put the answer into `levels` objects, the outermost called `data`; with `text` 1 it is a JSON text inside."""
    del entropy
    try:
        value = orjson.loads(raw.body)
    except orjson.JSONDecodeError:
        return raw
    if params["text"]:
        value = orjson.dumps(value).decode("utf-8")
    for name in reversed(LEVELS[: params["levels"]]):
        value = {name: value}
    return replace(raw, body=orjson.dumps(value))


FAULT = Fault(
    "relay_wrapped",
    "after_seal",
    Said("应答被中转平台多包几层"),
    apply,
    (
        Param("levels", 1, 1, 3, Said("包裹层数")),
        Param("text", 0, 0, 1, Said("1 为把应答作为 JSON 文本再放入(双重编码)")),
    ),
)
