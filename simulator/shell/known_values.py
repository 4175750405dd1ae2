"""What this run's persons and institutions are called by, found again in any text (contracts 6: free text is masked).

Learnt from our own side only: persons as they are made, what our roles issue and answer, credentials of institutions.
What a peer sends teaches nothing, or a stranger could make us hide whatever he likes. Searching looks at every place of
a text once, and only where letters, digits or Chinese characters stand together: two characters say whether a known
value may begin there and how long those are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.protocol.text.masked_kinds import KIND_OF, OWN, WORDS
from simulator.protocol.text.masking import SHOWN, mask, masked, plain_name
from simulator.protocol.text.said import Said, stored
from simulator.shell.limits import (
    KNOWN_A_PERSON,
    KNOWN_VALUES,
    LEAKS_A_RECORD,
    ODD_VALUES,
    SEARCHED_CHARS,
)

LEAK, DIFFERS = "leak", "differs"
"""Names of the facts that the writer adds to a record."""
SEED = 2
"""Characters by which the place of a known value is found."""
SHORTEST = 6
SHORTEST_NAME = 2
"""Characters of what is looked for; anything shorter stands in ordinary words too. Names are Chinese ones."""
HEXADECIMAL = ("secret", "key")
"""Kinds of which the digits may be written in capital letters or in small ones."""
_HEX = re.compile(r"[0-9A-Fa-f]{16,}")
_RUN = re.compile(r"[0-9A-Za-z_+/=-]{6,}|[\u3400-\u9fff\uf900-\ufaff·•]{2,}")
"""Where a known value may stand: it is of one such run of characters (SHORTEST, SHORTEST_NAME); others are odd ones."""
_AS_IT_IS = frozenset((
    "schema", "writer", "seq", "prev", "hash", "kind", "run", "flow", "scenario", "person", "institution", "t", "what", "dir",
    "role", "interface", "transport", "part", "link", "size", "c", "peer",
))  # fmt: skip
"""Members of a record that are ours and hold nothing of a person."""


@dataclass(frozen=True, slots=True)
class _Known:
    kind: str
    mask: str


@dataclass(slots=True)
class _Search:
    """One record being searched: how many characters may still be, and what was found where."""

    left: int
    found: dict[tuple[str, str], int] = field(default_factory=dict)

    def note(self, kind: str, where: str, times: int = 1) -> None:
        key = (kind, where)
        if key in self.found or len(self.found) < LEAKS_A_RECORD:
            self.found[key] = self.found.get(key, 0) + times


class KnownValues:
    """The values of one run. `key` masks them as masked fields are, so that equal values stay equal."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._values: dict[str, _Known] = {}
        self._odd: dict[str, _Known] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        self._of_person: dict[tuple[str, str], list[str]] = {}

    def learn(self, name: str, value: str, person: str = "") -> None:
        """Take up a value that stood in a field `name` of our own; fields that are not masked teach nothing."""
        field_name = plain_name(name)
        kind = KIND_OF.get(field_name)
        if kind is None or not _telling(kind, value):
            return
        if person:
            mine = self._of_person.setdefault((person, kind), [])
            if value not in mine and len(mine) < KNOWN_A_PERSON:
                mine.append(value)
        if value in self._values or value in self._odd:
            return
        known = _Known(kind, masked(value, SHOWN[field_name], self._key))
        if kind in HEXADECIMAL and _HEX.fullmatch(value):
            for other in {value.lower(), value.upper()} - {value}:
                self._values[other] = known
                self._seed(other)
        if _RUN.fullmatch(value) is None:
            if len(self._odd) < ODD_VALUES:
                self._odd[value] = known
            return
        while len(self._values) >= KNOWN_VALUES:
            del self._values[next(iter(self._values))]
        self._values[value] = known
        self._seed(value)

    def _seed(self, value: str) -> None:
        """Say where a value may begin."""
        seed = value[:SEED]
        lengths = self._lengths.get(seed, ())
        if len(value) not in lengths:
            self._lengths[seed] = tuple(sorted((*lengths, len(value)), reverse=True))

    def learn_from(self, view: Any, person: str = "") -> None:
        """Take up every masked field of a value of our own."""
        mask(view, b"", lambda name, value: self.learn(name, value, person))

    def differences(self, name: str, value: str, person: str) -> Mapping[str, Any] | None:
        """Where a masked field departs from what is known of this person: `{field, at, length, known}`, else None.

        `at` counts from 1; of several known values the one counts that agrees longest.
        """
        kind = KIND_OF.get(plain_name(name), "")
        mine = self._of_person.get((person, kind), ()) if kind in OWN else ()
        if not mine or not value or any(value in self._of_person.get((person, one), ()) for one in OWN):
            return None
        at, length = max((_agree(value, one), len(one)) for one in mine)
        return {"field": name, "at": at + 1, "length": len(value), "known": length}

    def hidden(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record with known values replaced in every text; what was found stands in its facts."""
        if not self._values and not self._odd:
            return dict(record)
        search = _Search(SEARCHED_CHARS)
        out = {
            name: value if name in _AS_IT_IS else self._value(value, name, search)
            for name, value in record.items()
        }
        if search.found:
            out["facts"] = [*(out.get("facts") or ()), *_facts(search)]
        return out

    def replaced(self, text: str) -> tuple[str, list[tuple[int, str]]]:
        """A text with known values replaced, and of each its place in the new text and its kind."""
        pairs = [
            (at, at + len(value), self._odd[value])
            for value in tuple(self._odd)
            for at in _places(text, value)
        ]
        for run in _RUN.finditer(text):
            pairs += [(at, at + size, known) for at, size, known in self._within(text, *run.span())]
        parts, hits, done, length = list[str](), list[tuple[int, str]](), 0, 0
        for begin, end, known in sorted(pairs, key=lambda pair: pair[:2]):
            if begin < done:
                continue
            parts += (text[done:begin], known.mask)
            length += begin - done
            hits.append((length, known.kind))
            length += len(known.mask)
            done = end
        return "".join((*parts, text[done:])), hits

    @property
    def counted(self) -> dict[str, int]:
        """How many values of each kind are known."""
        found: dict[str, int] = {}
        for known in (*tuple(self._values.values()), *tuple(self._odd.values())):
            found[known.kind] = found.get(known.kind, 0) + 1
        return found

    def text(self, value: str) -> str:
        """One text with known values replaced."""
        return self._text(value, "", _Search(SEARCHED_CHARS))

    def _value(self, value: Any, where: str, search: _Search) -> Any:
        if isinstance(value, str):
            return self._text(value, where, search)
        if isinstance(value, Mapping):
            return {
                self._text(str(name), where, search): self._value(member, f"{where}.{name}", search)
                for name, member in value.items()
            }
        if isinstance(value, (list, tuple)):
            return [self._value(item, where, search) for item in value]
        return value

    def _text(self, text: str, where: str, search: _Search) -> str:
        for value in self._odd:
            if value in text:
                search.note(self._odd[value].kind, where, text.count(value))
                text = text.replace(value, self._odd[value].mask)
        parts: list[str] = []
        done = 0
        for run in _RUN.finditer(text):
            at, end = run.span()
            search.left -= end - at
            if search.left < 0:
                return masked(text, 0, self._key)
            for begin, size, known in self._within(text, at, end):
                search.note(known.kind, where)
                parts += (text[done:begin], known.mask)
                done = begin + size
        return "".join((*parts, text[done:])) if parts else text

    def _within(self, text: str, at: int, end: int) -> Iterator[tuple[int, int, _Known]]:
        """The known values between two places of a text, each with where it begins and its length."""
        values, lengths = self._values, self._lengths
        while at <= end - SEED:
            found = None
            for size in lengths.get(text[at : at + SEED], ()):
                found = values.get(text[at : at + size])
                if found is not None:
                    yield at, size, found
                    at += size
                    break
            if found is None:
                at += 1


def _places(text: str, value: str) -> Iterator[int]:
    at = text.find(value)
    while at >= 0:
        yield at
        at = text.find(value, at + len(value))


def _telling(kind: str, value: str) -> bool:
    if kind == "name" and not value.isascii():
        return len(value) >= SHORTEST_NAME
    return len(value) >= SHORTEST


def _agree(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (mine, yours) in enumerate(pairs) if mine != yours), min(len(one), len(other)))


def _facts(search: _Search) -> Iterator[dict[str, Any]]:
    for (kind, where), count in search.found.items():
        said = Said("{} 的文字里有本次运行的{} {} 处, 已遮盖", where, WORDS[kind], count)
        yield {
            "n": LEAK,
            "ok": False,
            **stored("note", said),
            "d": {"kind": kind, "field": where, "count": count},
        }
