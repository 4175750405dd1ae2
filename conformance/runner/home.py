"""What a command reads in the home of a simulator: who serves it, where it listens, its token. The simulator writes them.

The files: `serve.lock` `{pid, base}`, `listen.json` `{host, port, public}`, `control-token`, and of `identities.json` the
member `platform`, whose fingerprint tells our simulator from any other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from conformance.mistake import Mistake
from simulator.protocol.crypto.home_print import home_print
from simulator.protocol.text.said import Said

HOST, PORT = "127.0.0.1", 18630
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


@dataclass(frozen=True, slots=True)
class SimulatorHome:
    """A home as it is now. `platform` and `token` are empty when no simulator has ever been there."""

    platform: str = ""
    token: str = ""
    pid: int = 0
    served_at: str = ""
    host: str = HOST
    port: int = PORT
    public: str = ""

    @property
    def listen(self) -> str:
        """The URL at which this machine reaches a simulator that listens where this home says."""
        host = LOOPBACK.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def read_home(home: Path) -> SimulatorHome:
    """Read it. Raises Mistake for a folder that cannot be read; what a file does not say is the default."""
    lock, listen = _content(home / "serve.lock"), _content(home / "listen.json")
    platform = _content(home / "identities.json").get("platform")
    host, port, public = listen.get("host"), listen.get("port"), listen.get("public", "")
    fits = isinstance(host, str) and isinstance(port, int) and 0 < port < 65536 and isinstance(public, str)
    pid, base = lock.get("pid"), lock.get("base")
    held = isinstance(pid, int) and isinstance(base, str)
    return SimulatorHome(
        home_print(platform) if isinstance(platform, dict) else "",
        _text(home / "control-token").strip(),
        *((pid, base) if held else (0, "")),
        *((host, port, public) if fits else (HOST, PORT, "")),
    )


def profile_name(given: str) -> str:
    """The name of a profile that a command names by its name or its file."""
    path = Path(given)
    if not path.is_file():
        return given
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return given  # the simulator will say what is wrong with it
    return str(value.get("name", path.stem)) if isinstance(value, Mapping) else given


def _content(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(_text(path) or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return ""
    except OSError as error:
        raise Mistake(Said("读不到 ({})", error.strerror or error), file=str(path)) from None
