"""Print what the diagnosis of a cipher text that does not open costs: `python -m benchmarks.diagnose_cipher`.

Each line is a cipher text that no key opens, so that every choice is tried, beside 16 other apps: openings tried, bytes deciphered
whole, and processor milliseconds (median). Then the same for one that a wrong key opens, and one that a sender made to be costly.
"""

from __future__ import annotations

import argparse
import base64
import statistics
import time

from simulator.protocol.crypto import ciphers
from simulator.protocol.crypto.keys import PrivateKey
from simulator.protocol.diagnosis.cipher import MAX_BLOCKS, Opening, name_cipher
from simulator.protocol.wire.signature import ChannelKeys

OWN, PEER = PrivateKey(2), PrivateKey(3).public
APP = ChannelKeys("0123456789ABCDEF" * 2, "SECRET0123456789" * 2, OWN, PEER)
OTHERS = [ChannelKeys(f"{number:032X}", f"{number:032d}", OWN, PEER) for number in range(16)]
STRANGE = b"nobody has this!"


def cases() -> dict[str, str]:
    """By what they are: the texts of encData."""
    sizes = {
        f"no key, {size:,} bytes": ciphers.sm4_encrypt(STRANGE, b"x" * size).hex()
        for size in (200, 2_000, 20_000, 200_000)
    }
    wrong = ciphers.sm4_encrypt(
        ciphers.sm3(b"SECRET0123456789" * 2)[:16], b'{"payOrdId":"ORD1"}' + b" " * 2_000
    ).hex()
    opens = ciphers.blocks(
        "SM4", ciphers.message_key(APP.app_id, APP.app_secret), b'{"payOrdId":"ORD', encrypt=True
    )
    return {
        **sizes,
        "a wrong key, 2,000 bytes": wrong,
        "no key, base64, 2,000 bytes": base64.b64encode(ciphers.sm4_encrypt(STRANGE, b"x" * 2_000)).decode(
            "ascii"
        ),
        "costly on purpose, 2 MB": (opens * 131_000).hex(),
    }


def timed(text: str, calls: int) -> tuple[Opening, float]:
    """The answer, and the median of processor milliseconds."""
    spent = []
    for _ in range(calls):
        began = time.process_time()
        found = name_cipher(text, APP, OTHERS)
        spent.append(time.process_time() - began)
    return found, 1000 * statistics.median(spent)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=9, choices=range(1, 100), metavar="1-99")
    calls = parser.parse_args().calls
    print(f"at most {MAX_BLOCKS:,} blocks deciphered whole; median of {calls} calls")
    for name, text in cases().items():
        found, spent = timed(text, calls)
        causes = ", ".join(one.cause for one in found.diagnosis.causes) or "unknown"
        print(
            f"{name:<28} {spent:7.1f} ms   tried {found.diagnosis.tried:>7,}   {found.diagnosis.hashed:>10,} bytes   {causes}"
        )


if __name__ == "__main__":
    main()
