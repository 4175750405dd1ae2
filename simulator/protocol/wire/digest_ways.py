"""Name why a digest in a header is wrong: each thing that its maker chose is one axis, and near choices are tried. Pure.

For signatures that a shared secret makes (HMAC or a bare hash): a text, a key, a digest, an encoding. The first way of
each axis is the right one; all combinations of at most MOST_DEVIATIONS other ways are made, the nearest first.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from simulator.protocol.crypto.ciphers import hmac_sm3, same, sm3
from simulator.protocol.text.said import Said, Text, listed

MOST_DEVIATIONS: Final = 2
MOST_HASHED: Final = 4_000_000
"""Bytes that are hashed at most for one message, some 20 ms: a long body is tried in fewer ways."""

Digest = Callable[[bytes, bytes], bytes]
"""(key, text) -> digest."""
Coding = Callable[[bytes], str]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One choice. `cause` is a stable id, empty for the right one; `said` names the mistake in one clause."""

    cause: str
    said: Text
    value: Any
    """Bytes of a text or key, a Digest, or a Coding."""


@dataclass(frozen=True, slots=True)
class Axes:
    """The choices of one signature, the right one first in each. No text, no key: nothing can be tried."""

    texts: Sequence[Alternative]
    keys: Sequence[Alternative]
    digests: Sequence[Alternative]
    codings: Sequence[Alternative]


@dataclass(frozen=True, slots=True)
class Cause:
    """What was found: `causes` of the deviations, the sentence that names them, `tried`: how many digests were made."""

    causes: tuple[str, ...]
    said: Text
    tried: int

    @property
    def cause(self) -> str:
        """The first, or `unknown`."""
        return self.causes[0] if self.causes else "unknown"


def right(axes: Axes) -> str:
    """The signature as it should be."""
    return _made(next(_near(axes, 0)))


def named(axes: Axes, offered: str) -> Cause | None:
    """The nearest composition that makes `offered`; None when it is the right one, no causes when none makes it."""
    hashed = tried = 0
    made: dict[tuple[bytes, bytes, Digest], bytes] = {}
    for count in range(MOST_DEVIATIONS + 1):
        for combination in _near(axes, count):
            text, key, digest, coding = (way.value for way in combination)
            known = made.get((text, key, digest))
            if known is None:
                hashed += len(text)
                if hashed > MOST_HASHED:
                    return Cause((), "", tried)
                tried += 1
                known = made[(text, key, digest)] = digest(key, text)
            if same(coding(known), offered):
                wrong = [way for way in combination if way.cause]
                if not wrong:
                    return None
                return Cause(
                    tuple(way.cause for way in wrong), listed("; ", (way.said for way in wrong)), tried
                )
    return Cause((), "", tried)


def _near(axes: Axes, count: int) -> Iterator[tuple[Alternative, ...]]:
    """The combinations with `count` ways that are not the first of their axis."""
    all_of = (axes.texts, axes.keys, axes.digests, axes.codings)
    if not all(all_of):
        return
    for where in itertools.combinations(range(len(all_of)), count):
        yield from itertools.product(*(one[1:] if at in where else one[:1] for at, one in enumerate(all_of)))


def _made(combination: tuple[Alternative, ...]) -> str:
    text, key, digest, coding = (way.value for way in combination)
    return str(coding(digest(key, text)))


def _hmac(name: str) -> Digest:
    return lambda key, text: hmac.new(key, text, name).digest()


def _plain(name: str) -> Digest:
    return lambda _key, text: hashlib.new(name, text).digest()


HMACS: Final[dict[str, Digest]] = {
    "HMAC-SHA256": _hmac("sha256"), "HMAC-SHA1": _hmac("sha1"), "HMAC-SM3": hmac_sm3, "HMAC-MD5": _hmac("md5"),
    "HMAC-SHA512": _hmac("sha512"),
}  # fmt: skip
HASHES: Final[dict[str, Digest]] = {
    "SHA256": _plain("sha256"), "SHA1": _plain("sha1"), "SM3": lambda _key, text: sm3(text), "MD5": _plain("md5"),
    "SHA512": _plain("sha512"),
}  # fmt: skip
_DIGESTS: Final = {**HMACS, **HASHES}


