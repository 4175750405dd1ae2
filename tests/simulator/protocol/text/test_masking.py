from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    assert text.startswith(start)
    assert len(text) == len(start) + 10
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
    assert masked("ab", 4, KEY)[:2] == "a~"  # never more than half of a short value


def test_a_name_is_a_persons_unless_it_stands_with_a_thing() -> None:
    view = {
        "patient": {"name": "测试人员", "id_no": "1"},
        "items": [{"code": "A001", "name": "阿莫西林胶囊"}],
    }
    out = mask(view, KEY)
    assert out["patient"]["name"].startswith("测~")
    assert out["items"][0]["name"] == "阿莫西林胶囊"


def test_everything_below_a_masked_field_is_hidden() -> None:
    out = mask({"idNo": {"a": ["509900200001011234", None, True, 7]}, "payToken": ""}, KEY)
    assert "5099002" not in json.dumps(out)
    assert out["idNo"]["a"][1:3] == [None, True]
    assert out["idNo"]["a"][3].startswith("~")
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
