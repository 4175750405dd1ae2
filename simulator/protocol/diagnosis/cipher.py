"""Why `encData` does not open: encoding, key, mode, padding, charset and content, each wrong choice named (sheet 4, 15). Pure.

The first block tells nearly always, so every key is tried with every mode on 16 bytes, and only what begins like a known
text is deciphered whole. What then reads to its end as JSON is an opening; the ones with the fewest mistakes count.
Nothing is named by how it looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.protocol.crypto import ciphers
from simulator.protocol.diagnosis import cipher_plain as plain_of
from simulator.protocol.diagnosis.cipher_choices import IV_IS_KEY, KeyChoice, ivs, keys
from simulator.protocol.diagnosis.cipher_plain import FIRST, PADDED, Content, begins, contents, unpadded
from simulator.protocol.diagnosis.deviation import Diagnosis, Named
from simulator.protocol.diagnosis.spelling import CLEANED_SAID, DECODED, spelt
from simulator.protocol.text.said import Said, Text
from simulator.protocol.wire.signature import ChannelKeys

BLOCK: Final = ciphers.BLOCK
MAX_BLOCKS: Final = 250_000
"""Blocks that one diagnosis deciphers whole, some 80 ms; the tries of first blocks come on top, a few thousand."""
MAX_FORMS: Final = 4
"""Readings of the text as bytes that are tried with every key."""
ALGORITHMS: Final = ("SM4", "AES")

STREAMS: Final = ("CTR", "CFB", "OFB")
_IN_FRONT: Final = Said("IV 放在密文前面")

Stage = str
"""Where a mistake was made: `text` (how bytes became text), `cipher`, or `plain` (what was encrypted)."""
Names = tuple[tuple[Stage, Named], ...]
Vectors = tuple[tuple[Text, bytes], ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """`diagnosis`: what is wrong, with openings tried and bytes deciphered; `stages`: where each of its causes belongs.

    `data`: the business object that the wrong cipher text holds, as far as it can be told, `text`: as it was encrypted.
    They serve a judgement of the signature and nothing else: a message that was opened so is refused.
    """

    diagnosis: Diagnosis
    stages: tuple[Stage, ...] = ()
    text: str = ""
    data: dict[str, Any] | None = None


@dataclass(slots=True)
class _Search:
    """The work done, and what was found: mistakes by stage, and the content."""

    app: ChannelKeys
    left: int = MAX_BLOCKS
    tried: int = 0
    size: int = 0
    whole: bool = True
    found: list[tuple[Names, Content]] = field(default_factory=list)

    def afford(self, size: int) -> bool:
        """Whether so many bytes may still be deciphered whole."""
        count = size // BLOCK
        if count > self.left:
            self.whole = False
            return False
        self.left -= count
        self.size += size
        return True

    def keep(self, names: Sequence[tuple[Stage, Named]], content: Content) -> None:
        staged = (*names, *(("plain" if one.cause != "padding" else "cipher", one) for one in content.named))
        if staged:
            self.found.append((staged, content))


def name_cipher(text: str, app: ChannelKeys, others: Iterable[ChannelKeys] = ()) -> Opening:
    """Find what is wrong with a cipher text that did not open, or that opened to something else than an object.

    `text`: encData as it came; `others`: apps whose keys may have been used. Never raises, whatever the text.
    """
    search = _Search(app)
    choices = keys(app, others)
    forms = list(_forms(text))[:MAX_FORMS]
    vectors = ivs(app)
    for named, raw in forms:
        for choice in choices if len(raw) >= BLOCK else ():
            for algorithm in ALGORITHMS if choice.likely else ALGORITHMS[:1]:
                _try(search, named, raw, choice, vectors, algorithm)
    if not search.found:
        for named, raw in (*forms, *_torn(text)):
            _damaged(search, named, raw, choices)
    if not search.found and (mark := _replaced(text)) is not None:
        search.keep((("text", mark),), Content((), "", None))
    return _opening(search)


def _opening(search: _Search) -> Opening:
    least = min((len(names) for names, _ in search.found), default=0)
    nearest: dict[Names, Content] = {}
    for names, content in search.found:
        if len(names) == least:
            nearest.setdefault(names, content)
    told = [tuple(one for _, one in names) for names in nearest]
    diagnosis = Diagnosis(
        causes=told[0] if told else (),
        equals=tuple(told[1:]),
        tried=search.tried,
        hashed=search.size,
        whole=search.whole,
    )
    if not told:
        return Opening(diagnosis)
    names, content = next(iter(nearest.items()))
    return Opening(diagnosis, tuple(stage for stage, _ in names), content.text, content.data)


# ---- how bytes became text

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


def _forms(text: str) -> Iterator[Form]:
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


def _torn(text: str) -> Iterator[Form]:
    """Hexadecimal that ends in the middle of a byte or at a character that is none."""
    found = _TORN.match(text)
    if found is None or (found.end() == len(text) and len(text) % 2 == 0):
        return
    yield (), bytes.fromhex(found[0][: len(found[0]) // 2 * 2])


def _replaced(text: str) -> Named | None:
    """Bytes that were decoded as text are lost; the sign of it is a character that no encoding of bytes writes."""
    lost = text.count("\ufffd") or text.upper().count("EFBFBD")
    if lost < 3:
        return None
    said = Said("密文字节被当作文字转换过, 有 {} 处成了替换字符, 已无法解密; 应把字节转成十六进制", lost)
    return Named("cipher_as_text", "", said)


# ---- key, mode and IV


def _try(
    search: _Search, form: tuple[Named, ...], raw: bytes, choice: KeyChoice, vectors: Vectors, algorithm: str
) -> None:
    """Every mode under one key, on the first block."""
    size, key = len(raw), choice.key
    before: Names = tuple(("text", one) for one in form)
    if algorithm != "SM4":
        before += (("cipher", Named("cipher_algorithm", "", Said("加密用了 {}; 应为 SM4", algorithm))),)
    heads = [(*before, *(("cipher", one) for one in names)) for names in choice.names]
    vectors = ((IV_IS_KEY, key), *(one for one in vectors if one[1] != key))
    search.tried += 4 * len(vectors) + 1
    if size % BLOCK == 0:
        _blockwise(search, heads, raw, key, vectors, algorithm)
    feed = b"".join(iv + iv[:12] + b"\0\0\0\2" for _, iv in vectors) + raw[:BLOCK]
    stream = ciphers.blocks(algorithm, key, feed, encrypt=True)
    for number, (what, iv) in enumerate(vectors):
        at = 2 * BLOCK * number
        if stream[at] ^ raw[0] in FIRST and begins(_xor(stream[at : at + BLOCK], raw)):
            for mode in STREAMS:
                if search.afford(size):
                    _read(
                        search,
                        heads,
                        _streamed(mode, algorithm, key, iv, raw),
                        _mode(mode, what),
                        streamed=True,
                    )
        at += BLOCK
        known = size > BLOCK and begins(_xor(stream[at : at + BLOCK], raw))
        if known and search.afford(size):
            plain = _streamed("CTR", algorithm, key, iv[:12] + b"\0\0\0\2", raw[:-BLOCK])
            _read(search, heads, plain, _mode("GCM", what), streamed=True)
    if size > BLOCK and begins(_xor(stream[-BLOCK:], raw[BLOCK:])):
        for mode in STREAMS:
            if search.afford(size):
                plain = _streamed(mode, algorithm, key, raw[:BLOCK], raw[BLOCK:])
                _read(search, heads, plain, _mode(mode, _IN_FRONT), streamed=True)


def _blockwise(
    search: _Search, heads: list[Names], raw: bytes, key: bytes, vectors: Vectors, algorithm: str
) -> None:
    """ECB and CBC."""
    size = len(raw)
    two = ciphers.blocks(algorithm, key, raw[: 2 * BLOCK], encrypt=False)
    first = two[:BLOCK]
    before = len(search.found)
    opens = begins(first) or begins(ciphers.blocks(algorithm, key, first, encrypt=False))
    if opens and search.afford(size):
        plain = ciphers.blocks(algorithm, key, raw, encrypt=False)
        _read(search, heads, plain, (), again=(algorithm, key))
    for what, iv in vectors:
        if first[0] ^ iv[0] in FIRST and begins(_xor(first, iv)) and search.afford(size):
            _read(search, heads, _chained(algorithm, key, iv, raw), _mode("CBC", what))
    if size > BLOCK and len(search.found) == before:
        _second(search, heads, two[BLOCK:], raw, algorithm, key)


def _second(
    search: _Search, heads: list[Names], second: bytes, raw: bytes, algorithm: str, key: bytes
) -> None:
    """CBC with its IV in front, or with an IV that nobody knows: from the second block on it opens all the same."""
    block = _xor(second, raw[:BLOCK])
    if begins(block) and search.afford(len(raw)):
        plain = _chained(algorithm, key, raw[:BLOCK], raw[BLOCK:])
        before = len(search.found)
        _read(search, heads, plain, _mode("CBC", _IN_FRONT))
        if len(search.found) > before:
            return
    if len(raw) < 3 * BLOCK or not plain_of.readable_blocks(block)[0]:
        return
    last = _xor(ciphers.blocks(algorithm, key, raw[-BLOCK:], encrypt=False), raw[-2 * BLOCK : -BLOCK])
    if not any(name == "pkcs7" for name, _ in unpadded(last)) or not search.afford(len(raw)):
        return
    rest = _chained(algorithm, key, raw[:BLOCK], raw[BLOCK:])
    text = next(inner for _, inner in unpadded(rest))
    if text.rstrip().endswith((b"}", b"]", b'"')) and plain_of.is_text(text):
        said = Said("加密用了 CBC 模式, IV 不是任何已知的值(除第一块外都能解开); 应为 ECB, 没有 IV")
        for head in heads:
            search.keep((*head, ("cipher", Named("cipher_mode", "", said))), Content((), "", None))


def _mode(mode: str, what: Text) -> Names:
    return (("cipher", Named("cipher_mode", "", Said("加密用了 {} 模式({}); 应为 ECB", mode, what))),)


def _read(
    search: _Search,
    heads: list[Names],
    plain: bytes,
    mode: Names,
    *,
    streamed: bool = False,
    again: tuple[str, bytes] | None = None,
) -> None:
    """Keep every way in which deciphered bytes read to their end. `again`: with what to decipher a second time."""
    streamed = any(
        "CTR" in str(one.said) or "FB" in str(one.said) or "GCM" in str(one.said) for _, one in mode
    )
    ends = [("", plain), *unpadded(plain)] if streamed else list(unpadded(plain))
    for padding, text in ends:
        named = PADDED.get(padding, ())
        content = contents(text)
        if content is None and again is not None:
            content = _twice(search, text, *again)
        if content is not None:
            whole = Content(
                (*named, *content.named) if not streamed else content.named, content.text, content.data
            )
            for head in heads:
                search.keep((*head, *mode), whole)
            return


def _twice(search: _Search, text: bytes, algorithm: str, key: bytes) -> Content | None:
    """A cipher text inside the cipher text, as bytes or in letters."""
    inner = [text] if len(text) % BLOCK == 0 else []
    if text.isascii():
        inner += [raw for named, raw in _forms(text.decode("ascii")) if len(named) <= 1]
    for raw in inner:
        if raw and len(raw) % BLOCK == 0 and search.afford(len(raw)):
            once = ciphers.blocks(algorithm, key, raw, encrypt=False)
            for padding, bare in unpadded(once):
                content = contents(bare) if padding == "pkcs7" else None
                if content is not None:
                    named = Named("encrypted_twice", "", Said("加密做了两次: 解开之后还是密文; 应只加密一次"))
                    return Content((named, *content.named), content.text, content.data)
    return None


def _xor(left: bytes, right: bytes) -> bytes:
    size = min(len(left), len(right))
    both = int.from_bytes(left[:size], "big") ^ int.from_bytes(right[:size], "big")
    return both.to_bytes(size, "big")


def _chained(algorithm: str, key: bytes, iv: bytes, raw: bytes) -> bytes:
    """CBC."""
    return _xor(ciphers.blocks(algorithm, key, raw, encrypt=False), iv + raw[:-BLOCK])


def _streamed(mode: str, algorithm: str, key: bytes, iv: bytes, raw: bytes) -> bytes:
    """CTR with a big-endian counter, CFB with whole blocks, OFB."""
    count = -(-len(raw) // BLOCK)
    if mode == "CFB":
        feed = (iv + raw)[: count * BLOCK]
        return _xor(ciphers.blocks(algorithm, key, feed, encrypt=True), raw)
    if mode == "CTR":
        start = int.from_bytes(iv, "big")
        feed = b"".join(((start + at) % (1 << 128)).to_bytes(BLOCK, "big") for at in range(count))
        return _xor(ciphers.blocks(algorithm, key, feed, encrypt=True), raw)
    return _xor(ciphers.output_feedback(algorithm, key, iv, count), raw)


# ---- damage


def _damaged(search: _Search, form: tuple[Named, ...], raw: bytes, choices: Sequence[KeyChoice]) -> None:
    """A cipher text that lost its end, its beginning or something inside. Under another key than ours only the end."""
    whole = raw[: len(raw) // BLOCK * BLOCK]
    before: Names = tuple(("text", one) for one in form)
    if not whole:
        return
    for choice in choices:
        first = ciphers.blocks("SM4", choice.key, whole[:BLOCK], encrypt=False)
        search.tried += 1
        if begins(first) and search.afford(len(whole)):
            plain = ciphers.blocks("SM4", choice.key, whole, encrypt=False)
            if plain_of.begun(plain):
                for names in choice.names:
                    search.keep(
                        (*before, *(("cipher", one) for one in names), ("cipher", _cut(raw))),
                        Content((), "", None),
                    )
    if search.found or len(whole) < 3 * BLOCK or not search.afford(len(whole)):
        return
    plain = ciphers.blocks("SM4", choices[0].key, whole, encrypt=False)
    good = plain_of.readable_blocks(plain)
    bad = good[:-1].count(False)  # the last block ends in padding
    if sum(good) < 2 or sum(good) <= bad:
        return
    said = Said(
        "密钥正确, 共 {} 块(每块 16 字节)里有 {} 块解不开, 从第 {} 块起: 密文在途中被改动",
        len(good),
        bad,
        good.index(False) + 1 if bad else 0,
    )
    if not bad or (bad == 1 and not good[0]):
        if plain[:1] in b"{[" or not any(text.endswith(b"}") for _, text in unpadded(plain)):
            return
        said = Said("密钥正确, 但解开的文本没有开头的 {}; 密文的开头丢失或被改动", "{")
    search.keep((*before, ("cipher", Named("cipher_damaged", "", said))), Content((), "", None))


def _cut(raw: bytes) -> Named:
    if len(raw) % BLOCK:
        said = Said("密文被截断: 只有 {} 字节, 不是 16 的倍数, 前面的整块都能解开", len(raw))
    else:
        said = Said("密文被截断: 只有 {} 块, 都能解开, 但 JSON 没有结束", len(raw) // BLOCK)
    return Named("cipher_cut", "", said)
