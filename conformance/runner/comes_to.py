"""Wait for what an accepted call comes to: a vendor may answer `accepted` and refuse in the background (driver contract)."""

from __future__ import annotations

from conformance.runner.scene import Args, Scene
from conformance.runner.waits import Waited, wait_for_vendor

OVER = ["paid", "failed", "cancelled", "manual", "part_refunded", "refunded"]


async def outcome(scene: Scene, args: Args, within_s: float) -> Waited:
    """At once unless the last call of this person was accepted; then until its order is in one of the states `state`.

    A refusal in the background need not show in any state, so that this is not waited for longer than for an answer.
    """
    last = scene.last.get(args["person"])
    if last is None or last.state != "accepted":
        return Waited(True, {"final": last.state} if last else {})
    limit_s = scene.declaration.driver.timeout_ms / 1000
    return await wait_for_vendor(scene, {"state": OVER, **args}, min(within_s, limit_s))
