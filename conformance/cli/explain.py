"""`liantiao explain`: a captured message and the vendor's keys give every fact, the named cause and the text to sign."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from conformance.cli.explain_keys import block_of, keys_of, place_of, read_file, with_others
from conformance.cli.terminal import PASSED, VIOLATED, Command, json_option, machine, option
from conformance.mistake import Mistake
from simulator.protocol.diagnosis.deviation import DEEP, THOROUGH
from simulator.protocol.text.said import Said, said_of
from simulator.protocol.text.times import parse_timestamp
from simulator.protocol.wire.capture import Capture, CaptureError, envelope_of, read_capture
from simulator.protocol.wire.why_refused import explain as explain_capture
from simulator.protocol.wire.why_refused import summary


@click.command(
    cls=Command,
    help=Said("说明一条密文为什么验不过"),
    example=(
        "liantiao explain body.json --keys .liantiao/vendor-H50999900001.json\n"
        "liantiao explain dump.http --my-text signed.txt"
    ),
)
@click.argument("body", metavar="FILE")
@option(
    "--keys",
    "--vendor",
    "vendor",
    default="",
    help=Said("接入参数文件 (默认: .liantiao 下唯一的一份)"),
)
@option(
    "--secret", default="", envvar="LIANTIAO_APP_SECRET", metavar="TEXT",
    help=Said('appSecret, 代替接入参数里的'),
)  # fmt: skip
@option(
    "--other-keys", multiple=True, metavar="FILE",
    help=Said("可能误用的接入参数: 别的应用的, 或轮换前的 (可多次写; 同一目录下的会自动读)"),
)  # fmt: skip
@option("--public-key", default="", metavar="TEXT", help=Said("发送方的 SM2 公钥"))
@option("--text", "with_text", is_flag=True, help=Said("打印应签的原文"))
@option(
    "--my-text", default="", metavar="FILE",
    help=Said('与自己的签名原文比较, 指出第一处不同'),
)  # fmt: skip
@option("--interface", default="", metavar="NO", help=Said("交易编号, 例如 6201"))
@option("--profile", default="base", show_default=True, help=Said("地方参数"))
@option("--response", is_flag=True, help=Said("这是应答 (默认: 自动判断)"))
@option("--any-time", is_flag=True, help=Said("不检查时间 (旧的抓包)"))
@option(
    "--thorough", is_flag=True,
    help=Said("找得更远: 两处少见的错误同时出现也试, 可能要一分钟"),
)  # fmt: skip
@json_option()
def explain(
    body: str, vendor: str, secret: str, other_keys: tuple[str, ...], public_key: str, with_text: bool, my_text: str, interface: str,
    profile: str, response: bool, any_time: bool, thorough: bool, as_json: bool,
) -> int:  # fmt: skip
    """Explain."""
    from simulator.profiles.build import ProfileError
    from simulator.shell.profiles import load_profile

    content = read_file(Path(body))
    try:
        capture = read_capture(content, "response" if response else "")
    except CaptureError as error:
        raise Mistake(said_of(error), file=body) from None
    place = place_of(vendor, optional=bool(secret))
    given = None if place is None else block_of(place)
    block = given or {}
    keys = keys_of(given, secret, public_key, str(envelope_of(capture.raw).get("appId") or ""))
    keys = with_others(keys, place, other_keys)
    number, schema = _interface(interface, capture, block)
    try:
        chosen = load_profile(profile)
    except ProfileError as error:
        raise Mistake(said_of(error)) from None
    now_ms = _own_time(capture) if any_time else time.time_ns() // 1_000_000
    mine = _text(Path(my_text)) if my_text else None
    budget = THOROUGH if thorough else DEEP
    found = explain_capture(capture, keys, chosen, now_ms, number, schema, mine, budget)
    if as_json:
        machine(summary(found))
    else:
        from conformance.cli.explain_text import show

        show(found, len(capture.raw.body), with_text=with_text)
    return VIOLATED if found.reasons else PASSED


def _interface(number: str, capture: Capture, block: Mapping[str, Any]) -> tuple[str, str]:
    """The number and the field table of the interface, as told or by the path; empty when nothing tells."""
    if not number and not capture.dumped:  # a bare body: nothing to tell it by
        return "", ""
    from simulator.protocol.model.role import by_number
    from simulator.roles import ROLES

    known = by_number(ROLES)
    paths = {one.path: one.number for one in known.values() if one.path}
    own = block.get("paths")
    paths |= {str(path): str(name) for name, path in own.items()} if isinstance(own, dict) else {}
    number = number or paths.get(capture.raw.path, "")
    if number and number not in known:
        raise Mistake(Said("没有接口 {}, 用 liantiao list interfaces 查看", number), field="--interface")
    return number, known[number].schema if number else ""


def _text(path: Path) -> str:
    try:
        return read_file(path).decode("utf-8")
    except UnicodeDecodeError:
        raise Mistake(Said("不是 UTF-8 编码, 另存为 UTF-8"), file=str(path)) from None


def _own_time(capture: Capture) -> int:
    """The timestamp that the message itself states, so that its age does not matter."""
    form = parse_timestamp(envelope_of(capture.raw).get("timestamp"))
    return form[1] if form else time.time_ns() // 1_000_000
