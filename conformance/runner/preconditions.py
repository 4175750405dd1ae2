"""What must stand on the wire before a step can be done: never a driver call that returned (driver contract).

A patient confirms an order that waits for him, a notice speaks of an order that exists. A step waits for that with a
limit; when it does not come the scenario ends there and says what did not come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.endings import last_states, last_words
from conformance.evidence.centre import OrderView, latest_order
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import NO_ANSWER, Exchange, Record
from conformance.evidence.run_view import notices
from conformance.runner.scene import Args, Scene
from conformance.runner.waits import no_order, records_of, unreachable, until_records
from simulator.protocol.text.said import Said, Text, said_in, stored

NEED_S = 15.0
"""How long a step waits for what it needs, unless its `within_s` says otherwise."""
WAITING = "1"
"""The `ordStas` in which the centre takes an act of the patient (centre sheet 8)."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a step waits for, in words; whether the records of the flow hold it for the person; from which state it can come."""

    what: Said
    holds: Callable[[Sequence[OrderView], Sequence[Record], str], bool]
    state: str = ""


def over(exchange: Exchange) -> bool:
    """Whether an exchange is at its end: answered, or its answer lost."""
    return exchange.response is not None or not set(NO_ANSWER).isdisjoint(exchange.faults)


def _at_cashier(orders: Sequence[OrderView], _records: Sequence[Record], _person: str) -> bool:
    return any(one.state == WAITING and _placed(one) for one in orders)


def _ordered(orders: Sequence[OrderView], _records: Sequence[Record], _person: str) -> bool:
    return any(_placed(one) for one in orders)


def _told(_orders: Sequence[OrderView], records: Sequence[Record], person: str) -> bool:
    return notices(records, person) > 0


def _placed(order: OrderView) -> bool:
    return any(over(place) for place in order.places)


AT_CASHIER = Need(Said("6202 已应答、等待患者支付的订单"), _at_cashier, WAITING)
ORDERED = Need(Said("6202 已应答的订单"), _ordered)
TOLD = Need(Said("已送出过一次的 6302"), _told)
_ACTS = dict.fromkeys(("confirm", "cancel", "wrong_password", "walk_away"), AT_CASHIER)
_NOTICES: Mapping[str, Need] = {
    **dict.fromkeys(("forged", "unsigned", "altered", "hostile"), ORDERED),
    **dict.fromkeys(("repeat", "replay", "unknown_fields", "refund_early"), TOLD),
}
_CALLS = dict.fromkeys(("cancel", "clock", "amend_bill", "counter_pay"), ORDERED)
AFTER_PAY = ("advance", "call")
"""Verbs that need an order only where the vendor went on with a payment before."""


def need_of(verb: str, args: Args) -> Need | None:
    """What this step needs; None when it needs nothing that the wire shows."""
    match verb:
        case "patient":
            return _ACTS.get(str(args["do"]))
        case "notice":
            return _NOTICES.get(str(args["kind"]))
        case "call":
            return _CALLS.get(str(args["action"]))
        case "advance":
            return ORDERED
        case _:
            return None


class NeverCameError(LookupError):
    """What a step needs did not come. `said`: what, and why or how long; `allowed`: the scenario lets it end so."""

    def __init__(self, said: Text, *, allowed: bool = False) -> None:
        self.said, self.allowed = said, allowed
        super().__init__(said)


async def fulfil(scene: Scene, verb: str, args: Args) -> Mapping[str, Any]:
    """Wait for what the step needs: `{waited_for, waited_ms}`, or nothing when it needs nothing. Raises NeverCameError."""
    need, alias = need_of(verb, args), str(args.get("person") or scene.payer)
    if need is None or not alias or (verb in AFTER_PAY and not scene.paying(alias)):
        return {}
    loop, within, person = (
        asyncio.get_running_loop(),
        float(args.get("within_s", NEED_S)),
        scene.person(alias),
    )

    def holds(records: list[Record]) -> bool:
        orders = FlowView(scene.flow, tuple(records)).orders
        return need.holds([one for one in orders if one.person == person], records, person)

    of_person = {"person": alias}
    never = unreachable(scene, of_person, (need.state,)) if need.state else no_order(scene, of_person)
    begun = loop.time()
    waited = await until_records(scene, within, holds, never, alias)
    after = {**stored("waited_for", need.what), "waited_ms": round((loop.time() - begun) * 1000)}
    if waited.reached:
        return after
    missed = {"for": "need", "before": verb, "reached": False, **after, **waited.said}
    await scene.record("step", "wait", missed, alias)
    so = may_end_so(scene, alias, waited.said)
    raise NeverCameError(never_came(need.what, waited.said, within), allowed=so)


def may_end_so(scene: Scene, alias: str, said: Mapping[str, Any]) -> bool:
    """Whether the scenario lets it end as it stands: the vendor refused, revoked or handed over, as an ending allows."""
    if scene.may_refuse(alias):
        return True
    if "why" not in said and "final" not in said:  # nothing is certain, it only did not come
        return False
    expect, words = scene.scenario.expect, last_words(scene.scenario.expect, alias)
    state = latest_order(records_of(scene), scene.person(alias))[1] or "none"
    return state in last_states(expect, alias) and said.get("final", "") in ("", *words)


def never_came(what: Text, said: Mapping[str, Any], within_s: float) -> Text:
    """What was waited for in vain, and why the wait ended."""
    if why := said_in(said, "why"):
        return Said("没有等到 {}: {}", what, why)
    if final := said.get("final"):
        return Said("没有等到 {}: 厂商的订单停在 {}", what, final)
    return Said("没有等到 {} (等待 {:.0f} 秒)", what, within_s)
