"""From a set of deviations to the bytes that such a signer signs, everything that was written before used again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from simulator.protocol.diagnosis.body import Body, FourWays
from simulator.protocol.diagnosis.choices import Changes, by_level
from simulator.protocol.diagnosis.deviation import Suspect
from simulator.protocol.diagnosis.leaves import Way, Ways
from simulator.protocol.diagnosis.manner import BARE, RIGHT
from simulator.protocol.diagnosis.outer import Frame, frame

FLAT = ("flat", "data_pairs")
FRAME = 256
"""Bytes of work that a frame costs beside its text."""
Slots = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Inner:
    """Slots of the business object by level, the way to write each level under them, its members in that way, and what it changes."""

    sets: tuple[Changes, ...]
    ways: FourWays
    parts: tuple[str | None, ...] = ()
    fields: frozenset[str] = frozenset()


class Writing:
    """The texts of one message. `work`: bytes written so far; it grows with what is not known from before."""

    def __init__(self, seen: Suspect) -> None:
        base = BARE if seen.family == "bare" else RIGHT
        if seen.drop_empty_object:
            base = base._replace(object="drop")
        self.seen = seen
        self._ways = Ways()
        self.base = self._ways.way(base)
        self.body = None if seen.data is None else Body(seen.data)
        self._framed = 0
        self._changed: dict[tuple[int, Changes], Way] = {}
        self._data: dict[tuple[tuple[str, str], ...], str | None] = {}
        self._frames: dict[tuple[tuple[str, str], ...], Frame] = {}
        self.right = self.parted(self.told(by_level({})))

    @property
    def work(self) -> int:
        """Bytes written so far."""
        return self._framed + (self.body.work if self.body is not None else 0)

    def told(self, levels: tuple[Changes, ...]) -> Inner:
        """Changes of each level with the ways they lead to."""
        fields = frozenset(name for changes in levels for name, _ in changes)
        return Inner(levels, tuple(self._way(self.base, one) for one in levels), (), fields)  # type: ignore[arg-type]

    def matters(self, levels: tuple[Changes, ...], *, widest: bool = False) -> bool:
        """Whether any of the changes is of a field that the values of its level can show.

        `widest`: not where the levels left out could not show it either, since the change at all levels says the same.
        """
        if self.body is None:
            return False
        names = {name for changes in levels for name, _ in changes}
        shown = [not names.isdisjoint(fields) for fields in self.body.fields]
        if widest and not any(here and not changes for here, changes in zip(shown, levels, strict=True)):
            return False
        return any(here and changes for here, changes in zip(shown, levels, strict=True))

    def joined(self, one: Inner, other: Inner) -> FourWays:
        """The ways under two that set no slot both."""
        had, more, both, base = one.sets, other.sets, self._ways.both, self.base
        if had[0] and had[0] == had[1] == had[2] == had[3] and more[0] == more[1] == more[2] == more[3]:
            way = both(one.ways[0], other.ways[0], base, dict(more[0]))  # both at all levels, as most are
            return way, way, way, way
        first, second, third, fourth = (
            other.ways[at] if not had[at] else both(one.ways[at], other.ways[at], base, dict(more[at])) if more[at]
            else one.ways[at]
            for at in range(4)
        )  # fmt: skip
        return first, second, third, fourth

    def _way(self, way: Way, changes: Changes) -> Way:
        if not changes:
            return way
        key = (id(way), changes)
        known = self._changed.get(key)
        if known is None:
            known = self._changed[key] = self._ways.way(way.manner._replace(**dict(changes)))
        return known

    def data(self, inner: Slots) -> str | None:
        """The business object under some slots; None when there is none, or nothing of it."""
        if self.body is None:
            return None
        key = tuple(inner.items())
        if key not in self._data:
            self._data[key] = self.object(self.told(by_level(inner)))
        return self._data[key]

    def object(self, inner: Inner) -> str | None:
        """The business object in the ways of its levels; nothing but its nodes is kept."""
        return None if self.body is None else self.body.text(inner.ways, inner.fields)

    def parted(self, inner: Inner) -> Inner:
        """The same with its members, for `both`."""
        return (
            replace(inner, parts=tuple(self.body.parts(inner.ways, inner.fields)))
            if self.body is not None
            else inner
        )

    def both(self, one: Inner, other: Inner) -> str | None:
        """The business object under two that set no slot both."""
        ways = self.joined(one, other)
        right = self.right
        plain = right.ways[0].prefix == one.ways[0].prefix == other.ways[0].prefix
        if self.body is None or not right.parts or not plain:
            return None if self.body is None else self.body.text(ways, one.fields | other.fields)
        return self.body.both(right.parts, one.parts, other.parts, ways, one.fields | other.fields)

    def _pairs(self, inner: Inner) -> list[tuple[str, str]]:
        return self.body.pairs(inner.ways, inner.fields) if self.body is not None else []

    def frame(self, outer: Slots, *, there: bool, keep: bool = True) -> Frame:
        """What stands around it under some slots."""
        key = (*outer.items(), ("there", str(there)))
        known = self._frames.get(key)
        if known is None:
            known = frame(self.seen, outer, there=there)
            self._framed += len(known.before) + len(known.after) + FRAME
            if keep:
                self._frames[key] = known
        return known

    def text(self, inner: Slots, outer: Slots, *, keep: bool = True) -> tuple[str, Frame]:
        """The whole text under some slots, and the frame that knows its charset."""
        if outer.get("envelope.form") in FLAT and self.body is not None:
            pairs = self._pairs(self.told(by_level(inner)))
            flat = frame(self.seen, outer, there=False, flat=pairs)
            self._framed += len(flat.before) + FRAME * (1 + len(pairs))
            return flat.text(None), flat
        data = self.data(inner) if keep else self.object(self.told(by_level(inner)))
        around = self.frame(outer, there=data is not None, keep=keep)
        return around.text(data), around

    def message(self, inner: Slots, outer: Slots, *, keep: bool = True) -> bytes:
        """The bytes that a signer with these deviations signs."""
        text, around = self.text(inner, outer, keep=keep)
        return around.encoded(text)


def merged(slots: Iterable[Slots]) -> Slots:
    """The slots of several deviations together."""
    out: dict[str, str] = {}
    for one in slots:
        out.update(one)
    return out
