"""`liantiao demo`: simulator and reference hospital as separate processes, the whole plan, the reports."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

import click

from conformance.cli.progress_lines import progress
from conformance.cli.run import execute
from conformance.cli.terminal import Command, json_option, note, option
from conformance.declaration import Declaration, Driver
from conformance.runner import folders, session
from conformance.runner.private import private_folder
from conformance.runner.run import new_run_id
from conformance.runner.simulators import Choice
from simulator.protocol.text.said import Said

CODE, NAME, REGION = "H50999900001", "联调示范医院", "509999"
SERVICES = ("registration", "outpatient", "refund", "cancel", "merge", "settlement_slip")
SIDE_BY_SIDE = 16  # a scenario mostly waits
HOOKS = ("clock", "reset", "fail_booking", "suspend", "amend_bill", "counter_pay", "dispense", "set_slot")


def reference_declaration(
    code: str = CODE, name: str = NAME, mode: str = "A", *, notify: str = "", token: str = "", url: str = ""
) -> Declaration:
    """The declaration of the reference hospital; address and token come from its ready line."""
    return Declaration(
        file="(demo)",
        code=code,
        name=name,
        region=REGION,
        modes=(mode,),
        channels=("insurance_app",) if mode == "A" else ("wechat",),
        services=SERVICES,
        driver=Driver("http", 2, url=url, token=token, hooks=HOOKS),
        notify_6302=notify,
        command=()
        if url
        else (sys.executable, "-m", "conformance.reference", "--port", "0", "--with-parent", "--log", "-"),
        parallel=SIDE_BY_SIDE,
        timers={"unpaid_order_s": 1800, "converge_ms": 15_000},
        artefacts={} if url else {"logs": ["stdout"]},
    )


_HEAD = Said("演示所用的声明: 被测系统是参考医院, 由 liantiao 启动。重跑一个场景:")


def written(declaration: Declaration, folder: Path, example: str) -> Declaration:
    """`declaration` as `vendor.yaml` in the run folder, read back: the replay commands of the report name it."""
    file = folder / "vendor.yaml"
    driver = declaration.driver
    rows = {
        "schema": 1,
        "institution": {"code": declaration.code, "name": declaration.name, "region": declaration.region},
        "modes": list(declaration.modes),
        "channels": list(declaration.channels),
        "services": list(declaration.services),
        "driver": {"kind": driver.kind, "level": driver.level, "hooks": list(driver.hooks)},
        "command": list(declaration.command),
        "timers": dict(declaration.timers),
        "parallel": declaration.parallel,
        "artefacts": dict(declaration.artefacts),
    }
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in rows.items()]
    head = f"# {_HEAD}\n#   liantiao run --declaration {file} --only {example}\n"
    file.write_text("".join([head, *lines]), encoding="utf-8", newline="\n")
    return session.read_declaration(file)


@click.command(
    cls=Command,
    help=Said("一条命令看到全部: 模拟器 + 参考医院 + 报告"),
    example="liantiao demo",
)
@option("--plan", "plan_name", default="A", show_default=True, help=Said("计划"))
@option("--runs", default=folders.RUNS, show_default=True, help=Said("运行结果目录"))
@json_option()
def demo(plan_name: str, runs: str, as_json: bool) -> int:
    """Demo."""
    mode = plan_name if plan_name in ("A", "B1") else "A"
    declaration = reference_declaration(mode=mode)
    plan, scenarios = session.choose(declaration, plan_name)
    note(Said("演示: 参考医院对模拟器, 全部使用合成数据"))
    folder = private_folder(Path(runs) / new_run_id())
    declaration = written(declaration, folder, plan.scenarios[0])
    home = Path(tempfile.mkdtemp(prefix="liantiao-home-"))
    try:
        choice = Choice(home, temporary=True)
        wish = session.Wish(
            declaration, Path.cwd(), plan, scenarios, choice, Path(runs), progress=progress, folder=folder
        )
        code = execute(wish, as_json=as_json)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    again = f"liantiao run --declaration {declaration.file} --only {plan.scenarios[0]}"
    note(Said("重跑一个场景: {}", again))
    return code
