"""A command typed wrongly, in one line of the language of the user: click itself speaks English only."""

from __future__ import annotations

from collections.abc import Callable

import click

from conformance.cli.terminal import shown
from simulator.protocol.text.said import Said, Text


def usage_line(error: click.ClickException) -> str:
    """What was typed wrongly and what to type instead."""
    return shown(_said(error, " ".join(error.format_message().split())))


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
    ("No such command", lambda rest: Said("没有命令 {}", rest)),
    ("Missing command", lambda _rest: Said("缺少命令, 用 --help 查看全部命令")),
    ("Got unexpected extra argument", lambda rest: Said("多出的参数 {}", rest)),
)
"""What click has no class of its own for, by how its sentence begins."""
