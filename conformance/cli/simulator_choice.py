"""The options that say which simulator a command uses (contracts 2); every command that needs one has them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from conformance.cli.terminal import option
from conformance.mistake import Mistake
from conformance.runner import folders
from conformance.runner.simulators import Choice
from simulator.protocol.text.said import Said

_RUNNING = (
    option("--simulator", "url", default="", metavar="URL", help=Said("使用此地址的模拟器")),
    option(
        "--control-token",
        default="",
        envvar="LIANTIAO_CONTROL_TOKEN",
        help=Said("该模拟器的控制令牌 (默认: --home 的)"),
    ),
)
_OWN = option(
    "--port",
    type=click.IntRange(0, 0),
    default=None,
    help=Said("0: 自带一个模拟器, 端口任选, 不用正在运行的"),
)


def simulator_options() -> Callable[[Any], Any]:
    """`--simulator`, `--control-token` and `--port`."""
    return _all((*_RUNNING, _OWN))


def found_options() -> Callable[[Any], Any]:
    """`--simulator` and `--control-token`, for what needs one that runs."""
    return _all(_RUNNING)


def _all(options: tuple[Callable[[Any], Any], ...]) -> Callable[[Any], Any]:
    def added(command: Any) -> Any:
        for one in reversed(options):
            command = one(command)
        return command

    return added


def replay_options(home: str, profile: str, port: int | None, *, trust: bool) -> tuple[str, ...]:
    """What the replay command of a finding needs beside the declaration; no path of this machine, no address."""
    words: list[str] = []
    for name, value in (("--home", "" if home == folders.HOME else home), ("--profile", profile)):
        if value and not Path(value).is_absolute():
            words += [name, value]
    words += ["--port", "0"] if port is not None else []
    return (*words, *(["--trust"] if trust else []))


def choice(home: str, profile: str, url: str, control_token: str, port: int | None) -> Choice:
    """What the options say. Raises Mistake."""
    if url and port is not None:
        raise Mistake(Said("--simulator 与 --port 只写一个"))
    if url and not url.startswith(("http://", "https://")):
        raise Mistake(Said("写成 http://主机:端口 (现在是 {})", url), field="--simulator")
    return Choice(Path(home), profile, url.rstrip("/"), control_token, free=port is not None)
