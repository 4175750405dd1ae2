"""The route table of one profile: from a request to the interface that takes it (institution sheet 1.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from simulator.protocol.model.endpoint import Endpoint, Select, parameters, segments
from simulator.protocol.model.interface import Interface
from simulator.protocol.model.profile import Profile
from simulator.protocol.wire.raw import RawMessage

Row = tuple[Endpoint, Interface]


@dataclass(slots=True)
class Routes:
    """Built once a profile. A request of a method that nobody has is taken by the path alone: its transport says so."""

    profile: Profile
    _exact: dict[str, list[Row]] = field(default_factory=dict)
    _patterns: dict[str, list[Row]] = field(default_factory=dict)
    _numbers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, interfaces: Iterable[Interface], profile: Profile) -> Routes:
        """The table of these interfaces under this profile."""
        made = cls(profile)
        for interface in interfaces:
            for endpoint in interface.endpoints(profile):
                rows = made._patterns if "{" in endpoint.template else made._exact
                rows.setdefault(endpoint.template, []).append((endpoint, interface))
                made._numbers.setdefault(interface.number.lower(), endpoint.template)
        return made

    def serves(self, path: str) -> bool:
        """Whether an interface answers at this path."""
        return bool(self._at(path))

    def find(self, raw: RawMessage) -> Interface | None:
        """The interface that takes this request, or None when nobody serves its path."""
        rows = self._at(raw.path)
        same_method = [row for row in rows if row[0].method == raw.method.upper()]
        return self._selected(same_method or rows, raw)

    def near(self, path: str) -> str:
        """A served path that differs only in case, ends alike (`refund_Order`!), or is of the interface whose number ends it.

        The number of an interface behind some base is how single entries of other provinces are written (institution
        sheet 1.1 B, C, E); empty when nothing is near.
        """
        wanted = path.rstrip("/").lower()
        by_number = self._numbers.get(wanted.rpartition("/")[2])
        if by_number:
            return by_number
        served = (*self._exact, *(template.partition("{")[0] for template in self._patterns))
        same = next((known for known in served if known.lower() == wanted), "")
        tail = wanted.rpartition("/")[2]
        return same or next((known for known in served if tail and known.lower().endswith("/" + tail)), "")

    def _at(self, path: str) -> list[Row]:
        found = self._exact.get(path) or self._exact.get("/".join(segments(path)))
        if found is not None:
            return found
        rows = (rows for template, rows in self._patterns.items() if parameters(template, path) is not None)
        return next(rows, [])

    def _selected(self, rows: list[Row], raw: RawMessage) -> Interface | None:
        read: dict[object, str] = {}
        otherwise = None
        for endpoint, interface in rows:
            select = endpoint.select
            if select is None:
                otherwise = otherwise or interface
            elif self._value(select, raw, read) == select.value:
                return interface
        return otherwise

    def _value(self, select: Select, raw: RawMessage, read: dict[object, str]) -> str:
        if select.read not in read:
            read[select.read] = select.read(raw, self.profile)
        return read[select.read]
