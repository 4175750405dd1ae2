"""Leave the plaintext beside the cipher text (MP-SEC-06)."""

from __future__ import annotations

from conformance.reference.change import Mutant, sealed_with

MUTANT = Mutant(
    "plain_data_beside",
    "密文之外还带着明文 data",
    caught_by=("ENV-ENC-002",),
    needs=("pay/clinic_mixed",),
    apply=sealed_with(lambda _keys, _now: {"keep_plain": True}),
)
