from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.protocol.text import masking
from simulator.protocol.text.jsontext import Num
from simulator.protocol.text.masking import DEPTH, mask, masked

KEY = b"run"


@pytest.mark.parametrize(
    ("name", "value", "start"),
    [
        ("userName", "测试人员", "测~"),
        ("psn_name", "测试人员", "测~"),
        ("idNo", "509900200001011234", "509~"),
        ("id_no", "509900200001011234", "509~"),
        ("certno", "509900200001011234", "509~"),
        ("psnNo", "50990000000001", "50~"),
        ("payAuthNo", "AUTH530100202204022006310000034", "AUTH~"),
        ("pay_auth_no", "AUTH530100202204022006310000034", "AUTH~"),
        ("family_pay_auth_no", "AUTH530100202204022006310000034", "AUTH~"),
        ("ecToken", "abcdef", "ab~"),
        ("payToken", "abcdef", "ab~"),
        ("revsToken", "abcdef", "ab~"),
        ("mdtrt_cert_no", "AUTH530100202204022006310000034", "AUTH~"),
        ("auth_code", "123456", "12~"),
        ("qrcode", "123456", "12~"),
        ("ecQrCode", "123456", "12~"),
        ("ec_qr_code", "123456", "12~"),
        ("ecCode", "123456", "12~"),
        ("openid", "oabcdef", "oa~"),
        ("phone", "19900000000", "199~"),
        ("appSecret", "S" * 32, "~"),
        ("X-Liantiao-Token", "t", "~"),
        ("institutionPrivateKey", "k" * 44, "~"),
    ],
)
def test_a_masked_field_shows_only_its_start(name: str, value: str, start: str) -> None:
    text = mask({name: value}, KEY)[name]
    shown = start.removesuffix("~")
    hidden = len(value) - len(shown)
    stars = hidden if hidden <= 20 else 32 if hidden <= 32 else 64
    assert re.fullmatch(re.escape(shown) + r"\*" * stars + "~[0-9a-f]{10}", text)
    assert value not in text


@pytest.mark.parametrize(
    "name", ["medOrgOrd", "payOrdId", "feeSumamt", "code", "insutype", "mdtrtId", "orgName"]
)
def test_what_rules_need_stays_readable(name: str) -> None:
    assert mask({name: "value"}, KEY) == {name: "value"}


def test_equal_values_stay_equal_in_one_run_only() -> None:
    one = mask({"idNo": "509900200001011234", "x": [{"id_no": "509900200001011234"}]}, KEY)
    assert one["idNo"] == one["x"][0]["id_no"]
    assert mask({"idNo": "509900200001011234"}, b"other")["idNo"] != one["idNo"]
    assert masked("ab", 4, KEY)[:3] == "a*~"  # never more than half of a short value


def test_a_mask_is_as_long_as_what_it_hides_up_to_a_class() -> None:
    stars = [masked("x" * size, 0, KEY).count("*") for size in (1, 20, 21, 32, 33, 64, 65, 128, 5000)]
    assert stars == [1, 20, 32, 32, 64, 64, 128, 128, 128]


def test_who_asks_is_told_every_masked_field() -> None:
    seen: list[tuple[str, str]] = []
    mask(
        {"idNo": "1234567", "a": [{"psn_name": "甲乙"}], "ext": '{"phone": "199"}', "x": "y"},
        KEY,
        lambda *one: seen.append(one),
    )
    assert seen == [("idNo", "1234567"), ("psn_name", "甲乙"), ("phone", "199")]


def test_only_so_many_texts_are_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masking, "INNER_TEXTS", 2)
    out = mask(['{"a": 1}', '{"idNo": "1234567"}', '{"idNo": "1234567"}'], KEY)
    assert out[0] == '{"a":1}'
    assert out[2].startswith("*" * 19), "hidden whole, never shown"


def test_a_name_is_a_persons_unless_it_stands_with_a_thing() -> None:
    view = {
        "patient": {"name": "测试人员", "id_no": "1"},
        "items": [{"code": "A001", "name": "阿莫西林胶囊"}],
    }
    out = mask(view, KEY)
    assert out["patient"]["name"].startswith("测***~")
    assert out["items"][0]["name"] == "阿莫西林胶囊"


def test_everything_below_a_masked_field_is_hidden() -> None:
    out = mask({"idNo": {"a": ["509900200001011234", None, True, 7]}, "payToken": ""}, KEY)
    assert "5099002" not in json.dumps(out)
    assert out["idNo"]["a"][1:3] == [None, True]
    assert out["idNo"]["a"][3].startswith("*~")
    assert out["payToken"] == ""


def test_json_inside_a_text_is_masked_too() -> None:
    inner = json.dumps({"psn_name": "测试人员", "n": 1}, ensure_ascii=False)
    out = mask({"extData": inner, "note": "{not json", "list": '["x"]'}, KEY)
    assert "测试人员" not in out["extData"]
    assert json.loads(out["extData"])["n"] == 1
    assert out["note"] == "{not json"
    assert json.loads(out["list"]) == ["x"]


def test_numbers_of_the_wire_become_plain_text() -> None:
    out = mask({"a": Num("1.50"), "b": 3, "c": (Num("2"),)}, KEY)
    assert out == {"a": "1.50", "b": 3, "c": ["2"]}
    assert type(out["a"]) is str


def test_nesting_without_end_is_cut() -> None:
    deep: Any = "x"
    for _ in range(3 * DEPTH):
        deep = {"a": [deep]}
    assert '"x"' not in json.dumps(mask(deep, KEY))
    text = "1"
    for _ in range(8):
        text = json.dumps([text])
    assert mask({"a": text}, KEY)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=6),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["idNo", "name", "data", "payToken", "x"]), inner)
        ),
        max_leaves=10,
    )
)
def test_any_value_is_masked(value: Any) -> None:
    json.dumps(mask(value, KEY))
