"""`liantiao doctor`: everything that can be wrong before the first message, each as one line.

`--driver` adds contract tests that any vendor can run against its own hook.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import click

from conformance.cli.people import completed
from conformance.cli.run import refuse_foreign_code
from conformance.cli.simulator_choice import choice, simulator_options
from conformance.cli.terminal import (
    SET_UP,
    Command,
    json_option,
    machine,
    note,
    option,
    out,
    run_async,
    shown,
)
from conformance.declaration import Declaration
from conformance.ledger import RULESET, newer_than
from conformance.runner import contract, folders, session
from conformance.runner.contract import Check
from conformance.runner.scanned_files import STDOUT
from conformance.runner.simulators import Choice, simulator
from simulator.protocol.text.said import Said, Text, listed, said_of

REACH_S = 5.0
SKEW_MS = 300_000
OFF_MS = 2_000
"""Below it nothing can be said: a `Date` header has whole seconds, and the answer took its time."""


@click.command(
    cls=Command,
    help=Said("运行前的检查: 声明、密钥、地址、时钟"),
    example="liantiao doctor\nliantiao doctor --driver",
)
@option("--declaration", "file", default="vendor.yaml", show_default=True, help=Said("厂商声明文件"))
@option("--home", default=folders.HOME, show_default=True, help=Said("身份与密钥目录"))
@option("--driver", "with_driver", is_flag=True, help=Said("加做驱动合同测试"))
@simulator_options()
@option("--trust", is_flag=True, help=Said("允许执行声明里的 command"))
@json_option()
def doctor(
    file: str, home: str, with_driver: bool, url: str, control_token: str, port: int | None, trust: bool,
    as_json: bool,
) -> int:  # fmt: skip
    """Doctor."""
    declaration, written = completed(session.read_declaration(Path(file)), Path(file))
    if with_driver:
        refuse_foreign_code(declaration, Path(file), trust)
    checks = [
        Check(
            Said("声明"),
            "ok",
            Said("{}: 模式 {}, 驱动级别 {}", file, ", ".join(declaration.modes), declaration.driver.level),
        )
    ]
    checks += people(declaration, written)
    checks += declared(declaration)
    checks += keys(Path(home), declaration.code)
    checks += run_async(lambda: reach(declaration))
    if with_driver and not unreachable(checks):
        chosen = choice(home, "", url, control_token, port)
        checks += run_async(lambda: contract_checks(declaration, Path(file).resolve().parent, chosen))
    if as_json:
        machine([as_row(one) for one in checks])
    else:
        for one in checks:
            out(f"[{shown(_MARKS[one.state])}] {shown(one.name)}: {shown(one.text)}")
        bad = sum(one.state == "bad" for one in checks)
        out(Said("{} 项检查, {} 项要改", len(checks), bad))
    return SET_UP if any(one.state == "bad" for one in checks) else 0


_MARKS = {"ok": Said("通过"), "bad": Said("要改"), "hint": Said("提示")}

_IDS = {
    Said("声明"): "declaration",
    Said("测试人员"): "persons",
    Said("驱动级别"): "driver_level",
    Said("测试动作"): "hooks",
    Said("规则集"): "ruleset",
    "artefacts": "artefacts",
    Said("未使用"): "unused",
    Said("已知偏差"): "deviations",
    Said("密钥"): "keys",
    Said("地址"): "addresses",
    Said("通知地址"): "notify_url",
    Said("时钟"): "clock",
    Said("驱动合同"): "driver_contract",
}
"""Name -> the id that machines know it by."""


def as_row(check: Check) -> dict[str, str]:
    """A check for machines: a stable id, and the words in the language of the user."""
    name = check.id or _IDS[check.name]
    return {"id": name, "name": shown(check.name), "state": check.state, "text": shown(check.text)}


def people(declaration: Declaration, written: Path | None) -> list[Check]:
    """Who the vendor must know before the run; `written`: the file made just now, to be loaded first."""
    listed = len(declaration.persons.listed)
    if written is not None:
        text = Said("已写 {}, {} 名合成人员, 导入被测系统后再运行", declaration.persons.file, listed)
        return [Check(Said("测试人员"), "hint", text)]
    if not declaration.persons.on_file:
        return []
    return [
        Check(Said("测试人员"), "ok", Said("名单 {} 名, 同时运行 {} 个场景", listed, declaration.parallel))
    ]


def declared(declaration: Declaration) -> list[Check]:
    """What is not wrong but leaves cases unexecuted, said before the run and not after it."""
    found = []
    if declaration.driver.level < 2:
        found.append(
            Check(Said("驱动级别"), "hint", Said("level 1 没有 order_state, 对账与只入账一次等用例为未执行"))
        )
    if "clock" not in declaration.driver.hooks:
        found.append(Check(Said("测试动作"), "hint", Said("没有 clock, 超时未支付等用例为未执行")))
    if declaration.notify_6302 == "none":
        found.append(Check(Said("通知地址"), "hint", Said("none: 6302 用例不适用, 必须靠 6301 查询收敛")))
    if declaration.ruleset < RULESET:
        newer = list(newer_than(declaration.ruleset))
        text = Said(
            "锁定在第 {} 版, 现为第 {} 版; 更新的规则只提示, 不影响结论: {}",
            declaration.ruleset, RULESET, ", ".join(newer),
        )  # fmt: skip
        found.append(Check(Said("规则集"), "hint", text))
    if scanned := [name for name in ("logs", "configuration", "source") if declaration.artefacts.get(name)]:
        found.append(Check("artefacts", "ok", Said("{}: 运行结束时扫描", ", ".join(scanned))))
    if STDOUT in (declaration.artefacts.get("logs") or ()) and not declaration.command:
        said = Said("logs 里的 stdout 只在由 liantiao 启动被测系统(command)时可得, 写日志文件的路径")
        found.append(Check("artefacts", "hint", said))
    unused = [
        *declaration.addresses,
        *(["artefacts.front_end"] if "front_end" in declaration.artefacts else []),
        *(["ui"] if declaration.ui else []),
    ]
    if unused:
        found.append(Check(Said("未使用"), "hint", Said("{}: 已登记, 本版本不使用", ", ".join(unused))))
    expired = [
        row["requirement"]
        for row in declaration.deviations
        if row["until"] < datetime.now(UTC).date().isoformat()
    ]
    if expired:
        found.append(Check(Said("已知偏差"), "bad", Said("已过期: {}, 修复或改 until", ", ".join(expired))))
    return found


def keys(home: Path, code: str) -> list[Check]:
    """Whether the identity of `home` is readable and its key pair belongs together."""
    from simulator.protocol.crypto.keys import KeyFormatError, parse_private_key, parse_public_key
    from simulator.protocol.model.role import transports_of
    from simulator.roles import ROLES
    from simulator.shell.identities import FILE, IdentityError, open_identities

    if not (home / FILE).exists():
        return [Check(Said("密钥"), "hint", Said("{} 还没有, 首次 init/serve/run 时生成", home / FILE))]
    try:
        member = open_identities(home, transports_of(ROLES)).members.get(code)
    except IdentityError as error:
        return [Check(Said("密钥"), "bad", said_of(error))]
    if member is None:
        return [Check(Said("密钥"), "hint", Said("机构 {} 的身份还没有, 首次 run 时生成", code))]
    try:
        if not member.text("private"):
            parse_public_key(member.text("public"))
            return [Check(Said("密钥"), "ok", Said("只有渠道公钥, 格式可读; 私钥在被测系统"))]
        paired = parse_private_key(member.text("private")).public == parse_public_key(member.text("public"))
    except KeyFormatError as error:
        return [Check(Said("密钥"), "bad", Said("{}: {}", home / FILE, error))]
    text = (
        Said("私钥与公钥成对, 格式可读")
        if paired
        else Said("{}: 机构 {} 的公钥不是由私钥得出, 两者换成同一对", home / FILE, code)
    )
    return [Check(Said("密钥"), "ok" if paired else "bad", text)]


def unreachable(checks: Sequence[Check]) -> bool:
    """Whether the driver is among what cannot be reached: the contract tests would only say so again."""
    return any(one.id == "driver_url" and one.state == "bad" for one in checks)


async def reach(declaration: Declaration) -> list[Check]:
    """Whether the declared addresses answer, and how far the vendor's clock is from ours.

    Addresses of one host and port are one cause: what cannot be reached there is one line.
    """
    addresses = [("driver_url", declaration.driver.url), ("notify_url", declaration.notify_6302)]
    wanted = [(name, url) for name, url in addresses if url.startswith("http")]
    if declaration.command:
        return [Check(Said("地址"), "hint", Said("由 liantiao 启动被测系统, 运行时才检查"))]
    places: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for name, url in wanted:
        where = urlsplit(url)
        places.setdefault((where.scheme, where.netloc), []).append((name, url))
    limit = aiohttp.ClientTimeout(total=REACH_S)
    async with aiohttp.ClientSession(timeout=limit, trust_env=False) as client:
        found = await asyncio.gather(*(_reach(client, rows) for rows in places.values()))
    clocks = [check for _, check in found if check]
    worst = min(clocks, key=lambda one: ("bad", "hint", "ok").index(one.state), default=None)
    return [check for checks, _ in found for check in checks] + ([worst] if worst else [])


_PLACES = {"driver_url": Said("驱动地址"), "notify_url": Said("通知地址")}


async def _reach(
    client: aiohttp.ClientSession, rows: Sequence[tuple[str, str]]
) -> tuple[list[Check], Check | None]:
    """One check for each address of a place, and the one of its clock; a single one when nobody is there."""
    checks: list[Check] = []
    clock: Check | None = None
    for name, url in rows:
        before = datetime.now(UTC)
        try:
            async with client.get(url, allow_redirects=False) as reply:
                date, status = reply.headers.get("Date", ""), reply.status
        except (aiohttp.ClientError, OSError, ValueError) as error:
            where = urlsplit(url)
            names = listed("、", [_PLACES[one] for one, _ in rows[len(checks) :]])
            text = Said("{}://{} {}", where.scheme, where.netloc, _why_not(error))
            return [*checks, Check(names, "bad", text, name)], clock
        checks.append(Check(_PLACES[name], "ok", Said("{} 可达 (HTTP {})", url, status), name))
        clock = clock or clock_skew(date, before)
    return checks, clock


def _why_not(error: Exception) -> Text:
    """What kept us from an answer: nobody listens, the name is unknown, somebody is silent, or it is no HTTP."""
    if isinstance(error, TimeoutError):
        return (
            Said("连得上, 但 {:.0f} 秒内没有应答, 看它是否卡住", REACH_S)
            if not isinstance(error, aiohttp.ConnectionTimeoutError)
            else Said("{:.0f} 秒内连不上, 查地址与防火墙", REACH_S)
        )
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Said("主机名解析不了, 改地址或 hosts")
    if isinstance(error, aiohttp.ClientConnectorError):
        return Said(
            "连不上, 没有程序在听, 启动它或改地址 ({})", error.os_error.strerror or type(error).__name__
        )
    return Said("连上了, 但没有得到 HTTP 应答 ({})", type(error).__name__)


def clock_skew(date: str, ours: datetime) -> Check | None:
    """A check of the vendor's `Date` header against our clock; None when it states none."""
    try:
        theirs = parsedate_to_datetime(date)
    except (ValueError, TypeError):
        return None
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    seconds = (theirs - ours).total_seconds()
    hours = round(seconds / 3600)
    if hours and abs(seconds - hours * 3600) < 120:
        return Check(
            Said("时钟"), "bad", Said("相差整 {:+d} 小时: 是时区设置错误, 报文时间用北京时间 (UTC+8)", hours)
        )
    if abs(seconds) * 1000 > SKEW_MS:
        return Check(Said("时钟"), "bad", Said("相差 {:+.0f} 秒, 超过 5 分钟的时间窗, 校准时钟", seconds))
    if abs(seconds) * 1000 >= OFF_MS:
        return Check(Said("时钟"), "hint", Said("相差 {:+.0f} 秒, 在时间窗内, 宜校准", seconds))
    return Check(Said("时钟"), "ok", Said("与本机一致(相差不到 2 秒)"))


async def contract_checks(declaration: Declaration, base: Path, choice: Choice) -> Sequence[Check]:
    """The driver contract tests, with the simulator that a run would use; a vendor with `command:` is started for them."""
    from conformance.runner.run import vendor

    if declaration.driver.kind != "http" or declaration.driver.mapping:
        return [Check(Said("驱动合同"), "hint", Said("合同测试只用于 kind: http 且没有映射文件的驱动"))]
    log, home = choice.home / "doctor-simulator.log", choice.home
    async with simulator(choice, log, note, starts_vendor=bool(declaration.command)) as control:
        block = await control.institution(
            declaration.code, declaration.name, declaration.region, declaration.profile
        )
        async with vendor(declaration, block, home, base, home / "doctor-vendor.log") as corrected:
            return await contract.check_all(corrected, base)
