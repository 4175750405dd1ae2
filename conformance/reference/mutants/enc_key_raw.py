"""Take 16 raw bytes of the derived text as SM4 key, not 16 hex characters (sheet 4, step 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.reference.change import Mutant, sealed_with
from simulator.protocol.crypto.ciphers import sm4_encrypt
from simulator.protocol.wire.envelope import ChannelKeys


def _raw_key(keys: ChannelKeys, now_ms: int) -> Mapping[str, Any]:
    del now_ms
    text = sm4_encrypt(keys.app_id[:16].encode("utf-8"), keys.app_secret.encode("utf-8"))
    return {"sm4_key": text[:16]}


MUTANT = Mutant(
    "enc_key_raw",
    "SM4 密钥取了密文的原始 16 字节",
    caught_by=("ENV-ENC-001",),
    needs=("pay/clinic_mixed",),
    apply=sealed_with(_raw_key),
)
