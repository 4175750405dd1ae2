"""How an answer of the centre is read: protocol first, then business (centre sheet 2.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conformance.reference.answers import PeerAnswer
from simulator.protocol.wire.envelope import ChannelKeys, Opened


def as_agreed(keys: ChannelKeys, now_ms: int) -> dict[str, Any]:
    """Requests are sealed as the sheet says (2, 3, 4): nothing departs from it."""
    del keys, now_ms
    return {}


def sealed_afresh(sent: list[bytes], fresh: Callable[[], bytes]) -> bytes:
    """A resend is a new message: new timestamp, new signature (contracts 3)."""
    del sent
    return fresh()


def read_answer(opened: Opened, status: int) -> PeerAnswer:
    """Judge protocol, then business; the transaction state is judged by who asked.

    An answer that is not HTTP 200, cannot be opened or does not verify says nothing: `unknown`.
    """
    if status != 200 or not opened.ok or not isinstance(opened.outer, Mapping):
        bad = opened.bad
        return PeerAnswer("unknown", message=f"HTTP {status}, 应答不可信: {bad.note if bad else '无正文'}")
    return business_answer(opened)


def business_answer(opened: Opened) -> PeerAnswer:
    """What an opened answer says: `code` 0 or "0" is success (sheet 2.2), everything else a refusal."""
    envelope = opened.outer if isinstance(opened.outer, Mapping) else {}
    code, message = str(envelope.get("code", "")), str(envelope.get("message") or "")
    data = opened.data if isinstance(opened.data, Mapping) else {}
    if code == "0" and envelope.get("success") not in (False, "false"):
        return PeerAnswer("ok", data, code, message)
    return PeerAnswer("refused", data, code, message)
