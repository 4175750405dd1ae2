"""The one HTTP application: wire paths of every role, the control API, health; and `serve`."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from simulator.protocol.model.interface import Interface
from simulator.protocol.model.role import Role
from simulator.protocol.wire.raw import RawMessage
from simulator.roles import ROLES
from simulator.shell import openapi, watch
from simulator.shell.control import Control
from simulator.shell.exchange import Exchanges, Served
from simulator.shell.identities import open_identities
from simulator.shell.journal import JournalError
from simulator.shell.limits import BODY_WAIT_S, CONTROL_BODY_BYTES, OPEN_EXCHANGES
from simulator.shell.listener import Listener
from simulator.shell.notifier import Notifier, read_up_to
from simulator.shell.paths import Paths
from simulator.shell.profiles import load_profile
from simulator.shell.scripts import ScriptError
from simulator.shell.world import World, WorldError

TOKEN_HEADER = "X-Liantiao-Control"
DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 18630


@dataclass(frozen=True, slots=True)
class Ready:
    """Where the simulator answers, and the token of its control API."""

    base: str
    control_token: str


class Door:
    """The handlers that aiohttp calls. No exception leaves them."""

    def __init__(self, world: World, exchanges: Exchanges, control: Control, paths: Paths) -> None:
        self._world = world
        self._exchanges = exchanges
        self._control = control
        self._paths = paths
        self._body_most = int(world.profile["limits.body_bytes"])
        self._under_way = 0

    async def wire(self, request: web.Request) -> web.StreamResponse:
        """A call of an institution, or a path that nobody serves."""
        found = self._paths.find(request.path)
        if found is None:
            near = self._paths.near(request.path)
            hint = f"是否为 {near}" if near else "接口路径见 GET /control/catalogue"
            return self.away(request, 404, f"path: 没有接口 {request.path[:200]}，{hint}")
        if self._under_way >= OPEN_EXCHANGES:
            return self.away(request, 503, f"同时在途的请求已达上限 {OPEN_EXCHANGES} 个，请稍后再试")
        self._under_way += 1
        try:
            return await self._exchange(request, *found)
        except Exception as error:  # ours, or the journal is full: never a 500
            self._world.failed(self._world.own, f"wire {found[0].number}", error)
            return _error(503, f"模拟器内部错误：{type(error).__name__}，已记入模拟器自己的日志")
        finally:
            self._under_way -= 1

    async def _exchange(self, request: web.Request, interface: Interface, tail: str) -> web.StreamResponse:
        try:
            async with asyncio.timeout(BODY_WAIT_S):
                body = await read_up_to(request.content, self._body_most + 1)
        except TimeoutError:
            return self.away(request, 408, f"{BODY_WAIT_S:.0f} 秒内没有收完报文")
        except (OSError, web.RequestPayloadError):
            return self.away(request, 400, "报文体没有收完：连接断开，或分块、长度不对")
        headers = tuple((name.lower(), value) for name, value in request.headers.items())
        raw = RawMessage(request.method, request.path, headers, body)
        served = await self._exchanges.serve(self._paths.chosen(interface, body), raw, tail)
        return await _send(request, served, len(body) > self._body_most)

    def away(self, request: web.BaseRequest, status: int, text: str) -> web.Response:
        """Record and answer a request that reached no interface; the connection closes."""
        # the target of CONNECT and of `OPTIONS *` is no path
        asked = f"{request.method[:16]} {(request.path or request.raw_path)[:200]}"
        # a mistake at the control API is no finding about a vendor
        ours = request.path.startswith("/control/")
        self._world.turned_away(status, text, asked, () if ours else self._world.own_or_only())
        response = _error(status, text)
        response.force_close()
        return response

    def control(self, route: openapi.Route) -> Callable[[web.Request], Any]:
        """The handler of one control route: token, body, call, error form."""
        call = getattr(self._control, route.call)

        async def handler(request: web.Request) -> web.StreamResponse:
            if not route.open and not self._authorised(request):
                return _error(401, f"{TOKEN_HEADER}: 缺少或不符，令牌见启动时打印的 control_token")
            try:
                body = await self._body(request, route)
                values: Mapping[str, str] = {**request.query, **request.match_info}
                return _json(200, await call(values, body))
            except WorldError as error:
                return _error(error.status, str(error))
            except (ScriptError, ValueError) as error:  # IdentityError among them
                return _error(400, str(error))
            except JournalError as error:
                return _error(409, str(error))
            except Exception as error:
                self._world.failed(self._world.own, f"control {route.call}", error)
                return _error(503, f"模拟器内部错误：{type(error).__name__}，已记入模拟器自己的日志")

        return handler

    def _authorised(self, request: web.Request) -> bool:
        given = request.headers.get(TOKEN_HEADER, "").encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, self._world.identities.control_token.encode())

    async def _body(self, request: web.Request, route: openapi.Route) -> Mapping[str, Any]:
        if route.body is None:
            return {}
        content = await read_up_to(request.content, CONTROL_BODY_BYTES + 1)
        if len(content) > CONTROL_BODY_BYTES:
            raise WorldError(f"(body): 超过 {CONTROL_BODY_BYTES} 字节", 413)
        try:
            body = orjson.loads(content or b"{}")
        except orjson.JSONDecodeError as error:
            raise WorldError(f"(body): 不是合法的 JSON，第 {error.pos} 个字符附近") from None
        wrong = openapi.complaint(route, body)
        if wrong:
            raise WorldError(wrong)
        checked: Mapping[str, Any] = body
        return checked


async def _send(request: web.Request, served: Served, close: bool) -> web.StreamResponse:
    if served.hold_ms:
        await asyncio.sleep(served.hold_ms / 1000)
    gone = request.transport is None or request.transport.is_closing()
    served.sent(not gone)
    if served.answer is None or gone:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    answer = served.answer
    response = web.Response(status=answer.status or 200, body=answer.body, headers=dict(answer.headers))
    if close:
        response.force_close()
    return response


def _json(status: int, value: Any) -> web.Response:
    return web.Response(
        status=status, body=orjson.dumps(value), content_type="application/json", charset="utf-8"
    )


def _error(status: int, text: str) -> web.Response:
    return _json(status, {"error": text})


@asynccontextmanager
async def running(
    home: Path,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    profile: str = "base",
    public: str = "",
    roles: Iterable[Role] = ROLES,
) -> AsyncIterator[Ready]:
    """The simulator, answering until the block is left. `port` 0 takes a free one.

    `public` is the base URL to print when vendors reach it by another name. Raises IdentityError,
    ProfileError, JournalError, OverflowError, or OSError when the port is taken.
    """
    if not 0 <= port <= 65535:  # uvloop would take the port modulo 65536
        raise OverflowError("端口应在 0 到 65535 之间")
    world = World(home, open_identities(home), load_profile(profile), roles)
    notifier = Notifier(world)
    control = Control(world, notifier, "")
    door = Door(
        world, Exchanges(world, notifier.launch), control, Paths(world.profile, world.interfaces.values())
    )
    app = web.Application(client_max_size=0)
    for route in openapi.ROUTES:
        app.router.add_route(route.method, route.path, door.control(route))
    app.router.add_route("*", "/{path:.*}", door.wire)
    inner = web.AppRunner(app, handle_signals=False)
    await inner.setup()
    assert inner.server is not None
    runner = web.ServerRunner(
        Listener(inner.server, lambda status, text: world.turned_away(status, text), door.away)
    )
    await runner.setup()
    watching = asyncio.create_task(watch.identities(world), name="identities")
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        bound = runner.addresses[0]
        control.base = public or f"http://{host}:{bound[1]}"
        yield Ready(control.base, world.identities.control_token)
    finally:
        watching.cancel()
        await runner.cleanup()
        await inner.cleanup()
        await notifier.close()
        world.close()


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
