"""Name why a signature does not verify, by trying the known mistakes (sheet 15).

Runs only after a failure. A signature fixes the digest that was signed; one point multiplication per key finds
it, so hundreds of candidate texts cost one hash each.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from simulator.protocol.crypto import ciphers, sm2
from simulator.protocol.crypto.curve import N
from simulator.protocol.crypto.keys import PublicKey, parse_public_key
from simulator.protocol.text.canonical import SDK, write
from simulator.protocol.text.said import Said, Text, listed
from simulator.protocol.text.times import parse_timestamp, wire_timestamp
from simulator.protocol.wire.signature import ChannelKeys, Decoded

SAMPLE: Final = parse_public_key(
    "BCpDYXRBgr3EK5KIv0vD051ZxlUuSLXWnPWYyvluxPVdaYjnf/5VTT5KPmDjOeHUrGJ+BmpZEQCIPGpCUNkTFG4="
)
"""The institution of the test vectors (sheet 17): its private key stands in docs/protocol for everybody to copy."""
OTHER_KEYS: Final = 16
"""At most so many keys of other apps are tried, on the right text only."""
MOST_CHARS: Final = 1_000_000
"""So many characters of wrong texts are written at most, some 60 ms, the likeliest first: all 150 texts of a message
of 6,000 characters, 16 of one of 60,000; the names of the mistakes that were not tried are never given.
"""

ENVELOPE_CHARS: Final = 300
"""What the envelope adds to a text."""

Cause = tuple[str, Text]
"""(cause, one sentence that names it)."""
Candidate = tuple[str, Text, str]
"""(cause, one sentence, the text); the right text has no cause."""


@dataclass(frozen=True, slots=True)
class Unverified:
    """What is known of one message whose signature failed. `plain`: the decrypted text as it was sent, or ""."""

    envelope: Mapping[str, Any]
    data: Any
    plain: str
    signature: Decoded
    keys: ChannelKeys
    identity: bytes
    others: tuple[PublicKey, ...] = ()


STYLES: Final[tuple[tuple[str, dict[str, Any], Said], ...]] = (
    ("case_insensitive_sort", {"order": "nocase"}, Said("排序时忽略了大小写; 应按 ASCII 码区分大小写排序")),
    (
        "bare_numbers",
        {"quote_scalars": False},
        Said("data 里的数字或布尔值没有加引号; 签名原文中应写成字符串"),
    ),
    ("empties_kept", {"empties": "keep"}, Said("签名原文里留着空值(null、空串、空数组); 应逐层去掉")),
    ("empties_kept", {"empties": "keep_text"}, Said("签名原文里留着空字符串; 应逐层去掉")),
    ("no_key_tail", {"tail": "none"}, Said("签名原文末尾缺少 &key=appSecret")),
    ("no_key_tail", {"tail": "raw"}, Said("签名原文末尾直接接了 appSecret, 缺少 &key=")),
    ("escaped_chinese", {"ascii_only": True}, Said("签名原文里的汉字被转成了 \\uXXXX; 应保留原字符")),
    ("spaced_json", {"spaces": "after"}, Said("签名原文的 JSON 在冒号和逗号后有空格; 应紧凑书写")),
    ("spaced_json", {"spaces": "indent2"}, Said("签名原文的 JSON 带换行和缩进({} 格); 应紧凑书写", 2)),
    ("spaced_json", {"spaces": "indent4"}, Said("签名原文的 JSON 带换行和缩进({} 格); 应紧凑书写", 4)),
    (
        "double_numbers",
        {"doubles": "js"},
        Said("数字经过了浮点数, 写法变了(如 12.50 成 12.5); 应按密文里的原样书写"),
    ),
    (
        "double_numbers",
        {"doubles": "java"},
        Said("数字经过了 double, 写法变了(如 12 成 12.0); 应按密文里的原样书写"),
    ),
    ("unsorted", {"order": "wire"}, Said("各级成员没有排序; 应按 ASCII 码升序")),
    ("unsorted", {"order": "top"}, Said("只排了最外层, data 内部没有排序; 应逐层排序")),
    ("slash_escaped", {"escape_slash": True}, Said("签名原文里的 / 被转成了 \\/; 应保留原字符")),
    ("empty_object_dropped", {"drop_empty_object": True}, Said("签名原文里去掉了空对象 {}; 应保留")),
)
"""(cause, how the text differs from the right style, one sentence)."""

_UNKNOWN: Final = Said(
    "已试过所有已知错误写法仍不符: 请核对 appSecret、私钥是否与登记一致, 并逐字比较签名原文"
)


def name_cause(seen: Unverified) -> Cause:
    """The cause and one sentence that names it; `unknown` when none of the known mistakes fits."""
    form = _name_form(seen)
    if form is not None:
        return form
    if len(seen.signature.raw) != 64:
        return "unknown", seen.signature.note or _UNKNOWN
    right: Candidate = ("", "", write(seen.envelope, seen.data, seen.keys.app_secret, SDK))
    found = _search(seen, seen.keys.peer, (right,))
    if found is None:
        found = _search(seen, seen.keys.peer, _affordable(seen))
    if found is not None:
        return found
    keys = [("own_key", seen.keys.own.public, Said("签名能用接收方自己的公钥验证: 两方密钥用反了"))]
    keys.append(
        ("wrong_key", SAMPLE, Said("签名是用说明文档里的示例私钥做的: 请换成接入反馈单中本机构的私钥"))
    )
    keys += [
        ("wrong_key", key, Said("签名是用另一个应用的私钥做的: 请换成本 appId 的私钥"))
        for key in seen.others[:OTHER_KEYS]
    ]
    for cause, key, sentence in keys:
        if _search(seen, key, (right,)) is not None:
            return cause, sentence
    return "unknown", _UNKNOWN


def _name_form(seen: Unverified) -> Cause | None:
    """A right signature in a wrong form, or with leading zeros cut off."""
    form, raw, note = seen.signature.form, seen.signature.raw, seen.signature.note
    if form in ("der", "hex"):
        return form, note
    if form != "other":
        return None
    text = _bytes(write(seen.envelope, seen.data, seen.keys.app_secret, SDK))
    for candidate in _padded(raw):
        signed = sm2.signed_digest(seen.keys.peer, candidate)
        if signed is not None and (sm2.digest(seen.keys.peer, text, seen.identity) - signed) % N == 0:
            if len(raw) == 64:
                return "base64_form", note
            return "unpadded", Said("r 或 s 不足 32 字节时没有左补零, signData 只有 {} 字节", len(raw))
    return None


def _padded(raw: bytes) -> Iterator[bytes]:
    if len(raw) == 64:
        yield raw
    elif 56 <= len(raw) < 64:
        for cut in range(max(24, len(raw) - 32), min(32, len(raw)) + 1):
            yield raw[:cut].rjust(32, b"\0") + raw[cut:].rjust(32, b"\0")


def _search(seen: Unverified, key: PublicKey, texts: Iterable[Candidate]) -> Cause | None:
    """The first of `texts` (and user ids) that the signature signs under `key`."""
    signed = sm2.signed_digest(key, seen.signature.raw)
    if signed is None:
        return None
    identities = _identities(seen)
    for cause, sentence, text in texts:
        message = _bytes(text)
        for name, identity in identities:
            if (sm2.digest(key, message, identity) - signed) % N == 0:
                if cause and name:
                    return cause, Said("{}; 且{}", sentence, name)
                return (cause, sentence) if cause else ("user_id", name)
        if (int.from_bytes(ciphers.sm3(message), "big") - signed) % N == 0:
            return "no_za", Said("只对签名原文做了 SM3, 没有前置 Z_A(用户标识与公钥的杂凑)")
    return None


def _identities(seen: Unverified) -> tuple[tuple[Text, bytes], ...]:
    """The agreed user id without a sentence, then the others that clients have used."""
    keys = seen.keys
    known = (
        (" 1234567812345678", sm2.DEFAULT_USER_ID),
        (" appSecret", _bytes(keys.app_secret)),
        (" appId", _bytes(keys.app_id)),
        (Said("空值"), b""),
    )
    agreed = next((name for name, value in known if value == seen.identity), Said("约定值"))
    others = (
        (Said("用户标识用了{}, 应为{}", name, agreed), value)
        for name, value in known
        if value != seen.identity
    )
    return (("", seen.identity), *others)


def _affordable(seen: Unverified) -> Iterator[Candidate]:
    """The wrong texts as far as MOST_CHARS go; one is about as long as the plaintext."""
    left = MOST_CHARS // max(1, len(seen.plain) + ENVELOPE_CHARS)
    return itertools.islice(_texts(seen), left)


def _texts(seen: Unverified) -> Iterator[Candidate]:
    """The wrong texts, the likeliest first."""
    envelope, data, secret = seen.envelope, seen.data, seen.keys.app_secret
    for cause, change, sentence in STYLES:
        yield cause, sentence, write(envelope, data, secret, replace(SDK, **change))
    yield from _other_members(seen)
    yield from _other_times(seen)
    yield from _pairs(seen)


def _other_members(seen: Unverified) -> Iterator[Candidate]:
    envelope, data, secret = seen.envelope, seen.data, seen.keys.app_secret
    coded = [name for name in ("code", "message", "success", "type") if name in envelope]
    if coded:
        sentence = Said("签名原文缺少应答字段 {}; 除三个排除项外都要签名", listed(", ", coded))
        rest = {key: value for key, value in envelope.items() if key not in coded}
        yield "missing_code_fields", sentence, write(rest, data, secret, SDK)
    if data is not None:
        yield "without_data", Said("签名原文缺少 data; 应先签名后加密"), write(envelope, None, secret, SDK)
        sentence = Said("签名原文里的 data 用了密文; 应先对明文签名, 再加密")
        yield "cipher_signed", sentence, write(envelope, envelope.get("encData"), secret, SDK)
        sentence = Said("签名原文里的 data 是加密前的原文, 没有排序、去空、转字符串")
        yield "data_as_sent", sentence, write(envelope, seen.plain, secret, SDK)
    for name in ("appId", "version", "encType", "signType", "timestamp"):
        if name in envelope:
            rest = {key: value for key, value in envelope.items() if key != name}
            yield "member_not_signed", Said("签名原文缺少 {}", name), write(rest, data, secret, SDK)


def _other_times(seen: Unverified) -> Iterator[Candidate]:
    """The same text with a timestamp taken some moments before or after the one that was sent."""
    parsed = parse_timestamp(seen.envelope.get("timestamp"))
    if parsed is None:
        return
    form, moment = parsed
    step, reach = (1, 50) if form == "13" else (1000, 3)
    text = write({**seen.envelope, "timestamp": "\0"}, seen.data, seen.keys.app_secret, SDK)
    sentence = Said("签名用的 timestamp 与报文里的不是同一个值(取了两次时间)")
    for away in range(1, reach + 1):
        for sign in (-1, 1):
            other = moment + sign * away * step
            if other >= 0 and moment < 10**14:
                yield "timestamp_twice", sentence, text.replace("\0", str(wire_timestamp(other, form)), 1)


def _pairs(seen: Unverified) -> Iterator[Candidate]:
    for index, (cause, change, sentence) in enumerate(STYLES):
        for _, more, second in STYLES[index + 1 :]:
            if not change.keys() & more.keys():
                style = replace(SDK, **change, **more)
                text = write(seen.envelope, seen.data, seen.keys.app_secret, style)
                yield cause, Said("{}; 且 {}", sentence, second), text


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
