"""How every command speaks: language, standard error for progress, one line for a mistake, exit codes."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from itertools import zip_longest
from typing import Any, TypeVar

import click

import locales
from conformance.mistake import Mistake
from simulator.protocol.text.said import Said, Text, from_json, render, said_of

PASSED, VIOLATED, SET_UP, UNFINISHED, HARNESS = 0, 1, 2, 3, 4
"""Exit codes of contracts 7 (5, load threshold missed, belongs to `load`)."""

_language = ["zh"]
_machine = [False]
T = TypeVar("T")


class Stop(click.exceptions.Exit):
    """End the command with this exit code."""


def english() -> bool:
    """Whether the user asked for English."""
    return _language[0] == "en"


def shown(text: Text) -> str:
    """A sentence of ours (a mistake, a reason, a fact) in the language of the user."""
    return render(text, locales.lookup(_language[0]))


def line_of(error: BaseException) -> str:
    """What an error tells the user, as one line."""
    text = error.said(shown) if isinstance(error, Mistake) else shown(said_of(error))
    return " ".join(text.split())


def choose_language(arguments: list[str]) -> None:
    """Find `--lang` and `--json` wherever they stand, so that help and mistakes are said rightly too."""
    wanted = os.environ.get("LIANTIAO_LANG", "zh")
    for index, item in enumerate(arguments):
        if item == "--lang" and index + 1 < len(arguments):
            wanted = arguments[index + 1]
        elif item.startswith("--lang="):
            wanted = item.removeprefix("--lang=")
    _language[0] = wanted if wanted in locales.LANGUAGES else "zh"
    _machine[0] = "--json" in arguments


def survive_any_console() -> None:
    """A character that the console cannot show is replaced, never an error (cp936 and the like)."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def out(text: Text = "") -> None:
    """A line of the result, on standard output."""
    _say(shown(text) if isinstance(text, Said) else text)


def _say(text: str) -> None:
    """On standard output. Raises Mistake when nobody takes it any more: a closed pipe, a full disk behind it."""
    try:
        click.echo(text)
    except OSError as error:
        raise Mistake(
            Said("标准输出写不下去 ({}), 检查管道的另一端或重定向的文件", error.strerror or error)
        ) from None


