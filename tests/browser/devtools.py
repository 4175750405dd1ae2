"""A headless Chromium driven over its DevTools websocket: real clicks and keys, and everything it complains about.

Synchronous for tests. One process is started and only that one is stopped. Every wait has a limit stated here.
"""

from __future__ import annotations

import asyncio
import os
import queue
import re
import shutil
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp

START_LIMIT_S = 30.0
"""From the start of the process until it says where it listens; a cold disk is slow."""
ANSWER_LIMIT_S = 15.0
"""For the answer to one command, and for the load of a page."""
UNTIL_LIMIT_MS = 3000
"""For a condition in the page to become true."""
STOP_LIMIT_S = 5.0
"""For the process to end by itself when asked, and again when terminated."""
MESSAGE_LIMIT = 64 * 1024 * 1024
"""Bytes of one answer: a screenshot or a printed page."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--disable-default-apps", "--disable-dev-shm-usage", "--force-device-scale-factor=1",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--remote-debugging-port=0",
)  # fmt: skip
KEYS: Mapping[str, tuple[int, str]] = {
    "Tab": (9, ""), "Enter": (13, "\r"), "Escape": (27, ""), "Home": (36, ""), "End": (35, ""),
    "ArrowLeft": (37, ""), "ArrowUp": (38, ""), "ArrowRight": (39, ""), "ArrowDown": (40, ""), " ": (32, " "),
}  # fmt: skip
"""Keys of more than a letter: Windows virtual key code, and the text they make."""
SHIFT = 8


class DevtoolsError(Exception):
    """The browser refused a command, threw in the page, or was too slow."""


def find_browser() -> str | None:
    """The browser to use: `CHROMIUM` if set, else the first known name on the path."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One browser process with one connection. `close()` stops what was started."""

    def __init__(self, program: str, profile: Path) -> None:
        self._said: deque[str] = deque(maxlen=40)
        self._process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True, encoding="utf-8", errors="replace",
        )  # fmt: skip
        self._reader, address = self._listen()
        self._runner = asyncio.Runner()
        self._last = 0
        self._events: list[dict[str, Any]] = []
        try:
            self._session, self._socket = self._runner.run(self._connect(address()))
        except BaseException:
            self._stop()
            raise

    def _listen(self) -> tuple[threading.Thread, Callable[[], str]]:
        """Reads what the process says until it ends (a full pipe would stop it); the address comes from there."""
        found: queue.Queue[str] = queue.Queue()

        def read() -> None:
            assert self._process.stderr is not None
            for line in self._process.stderr:
                self._said.append(line.rstrip())
                if hit := re.search(r"DevTools listening on (ws://\S+)", line):
                    found.put(hit[1])
            found.put("")

        reader = threading.Thread(target=read, name="browser-stderr", daemon=True)
        reader.start()

        def address() -> str:
            try:
                said = found.get(timeout=START_LIMIT_S)
            except queue.Empty:
                said = ""
            if not said:
                raise DevtoolsError("the browser did not start:\n" + "\n".join(self._said))
            return said

        return reader, address

    async def _connect(self, address: str) -> tuple[aiohttp.ClientSession, aiohttp.ClientWebSocketResponse]:
        session = aiohttp.ClientSession(trust_env=False)
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S):
                return session, await session.ws_connect(address, max_msg_size=MESSAGE_LIMIT)
        except BaseException:
            await session.close()
            raise

    def command(self, method: str, session: str = "", more_s: float = 0.0, **params: Any) -> dict[str, Any]:
        """The result of one command. Raises DevtoolsError on refusal or after `ANSWER_LIMIT_S` and `more_s`."""
        self._last += 1
        asked: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if session:
            asked["sessionId"] = session
        answer = self._runner.run(self._ask(asked, ANSWER_LIMIT_S + more_s))
        if "error" in answer:
            raise DevtoolsError(f"{method}: {answer['error'].get('message')}")
        result: dict[str, Any] = answer["result"]
        return result

    async def _ask(self, asked: dict[str, Any], limit_s: float) -> dict[str, Any]:
        try:
            async with asyncio.timeout(limit_s):
                await self._socket.send_json(asked)
                while (answer := await self._receive()).get("id") != asked["id"]:
                    self._events.append(answer)
                return answer
        except TimeoutError:
            raise DevtoolsError(f"{asked['method']}: no answer in {limit_s:g} s") from None

    async def _receive(self) -> dict[str, Any]:
        got = await self._socket.receive()
        if got.type is not aiohttp.WSMsgType.TEXT:
            raise DevtoolsError(f"the browser has gone ({got.type.name}):\n" + "\n".join(self._said))
        message: dict[str, Any] = got.json()
        return message

    def wait(self, method: str, session: str) -> dict[str, Any]:
        """The parameters of the first event `method` of this session, seen already or within `ANSWER_LIMIT_S`."""

        async def look() -> dict[str, Any]:
            async with asyncio.timeout(ANSWER_LIMIT_S):
                while not (found := self.events(session, method)):
                    self._events.append(await self._receive())
                return found[0]

        try:
            return self._runner.run(look())
        except TimeoutError:
            raise DevtoolsError(f"{method}: did not happen in {ANSWER_LIMIT_S:g} s") from None

    def events(self, session: str, *methods: str) -> list[dict[str, Any]]:
        """The parameters of all events of these names so far, in order."""
        return [event["params"] for event in self._events
                if event.get("sessionId") == session and event.get("method") in methods]  # fmt: skip

    def forget(self, session: str, *methods: str) -> None:
        """Drop these events of a session; all of them when none is named."""
        self._events = [
            event for event in self._events
            if event.get("sessionId") != session or (methods and event.get("method") not in methods)
        ]  # fmt: skip

    def close(self) -> None:
        """Ask the browser to end, then make sure of it."""
        try:
            self.command("Browser.close")
        except (DevtoolsError, ConnectionError):
            pass  # gone already; the process is looked after below
        finally:
            self._runner.run(self._session.close())
            self._stop()

    def _stop(self) -> None:
        for harder in (self._process.terminate, self._process.kill, None):
            try:
                self._process.wait(STOP_LIMIT_S)
                break
            except subprocess.TimeoutExpired:
                if harder:
                    harder()
        self._reader.join(STOP_LIMIT_S)
        if self._process.stderr is not None and not self._reader.is_alive():
            self._process.stderr.close()
        self._runner.close()
