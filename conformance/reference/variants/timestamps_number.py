"""Send the timestamp as a 13-digit JSON number (sheet 2.1: a form of the Java SDK)."""

from __future__ import annotations

from conformance.reference.change import Variant, sealed_with

VARIANT = Variant(
    "timestamps_number",
    "时间戳用 13 位毫秒数字",
    sealed_with(lambda _keys, _now: {"timestamp_form": "13n"}),
)
