"""Open recorded requests again, with the identities at hand and at the time they were received (contracts 6).

In the order of the records, so that replay is told again too. The keys must be the ones of that time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from simulator.protocol.model.profile import Profile
from simulator.protocol.model.role import Role, interfaces_of
from simulator.protocol.model.routes import Routes
from simulator.protocol.text.said import Said, listed
from simulator.protocol.wire.raw import RawMessage
from simulator.shell.evidence import all_facts
from simulator.shell.identities import Identities
from simulator.shell.known_values import DIFFERS, LEAK

KEPT = ("harness.", LEAK, DIFFERS)
"""Facts about ourselves and of the writer, which no message gives."""
TIMED = ("skew_ms",)
"""Details that say when the opening happened: a few milliseconds after the record's time, or before it."""
FactRow = Mapping[str, Any]
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reopened:
    """The facts of one record now, those of KEPT as recorded, and one line for each difference."""

    facts: tuple[FactRow, ...]
    differences: tuple[Said, ...]


class Reopening:
    """Opens the requests of one run, one after the other. `profile` is the run's, `roles` those it ran with."""

    def __init__(self, identities: Identities, profile: Profile, roles: Iterable[Role]) -> None:
        self._identities = identities
        self._profile = profile
        self._routes = Routes.of(interfaces_of(roles), profile)
        self._seen: set[tuple[str, str]] = set()

    def again(self, record: Record, raw: RawMessage, spoiled: bool = False) -> Reopened | None:
        """The record's facts from its message; None for what is not a request of the vendor to a known path.

        `spoiled`: a fault of ours had it refused, so that it was not accepted whatever it says itself.
        """
        if record.get("kind") != "message" or (record.get("dir"), record.get("part")) != ("in", "request"):
            return None
        interface = self._routes.find(raw)
        if interface is None:
            return None
        transport = interface.transport
        at_ms = _unix_ms(str((record.get("t") or {}).get("wire", "")))
        who = transport.identify(raw, self._identities.book(transport), self._profile)
        opened = transport.open(raw, who, interface, self._profile, at_ms)
        code = who.caller.institution.code if who.caller else ""
        facts = all_facts(interface, opened, (code, opened.replay_key) not in self._seen, self._profile)
        if opened.replay_key and not spoiled and replace(opened, facts=facts).ok:
            self._seen.add((code, opened.replay_key))
        fresh = [fact.as_json() for fact in facts]
        before = [row for row in record.get("facts") or () if isinstance(row, Mapping)]
        return Reopened(tuple(_merged(before, fresh)), tuple(_differences(before, fresh)))


def _merged(before: list[FactRow], fresh: list[dict[str, Any]]) -> Iterator[FactRow]:
    """The fresh facts, with the kept ones where they stood: the first of a bad row names the refusal."""
    now = [row for row in fresh if not _kept(row)]
    names = [row.get("n") for row in now]
    at = 0
    for row in before:
        if _kept(row):
            yield row
        elif row.get("n") in names[at:]:
            upto = names.index(row.get("n"), at) + 1
            yield from now[at:upto]
            at = upto
    yield from now[at:]


def _differences(before: list[FactRow], fresh: list[dict[str, Any]]) -> Iterator[Said]:
    old = {str(row.get("n")): row for row in before if not _kept(row)}
    new = {str(row["n"]): row for row in fresh if not _kept(row)}
    for name in dict.fromkeys((*old, *new)):
        was, now = old.get(name), new.get(name)
        if was is None:
            yield Said("{}: 记录里没有, 现为{}", name, _word(now))
        elif now is None:
            yield Said("{}: 记录为{}, 现在没有", name, _word(was))
        elif was.get("ok") != now.get("ok"):
            yield Said("{}: 记录为{}, 现为{}", name, _word(was), _word(now))
        elif _details(was) != _details(now):
            names = sorted(key for key, _ in _details(was) ^ _details(now))
            yield Said("{}: 细节不同 ({})", name, listed(", ", dict.fromkeys(names)))


def _kept(row: FactRow) -> bool:
    return str(row.get("n", "")).startswith(KEPT)


def _details(row: FactRow) -> set[tuple[str, str]]:
    """What counts of a fact besides whether it holds: its details, not its wording."""
    details = row.get("d") or {}
    return {
        (str(key), json.dumps(value, sort_keys=True)) for key, value in details.items() if key not in TIMED
    }


def _word(row: FactRow | None) -> Said:
    return Said("符合") if (row or {}).get("ok") else Said("不符")


def _unix_ms(text: str) -> int:
    try:
        return round(datetime.fromisoformat(text).timestamp() * 1000)
    except ValueError:
        return 0
