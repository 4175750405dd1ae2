"""Start a process, read its one ready line, stop it again. Windows-safe: no signals, no fork.

Its standard input is a pipe that nothing is written to: it closes when we end, killed or not, so that a process
which reads it to the end ends with us. Ours do (`--with-parent`); a vendor's may.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from conformance.runner.private import append_private, private_folder
from simulator.protocol.text.said import Said, Text, said_in

READY_S = 30.0
STOP_S = 5.0
MAX_LINE = 1_000_000
LAST_WORDS = 300
LAST_BYTES = 64 * 1024
"""How much of the end of an output is read for the error in it."""
NAMES_IT = tuple(
    re.compile(form)
    for form in (
        r"^Caused by: ",
        r"^(?:Exception in thread .*|panic: .*|fatal error: .*|thread '.*' panicked .*|Unhandled exception.*)",
        r"^(?:[\w.$]+\.)?\w*(?:Error|Exception|Failure|Interrupt)\b(?: \[\w+\])?(?::|$)",
        r"(?i)(?:^|[\s\[|])(?:fatal|panic|error|\u9519\u8bef)(?:[\s\]|:\uff1a]|$)",
    )
)
"""Forms of a line that names an error, the surest first: Java's causes; what ends Java, Go, Rust and .NET; the last line
of Python's and the first of Node's traces; a line of a log."""
FRAME = re.compile(
    r"\s|at |\.\.\. \d+ more|goroutine |Node\.js v|exit status|npm ERR!|[{}\]]|Traceback |created by |stack backtrace|note: run with"
)
"""A line that tells where, not what."""
SPEAKS = {"PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8:backslashreplace"}
"""A Python process writes UTF-8 to the files we give it, whatever the console of the user speaks."""


class ChildError(RuntimeError):
    """The process did not start or did not get ready; the text says why and where its output is."""


class Child:
    """One running process. Standard error goes to `log`; standard output is read for the ready line."""

    def __init__(self, name: Text, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name, self.process, self.log = name, process, log
        self._refused: Text = ""
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[dict[str, Any]] = self._loop.create_future()
        self._reader = threading.Thread(target=self._read, name=f"output of {name}", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with append_private(self.log) as log, self.process.stdout as output:
            while line := output.readline(MAX_LINE):
                log.write(line)
                log.flush()
                told = _ready_line(line)
                if told is not None and told["ready"]:
                    self._tell(told)
                elif told is not None:
                    self._refused = said_in(told, "error")
        self._wait(STOP_S)
        self._tell({})

    def _tell(self, ready: dict[str, Any]) -> None:
        def settle() -> None:
            if not self._ready.done():
                self._ready.set_result(ready)

        with contextlib.suppress(RuntimeError):  # nobody waits any more
            self._loop.call_soon_threadsafe(settle)

    async def ready(self, within_s: float = READY_S) -> dict[str, Any]:
        """The ready line, or `{}` when the process ended without one. Raises ChildError when it is late."""
        try:
            return await asyncio.wait_for(asyncio.shield(self._ready), within_s)
        except TimeoutError:
            raise ChildError(
                Said("{} 在 {:.0f} 秒内没有就绪, 它的输出在 {}", self.name, within_s, self.log)
            ) from None

    @property
    def last_words(self) -> Text:
        """Why it did not get ready: what it said in the place of the ready line, else the end of its output."""
        return self._refused or last_line(self.log)

    @property
    def running(self) -> bool:
        """Whether the process is still there."""
        return self.process.poll() is None

    async def ended(self, within_s: float) -> bool:
        """Whether it ends within that time."""
        return await asyncio.to_thread(self._wait, within_s)

    def let_go(self) -> None:
        """Close its standard input: one of ours then ends when it has nothing more to do."""
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    async def stop(self) -> None:
        """Ask it to end, wait STOP_S, then end it."""
        self.let_go()
        if self.running:
            self.process.terminate()
            if not await self.ended(STOP_S):
                self.process.kill()
                await self.ended(STOP_S)
        await asyncio.to_thread(self._reader.join, STOP_S)

    def _wait(self, within_s: float) -> bool:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(within_s)
        return not self.running


async def start(
    name: Text,
    command: Sequence[str],
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    ours: bool = False,
) -> Child:
    """Start `command`. Raises ChildError when there is no such program.

    `ours`: it ends with its standard input, so it is kept out of the reach of Ctrl-C and lives until we are done.
    """
    private_folder(log.parent)

    def begin() -> subprocess.Popen[bytes]:
        errors: IO[bytes]
        with append_private(log) as errors:
            return subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=folder,
                env={**os.environ, **SPEAKS, **(environment or {})},
                start_new_session=ours,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) if ours else 0,
            )

    try:
        process = await asyncio.to_thread(begin)
    except OSError as error:
        raise ChildError(Said("{} 启动不了: {} ({})", name, command[0], error.strerror or error)) from None
    return Child(name, process, log)


def last_line(log: Path) -> Text:
    """Why a process ended too early, by its last words in whatever encoding it speaks: the line that names the error.

    Java ends with frames, Node with its version, Go with goroutines, a shell with an exit status; the error stands
    above them. Of several the last cause counts; where none is named, the last line that is no frame.
    """
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - LAST_BYTES))
        content = [_text(line) for line in file.read().strip().splitlines()]
    named = next(
        (
            [line for line in content if form.search(line)]
            for form in NAMES_IT
            if any(map(form.search, content))
        ),
        [],
    )
    plain = [line for line in content if line.strip() and not FRAME.match(line)]
    found = (named or plain or content or [""])[-1].strip()[:LAST_WORDS]
    return found or Said("没有输出")


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("gb18030", errors="replace")


def _ready_line(line: bytes) -> dict[str, Any] | None:
    """`{"ready": true, …}`, or `{"ready": false, "error", "error_said"?}`; a list of them (several hospitals in one process) becomes `{"all": […]}`."""
    if not line.lstrip().startswith((b"{", b"[")):
        return None
    try:
        value = json.loads(line)
    except ValueError:
        return None
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        value = {"ready": value[0].get("ready"), "all": value}
    return value if isinstance(value, dict) and isinstance(value.get("ready"), bool) else None
