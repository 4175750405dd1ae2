"""A run and its persons: what the shell keeps beside each shard, and how a record of theirs is written."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.protocol.model.profile import Profile
from simulator.protocol.model.routes import Routes
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context
from simulator.protocol.text import masking
from simulator.protocol.wire.raw import RawMessage
from simulator.shell.clocks import Timers, iso, monotonic_ns, wall_ms
from simulator.shell.identities import Member
from simulator.shell.ids import maker
from simulator.shell.journal import Journal
from simulator.shell.scripts import Scripts


@dataclass(slots=True)
class Trace:
    """What a flow is doing: its newest message, and exchanges or notices under way by a key."""

    last_seq: int = 0
    last_mono_ns: int = 0
    open: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Person:
    """One person's shard with what the shell keeps beside it."""

    id: str
    run: Run
    member: Member
    shard: Shard
    timers: Timers
    scenario: str = ""
    """The scenario that made this person, if one did."""
    scripts: Scripts = field(default_factory=Scripts)
    advancing: asyncio.Lock = field(default_factory=asyncio.Lock)
    sent: dict[tuple[str, str], RawMessage] = field(default_factory=dict)
    """The newest notice of each name and key as it went out."""
    triggered: set[tuple[str, str]] = field(default_factory=set)

    @property
    def flow(self) -> str:
        """The flow that owns this person."""
        return self.shard.core.flow

    def context(self, profile: Profile) -> Context:
        """Times, identifiers and the index for one step under these options."""
        wire_ms, code, index = wall_ms(), self.member.code, self.run.index
        return Context(
            now_ms=self.timers.now_ms(),
            wire_ms=wire_ms,
            ids=maker(self.member.region, wire_ms, self.shard.core.identity.id_no),
            profile=profile,
            elsewhere=lambda kind, value: index.get((code, kind, value)) not in (None, self),
        )


@dataclass(eq=False, slots=True)
class Run:
    """One namespace: its institutions, profile, persons, journal, and whose an identifier is (institution, kind, value).

    `wire`: the wire options that it sets for its institutions, with the `routes` that follow from them.
    `endpoints`: where notices of an institution go in this run, by their keys; the institution's hold for the rest.
    """

    name: str
    institutions: frozenset[str]
    profile: Profile
    journal: Journal
    persons: dict[str, Person] = field(default_factory=dict)
    index: dict[tuple[str, str, str], Person] = field(default_factory=dict)
    flows: dict[str, Trace] = field(default_factory=dict)
    by_institution: dict[str, Scripts] = field(default_factory=dict)
    wire: Mapping[str, Any] = field(default_factory=dict)
    routes: Routes | None = None
    endpoints: dict[str, dict[str, str]] = field(default_factory=dict)
    made: int = 0
    small: bool = False
    """Whether its messages leave small records: what rules need, and no view."""

    def scripts_of(self, code: str) -> Scripts:
        """What is armed for an institution in this run, made on first use."""
        return self.by_institution.setdefault(code, Scripts())

    def trace(self, flow: str) -> Trace:
        """The trace of a flow, made on first use."""
        return self.flows.setdefault(flow, Trace())

    def record(
        self,
        kind: str,
        fields: Mapping[str, Any],
        flow: str = "",
        person: str = "",
        institution: str = "",
        timer_ms: int | None = None,
        scenario: str = "",
    ) -> int:
        """Write one evidence record (contracts 6) and return its number."""
        wall, mono = wall_ms(), monotonic_ns()
        head = {
            "kind": kind,
            "flow": flow,
            **({"scenario": scenario} if scenario else {}),
            "person": person,
            "institution": institution,
            "t": {"wire": iso(wall), "timer_ms": wall if timer_ms is None else timer_ms, "mono_ns": mono},
        }
        seq = self.journal.append({**head, **fields})
        if kind == "message":
            trace = self.trace(flow)
            trace.last_seq, trace.last_mono_ns = seq, mono
        return seq

    def masked(self, view: Any) -> Any:
        """`view` with its secret and personal fields replaced by this run's masks."""
        return masking.mask(view, self.journal.mask_key)
