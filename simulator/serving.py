"""The simulator put together: roles, shell and control API on one port; and `serve`."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
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
from simulator.shell import ending, watch
from simulator.shell.acceptor import Acceptor
from simulator.shell.app import Door
from simulator.shell.connections import Connections, allowed
from simulator.shell.exchange import Exchanges
from simulator.shell.files import private_folder
from simulator.shell.home_lock import HomeLock, Listen
from simulator.shell.identities import open_identities, write_token
from simulator.shell.limits import RAW_KEPT_DAYS
from simulator.shell.listener import Listener
from simulator.shell.memory_store import MemoryStore
from simulator.shell.notifier import Notifier
from simulator.shell.profiles import load_profile
from simulator.shell.store import Store
from simulator.shell.world import World

DEFAULT_HOST, DEFAULT_PORT = Listen().host, Listen().port
APART = "apart"
"""The folder of a home with the journals of simulators on free ports."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Where the simulator answers (`base` for vendors, `listen` on this machine), and the token of its control API."""

    base: str
    control_token: str
    listen: str
    world: World


@asynccontextmanager
async def running(
    home: Path,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    profile: str = "base",
    public: str = "",
    roles: Iterable[Role] = ROLES,
    store: Store | None = None,
    apart: bool = False,
    places: tuple[int, int] = (0, 0),
) -> AsyncIterator[Ready]:
    """The simulator, answering until the block is left. `port` 0 takes a free one.

    On a stated port it is the one simulator of its home and holds the home's lock. `public` is the base URL to print when
    vendors reach it by another name; `store` is in memory by default; `apart`: the journals are put into a folder that is
    deleted at the end; `places`: connections in all and from one address, 0: see `shell.connections`. Raises IdentityError, ProfileError, JournalError, HomeHeldError, OverflowError, or OSError when the
    port is taken.
    """
    if not 0 <= port <= 65535:  # uvloop would take the port modulo 65536
        raise OverflowError(Said("端口应在 0 到 65535 之间"))
    parties = tuple(roles)
    identities = open_identities(home, transports_of(parties))
    write_token(home, identities.control_token)
    world = World(
        _apart(home) if apart else home,
        identities,
        load_profile(profile),
        parties,
        store or MemoryStore(),
    )
    notifier = Notifier(world)
    control, lock = Control(world, notifier, ""), HomeLock(home)
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
            Connections(*allowed(*places)),
        )
    )
    await runner.setup()
    assert runner.server is not None
    acceptor = Acceptor(runner.server, lambda error: world.runs.failed(world.runs.own, "accept", error))
    tasks = [
        asyncio.create_task(watch.identities(world), name="identities"),
        asyncio.create_task(world.bell.run(), name="bell"),
    ]
    try:
        listen = Listen(host, await acceptor.open(host, port), public)
        control.base = public or listen.base
        control.hosts = hosts_of(control.base, host)
        world.runs.listen = listen.base
        if port:
            await asyncio.to_thread(lock.take, listen.base, identities.fingerprint)
        await world.resume()
        yield Ready(control.base, identities.control_token, listen.base, world)
    finally:
        world.runs.feed.close()
        acceptor.close()
        for task in tasks:
            task.cancel()
        await runner.cleanup()
        await inner.cleanup()
        await notifier.close()
        await world.close()
        lock.release()
        if apart:
            shutil.rmtree(world.home, ignore_errors=True)


def _apart(home: Path) -> Path:
    """A folder of its own for one simulator beside the one of the home; what killed ones left long ago goes."""
    place = private_folder(home / APART)
    oldest = time.time() - RAW_KEPT_DAYS * 86_400
    for left in place.iterdir():
        if left.lstat().st_mtime < oldest:
            shutil.rmtree(left, ignore_errors=True)
    return private_folder(place / secrets.token_hex(4))


async def serve(
    home: Path,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    profile: str = "base",
    ready: Callable[[Ready], None] = lambda _ready: None,
    public: str = "",
    *,
    apart: bool = False,
    with_parent: bool = False,
    temporary: bool = False,
    places: tuple[int, int] = (0, 0),
) -> None:
    """Serve until cancelled; `ready` is told the address once the port answers.

    `with_parent`: or until the standard input has ended and no run is attached; `temporary`: the home is deleted then.
    """
    loop, gone = asyncio.get_running_loop(), asyncio.Event()

    def parent_gone() -> None:
        with suppress(RuntimeError):  # we were faster
            loop.call_soon_threadsafe(gone.set)

    if with_parent:
        ending.with_parent(parent_gone)
    try:
        async with running(home, host, port, profile, public, apart=apart, places=places) as where:
            ready(where)
            await gone.wait()
            await where.world.attached.all_gone()
    finally:
        if temporary:
            shutil.rmtree(home, ignore_errors=True)
