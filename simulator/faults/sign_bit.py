"""Turn one bit of a base64 signature: still 64 bytes, no longer a signature of this text."""

from __future__ import annotations

import base64
import binascii


def one_bit_off(signature: str) -> str:
    """`signature` with one bit of its middle byte turned; unchanged when it is not base64 or is empty."""
    try:
        raw = bytearray(base64.b64decode(signature, validate=True))
    except (binascii.Error, ValueError):
        return signature
    if raw:
        raw[len(raw) // 2] ^= 0x01
    return base64.b64encode(bytes(raw)).decode("ascii")
