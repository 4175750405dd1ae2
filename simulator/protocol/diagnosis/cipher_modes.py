"""Deciphering in the modes that clients use by mistake, built of single blocks: ECB, CBC, CTR, CFB, OFB. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from simulator.protocol.crypto import ciphers

BLOCK: Final = ciphers.BLOCK
STREAMS: Final = ("CTR", "CFB", "OFB")
Decipher = Callable[[bytes], bytes]


def xor(left: bytes, right: bytes) -> bytes:
    """As long as the shorter of both."""
    size = min(len(left), len(right))
    both = int.from_bytes(left[:size], "big") ^ int.from_bytes(right[:size], "big")
    return both.to_bytes(size, "big")


def ecb(algorithm: str, key: bytes) -> Decipher:
    """Each block for itself."""
    return lambda raw: ciphers.blocks(algorithm, key, raw, encrypt=False)


def cbc(algorithm: str, key: bytes, iv: bytes) -> Decipher:
    """Each block with the cipher text of the one before."""
    return lambda raw: xor(ciphers.blocks(algorithm, key, raw, encrypt=False), iv + raw[:-BLOCK])


def stream(mode: str, algorithm: str, key: bytes, iv: bytes) -> Decipher:
    """CTR with a big-endian counter, CFB with whole blocks, OFB; of any length."""

    def run(raw: bytes) -> bytes:
        count = -(-len(raw) // BLOCK)
        if mode == "OFB":
            return xor(ciphers.output_feedback(algorithm, key, iv, count), raw)
        if mode == "CFB":
            feed = (iv + raw)[: count * BLOCK]
        else:
            start = int.from_bytes(iv, "big")
            feed = b"".join(((start + at) % (1 << 128)).to_bytes(BLOCK, "big") for at in range(count))
        return xor(ciphers.blocks(algorithm, key, feed, encrypt=True), raw)

    return run


def gcm_start(iv: bytes) -> bytes:
    """The first counter of GCM for a nonce of 12 bytes: the text begins at 2."""
    return iv[:12] + b"\0\0\0\2"
