"""The healthy variants: other right ways, for which every rule must stay silent on every plan.

A variant is one row of its module. Two are combined when they answer no question in common (`Variant.decides`).
"""

from __future__ import annotations

from typing import Final

from conformance.reference.change import Variant
from conformance.reference.variants.answering_ways import ANSWERING
from conformance.reference.variants.asking_ways import ASKING
from conformance.reference.variants.doubting_ways import DOUBTING
from conformance.reference.variants.left_to_centre import LEFT_TO_CENTRE
from conformance.reference.variants.promising_ways import PROMISING
from conformance.reference.variants.writing_ways import WRITING

VARIANTS: Final[tuple[Variant, ...]] = (
    *WRITING,
    *ASKING,
    *DOUBTING,
    *ANSWERING,
    *LEFT_TO_CENTRE,
    *PROMISING,
)
