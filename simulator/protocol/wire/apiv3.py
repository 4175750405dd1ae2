"""WeChat Pay APIv3, both sides: the signed texts, the Authorization header, the signature headers, the sealed resource.

A request is signed over method, target, time, nonce and body, an answer or a notice over time, nonce and body, each
line with its line feed (payment-channels 1d, H). Nothing here raises for what a peer sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import unquote

import orjson

from simulator.protocol.crypto import rsa
from simulator.protocol.text import jsontext
from simulator.protocol.text.said import Said, Text, listed
from simulator.protocol.wire.facts import Fact, Facts
from simulator.protocol.wire.raw import Headers, RawMessage

SCHEME: Final = "WECHATPAY2-SHA256-RSA2048"
PROBE: Final = "WECHATPAY/SIGNTEST/"
"""How the signature of a probe begins: it must fail like any wrong one."""
ALGORITHM: Final = "AEAD_AES_256_GCM"
ITEMS: Final = ("mchid", "nonce_str", "signature", "timestamp", "serial_no")
_ITEM: Final = re.compile(r'\s*([a-z_]+)="([^"]*)"\s*(?:,|\Z)')
_SECONDS: Final = re.compile(r"[0-9]{10}\Z")
MOST_HEADER: Final = 2_048
JSON_TYPE: Final[Headers] = (("Content-Type", "application/json; charset=utf-8"),)


@dataclass(frozen=True, slots=True)
class Apiv3Keys:
    """The keys of one merchant as one side holds them, PEM texts: own ones private, the other side's public.

    `merchant`: the merchant's key, named by `serial`; `platform`: by id the key of the WeChat Pay public key
    (`PUB_KEY_ID_…`) and that of the platform certificate; `certificate`: the latter; `secret`: the APIv3 key.
    """

    mchid: str
    appid: str
    serial: str
    merchant: str = field(repr=False)
    secret: str = field(repr=False)
    platform: Mapping[str, str] = field(repr=False)
    certificate: str = ""

    def platform_id(self, mode: str) -> str:
        """The id of the platform's key in mode `public_key` or `certificate`."""
        wanted = mode == "public_key"
        return next(name for name in self.platform if name.startswith("PUB_KEY_ID_") is wanted)


def request_text(method: str, target: str, stamp: str, nonce: str, body: bytes) -> bytes:
    """What a request is signed over: five lines, each with its line feed."""
    return f"{method}\n{target}\n{stamp}\n{nonce}\n".encode("utf-8", "replace") + body + b"\n"


def answer_text(stamp: str, nonce: str, body: bytes) -> bytes:
    """What an answer or a notice is signed over: three lines, each with its line feed."""
    return f"{stamp}\n{nonce}\n".encode("utf-8", "replace") + body + b"\n"


