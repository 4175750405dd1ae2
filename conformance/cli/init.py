"""`liantiao init`: vendor.yaml with comments, identities and the block that a vendor pastes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import click

from conformance.cli.terminal import Command, json_option, machine, option, out, shown
from conformance.ledger import RULESET
from conformance.mistake import Mistake
from conformance.runner import folders
from conformance.runner.private import write_private
from simulator.protocol.text.said import Said, Text, said_of
from simulator.shell.home_lock import Listen, write_listen

_LINES: tuple[tuple[str, Text], ...] = (
    (
        "# ",
        Said(
            "liantiao 厂商声明。说明见 docs/declaration.md; 写好后运行: liantiao doctor, 再运行: liantiao run"
        ),
    ),
    ("schema: 1", ""),
    ("", ""),
    ("# ", Said("被测机构。code 用测试机构编码, region 是就医地 6 位区划")),
    ('institution: {{code: {code}, name: {name}, region: "{region}"}}', ""),
    ("", ""),
    (
        "# ",
        Said(
            '声明的接入模式 (A 医保APP内H5, B1 微信公众号/小程序 …) 与提供的服务; 未声明的服务其用例为"不适用"'
        ),
    ),
    ("modes: [{mode}]", ""),
    (
        "services: [registration, outpatient, refund, cancel]   # ",
        Said("另有 merge 合并缴费, family 亲情代付, settlement_slip 结算单"),
    ),
    ("", ""),
    ("# ", Said("如何驱动被测系统: kind 为 http | command | python | manual")),
    ("#   ", Said('level 1: 能执行动作; level 2: 另外能回答 order_state (对账、"只入账一次"等用例需要)')),
    ("#   ", Said("mapping: 自有接口不符合驱动合同时, 用映射文件转换, 例如 mapping.yaml")),
    ("#   ", Said("hooks: 提供了哪些测试动作, 例如 clock, fail_booking")),
    ("driver:", ""),
    ("  kind: http", ""),
    ("  level: 1", ""),
    ('  url: "{driver}"', ""),
    (
        '  # token: "${{LIANTIAO_DRIVER_TOKEN}}"  # ',
        Said("不写则用接入参数里的 driverToken; ${…} 取环境变量, ${file:…} 取文件"),
    ),
    ("  timeout_ms: 10000", ""),
    ("  hooks: []", ""),
    ("", ""),
    ("# ", Said("完整地址, 可用 ${环境变量}。notify_6302 接收结算结果通知, 只轮询 6301 的医院写 none")),
    (
        "# ",
        Said(
            "另可登记 driver (与 driver.url 相同, 只写一处), wallet_notify (钱包通知的地址, 其主机才收通知), front_end (本版本不使用)"
        ),
    ),
    ("endpoints:", ""),
    ('  notify_6302: "{notify}"', ""),
    ("", ""),
    ("# ", Said("由 liantiao 启动被测系统时打开下一行 (环境变量 LIANTIAO_VENDOR_CONFIG 指向接入参数文件)")),
    ('# command: ["node", "vendor.mjs"]', ""),
    ("", ""),
    ("# ", Said("测试人员 (只许合成身份: 证件号第 3 至 6 位写 9999)")),
    ("#   ", Said("created: 每个场景新生成, 经 create_patient 建档")),
    ("#   ", Said("{fixed: [..]}: 院内已建好的人员, 有几人就同时运行几个场景, 例如")),
    ("#       ", Said('persons: {fixed: [{name: 测试甲, id_no: "119999199001010012", openid: o-1}]}')),
    ("#   ", Said("{import: persons.csv}: 由 liantiao 写出名单 (csv 或 json), 导入院内后运行, 其余同 fixed")),
    ("persons: created", ""),
    ("", ""),
    ("quiet_ms: 3000          # ", Said("多久没有报文算安静 (level 2 用 order_state 判断)")),
    ("timers: {{unpaid_order_s: 1800}}", ""),
    (
        "ruleset: {ruleset}              # ",
        Said("锁定规则集版本: 更新的规则只提示, 不影响结论; 删去此行则总用最新"),
    ),
    ("retain_days: 30         # ", Said("运行目录里的原始报文 raw/ 保留天数")),
    ("", ""),
    (
        "# ",
        Said("供扫描的材料: 运行结束时在其中查找本次运行的人员、令牌与密钥; configuration 写生产用的配置"),
    ),
    (
        '# artefacts: {{logs: [stdout, logs/app.log], configuration: config/app.yaml, source: src, front_end: "http://127.0.0.1:8081"}}',
        "",
    ),
    (
        '# ui: {{kind: h5, url: "http://127.0.0.1:8081/pay"}}   # h5 | mini_program | app | terminal | counter',
        "",
    ),
    ("", ""),
    ("# ", Said("测试报告里只有机构知道的内容; 不写的在报告中为「待填写」。商户号与认证编码遮蔽中间各位")),
    ("# report:", ""),
    ("#   channel: ", Said("国家医保服务平台 APP")),
    ("#   application: ", Said("公众号或小程序的名称与主体")),
    ("#   institution_level: ", Said("三级甲等 / 综合医院")),
    ("#   vendor: ", Said("HIS 与移动端的厂商和版本")),
    ('#   merchant: "898000000000001"    # ', Said("清算银行 / 支付商户号; channel_code 为机构渠道认证编码")),
    ("#   network: ", Said("专线与出口")),
    ("#   environment: ", Said("手机机型、系统、应用版本")),
    ("#   guide: ", Said("省市接入指南的名称与文号")),
    ("#   keys: ", Said("生产密钥如何保管、备份与销毁")),
    ("#   contacts: ", Said('[{name: 李工, role: 信息科, phone: "0000-00000000"}]')),
    ("#   authors: ", Said("{written: 编制人, checked: 审核人, approved: 批准人}")),
    ('#   date: "2026-11-29"             # ', Said("报告日期; version 为报告版本")),
    ("", ""),
    ("# ", Said("已知偏差: 到期前在 --gate no-new 下不影响退出码, 结论照实打印")),
    ("deviations: []", ""),
    ("# deviations:", ""),
    (
        "#   ",
        Said('- {requirement: REG-DATE-001, owner: 李工, until: "2027-03-31", comment: 排期在下一版本}'),
    ),
)
"""(line, its comment)."""


@click.command(
    cls=Command,
    help=Said("生成 vendor.yaml、身份与接入参数"),
    example="liantiao init --code H50999900001 --name 联调示范医院",
)
@option("--code", default="H50999900001", show_default=True, help=Said("机构编码"))
@option("--name", default="联调示范医院", show_default=True, help=Said("机构名称"))
@option("--region", default="509999", show_default=True, help=Said("就医地区划"))
@option("--mode", type=click.Choice(["A", "B1"]), default="A", show_default=True, help=Said("接入模式"))
@option("--driver", default="http://127.0.0.1:8080", show_default=True, help=Said("驱动地址"))
@option("--file", default="vendor.yaml", show_default=True, help=Said("声明文件"))
@option("--home", default=folders.HOME, show_default=True, help=Said("身份与密钥目录"))
@option(
    "--port", type=click.IntRange(1, 65535), default=Listen().port, show_default=True, help=Said("模拟器端口")
)
@option("--host", default=Listen().host, show_default=True, help=Said("模拟器的监听地址"))
@option("--public", default="", metavar="URL", help=Said("被测系统所用的地址, 与监听地址不同时写出"))
@option(
    "--profile",
    default="base",
    show_default=True,
    help=Said("地方版 (名称或文件): 它要求网关签名时才签发网关的账号与密钥"),
)
@option("--force", is_flag=True, help=Said("覆盖已有文件"))
@json_option()
def init(
    code: str, name: str, region: str, mode: str, driver: str, file: str, home: str, port: int, host: str,
    public: str, profile: str, force: bool, as_json: bool,
) -> int:  # fmt: skip
    """Init."""
    target = Path(file)
    if target.exists() and not force:
        raise Mistake(Said("已存在, 不覆盖; 换一个 --file 或加 --force"), file=file)
    check_institution(code, name, region)
    parts = urlsplit(driver)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Mistake(Said("写成 http://主机:端口 (现在是 {})", driver), field="--driver")
    listen = Listen(host, port, public.rstrip("/"))
    block = issue(Path(home), code, name, region, listen.public or listen.base, profile)
    write_listen(Path(home), listen)
    place = Path(home) / f"vendor-{code}.json"
    write_private(place, json.dumps(block, ensure_ascii=False, indent=2) + "\n")
    text = declaration_text(
        code=code, name=json.dumps(name, ensure_ascii=False), region=region, mode=mode, driver=driver.rstrip("/"),
        notify=f"{driver.rstrip('/')}/notify/6302", ruleset=RULESET,
    )  # fmt: skip
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")
    if as_json:
        machine({"declaration": file, "vendor_block": str(place), "driver_token": block["driverToken"]})
        return 0
    out(Said("已写 {}", file))
    out(Said("接入参数: {}  (含密钥, 只交给被测系统)", place))
    out(Said("驱动令牌: {}  (接入参数里的 driverToken, 被测系统的驱动口按它核对)", block["driverToken"]))
    out(Said("模拟器的地址: {}  (接入参数里的 base)", block["base"]))
    out(Said("下一步: 按接入参数配置被测系统, 然后 liantiao serve, 另开一个窗口 liantiao doctor --driver"))
    return 0


def check_institution(code: str, name: str, region: str) -> None:
    """What the later steps take: the same shapes as in vendor.yaml and at the control API. Raises Mistake."""
    if not re.fullmatch(r"[A-Z][0-9A-Z]{11}", code):
        raise Mistake(
            Said("机构编码是 12 位大写字母和数字, 字母开头, 例如 H50999900001 (现在是 {})", code),
            field="--code",
        )
    if not 1 <= len(name.strip()) <= 100:
        raise Mistake(Said("写 1 到 100 个字"), field="--name")
    if not (len(region) == 6 and region.isascii() and region.isdigit()):
        raise Mistake(Said("--region 写成 6 位区划, 例如 509999 (现在是 {})", region))


def declaration_text(**values: object) -> str:
    """The declaration with these values, its comments in the language of the user."""
    return "".join(f"{line.format(**values)}{shown(comment)}\n" for line, comment in _LINES)


def issue(
    home: Path, code: str, name: str, region: str, base: str, profile: str = "base"
) -> dict[str, object]:
    """The vendor block of an institution whose identity is made once in `home`, with what the profile asks for.

    Raises Mistake.
    """
    from simulator.profiles.build import ProfileError
    from simulator.protocol.model.role import by_number, transports_of
    from simulator.roles import ROLES
    from simulator.shell.identities import IdentityError, open_identities, vendor_block
    from simulator.shell.profiles import load_profile

    try:
        asks = load_profile(profile)
    except ProfileError as error:
        raise Mistake(said_of(error), field="--profile") from None
    try:
        identities = open_identities(home, transports_of(ROLES))
        identities.ensure(code, name, region)
        identities.provide(code, asks)
        member = identities.members[code]
    except IdentityError as error:
        raise Mistake(said_of(error), file=str(home)) from None
    return vendor_block(identities, member, base, by_number(ROLES))
