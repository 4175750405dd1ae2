"""`liantiao keys`: import the parameters of a provincial feedback form, show them, make new ones."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance import feedback
from conformance.cli.init import PORT
from conformance.cli.terminal import Command, both, json_option, machine, option, out
from conformance.mistake import Mistake
from conformance.runner import session
from conformance.runner.collect import write_private

if TYPE_CHECKING:
    from simulator.shell.identities import Identities, Member

CODE = "H50999900001"
FORM = "sealed"
"""The wire form whose parameters a feedback form holds."""
REGION = "509999"
SHOWN = 4
HIDDEN = ("appSecret", "institutionPrivateKey", "partnerSecret", "driverToken")


@click.command(
    cls=Command,
    help="接入参数: 导入反馈单、查看、更换密钥 | parameters: import a feedback form, show, rotate the keys",
    example="liantiao keys show\nliantiao keys import 接入反馈单.txt --code H50999900001\nliantiao keys rotate --code H50999900001",
)
@click.argument("action", type=click.Choice(["import", "show", "rotate"]))
@click.argument("file", required=False, default="")
@option("--code", default="", help="机构编码 | institution code")
@option("--home", default=session.HOME, show_default=True, help="身份与密钥目录 | folder of identities")
@option("--reveal", is_flag=True, help="show: 连密钥一起显示 | show: the secrets too")
@json_option()
def keys(action: str, file: str, code: str, home: str, reveal: bool, as_json: bool) -> int:
    """Keys."""
    if (action == "import") != bool(file):
        raise Mistake("import 写反馈单文件, show 和 rotate 不写文件", field=f"keys {action}")
    from simulator.protocol.model.role import transports_of
    from simulator.roles import ROLES
    from simulator.shell.identities import IdentityError, open_identities

    try:
        identities = open_identities(Path(home), transports_of(ROLES))
        if action == "import":
            return _import(identities, Path(home), file, code, as_json)
        members = _chosen(identities, code, home)
        if action == "rotate":
            return _rotate(identities, Path(home), members, as_json)
        return _show(identities, members, reveal, as_json)
    except IdentityError as error:
        raise Mistake(str(error), file=home) from None


def _chosen(identities: Identities, code: str, home: str) -> list[Member]:
    if code and code not in identities.members:
        raise Mistake(
            f"没有机构 {code}, 有: {', '.join(identities.members) or '无'}", file=home, field="--code"
        )
    return [identities.members[code]] if code else list(identities.members.values())


def _import(identities: Identities, home: Path, file: str, code: str, as_json: bool) -> int:
    found = feedback.read(_read(file), file, Path(file).name)
    if code and found.code and code != found.code:
        raise Mistake(f"反馈单是机构 {found.code} 的, 与 --code {code} 不同", file=file)
    code = code or found.code or CODE
    member = identities.ensure(code, found.name, code[1:7] if code[1:7].isdigit() else REGION)
    member = identities.put(
        member.having(
            FORM,
            {
                "app_id": found.app_id,
                "app_secret": found.app_secret,
                "private": found.private,
                "public": found.public,
                "channel_code": found.channel_code,
            },
        )
    )
    block = _written(identities, home, member)
    platform = _platform(identities)
    foreign = bool(found.platform) and found.platform != platform
    if as_json:
        machine(
            {
                "institution": member.code,
                "app_id": member.text("app_id"),
                "platform_public_key": platform,
                "platform_key_imported": False,
                "private_key_known": bool(member.text("private")),
                "ignored": list(found.ignored),
                "vendor_block": str(block),
            }
        )
        return 0
    out(
        both(
            f"已导入机构 {member.code} 的接入参数: appId {member.text('app_id')}",
            f"imported: {member.code}, appId {member.text('app_id')}",
        )
    )
    if not member.text("private"):
        zh = "没有渠道私钥: 私钥留在被测系统, 模拟器只用渠道公钥验签"
        out(both(zh, "no private key: the vendor keeps it, the simulator verifies with the public key"))
    if foreign or not found.platform:
        zh = "模拟器没有对方平台的私钥, 应答和 6302 用模拟器自己的平台密钥签名。被测系统的平台公钥请配置为:"
        en = "The simulator cannot sign for that platform: answers and 6302 carry its own signature. Configure the platform public key:"
        out(both(zh, en))
        out(f"  {platform}")
    if found.ignored:
        out(both("没有用到的项: ", "not used: ") + ", ".join(found.ignored))
    _taken_up(block)
    return 0


def _rotate(identities: Identities, home: Path, members: list[Member], as_json: bool) -> int:
    if len(members) != 1:
        raise Mistake(
            f"写明一家机构: {', '.join(one.code for one in members) or '还没有机构'}", field="--code"
        )
    member = identities.rotate(members[0].code)
    block = _written(identities, home, member)
    if as_json:
        machine({"institution": member.code, "app_id": member.text("app_id"), "vendor_block": str(block)})
        return 0
    zh = f"机构 {member.code} 已换新的密钥对和 appSecret, appId 不变"
    out(both(zh, f"{member.code} has a new key pair and appSecret; the appId stays"))
    _taken_up(block)
    return 0


def _show(identities: Identities, members: list[Member], reveal: bool, as_json: bool) -> int:
    rows = [_row(identities, member, reveal) for member in members]
    if as_json:
        machine({"platformPublicKey": _platform(identities), "institutions": rows})
        return 0
    out(both("平台公钥: ", "platform public key: ") + _platform(identities))
    for row in rows:
        out("")
        for name, value in row.items():
            out(f"{name:<22} {value}")
    if not rows:
        out(
            both(
                "还没有机构, 用 liantiao init 或 keys import",
                "no institution yet: liantiao init or keys import",
            )
        )
    elif not reveal:
        out("")
        out(both("密钥已遮盖, 加 --reveal 显示", "secrets are masked, --reveal shows them"))
    return 0


def _row(identities: Identities, member: Member, reveal: bool) -> dict[str, str]:
    """The parameters of one institution, by the names of the vendor block."""
    left_out = ("base", "paths", "version", "platformPublicKey")
    block = {
        name: str(value) for name, value in _block(identities, member, "").items() if name not in left_out
    }
    shown = {name: value if reveal or name not in HIDDEN else _masked(value) for name, value in block.items()}
    if not member.text("private"):
        shown["institutionPrivateKey"] = both("(在被测系统)", "(with the vendor)")
    return shown


def _platform(identities: Identities) -> str:
    return identities.platform[FORM]["public"]


def _masked(value: str) -> str:
    """The first characters and how many there are."""
    return f"{value[:SHOWN]}… ({len(value)})" if value else ""


def _block(identities: Identities, member: Member, base: str) -> Mapping[str, Any]:
    from simulator.protocol.model.role import by_number
    from simulator.roles import ROLES
    from simulator.shell.identities import vendor_block

    return vendor_block(identities, member, base, by_number(ROLES))


def _written(identities: Identities, home: Path, member: Member) -> Path:
    """The vendor block of `member`, written where `init` writes it, with the address that stands there."""
    place = home / f"vendor-{member.code}.json"
    base = f"http://127.0.0.1:{PORT}"
    with contextlib.suppress(OSError, ValueError, AttributeError):
        base = str(json.loads(place.read_text(encoding="utf-8")).get("base") or base)
    block = _block(identities, member, base)
    write_private(place, json.dumps(block, ensure_ascii=False, indent=2) + "\n")
    return place


def _taken_up(block: Path) -> None:
    zh = f"接入参数: {block}  (交给被测系统; 运行中的 serve 在 2 秒内换用)"
    out(both(zh, f"vendor block: {block}  (for the vendor; a running serve uses it within 2 s)"))


def _read(file: str) -> str:
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        raise Mistake(f"读不到 ({error.strerror or error})", file=file) from None
    if len(content) > feedback.MOST_CHARS * 4:
        raise Mistake(f"超过 {feedback.MOST_CHARS * 4} 字节", file=file)
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Mistake("不是文本文件: 另存为 UTF-8 文本或 JSON", file=file)
