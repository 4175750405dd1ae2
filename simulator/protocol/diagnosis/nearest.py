"""A text that somebody signed against the grammar: which composition it is, or which comes nearest and where they part.

The search is the one for signatures; here the digest that a text must have is that of the text itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from simulator.protocol.diagnosis.answer import answered, excerpt, first_difference
from simulator.protocol.diagnosis.choices_outer import around
from simulator.protocol.diagnosis.deviation import QUICK, Budget, Named, Suspect
from simulator.protocol.diagnosis.hunt import Hunt
from simulator.protocol.diagnosis.locks import Lock
from simulator.protocol.diagnosis.search import MISTAKES
from simulator.protocol.diagnosis.writing import Writing

COMPARED: Final = 400
"""Single mistakes whose texts are compared with one that no composition makes."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """`causes`: the mistakes in the text, as far as they are known; `whole`: they make it to the last character.

    Else `right` and `mine` show where the nearest text of the grammar and the given one first differ, secrets masked.
    """

    causes: tuple[Named, ...]
    whole: bool
    at: int = -1
    right: str = ""
    mine: str = ""


def nearest(seen: Suspect, mine: str, budget: Budget = QUICK) -> Nearest:
    """Which mistakes make the text `mine` of this message."""
    writing = Writing(seen)
    wanted = hashlib.sha256(mine.encode("utf-8", "replace")).digest()
    lock = Lock((), lambda text: hashlib.sha256(text).digest(), {wanted: ((),)})
    hunt = Hunt(writing, (*MISTAKES, *around(seen)), (lock,), budget)
    found = answered(seen, writing, hunt.run(), hunt, ())
    if found.causes or hunt.known_right(wanted):
        return Nearest(found.causes, whole=True)
    right, _ = writing.text({}, {})
    best: tuple[int, tuple[Named, ...], str] = (first_difference(right, mine), (), right)
    for live in hunt.live[:COMPARED]:
        text, _ = writing.text(live.made.inner, live.made.outer)
        at = first_difference(text, mine)
        if at > best[0]:
            best = (at, (live.made.named,), text)
    at, causes, text = best
    secret = seen.keys.app_secret
    return Nearest(causes, False, at, excerpt(text, at, secret), excerpt(mine, at, secret))
