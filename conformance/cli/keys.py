"""`liantiao keys`: import the parameters of a provincial feedback form, show them, make new ones."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance import feedback
from conformance.cli.terminal import Command, json_option, machine, option, out, shown
from conformance.mistake import Mistake
from conformance.runner import folders
from conformance.runner.private import write_private
from simulator.protocol.text.said import Said, said_of
from simulator.shell.home_lock import read_listen

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
    help=Said("接入参数: 导入反馈单、查看、更换密钥"),
    example="liantiao keys show\nliantiao keys import 接入反馈单.txt --code H50999900001\nliantiao keys rotate --code H50999900001",
)
@click.argument("action", type=click.Choice(["import", "show", "rotate"]))
@click.argument("file", required=False, default="")
@option("--code", default="", help=Said("机构编码"))
@option("--home", default=folders.HOME, show_default=True, help=Said("身份与密钥目录"))
@option("--reveal", is_flag=True, help=Said("show: 连密钥一起显示"))
@json_option()
def keys(action: str, file: str, code: str, home: str, reveal: bool, as_json: bool) -> int:
    """Keys."""
    if (action == "import") != bool(file):
        raise Mistake(Said("import 写反馈单文件, show 和 rotate 不写文件"), field=f"keys {action}")
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
        raise Mistake(said_of(error), file=home) from None


def _chosen(identities: Identities, code: str, home: str) -> list[Member]:
    if code and code not in identities.members:
        raise Mistake(
            Said("没有机构 {}, 有: {}", code, ", ".join(identities.members) or Said("无")),
            file=home,
            field="--code",
        )
    return [identities.members[code]] if code else list(identities.members.values())


def _import(identities: Identities, home: Path, file: str, code: str, as_json: bool) -> int:
    found = feedback.read(_read(file), file, Path(file).name)
    if code and found.code and code != found.code:
        raise Mistake(Said("反馈单是机构 {} 的, 与 --code {} 不同", found.code, code), file=file)
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
    out(Said("已导入机构 {} 的接入参数: appId {}", member.code, member.text("app_id")))
    if not member.text("private"):
        out(Said("没有渠道私钥: 私钥留在被测系统, 模拟器只用渠道公钥验签"))
    if foreign or not found.platform:
        out(
            Said(
                "模拟器没有对方平台的私钥, 应答和 6302 用模拟器自己的平台密钥签名。被测系统的平台公钥请配置为:"
            )
        )
        out(f"  {platform}")
    if found.ignored:
        out(Said("没有用到的项: {}", ", ".join(found.ignored)))
    _taken_up(block)
    return 0


def _rotate(identities: Identities, home: Path, members: list[Member], as_json: bool) -> int:
    if len(members) != 1:
        raise Mistake(
            Said("写明一家机构: {}", ", ".join(one.code for one in members) or Said("还没有机构")),
            field="--code",
        )
    before = members[0]
    member = identities.rotate(before.code)
    _kept(identities, home, before)
    block = _written(identities, home, member)
    if as_json:
        machine({"institution": member.code, "app_id": member.text("app_id"), "vendor_block": str(block)})
        return 0
    out(Said("机构 {} 已换新的密钥对和 appSecret, appId 不变", member.code))
    _taken_up(block)
    return 0


def _kept(identities: Identities, home: Path, before: Member) -> None:
    """What `explain` needs to say that somebody still uses the keys of before: no private key."""
    block = _block(identities, before, "")
    kept = {name: block[name] for name in ("appId", "appSecret", "institutionPublicKey", "platformPublicKey")}
    write_private(
        home / f"{folders.PREVIOUS}{before.code}.json", json.dumps(kept, ensure_ascii=False, indent=2) + "\n"
    )


def _show(identities: Identities, members: list[Member], reveal: bool, as_json: bool) -> int:
    rows = [_row(identities, member, reveal) for member in members]
    if as_json:
        machine({"platformPublicKey": _platform(identities), "institutions": rows})
        return 0
    out(Said("平台公钥: {}", _platform(identities)))
    for row in rows:
        out("")
        for name, value in row.items():
            out(f"{name:<22} {value}")
    if not rows:
        out(Said("还没有机构, 用 liantiao init 或 keys import"))
    elif not reveal:
        out("")
        out(Said("密钥已遮盖, 加 --reveal 显示"))
    return 0


def _row(identities: Identities, member: Member, reveal: bool) -> dict[str, str]:
    """The parameters of one institution, by the names of the vendor block."""
    left_out = ("base", "paths", "version", "platformPublicKey")
    block = {
        name: str(value) for name, value in _block(identities, member, "").items() if name not in left_out
    }
    row = {name: value if reveal or name not in HIDDEN else _masked(value) for name, value in block.items()}
    if not member.text("private"):
        row["institutionPrivateKey"] = shown(Said("(在被测系统)"))
    return row


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
    listen = read_listen(home)
    base = listen.public or listen.base
    with contextlib.suppress(OSError, ValueError, AttributeError):
        base = str(json.loads(place.read_text(encoding="utf-8")).get("base") or base)
    block = _block(identities, member, base)
    write_private(place, json.dumps(block, ensure_ascii=False, indent=2) + "\n")
    return place


def _taken_up(block: Path) -> None:
    out(Said("接入参数: {}  (交给被测系统; 运行中的 serve 在 2 秒内换用)", block))


def _read(file: str) -> str:
    try:
        with Path(file).open("rb") as source:  # of a device too, which has no end
            content = source.read(feedback.MOST_CHARS * 4 + 1)
    except OSError as error:
        raise Mistake(Said("读不到 ({})", error.strerror or error), file=file) from None
    if len(content) > feedback.MOST_CHARS * 4:
        raise Mistake(Said("超过 {} 字节", feedback.MOST_CHARS * 4), file=file)
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Mistake(Said("不是文本文件: 另存为 UTF-8 文本或 JSON"), file=file)
