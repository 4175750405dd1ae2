"""Verify the signature of a notice only when there is one (MP-NTF-05)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.reference.change import Mutant, with_points
from conformance.reference.notices import verified
from simulator.protocol.wire.envelope import Opened


def _verified_if_signed(opened: Opened) -> Mapping[str, Any] | None:
    bare = opened.bad is not None and opened.bad.name == "sign.present"
    return opened.data if bare and isinstance(opened.data, Mapping) else verified(opened)


MUTANT = Mutant(
    "unsigned_notice_believed",
    "通知没有签名就不验签",
    caught_by=("NTF-SIGN-001",),
    needs=("notify/forged",),
    apply=with_points(read_notice=_verified_if_signed),
)
