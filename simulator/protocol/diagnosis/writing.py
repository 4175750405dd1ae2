"""From a set of deviations to the bytes that such a signer signs, everything that was written before used again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from simulator.protocol.diagnosis.body import Body, Manners
from simulator.protocol.diagnosis.deviation import Suspect
from simulator.protocol.diagnosis.manner import BARE, RIGHT, Manner
from simulator.protocol.diagnosis.outer import Frame, frame

LEVELS = ("data", "nested", "rows", "items")
FLAT = ("flat", "data_pairs")
FRAME = 256
"""Bytes of work that a frame costs beside its text."""
Slots = Mapping[str, str]


class Writing:
    """The texts of one message. `work`: bytes written so far; it grows with what is not known from before."""

    def __init__(self, seen: Suspect) -> None:
        base = BARE if seen.family == "bare" else RIGHT
        if seen.drop_empty_object:
            base = base._replace(object="drop")
        self.seen = seen
        self.base: Manners = (base, base, base, base)
        self.body = None if seen.data is None else Body(seen.data)
        self._framed = 0
        self._data: dict[tuple[tuple[str, str], ...], str | None] = {}
        self._frames: dict[tuple[tuple[str, str], ...], Frame] = {}

    @property
    def work(self) -> int:
        """Bytes written so far."""
        return self._framed + (self.body.work if self.body is not None else 0)

    def manners(self, inner: Slots) -> Manners:
        """The manners of the four levels under some slots."""
        if not inner:
            return self.base
        changes: dict[str, dict[str, str]] = {}
        for slot, value in inner.items():
            level, _, name = slot.partition(".")
            changes.setdefault(level, {})[name] = value
        first, second, third, fourth = (self._manner(level, changes) for level in LEVELS)
        return first, second, third, fourth

    def _manner(self, level: str, changes: Mapping[str, Mapping[str, str]]) -> Manner:
        base = self.base[LEVELS.index(level)]
        return base._replace(**changes[level]) if level in changes else base

    def data(self, inner: Slots, *, keep: bool = True) -> str | None:
        """The business object under some slots; None when there is none, or nothing of it. `keep`: it will be asked again."""
        if self.body is None:
            return None
        if not keep:
            return self.body.text(self.manners(inner))
        key = tuple(inner.items())
        if key not in self._data:
            self._data[key] = self.body.text(self.manners(inner))
        return self._data[key]

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
            pairs = self.body.pairs(self.manners(inner))
            flat = frame(self.seen, outer, there=False, flat=pairs)
            self._framed += len(flat.before) + FRAME * (1 + len(pairs))
            return flat.text(None), flat
        data = self.data(inner, keep=keep)
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
