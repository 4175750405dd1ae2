"""Small hospitals in other languages that send one whole order each: what they are, what they need, how to run one.

`python tests/interop/clients.py --table` prints what docs/interop.md shows, with the versions found here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # tests are no package
from by_path import module_at  # noqa: E402

prepare = module_at(HERE / "prepare.py")
LINE_LIMIT_S = 30


@dataclass(frozen=True)
class Client:
    """`command` is followed by `order BLOCK.json` or by `tool`; `missing()` says what this machine lacks, or nothing.

    `keys` and `profile`: in which form it is handed its keys, and how the centre writes to it.
    `wire`: what its messages look like, held against the recorded bytes (names: the checks in test_clients.py).
    """

    name: str
    language: str
    crypto: str
    command: Callable[[], list[str]]
    versions: tuple[tuple[str, ...], ...]
    missing: Callable[[], str]
    wire: Mapping[str, Any]
    keys: Mapping[str, str] = field(default_factory=dict)
    profile: Mapping[str, Any] = field(default_factory=dict)
    noted: tuple[str, ...] = ()
    """Advisory facts of the simulator that its messages have by right."""


def _python(name: str) -> Callable[[], list[str]]:
    return lambda: [sys.executable, str(HERE / "python" / "hospital.py"), name]


def _package(name: str) -> tuple[str, ...]:
    return (
        sys.executable,
        "-c",
        f"from importlib.metadata import version; print('{name}', version('{name}'))",
    )


CLIENTS: tuple[Client, ...] = (
    Client(
        "gmssl", "Python", "gmssl", _python("gmssl"), (_package("gmssl"),), prepare.missing_gmssl,
        wire={"timestamp": "14n", "hex": "lower", "text": "ascii", "space": "blank", "money": "number", "fsi": "text/plain",
              "authorised": "userQuery", "order": "serial", "empties": True, "more": ["extra"]},
        profile={"envelope.response_code": "string", "envelope.enc_case": "lower"},
    ),
    Client(
        "gmalg", "Python", "gmalg", _python("gmalg"), (_package("gmalg"),), prepare.missing_gmalg,
        wire={"timestamp": "13", "hex": "upper", "text": "raw", "space": "break", "money": "number", "fsi": "callService",
              "authorised": "modeA", "order": "uuid32", "empties": True, "more": ["channelList", "transType", "type"]},
        keys={"private": "33", "public": "64"},
        profile={"envelope.timestamp_out": "13n", "envelope.response_app_id": False},
        noted=("note.order_number", "amounts.refund_sum"),
    ),
)  # fmt: skip


@dataclass
class Running:
    """A client under way: `lines` are what it said so far."""

    process: subprocess.Popen[str]
    said: Queue[dict[str, Any] | None]
    lines: list[dict[str, Any]] = field(default_factory=list)

    def next(self) -> dict[str, Any] | None:
        """Its next line, None when it ended. Raises AssertionError after LINE_LIMIT_S of silence."""
        try:
            line = self.said.get(timeout=LINE_LIMIT_S)
        except Empty:
            raise AssertionError(f"nothing said for {LINE_LIMIT_S} s after {self.lines[-1:]}") from None
        if line is not None:
            self.lines.append(line)
        return line

    def tell(self, value: Any) -> None:
        """One JSON line on its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(value) + "\n")
        self.process.stdin.flush()

    def rest(self) -> Iterator[dict[str, Any]]:
        """Its remaining lines until it ends by itself."""
        while (line := self.next()) is not None:
            yield line


def started(client: Client, block: Path, errors: Path) -> Running:
    """Starts `order`; standard error goes to the file `errors`."""
    command = client.command()
    process = subprocess.Popen(
        [shutil.which(command[0]) or command[0], *command[1:], "order", str(block)], env={**os.environ, "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors.open("wb"), text=True, encoding="utf-8",
    )  # fmt: skip
    said: Queue[dict[str, Any] | None] = Queue()

    def follow() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.put(json.loads(line))
        said.put(None)

    threading.Thread(target=follow, daemon=True).start()
    return Running(process, said)


def _version(command: tuple[str, ...]) -> str:
    if shutil.which(command[0]) is None:
        return f"{command[0]}: -"
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)
    first = (done.stdout or done.stderr).strip().splitlines()
    return re.sub(r"\s*\(.*", "", first[0]).strip() if first else f"{command[0]}: -"
