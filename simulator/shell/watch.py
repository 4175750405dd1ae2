"""Take up, while the simulator runs, what another process does to the identities of its home."""

from __future__ import annotations

import asyncio

from simulator.shell.identities import IdentityError
from simulator.shell.limits import IDENTITIES_S
from simulator.shell.world import World


async def identities(world: World) -> None:
    """Until cancelled: `keys import`, `keys rotate` and a second `init` are in use within IDENTITIES_S.

    A file that cannot be used leaves everything as it was; the simulator's own log says why.
    """
    known, seen = world.identities, (0, 0)
    while True:
        await asyncio.sleep(IDENTITIES_S)
        try:
            state = known.path.stat()
            if seen != (state.st_mtime_ns, state.st_size):
                seen = (state.st_mtime_ns, state.st_size)
                known.refresh()
                for run in await world.runs.all():
                    world.teach(run)
        except (IdentityError, OSError) as error:
            world.runs.failed(world.runs.own, "identities", error)
