"""What `wait` can wait for. A wait ends with what it waits for, at its limit, or when that can no longer come.

The last needs more than one sign: the vendor said so (a final state, handed to a person where an ending of the scenario allows
it, or nothing but refusals), nothing is under way, and CALM_S went by without a message. Whatever is accepted or pending is waited for to the limit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from conformance.endings import last_words
from conformance.evidence.centre import UNFINISHED, latest_order, settled_at, since_confirmed
from conformance.evidence.hearing import MONEY
from conformance.evidence.records import Record
from conformance.evidence.run_view import answered, notices, requests, traffic
from conformance.runner.control import LONG_POLL_MS
from conformance.runner.quiet import seen_quiet
from conformance.runner.scene import PROBE_S, Args, Scene, probe
from simulator.protocol.model.order_table import TRANSITIONS
from simulator.protocol.text.said import Said, Text, stored

PROBE_MAX_S = 0.5
CALM_S = 1.0
LOOK_S = 2.0
"""How often the vendor's own word is asked for while a message of it is waited for."""
LAST_WORD_S = 4.0
SAFE = ("manual", "failed", "cancelled")
"""States of the vendor's order after which it need not do anything more: somebody looks at it, or nothing was moved."""
_AFTER: Mapping[str, tuple[str, ...]] = {
    "paid": ("refunding", "part_refunded", "refunded", "manual"),
    "part_refunded": ("refunding", "refunded", "manual"),
    "refunded": (),
    "failed": ("manual",),
    "cancelled": ("manual",),
}
"""What an order of the vendor can still become after a state that ends something; other states end nothing."""
_MONEY_STATES = ("paid", "refunding", "part_refunded", "refunded")
_GIVEN_BACK = ("refunding", "part_refunded", "refunded")
_REFUNDS = ("refund_bill", "refund_registration")
HANDED_OVER = "manual"
"""A vendor that gave the order to a person has said its last word (driver contract, `order_state`)."""
_REFUSED = ("refused", "not_offered")
_ALL_REFUSED = Said("支付都被拒绝, 没有订单, 流程已静止")


@dataclass(frozen=True, slots=True)
class Waited:
    """Whether it came; `said` goes into the record and says what ended the wait early."""

    reached: bool
    said: Mapping[str, Any] = field(default_factory=dict)


Wait = Callable[[Scene, Args, float], Awaitable[Waited]]
Holds = Callable[[list[Record]], bool]
Why = Callable[[list[Record]], Text]


async def _settled(scene: Scene, args: Args, within_s: float) -> Waited:
    person = scene.person(args["person"])

    def done(records: list[Record]) -> bool:
        key, state = latest_order(records, person)
        return bool(key) and state not in UNFINISHED

    return await until_records(scene, within_s, done, no_order(scene, args))


async def _state(scene: Scene, args: Args, within_s: float) -> Waited:
    """Where a patient confirmed before, only what the order came into since then counts."""
    person, wanted = scene.person(args["person"]), _many(args.get("state", "6"))

    def holds(records: list[Record]) -> bool:
        return latest_order(since_confirmed(records, person), person)[1] in wanted

    return await until_records(scene, within_s, holds, unreachable(scene, args, wanted))


async def _message(scene: Scene, args: Args, within_s: float) -> Waited:
    """`since: settled` counts only requests that the vendor sent after the settlement and that were answered."""
    person, interface = scene.person(args["person"]), args.get("interface", "6301")
    times, late = int(args.get("times", 1)), args.get("since") == "settled"

    def holds(records: list[Record]) -> bool:
        if not late:
            return requests(records, interface, person) >= times
        at = settled_at(records, person)
        return at is not None and answered(records, interface, person, at) >= times

    return await until_records(scene, within_s, holds, no_order(scene, args), args["person"])


