"""Leave numbers bare in the signed text (sheet 15, pitfall 2)."""

from __future__ import annotations

from conformance.reference.change import Mutant, sealed_with
from simulator.protocol.text.canonical import BARE

MUTANT = Mutant(
    "sign_bare_numbers",
    "签名原文里的数字不加引号",
    caught_by=("ENV-SIGN-003",),
    needs=("pay/clinic_mixed",),
    apply=sealed_with(lambda _keys, _now: {"sign": BARE}),
)
