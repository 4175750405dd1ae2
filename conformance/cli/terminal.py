"""How every command speaks: language, standard error for progress, one line for a mistake, exit codes."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

import click

from conformance.mistake import Mistake
from conformance.runner.child import ChildError
from conformance.runner.control import ControlError
from simulator.shell import loop

PASSED, VIOLATED, SET_UP, UNFINISHED, HARNESS = 0, 1, 2, 3, 4
"""Exit codes of contracts 7 (5, load threshold missed, belongs to `load`)."""

LANGUAGES = ("zh", "en")
_language = ["zh"]
_machine = [False]
T = TypeVar("T")


class Stop(click.exceptions.Exit):
    """End the command with this exit code."""


def english() -> bool:
    """Whether the user asked for English."""
    return _language[0] == "en"


def both(zh: str, en: str) -> str:
    """The sentence in the language of the user."""
    return en if english() else zh


def said(text: str) -> str:
    """A Chinese sentence of ours (a mistake, a reason, a fact) in the language of the user."""
    if not english():
        return text
    from conformance.cli.english import english_of

    return english_of(text)


def line_of(error: BaseException) -> str:
    """What an error tells the user, as one line."""
    text = error.said(said) if isinstance(error, Mistake) else said(str(error))
    return " ".join(text.split())


def choose_language(arguments: list[str]) -> None:
    """Find `--lang` and `--json` wherever they stand, so that help and mistakes are said rightly too."""
    wanted = os.environ.get("LIANTIAO_LANG", "zh")
    for index, item in enumerate(arguments):
        if item == "--lang" and index + 1 < len(arguments):
            wanted = arguments[index + 1]
        elif item.startswith("--lang="):
            wanted = item.removeprefix("--lang=")
    _language[0] = wanted if wanted in LANGUAGES else "zh"
    _machine[0] = "--json" in arguments


def survive_any_console() -> None:
    """A character that the console cannot show is replaced, never an error (cp936 and the like)."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def out(text: str = "") -> None:
    """A line of the result, on standard output."""
    click.echo(text)


def note(text: str) -> None:
    """A line of progress, on standard error."""
    click.echo(text, err=True)


def machine(value: Any) -> None:
    """The result for machines: one JSON document on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def wrong(error: BaseException) -> Stop:
    """A mistake of the user: prints the line (with `--json` also as JSON); raise what it returns."""
    complain(line_of(error), error)
    return Stop(SET_UP)


def complain(line: str, error: BaseException | None = None, code: int = SET_UP) -> None:
    """Say on standard error what is wrong; a machine that asked for JSON gets `{"error": {…}, "exit": code}`."""
    note(line if code == HARNESS else both("错误: ", "error: ") + line)
    if _machine[0]:
        place = {
            name: getattr(error, name) for name in ("file", "line", "field") if getattr(error, name, None)
        }
        machine({"error": {"message": line, **place}, "exit": code})


def run_async(work: Callable[[], Coroutine[Any, Any, T]], *, until_interrupted: bool = False) -> T:
    """Run a coroutine; a set-up error becomes one line and exit code 2, Ctrl-C exit code 3 without a trace.

    With `until_interrupted` Ctrl-C is the way to end, exit code 0.
    """
    try:
        return loop.run(work())
    except* (Mistake, ChildError, ControlError) as group:
        raise wrong(_first(group)) from None
    except* KeyboardInterrupt:
        if until_interrupted:
            raise Stop(PASSED) from None
        note(both("已中断", "interrupted"))
        raise Stop(UNFINISHED) from None


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


class Option(click.Option):
    """An option whose help is `中文 | English`."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The help in the language of the user."""
        record = super().get_help_record(ctx)
        if record is None or " | " not in record[1]:
            return record
        zh, en = record[1].split(" | ", 1)
        _, mark, more = en.partition("  [")
        if english():
            return record[0], en
        return record[0], zh + (mark + more).replace("[default: ", "[默认: ")


class Command(click.Command):
    """A command with help in both languages and an example; `help` is `中文 | English`."""

    def __init__(self, *args: Any, example: str = "", **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.example = example
        self.params += [
            Option(
                ["--lang"],
                type=click.Choice(LANGUAGES),
                expose_value=False,
                help="界面语言 | language of the output",
            )
        ]

    def get_short_help_str(self, limit: int = 100) -> str:  # noqa: ARG002  the signature is click's
        """The line in the list of commands."""
        return _half(self.help or "")

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line."""
        usage(self, ctx, formatter)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The sentence in the language of the user."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_half(self.help or ""))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options."""
        options(self, ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, in two languages."""
        return help_option(super().get_help_option(ctx))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The example."""
        with formatter.section(both("示例", "Example")):
            for line in self.example.splitlines():
                formatter.write(f"  {line.strip()}\n")


def usage(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """The line `用法: …`."""
    pieces = " ".join(command.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, pieces, both("用法: ", "Usage: "))


def options(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """The list of options."""
    known = (one for one in command.get_params(ctx) if isinstance(one, click.Option))
    rows = [row for one in known if (row := one.get_help_record(ctx)) is not None]
    with formatter.section(both("选项", "Options")):
        formatter.write_dl(rows)


def help_option(made: click.Option | None) -> click.Option | None:
    """click's `--help` with its help in the language of the user."""
    if made is not None:
        made.help = both("显示帮助并退出", "show this message and exit")
    return made


def _half(text: str) -> str:
    zh, _, en = text.partition(" | ")
    return en if english() and en else zh


def option(*names: str, **rest: Any) -> Callable[[Any], Any]:
    """A click option whose help has two languages."""
    return click.option(*names, cls=Option, **rest)


def json_option() -> Callable[[Any], Any]:
    """`--json`: the result for machines."""
    return option("--json", "as_json", is_flag=True, help="输出 JSON | machine-readable output")


def conclusion_line(manifest: Mapping[str, Any]) -> str:
    """`结论: 通过 …` in one line."""
    found = manifest.get("conclusion") or {}
    executed, applicable = found.get("must_executed", 0), found.get("must_applicable", 0)
    return both(
        f"结论: {found.get('text', '-')}  (必选要求 {executed}/{applicable} 已执行, 对模拟器的预验)",
        f"conclusion: {_ENGLISH.get(found.get('text', ''), found.get('text', '-'))}  (MUST {executed}/{applicable} executed, against the simulator)",
    )


_ENGLISH = {
    "通过": "passed",
    "有条件通过": "passed with conditions",
    "不通过": "failed",
    "未完成": "incomplete",
}