async def _delivered(scene: Scene, args: Args, within_s: float) -> Waited:
    person, times = scene.person(args["person"]), int(args.get("times", 1))

    def holds(records: list[Record]) -> bool:
        return notices(records, person) >= times

    return await until_records(scene, within_s, holds, no_order(scene, args))


async def _quiet(scene: Scene, _args: Args, within_s: float) -> Waited:
    loop = asyncio.get_running_loop()
    until = loop.time() + within_s
    while True:
        left = max(0, min(LONG_POLL_MS, round((until - loop.time()) * 1000)))
        reply = await seen_quiet(scene, left)
        if reply.get("quiet") or loop.time() >= until:
            return Waited(bool(reply.get("quiet")))


async def wait_for_vendor(scene: Scene, args: Args, within_s: float) -> Waited:
    """Probe after every message of the flow (level 2)."""
    wanted = _many(args.get("state", "paid"))
    loop = asyncio.get_running_loop()
    until, before = loop.time() + within_s, ""
    while True:
        count = traffic(records_of(scene))
        seen = await probe(scene, args["person"], {})
        if seen["result"].get("order_state") in wanted:
            return Waited(True)
        if loop.time() >= until or seen["state"] in ("not_offered", "error"):
            return Waited(False)
        final = _final(scene, args["person"], seen, wanted)
        if final and final == before:
            return Waited(False, {"final": final})
        before = final if final and await _calm(scene) else ""
        if not before:
            await asyncio.sleep(PROBE_S)
            await scene.collector.until(scene.flow, _more_than(count), PROBE_MAX_S)


def _final(scene: Scene, alias: str, seen: Mapping[str, Any], wanted: tuple[str, ...]) -> str:
    """The vendor's answer after which none of `wanted` can come, or the empty text."""
    state = str(seen["result"].get("order_state", ""))
    if state in _AFTER and not set(_AFTER[state]) & set(wanted):
        return "" if _goes_on(scene, alias, seen) else state
    if state == HANDED_OVER and state in last_words(scene.scenario.expect, alias):
        return state
    if state and _refund_was_refused(scene, alias, state, wanted):
        return state
    if seen["state"] == "refused" and set(wanted) <= set(_MONEY_STATES) and _all_refused(scene, alias):
        return str(seen.get("code") or "refused")
    return ""


def _refund_was_refused(scene: Scene, alias: str, state: str, wanted: tuple[str, ...]) -> bool:
    """Whether a refund is waited for that the vendor refused: none will come by that call (driver contract, "The answer").

    An order that is open, or paid with a refund under way, is another matter: that may still come.
    """
    refunds = [answer for action in _REFUNDS for answer in scene.answers.get((alias, action), [])]
    refused = bool(refunds) and refunds[-1].state in _REFUSED
    return refused and state in _MONEY_STATES and not set(wanted) - set(_GIVEN_BACK)


def _goes_on(scene: Scene, alias: str, seen: Mapping[str, Any]) -> bool:
    """Whether the last payment is accepted and the reading may be of an order before it."""
    given = scene.answers.get((alias, "pay"), [])
    if not given or given[-1].state != "accepted":
        return False
    name = given[-1].refs.get("medOrgOrd")
    return name != seen["refs"].get("medOrgOrd") if name else len(given) > 1


def _all_refused(scene: Scene, alias: str) -> bool:
    """Whether every call of this person that moves money was refused, and there was one."""
    given = [answer for action in MONEY for answer in scene.answers.get((alias, action), [])]
    return bool(given) and all(answer.state in _REFUSED for answer in given)


def no_order(scene: Scene, args: Args) -> Why:
    """Why nothing can come any more: the centre has no order of this person and every payment was refused."""
    alias = args["person"]

    def never(records: list[Record]) -> Text:
        return _ALL_REFUSED if _all_refused(scene, alias) and not _has_order(scene, alias, records) else ""

    return never


