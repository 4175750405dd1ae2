"""What aiohttp would answer by itself: a short answer in our error form instead, and a word to the log.

It hands whatever it cannot parse to `RequestHandler.handle_error`, and it refuses some requests that parse before a
handler of ours sees them; its own answers would be text that leaves no trace. The quoted bytes in its messages
are dropped: they may hold a secret.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Protocol

import orjson
from aiohttp import StreamReader, web

from simulator.protocol.text.said import Said, Text
from simulator.shell.connections import Connections
from simulator.shell.limits import HALF_CLOSED_S, HEAD_WAIT_S, IDLE_S, LINGER_S, LINGERING
from simulator.shell.peers import host_of, peer_of

Refused = Callable[[int, Text, str], None]
"""Told the status, one sentence and the peer. Must not raise."""


class Away(Protocol):
    """Answers a request that parses and that no handler takes; without a code by its status. Must not raise."""

    def __call__(
        self, request: web.BaseRequest, status: int, text: Text, code: str = ""
    ) -> web.StreamResponse:
        """The answer."""


CODES: Mapping[int, str] = {
    400: "LT-HTTP-FORM", 404: "LT-HTTP-PATH", 408: "LT-HTTP-TIMEOUT", 417: "LT-HTTP-EXPECT", 503: "LT-HTTP-BUSY",
}  # fmt: skip
"""Our code by the status of a refusal outside the protocols, where the refusal names no other."""

REASONS: tuple[tuple[str, Said], ...] = (
    ("https traffic", Said("收到 TLS 握手：此端口是明文 HTTP，地址应以 http:// 开头")),
    ("pause on pri", Said("收到 HTTP/2 前言：此端口只讲 HTTP/1.1")),
    ("invalid method", Said("请求行的方法不是 HTTP 方法")),
    ("http version", Said("请求行的 HTTP 版本不对，应为 HTTP/1.1")),
    ("status line", Said("请求行不合 HTTP 格式")),
    ("got more than", Said("请求行或某个请求头过长，上限 8190 字节")),
    ("too many headers", Said("请求头过多，上限 128 个")),
    ("transfer-encoding", Said("Transfer-Encoding 应为 chunked，且不与 Content-Length 同时出现")),
    ("content-length", Said("Content-Length 重复或不是字节数")),
    ("chunk", Said("分块编码的报文体不合格式")),
    ("'host'", Said("缺少 Host 请求头")),
    ("header", Said("请求头不合 HTTP 格式")),
    ("url", Said("请求目标不合 HTTP 格式，应为以 / 开头的路径")),
)
"""(words of aiohttp's message in lower case, our sentence); the first that fits is said."""
UNTAKEN: Mapping[int, Said] = {
    404: Said("请求目标应为以 / 开头的路径；此端口不是代理，不接 CONNECT，也没有对 * 的 OPTIONS"),
    417: Said("Expect 请求头只能是 100-continue"),
}
"""Our sentence by the status of aiohttp's refusal."""
OTHERWISE = Said("不是合法的 HTTP/1.1 请求")
SERVER_FAILED = Said("模拟器内部错误，已记入模拟器自己的日志")


def reason(message: str | None) -> Said:
    """The sentence for what aiohttp says about a request that it cannot parse."""
    said = (message or "").lower()
    if "b'\\x16\\x03" in said:  # how older versions of aiohttp quote a TLS hello
        return REASONS[0][1]
    said = said.partition("b'")[0]  # what follows is quoted from the peer
    return next((sentence for words, sentence in REASONS if words in said), OTHERWISE)


def error_body(text: Text, code: str = "") -> bytes:
    """Our error form outside the protocols: `{"error": text, "code"}`, in Chinese; bytes that are no text become `?`."""
    said = str(text).encode("utf-8", "replace").decode("utf-8")
    return orjson.dumps({"error": said, **({"code": code} if code else {})})


class Connection(web.RequestHandler):
    """One connection: within the limits of the port, each head within its time, and answered when half closed."""

    __slots__ = (
        "_answered",
        "_at",
        "_away",
        "_head_begun",
        "_head_late",
        "_heard",
        "_lingers",
        "_listener",
        "_newest",
        "half_closed",
    )

    def __init__(self, manager: Listener, loop: asyncio.AbstractEventLoop, **options: Any) -> None:
        super().__init__(manager, loop=loop, **options)
        self._listener = manager
        self._at: str | None = None
        self._heard = loop.time()
        self._answered = 0
        self._away = self._lingers = False
        self._newest: StreamReader | None = None  # the body of the newest request
        self.half_closed = self._head_begun = False
        self._head_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection in, or say in one answer why not and close it."""
        at = host_of(transport)
        refused = self._listener.counted.come(at)
        super().connection_made(transport)
        if refused is None:
            self._at = at
            self._wait_for_head(IDLE_S)
            return
        self._listener.refused(503, refused, peer_of(transport))
        self._turned_away(refused)

    def _turned_away(self, why: Text) -> None:
        """Say it and let the caller read it: closing at once would throw the answer away with what he is sending."""
        self._away = True
        self._say(503, why)
        listener = self._listener
        if listener.lingering >= LINGERING or self.transport is None:
            self.force_close()
            return
        listener.lingering += 1
        self._lingers = True
        self._loop.call_later(LINGER_S, self.force_close)

    def connection_lost(self, exc: BaseException | None) -> None:
        """It is gone: its place is free."""
        if self._at is not None:
            self._listener.counted.gone(self._at)
            self._at = None
        if self._lingers:
            self._listener.lingering -= 1
            self._lingers = False
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes of a head have HEAD_WAIT_S until it is whole."""
        if self._away:
            return
        before = self._asked
        self._heard = self._loop.time()
        super().data_received(data)
        if self._messages:
            self._newest = self._messages[-1][1]
        if self._asked:
            self._head_came()
        elif not before and not self._head_begun:
            self._head_begun = True
            self._wait_for_head(HEAD_WAIT_S)

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio asks for it; aiohttp never keeps open
        """The other side sends no more. Right after a whole request it waits for the answer; later it has left."""
        if not self._asked or self._loop.time() - self._heard > HALF_CLOSED_S:
            return False
        self.half_closed = True
        if self._newest is not None and not self._newest.is_eof():
            self._newest.set_exception(ConnectionResetError("the rest of the body does not come"))
        return True

    @property
    def _asked(self) -> bool:
        """Whether a request is being answered or waits for it."""
        return self._request_count > self._answered

    @property
    def last(self) -> bool:
        """Whether nothing comes after the answer that is being made."""
        return self.half_closed and self._request_count - self._answered <= 1

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """The answer goes out; the request is no longer asked."""
        try:
            return await super().finish_response(request, resp, start_time)
        finally:
            self._answered += 1

    def _wait_for_head(self, seconds: float) -> None:
        if self._head_late is not None:
            self._head_late.cancel()
        self._head_late = self._loop.call_later(seconds, self._too_late)

    def _head_came(self) -> None:
        self._head_begun = False
        if self._head_late is not None:
            self._head_late.cancel()
            self._head_late = None

    def _too_late(self) -> None:
        """No whole head in its time: one that was begun is told so, a silent connection is closed."""
        self._head_late = None
        if self._asked:
            return
        if self._head_begun:
            late = Said("{:.0f} 秒内没有收完请求头", HEAD_WAIT_S)
            self._listener.refused(408, late, peer_of(self.transport))
            self._say(408, late)
        self.force_close()

    def _say(self, status: int, text: Text) -> None:
        """Write a whole answer that no request asked for."""
        body = error_body(text, CODES[status])
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: application/json; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        if self.transport is not None:
            self.transport.write(head.encode("ascii") + body)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer once, shortly, and close the connection; aiohttp takes ConnectionError for a broken one."""
        ours = status >= 500  # an exception that left a handler: none should
        text = SERVER_FAILED if ours else reason(message)
        told = Said("{} ({})", text, type(exc).__name__) if ours else text
        self._listener.refused(503 if ours else status, told, peer_of(self.transport))
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun")
        answer = web.Response(
            status=503 if ours else status,
            body=error_body(text, "LT-INTERNAL" if ours else CODES.get(status, CODES[400])),
            content_type="application/json",
            charset="utf-8",
        )
        answer.force_close()
        return answer


def has_left(request: web.BaseRequest) -> bool:
    """Whether nobody waits for an answer that takes its time; whoever only shut down sending waits for one at once."""
    connection = request.protocol
    gone = request.transport is None or request.transport.is_closing()
    return gone or (isinstance(connection, Connection) and connection.half_closed)


class Listener(web.Server):
    """The protocol factory of one port: `app` handles what parses, `away` what it will not take; `refused` hears of the rest."""

    def __init__(self, app: web.Server, refused: Refused, away: Away, connections: Connections) -> None:
        super().__init__(self._taken, request_factory=app.request_factory)
        self.refused = refused
        self.counted = connections
        self.lingering = 0
        self._app = app.request_handler
        self._away = away

    async def _taken(self, request: web.BaseRequest) -> web.StreamResponse:
        answer = await self._answered(request)
        connection = request.protocol
        if isinstance(connection, Connection) and connection.last:
            answer.force_close()
            request.content.feed_eof()  # or aiohttp waits for the rest that does not come
        return answer

    async def _answered(self, request: web.BaseRequest) -> web.StreamResponse:
        if not request.headers.get(
            "Expect", ""
        ).isascii():  # aiohttp would quote it in an answer that cannot carry it
            return self._away(request, 400, Said("Expect 请求头含有 ASCII 以外的字节"), "LT-HTTP-HEADER")
        try:
            return await self._app(request)
        except web.HTTPException as refusal:
            return self._away(request, refusal.status, UNTAKEN.get(refusal.status, OTHERWISE))

    def __call__(self) -> web.RequestHandler:
        """A connection has come."""
        return Connection(
            self,
            asyncio.get_running_loop(),
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=IDLE_S,
        )
