"""Accept connections ourselves: without descriptors accepting pauses and goes on, where a library would end the port."""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

from simulator.shell.limits import ACCEPT_PAUSE_S, BACKLOG

EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""What accept says when the process or the system has no descriptor left."""


class Acceptor:
    """The listening sockets of one port. `paused(error)` is told, once a pause, that there is no descriptor left."""

    def __init__(self, factory: Callable[[], asyncio.Protocol], paused: Callable[[OSError], object]) -> None:
        self._factory = factory
        self._paused = paused
        self._sockets: list[socket.socket] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, host: str, port: int) -> int:
        """Listen at every address of `host`; the port, which is chosen by the system for 0. Raises OSError."""
        found = await asyncio.get_running_loop().getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        try:
            for family, kind, protocol, _, address in dict.fromkeys(found):
                self._sockets.append(_listening(family, kind, protocol, address))
        except OSError:
            self.close()
            raise
        self._tasks = [asyncio.create_task(self._accept(plug), name="accept") for plug in self._sockets]
        bound: int = self._sockets[0].getsockname()[1]
        return bound

    def close(self) -> None:
        """Accept nothing more; what was accepted stays."""
        for task in self._tasks:
            task.cancel()
        for plug in self._sockets:
            plug.close()
        self._tasks, self._sockets = [], []

    async def _accept(self, listening: socket.socket) -> None:
        loop, pausing = asyncio.get_running_loop(), False
        while True:
            try:
                plug, _ = await loop.sock_accept(listening)
                pausing = False
            except OSError as error:  # of a caller who left at once too
                if error.errno in EXHAUSTED and not pausing:
                    with suppress(Exception):  # telling may need a descriptor too
                        self._paused(error)
                    pausing = True
                await asyncio.sleep(ACCEPT_PAUSE_S if error.errno in EXHAUSTED else 0)
                continue
            try:
                await loop.connect_accepted_socket(self._factory, plug)
            except OSError:
                with suppress(OSError):
                    plug.close()


def _listening(family: int, kind: int, protocol: int, address: tuple[object, ...]) -> socket.socket:
    plug = socket.socket(family, kind, protocol)
    try:
        if sys.platform != "win32":  # there it would take a port that somebody has
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            plug.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        plug.bind(address)
        plug.listen(BACKLOG)
        plug.setblocking(False)
    except OSError:
        plug.close()
        raise
    return plug
