"""A gateway answers 200 with a page instead of JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from simulator.faults.shape import Fault
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage

PAGE = "<html><body>系统繁忙，请稍后再试</body></html>"


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> RawMessage:
    """Replace the body by a page."""
    del params, entropy
    return replace(raw, headers=(("content-type", "text/html; charset=utf-8"),), body=PAGE.encode())


FAULT = Fault("not_json", "after_seal", Said("应答200但内容是网页而非JSON"), apply)
