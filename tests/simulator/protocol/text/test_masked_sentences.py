"""A sentence that is kept as template and arguments holds no more of a person than its text does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.protocol.text.masking import SHOWN, mask
from simulator.protocol.text.said import Said, said_in, stored

KEY = b"run"
PERSON = "509900200001011234"
CARRIER = json.dumps({"idNo": PERSON, "userName": "测试人员", "n": 1}, ensure_ascii=False)
NESTED = Said("第 {} 步: {}", 3, Said("应答是 {}", CARRIER))
SAIDS = [Said("应答是 {}", CARRIER), NESTED, Said("{}", CARRIER), Said("{} {}", "x", CARRIER)]


@pytest.mark.parametrize("sentence", SAIDS)
def test_a_document_among_the_arguments_is_masked_in_the_sentence_and_in_its_text(sentence: Said) -> None:
    out = mask({"d": stored("problem", sentence)}, KEY)["d"]
    assert PERSON not in json.dumps(out, ensure_ascii=False)
    assert "测试人员" not in json.dumps(out, ensure_ascii=False)
    assert out["problem"] == str(said_in(out, "problem"))
    assert said_in(out, "problem").template == sentence.template  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["idNo", "id_no", "psn_name", "userName", "appSecret", "phone"])
def test_what_is_masked_by_its_name_is_masked_with_its_sentence(name: str) -> None:
    kept = stored(name, Said("{} 的号码是 {}", "测试人员", Said("{}", PERSON)))
    out = json.dumps(mask(kept, KEY), ensure_ascii=False)
    assert PERSON not in out
    assert "测试人员" not in out


def test_a_template_that_a_peer_writes_beside_its_own_member_hides_nothing() -> None:
    forged = {"psn_name": "测试人员", "psn_name_said": {"template": "测试人员", "arguments": [PERSON]}}
    out = json.dumps(mask(forged, KEY), ensure_ascii=False)
    assert PERSON not in out
    assert "测试人员" not in out


def test_a_sentence_without_anything_to_hide_stays() -> None:
    kept = stored("reason", Said("{} 毫秒内没有应答, 第 {} 次", 500, 2))
    assert mask(kept, KEY) == kept


def test_what_is_no_sentence_is_masked_like_any_object() -> None:
    odd: dict[str, Any] = {"why": "x", "why_said": {"template": 1, "arguments": [CARRIER]}}
    assert PERSON not in json.dumps(mask(odd, KEY))


@given(
    st.sampled_from(sorted(SHOWN)),
    st.recursive(
        st.just(PERSON),
        lambda inner: st.lists(inner, min_size=1, max_size=3).map(
            lambda parts: Said("{} " * len(parts), *parts)
        ),
        max_leaves=6,
    ),
)
def test_no_depth_lets_a_person_through(name: str, sentence: Said | str) -> None:
    assert PERSON not in json.dumps(mask(stored(name, sentence), KEY), ensure_ascii=False)
    held = json.dumps({name: PERSON})
    assert PERSON not in json.dumps(mask(stored("problem", Said("{}", Said("{}", held))), KEY))
