"""Answer every notice with a failure (MP-NTF-01)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "notice_not_acknowledged",
    "通知处理后一律答失败",
    caught_by=("NTF-ACK-001",),
    needs=("pay/clinic_mixed",),
    apply=with_points(notice_answer=lambda _answer: (500, {"success": False, "message": "系统异常"})),
)
