"""Send the signature as ASN.1 DER (sheet 15, pitfall 9)."""

from __future__ import annotations

from conformance.reference.change import Mutant, sealed_with

MUTANT = Mutant(
    "sign_der",
    "signData 用 DER 编码",
    caught_by=("ENV-SIGN-002",),
    needs=("pay/clinic_mixed",),
    apply=sealed_with(lambda _keys, _now: {"sign_form": "der"}),
)
