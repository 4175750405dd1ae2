"""What a step of one scenario may use: the simulator, the vendor, the records, the persons, what was saved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.declaration import Declaration
from conformance.drivers.call import Answer, Call, args_problem, needs_patient
from conformance.evidence.hearing import MONEY, WENT_ON
from conformance.runner.collect import Collector
from conformance.runner.control import Control
from conformance.runner.driver_io import VendorDriver
from conformance.scenario import Plan, Scenario, resolve
from simulator.protocol.text.said import Text

PROBE_S = 0.15
CONVERGE_MS = 60_000
"""Until the vendor knows the final state of the centre, where its declaration does not say (contracts 7)."""
PATIENT_FIELDS = ("name", "id_type", "id_no", "openid", "phone")
Args = Mapping[str, Any]


def flow_of(scenario: Scenario, turn: int) -> str:
    """The flow of a scenario's first, second … time in a run: `pay/clinic_mixed`, `pay/clinic_mixed#2` …"""
    return scenario.id if turn == 1 else f"{scenario.id}#{turn}"


@dataclass(slots=True)
class Scene:
    """Everything a step of one scenario may use. `persons` by alias; `saved` by name."""

    control: Control
    driver: VendorDriver
    collector: Collector
    declaration: Declaration
    plan: Plan
    run: str
    scenario: Scenario
    persons: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    saved: dict[str, Any] = field(default_factory=dict)
    touched: dict[str, None] = field(default_factory=dict)
    people: Sequence[Mapping[str, str]] = ()
    """Identities of persons on file for this scenario, in the order of its aliases; empty when each is new."""
    answers: dict[tuple[str, str], list[Answer]] = field(default_factory=dict)
    """What the vendor answered to each (alias, action) that moves money, oldest first."""
    last: dict[str, Answer] = field(default_factory=dict)
    """What the vendor answered last to a call of each alias that asks for money or gives an order up."""
    refusable: set[str] = field(default_factory=set)
    """The aliases whose payment was refused where the scenario lets the vendor refuse."""
    calls: int = 0
    tell: Callable[[Text], None] = lambda _text: None
    turn: int = 1
    """The how-manieth time of this scenario in this run."""
    really_waits: bool = False
    """A real wait takes the place of each `clock` call: the vendor has no clock, and the user allowed it."""

    @property
    def flow(self) -> str:
        """The flow of the evidence."""
        return flow_of(self.scenario, self.turn)

    def person(self, alias: str) -> str:
        """The simulator's id of a person of this scenario."""
        return str(self.persons[alias]["person"])

    @property
    def payer(self) -> str:
        """Who paid last, or the empty text."""
        return next((alias for alias, action in reversed(self.answers) if action == "pay"), "")

    def paying(self, alias: str) -> bool:
        """Whether the vendor went on with a payment of this person."""
        return any(answer.state in WENT_ON for answer in self.answers.get((alias, "pay"), ()))

    def may_refuse(self, alias: str) -> bool:
        """Whether the scenario lets the vendor refuse what it refused of this person."""
        return alias in self.refusable

    async def record(
        self, kind: str, what: str, detail: Mapping[str, Any], alias: str = "", **more: Any
    ) -> int:
        """Put one of our own records into the evidence; its number."""
        person = self.person(alias) if alias in self.persons else ""
        body = {
            "kind": kind,
            "what": what,
            "flow": self.flow,
            "scenario": self.scenario.id,
            "person": person,
            "institution": self.declaration.code,
            **more,
            "d": dict(detail),
        }
        seq = await self.control.record(self.run, body)
        self.collector.wrote(seq)
        return seq

    async def act(self, row: Args, expect: Args | None = None, after: Args | None = None) -> Answer:
        """One driver call with its two records. `after`: what it waited for."""
        self.calls += 1
        action, alias = str(row["action"]), str(row.get("person", ""))
        args = resolve(row.get("args", {}), self.saved)
        call_id = f"{self.flow}#{row.get('call_id', self.calls)}"
        patient = None
        if needs_patient(action):
            patient = {name: self.persons[alias].get(name) for name in PATIENT_FIELDS}
            if "openid_of" in row:  # the app user who pays for somebody else (driver contract, "The call")
                patient["openid"] = self.persons[row["openid_of"]].get("openid")
        call = Call(action, self.run, call_id, args, self.flow if patient else "", patient)
        asked = {
            "action": action,
            "call_id": call_id,
            "args": args,
            "expect": dict(expect or {}),
            **({"openid_of": self.person(row["openid_of"])} if "openid_of" in row else {}),
            **(after or {}),
        }
        problem = args_problem(action, args)
        if problem:
            asked["beyond_contract"] = str(problem)
        seq = await self.record("driver", "call", asked, alias, action=action, call_id=call_id)
        started = asyncio.get_running_loop().time()
        answer = await self.driver.perform(call)
        if action in (*MONEY, "cancel"):
            self.last[alias] = answer
        if action in MONEY:
            self.answers.setdefault((alias, action), []).append(answer)
            self._note_refusal(alias, answer, expect or {})
        elapsed = round((asyncio.get_running_loop().time() - started) * 1000)
        detail = {"action": action, "call_id": call_id, "elapsed_ms": elapsed, **answer.as_json()}
        await self.record("driver", "answer", detail, alias, link=seq, action=action, call_id=call_id)
        return answer

    def _note_refusal(self, alias: str, answer: Answer, expect: Args) -> None:
        allowed = expect.get("state", ())
        wanted = (allowed,) if isinstance(allowed, str) else tuple(allowed)
        if answer.state == "refused" and "refused" in wanted:
            self.refusable.add(alias)
        else:
            self.refusable.discard(alias)


async def probe(scene: Scene, alias: str, args: Args) -> dict[str, Any]:
    """One `order_state` reading, recorded as a probe (level 2)."""
    scene.calls += 1
    patient = {name: scene.persons[alias].get(name) for name in PATIENT_FIELDS}
    call_id = f"{scene.flow}#{scene.calls}"
    answer = await scene.driver.perform(Call("order_state", scene.run, call_id, args, scene.flow, patient))
    seen = answer.as_json()
    await scene.record("probe", "order_state", {"args": dict(args), **seen}, alias)
    return seen


def patience_s(scene: Scene) -> float:
    """How long a wait lasts that no step limits: what the declaration gives the vendor to converge, and half as long again
    for the patient and the centre.
    """
    return scene.declaration.timers.get("converge_ms", CONVERGE_MS) * 1.5 / 1000


def quiet_ms(scene: Scene) -> int:
    """How long no traffic means quiet: a probe interval at level 2, else what the declaration says."""
    return round(PROBE_S * 1000) if scene.declaration.driver.level >= 2 else scene.declaration.quiet_ms