def closed(code: int) -> int:
    """`code` once the standard output is flushed, SET_UP when that fails; the interpreter then has nothing left to say."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SET_UP
    return code


def note(text: Text) -> None:
    """A line of progress, on standard error."""
    with contextlib.suppress(OSError):  # nobody reads it: the work goes on
        click.echo(shown(text) if isinstance(text, Said) else text, err=True)


def machine(value: Any) -> None:
    """The result for machines: one JSON document on standard output."""
    _say(json.dumps(value, ensure_ascii=False, indent=2))


def wrong(error: BaseException) -> Stop:
    """A mistake of the user: prints its lines (with `--json` also as JSON); raise what it returns."""
    complain(line_of(error), error)
    return Stop(SET_UP)


def complain(line: str, error: BaseException | None = None, code: int = SET_UP) -> None:
    """Say on standard error what is wrong; a machine that asked for JSON gets `{"error": {…}, "exit": code}`."""
    rest = error.lines(shown)[1:] if isinstance(error, Mistake) else []
    for text in (line, *rest):
        note(text if code == HARNESS else shown(Said("错误: ")) + text)
    if _machine[0]:
        place = {name: getattr(error, name, None) for name in ("file", "line", "field")}
        place = {name: value if name == "line" else str(value) for name, value in place.items() if value}
        with contextlib.suppress(Mistake):
            machine({"error": {"message": line, **place, **({"also": rest} if rest else {})}, "exit": code})


def run_async(work: Callable[[], Coroutine[Any, Any, T]], *, until_interrupted: bool = False) -> T:
    """Run a coroutine; a set-up error becomes one line and exit code 2, Ctrl-C exit code 3 without a trace.

    With `until_interrupted` Ctrl-C is the way to end, exit code 0.
    """
    from conformance.runner.child import ChildError  # not every command runs something
    from conformance.runner.control import ControlError
    from simulator.shell import loop

    try:
        return loop.run(work())
    except* (Mistake, ChildError, ControlError) as group:
        raise wrong(_first(group)) from None
    except* KeyboardInterrupt:
        if until_interrupted:
            raise Stop(PASSED) from None
        note(Said("已中断"))
        raise Stop(UNFINISHED) from None


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


class SaidOption(click.Option):
    """An option whose help is a sentence of ours."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        self.about: Said = rest["help"]
        super().__init__(*args, **{**rest, "help": str(self.about)})

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The help in the language of the user."""
        self.help = shown(self.about)
        record = super().get_help_record(ctx)
        if record is None or english():
            return record
        return record[0], record[1].replace("[default: ", "[默认: ")


class Command(click.Command):
    """A command whose help is a sentence of ours, with an example."""

    def __init__(self, *args: Any, example: str = "", **rest: Any) -> None:
        self.about: Said = rest["help"]
        super().__init__(*args, **{**rest, "help": str(self.about)})
        self.example = example
        self.params += [
            SaidOption(
                ["--lang"], type=click.Choice(locales.LANGUAGES), expose_value=False, help=Said("界面语言")
            )
        ]

    def get_short_help_str(self, limit: int = 100) -> str:  # noqa: ARG002  the signature is click's
        """The line in the list of commands."""
        return shown(self.about)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line."""
        usage(self, ctx, formatter)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The sentence in the language of the user."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(shown(self.about))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options."""
        options(self, ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, in two languages."""
        return help_option(super().get_help_option(ctx))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The example."""
        with formatter.section(shown(Said("示例"))):
            for line in self.example.splitlines():
                formatter.write(f"  {line.strip()}\n")


def usage(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """The line `用法: …`."""
    pieces = " ".join(command.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, pieces, shown(Said("用法: ")))


def options(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """The list of options."""
    known = (one for one in command.get_params(ctx) if isinstance(one, click.Option))
    rows = [row for one in known if (row := one.get_help_record(ctx)) is not None]
    with formatter.section(shown(Said("选项"))):
        formatter.write_dl(rows)


def help_option(made: click.Option | None) -> click.Option | None:
    """click's `--help` with its help in the language of the user."""
    if made is not None:
        made.help = shown(Said("显示帮助并退出"))
    return made


def option(*names: str, **rest: Any) -> Callable[[Any], Any]:
    """A click option whose help has two languages."""
    return click.option(*names, cls=SaidOption, **rest)


def json_option() -> Callable[[Any], Any]:
    """`--json`: the result for machines."""
    return option("--json", "as_json", is_flag=True, help=Said("输出 JSON"))


def conclusion_line(manifest: Mapping[str, Any]) -> Said:
    """`结论: 通过 …` in one line, with what no 通过 says: the required cases that nobody saw, or saw in part."""
    from conformance.conclusion import CONCLUSIONS

    found = manifest.get("conclusion") or {}
    executed, applicable = found.get("must_executed", 0), found.get("must_applicable", 0)
    name = found.get("text", "-")
    return Said(
        "结论: {}  (必选要求 {}/{} 已执行{}; 对模拟器的预验)",
        CONCLUSIONS.get(name, name), executed, applicable, _cases(found.get("cases") or {}),
    )  # fmt: skip


def reasons(manifest: Mapping[str, Any]) -> list[Text]:
    """Why the conclusion is what it is, one sentence each, without the numbers that its line says already."""
    from conformance.conclusion import CASE_COUNTS

    found = manifest.get("conclusion") or {}
    notes = list(found.get("notes") or ())
    said = [from_json(one) for one in found.get("notes_said") or ()]
    both = zip_longest(notes, said[: len(notes)])
    return [one or note for note, one in both if not (isinstance(one, Said) and one.template == CASE_COUNTS)]


def _cases(counted: Mapping[str, int]) -> Text:
    if "not_executed" not in counted:  # judged by an earlier version
        return ""
    return Said(
        "; 必选用例 {} 项中未执行 {} 项, 部分核对 {} 项",
        counted["must"], counted["not_executed"], counted["partial"],
    )  # fmt: skip
