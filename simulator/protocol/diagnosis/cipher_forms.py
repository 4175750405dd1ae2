"""How the bytes of a cipher text became the text of `encData`: hexadecimal is right (sheet 4), all else is named. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from simulator.protocol.diagnosis.deviation import Named
from simulator.protocol.diagnosis.spelling import CLEANED_SAID, DECODED, spelt
from simulator.protocol.text.said import Said

CODED: Final[dict[tuple[str, ...], tuple[Named, ...]]] = {
    ("hex",): (),
    ("base64",): (Named("enc_base64", "", Said("encData 是 base64; 应为十六进制")),),
    ("base64_loose",): (Named("enc_base64", "", Said("encData 是 base64; 应为十六进制")),),
    ("base64_url",): (Named("enc_base64", "", Said("encData 是 URL 安全的 base64; 应为十六进制")),),
    ("base64_unpadded",): (Named("enc_base64", "", Said("encData 是缺补位 = 的 base64; 应为十六进制")),),
    ("hex", "hex"): (Named("enc_hex_twice", "", Said("encData 做了两次十六进制; 应只做一次")),),
    ("base64", "hex"): (Named("enc_base64_of_hex", "", Said("encData 是十六进制文本的 base64; 应为十六进制")),),
    ("hex", "base64"): (Named("enc_hex_of_base64", "", Said("encData 是 base64 文本的十六进制; 应直接转十六进制")),),
    ("base64", "base64"): (Named("enc_base64", "", Said("encData 做了两次 base64; 应为十六进制")),),
    ("bytes_list",): (Named("enc_byte_list", "", Said("encData 是字节的十进制列表; 应为十六进制")),),
    ("raw_text",): (Named("enc_raw_text", "", Said("encData 直接把密文字节当作字符写出; 应为十六进制")),),
    ("base64", "raw_text"): (Named("enc_raw_text", "", Said("密文字节先当作字符按 UTF-8 编码, 再做 base64; 应为十六进制")),),
    ("hex", "raw_text"): (Named("enc_raw_text", "", Said("密文字节先当作字符按 UTF-8 编码, 再转十六进制; 应直接转十六进制")),),
}  # fmt: skip
_SPACES: Final = Named("enc_spaces", "", Said("encData 含换行或空格; 应为连续的一行"))
_HEX: Final = re.compile(r"[0-9a-fA-F]*\Z")
_TORN: Final = re.compile(r"[0-9a-fA-F]{32,}")

Form = tuple[tuple[Named, ...], bytes]


def forms(text: str) -> Iterator[Form]:
    """Readings of the text as bytes, the right one first; bytes that are no whole block serve stream modes and damage."""
    found: dict[bytes, tuple[Named, ...]] = {}
    hexadecimal = _TORN.match(text[:64]) is not None and _HEX.match(text) is not None
    for one in spelt(text):
        if hexadecimal and one.steps[0] != "hex":
            continue  # 32 characters of base64 are all hexadecimal once in 10^14 times
        coded = CODED.get(tuple(step for step in one.steps if step in DECODED))
        if coded is None or len(one.raw) < 2:
            continue
        around = tuple(
            _SPACES
            if step == "spaces"
            else Named("enc_wrapped", "", Said("encData {}", CLEANED_SAID[step][1]))
            for step in one.steps
            if step not in DECODED
        )
        named = (*coded, *around)
        if one.raw not in found or len(named) < len(found[one.raw]):
            found[one.raw] = named
    yield from sorted(((named, raw) for raw, named in found.items()), key=lambda form: len(form[0]))


def torn(text: str) -> Iterator[Form]:
    """Hexadecimal that ends in the middle of a byte or at a character that is none."""
    found = _TORN.match(text)
    if found is None or (found.end() == len(text) and len(text) % 2 == 0):
        return
    yield (), bytes.fromhex(found[0][: len(found[0]) // 2 * 2])


def replaced(text: str) -> Named | None:
    """Bytes that were decoded as text are lost; the sign of it is a character that no encoding of bytes writes."""
    lost = text.count("\ufffd") or text.upper().count("EFBFBD")
    if lost < 3:
        return None
    said = Said("密文字节被当作文字转换过, 有 {} 处成了替换字符, 已无法解密; 应把字节转成十六进制", lost)
    return Named("cipher_as_text", "", said)
