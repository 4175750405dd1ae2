"""Start a process, read its one ready line, stop it again. Windows-safe: no signals, no fork."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from simulator.protocol.text.said import Said, Text

READY_S = 30.0
STOP_S = 5.0
MAX_LINE = 1_000_000


class ChildError(RuntimeError):
    """The process did not start or did not get ready; the text says why and where its output is."""


class Child:
    """One running process. Standard error goes to `log`; standard output is read for the ready line."""

    def __init__(self, name: Text, process: asyncio.subprocess.Process, log: Path) -> None:
        self.name, self.process, self.log = name, process, log
        self._ready: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._reader = asyncio.create_task(self._read(), name=f"output of {name}")

    async def _read(self) -> None:
        assert self.process.stdout is not None
        with self.log.open("ab") as log:
            while True:
                try:
                    line = await self.process.stdout.readline()
                except ValueError:
                    continue
                if not line:
                    break
                log.write(line)
                log.flush()
                ready = _ready_line(line)
                if ready is not None and not self._ready.done():
                    self._ready.set_result(ready)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), STOP_S)
        if not self._ready.done():
            self._ready.set_result({})

    async def ready(self, within_s: float = READY_S) -> dict[str, Any]:
        """The ready line, or `{}` when the process ended without one. Raises ChildError when it is late."""
        try:
            return await asyncio.wait_for(asyncio.shield(self._ready), within_s)
        except TimeoutError:
            raise ChildError(
                Said("{} 在 {:.0f} 秒内没有就绪, 它的输出在 {}", self.name, within_s, self.log)
            ) from None

    @property
    def running(self) -> bool:
        """Whether the process is still there."""
        return self.process.returncode is None

    async def stop(self) -> None:
        """Ask it to end, wait STOP_S, then end it."""
        if self.running:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), STOP_S)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()
        await asyncio.wait({self._reader}, timeout=STOP_S)
        self._reader.cancel()


async def start(
    name: Text,
    command: Sequence[str],
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Child:
    """Start `command`. Raises ChildError when there is no such program."""
    log.parent.mkdir(parents=True, exist_ok=True)
    errors: IO[bytes] = log.open("ab")
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=folder,
            env={**os.environ, "PYTHONUTF8": "1", **(environment or {})},
            limit=MAX_LINE,
        )
    except OSError as error:
        raise ChildError(Said("{} 启动不了: {} ({})", name, command[0], error.strerror or error)) from None
    finally:
        errors.close()
    return Child(name, process, log)


def _ready_line(line: bytes) -> dict[str, Any] | None:
    """`{"ready": true, …}`; a list of them (several hospitals in one process) becomes `{"all": […]}`."""
    if not line.lstrip().startswith((b"{", b"[")):
        return None
    try:
        value = json.loads(line)
    except ValueError:
        return None
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        value = {"ready": value[0].get("ready"), "all": value}
    return value if isinstance(value, dict) and value.get("ready") is True else None
