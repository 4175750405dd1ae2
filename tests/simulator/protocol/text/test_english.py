"""Every sentence that the protocol core says of a message has its English, and the catalogue holds nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.protocol.codes.table import CODES
from simulator.protocol.text.english import ENGLISH
from simulator.protocol.text.phrases import SLOT, Phrases
from simulator.protocol.text.said import chinese

MODULES = (
    "crypto/ciphers", "crypto/keys", "text/jsontext", "text/unfit", "wire/amounts", "wire/diagnose", "wire/envelope", "wire/intake", "wire/opened",
    "wire/schema_facts", "wire/signature",
)  # fmt: skip
PROTOCOL = Path(__file__).resolve().parents[4] / "simulator" / "protocol"
Sentences = Callable[[str], list[str]]
GLUE = {"{} | {}", "{}({})", "{} 或留空", "{}; {}", "{}: {}", "{}, 例如 {}", "{} (现在是 {})"}

say = Phrases(ENGLISH)


@pytest.fixture
def sentences(chinese_literals: Callable[[Path], list[tuple[str, Any]]]) -> Callable[[str], list[str]]:
    """The Chinese sentences of a module of the core, what is filled in as `{}`."""
    return lambda module: [text for text, _ in chinese_literals(PROTOCOL / f"{module}.py")]


@pytest.mark.parametrize("module", MODULES)
def test_every_sentence_has_english(module: str, sentences: Sentences) -> None:
    left = [
        text
        for text in sentences(module)
        if chinese(say(SLOT.sub("0", text))) and chinese(say(SLOT.sub("", text)))
    ]
    assert not left


def test_the_catalogue_holds_no_sentence_that_is_never_said(sentences: Sentences) -> None:
    said = {text for module in MODULES for text in sentences(module)}
    filled = [SLOT.sub(fill, text) for text in said for fill in ("0", "", "2")]
    assert filled
    for key in ENGLISH.keys() - GLUE:
        only = Phrases({key: "known"})
        assert any("known" in only(text) for text in filled) or key in said, key


def test_english_sentences_are_ascii_and_fill_every_slot() -> None:
    for key, text in ENGLISH.items():
        assert text.isascii(), key
        assert len(SLOT.findall(key)) == len(SLOT.findall(text)), key


def test_codes_have_english_beside_the_chinese() -> None:
    for row in CODES:
        assert row.en, row.code
        assert row.en.isascii(), row.code
        assert row.help_en.isascii(), row.code


@pytest.mark.parametrize(
    "zh, en",
    [
        (
            "timestamp 落后 301 秒, 允许 300 秒: 请校时并每次重新取时间",
            "timestamp is 301 s behind, 300 s are allowed: set the clock and take the time anew for each message",
        ),
        (
            "验签失败: 排序时忽略了大小写; 应按 ASCII 码区分大小写排序; 且用户标识用了 appId, 应为 1234567812345678",
            "the signature does not verify: keys were sorted without regard to case; sort by ASCII code; "
            "and the user id is  appId instead of  1234567812345678",
        ),
        (
            "报文缺少字段 appId, version; 字段类型不对 code",
            "members missing: appId, version; members of the wrong type: code",
        ),
        (
            "字段不符 1 处, 见 docs/protocol/6203.md#request: cnt: 不能为空",
            "1 fields differ, see docs/protocol/6203.md#request: cnt: must not be empty",
        ),
        ("某医院的收费单", "某医院的收费单"),
        ("nothing to say", "nothing to say"),
    ],
)
def test_what_was_put_together_is_said_part_by_part(zh: str, en: str) -> None:
    assert " ".join(say(zh).split()) == " ".join(en.split())


def test_a_text_that_is_no_sentence_is_left_alone() -> None:
    long = "验签失败: " * 2_000
    assert say(long) == long
