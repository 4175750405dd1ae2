"""The runs that are open: as the store keeps them, with the journals and routes that this process has of them."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from simulator.profiles.build import ProfileError, checked_overrides
from simulator.protocol.model.interface import Interface
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.routes import Routes
from simulator.protocol.text.places import name_fault
from simulator.protocol.text.said import Said, Text, bounded, said_of, stored
from simulator.protocol.text.times import beijing14
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.transport import Identified, Transport
from simulator.shell.clocks import wall_ms
from simulator.shell.feed import Feed
from simulator.shell.journal import Journal, JournalError
from simulator.shell.limits import CLOSED_RUNS, OPEN_RUNS, STRANGERS, TURNED_AWAY
from simulator.shell.runs import Run
from simulator.shell.store import Conflict, Store
from simulator.shell.stored import Key, Namespace, Person

OWN_LOG = "_simulator"
HAND = "hand-"
"""How the name of a standing run begins; the code of its institution follows."""
ERROR_CHARS = 500  # of an exception that may quote anything


class WorldError(ValueError):
    """A control request that the world cannot do; one line `field: what is wrong`. `status` is HTTP's."""

    def __init__(self, text: Text, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


class OpenRuns:
    """`member(code)` raises WorldError for a stranger, `identify(transport, raw)` says who calls. `listen`: our address.

    `teach(run)` tells a run that was opened which secrets no text of it may show.
    """

    def __init__(
        self, home: Path, interfaces: Iterable[Interface], profile: Profile, store: Store,
        member: Callable[[str], object], identify: Callable[[Transport, RawMessage], Identified],
    ) -> None:  # fmt: skip
        self._home = home
        self._interfaces = tuple(interfaces)
        self._store = store
        self._member = member
        self._identify = identify
        self.profile = profile
        self.listen = ""
        self.feed = Feed()
        self.teach: Callable[[Run], object] = lambda _run: None
        self.routes = Routes.of(self._interfaces, profile)
        self.closed: OrderedDict[str, Run] = OrderedDict()
        self._open: dict[str, Run] = {}
        self._wire_options = tuple({prefix for one in self._interfaces for prefix in one.transport.options})
        self._own: Run | None = None
        self._turned_away = 0

    @property
    def own(self) -> Run:
        """The simulator's own log, made on first use, one a process: what belongs to no run."""
        if self._own is None:
            folder = self._home / "journals" / OWN_LOG / f"{beijing14(wall_ms())}-{secrets.token_hex(4)}"
            self._own = Run(Namespace(OWN_LOG, ()), self.profile, Journal(folder, OWN_LOG, self.feed.hear))
        return self._own

    async def open(
        self, name: str, institutions: Iterable[str], overrides: Mapping[str, Any], small: bool = False
    ) -> Run:
        """Open a namespace for some institutions; `small`: its messages leave small records. Raises WorldError."""
        again = WorldError(Said("run: 运行 {} 已打开，请换一个名称或先结束它", name), 409)
        runs = await self.all()
        fault = name_fault(name)
        if fault is not None:
            raise WorldError(Said("run: {}", fault))
        if any(run.name.casefold() == name.casefold() for run in runs):  # one folder on some systems
            raise again
        if len(runs) >= OPEN_RUNS:
            raise WorldError(Said("run: 同时打开的运行已达上限 {} 个，请先结束一些", OPEN_RUNS), 409)
        codes = tuple(sorted(set(institutions)))
        for code in codes:
            self._member(code)
        try:
            checked = dict(checked_overrides(overrides, self.profile))
        except ProfileError as error:
            raise WorldError(said_of(error)) from None
        wire = {option: value for option, value in overrides.items() if option.startswith(self._wire_options)}
        await self._check_wire(codes, wire)
        try:
            kept = await self._store.open(Namespace(name, codes, checked, wire, small))
        except Conflict:
            raise again from None
        try:
            run = self._opened(kept)
        except JournalError:
            await self._store.close(name)
            raise
        begun = {
            "institutions": list(codes),
            "profile": run.profile.name,
            "overrides": dict(run.profile.overrides),
        }
        run.record("run", {"what": "begin", "d": {**begun, "listen": self.listen}})
        return run

    def _opened(self, kept: Namespace) -> Run:
        """The run as this process has it open; its journal is taken up on first use."""
        known = self._open.get(kept.name)
        if known is not None and known.kept.number == kept.number:
            return known
        profile = self.profile.with_overrides(kept.overrides)
        most = int(profile["disk.evidence_bytes"])
        journal = Journal(self._home / "journals" / kept.name, kept.name, self.feed.hear, most)
        routes = Routes.of(self._interfaces, profile) if kept.wire else None
        run = self._open[kept.name] = Run(kept, profile, journal, routes)
        self.closed.pop(kept.name, None)
        self.teach(run)
        if journal.torn_bytes:
            run.record("run", {"what": "repaired", "d": {"torn_bytes": journal.torn_bytes}})
        return run

    async def _check_wire(self, codes: Iterable[str], wire: Mapping[str, Any]) -> None:
        """Wire options belong to the institution: two open runs cannot want different ones (contracts 2)."""
        for code in codes:
            first = await self.wire_of(code)
            if wire and first is not None and first.kept.wire != wire:
                raise WorldError(
                    Said(
                        "profile: 机构 {} 的报文选项已由运行 {} 设定，请先结束它，或写相同的值",
                        code,
                        first.name,
                    ),
                    409,
                )

    async def wire_of(self, code: str) -> Run | None:
        """The newest open run that sets the wire options of an institution."""
        return next((run for run in reversed(await self.of(code)) if run.kept.wire), None)

    async def wire_profile(self, code: str) -> Profile:
        """What a message of this institution is opened and answered under: its wire options."""
        run = await self.wire_of(code)
        return run.profile if run else self.profile

    async def profile_of(self, run: Run, code: str) -> Profile:
        """The options of a run, with the wire options of an institution of it."""
        first = await self.wire_of(code)
        if first is None or first.name == run.name:
            return run.profile
        return run.profile.with_overrides(first.kept.wire)

    async def served(self, path: str) -> bool:
        """Whether any table has this path."""
        return self.routes.serves(path) or any(
            run.routes.serves(path) for run in await self.all() if run.routes
        )

    async def route(self, raw: RawMessage) -> Interface | None:
        """The interface that takes a request. Where two tables differ, the caller's own institution decides."""
        tables = [self.routes, *(run.routes for run in reversed(await self.all()) if run.routes)]
        found = {one.number: one for table in tables if (one := table.find(raw)) is not None}
        if len(found) > 1:
            for interface in found.values():
                caller = self._identify(interface.transport, raw).caller
                first = await self.wire_of(caller.institution.code) if caller else None
                own = first.routes if first and first.routes else self.routes
                mine = own.find(raw)
                if caller and mine is not None and mine.number == interface.number:
                    return interface
        return next(iter(found.values()), None)

    async def reset(self, run: Run) -> dict[str, int]:
        """Drop every person, timer, notice and script of the run; the journal goes on."""
        removed = {"persons": await self._store.clear(run.name)}
        run.record("run", {"what": "reset", "d": removed})
        return removed

    async def evict(self, run: Run, flow: str) -> int:
        """Forget the persons of a finished flow with all that is theirs; its records stay. Returns their number."""
        keys = await self._store.persons(run.name, flow)
        for key in keys:
            await self._store.forget(key)
        run.flows.pop(flow, None)
        return len(keys)

    async def close(self, run: Run) -> int:
        """Close the namespace; its records stay readable. Returns the number of records."""
        await self.reset(run)
        await self._store.close(run.name)
        run.record("run", {"what": "end", "d": {}})
        self._shut(run)
        return run.journal.last_seq

    def _shut(self, run: Run) -> None:
        run.journal.close()
        run.flows.clear()
        self._open.pop(run.name, None)
        self.closed[run.name] = run
        while len(self.closed) > CLOSED_RUNS:
            self.closed.popitem(last=False)

    async def named(self, name: str, closed: bool = False) -> Run:
        """The open run of this name (or a closed one, if asked). Raises WorldError 404."""
        found = next((run for run in await self.all() if run.name == name), None)
        found = found or (self.closed.get(name) if closed else None)
        if found is None:
            raise WorldError(Said("run: 没有打开的运行 {}", name[:64]), 404)
        return found

    async def all(self) -> list[Run]:
        """The open runs, newest last."""
        return [self._opened(kept) for kept in await self._store.runs()]

    async def of(self, code: str) -> list[Run]:
        """The open runs that an institution takes part in, newest last."""
        return [run for run in await self.all() if code in run.kept.institutions]

    def here(self, key: Key) -> Run:
        """The run that a person was loaded from, open or closed meanwhile; else the simulator's own log."""
        return self._open.get(key.run) or self.closed.get(key.run) or self.own

    async def hand(self, code: str) -> Run:
        """The standing run of an institution, where persons made by hand live; opened when it is not (contracts 2)."""
        name = HAND + code
        known = next((run for run in await self.all() if run.name == name), None)
        return known or await self.open(name, [code], {})

    def own_or_only(self) -> list[Run]:
        """Where a message of nobody goes: the simulator's own log, and the run if only one is open beside standing ones."""
        only = [run for run in self._open.values() if not run.name.startswith(HAND)]
        return [self.own, *(only if len(only) == 1 else [])]

    def with_room(self, runs: Iterable[Run]) -> list[Run]:
        """Those of these runs whose evidence still takes messages of nobody; the simulator's own log where none does.

        A stranger cannot fill the evidence of a run: beyond STRANGERS one record says that no more are kept there.
        """
        taking = []
        for run in runs:
            run.strangers += 1
            if run.strangers <= STRANGERS or run is self._own:
                taking.append(run)
            elif run.strangers == STRANGERS + 1:
                with suppress(JournalError):
                    run.record("run", {"what": "strangers_full", "d": {"kept": STRANGERS}})
        return taking or [self.own]

    def failed(self, run: Run, where: str, error: Exception, one: Person | None = None) -> None:
        """Record a failure of ours: fault domain harness."""
        told = bounded("error", Said("{}: {}", type(error).__name__, error), ERROR_CHARS)
        detail = {"domain": "harness", "where": where, **told}
        for to in (run, self.own):
            with suppress(JournalError):
                to.record(
                    "run", {"what": "error", "d": detail}, one.flow if one else "", one.id if one else ""
                )
                return

    def turned_away(
        self, status: int, reason: Text, asked: str = "", runs: Iterable[Run] = (), peer: str = ""
    ) -> None:
        """Record a request that reached no interface: broken HTTP, a wrong path. Never raises; bounded."""
        self._turned_away += 1
        if self._turned_away > TURNED_AWAY:
            return
        detail = {"status": status, **stored("reason", reason), "peer": peer}
        detail |= {"asked": asked} if asked else {}
        for run in runs or (self.own,):
            with suppress(JournalError):
                run.record("run", {"what": "turned_away", "d": detail})

    async def close_all(self) -> None:
        """Close every run and the own log."""
        for run in await self.all():
            await self.close(run)
        if self._own is not None:
            self._own.journal.close()
