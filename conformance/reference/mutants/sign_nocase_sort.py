"""Sort the keys of the signed text ignoring case (sheet 15, pitfall 1)."""

from __future__ import annotations

from conformance.reference.change import Mutant, sealed_with
from simulator.protocol.text.canonical import Style

MUTANT = Mutant(
    "sign_nocase_sort",
    "签名原文按不区分大小写排序",
    caught_by=("ENV-SIGN-001",),
    needs=("pay/clinic_mixed",),
    apply=sealed_with(lambda _keys, _now: {"sign": Style(order="nocase")}),
)
