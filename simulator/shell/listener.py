"""What aiohttp would answer by itself: a short answer in our error form instead, and a word to the log.

It hands whatever it cannot parse to `RequestHandler.handle_error`, and it refuses some requests that parse before a
handler of ours sees them; its own answers would be text that leaves no trace. The quoted bytes in its messages
are dropped: they may hold a secret.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from aiohttp import web

from simulator.protocol.text.said import Said, Text
from simulator.shell.peers import peer_of

Refused = Callable[[int, Text, str], None]
"""Told the status, one sentence and the peer. Must not raise."""
Away = Callable[[web.BaseRequest, int, Text], web.StreamResponse]
"""Answers a request that parses and that no handler takes. Must not raise."""

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


def error_body(text: Text) -> bytes:
    """Our error form outside the protocols: `{"error": text}`, in Chinese."""
    return orjson.dumps({"error": str(text)})


class Connection(web.RequestHandler):
    """One connection; only the answer to a broken request differs from aiohttp's."""

    __slots__ = ("_refused",)

    def __init__(self, manager: Listener, loop: asyncio.AbstractEventLoop, **options: Any) -> None:
        super().__init__(manager, loop=loop, **options)
        self._refused = manager.refused

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
        self._refused(503 if ours else status, told, peer_of(self.transport))
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun")
        answer = web.Response(
            status=503 if ours else status,
            body=error_body(text),
            content_type="application/json",
            charset="utf-8",
        )
        answer.force_close()
        return answer


class Listener(web.Server):
    """The protocol factory of one port: `app` handles what parses, `away` what it will not take; `refused` hears of the rest."""

    def __init__(self, app: web.Server, refused: Refused, away: Away) -> None:
        super().__init__(self._taken, request_factory=app.request_factory)
        self.refused = refused
        self._app = app.request_handler
        self._away = away

    async def _taken(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            return await self._app(request)
        except web.HTTPException as refusal:
            return self._away(request, refusal.status, UNTAKEN.get(refusal.status, OTHERWISE))

    def __call__(self) -> web.RequestHandler:
        """A connection has come."""
        return Connection(self, asyncio.get_running_loop(), access_log=None, auto_decompress=False)
