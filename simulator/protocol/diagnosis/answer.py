"""From the compositions that fit to what is told: names, equals, and where each mistake changes the text. No secret."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from simulator.protocol.diagnosis.choices import Deviation
from simulator.protocol.diagnosis.deviation import Diagnosis, Named, Suspect
from simulator.protocol.diagnosis.hunt import Hit, Hunt
from simulator.protocol.diagnosis.live import weight
from simulator.protocol.diagnosis.writing import Writing
from simulator.protocol.diagnosis.wrong_texts import SpentError

AROUND: Final = 20
"""Characters shown on each side of a first difference."""
MOST_EQUALS: Final = 8
"""Compositions that are listed beside the first."""
MOST_PARTS: Final = 12
"""Parts of a sum of mistakes that are looked at."""
_UNSHOWN: Final = ("tail.secret", "whole.escape", "whole.case")


def answered(
    seen: Suspect, writing: Writing, hits: Iterable[Hit], hunt: Hunt, digests: tuple[tuple[str, str], ...]
) -> Diagnosis:
    """The likeliest composition first, those with other causes as its equals, the digests when there is none."""
    known: dict[tuple[str, ...], tuple[int, Hit]] = {}
    for hit in hits:
        heavy = sum(weight(one) for one in hit.made)
        key = _key(hit)
        if key not in known or heavy < known[key][0]:
            known[key] = (heavy, hit)
    ranked = sorted(known.values(), key=lambda one: one[0])
    for one in [hit for _, hit in ranked]:
        ranked += [(99, other) for other in _apart(one, hunt, known)]
    shown = [_shown(seen, writing, hit) for _, hit in ranked[: MOST_EQUALS + 1]]
    if not shown:
        return Diagnosis((), (), hunt.tried, hunt.hashed, hunt.whole, digests)
    return Diagnosis(shown[0], tuple(shown[1:]), hunt.tried, hunt.hashed, hunt.whole)


def _named(hit: Hit) -> tuple[Named, ...]:
    return (*(one.named for one in hit.made), *hit.beside)


def _apart(hit: Hit, hunt: Hunt, known: Iterable[tuple[str, ...]]) -> list[Hit]:
    """The two mistakes that a sum of mistakes may as well have been, where two are all that it was here."""
    if len(hit.made) != 1 or not hit.made[0].parts or hunt.texts is None:
        return []
    whole = hit.made[0]
    parts = [live.made for live in hunt.live if live.made.slots < whole.slots and not live.made.parts][
        :MOST_PARTS
    ]
    wanted = hunt.writing.message(whole.inner, whole.outer)
    out: dict[tuple[str, ...], Hit] = {}
    for at, one in enumerate(parts):
        for two in parts[at + 1 :]:
            found = Hit((one, two), hit.beside)
            key = _key(found)
            if one.meets(two) or key in known or key in out:
                continue
            try:
                hunt.texts.check()
            except SpentError:
                return list(out.values())
            message = hunt.writing.message({**one.inner, **two.inner}, {**one.outer, **two.outer}, keep=False)
            if message == wanted:
                out[key] = found
    return list(out.values())


def _key(hit: Hit) -> tuple[str, ...]:
    return tuple(sorted(one.cause for one in _named(hit)))


def _shown(seen: Suspect, writing: Writing, hit: Hit) -> tuple[Named, ...]:
    right, _ = writing.text({}, {})
    return (*(_differing(seen, writing, right, one) for one in hit.made), *hit.beside)


def _differing(seen: Suspect, writing: Writing, right: str, made: Deviation) -> Named:
    """The name with the text around the first character in which this mistake alone changes it."""
    if (
        any(slot in made.outer for slot in _UNSHOWN)
        or made.outer.get("whole.url")
        or made.outer.get("whole.charset")
    ):
        return made.named
    offered, _ = writing.text(made.inner, made.outer, keep=False)
    at = first_difference(right, offered)
    if at < 0:
        return made.named
    secret = seen.keys.app_secret
    return replace(made.named, right=excerpt(right, at, secret), offered=excerpt(offered, at, secret))


def first_difference(one: str, other: str) -> int:
    """The first position in which two texts differ, -1 when they are equal."""
    if one == other:
        return -1
    short = min(len(one), len(other))
    low, high = 0, short
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def excerpt(text: str, at: int, secret: str) -> str:
    """The text around a position, that character in brackets, the secret and what is made of it as asterisks."""
    return bracketed(masked(text, secret), at)


def bracketed(text: str, at: int) -> str:
    """AROUND characters of a text on each side of a position, that character in brackets."""
    at = min(at, len(text))
    before, after = text[max(0, at - AROUND) : at], text[at : at + AROUND]
    return f"{before}[{after[:1]}]{after[1:]}"


def masked(text: str, secret: str) -> str:
    """A text of the same length in which the secret, in any letter case or usual encoding, is asterisks."""
    if not secret:
        return text
    raw = secret.encode("utf-8", "replace")
    for form in (secret, raw.hex(), base64.b64encode(raw).decode(), secret[::-1]):
        low, wanted, at = text.lower(), form.lower(), 0
        if len(low) != len(text):  # a letter that becomes two: compare as it is
            low, wanted = text, form
        while (at := low.find(wanted, at)) >= 0:
            text = text[:at] + "*" * len(form) + text[at + len(form) :]
            at += len(form)
    head, tail, rest = text.rpartition("key=")
    return (
        head + tail + "*" * len(rest) if tail and len(rest) <= 2 * len(secret) and "&" not in rest else text
    )
