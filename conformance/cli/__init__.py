"""The command line: the composition root, one module a command. `main` is the entry point."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from conformance.cli import terminal
from conformance.mistake import Mistake
from locales import LANGUAGES
from simulator.protocol.text.said import Said
from simulator.shell.ending import terminate_gently

COMMANDS = {
    "demo": "demo:demo",
    "init": "init:init",
    "doctor": "doctor:doctor",
    "serve": "serve:serve",
    "person": "by_hand:person",
    "keys": "keys:keys",
    "run": "run:run",
    "report": "report:report",
    "judge": "judge:judge",
    "verify": "verify:verify",
    "explain": "explain:explain",
    "mutants": "mutants:mutants",
    "list": "listing:list_",
}
"""Every command, in the order a newcomer meets them: its module here and its name there. One is imported when it is
asked for, so that a short command does not wait for what others need (`python -m benchmarks.startup`).
"""


def loaded() -> tuple[click.Command, ...]:
    """All commands, imported."""
    return tuple(_load(name) for name in COMMANDS)


def _load(name: str) -> click.Command:
    module, _, attribute = COMMANDS[name].partition(":")
    command: click.Command = getattr(import_module(f"conformance.cli.{module}"), attribute)
    return command


class Group(click.Group):
    """Commands by the table, each imported when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  the signature is click's
        """As registered."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Imported now."""
        return _load(cmd_name) if cmd_name in COMMANDS else None

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line."""
        terminal.usage(self, ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then the commands."""
        terminal.options(self, ctx, formatter)
        rows = [(str(command.name), command.get_short_help_str()) for command in loaded()]
        with formatter.section(terminal.shown(Said("命令"))):
            formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, in two languages."""
        return terminal.help_option(super().get_help_option(ctx))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """One sentence in the language of the user."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(
                terminal.shown(Said("联调: 医保移动支付的模拟器与测试台。从 liantiao demo 开始。"))
            )


def _tell_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from conformance.version import version

        click.echo(f"liantiao, version {version()}")
        ctx.exit()


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@terminal.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help=Said("显示版本并退出"),
)
@terminal.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    expose_value=False,
    help=Said("界面语言"),
)
def cli() -> None:
    """联调."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with a code of contracts 7.

    A request to terminate ends like Ctrl-C, so that the processes we started are stopped too.
    """
    terminate_gently()
    code = invoke(list(sys.argv[1:] if arguments is None else arguments))
    sys.exit(terminal.closed(code))


def invoke(arguments: list[str]) -> int:
    """Run one command and return its exit code; never a traceback for a user's mistake."""
    terminal.survive_any_console()
    terminal.choose_language(arguments)
    try:
        result = cli.main(arguments or ["--help"], prog_name="liantiao", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        terminal.note(Said("已中断"))
        return terminal.UNFINISHED
    except click.ClickException as error:
        from conformance.cli.usage import usage_line

        terminal.complain(usage_line(error, tuple(COMMANDS)))
        return terminal.SET_UP
    except Mistake as error:
        return terminal.wrong(error).exit_code
    except Exception as error:  # ours: one line and exit code 4; the details for whoever mends it
        from conformance.cli.trouble import trouble

        refused = trouble(error)
        if refused is not None:
            return terminal.wrong(refused).exit_code
        if os.environ.get("LIANTIAO_DEBUG"):
            raise
        text = Said("liantiao 自身错误: {}: {} (设置 LIANTIAO_DEBUG=1 可看详情)", type(error).__name__, error)
        terminal.complain(" ".join(terminal.shown(text).split()), code=terminal.HARNESS)
        return terminal.HARNESS
    return result if isinstance(result, int) else terminal.PASSED
