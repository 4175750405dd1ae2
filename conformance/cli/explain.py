"""`liantiao explain`: a captured message and the vendor's keys give every fact, the named cause and the text to sign."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from conformance.cli.terminal import PASSED, VIOLATED, Command, json_option, machine, option
from conformance.mistake import Mistake
from conformance.runner.folders import HOME
from simulator.protocol.crypto.keys import (
    KeyFormatError,
    PrivateKey,
    PublicKey,
    parse_private_key,
    parse_public_key,
)
from simulator.protocol.text.said import Said, said_of
from simulator.protocol.text.times import parse_timestamp
from simulator.protocol.wire.capture import Capture, CaptureError, envelope_of, read_capture
from simulator.protocol.wire.why_refused import Keys, summary
from simulator.protocol.wire.why_refused import explain as explain_capture

MAX_BYTES = 16 * 1024 * 1024


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
@json_option()
def explain(
    body: str, vendor: str, secret: str, public_key: str, with_text: bool, my_text: str, interface: str,
    profile: str, response: bool, any_time: bool, as_json: bool,
) -> int:  # fmt: skip
    """Explain."""
    from simulator.profiles.build import ProfileError
    from simulator.shell.profiles import load_profile

    content = _read(Path(body))
    try:
        capture = read_capture(content, "response" if response else "")
    except CaptureError as error:
        raise Mistake(said_of(error), file=body) from None
    given = _block(vendor, optional=bool(secret))
    block = given or {}
    keys = _keys(given, secret, public_key, str(envelope_of(capture.raw).get("appId") or ""))
    number, schema = _interface(interface, capture, block)
    try:
        chosen = load_profile(profile)
    except ProfileError as error:
        raise Mistake(said_of(error)) from None
    now_ms = _own_time(capture) if any_time else time.time_ns() // 1_000_000
    mine = _text(Path(my_text)) if my_text else None
    found = explain_capture(capture, keys, chosen, now_ms, number, schema, mine)
    if as_json:
        machine(summary(found))
    else:
        from conformance.cli.explain_text import show

        show(found, len(capture.raw.body), with_text=with_text)
    return VIOLATED if found.reasons else PASSED


def _keys(given: Mapping[str, Any] | None, secret: str, public_key: str, app_id: str) -> Keys:
    """The keys of both sides from the vendor block (None: there is none) and the options. Raises Mistake."""
    from simulator.protocol.crypto.ciphers import CipherError, message_key

    block = given or {}
    for name in ("appId", "appSecret"):
        text = secret if name == "appSecret" and secret else block.get(name)
        if given is not None and (not isinstance(text, str) or not text):
            raise Mistake(Said("缺少, 用 liantiao init 生成的接入参数"), field=name)
    app_id, app_secret = str(block.get("appId") or app_id), secret or str(block.get("appSecret", ""))
    try:
        message_key(app_id, app_secret)
    except CipherError as error:
        raise Mistake(said_of(error), field="appId / appSecret") from None
    institution = _public(block, "institutionPublicKey")
    private = _private(block, needed=institution is None)
    if institution is None and private is not None:
        institution = private.public
    platform = _public(block, "platformPublicKey")
    if given is not None and institution is None and platform is None and not public_key:
        raise Mistake(
            Said("缺少, 用 liantiao init 生成的接入参数"), field="institutionPublicKey / platformPublicKey"
        )
    given_key = _public({"--public-key": public_key}, "--public-key")
    own = private if private is not None and not given_key and private.public == institution else None
    return Keys(app_id, app_secret, given_key or institution, given_key or platform, own)


def _public(block: Mapping[str, Any], name: str) -> PublicKey | None:
    text = block.get(name)
    if not text:
        return None
    try:
        return parse_public_key(str(text))
    except KeyFormatError as error:
        raise Mistake(said_of(error), field=name) from None


def _private(block: Mapping[str, Any], *, needed: bool) -> PrivateKey | None:
    """The institution's own key; one that cannot be read matters only where nothing else tells its public one."""
    if not block.get("institutionPrivateKey"):
        return None
    try:
        return parse_private_key(str(block["institutionPrivateKey"]))
    except KeyFormatError as error:
        if not needed:
            return None
        raise Mistake(said_of(error), field="institutionPrivateKey") from None


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


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as source:  # of a device too, which has no end
            content = source.read(MAX_BYTES + 1)
    except OSError as error:
        raise Mistake(Said("读不到 ({})", error.strerror or error), file=str(path)) from None
    if len(content) > MAX_BYTES:
        raise Mistake(Said("超过 {} 字节", MAX_BYTES), file=str(path))
    return content


def _text(path: Path) -> str:
    try:
        return _read(path).decode("utf-8")
    except UnicodeDecodeError:
        raise Mistake(Said("不是 UTF-8 编码, 另存为 UTF-8"), file=str(path)) from None


def _block(name: str, *, optional: bool) -> Mapping[str, Any] | None:
    if not name:
        home = Path(HOME)  # init writes the first, run the second
        found = sorted(home.glob("vendor-*.json")) or sorted(home.glob("vendors/*.json"))
        if len(found) != 1:
            if optional:
                return None
            raise Mistake(Said("用 --keys 指明接入参数文件, 或用 --secret 给出 appSecret"), file=HOME)
        name = str(found[0])
    try:
        value = json.loads(_read(Path(name)))
    except ValueError:
        raise Mistake(Said("不是 JSON"), file=name) from None
    if not isinstance(value, dict):
        raise Mistake(Said("写成 JSON 对象"), file=name)
    return value


def _own_time(capture: Capture) -> int:
    """The timestamp that the message itself states, so that its age does not matter."""
    form = parse_timestamp(envelope_of(capture.raw).get("timestamp"))
    return form[1] if form else time.time_ns() // 1_000_000
