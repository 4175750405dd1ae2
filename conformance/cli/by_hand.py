"""`liantiao person`: somebody to try the integration with, in the running `serve`: identity, authorisation code, shown code."""

from __future__ import annotations

import secrets
from typing import Any

import click

from conformance.cli.simulator_choice import choice, found_options
from conformance.cli.terminal import Command, json_option, machine, option, out, run_async
from conformance.mistake import Mistake
from conformance.runner import folders
from conformance.runner.control import Control, ControlError
from conformance.runner.simulators import running_one
from simulator.protocol.text.said import Said

OPEN_ALREADY = 409
INSURANCE = {"employee": "310", "resident": "390"}


@click.command(
    cls=Command,
    help=Said("在运行中的 serve 里新建一名测试人员并取授权码"),
    example="liantiao person\nliantiao person --insured resident --refuse --json",
)
@option("--code", default="", help=Said("机构编码 (默认: 只有一家时就是它)"))
@option("--insured", type=click.Choice(list(INSURANCE)), default="employee", show_default=True,
        help=Said("employee 职工医保, resident 居民医保"))  # fmt: skip
@option("--channel", type=click.Choice(["wechat", "alipay", "bank", "insurance_app"]), default="insurance_app",
        show_default=True, help=Said("授权的渠道"))  # fmt: skip
@option("--refuse", is_flag=True, help=Said("在授权页拒绝: 得到的码换不出任何信息"))
@option("--home", default=folders.HOME, show_default=True, help=Said("身份与密钥目录"))
@found_options()
@json_option()
def person(
    code: str,
    insured: str,
    channel: str,
    refuse: bool,
    home: str,
    url: str,
    control_token: str,
    as_json: bool,
) -> int:
    """Person."""
    chosen = choice(home, "", url, control_token, None)

    async def work() -> dict[str, Any]:
        async with running_one(chosen) as control:
            return await made(control, code, insured, channel, "refuse" if refuse else "agree")

    found = run_async(work)
    if as_json:
        machine(found)
        return 0
    out(Said("机构: {}   运行: {}   人员: {}", found["institution"], found["run"], found["person"]))
    out(Said("姓名: {}   证件号: {}   手机: {}", found["name"], found["id_no"], found["phone"]))
    out(f"openid: {found['openid']}")
    out(Said("authCode (线上授权): {}", found["auth_code"]))
    out(Said("ecCode (展码): {}", found["ec_code"]))
    return 0


async def made(control: Control, code: str, insured: str, channel: str, decision: str) -> dict[str, Any]:
    """A person in the standing run of the institution, with fresh codes. Raises Mistake, ControlError."""
    codes = list((await control.call("GET", "/control/institutions"))["institutions"])
    if code and code not in codes:
        raise Mistake(Said("没有机构 {}, 可用: {}", code, ", ".join(codes)), field="--code")
    if not code and len(codes) != 1:
        raise Mistake(
            Said("有 {} 家机构, 用 --code 指定一家: {}", len(codes), ", ".join(codes)), field="--code"
        )
    code = code or codes[0]
    run = f"hand-{code}"
    try:
        await control.open_run(run, [code], {})
    except ControlError as error:
        if error.status != OPEN_ALREADY:
            raise
    flow = f"hand/{secrets.token_hex(3)}"
    who = await control.person(run, flow, code, "", {"insutype": INSURANCE[insured]})
    agreed = await control.of_person(
        run, who["person"], "authorise", {"channel": channel, "decision": decision}
    )
    showed = await control.of_person(run, who["person"], "show-code", {})
    return {
        "institution": code,
        "run": run,
        **who,
        "auth_code": agreed["auth_code"],
        "ec_code": showed["ec_code"],
    }
