"""Ask whether a flow is quiet, as contracts 5 means it for the vendor's level."""

from __future__ import annotations

import asyncio
from typing import Any

from conformance.evidence.stillness import unheard_s, without_news_ms
from conformance.runner.control import LONG_POLL_MS
from conformance.runner.pacing import spoiled_for_good
from conformance.runner.scene import CONVERGE_MS, PROBE_S, Scene, quiet_ms

QUIET_ROUND_MS = 400


def converge_ms(scene: Scene) -> int:
    """How long after a final state of the centre the vendor may take to hear of it (contracts 7)."""
    return int(scene.declaration.timers.get("converge_ms", CONVERGE_MS))


async def seen_quiet(scene: Scene, wait_ms: int) -> dict[str, Any]:
    """`{"quiet", "open", "window_ms", "last_seq"}`; waits up to `wait_ms` for quiet.

    At level 2 the simulator's word. Below it what matters is how long there was no *news*: a query whose answer says again
    what was said before keeps nothing from being quiet; and a vendor that asks about an order has `converge_ms` to hear
    its end, also while it asks nothing. Then it waits no longer at once than a quiet takes: queries never let go of the line.
    """
    wanted = quiet_ms(scene)
    if scene.declaration.driver.level >= 2:
        return await scene.control.quiet(scene.run, scene.flow, wait_ms, wanted)
    wait_ms = min(wait_ms, wanted + QUIET_ROUND_MS, LONG_POLL_MS)
    reply = await scene.control.quiet(scene.run, scene.flow, wait_ms, wanted)
    if reply.get("open"):
        return reply
    last_seq, window_ms = int(reply.get("last_seq") or 0), int(reply.get("window_ms") or 0)
    scene.collector.wrote(last_seq)
    await scene.collector.until(scene.flow, bool, PROBE_S)  # have the records that it speaks of
    records = scene.collector.by_flow.get(scene.flow, [])
    still_ms = without_news_ms(records, last_seq, window_ms)
    late_s = None if spoiled_for_good(scene.scenario) else unheard_s(records, last_seq, window_ms)
    news_ms = 0 if reply.get("quiet") and still_ms >= window_ms else wanted - still_ms
    left_ms = max(news_ms, 0.0 if late_s is None else converge_ms(scene) - late_s * 1000)
    if left_ms > 0 and reply.get("quiet"):  # the line is free: nothing else holds the next question back
        await asyncio.sleep(min(left_ms, wait_ms) / 1000)
    return {**reply, "quiet": left_ms <= 0, "window_ms": still_ms}
