"""Send the very same bytes again after a lost answer (MP-SEC-11)."""

from __future__ import annotations

from collections.abc import Callable

from conformance.reference.change import Mutant, with_points


def _again(sent: list[bytes], fresh: Callable[[], bytes]) -> bytes:
    return sent[-1] if sent else fresh()


MUTANT = Mutant(
    "resend_same_bytes",
    "重发时原样发送旧报文",
    caught_by=("ENV-REPLAY-001",),
    needs=("fault/upload_timeout",),
    apply=with_points(resend_body=_again),
)
