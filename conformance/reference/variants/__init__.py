"""The healthy variants, one line each."""

from __future__ import annotations

from conformance.reference.change import Variant
from conformance.reference.variants.polling_only import VARIANT as POLLING_ONLY
from conformance.reference.variants.timestamps_number import VARIANT as TIMESTAMPS_NUMBER
from conformance.reference.variants.wire_order import VARIANT as WIRE_ORDER

VARIANTS: tuple[Variant, ...] = (TIMESTAMPS_NUMBER, WIRE_ORDER, POLLING_ONLY)
