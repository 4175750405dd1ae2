"""The vendor that a run started: written into the run folder, taken out when it was stopped, named when it was not."""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance.runner.private import write_private
from simulator.protocol.text.said import Said, Text

FILE = "started.json"
CHARS = 120
_QUERY, _STILL_ACTIVE = 0x1000, 259  # PROCESS_QUERY_LIMITED_INFORMATION, STILL_ACTIVE of the Windows API


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A process that a run started and did not stop, since it was killed itself."""

    folder: Path
    pid: int
    command: str

    @property
    def said(self) -> Text:
        """What the user is told."""
        return Said(
            "运行 {} 被强行结束, 它启动的被测系统可能仍在运行: 进程 {} ({}); 不再需要就结束它",
            self.folder.name,
            self.pid,
            self.command[:CHARS],
        )


def started(folder: Path, pid: int, command: Sequence[str]) -> None:
    """Write down that this run started it."""
    write_private(
        folder / FILE, json.dumps({"pid": pid, "command": list(command)}, ensure_ascii=False) + "\n"
    )


def stopped(folder: Path) -> None:
    """It has ended."""
    (folder / FILE).unlink(missing_ok=True)


def left_behind(runs: Path) -> Iterator[LeftBehind]:
    """What earlier runs left, as far as it still runs; what has ended meanwhile is forgotten."""
    for file in sorted(runs.glob(f"*/{FILE}")):
        if file.is_symlink() or file.parent.is_symlink():
            continue
        try:
            row = json.loads(file.read_text(encoding="utf-8"))
            pid, command = int(row["pid"]), " ".join(map(str, row["command"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if alive(pid):
            yield LeftBehind(file.parent, pid, command)
        else:
            stopped(file.parent)


def alive(pid: int) -> bool:
    """Whether there is a process of this number; it may be another's by now."""
    if pid <= 0:
        return False
    if sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(_QUERY, False, pid)
        if not handle:
            return False
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return code.value == _STILL_ACTIVE
    try:
        os.kill(pid, 0)  # asks only, on a system that is not Windows
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
