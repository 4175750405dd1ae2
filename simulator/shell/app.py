"""The wire side of the one HTTP application: requests of institutions, and what reaches no interface."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import orjson
from aiohttp import web

from simulator.protocol.text.said import Said, Text, stored
from simulator.protocol.wire.chain import canonical
from simulator.protocol.wire.raw import RawMessage
from simulator.shell.exchange import Exchanges, Served
from simulator.shell.journal import JournalError
from simulator.shell.limits import BODY_BYTES_AT_ONCE, BODY_WAIT_S, OPEN_EXCHANGES
from simulator.shell.listener import CODES, error_body, has_left
from simulator.shell.peers import peer_of
from simulator.shell.sending import send
from simulator.shell.world import World


class Door:
    """The handlers that aiohttp calls for everything but the control API. No exception leaves them."""

    def __init__(self, world: World, exchanges: Exchanges) -> None:
        self._world = world
        self._exchanges = exchanges
        self._body_most = int(world.profile["limits.body_bytes"])
        self._under_way = 0
        self._bytes = 0

    async def wire(self, request: web.Request) -> web.StreamResponse:
        """A call of an institution, or a path that nobody serves."""
        head = RawMessage(request.method, _target(request), tuple(request.headers.items()), b"")
        if not await self._world.runs.served(head.path):
            near = self._world.runs.routes.near(request.path)
            hint = Said("是否为 {}", near) if near else Said("接口路径见 GET /control/catalogue")
            return self.away(request, 404, Said("path: 没有接口 {}，{}", request.path[:200], hint))
        if self._under_way >= OPEN_EXCHANGES:
            return self.away(request, 503, Said("同时在途的请求已达上限 {} 个，请稍后再试", OPEN_EXCHANGES))
        self._under_way += 1
        try:
            return await self._exchange(request, head)
        except Exception as error:  # ours, or the journal is full: never a 500
            self._world.runs.failed(self._world.runs.own, f"wire {head.path[:200]}", error)
            return error_answer(503, Said("模拟器内部错误：{}，已记入模拟器自己的日志", type(error).__name__))
        finally:
            self._under_way -= 1

    async def _exchange(self, request: web.Request, head: RawMessage) -> web.StreamResponse:
        parts: list[bytes] = []
        try:
            refused = await self._read(request, parts)
            if refused is not None:
                return refused
            body = b"".join(parts)[: self._body_most + 1]
            raw = replace(head, body=body)
            interface = await self._world.runs.route(raw)
            if interface is None:
                return self.away(request, 404, Said("path: {} 上没有接口接收这样的请求", request.path[:200]))
            served = await self._exchanges.serve(interface, raw, peer_of(request.transport))
            return await _send(request, served, len(body) > self._body_most)
        finally:
            self._bytes -= sum(map(len, parts))

    async def _read(self, request: web.Request, parts: list[bytes]) -> web.Response | None:
        """Put the body into `parts`, up to one byte more than is allowed; the refusal when it cannot be had."""
        size = 0
        try:
            async with asyncio.timeout(BODY_WAIT_S):
                async for part in request.content.iter_any():
                    parts.append(part)
                    size += len(part)
                    self._bytes += len(part)
                    if self._bytes > BODY_BYTES_AT_ONCE:
                        return self.away(request, 503, Said("在途报文的字节数已达上限，请稍后再试"))
                    if size > self._body_most:
                        break
        except TimeoutError:
            return self.away(request, 408, Said("{:.0f} 秒内没有收完报文", BODY_WAIT_S))
        except (OSError, web.RequestPayloadError):
            text = Said("报文体没有收完：连接断开，或分块、长度不对")
            return self.away(request, 400, text, "LT-HTTP-CUT")
        return None

    def away(self, request: web.BaseRequest, status: int, text: Text, code: str = "") -> web.Response:
        """Record and answer a request that reached no interface; the connection closes. `code`: else that of the status."""
        # the target of CONNECT and of `OPTIONS *` is no path
        asked = f"{request.method[:16]} {(request.path or request.raw_path)[:200]}"
        # a mistake at the control API is no finding about a vendor
        ours = request.path.startswith("/control/")
        runs = () if ours else self._world.runs.own_or_only()
        self._world.runs.turned_away(status, text, asked, runs, peer_of(request.transport))
        code = code or CODES.get(status, "")
        response = error_answer(status, text, code)
        if ours:
            response = json_answer(status, {**stored("error", text), "code": code})
        response.force_close()
        return response


def _target(request: web.Request) -> str:
    """Path and query as they were sent; of the absolute form (RFC 9112 3.2.2) without the origin."""
    sent = request.raw_path
    return sent if sent.startswith("/") else request.rel_url.raw_path_qs


async def _send(request: web.Request, served: Served, close: bool) -> web.StreamResponse:
    if served.hold_ms:
        await asyncio.sleep(served.hold_ms / 1000)
    if served.answer is None:
        response = await send(request, None, served.ending)
        served.sent(False)
        return response
    gone = request.transport is None or request.transport.is_closing()
    gone = gone or (bool(served.hold_ms) and has_left(request))
    try:
        served.sent(not gone)
    except JournalError:  # the world has changed and the chain cannot say so: the caller learns nothing
        gone = True
    return await send(request, None if gone else served.answer, None if gone else served.ending, close)


def json_answer(status: int, value: Any) -> web.Response:
    """A JSON value; what a caller sent that is no text (lone surrogates) stands as `?` in it."""
    try:
        body = orjson.dumps(value)
    except TypeError:
        body = canonical(value)
    return web.Response(status=status, body=body, content_type="application/json", charset="utf-8")


def error_answer(status: int, text: Text, code: str = "") -> web.Response:
    """Our error form outside the protocols: `{"error": text, "code"}`, in Chinese."""
    return web.Response(
        status=status, body=error_body(text, code), content_type="application/json", charset="utf-8"
    )
