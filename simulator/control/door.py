"""The HTTP side of the control API: who may ask, token, body, call, error form, stream."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from aiohttp import web

from simulator.control import openapi
from simulator.control.api import Control
from simulator.control.asker import stranger
from simulator.control.events_api import Window
from simulator.control.route import Route
from simulator.control.spoken import CHINESE, language_of, sentence, spoken
from simulator.protocol.text.said import Said, Text, said_of, stored
from simulator.shell.app import json_answer
from simulator.shell.journal import JournalError
from simulator.shell.limits import CONTROL_BODY_BYTES, WINDOW_STALLS_S
from simulator.shell.listener import has_left
from simulator.shell.notifier import read_up_to
from simulator.shell.open_runs import WorldError
from simulator.shell.peers import peer_of
from simulator.shell.scripts import ScriptError
from simulator.shell.world import World

TOKEN_HEADER = "X-Liantiao-Control"
STREAM_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}


class ControlDoor:
    """The handlers of `openapi.ROUTES`. No exception leaves them."""

    def __init__(self, world: World, control: Control) -> None:
        self._world = world
        self._control = control

    def handler(self, route: Route) -> Callable[[web.Request], Any]:
        """The handler of one control route: who asks, token, body, call, error form."""

        async def answer(request: web.Request) -> web.StreamResponse:
            language = CHINESE
            try:
                language = language_of(request.query)
                self._check(request, route)
                body = await self._body(request, route)
                values: Mapping[str, str] = {**request.query, **request.match_info}
                told = await route.call(self._control, values, body)
                if route.streams:
                    return await _flowing(request, told)
                return json_answer(200, spoken(told, language))
            except WorldError as error:
                return _refusal(error.status, said_of(error), language)
            except (ScriptError, ValueError) as error:  # IdentityError among them
                return _refusal(400, said_of(error), language)
            except JournalError as error:
                return _refusal(409, said_of(error), language)
            except Exception as error:
                self._world.runs.failed(self._world.runs.own, f"control {route.name}", error)
                said = Said("模拟器内部错误：{}，已记入模拟器自己的日志", type(error).__name__)
                return _refusal(503, said, language)

        return answer

    def _check(self, request: web.Request, route: Route) -> None:
        """Raises WorldError for a page of somebody else, and for a caller without the token."""
        refused = stranger(request.headers, self._control.hosts)
        if refused is not None:
            asked = f"{request.method[:16]} {request.path[:200]}"
            self._world.runs.turned_away(403, refused, asked, peer=peer_of(request.transport))
            raise WorldError(refused, 403)
        given = request.headers.get(TOKEN_HEADER, "").encode("utf-8", "surrogateescape")
        if not route.open and not hmac.compare_digest(given, self._world.identities.control_token.encode()):
            raise WorldError(Said("{}: 缺少或不符，令牌在它的目录里的 control-token 文件", TOKEN_HEADER), 401)

    async def _body(self, request: web.Request, route: Route) -> Mapping[str, Any]:
        if route.asks is None:
            return {}
        content = await read_up_to(request.content, CONTROL_BODY_BYTES + 1)
        if len(content) > CONTROL_BODY_BYTES:
            raise WorldError(Said("(body): 超过 {} 字节", CONTROL_BODY_BYTES), 413)
        try:
            body = orjson.loads(content or b"{}")
        except orjson.JSONDecodeError as error:
            raise WorldError(Said("(body): 不是合法的 JSON，第 {} 个字符附近", error.pos)) from None
        wrong = openapi.complaint(route, body)
        if wrong:
            raise WorldError(wrong)
        checked: Mapping[str, Any] = body
        return checked


def _refusal(status: int, text: Text, language: str) -> web.Response:
    """`{"error": text in this language, "error_said": its template and arguments}`."""
    return json_answer(status, {**stored("error", text), "error": sentence(text, language)})


async def _flowing(request: web.Request, window: Window) -> web.StreamResponse:
    """Events until the reader has gone, takes nothing for WINDOW_STALLS_S, or the simulator ends."""
    response = web.StreamResponse(headers=STREAM_HEADERS)
    response.force_close()

    try:
        await response.prepare(request)
        async for chunk in window.chunks(lambda: has_left(request)):
            async with asyncio.timeout(WINDOW_STALLS_S):
                await response.write(chunk)
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()
    except OSError:
        pass  # the reader has gone
    finally:
        window.close()
    return response
