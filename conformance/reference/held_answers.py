"""A hospital that answers late: driver calls and notices are acted on at once, and answered `ms` later."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Handler

MOST_MS = 30_000


def held(routes: Iterable[web.RouteDef], ms: int) -> list[web.RouteDef]:
    """The same routes, each answer held back for `ms`."""
    return [web.RouteDef(one.method, one.path, _held(one.handler, ms), one.kwargs) for one in routes]


def _held(handler: Handler, ms: int) -> Handler:
    async def act(request: web.Request) -> web.StreamResponse:
        answer = await handler(request)
        await asyncio.sleep(ms / 1000)
        return answer

    return act
