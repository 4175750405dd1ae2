"""Use the appSecret as SM2 user id (sheet 15, pitfall 12)."""

from __future__ import annotations

from conformance.reference.change import Mutant, sealed_with

MUTANT = Mutant(
    "sign_user_id_secret",
    "SM2 用户标识误用 appSecret",
    caught_by=("ENV-SIGN-005",),
    needs=("pay/clinic_mixed",),
    apply=sealed_with(lambda keys, _now: {"user_id": keys.app_secret.encode("utf-8")}),
)
