"""`liantiao explain`: a captured body and the vendor's keys give every fact and the named cause."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from conformance.cli.terminal import Command, json_option, machine, option, out
from conformance.mistake import Mistake
from conformance.runner import session

MAX_BYTES = 16 * 1024 * 1024
TEXTS = ("appId", "appSecret", "institutionPrivateKey", "platformPublicKey")


@click.command(
    cls=Command,
    help="说明一条密文为什么验不过 | say why a sealed message is refused",
    example="liantiao explain body.json --vendor .liantiao/vendor-H50999900001.json",
)
@click.argument("body")
@option("--vendor", default="", help="接入参数文件 (默认: .liantiao 下唯一的一份) | the vendor block")
@option("--profile", default="base", show_default=True, help="地方参数 | profile")
@option("--response", is_flag=True, help="这是平台的应答 | the body is an answer of the platform")
@option("--any-time", is_flag=True, help="不检查时间 (旧的抓包) | do not check the time (an old capture)")
@json_option()
def explain(body: str, vendor: str, profile: str, response: bool, any_time: bool, as_json: bool) -> int:
    """Explain."""
    from simulator.profiles.build import ProfileError
    from simulator.protocol.envelope import open_sealed
    from simulator.protocol.raw import RawMessage
    from simulator.shell.profiles import load_profile

    content = _read(Path(body))
    keys = channel_keys(_block(vendor), response)
    try:
        chosen = load_profile(profile)
    except ProfileError as error:
        raise Mistake(str(error)) from None
    headers = (("content-type", "application/json"),)
    raw = RawMessage("POST", "/", headers, content, 200 if response else None)
    now_ms = _own_time(content) if any_time else time.time_ns() // 1_000_000
    opened = open_sealed(raw, keys, chosen, now_ms, frozenset(), "response" if response else "request")
    if as_json:
        machine(
            {
                "ok": opened.ok,
                "facts": [fact.as_json() for fact in opened.facts],
                "data": opened.data,
            }
        )
    else:
        for fact in opened.facts:
            out(f"{'通过' if fact.ok else '不符'}  {fact.name:<18} {fact.note}".rstrip())
        bad = opened.bad
        out()
        out("报文可以被接受" if bad is None else f"被拒原因: {bad.name}  {bad.note}")
        cause = next((fact for fact in opened.facts if fact.name == "sign.cause"), None)
        if cause is not None:
            out(f"签名原因: {cause.data.get('cause', '')}  {cause.note}")
        if opened.data is not None:
            out("业务数据:")
            out(json.dumps(opened.data, ensure_ascii=False, indent=2))
    return 0 if opened.ok else 1


def channel_keys(block: Mapping[str, Any], response: bool) -> dict[str, Any]:
    """The keys that open a request of the vendor, or an answer of the platform. Raises Mistake."""
    from simulator.protocol.crypto import CipherError
    from simulator.protocol.envelope import ChannelKeys
    from simulator.protocol.keys import KeyFormatError, parse_private_key, parse_public_key

    for name in TEXTS:
        if not isinstance(block.get(name), str) or not block[name]:
            raise Mistake("缺少, 用 liantiao init 生成的接入参数", field=name)
    try:
        own = parse_private_key(block["institutionPrivateKey"])
        platform = parse_public_key(block["platformPublicKey"])
        peer = platform if response else own.public
        return {block["appId"]: ChannelKeys(block["appId"], block["appSecret"], own, peer)}
    except KeyFormatError as error:
        raise Mistake(str(error), field="institutionPrivateKey / platformPublicKey") from None
    except CipherError as error:
        raise Mistake(str(error), field="appId / appSecret") from None


def _read(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Mistake(f"读不到 ({error.strerror or error})", file=str(path)) from None
    if len(content) > MAX_BYTES:
        raise Mistake(f"超过 {MAX_BYTES} 字节", file=str(path))
    return content


def _block(name: str) -> Mapping[str, Any]:
    if not name:
        found = sorted(Path(session.HOME).glob("vendor-*.json"))
        if len(found) != 1:
            raise Mistake("用 --vendor 指明接入参数文件", file=session.HOME)
        name = str(found[0])
    try:
        value = json.loads(_read(Path(name)))
    except ValueError:
        raise Mistake("不是 JSON", file=name) from None
    if not isinstance(value, dict):
        raise Mistake("写成 JSON 对象", file=name)
    return value


def _own_time(content: bytes) -> int:
    """The timestamp that the message itself states, so that its age does not matter."""
    from simulator.protocol.times import parse_timestamp

    try:
        form = parse_timestamp(json.loads(content)["timestamp"])
    except (ValueError, KeyError, TypeError):
        return time.time_ns() // 1_000_000
    return form[1] if form else time.time_ns() // 1_000_000
