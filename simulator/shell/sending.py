"""How an answer leaves: whole, or as a fault ends it (lost, hanging, reset, half, dripping)."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web
from multidict import CIMultiDict

from simulator.faults.shape import Drip, Drop, Ending, Half, Hang, Reset
from simulator.protocol.wire.raw import RawMessage
from simulator.shell.listener import has_left

PIECES = 20  # of a dripping body
LOOK_S = 0.05  # how often a hanging connection is looked at: the caller may have left
LINGER = "hh" if sys.platform == "win32" else "ii"


async def send(
    request: web.Request, answer: RawMessage | None, ending: Ending | None, close: bool = False
) -> web.StreamResponse:
    """Send as the fault says; without one the whole answer, or nothing and close when there is none."""
    if ending is not None:
        return await _SENDERS[type(ending)](request, answer, ending)
    if answer is None:
        return _cut(request)
    response = web.Response(status=_status(answer), body=answer.body, headers=CIMultiDict(answer.headers))
    if close:
        response.force_close()
    return response


def _status(answer: RawMessage) -> int:
    return answer.status or 200


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _dropped(request: web.Request, _answer: RawMessage | None, _ending: Drop) -> web.StreamResponse:
    return _cut(request)


async def _hanging(request: web.Request, _answer: RawMessage | None, ending: Hang) -> web.StreamResponse:
    left = ending.ms / 1000
    while left > 0 and not has_left(request):
        await asyncio.sleep(min(left, LOOK_S))
        left -= LOOK_S
    return _cut(request)


async def _resetting(request: web.Request, _answer: RawMessage | None, _ending: Reset) -> web.StreamResponse:
    plug = request.transport.get_extra_info("socket") if request.transport is not None else None
    if plug is not None:
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(LINGER, 1, 0))
    return _cut(request)


async def _half(request: web.Request, _answer: RawMessage | None, ending: Half) -> web.StreamResponse:
    body = ending.raw.body
    response = await _begun(request, ending.raw)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()  # what was written still goes out
    return response


async def _dripping(request: web.Request, _answer: RawMessage | None, ending: Drip) -> web.StreamResponse:
    body = ending.raw.body
    size = max(1, -(-len(body) // PIECES))
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    response = await _begun(request, ending.raw)
    for piece in pieces:
        await response.write(piece)
        await asyncio.sleep(ending.ms / 1000 / len(pieces))
    await response.write_eof()
    return response


async def _begun(request: web.Request, answer: RawMessage) -> web.StreamResponse:
    """The head sent, with the length of the whole body."""
    response = web.StreamResponse(status=_status(answer), headers=CIMultiDict(answer.headers))
    response.content_length = len(answer.body)
    await response.prepare(request)
    return response


_Sender = Callable[[web.Request, RawMessage | None, Any], Awaitable[web.StreamResponse]]
_SENDERS: Mapping[type[Ending], _Sender] = {
    Drop: _dropped,
    Hang: _hanging,
    Reset: _resetting,
    Half: _half,
    Drip: _dripping,
}
