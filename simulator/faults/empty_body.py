"""The answer is 200 with nothing in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from simulator.faults.shape import Fault
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> RawMessage:
    """Empty the body."""
    del params, entropy
    return replace(raw, body=b"")


FAULT = Fault("empty_body", "after_seal", Said("应答200但内容为空"), apply)
