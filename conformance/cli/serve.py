"""`liantiao serve`: the simulator until Ctrl-C, with everything a vendor needs to paste."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import orjson

from conformance.cli.init import check_institution
from conformance.cli.terminal import Command, json_option, machine, note, option, out, run_async
from conformance.cli.window import WindowLines
from conformance.mistake import Mistake
from conformance.runner import folders
from simulator.profiles.build import ProfileError
from simulator.protocol.text.said import Said, said_of
from simulator.serving import Ready, running
from simulator.shell.home_lock import HomeHeldError, Listen, health, read_listen, write_listen
from simulator.shell.identities import TOKEN_FILE, IdentityError, vendor_block
from simulator.shell.journal import JournalError

WINDOW_S = 3600.0
HANDS = 8
"""Institutions whose standing run is opened at the start; that of any other on first use."""
CODE, NAME, REGION = "H50999900001", "联调示范医院", "509999"


@click.command(
    cls=Command,
    help=Said("启动模拟器并保持运行, 打印接入参数"),
    example="liantiao serve\nliantiao serve --port 18631",
)
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=None,
    help=Said("端口, 0 为任选 (默认: init 写下的, 否则 18630)"),
)
@option("--host", default="", help=Said("监听地址 (默认: init 写下的, 否则 127.0.0.1)"))
@option("--public", default="", metavar="URL", help=Said("被测系统所用的地址, 与监听地址不同时写出"))
@option("--home", default=folders.HOME, show_default=True, help=Said("身份与密钥目录"))
@option("--profile", default="base", show_default=True, help=Said("地方参数 (名称或文件)"))
@option("--code", default="", help=Said("机构编码 (默认: init 写下的, 否则 H50999900001)"))
@option("--name", default=NAME, show_default=True, help=Said("机构名称"))
@option("--region", default=REGION, show_default=True, help=Said("就医地区划"))
@option(
    "--connections",
    type=click.IntRange(0),
    default=0,
    help=Said("连接总数上限，默认比进程的描述符上限少 64"),
)
@option(
    "--per-peer", type=click.IntRange(0), default=0, help=Said("来自一个地址的连接上限，默认为总数的一半")
)
@json_option()
def serve(
    port: int | None, host: str, public: str, home: str, profile: str, code: str, name: str, region: str,
    connections: int, per_peer: int, as_json: bool,
) -> int:  # fmt: skip
    """Serve."""
    if code:
        check_institution(code, name, region)
    place = Path(home)
    known = read_listen(place)
    listen = Listen(host or known.host, known.port if port is None else port, public or known.public)

    async def work() -> None:
        free = port == 0
        async with running(
            place,
            listen.host,
            listen.port,
            profile,
            "" if free else listen.public,
            apart=free,
            places=(connections, per_peer),
        ) as ready:
            if not free:
                write_listen(place, listen)
            blocks = vendor_blocks(ready, code, name, region)
            token = place / TOKEN_FILE
            if as_json:
                note(f"control token: {token}")
                found = {"base": ready.base, "listen": ready.listen, "vendor": blocks[0], "vendors": blocks}
                machine({**found, "control_token_file": str(token)})
            else:
                show(ready, blocks, token)
            for block in blocks[:HANDS]:
                await ready.world.runs.hand(str(block["orgCodg"]))
            await window(ready)

    try:
        run_async(work, until_interrupted=True)
    except (IdentityError, ProfileError, JournalError) as error:
        raise Mistake(said_of(error), file=home) from None
    except HomeHeldError as error:
        raise Mistake(said_of(error), file=home) from None
    except OSError as error:
        raise _cannot_listen(listen, error) from None
    return 0


async def window(ready: Ready) -> None:
    """Say each request in one line as it is answered, until cancelled."""
    feed, lines = ready.world.runs.feed, WindowLines()
    place = feed.newest
    while True:
        await feed.wait(place, WINDOW_S)
        for heard in feed.after(place):
            place = heard.number
            for line in lines.hear(heard.run, orjson.loads(heard.line)):
                note(line)
        place = max(place, feed.oldest - 1)


def vendor_blocks(ready: Ready, code: str, name: str, region: str) -> list[Mapping[str, Any]]:
    """The block of the institution asked for, else of every one of the home; never none."""
    identities = ready.world.identities
    if code or not identities.members:
        asked = identities.ensure(code or CODE, name, region)
        identities.provide(asked.code, ready.world.profile)
        asked = identities.members[asked.code]
        return [vendor_block(identities, asked, ready.base, ready.world.interfaces)]
    for known in tuple(identities.members):
        identities.provide(known, ready.world.profile)
    return [
        vendor_block(identities, member, ready.base, ready.world.interfaces)
        for member in identities.members.values()
    ]


def _cannot_listen(listen: Listen, error: OSError) -> Mistake:
    """Why the port is not ours to have, and what to do."""
    place = f"{listen.host}:{listen.port}"
    if health(listen.base) is not None:
        return Mistake(Said("{} 已被别的程序占用, 结束它, 或用 --port 另选一个", place), field="--port")
    return Mistake(
        Said("{} 不能监听 ({}), 改 --host 或 --port", place, error.strerror or error), field="--host"
    )


def show(ready: Ready, blocks: list[Mapping[str, Any]], token: Path) -> None:
    """Endpoints, identity and the block to paste."""
    out(Said("模拟器: {}", ready.listen))
    if ready.base != ready.listen:
        out(Said("被测系统所用的地址: {}", ready.base))
    out(Said("接口:"))
    for number, path in blocks[0]["paths"].items():
        out(f"  {number:<10} {ready.base}{path}")
    out(Said("控制接口文档: {}/control/openapi.json", ready.listen))
    for block in blocks:
        out(Said("机构: {} {} ({})", block["orgCodg"], block["orgName"], block["region"]))
        out(Said("接入参数 (测试密钥, 复制给被测系统):"))
        out(json.dumps(block, ensure_ascii=False, indent=2))
    if sys.stdout.isatty():
        secret = token.read_text("utf-8").strip()
        out(f"control token: {secret}")
        out(Said("页面: {}", f"{ready.listen}/#token={secret}"))
    else:
        out(f"control token: {token}")
    note(Said("按 Ctrl-C 停止"))
