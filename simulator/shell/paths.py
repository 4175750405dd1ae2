"""From a request path to an interface (institution sheet 1.1: per-service paths, and single entries)."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.institution import SINGLE
from simulator.protocol.model.interface import Interface
from simulator.protocol.model.profile import Profile
from simulator.protocol.wire import fsi


class Paths:
    """A `{…}` at the end of an interface's path is any last segment."""

    def __init__(self, profile: Profile, interfaces: Iterable[Interface]) -> None:
        self._exact: dict[str, Interface] = {}
        self._prefix: dict[str, Interface] = {}
        self._profile = profile
        self._fsi: dict[str, Interface] = {}
        for interface in interfaces:
            if interface.form == "fsi":
                self._fsi[interface.number] = interface
            for path in _aliases(interface, profile):
                head, brace, _ = path.partition("{")
                (self._prefix if brace else self._exact)[head] = interface
        for entry in profile["fsi.single_entries"]:
            for prefix in profile["fsi.prefixes"]:
                self._exact[prefix + entry] = SINGLE

    def find(self, path: str) -> tuple[Interface, str] | None:
        """The interface and the last segment of the path, or None."""
        head, slash, tail = path.rpartition("/")
        interface = self._exact.get(path) or self._prefix.get(head + slash)
        return None if interface is None else (interface, tail)

    def chosen(self, interface: Interface, body: bytes) -> Interface:
        """The transaction that a request to a single entry asks for; the entry itself when it is none of ours."""
        if interface is not SINGLE:
            return interface
        return self._fsi.get(fsi.transaction(body, self._profile), interface)

    def near(self, path: str) -> str:
        """A served path that differs only in case, or ends alike; empty when there is none (`refund_Order`!)."""
        wanted = path.rstrip("/").lower()
        served = (*self._exact, *self._prefix)
        same = next((known for known in served if known.lower() == wanted), "")
        tail = wanted.rpartition("/")[2]
        return same or next((known for known in served if tail and known.lower().endswith("/" + tail)), "")


def _aliases(interface: Interface, profile: Profile) -> list[str]:
    """The paths of an interface: under each portal prefix, or below `/fsi/` under each prefix of the 两定 interface."""
    path = interface.path
    prefixes = profile["portal.prefixes"]
    first = f"/{prefixes[0]}/" if prefixes else ""
    if first and path.startswith(first):
        return [f"/{prefix}/{path.removeprefix(first)}" for prefix in prefixes]
    if path.startswith("/fsi/"):
        return [prefix + path for prefix in profile["fsi.prefixes"] or ("",)]
    return [path] if path else []
