"""A run as this process has it open: its journal, what follows from its options, and what its flows are doing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.protocol.model.profile import Profile
from simulator.protocol.model.routes import Routes
from simulator.protocol.text import masking
from simulator.shell.clocks import iso, monotonic_ns, wall_ms
from simulator.shell.journal import Journal
from simulator.shell.known_values import KnownValues
from simulator.shell.stored import Namespace


@dataclass(slots=True)
class Trace:
    """What a flow is doing in this process: its newest message, and what is under way by a key."""

    last_seq: int = 0
    last_mono_ns: int = 0
    open: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Run:
    """One open namespace, as `kept` by the store. `routes`: its own, when it sets wire options."""

    kept: Namespace
    profile: Profile
    journal: Journal
    routes: Routes | None = None
    flows: dict[str, Trace] = field(default_factory=dict)
    strangers: int = 0
    known: KnownValues = field(init=False)

    def __post_init__(self) -> None:
        self.known = KnownValues(self.journal.mask_key)

    @property
    def name(self) -> str:
        """The name of the run."""
        return self.kept.name

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
        """Write one evidence record (contracts 6) and return its number. Known values in its texts are replaced."""
        wall, mono = wall_ms(), monotonic_ns()
        head = {
            "kind": kind,
            "flow": flow,
            **({"scenario": scenario} if scenario else {}),
            "person": person,
            "institution": institution,
            "t": {"wire": iso(wall), "timer_ms": wall if timer_ms is None else timer_ms, "mono_ns": mono},
        }
        seq = self.journal.append(self.known.hidden({**head, **fields}))
        if kind == "message":
            trace = self.trace(flow)
            trace.last_seq, trace.last_mono_ns = seq, mono
        return seq

    def masked(self, view: Any, seen: masking.Seen = lambda _name, _value: None) -> Any:
        """`view` with its secret and personal fields replaced by this run's masks; `seen` is told each of them."""
        return masking.mask(view, self.journal.mask_key, seen)
