"""One simulator a home: the lock file that says which, and how it is told from a file that a killed one left.

The file is made by O_EXCL and holds pid and address. Whether its writer lives is asked of the address: only the
simulator of this home answers `/control/health` with the fingerprint of its platform keys (and the pid of the file: the
port may be ours by now). No process is asked about by its number, which is another's tomorrow, and nothing secret is
sent before the answer.
"""

from __future__ import annotations

import http.client
import os
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from simulator.protocol.text.said import Said, Text
from simulator.shell.files import private_folder, replace_file

FILE = "serve.lock"
LISTEN_FILE = "listen.json"
HEALTH = "/control/health"
HEALTH_S = 3.0  # for one answer on loopback or in the house
HEALTH_BYTES = 64 * 1024
TRIES = 5  # of a file that others take and leave meanwhile


class HomeHeldError(Exception):
    """Another simulator serves this home; the one argument is a sentence (Said)."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the simulator of a home listens, and the base URL that vendors call when it is another name."""

    host: str = "127.0.0.1"
    port: int = 18630
    public: str = ""

    @property
    def base(self) -> str:
        """The URL at which this machine reaches it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a home."""

    pid: int
    base: str

    @property
    def said(self) -> Text:
        """What whoever wanted the home is told."""
        return Said("此目录的模拟器已在 {} 运行 (进程 {}), 用它, 或先结束它", self.base, self.pid)


def read_listen(home: Path) -> Listen:
    """Where the simulator of `home` listens, as `init` or `serve` wrote it down; the default otherwise."""
    content = _content(home / LISTEN_FILE)
    host, port, public = content.get("host"), content.get("port"), content.get("public", "")
    if isinstance(host, str) and isinstance(port, int) and 0 < port < 65536 and isinstance(public, str):
        return Listen(host, port, public)
    return Listen()


def write_listen(home: Path, listen: Listen) -> None:
    """Remember it for the commands to come."""
    replace_file(private_folder(home) / LISTEN_FILE, orjson.dumps(asdict(listen)) + b"\n")


def health(base: str) -> dict[str, Any] | None:
    """What answers `/control/health` at `base`: `{}` when it is no simulator, None when nothing listens there."""
    try:
        parts = urlsplit(base)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        link = kind(parts.hostname or "0.invalid", parts.port, timeout=HEALTH_S)
        link.connect()
    except (OSError, ValueError):
        return None
    try:
        link.request("GET", parts.path.rstrip("/") + HEALTH)
        value = orjson.loads(link.getresponse().read(HEALTH_BYTES))
    except (OSError, ValueError, http.client.HTTPException):
        return {}
    finally:
        link.close()
    return value if isinstance(value, dict) else {}


def holder(home: Path, fingerprint: str) -> Holder | None:
    """The simulator that serves `home` now; None when there is none. Blocks up to HEALTH_S."""
    content = _content(home / FILE)
    pid, base = content.get("pid"), content.get("base")
    if type(pid) is not int or not isinstance(base, str):
        return None
    answer = health(base) or {}
    return Holder(pid, base) if (answer.get("platform"), answer.get("pid")) == (fingerprint, pid) else None


class HomeLock:
    """The lock of a home, once it is taken."""

    def __init__(self, home: Path) -> None:
        self._path = private_folder(home) / FILE
        self._home = home
        self._mine = b""

    def take(self, base: str, fingerprint: str) -> None:
        """Take it for the simulator that answers at `base`. Raises HomeHeldError. Blocks up to HEALTH_S."""
        self._mine = orjson.dumps({"pid": os.getpid(), "base": base}) + b"\n"
        for _ in range(TRIES):
            if _made(self._path, self._mine):
                return
            left = _bytes(self._path)
            held = holder(self._home, fingerprint)
            if held is not None:
                raise HomeHeldError(held.said)
            _put_aside(self._path, left)
        raise HomeHeldError(Said("{}: 别的进程反复占用, 稍后再试", self._path))

    def release(self) -> None:
        """Give it back; one that is somebody else's by now stays."""
        if self._mine and _bytes(self._path) == self._mine:
            self._path.unlink(missing_ok=True)


def _made(path: Path, content: bytes) -> bool:
    """Whether the file is new, with this content. It has its content from the first moment on, as far as links go."""
    half = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    replace_file(half, content)
    try:
        os.link(half, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        with suppress(FileExistsError), path.open("xb") as file:
            file.write(content)
            return True
        return False
    finally:
        half.unlink(missing_ok=True)
    return True


def _put_aside(path: Path, left: bytes) -> None:
    """Remove what a dead process left; a file that another has put there meanwhile goes back."""
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with suppress(OSError):
        path.rename(aside)
        if _bytes(aside) != left:
            _made(path, _bytes(aside))
        aside.unlink(missing_ok=True)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _content(path: Path) -> dict[str, Any]:
    try:
        value = orjson.loads(_bytes(path) or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
