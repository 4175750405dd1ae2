"""Send the version of the older dialect (sheet 2.1)."""

from __future__ import annotations

from conformance.reference.change import Mutant, sealed_with

MUTANT = Mutant(
    "env_version_wrong",
    "version 填成 1.0.0",
    caught_by=("ENV-FIELD-001",),
    needs=("pay/clinic_mixed",),
    apply=sealed_with(lambda _keys, _now: {"version": "1.0.0"}),
)
