"""Why `encData` does not open: encoding, key, mode, padding, charset and content, each wrong choice named (sheet 4, 15). Pure.

The first block tells nearly always, so every key is tried with every mode on 16 bytes, and only what begins like a known
text is deciphered whole. What then reads to its end as JSON is an opening; the ones with the fewest mistakes count.
Nothing is named by how it looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.protocol.crypto import ciphers
from simulator.protocol.diagnosis import cipher_plain as plain_of
from simulator.protocol.diagnosis.cipher_choices import IV_IS_KEY, KeyChoice, ivs, keys
from simulator.protocol.diagnosis.cipher_forms import forms, replaced, torn
from simulator.protocol.diagnosis.cipher_modes import STREAMS, Decipher, cbc, ecb, gcm_start, stream, xor
from simulator.protocol.diagnosis.cipher_plain import FIRST, PADDED, Content, begins, contents, unpadded
from simulator.protocol.diagnosis.deviation import Diagnosis, Named
from simulator.protocol.text.said import Said, Text
from simulator.protocol.wire.signature import ChannelKeys

BLOCK: Final = ciphers.BLOCK
MAX_BLOCKS: Final = 250_000
"""Blocks that one diagnosis deciphers whole, some 80 ms; the tries of first blocks come on top, a few thousand."""
MAX_FORMS: Final = 4
"""Readings of the text as bytes that are tried with every key."""
ALGORITHMS: Final = ("SM4", "AES")

HEAD: Final = 256
"""Bytes of a long cipher text that are deciphered first."""
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
    known = list(forms(text))[:MAX_FORMS]
    vectors = ivs(app)
    for named, raw in known:
        for choice in choices if len(raw) >= BLOCK else ():
            for algorithm in ALGORITHMS if choice.likely else ALGORITHMS[:1]:
                _try(search, named, raw, choice, vectors, algorithm)
    if not search.found:
        for named, raw in (*known, *torn(text)):
            _damaged(search, named, raw, choices)
    if not search.found and (mark := replaced(text)) is not None:
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
    feed = b"".join(iv + gcm_start(iv) for _, iv in vectors) + raw[:BLOCK]
    first = ciphers.blocks(algorithm, key, feed, encrypt=True)  # the key stream under each IV
    for number, (what, iv) in enumerate(vectors):
        at = 2 * BLOCK * number
        if first[at] ^ raw[0] in FIRST and begins(xor(first[at : at + BLOCK], raw)):
            for mode in STREAMS:
                _attempt(search, heads, stream(mode, algorithm, key, iv), raw, _mode(mode, what))
        at += BLOCK
        if size > BLOCK and first[at] ^ raw[0] in FIRST and begins(xor(first[at : at + BLOCK], raw)):
            counted = stream("CTR", algorithm, key, gcm_start(iv))
            _attempt(search, heads, counted, raw[:-BLOCK], _mode("GCM", what))
    if size > BLOCK and begins(xor(first[-BLOCK:], raw[BLOCK:])):
        for mode in STREAMS:
            run = stream(mode, algorithm, key, raw[:BLOCK])
            _attempt(search, heads, run, raw[BLOCK:], _mode(mode, _IN_FRONT))


def _blockwise(
    search: _Search, heads: list[Names], raw: bytes, key: bytes, vectors: Vectors, algorithm: str
) -> None:
    """ECB and CBC."""
    decipher = ecb(algorithm, key)
    two = decipher(raw[: 2 * BLOCK])
    first = two[:BLOCK]
    before = len(search.found)
    if begins(first) or begins(decipher(first)):  # once, or twice
        _attempt(search, heads, decipher, raw, (), padded=True, again=True)
    for what, iv in vectors:
        if first[0] ^ iv[0] in FIRST and begins(xor(first, iv)):
            _attempt(search, heads, cbc(algorithm, key, iv), raw, _mode("CBC", what), padded=True)
    if len(raw) > BLOCK and len(search.found) == before:
        _second(search, heads, two[BLOCK:], raw, algorithm, key)


def _second(
    search: _Search, heads: list[Names], second: bytes, raw: bytes, algorithm: str, key: bytes
) -> None:
    """CBC with its IV in front, or with an IV that nobody knows: from the second block on it opens all the same."""
    block = xor(second, raw[:BLOCK])
    decipher = cbc(algorithm, key, raw[:BLOCK])
    if begins(block):
        before = len(search.found)
        _attempt(search, heads, decipher, raw[BLOCK:], _mode("CBC", _IN_FRONT), padded=True)
        if len(search.found) > before:
            return
    if len(raw) < 3 * BLOCK or not plain_of.is_text(block):
        return
    last = xor(ciphers.blocks(algorithm, key, raw[-BLOCK:], encrypt=False), raw[-2 * BLOCK : -BLOCK])
    if next(unpadded(last))[0] != "pkcs7" or not search.afford(len(raw)):
        return
    text = next(unpadded(decipher(raw[BLOCK:])))[1]
    if text.rstrip().endswith((b"}", b"]", b'"')) and plain_of.is_text(text):
        said = Said("加密用了 CBC 模式, IV 不是任何已知的值(除第一块外都能解开); 应为 ECB, 没有 IV")
        for head in heads:
            search.keep((*head, ("cipher", Named("cipher_mode", "", said))), Content((), "", None))


def _mode(mode: str, what: Text) -> Names:
    return (("cipher", Named("cipher_mode", "", Said("加密用了 {} 模式({}); 应为 ECB", mode, what))),)


def _attempt(
    search: _Search,
    heads: list[Names],
    decipher: Decipher,
    raw: bytes,
    mode: Names,
    *,
    padded: bool = False,
    again: bool = False,
) -> None:
    """Keep what deciphered bytes are, if they read to their end. A stream needs no padding and may have any.

    `again`: they may be a cipher text themselves. Of long ones the head is looked at first.
    """
    if len(raw) > HEAD and not again and not plain_of.plausible(decipher(raw[:HEAD])):
        return
    if not search.afford(len(raw)):
        return
    plain = decipher(raw)
    for padding, text in (*(() if padded else (("stream", plain),)), *unpadded(plain)):
        content = contents(text)
        if content is None and again:
            content = _twice(search, text, decipher)
        if content is not None:
            named = (*(PADDED[padding] if padded else ()), *content.named)
            for head in heads:
                search.keep((*head, *mode), Content(named, content.text, content.data))
            return


def _twice(search: _Search, text: bytes, decipher: Decipher) -> Content | None:
    """A cipher text inside the cipher text, as bytes or in letters."""
    inner = [text] if len(text) % BLOCK == 0 else []
    if text.isascii():
        inner += [raw for named, raw in forms(text.decode("ascii")) if len(named) <= 1]
    for raw in inner:
        if raw and len(raw) % BLOCK == 0 and search.afford(len(raw)):
            for padding, bare in unpadded(decipher(raw)):
                content = contents(bare) if padding == "pkcs7" else None
                if content is not None:
                    named = Named("encrypted_twice", "", Said("加密做了两次: 解开之后还是密文; 应只加密一次"))
                    return Content((named, *content.named), content.text, content.data)
    return None


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
