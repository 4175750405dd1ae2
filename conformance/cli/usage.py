"""A command typed wrongly, in one line of the language of the user: click itself speaks English only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches

import click

from conformance.cli.terminal import shown
from simulator.protocol.text.said import Said, Text

_UNKNOWN = "No such command"
NEAR = 0.5
"""How alike a command must be to be meant."""


def usage_line(error: click.ClickException, commands: Sequence[str] = ()) -> str:
    """What was typed wrongly and what to type instead; `commands`: those there are, for one that is mistyped."""
    text = " ".join(error.format_message().split())
    if isinstance(error, click.UsageError) and text.startswith(_UNKNOWN):
        typed = text.removeprefix(_UNKNOWN).split("'")
        return shown(_unknown(typed[1] if len(typed) > 1 else "", commands))
    return shown(_said(error, text))


def _unknown(typed: str, commands: Sequence[str]) -> Said:
    near = get_close_matches(typed.lower(), commands, 1, NEAR)
    if near:
        return Said("没有命令 {}, 是不是 {}?", typed, near[0])
    return Said("没有命令 {}, 可用: {}", typed, ", ".join(commands))


def _said(error: click.ClickException, text: str) -> Text:
    if isinstance(error, click.NoSuchOption):
        near = Said(", 是不是 {}?", error.possibilities[0]) if error.possibilities else ""
        return Said("没有选项 {}{} 用 --help 查看全部选项", error.option_name, near)
    if isinstance(error, click.MissingParameter):
        return Said("缺少 {}, 用 --help 查看用法", _name(error))
    if isinstance(error, click.BadParameter):
        kind = error.param.type if error.param else None
        if isinstance(kind, click.Choice):
            return Said("{}: 写 {} 之一", _name(error), " | ".join(map(str, kind.choices)))
        if isinstance(kind, click.IntRange) and kind.min == kind.max:
            return Said("{}: 只能写 {}", _name(error), kind.min)
        if isinstance(kind, click.IntRange) and kind.max is not None:
            return Said("{}: 写 {} 到 {} 的整数", _name(error), kind.min, kind.max)
        if isinstance(kind, click.types.IntParamType):
            return Said("{}: 写整数", _name(error))
        return Said("{}: 取值不对 ({})", _name(error), error.message)
    if isinstance(error, click.BadOptionUsage):
        return Said("{} 之后缺少取值, 用 --help 查看用法", error.option_name)
    for start, said in _STARTS:
        if text.startswith(start):
            return said(text.removeprefix(start).strip(" .'\"()"))
    return text


def _name(error: click.BadParameter) -> Text:
    given = error.param
    if given is None:
        return Said("参数")
    return given.opts[0] if isinstance(given, click.Option) else str(given.metavar or given.name).upper()


_STARTS: tuple[tuple[str, Callable[[str], Said]], ...] = (
    ("Missing command", lambda _rest: Said("缺少命令, 用 --help 查看全部命令")),
    ("Got unexpected extra argument", lambda rest: Said("多出的参数 {}", rest)),
)
"""What click has no class of its own for, by how its sentence begins."""
