"""WeChat's probe traffic: the signature of an answer or a notice is one that must fail (channels sheet 1d).

A vendor that skips the check, or treats a probe apart, is found by it; a notice so refused comes again, rightly signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from simulator.faults.shape import Fault
from simulator.protocol.text.said import Said
from simulator.protocol.wire.apiv3 import PROBE
from simulator.protocol.wire.raw import RawMessage


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> RawMessage:
    """Put the mark of a probe before the signature; a message without one stays as it is."""
    del params, entropy
    headers = tuple(
        (name, PROBE + value if name.lower() == "wechatpay-signature" else value)
        for name, value in raw.headers
    )
    return replace(raw, headers=headers)


FAULT = Fault("probe_answer", "after_seal", Said("应答为微信签名探测"), apply, transports=("wechat",))
NOTICE = Fault("probe_notice", "before_open", Said("通知为微信签名探测"), apply, transports=("wechat",))
