"""The mutants, a module a family of practice: every one is a single fault that a requirement must catch."""

from __future__ import annotations

from typing import Final

from conformance.reference.change import Mutant
from conformance.reference.mutants.asking import ASKING
from conformance.reference.mutants.cancelling import CANCELLING
from conformance.reference.mutants.doubting import DOUBTING
from conformance.reference.mutants.identifying import IDENTIFYING
from conformance.reference.mutants.meanwhile import MEANWHILE
from conformance.reference.mutants.noticing import NOTICING
from conformance.reference.mutants.ordering import ORDERING
from conformance.reference.mutants.refunding import REFUNDING
from conformance.reference.mutants.resending import RESENDING
from conformance.reference.mutants.returning import RETURNING
from conformance.reference.mutants.sealing import SEALING
from conformance.reference.mutants.settling import SETTLING
from conformance.reference.mutants.showing import SHOWING
from conformance.reference.mutants.telling import TELLING

MUTANTS: Final[tuple[Mutant, ...]] = (
    *ASKING,
    *SEALING,
    *RESENDING,
    *IDENTIFYING,
    *ORDERING,
    *SETTLING,
    *SHOWING,
    *TELLING,
    *CANCELLING,
    *REFUNDING,
    *RETURNING,
    *MEANWHILE,
    *NOTICING,
    *DOUBTING,
)
