"""Sign the text without &key=secret (sheet 15, pitfall 8)."""

from __future__ import annotations

from conformance.reference.change import Mutant, sealed_with
from simulator.protocol.text.canonical import Style

MUTANT = Mutant(
    "sign_no_key_tail",
    "签名原文末尾没有 &key=",
    caught_by=("ENV-SIGN-004",),
    needs=("pay/clinic_mixed",),
    apply=sealed_with(lambda _keys, _now: {"sign": Style(tail="none")}),
)
