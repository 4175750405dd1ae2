"""The HTTP side of the control API: token, body, call, error form."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from aiohttp import web

from simulator.control import openapi
from simulator.control.api import Control
from simulator.control.route import Route
from simulator.shell.app import error_answer, json_answer
from simulator.shell.journal import JournalError
from simulator.shell.limits import CONTROL_BODY_BYTES
from simulator.shell.notifier import read_up_to
from simulator.shell.open_runs import WorldError
from simulator.shell.scripts import ScriptError
from simulator.shell.world import World

TOKEN_HEADER = "X-Liantiao-Control"


class ControlDoor:
    """The handlers of `openapi.ROUTES`. No exception leaves them."""

    def __init__(self, world: World, control: Control) -> None:
        self._world = world
        self._control = control

    def handler(self, route: Route) -> Callable[[web.Request], Any]:
        """The handler of one control route: token, body, call, error form."""

        async def answer(request: web.Request) -> web.StreamResponse:
            if not route.open and not self._authorised(request):
                return error_answer(401, f"{TOKEN_HEADER}: 缺少或不符，令牌在它的目录里的 control-token 文件")
            try:
                body = await self._body(request, route)
                values: Mapping[str, str] = {**request.query, **request.match_info}
                return json_answer(200, await route.call(self._control, values, body))
            except WorldError as error:
                return error_answer(error.status, str(error))
            except (ScriptError, ValueError) as error:  # IdentityError among them
                return error_answer(400, str(error))
            except JournalError as error:
                return error_answer(409, str(error))
            except Exception as error:
                self._world.runs.failed(self._world.runs.own, f"control {route.name}", error)
                return error_answer(503, f"模拟器内部错误：{type(error).__name__}，已记入模拟器自己的日志")

        return answer

    def _authorised(self, request: web.Request) -> bool:
        given = request.headers.get(TOKEN_HEADER, "").encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, self._world.identities.control_token.encode())

    async def _body(self, request: web.Request, route: Route) -> Mapping[str, Any]:
        if route.asks is None:
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
