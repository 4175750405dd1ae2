"""Two numbers that should be equal: both are shown, and the first character that differs is named."""

from __future__ import annotations

import pytest

from conformance.evidence.records import Message
from conformance.rules.departs import departs


@pytest.mark.parametrize(
    ("noted", "sent", "right", "said"),
    [
        ({"field": "psnNo", "at": 9, "length": 19, "known": 20}, "50***~aaaaaaaaaa", "50****~bbbbbbbbbb",
         "psnNo 为 50***~aaaaaaaaaa, 应为 50****~bbbbbbbbbb, 第 9 位起不同(收到 19 位, 应为 20 位)"),
        (None, "51***~aaaaaaaaaa", "50***~bbbbbbbbbb", "psnNo 为 51***~aaaaaaaaaa, 应为 50***~bbbbbbbbbb, 第 2 位起不同"),
        (None, "50***~aaaaaaaaaa", "50***~bbbbbbbbbb", "psnNo 为 50***~aaaaaaaaaa, 应为 50***~bbbbbbbbbb"),
        (None, "M1", "M2", "psnNo 为 M1, 应为 M2, 第 2 位起不同"),
        (None, "", "50***~bbbbbbbbbb", "psnNo 为 空, 应为 50***~bbbbbbbbbb"),
        ({"field": "idNo", "at": 9, "length": 19, "known": 20}, "M1", "M", "psnNo 为 M1, 应为 M"),
    ],
)  # fmt: skip
def test_both_are_shown_and_the_first_that_differs(noted: object, sent: str, right: str, said: str) -> None:
    facts = [{"n": "differs", "ok": True, "d": noted}] if noted else []
    assert str(departs(Message({"facts": facts}), "psnNo", sent, right)) == said