def unreachable(scene: Scene, args: Args, wanted: Sequence[str]) -> Why:
    """Why the newest order can come into none of `wanted` any more; as `no_order` where there is none."""
    person, nothing = scene.person(args["person"]), no_order(scene, args)

    def never(records: list[Record]) -> Text:
        state, given = latest_order(records, person)[1], scene.answers.get((args["person"], "pay"), [])
        starts = len(given) > 1 and given[-1].state == "accepted"  # its order may still be on the way
        if state and not starts and _known_table(scene) and not reachable(state) & set(wanted):
            return Said("中心订单状态 {} 之后不会再有 {}", state, "/".join(wanted))
        return nothing(records)

    return never


def _has_order(scene: Scene, alias: str, records: list[Record]) -> bool:
    return bool(latest_order(records, scene.person(alias))[0])


async def until_records(scene: Scene, within_s: float, wanted: Holds, never: Why, alias: str = "") -> Waited:
    """Wait for records; end early with the reason why what is waited for can `never` come.

    With an `alias` also when the vendor's state of this person's order is its last word (level 2).
    """
    loop = asyncio.get_running_loop()
    until, word = loop.time() + within_s, LastWord()
    while True:
        left = max(0.0, until - loop.time())
        asked = bool(alias) and scene.declaration.driver.level >= 2
        look = min(left, LOOK_S) if asked else left
        met = await scene.collector.until(scene.flow, lambda seen: wanted(seen) or bool(never(seen)), look)
        if wanted(records_of(scene)):
            return Waited(True)
        if loop.time() >= until or not (met or asked):
            return Waited(False)
        if not met:
            seen = await probe(scene, alias, {})
            if word.spoken(scene, str(seen["result"].get("order_state", ""))) and await _nothing_open(scene):
                return Waited(False, {"final": word.state})
        elif await _calm(scene):
            why = never(records_of(scene))
            if wanted(records_of(scene)):
                return Waited(True)
            if why:
                return Waited(False, stored("why", why))


@dataclass(slots=True)
class LastWord:
    """How long the vendor has been saying the same safe final state while no message came."""

    state: str = ""
    since: float = 0.0
    count: int = -1

    def spoken(self, scene: Scene, state: str) -> bool:
        """Whether `state` is a safe final one and has been said for LAST_WORD_S without a message."""
        now, count = asyncio.get_running_loop().time(), traffic(records_of(scene))
        if state not in SAFE or (state, count) != (self.state, self.count):
            self.state, self.since, self.count = state, now, count
            return False
        return now - self.since >= LAST_WORD_S


async def _calm(scene: Scene) -> bool:
    """Let CALM_S go by; False at once when a message comes, or at the end when something is under way."""
    if await scene.collector.until(scene.flow, _more_than(traffic(records_of(scene))), CALM_S):
        return False
    return await _nothing_open(scene)


async def _nothing_open(scene: Scene) -> bool:
    reply = await seen_quiet(scene, 0)
    return bool(reply.get("quiet"))


@cache
def reachable(state: str) -> frozenset[str]:
    """The states of the centre that an order in `state` can still come to (sheet 8)."""
    found: set[str] = set()
    left = [state]
    while left:
        now = left.pop()
        after = {row.after for row in TRANSITIONS if row.before == now} - found
        found |= after
        left += after
    return frozenset(found)


def _known_table(scene: Scene) -> bool:
    """Whether the states are those of the table, with nothing added by the declaration."""
    return not scene.declaration.profile.get("states.extra_transitions")


def records_of(scene: Scene) -> list[Record]:
    """The records of the scenario's flow so far."""
    return scene.collector.by_flow.get(scene.flow, [])


def _more_than(count: int) -> Holds:
    return lambda records: traffic(records) > count


def _many(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (str(value),)


WAITS: Mapping[str, Wait] = {
    "settled": _settled,
    "quiet": _quiet,
    "state": _state,
    "message": _message,
    "notice": _delivered,
    "vendor": wait_for_vendor,
}
