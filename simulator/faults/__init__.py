"""Every fault by name. A new one is a file and a line here."""

from __future__ import annotations

from simulator.faults import (
    drop_request,
    drop_response,
    empty_body,
    half_body,
    hang,
    hold_response,
    member_order,
    not_json,
    relay_wrapped,
    reset,
    signature_probe,
    slow_drip,
    status_after,
    status_before,
    tamper_cipher,
    tamper_request_cipher,
    tamper_request_sign,
    tamper_sign,
    unsigned,
    wrong_key,
)
from simulator.faults.shape import Drop, Fault, Hold, Outcome, Param

FAULTS: tuple[Fault, ...] = (
    drop_request.FAULT,
    drop_response.FAULT,
    hold_response.FAULT,
    status_before.FAULT,
    status_after.FAULT,
    tamper_request_sign.FAULT,
    tamper_request_cipher.FAULT,
    tamper_sign.FAULT,
    tamper_cipher.FAULT,
    wrong_key.FAULT,
    unsigned.FAULT,
    member_order.FAULT,
    not_json.FAULT,
    empty_body.FAULT,
    relay_wrapped.FAULT,
    hang.FAULT,
    reset.FAULT,
    half_body.FAULT,
    slow_drip.FAULT,
    signature_probe.FAULT,
    signature_probe.NOTICE,
)

__all__ = ["FAULTS", "Drop", "Fault", "Hold", "Outcome", "Param"]
