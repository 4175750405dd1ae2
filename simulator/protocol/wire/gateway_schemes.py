"""Three signature schemes of gateways as values: signed text, key, digest, encoding, and the ways each is got wrong. Pure.

x-tif: institution sheet 2.1 (H); _api_*: 2.2 (H); x-ca: 2.3 (M).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Final

from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.text.said import Said, Text, listed
from simulator.protocol.wire.digest_ways import Alternative, Axes, codings, digests, keys, right
from simulator.protocol.wire.gateway_parts import (
    LONG,
    OTHER_UNIT,
    TWICE,
    GatewayKeys,
    Scheme,
    SignedParts,
    near_stamps,
    other_unit,
)
from simulator.protocol.wire.raw import Headers, RawMessage


def _way(cause: str, said: Text, text: str | bytes) -> Alternative:
    return Alternative(cause, said, text if isinstance(text, bytes) else text.encode("utf-8", "replace"))


# --- x-tif (2.1): SHA-256 over time, token, nonce, time


def _tif_texts(parts: SignedParts, _charset: str) -> Sequence[Alternative]:
    stamp, token, nonce = parts.stamp, parts.secret, parts.nonce
    out = [_way("", "", stamp + token + nonce + stamp)]
    out.append(_way("no_second_time", Said("原文末尾缺少时间"), stamp + token + nonce))
    out.append(_way("no_first_time", Said("原文开头缺少时间"), token + nonce + stamp))
    names = {"t": (Said("时间"), stamp), "k": (Said("网关密钥"), token), "n": (Said("随机串"), nonce)}
    for order in itertools.permutations("tkn"):
        for last in ("t", "n", "k", ""):
            letters = [*order, *last]
            if letters[:3] == ["t", "k", "n"] and last in ("t", ""):
                continue
            said = Said(
                "原文的次序是 {}, 应为 时间 + 密钥 + 随机串 + 时间",
                listed(" + ", (names[one][0] for one in letters)),
            )
            out.append(_way("order", said, "".join(names[one][1] for one in letters)))
    for mark, name in (
        ("&", "&"),
        (",", ","),
        ("_", "_"),
        ("-", "-"),
        (":", ":"),
        ("\n", "LF"),
        (" ", "SP"),
        ("|", "|"),
    ):
        said = Said("原文各项之间加了分隔符 {}, 应直接相连", name)
        out.append(_way("separator", said, mark.join((stamp, token, nonce, stamp))))
    without = ((Said("网关密钥"), stamp + nonce + stamp), (Said("随机串"), stamp + token + stamp))
    out += [_way("member_missing", Said("原文缺少{}", name), text) for name, text in without]
    out.append(_way("account_in_text", Said("原文里多了账号"), stamp + parts.account + token + nonce + stamp))
    out.append(
        _way("secret_wrong_side", Said("原文里放的是账号, 应为密钥"), stamp + parts.account + nonce + stamp)
    )
    if len(parts.body) <= LONG:
        whole = (stamp + token + nonce + stamp).encode("utf-8", "replace") + parts.body
        out.append(_way("body_signed", Said("报文体也算进了签名, 此网关不签报文体"), whole))
    for one in keys(token)[1:]:
        assert isinstance(one.value, bytes)
        after = (nonce + stamp).encode("utf-8", "replace")
        out.append(Alternative(one.cause, one.said, stamp.encode("utf-8", "replace") + one.value + after))
    out += [_way("timestamp_twice", TWICE, one + token + nonce + one) for one in near_stamps(stamp)]
    out += [
        _way("timestamp_twice", TWICE, a + token + nonce + b)
        for a, b in ((s, stamp) for s in near_stamps(stamp))
    ]
    unit = other_unit(stamp)
    out += [_way("time_unit", OTHER_UNIT, unit + token + nonce + unit)] if unit else []
    out.append(_way("nonce_other", Said("随机串去掉了横线"), stamp + token + nonce.replace("-", "") + stamp))
    return out


def _tif_write(owned: GatewayKeys, stamp: str, nonce: str, body: bytes, _service: str) -> Headers:
    parts = SignedParts(owned.account, owned.secret, stamp, nonce, body)
    return (
        ("x-tif-paasid", owned.account), ("x-tif-timestamp", stamp), ("x-tif-nonce", nonce),
        ("x-tif-signature", right(X_TIF.axes(parts, "utf-8"))),
    )  # fmt: skip


X_TIF: Final = Scheme(
    "x-tif",
    ("x-tif-paasid", "x-tif-timestamp", "x-tif-nonce", "x-tif-signature"),
    "x-tif-paasid",
    "x-tif-signature",
    "10",
    lambda raw, owned: SignedParts(
        owned.account, owned.secret, raw.header("x-tif-timestamp"), raw.header("x-tif-nonce"), raw.body
    ),
    lambda parts, charset: Axes(
        _tif_texts(parts, charset),
        keys(parts.secret)[:1],
        digests("SHA256"),
        codings("lower"),
    ),
    lambda raw: raw.header("x-tif-signature"),
    lambda raw: raw.header("x-tif-timestamp"),
    _tif_write,
)

# --- _api_* (2.2): HMAC-SHA1 over four parameters sorted by name

_API: Final = ("_api_access_key", "_api_name", "_api_timestamp", "_api_version")


def _joined(pairs: Sequence[tuple[str, str]], between: str = "&", equals: str = "=") -> str:
    return between.join(f"{name}{equals}{value}" for name, value in pairs)


def _api_texts(parts: SignedParts, _charset: str) -> Sequence[Alternative]:
    sent = dict(parts.fields)
    pairs = [(name, sent.get(name, "")) for name in _API]
    whole = _joined(pairs)
    out = [_way("", "", whole)]
    as_sent = [(name, value) for name, value in parts.fields if name in sent]
    if as_sent != pairs:
        out.append(_way("order", Said("参数没有按名排序(按请求头的次序)"), _joined(as_sent)))
    usual = [
        (name, sent.get(name, ""))
        for name in ("_api_name", "_api_version", "_api_timestamp", "_api_access_key")
    ]
    for order in (usual, pairs[::-1]):
        out.append(
            _way(
                "order",
                Said("参数没有按名排序: {}", listed(", ", (name for name, _ in order))),
                _joined(order),
            )
        )
    out.append(_way("trailing", Said("原文末尾多了 &"), whole + "&"))
    for between, equals, name in (
        ("", "", "name+value"),
        ("", "=", "name=value"),
        ("\n", "=", "LF"),
        (",", "=", ","),
        ("&", ":", ":"),
    ):
        out.append(
            _way(
                "separator",
                Said("参数没有写成 name=value 并以 & 相连(用了 {})", name),
                _joined(pairs, between, equals),
            )
        )
    out.append(_way("values_only", Said("原文只有值, 没有参数名"), "".join(value for _, value in pairs)))
    out.append(
        _way(
            "names",
            Said("参数名去掉了 _api_ 前缀"),
            _joined([(name.removeprefix("_api_"), value) for name, value in pairs]),
        )
    )
    for left_out, _ in pairs:
        out.append(
            _way(
                "member_missing",
                Said("原文缺少 {}", left_out),
                _joined([one for one in pairs if one[0] != left_out]),
            )
        )
    for text in (whole, whole + "&") if len(parts.body) <= LONG else ():
        signed = text.encode("utf-8", "replace") + parts.body
        out.append(_way("body_signed", Said("报文体也算进了签名, JSON 报文体不签"), signed))
    out.append(_way("secret_in_text", Said("原文末尾又接了密钥"), f"{whole}&_api_secret_key={parts.secret}"))
    out.append(_way("secret_in_text", Said("原文末尾又接了密钥"), f"{whole}&key={parts.secret}"))
    for stamp in near_stamps(parts.stamp):
        out.append(
            _way(
                "timestamp_twice",
                TWICE,
                _joined([(n, stamp if n == "_api_timestamp" else v) for n, v in pairs]),
            )
        )
    unit = other_unit(parts.stamp)
    if unit:
        out.append(
            _way(
                "time_unit",
                OTHER_UNIT,
                _joined([(n, unit if n == "_api_timestamp" else v) for n, v in pairs]),
            )
        )
    return out


def _api_write(owned: GatewayKeys, stamp: str, _nonce: str, body: bytes, service: str) -> Headers:
    fields = (
        ("_api_name", service), ("_api_version", "1.0.0"), ("_api_timestamp", stamp), ("_api_access_key", owned.account),
    )  # fmt: skip
    parts = SignedParts(owned.account, owned.secret, stamp, "", body, fields)
    return (*fields, ("_api_signature", right(API.axes(parts, "utf-8"))))


API: Final = Scheme(
    "api",
    (*_API, "_api_signature"),
    "_api_access_key",
    "_api_signature",
    "13",
    lambda raw, owned: SignedParts(
        owned.account, owned.secret, raw.header("_api_timestamp"), "", raw.body,
        tuple({name.lower(): value for name, value in raw.headers if name.lower() in _API}.items()),
    ),
    lambda parts, charset: Axes(
        _api_texts(parts, charset),
        keys(parts.secret, [("secret_wrong_side", Said("HMAC 的密钥用了账号, 应为密钥"), parts.account.encode("utf-8", "replace"))]),
        digests("HMAC-SHA1"),
        codings("base64"),
    ),
    lambda raw: raw.header("_api_signature"),
    lambda raw: raw.header("_api_timestamp"),
    _api_write,
    hex=False,
)  # fmt: skip

# --- x-ca (2.3): HMAC-SM3 over time, LF, body

_BLANKS: Final = re.compile(rb"\s+")


def _body(body: bytes, charset: str) -> bytes:
    if charset == "utf-8":
        return body
    return body.decode("utf-8", "replace").encode("gb18030", "replace")


def _ca_texts(parts: SignedParts, charset: str) -> Sequence[Alternative]:
    stamp, body = parts.stamp.encode("utf-8", "replace"), _body(parts.body, charset)
    other = _body(parts.body, "gb18030" if charset == "utf-8" else "utf-8")
    out = [Alternative("", "", stamp + b"\n" + body)]
    if len(body) > LONG:
        return out
    for mark, name in (
        (b"", Said("没有换行")),
        (b"\r\n", "CRLF"),
        (b":", ":"),
        (b"&", "&"),
        (b" ", Said("空格")),
    ):
        out.append(
            Alternative(
                "separator", Said("时间与报文体之间应为一个换行(LF), 用的是 {}", name), stamp + mark + body
            )
        )
    out.append(Alternative("order", Said("报文体放在了时间前面"), body + b"\n" + stamp))
    out.append(Alternative("order", Said("报文体放在了时间前面"), body + stamp))
    out.append(Alternative("member_missing", Said("原文缺少时间"), body))
    out.append(Alternative("body_missing", Said("原文缺少报文体"), stamp))
    out.append(Alternative("body_missing", Said("原文缺少报文体"), stamp + b"\n"))
    for digest, name in ((sm3(body).hex(), "SM3"), (sm3(body).hex().upper(), "SM3")):
        out.append(
            Alternative(
                "body_digest",
                Said("原文里的报文体用了它的 {} 摘要, 应为报文体本身", name),
                stamp + b"\n" + digest.encode(),
            )
        )
    if other != body:
        out.append(
            Alternative("charset", Said("报文体按另一种字符集(GBK 与 UTF-8)取字节"), stamp + b"\n" + other)
        )
    out.append(Alternative("body_other", Said("签名的报文体末尾多了换行"), stamp + b"\n" + body + b"\n"))
    if _BLANKS.search(body):
        out.append(
            Alternative(
                "body_other",
                Said("签名的报文体去掉了空白, 与发出的不同"),
                stamp + b"\n" + _BLANKS.sub(b"", body),
            )
        )
    out.append(
        Alternative(
            "account_in_text",
            Said("原文里多了账号"),
            parts.account.encode("utf-8", "replace") + b"\n" + stamp + b"\n" + body,
        )
    )
    out += [
        Alternative("timestamp_twice", TWICE, one.encode() + b"\n" + body) for one in near_stamps(parts.stamp)
    ]
    unit = other_unit(parts.stamp)
    out += [Alternative("time_unit", OTHER_UNIT, unit.encode() + b"\n" + body)] if unit else []
    return out


def _ca_split(raw: RawMessage) -> tuple[str, str]:
    stamp, colon, mark = raw.header("x-ca-signature").partition(":")
    return (stamp, mark) if colon else ("", stamp)


def _ca_write(owned: GatewayKeys, stamp: str, _nonce: str, body: bytes, _service: str) -> Headers:
    mark = right(X_CA.axes(SignedParts(owned.account, owned.secret, stamp, "", body), "utf-8"))
    return (("x-ca-key", owned.account), ("x-ca-signature", f"{stamp}:{mark}"))


X_CA: Final = Scheme(
    "x-ca",
    ("x-ca-key", "x-ca-signature"),
    "x-ca-key",
    "x-ca-signature",
    "10",
    lambda raw, owned: SignedParts(owned.account, owned.secret, _ca_split(raw)[0], "", raw.body),
    lambda parts, charset: Axes(
        _ca_texts(parts, charset),
        keys(parts.secret, [("secret_wrong_side", Said("HMAC 的密钥用了账号, 应为密钥"), parts.account.encode("utf-8", "replace"))]),
        digests("HMAC-SM3"),
        codings("upper"),
    ),
    lambda raw: _ca_split(raw)[1],
    lambda raw: _ca_split(raw)[0],
    _ca_write,
)  # fmt: skip

SCHEMES: Final[Mapping[str, Scheme]] = {one.name: one for one in (X_TIF, API, X_CA)}
