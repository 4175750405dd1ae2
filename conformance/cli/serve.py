"""`liantiao serve`: the simulator until Ctrl-C, with everything a vendor needs to paste."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from conformance.cli.init import PORT
from conformance.cli.terminal import Command, json_option, machine, note, option, out, run_async
from conformance.runner import session
from conformance.runner.child import ChildError
from conformance.runner.run import simulator
from simulator.protocol.text.said import Said


@click.command(
    cls=Command,
    help=Said("启动模拟器并保持运行, 打印接入参数"),
    example="liantiao serve --port 18630",
)
@option("--port", default=PORT, show_default=True, help=Said("端口, 0 为任选"))
@option("--host", default="127.0.0.1", show_default=True, help=Said("监听地址"))
@option("--home", default=session.HOME, show_default=True, help=Said("身份与密钥目录"))
@option("--profile", default="", help=Said("地方参数 (名称或文件)"))
@option("--code", default="H50999900001", show_default=True, help=Said("机构编码"))
@option("--name", default="联调示范医院", show_default=True, help=Said("机构名称"))
@option("--region", default="509999", show_default=True, help=Said("就医地区划"))
@json_option()
def serve(
    port: int, host: str, home: str, profile: str, code: str, name: str, region: str, as_json: bool
) -> int:
    """Serve."""

    async def work() -> None:
        log = Path(home) / "simulator.log"
        async with simulator(Path(home), log, profile=profile, host=host, port=port) as control:
            block = await control.institution(code, name, region)
            if as_json:
                machine({"base": control.base, "vendor": block, "log": str(log)})
            else:
                show(control.base, block, log)
            while True:
                await asyncio.sleep(5)
                try:
                    await control.health()
                except session.SET_UP_ERRORS:
                    raise ChildError(Said("模拟器已停止, 见 {}", log)) from None

    run_async(work, until_interrupted=True)
    return 0


def show(base: str, block: Mapping[str, Any], log: Path) -> None:
    """Endpoints, identity and the block to paste."""
    out(Said("模拟器: {}", base))
    out(Said("机构: {} {} ({})", block["orgCodg"], block["orgName"], block["region"]))
    out(Said("接口:"))
    for number, path in block["paths"].items():
        out(f"  {number:<10} {base}{path}")
    out(Said("控制接口文档: {}/control/openapi.json   日志: {}", base, log))
    out(Said("接入参数 (测试密钥, 复制给被测系统):"))
    out(json.dumps(block, ensure_ascii=False, indent=2))
    note(Said("按 Ctrl-C 停止"))