def digests(wanted: str) -> tuple[Alternative, ...]:
    """The digest `wanted` first, then every other one; of a bare hash also with the secret before or after the text."""
    out = [Alternative("", "", _DIGESTS[wanted])]
    for name, digest in _DIGESTS.items():
        if name != wanted:
            out.append(Alternative("digest", Said("摘要算法用了 {}, 应为 {}", name, wanted), digest))
    if wanted in HMACS:
        swapped = _DIGESTS[wanted]
        said = Said("{} 的密钥与原文放反了", wanted)
        out.append(Alternative("key_and_text_swapped", said, lambda key, text: swapped(text, key)))
        for name, digest in HASHES.items():
            before, after = _with_secret(digest, before=True), _with_secret(digest, before=False)
            out.append(
                Alternative(
                    "secret_in_text", Said("把密钥拼在原文前面做了 {}, 应为 {}", name, wanted), before
                )
            )
            out.append(
                Alternative("secret_in_text", Said("把密钥拼在原文后面做了 {}, 应为 {}", name, wanted), after)
            )
    return tuple(out)


def _with_secret(digest: Digest, *, before: bool) -> Digest:
    return lambda key, text: digest(b"", key + text if before else text + key)


_CODINGS: Final[dict[str, tuple[Said, Coding]]] = {
    "lower": (Said("小写十六进制"), lambda raw: raw.hex()),
    "upper": (Said("大写十六进制"), lambda raw: raw.hex().upper()),
    "base64": (Said("base64"), lambda raw: base64.b64encode(raw).decode()),
    "base64url": (Said("URL 用的 base64"), lambda raw: base64.urlsafe_b64encode(raw).decode()),
    "base64_bare": (Said("去掉补位的 base64"), lambda raw: base64.b64encode(raw).decode().rstrip("=")),
    "base64_hex": (Said("十六进制文本的 base64"), lambda raw: base64.b64encode(raw.hex().encode()).decode()),
}


def codings(wanted: str) -> tuple[Alternative, ...]:
    """The encoding `wanted` (`lower`, `upper`, `base64`) first, then the others."""
    name, coding = _CODINGS[wanted]
    out = [Alternative("", "", coding)]
    for other, (said, make) in _CODINGS.items():
        if other != wanted:
            cause = "hex_case" if {other, wanted} == {"lower", "upper"} else "encoding"
            out.append(Alternative(cause, Said("签名写成了{}, 应为{}", said, name), make))
    return tuple(out)


def keys(secret: str, others: Iterable[tuple[str, Text, bytes]] = ()) -> tuple[Alternative, ...]:
    """The secret's UTF-8 bytes first, then how it is misread, then `others`: (cause, sentence, key)."""
    right_key = secret.encode("utf-8", "replace")
    out = [Alternative("", "", right_key)]
    candidates: list[tuple[str, Text, bytes]] = [
        ("secret_case", Said("密钥被转成了大写"), secret.upper().encode("utf-8", "replace")),
        ("secret_case", Said("密钥被转成了小写"), secret.lower().encode("utf-8", "replace")),
        ("secret_space", Said("密钥末尾多了换行"), right_key + b"\n"),
        ("secret_space", Said("密钥末尾多了空格"), right_key + b" "),
        ("secret_decoded", Said("密钥按十六进制解成了字节, 应直接用其文本"), _unhex(secret)),
        ("secret_decoded", Said("密钥按 base64 解成了字节, 应直接用其文本"), _unbase64(secret)),
        ("secret_encoded", Said("密钥又做了 base64, 应直接用其文本"), base64.b64encode(right_key)),
        (
            "secret_encoded",
            Said("密钥又做了 MD5, 应直接用其文本"),
            hashlib.md5(right_key).hexdigest().encode(),
        ),
        ("secret_missing", Said("密钥为空"), b""),
        *others,
    ]
    seen = {right_key}
    for cause, said, key in candidates:
        if key not in seen and (key or cause == "secret_missing"):
            seen.add(key)
            out.append(Alternative(cause, said, key))
    return tuple(out)


def _unhex(text: str) -> bytes:
    try:
        return bytes.fromhex(text) if text.isascii() else b""
    except ValueError:
        return b""


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""
