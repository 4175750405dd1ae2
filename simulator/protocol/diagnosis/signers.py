"""Whose key signed, and whose Z_A stood before the text: every pair worth trying for one message. Pure.

A signature is read under a public key; that alone tells its digest. So a private key that was read wrongly is found if
its public key can be reckoned from the right one: read as a signed number it is d - 2^256, whose point is P - 2^256*G.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from simulator.protocol.crypto.curve import GX, GY, N, P, joint_point
from simulator.protocol.crypto.keys import KeyFormatError, PrivateKey, PublicKey, parse_public_key
from simulator.protocol.diagnosis.deviation import Named, Signer, Suspect
from simulator.protocol.text.said import Said

OTHER_KEYS: Final = 16
"""At most so many keys of other apps are tried, and as many earlier ones."""
SAMPLES: Final = tuple(
    parse_public_key(text)
    for text in (
        "BCpDYXRBgr3EK5KIv0vD051ZxlUuSLXWnPWYyvluxPVdaYjnf/5VTT5KPmDjOeHUrGJ+BmpZEQCIPGpCUNkTFG4=",
        "BIiOXeSsZLV8mOC9VbKitTjsvqDRDVhCdTM0e96vXeYkUgTTErc9TgGZO/Pg/otkKi8KVHFZN0hgGKTouqo0Fxs=",
    )
)
"""Institution and centre of the test vectors (sheet 17): their private keys stand in docs/protocol for all to copy."""
SAMPLE_APP: Final = ("43AF047BBA47FC8A1AE8EFB232BDBBCB", "4117E877F5FA0A0188891283E4B617D5")
"""appId and appSecret of the same vectors: nobody's, and there for all to copy."""
DEMOS: Final = tuple(
    parse_public_key(text)
    for text in (
        "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
        "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13",
        "B9C9A6E04E9C91F7BA880429273747D7EF5DDEB0BB2FF6317EB00BEF331A8308"
        "1A6994B8993F3F5D6EADDDB81872266C87C018FB4162F5AF347B483E24620207",
    )
)
"""The example pair of GB/T 32918.5 and the one of the `gmssl` package: in many demonstrations."""


def signers(seen: Suspect, private: PrivateKey | None = None) -> tuple[Signer, ...]:
    """Every (key, Z_A) worth trying, the right pair first, then those with one mistake by likelihood.

    `private`: the sender's private key where it is known; then misreadings of it are tried that its public key does not
    tell. Equal pairs come once, under their first name. A point multiplication is due for each distinct `public`.
    """
    right = seen.keys.peer
    found: dict[tuple[PublicKey, PublicKey], Signer] = {(right, right): Signer((), right, right)}
    for cause, said, public in _keys(seen, private):
        for za, more in ((public, ""), (right, Said("(Z_A 里用的仍是登记的公钥)"))):
            named = Named(cause, "", Said("{}{}", said, more) if more else said)
            found.setdefault((public, za), Signer((named,), public, za))
    for said, public in _foreign_z(seen):
        found.setdefault((right, public), Signer((Named("za_key", "", said),), right, public))
    return tuple(found.values())


def _keys(seen: Suspect, private: PrivateKey | None) -> Iterator[tuple[str, Said, PublicKey]]:
    right = seen.keys.peer
    if seen.ours is not None:
        yield "own_key", _OWN[seen.kind], seen.ours
    for cause, said, public in (*_misread(right), *(() if private is None else _misread_private(private))):
        if public is not None:
            yield cause, said, public
    for public in seen.previous[:OTHER_KEYS]:
        yield "previous_key", Said("签名是用轮换前的旧私钥做的: 请换成现在的私钥"), public
    for public in SAMPLES:
        yield "wrong_key", Said("签名是用说明文档里的示例私钥做的: 请换成接入反馈单中本机构的私钥"), public
    for public in DEMOS:
        yield (
            "wrong_key",
            Said("签名是用国密演示代码里的示例私钥做的: 请换成接入反馈单中本机构的私钥"),
            public,
        )
    for public in seen.others[:OTHER_KEYS]:
        yield "wrong_key", Said("签名是用另一个应用的私钥做的: 请换成本 appId 的私钥"), public


_OWN: Final = {
    "request": Said("签名能用平台(接收方)的公钥验证: 请求应使用机构自己的私钥签名, 两方密钥用反了"),
    "response": Said("签名能用机构(接收方)的公钥验证: 应答应使用平台自己的私钥签名, 两方密钥用反了"),
}


def _foreign_z(seen: Suspect) -> Iterator[tuple[Said, PublicKey]]:
    """The right private key beside a public key that is not its own."""
    if seen.ours is not None:
        yield Said("私钥正确, 但 Z_A 里用的是对方(接收方)的公钥; 应为签名者自己的公钥"), seen.ours
    for public in (*SAMPLES, *DEMOS):
        yield Said("私钥正确, 但 Z_A 里用的是示例公钥; 应为与私钥配对的公钥"), public
    yield Said("私钥正确, 但 Z_A 里用的是曲线的基点 G; 应为与私钥配对的公钥"), PublicKey(GX, GY)
    for public in (*seen.previous[:OTHER_KEYS], *seen.others[:OTHER_KEYS]):
        yield Said("私钥正确, 但 Z_A 里用的是另一把公钥; 应为与私钥配对的公钥"), public


@lru_cache(maxsize=64)
def _misread(right: PublicKey) -> tuple[tuple[str, Said, PublicKey | None], ...]:
    """Keys that follow from the right one without its private part."""
    point = right.x, right.y
    signed = joint_point(-(1 << 256) % N, 1, point)
    return (
        ("key_as_signed", Said("私钥被当作有符号数读取(最高位为 1 时成了负数); 应按无符号大端整数读取"), _key(signed)),
        ("key_negated", Said("签名用的是私钥的相反数(n-d); 应直接用私钥"), PublicKey(right.x, P - right.y)),
        ("key_shifted", Said("私钥后面多读了一个零字节(左移 8 位); 应恰为 32 字节"), _key(joint_point(0, 256, point))),
    )  # fmt: skip


def _misread_private(key: PrivateKey) -> Iterable[tuple[str, Said, PublicKey | None]]:
    raw = key.d.to_bytes(32, "big")
    words = [raw[at : at + 4] for at in range(0, 32, 4)]
    text = raw.hex()
    return (
        ("key_reversed", Said("私钥的字节次序反了(小端); 应为大端"), _public(raw[::-1])),
        ("key_reversed", Said("私钥按 4 字节一组倒序; 应为大端"), _public(b"".join(words[::-1]))),
        ("key_cut", Said("私钥前面补了一个字节又截成 32 字节, 少了最后一个字节"), _public(raw[:-1])),
        ("key_cut", Said("私钥少读了第一个字节"), _public(raw[1:])),
        ("key_text", Said("私钥的 base64 文本被直接当作密钥字节; 应先解码"), _public(key.text.encode())),
        ("key_text", Said("私钥的 base64 文本的前 32 个字符被当作密钥; 应先解码"), _public(key.text.encode()[:32])),
        ("key_text", Said("私钥的十六进制文本的前 32 个字符被当作密钥; 应先转成字节"), _public(text.encode()[:32])),
        ("key_text", Said("私钥的十六进制文本被直接当作密钥字节; 应先转成字节"), _public(text.encode())),
    )  # fmt: skip


def _key(point: tuple[int, int] | None) -> PublicKey | None:
    return None if point is None else PublicKey(*point)


def _public(raw: bytes) -> PublicKey | None:
    try:
        return PrivateKey(int.from_bytes(raw, "big") % N).public
    except KeyFormatError:
        return None