def authorised(raw: RawMessage, keys: Apiv3Keys, now_ms: int, nonce: str) -> RawMessage:
    """The merchant's request with its Authorization header."""
    stamp = str(now_ms // 1000)
    mark = rsa.sign(keys.merchant, request_text(raw.method, raw.target, stamp, nonce, raw.body))
    items = {"mchid": keys.mchid, "nonce_str": nonce, "signature": mark, "timestamp": stamp,
             "serial_no": keys.serial}  # fmt: skip
    header = f"{SCHEME} " + ",".join(f'{name}="{value}"' for name, value in items.items())
    return replace(raw, headers=(*raw.headers, ("Authorization", header)))


def items_of(header: str) -> tuple[str, Mapping[str, str]]:
    """Scheme and items of an Authorization header, as far as it is one."""
    scheme, _, rest = header[:MOST_HEADER].partition(" ")
    return scheme, dict(_ITEM.findall(rest))


def request_facts(
    raw: RawMessage, keys: Apiv3Keys | None, now_ms: int, window_ms: int, neighbours: Mapping[str, Apiv3Keys]
) -> Facts:
    """Who signed a request, when, and whether rightly. `keys`: those of the merchant that it names, if known."""
    scheme, items = items_of(raw.header("authorization"))
    missing = [name for name in ITEMS if not items.get(name)]
    if scheme != SCHEME or missing:
        note: Text = Said("Authorization 应以 {} 开头", SCHEME)
        if scheme == SCHEME:
            note = Said("Authorization 缺少 {}", listed(", ", missing))
        return (Fact("wx.authorization", False, note, {"missing": missing}),)
    facts = [Fact("wx.authorization", True)]
    known = Said(
        "mchid {} 不是本环境签发的商户号; 商户由地方版 wechat (wechat_api.merchant: issued) 签发",
        items["mchid"][:32],
    )
    facts.append(Fact("wx.merchant", keys is not None, "" if keys else known))
    facts.append(time_fact(items["timestamp"], now_ms, window_ms))
    if keys is None:
        return tuple(facts)
    right = items["serial_no"].upper() == keys.serial
    serial = Said("serial_no 不是商户 {} 当前的证书序列号 {}", keys.mchid, keys.serial)
    facts.append(Fact("wx.serial", right, "" if right else serial))
    facts.append(_signature(raw, items, keys, neighbours))
    return tuple(facts)


def time_fact(stamp: str, now_ms: int, window_ms: int) -> Fact:
    """Whether a 10-digit second is within the window."""
    if not _SECONDS.match(stamp):
        return Fact("wx.time", False, Said("时间戳应为 10 位秒数"), {"form": "other"})
    skew = int(stamp) - now_ms // 1000
    if abs(skew) * 1000 <= window_ms:
        return Fact("wx.time", True)
    note = Said("时间戳与当前相差 {} 秒, 允许 {} 秒", abs(skew), window_ms // 1000)
    return Fact("wx.time", False, note, {"skew_s": skew})


def _signature(
    raw: RawMessage, items: Mapping[str, str], keys: Apiv3Keys, neighbours: Mapping[str, Apiv3Keys]
) -> Fact:
    stamp, nonce, mark = items["timestamp"], items["nonce_str"], items["signature"]
    right = request_text(raw.method, raw.target, stamp, nonce, raw.body)
    if rsa.verifies(keys.merchant, right, mark):
        return Fact("wx.signature", True)
    for cause, text, note in _mistakes(raw, stamp, nonce):
        if rsa.verifies(keys.merchant, text, mark):
            return Fact("wx.signature", False, note, {"cause": cause})
    if rsa.verifies(keys.merchant, right, mark, "sha1"):
        return Fact("wx.signature", False, Said("签名用了 SHA-1, 应为 SHA-256"), {"cause": "sha1"})
    others = (one for one in neighbours.values() if one.mchid != keys.mchid)
    if any(rsa.verifies(one.merchant, right, mark) for one in others):
        return Fact("wx.signature", False, Said("签名用的是另一商户的私钥"), {"cause": "other_key"})
    note = Said(
        "签名验证失败: 应对 方法、路径和查询、时间戳、随机串、报文体 五行(每行以换行结尾)做 SHA256 with RSA"
    )
    return Fact("wx.signature", False, note, {"cause": "unknown"})


def _mistakes(raw: RawMessage, stamp: str, nonce: str) -> Iterator[tuple[str, bytes, Said]]:
    """Texts that clients sign by mistake."""
    target, body = raw.target, raw.body
    bare = target.partition("?")[0]
    other = {
        "no_query": (bare, Said("签名原文的第二行少了查询参数; 应与发出的地址一致")),
        "decoded": (unquote(target), Said("签名原文的第二行应为编码后的地址, 与发出的一致")),
        "with_host": (f"https://{raw.header('host')}{target}", Said("签名原文的第二行不应带主机名")),
        "with_http_host": (f"http://{raw.header('host')}{target}", Said("签名原文的第二行不应带主机名")),
    }
    for cause, (line, note) in other.items():
        yield cause, request_text(raw.method, line, stamp, nonce, body), note
    whole = request_text(raw.method, target, stamp, nonce, body)
    yield "last_line", whole[:-1], Said("签名原文的最后一行也要以换行结尾")
    lower = request_text(raw.method.lower(), target, stamp, nonce, body)
    yield "method_case", lower, Said("签名原文的第一行应为大写的请求方法")
    if body:
        empty = request_text(raw.method, target, stamp, nonce, b"")
        yield "body_left_out", empty, Said("签名原文缺少报文体")
        again = Said("签名的报文体与发出的字节不同(再次序列化改变了空格或转义); 应签发出的那份")
        for text in _written_again(body):
            yield "body_written_again", request_text(raw.method, target, stamp, nonce, text), again


def _written_again(body: bytes) -> Iterator[bytes]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return
    yield orjson.dumps(value)
    yield orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    yield orjson.dumps(value, option=orjson.OPT_INDENT_2)


def platform_signed(raw: RawMessage, name: str, private: str, now_ms: int, nonce: str) -> RawMessage:
    """Our answer or notice with the platform's signature headers; `name` is the id of the key."""
    stamp = str(now_ms // 1000)
    mark = rsa.sign(private, answer_text(stamp, nonce, raw.body))
    added = (
        ("Wechatpay-Nonce", nonce), ("Wechatpay-Timestamp", stamp), ("Wechatpay-Serial", name),
        ("Wechatpay-Signature", mark), ("Wechatpay-Signature-Type", SCHEME),
    )  # fmt: skip
    return replace(raw, headers=(*raw.headers, *added))


def platform_facts(raw: RawMessage, keys: Apiv3Keys, now_ms: int, window_ms: int) -> Facts:
    """Who signed an answer or a notice, when, and whether rightly: the merchant's side."""
    name, mark = raw.header("wechatpay-serial"), raw.header("wechatpay-signature")
    stamp, nonce = raw.header("wechatpay-timestamp"), raw.header("wechatpay-nonce")
    if not (name and mark and stamp and nonce):
        return (Fact("wx.headers", False, Said("缺少签名头 Wechatpay-*")),)
    public = keys.platform.get(name)
    facts = [Fact("wx.headers", True), time_fact(stamp, now_ms, window_ms)]
    facts.append(Fact("wx.serial", public is not None, "" if public else Said("Wechatpay-Serial 未知")))
    if public is not None:
        right = not mark.startswith(PROBE) and rsa.verifies(public, answer_text(stamp, nonce, raw.body), mark)
        facts.append(Fact("wx.signature", right, "" if right else Said("应答或通知的签名验证失败")))
    return tuple(facts)


def sealed_resource(keys: Apiv3Keys, plain: Mapping[str, Any], original: str, nonce: str) -> dict[str, str]:
    """`resource` of a notice: the object under the APIv3 key. `nonce`: 12 characters, `original`: its type."""
    cipher = rsa.seal_gcm(keys.secret, nonce, original, jsontext.dumps(plain))
    return {"original_type": original, "algorithm": ALGORITHM, "ciphertext": cipher,
            "associated_data": original, "nonce": nonce}  # fmt: skip


def opened_resource(keys: Apiv3Keys, resource: Any) -> str | None:
    """The text in a `resource`, None when it does not open."""
    if not isinstance(resource, Mapping) or resource.get("algorithm") != ALGORITHM:
        return None
    nonce, associated, cipher = (
        str(resource.get(name) or "") for name in ("nonce", "associated_data", "ciphertext")
    )
    return rsa.open_gcm(keys.secret, nonce, associated, cipher)
