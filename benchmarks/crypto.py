"""How our SM2 and SM4 compare with the oracles, interleaved in one process: prints ratios, asserts nothing.

Run: `.venv/bin/python benchmarks/crypto.py [rounds]`. Needs the `dev` extra (gmalg). The tables of known keys are
warm, as they are in a running simulator; the oracles know no such tables, which is part of the ratio.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import gmalg
from gmssl import func
from gmssl import sm2 as gmssl_sm2
from gmssl import sm4 as gmssl_sm4

from simulator.protocol.crypto import ciphers, curve, keys, sm2

MESSAGE = ("data={" + '"medListCodg":"A001","medListName":"阿莫西林胶囊",' * 36 + "}").encode()
USER_ID = b"1234567812345678"


def seconds(action: Callable[[], object], times: int) -> float:
    """The mean seconds of one call."""
    started = time.perf_counter()
    for _ in range(times):
        action()
    return (time.perf_counter() - started) / times


def main(rounds: int) -> None:
    """Measure each pair `rounds` times in turn and print the medians and their ratio."""
    key = keys.private_key_from_seed(b"benchmark")
    signature = sm2.sign(key, MESSAGE, USER_ID, b"0")
    assert sm2.verify(key.public, MESSAGE, signature, USER_ID)
    point = key.public.raw
    oracle = gmalg.SM2(key.d.to_bytes(32, "big"), USER_ID, pk=point)
    gm = gmssl_sm2.CryptSM2(private_key=f"{key.d:064x}", public_key=point[1:].hex())
    digest = sm2.digest(key.public, MESSAGE, USER_ID).to_bytes(32, "big")
    cipher_key = b"863B5F40C70B71EA"
    slow_sm4 = gmssl_sm4.CryptSM4()
    slow_sm4.set_key(cipher_key, gmssl_sm4.SM4_ENCRYPT)
    nonce = func.random_hex(64)
    pairs: list[tuple[str, Callable[[], object], int, str, Callable[[], object], int]] = [
        ("sign", lambda: sm2.sign(key, MESSAGE, USER_ID, b"1"), 60, "gmssl", lambda: gm.sign(digest, nonce), 3),
        ("sign", lambda: sm2.sign(key, MESSAGE, USER_ID, b"1"), 60, "gmalg", lambda: oracle.sign(MESSAGE), 3),
        (
            "verify", lambda: sm2.verify(key.public, MESSAGE, signature, USER_ID), 60,
            "gmssl", lambda: gm.verify(signature.hex(), digest), 3,
        ),
        (
            "verify", lambda: sm2.verify(key.public, MESSAGE, signature, USER_ID), 60,
            "gmalg", lambda: oracle.verify(MESSAGE, signature[:32], signature[32:]), 3,
        ),
        (
            "sm4 2 KB", lambda: ciphers.sm4_encrypt(cipher_key, MESSAGE), 60,
            "gmssl", lambda: slow_sm4.crypt_ecb(MESSAGE), 2,
        ),
    ]  # fmt: skip
    print(f"integers: {'gmpy2' if curve.GMPY2 else 'int'}; message {len(MESSAGE)} bytes; {rounds} rounds")
    for what, ours, our_times, name, theirs, their_times in pairs:
        ours()
        theirs()
        both = [(seconds(ours, our_times), seconds(theirs, their_times)) for _ in range(rounds)]
        a, b = statistics.median(pair[0] for pair in both), statistics.median(pair[1] for pair in both)
        ratio = statistics.median(pair[1] / pair[0] for pair in both)
        print(f"{what:<10} ours {1 / a:>9.0f}/s   {name:<6} {1 / b:>7.0f}/s   ratio {ratio:6.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
