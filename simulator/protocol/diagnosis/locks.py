"""What a signature fixes: digests that a text must have, and what is wrong with the signature beside its text.

The search knows nothing of SM2. A lock is one way from the bytes of a text to a digest, with the digests that open it;
for another signature (HMAC over a text, a digest in a header) one lock with one wanted value is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from simulator.protocol.crypto import sm2
from simulator.protocol.crypto.ciphers import Running, sm3_running
from simulator.protocol.crypto.curve import N
from simulator.protocol.crypto.keys import PublicKey
from simulator.protocol.diagnosis.deviation import Named, Reading, Signer, Suspect
from simulator.protocol.diagnosis.digests import Digest, others

Beside = tuple[Named, ...]
"""What is wrong beside the text: reading, signer."""
Wanted = Mapping[bytes, tuple[Beside, ...]]
"""Digest -> each way in which the signature signs it."""
POINTS: Final = 100
"""Compositions that one point multiplication counts for."""
MOST_POINTS: Final = 128
"""Point multiplications of one diagnosis at most."""


@dataclass(frozen=True, slots=True)
class Lock:
    """`named`: what is wrong with the way to the digest, () for the right one; `digest`: that way; `begin`: its state before
    the first byte, where texts may share their beginnings. `least`: the fewest mistakes that it stands for."""

    named: Beside
    digest: Callable[[bytes], bytes]
    wanted: Wanted
    rank: int = 0
    begin: Callable[[], Running] | None = None
    least: int = field(default=0)


def sm2_locks(
    seen: Suspect, readings: tuple[Reading, ...], signers: tuple[Signer, ...], most: int
) -> tuple[tuple[Lock, ...], tuple[tuple[str, str], ...], int]:
    """The locks of one SM2 signature, the digest for each key, and the point multiplications; at most `most` of these.

    Every reading under the right key, every key under the right reading, then pairs of both, as far as `most` goes.
    """
    pairs = [(reading, signer) for reading in readings for signer in signers]
    pairs.sort(key=lambda one: len(one[0].named) + len(one[1].named))
    wanted: dict[PublicKey, dict[bytes, list[Beside]]] = {}
    known: dict[tuple[PublicKey, bytes], int | None] = {}
    told: list[tuple[str, str]] = []
    for reading, signer in pairs:
        key = (signer.public, reading.raw)
        if key not in known:
            if len(known) >= most:
                continue
            known[key] = sm2.signed_digest(*key)
            if not reading.named and known[key] is not None:
                told.append((signer.named[0].cause if signer.named else "peer", f"{known[key] or 0:064x}"))
        signed = known[key]
        if signed is not None:
            for form in _forms(signed):
                wanted.setdefault(signer.za, {}).setdefault(form, []).append((*reading.named, *signer.named))
    return tuple(_locks(seen, wanted)), tuple(told), len(known)


def _forms(signed: int) -> Iterator[bytes]:
    """The 32 bytes that are this number modulo n."""
    for value in (signed, signed + N):
        if value < 1 << 256:
            yield value.to_bytes(32, "big")


def _locks(seen: Suspect, wanted: Mapping[PublicKey, Mapping[bytes, list[Beside]]]) -> Iterator[Lock]:
    for key, digests in wanted.items():
        begin = sm2.user_hash(key, seen.identity)
        least = min(len(one) for ways in digests.values() for one in ways)
        frozen = {digest: tuple(ways) for digest, ways in digests.items()}
        yield Lock((), _whole(begin), frozen, 0, lambda begin=begin: sm3_running(begin), least)  # type: ignore[misc]
    every: dict[bytes, tuple[Beside, ...]] = {}
    for digests in wanted.values():
        for digest, ways in digests.items():
            every[digest] = (*every.get(digest, ()), *ways)
    for other in others(seen):
        if other.keyed:
            for key, digests in wanted.items():
                frozen = {digest: tuple(ways) for digest, ways in digests.items()}
                yield _other(other, key, frozen)
        elif every:
            yield _other(other, seen.keys.peer, every)


def _whole(begin: bytes) -> Callable[[bytes], bytes]:
    state = sm3_running(begin)

    def digest(message: bytes) -> bytes:
        running = state.copy()
        running.update(message)
        return running.digest()

    return digest


def _other(other: Digest, key: PublicKey, wanted: Wanted) -> Lock:
    def digest(message: bytes) -> bytes:
        made = other.make(message, key)
        if len(made) > 32:
            made = (int.from_bytes(made, "big") % N).to_bytes(32, "big")
        return made if len(made) == 32 else made.rjust(32, b"\0")

    least = min(len(one) for ways in wanted.values() for one in ways)
    return Lock(other.named, digest, wanted, other.rank, None, least + len(other.named))
