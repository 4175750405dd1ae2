"""Say a finished Chinese sentence in another language: a catalogue whose keys are our own sentences. Pure.

The core states its facts in Chinese and knows no language; whoever shows them to an English reader looks the
finished sentence up. `{}` in a key stands for what was filled in, which is looked up in its turn, so that parts
that were put together are said part by part. What the catalogue does not know (a name, a value) stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from simulator.protocol.text.said import chinese

SLOT: Final = re.compile(r"\{[a-z0-9_]*\}")
DEPTH: Final = 12
"""Parts inside parts; our deepest sentence has six."""
MAX_TEXT: Final = 4_000
"""A longer text is not a sentence of ours."""


class Phrases:
    """A catalogue: `Phrases(table)(sentence)` is the sentence in the other language.

    `table`: sentence -> translation. Slots of the translation are filled in order, or by number: `{1} … {0}`.
    """

    def __init__(self, table: Mapping[str, str]) -> None:
        self._whole = {key: said for key, said in table.items() if not SLOT.search(key)}
        rows = sorted((key for key in table if SLOT.search(key)), key=_weight, reverse=True)
        self._rows = [(_pattern(key), table[key]) for key in rows]

    def __call__(self, text: str) -> str:
        """The translation of `text`, or as much of it as is known."""
        return self._say(text, DEPTH) if len(text) <= MAX_TEXT else text

    def _say(self, text: str, depth: int) -> str:
        if not depth or not chinese(text):
            return text
        if text in self._whole:
            return self._whole[text]
        for pattern, said in self._rows:
            hit = pattern.fullmatch(text)
            if hit and text not in hit.groups():
                return _fill(said, [self._say(part, depth - 1) for part in hit.groups()])
        return text


def _weight(key: str) -> int:
    """How much of a key is text: the most particular key is tried first."""
    return len(SLOT.sub("", key))


def _pattern(key: str) -> re.Pattern[str]:
    parts = (re.escape(part) for part in SLOT.split(key))
    return re.compile("(.*?)".join(parts), re.DOTALL)


def _fill(said: str, parts: list[str]) -> str:
    rest = iter(parts)

    def one(slot: re.Match[str]) -> str:
        number = slot.group()[1:-1]
        return parts[int(number)] if number.isdigit() else next(rest, "")

    return SLOT.sub(one, said)
