"""`liantiao run`: preflight, simulator, vendor, scenarios, judge, pytest, reports, summary."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from conformance.cli import terminal
from conformance.cli.duration import seconds
from conformance.cli.findings import findings
from conformance.cli.findings import show as show_findings
from conformance.cli.people import loaded_first
from conformance.cli.progress_lines import Interruption, ask_person, progress
from conformance.cli.rendered import edited, render
from conformance.cli.simulator_choice import choice, replay_options, simulator_options
from conformance.cli.terminal import Command, json_option, note, option, out, shown
from conformance.declaration import Declaration
from conformance.mistake import Mistake
from conformance.run_seal import seal
from conformance.runner import folders, session
from conformance.scenario import Plan
from simulator.protocol.text.said import Said, said_in

PYTEST_S = 300
LIGHT = (
    "-s",
    *(
        part
        for name in ("terminal", "logging", "unraisableexception", "threadexception")
        for part in ("-p", f"no:{name}")
    ),
)
"""Items that only raise or pass print and log nothing: what pytest would watch for and say costs more than they do."""
GATES = ("strict", "no-new", "complete")
SHOWN = 10
"""Scenarios with errors that the summary names; the report names them all."""


@click.command(
    cls=Command,
    help=Said("按 vendor.yaml 运行并出报告"),
    example="liantiao run --declaration vendor.yaml\nliantiao run --declaration vendor.yaml --only pay/clinic_mixed",
)
@option("--declaration", "file", default="vendor.yaml", show_default=True, help=Said("厂商声明文件"))
@option(
    "--plan",
    "plan_name",
    default="",
    help=Said("计划 (默认: 声明的第一个模式)"),
)
@option("--only", multiple=True, metavar="ID", help=Said("只运行这些场景"))
@option("--home", default=folders.HOME, show_default=True, help=Said("身份与密钥目录"))
@option("--runs", default=folders.RUNS, show_default=True, help=Said("运行结果目录"))
@option("--profile", default="", help=Said("地方参数 (名称或文件)"))
@simulator_options()
@option(
    "--trust",
    is_flag=True,
    help=Said("允许执行声明里的 command/python 驱动"),
)
@option(
    "--gate", type=click.Choice(GATES), default="strict", show_default=True,
    help=Said('no-new: 只有已登记的偏差时退出码为 0; complete: 有保留的通过时退出码为 3'),
)  # fmt: skip
@option(
    "--wait-up-to", "wait_up_to", default="0", metavar="DURATION",
    help=Said("没有 clock 的厂商: 允许真实等待的最长时间 (31m, 1860s, 1h), 到期的场景从一开始就等, 与其他场景同时进行"),
)  # fmt: skip
@option("--keep-going", is_flag=True, help=Said("开头的流程都在信封处失败时也运行全部场景"))
@json_option()
def run(
    file: str, plan_name: str, only: Sequence[str], home: str, runs: str, profile: str, url: str,
    control_token: str, port: int | None, trust: bool, gate: str,
    wait_up_to: str, keep_going: bool, as_json: bool,
) -> int:  # fmt: skip
    """Run."""
    declaration = session.read_declaration(Path(file))
    refuse_foreign_code(declaration, Path(file), trust)
    declaration = replace(
        loaded_first(declaration, Path(file)), options=replay_options(home, profile, port, trust=trust)
    )
    plan, scenarios = session.choose(declaration, plan_name, only)
    wish = session.Wish(
        declaration, Path(file).resolve().parent, plan, scenarios,
        choice(home, profile, url, control_token, port), Path(runs),
        ask_person if declaration.driver.kind == "manual" else None, progress,
        wait_up_to_s=seconds(wait_up_to, "--wait-up-to"), keep_going=keep_going,
    )  # fmt: skip
    return execute(wish, gate=gate, as_json=as_json)


def refuse_foreign_code(declaration: Declaration, file: Path, trust: bool) -> None:
    """A declaration from outside the current folder must not execute anything by itself (contracts 2)."""
    field = "command" if declaration.command else "driver.kind"
    executes = declaration.command or declaration.driver.kind in ("command", "python")
    if executes and not trust and not file.resolve().is_relative_to(Path.cwd().resolve()):
        text = Said(
            "这份声明会执行代码, 又不在当前目录之下; 确认来源可信后加 --trust, 或到它所在的目录里运行"
        )
        raise Mistake(text, file=str(file), field=field)


def execute(wish: session.Wish, *, gate: str = "strict", as_json: bool = False) -> int:
    """Run, judge, render, print the summary; the exit code."""
    begun = time.monotonic()
    seen = Interruption(wish.progress)
    try:
        folder = terminal.run_async(lambda: session.perform(replace(wish, progress=seen.hear)))
    except BaseException:
        seen.tell(as_json=as_json)
        raise
    note(Said("判定 …"))
    manifest = judge_and_render(folder, wish.declaration, wish.plan)
    elapsed = time.monotonic() - begun
    if as_json:
        terminal.machine(summary(folder, manifest, elapsed))
    else:
        print_summary(folder, manifest, elapsed)
    return exit_code(manifest, gate)


def judge_and_render(
    folder: Path, declaration: Declaration, plan: Plan, facts: session.Facts | None = None
) -> Mapping[str, Any]:
    """Verdicts, then JUnit and Allure by pytest in a process of its own while the reports are rendered here; sealed."""
    manifest = session.judge(folder, declaration, plan, facts)
    with tempfile.TemporaryDirectory() as place:
        collecting = start_pytest(folder, Path(place))
        try:
            note(Said("生成报告 …"))
            lang = "en" if terminal.english() else "zh"
            if kept := edited(folder, lang):
                note(
                    Said("{} 生成之后被改过, 没有覆盖; 要覆盖用 liantiao report {} --overwrite", kept, folder)
                )
            render(folder, lang)
        finally:
            finish_pytest(collecting)
    seal(folder, "report")
    return manifest


def start_pytest(folder: Path, place: Path) -> subprocess.Popen[bytes]:
    """Start the pytest session that writes `junit.xml` and `allure/` of a judged run.

    `place` holds an empty pytest.ini: the settings of whatever project lies around must not matter.
    """
    ini = place / "pytest.ini"
    ini.write_text("[pytest]\njunit_family = xunit2\n", encoding="utf-8")
    log = (folder / "pytest.log").open("wb")
    command = [
        sys.executable, "-m", "pytest", "-c", str(ini), "--rootdir", str(place), "-p", "no:cacheprovider", "-p", "no:randomly", *LIGHT, "--liantiao-run", str(folder.resolve()),
        "--junitxml", str(folder.resolve() / "junit.xml"), "--alluredir", str(folder.resolve() / "allure"),
        "--clean-alluredir",
    ]  # fmt: skip
    environment = {key: value for key, value in os.environ.items() if key != "PYTEST_ADDOPTS"}
    environment |= {"PYTHONUTF8": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment["LIANTIAO_LANG"] = "en" if terminal.english() else "zh"
    command[3:3] = ["-p", "conformance.pytest_plugin", "-p", "allure_pytest.plugin"]
    with log:
        return subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment)


def finish_pytest(process: subprocess.Popen[bytes]) -> None:
    """Wait for it, at most PYTEST_S. Its own exit code says nothing that the verdicts do not say."""
    try:
        process.wait(PYTEST_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        note(Said("JUnit/Allure 未能在限时内写完"))


def exit_code(manifest: Mapping[str, Any], gate: str = "strict") -> int:
    """The exit code of the conclusion.

    `no-new` forgives every fail that is a known deviation, and nothing else; with `complete` a run that left something
    out is unfinished.
    """
    found = manifest.get("conclusion") or {}
    code = int(found.get("exit", terminal.HARNESS))
    if gate == "complete":
        return int(found.get("exit_complete", code))
    if gate == "no-new" and code == terminal.VIOLATED and found.get("unexpected_fails") == 0:
        return int(found.get("exit_no_new", terminal.PASSED))
    return code


def summary(folder: Path, manifest: Mapping[str, Any], elapsed_s: float) -> dict[str, Any]:
    """The result for machines."""
    return {
        "run": manifest.get("run"),
        "folder": str(folder),
        "conclusion": manifest.get("conclusion"),
        "scenarios": {row.get("flow") or row["id"]: row["outcome"] for row in manifest.get("scenarios", ())},
        "reports": {path.name: str(path) for path in report_files(folder)},
        "findings": findings(folder),
        "strangers": manifest.get("strangers", []),
        "root_causes": manifest.get("root_causes", []),
        "elapsed_s": round(elapsed_s, 1),
    }


def report_files(folder: Path) -> list[Path]:
    """The files of a run that people and machines open."""
    names = (
        "report.html", "report.docx", "report.en.html", "report.en.docx", "report.json", "junit.xml", "allure",
        "evidence.jsonl",
    )  # fmt: skip
    return [folder / name for name in names if (folder / name).exists()]


def print_summary(folder: Path, manifest: Mapping[str, Any], elapsed_s: float) -> None:
    """What happened, where the reports are, how long it took."""
    scenarios = manifest.get("scenarios", ())
    ran = sum(row["outcome"] == "ran" for row in scenarios)
    counts = (manifest.get("conclusion") or {}).get("counts") or {}
    out()
    out(terminal.conclusion_line(manifest))
    for reason in terminal.reasons(manifest):
        out(f"  {shown(reason)}")
    out(Said("场景: {}/{} 已运行", ran, len(scenarios)))
    broken = [row for row in scenarios if row["outcome"] == "error"]
    for row in broken[:SHOWN]:
        out(f"  - {row['id']}: {shown(said_in(row, 'reason'))}")
    if len(broken) > SHOWN:
        out(Said("  - 另有 {} 个场景出错", len(broken) - SHOWN))
    words = ", ".join(f"{shown(_WORDS[name])} {number}" for name, number in counts.items() if number)
    out(Said("判定: {}", words or "-"))
    show_findings(findings(folder))
    tell_strangers(manifest.get("strangers") or ())
    for path in report_files(folder):
        out(f"  {path}")
    out(Said("用时 {:.1f} 秒", elapsed_s))


def tell_strangers(rows: Sequence[Mapping[str, Any]]) -> None:
    """Who sent messages that belong to nobody of this run: they count in no verdict (contracts 10)."""
    for row in rows[:SHOWN]:
        out(
            Said(
                "不计入判定的外来报文 {} 条, 来自 {}: {}, {}",
                row["count"], row["peer"] or Said("未知地址"), ", ".join(row["interfaces"]), said_in(row, "reason"),
            )
        )  # fmt: skip
    if len(rows) > SHOWN:
        out(Said("  … 其余见 manifest.json 的 strangers"))


_WORDS = {
    "pass": Said("通过"),
    "warn": Said("有提示"),
    "fail": Said("不通过"),
    "error": Said("错误"),
    "waiting": Said("等待"),
    "skip": Said("未执行"),
    "review": Said("待确认"),
    "n/a": Said("不适用"),
}
