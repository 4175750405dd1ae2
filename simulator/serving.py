"""The simulator put together: roles, shell and control API on one port; and `serve`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from simulator.control import openapi, page_files
from simulator.control.api import Control
from simulator.control.asker import hosts_of
from simulator.control.door import ControlDoor
from simulator.protocol.model.role import Role, transports_of
from simulator.protocol.text.said import Said
from simulator.roles import ROLES
from simulator.shell import watch
from simulator.shell.app import Door
from simulator.shell.exchange import Exchanges
from simulator.shell.identities import open_identities
from simulator.shell.listener import Listener
from simulator.shell.memory_store import MemoryStore
from simulator.shell.notifier import Notifier
from simulator.shell.profiles import load_profile
from simulator.shell.store import Store
from simulator.shell.world import World

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 18630


@dataclass(frozen=True, slots=True)
class Ready:
    """Where the simulator answers, and the token of its control API."""

    base: str
    control_token: str


@asynccontextmanager
async def running(
    home: Path,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    profile: str = "base",
    public: str = "",
    roles: Iterable[Role] = ROLES,
    store: Store | None = None,
) -> AsyncIterator[Ready]:
    """The simulator, answering until the block is left. `port` 0 takes a free one.

    `public` is the base URL to print when vendors reach it by another name; `store` is in memory by default. Raises IdentityError,
    ProfileError, JournalError, OverflowError, or OSError when the port is taken.
    """
    if not 0 <= port <= 65535:  # uvloop would take the port modulo 65536
        raise OverflowError(Said("端口应在 0 到 65535 之间"))
    parties = tuple(roles)
    world = World(
        home,
        open_identities(home, transports_of(parties)),
        load_profile(profile),
        parties,
        store or MemoryStore(),
    )
    notifier = Notifier(world)
    control = Control(world, notifier, "")
    door, control_door = Door(world, Exchanges(world, notifier.launch)), ControlDoor(world, control)
    app = web.Application(client_max_size=0)
    for route in openapi.ROUTES:
        app.router.add_route(route.method, route.path, control_door.handler(route))
    for path in page_files.FILES:
        app.router.add_get(path, page_files.PageDoor(control).get)
    app.router.add_route("*", "/{path:.*}", door.wire)
    inner = web.AppRunner(app, handle_signals=False)
    await inner.setup()
    assert inner.server is not None
    runner = web.ServerRunner(
        Listener(
            inner.server,
            lambda status, text, peer: world.runs.turned_away(status, text, peer=peer),
            door.away,
        )
    )
    await runner.setup()
    tasks = [
        asyncio.create_task(watch.identities(world), name="identities"),
        asyncio.create_task(world.bell.run(), name="bell"),
    ]
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        bound = runner.addresses[0]
        control.base = public or f"http://{host}:{bound[1]}"
        control.hosts = hosts_of(control.base, host)
        await world.resume()
        yield Ready(control.base, world.identities.control_token)
    finally:
        world.runs.feed.close()
        for task in tasks:
            task.cancel()
        await runner.cleanup()
        await inner.cleanup()
        await notifier.close()
        await world.close()


async def serve(
    home: Path,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    profile: str = "base",
    ready: Callable[[Ready], None] = lambda _ready: None,
) -> None:
    """Serve until cancelled; `ready` is told the address once the port answers."""
    async with running(home, host, port, profile) as where:
        ready(where)
        await asyncio.Event().wait()
