"""The end of a scenario: wait until its flow is at rest, and read the vendor's order then (contracts 5)."""

from __future__ import annotations

import asyncio
from typing import Any

from conformance.evidence.centre import UNFINISHED, OrderChange, latest_change
from conformance.evidence.records import Record
from conformance.evidence.run_view import elapsed_s, in_vain, told, traffic
from conformance.runner.pacing import spoiled_for_good
from conformance.runner.quiet import QUIET_ROUND_MS, converge_ms, seen_quiet
from conformance.runner.scene import PROBE_S, Scene, probe, quiet_ms

QUIET_LIMIT_MS = 60_000
"""How long a flow may take to become quiet, where the vendor has no longer to converge (contracts 5, 7)."""
QUIET_STEP_MS = 8_000
AFTER_PROBES_MS = 500
PROBES = 20
OPEN_S = 1.5
"""How long an order that the vendor accepted and left open must rest: it may work on behind, without a message."""
NEVER_PAID = ("12", "13", "14", "15", "16")
"""Final states of the centre from which nothing can be booked: who was told twice and stays as it was knows it (sheet 8)."""
TOLD_OFTEN, ASKED_OFTEN = 2, 3
ASKING = ("6301", "6203")
_VENDOR_OPEN = ("created", "presettled", "pending", "refunding")


async def at_rest(scene: Scene) -> dict[str, Any]:
    """Wait for quiet, then (level 2) read `order_state` until two readings are equal and it is quiet still."""
    loop = asyncio.get_running_loop()
    until = loop.time() + max(QUIET_LIMIT_MS, converge_ms(scene) + QUIET_STEP_MS) / 1000
    while True:
        quiet = await _until_quiet(scene, until)
        if scene.declaration.driver.level < 2 or not quiet.get("quiet"):
            return quiet
        steady = [await _steady(scene, alias) for alias in scene.touched]
        after = await scene.control.quiet(scene.run, scene.flow, AFTER_PROBES_MS, 0)
        scene.collector.wrote(int(after.get("last_seq") or 0))
        await scene.collector.until(scene.flow, bool, PROBE_S)  # have what came since
        still = bool(after.get("quiet")) and all(steady) and not _moved_since_read(scene)
        if still or loop.time() >= until:
            # Without any traffic the second window is empty; the first one was really observed.
            window_ms = max(after.get("window_ms") or 0, quiet.get("window_ms") or 0 if still else 0)
            return {**after, "quiet": still, "window_ms": window_ms, "probes": len(steady)}


def _moved_since_read(scene: Scene) -> bool:
    """Whether a message came, or the centre moved an order, after the last reading: what it makes the vendor do is not in it."""
    records = scene.collector.by_flow.get(scene.flow, [])
    for record in reversed(records if scene.touched else ()):
        if record.get("kind") == "probe":
            return False
        if record.get("kind") == "message" or (record.get("kind"), record.get("what")) == ("world", "order"):
            return True
    return False


async def _until_quiet(scene: Scene, until: float) -> dict[str, Any]:
    """Wait for quiet. When only notices to repeat are left, timer time is moved on to them."""
    loop = asyncio.get_running_loop()
    while True:
        quiet = await seen_quiet(scene, quiet_ms(scene) + QUIET_ROUND_MS)
        if quiet.get("quiet") or loop.time() >= until:
            return quiet
        left = quiet.get("open") or []
        if left and all(str(item).startswith("timer notice.") for item in left):
            for person in scene.persons.values():
                await scene.control.of_person(scene.run, person["person"], "advance", {"ms": QUIET_STEP_MS})


async def _steady(scene: Scene, alias: str) -> bool:
    """Probe one person until two readings are equal and the vendor has caught up with the centre.

    A vendor that has not yet seen a final state of the centre gets `converge_ms` after it to ask for it (contracts 7), also
    where an ending allows that it stays where it is: it may be just about to book. What a step of the scenario waited since
    then counts. One that accepted a payment and left it open rests OPEN_S.
    """
    loop = asyncio.get_running_loop()
    limit = converge_ms(scene) / 1000
    until, before, count = loop.time() + limit, None, 0
    since, messages = loop.time(), -1
    while True:
        seen = await probe(scene, alias, {})
        count += 1
        state = seen["result"].get("order_state")
        await scene.collector.until(scene.flow, bool, PROBE_S)  # have the records from before the probe
        records = scene.collector.by_flow.get(scene.flow, [])
        change = latest_change(records, scene.person(alias))
        if count == 1 and change is not None:
            until -= min(limit, elapsed_s(records, change.seq))
        behind = state in _VENDOR_OPEN and change is not None and _unheard(scene, records, change)
        now_seen = traffic(records)
        if seen != before or now_seen != messages:
            since, messages = loop.time(), now_seen
        rests = OPEN_S if state in _VENDOR_OPEN and _accepted_last(scene, alias) else 0.0
        if seen == before and (not behind or loop.time() >= until) and loop.time() - since >= rests:
            return True
        if count >= PROBES and not behind:
            return False
        before = seen
        await asyncio.sleep(PROBE_S if not (behind or rests) else min(PROBE_S * (1 + count // 4), 1.0))


def _unheard(scene: Scene, records: list[Record], change: OrderChange) -> bool:
    """Whether the centre has come to a final state that the vendor may still hear of, or act on.

    Where the scenario spoils answers for good, one that has asked ASKED_OFTEN times in vain will hear of nothing.
    """
    if change.after in UNFINISHED:
        return False
    deaf = spoiled_for_good(scene.scenario) and (
        in_vain(records, ASKING, change.person, change.seq) >= ASKED_OFTEN
    )
    often = told(records, "6301", change.person, change.seq) >= TOLD_OFTEN
    return not deaf and not (often and change.after in NEVER_PAID)


def _accepted_last(scene: Scene, alias: str) -> bool:
    """Whether the vendor said of this person's last payment that it goes on."""
    given = scene.answers.get((alias, "pay"), [])
    return bool(given) and given[-1].state == "accepted"
