"""Perform driver calls with the declared time limit. Whatever goes wrong is an `error` answer."""

from __future__ import annotations

import asyncio
import importlib.util
import subprocess
from pathlib import Path
from typing import Any, Protocol, Self

import aiohttp

from conformance.declaration import Driver
from conformance.drivers import command, http, manual, mapping, python
from conformance.drivers.call import Answer, Call, broken, kept
from conformance.mistake import Mistake
from simulator.protocol.text.no_answer import connect_s, no_answer
from simulator.protocol.text.said import Said, Text

CONNECTIONS = 64


class Ask(Protocol):
    """How a person is asked: shows `text`, returns the typed line, or "" after `within_s`."""

    async def __call__(self, text: Text, within_s: float) -> str:
        """Ask once."""
        ...


class VendorDriver:
    """The vendor's hook. Use as an async context manager; `perform` never raises."""

    def __init__(self, driver: Driver, folder: Path, ask: Ask | None = None) -> None:
        self.driver, self._folder, self._ask = driver, folder, ask
        self.url = driver.url
        self._act: python.Act | None = None

    async def __aenter__(self) -> Self:
        within_s = self.driver.timeout_ms / 1000
        limit = aiohttp.ClientTimeout(total=within_s, sock_connect=connect_s(within_s))
        # A kept connection may be closed by the vendor just as we use it again, and a POST cannot be resent:
        # every call has a connection of its own, so that a failed call is the vendor's answer to this call.
        connector = aiohttp.TCPConnector(limit=CONNECTIONS, force_close=True)
        self._session = aiohttp.ClientSession(timeout=limit, connector=connector, trust_env=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def perform(self, call: Call) -> Answer:
        """The vendor's answer to `call`; whatever its hook sends, it is one that fits into the evidence."""
        try:
            return kept(await self._perform(call))
        except RecursionError:
            return broken(Said("应答嵌套过深"))

    async def _perform(self, call: Call) -> Answer:
        match self.driver.kind:
            case "http":
                return await self._over_http(call)
            case "command":
                return await self._by_program(call)
            case "python":
                return await self._by_function(call)
            case _:
                return await self._by_person(call)

    async def _over_http(self, call: Call) -> Answer:
        mapped = self.driver.mapping
        built: http.HttpCall | Answer
        if mapped is None:
            built = http.build(call, self.driver.token)
        else:
            built = mapping.build(mapped, call, self.driver.token)
        if isinstance(built, Answer):
            return built
        reply = await self.send(built)
        if isinstance(reply, Answer):
            return reply
        return http.read(call, reply) if mapped is None else mapping.read(mapped, call, reply)

    async def send(self, built: http.HttpCall) -> http.HttpReply | Answer:
        """Send one HTTP call to the driver URL; an `error` answer when no reply came."""
        try:
            async with self._session.request(
                built.method,
                self.url + built.path,
                data=built.body,
                headers=built.headers,
                allow_redirects=False,
            ) as reply:
                body = await reply.content.read(http.MAX_REPLY_BYTES + 1)
                while len(body) <= http.MAX_REPLY_BYTES and (more := await reply.content.read(65536)):
                    body += more
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return broken(Said("驱动口 {}: {}", self.url, no_answer(error, self.driver.timeout_ms / 1000)))
        if len(body) > http.MAX_REPLY_BYTES:
            return broken(Said("驱动口的应答超过 {} 字节", http.MAX_REPLY_BYTES), reply.status)
        return http.HttpReply(reply.status, body, dict(reply.headers))

    async def _by_program(self, call: Call) -> Answer:
        try:
            program = await asyncio.create_subprocess_exec(
                *self.driver.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._folder,
            )
        except OSError as error:
            return broken(Said("驱动程序启动不了: {} ({})", self.driver.command[0], error.strerror or error))
        try:
            output, _ = await asyncio.wait_for(
                program.communicate(command.build(call)), self.driver.timeout_ms / 1000
            )
        except TimeoutError:
            program.kill()
            await program.wait()
            return broken(Said("驱动程序 {} 毫秒内没有结束", self.driver.timeout_ms))
        return command.read(call, output, program.returncode or 0)

    async def _by_function(self, call: Call) -> Answer:
        if self._act is None:
            self._act = load_act(self._folder / self.driver.module)
        try:
            return await asyncio.wait_for(
                asyncio.to_thread(python.perform, self._act, call), self.driver.timeout_ms / 1000
            )
        except TimeoutError:
            return broken(Said("act() {} 毫秒内没有返回", self.driver.timeout_ms))

    async def _by_person(self, call: Call) -> Answer:
        if self._ask is None:
            return Answer("not_offered", http_status=501)
        typed = await self._ask(manual.prompt(call), self.driver.timeout_ms / 1000)
        return manual.read(call, typed)


def load_act(path: Path) -> python.Act:
    """The function `act` of a Python driver. Raises Mistake when the file has none."""
    spec = importlib.util.spec_from_file_location("liantiao_vendor_driver", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise Mistake(Said("读不到 Python 驱动文件"), file=str(path), field="driver.module")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # the boundary to foreign code
        raise Mistake(Said("加载失败 ({}: {})", type(error).__name__, error), file=str(path)) from None
    act: Any = getattr(module, "act", None)
    if not callable(act):
        raise Mistake(Said("没有函数 act(action, request)"), file=str(path))
    return act  # type: ignore[no-any-return]
