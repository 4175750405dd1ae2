"""A command typed wrongly, in one line of the language of the user: click itself speaks English only."""

from __future__ import annotations

import click

from conformance.cli.terminal import english


def usage_line(error: click.ClickException) -> str:
    """What was typed wrongly and what to type instead."""
    text = " ".join(error.format_message().split())
    return text if english() else _chinese(error, text)


def _chinese(error: click.ClickException, text: str) -> str:
    if isinstance(error, click.NoSuchOption):
        near = f", 是不是 {error.possibilities[0]}?" if error.possibilities else ""
        return f"没有选项 {error.option_name}{near} 用 --help 查看全部选项"
    if isinstance(error, click.MissingParameter):
        return f"缺少 {_name(error)}, 用 --help 查看用法"
    if isinstance(error, click.BadParameter):
        kind = error.param.type if error.param else None
        if isinstance(kind, click.Choice):
            return f"{_name(error)}: 写 {' | '.join(map(str, kind.choices))} 之一"
        if isinstance(kind, click.types.IntParamType):
            return f"{_name(error)}: 写整数"
        return f"{_name(error)}: 取值不对 ({error.message})"
    if isinstance(error, click.BadOptionUsage):
        return f"{error.option_name} 之后缺少取值, 用 --help 查看用法"
    for english_start, chinese_start in _STARTS:
        if text.startswith(english_start):
            return chinese_start + text.removeprefix(english_start).strip(" .'\"()")
    return text


def _name(error: click.BadParameter) -> str:
    given = error.param
    if given is None:
        return "参数"
    return given.opts[0] if isinstance(given, click.Option) else str(given.metavar or given.name).upper()


_STARTS = (
    ("No such command", "没有命令 "),
    ("Missing command", "缺少命令, 用 --help 查看全部命令"),
    ("Got unexpected extra argument", "多出的参数 "),
)
