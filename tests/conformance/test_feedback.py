"""A 接入反馈单 is read in every form that provinces hand out, and never a production one."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance import feedback
from conformance.feedback import read
from conformance.mistake import Mistake
from simulator.protocol.crypto.keys import private_key_from_seed

OWN, PLATFORM = private_key_from_seed(b"own"), private_key_from_seed(b"platform")
APP_ID, SECRET = "0123456789ABCDEF0123456789ABCDEF", "FEDCBA9876543210FEDCBA9876543210"
D = OWN.d.to_bytes(32, "big")
# SEC 1 inside PKCS#8, and SPKI, of sm2p256v1
_ALGORITHM = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")
_SEC1 = b"\x02\x01\x01\x04\x20" + D
_INNER = b"\x30" + bytes([len(_SEC1)]) + _SEC1
_BODY = b"\x02\x01\x00" + _ALGORITHM + b"\x04" + bytes([len(_INNER)]) + _INNER
PKCS8 = b"\x30" + bytes([len(_BODY)]) + _BODY
_BITS = b"\x03\x42\x00" + OWN.public.raw
SPKI = b"\x30" + bytes([len(_ALGORITHM + _BITS)]) + _ALGORITHM + _BITS


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def pem(kind: str, data: bytes) -> str:
    whole = text(data)
    lines = [whole[at : at + 64] for at in range(0, len(whole), 64)]
    return "\n".join([f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----"])


LINES = f"""\
移动支付中心 测试环境 接入反馈单
渠道 appId：{APP_ID}
数字密钥 (secret): {SECRET}
渠道私钥（SM2）：{OWN.text}
渠道公钥 = {OWN.public.text}
平台公钥	{PLATFORM.public.text}
机构渠道认证编码：CRTF0001
定点医药机构编码: H50999900001
环境: 测试
业务类型: 04107
"""


def test_lines_of_every_punctuation() -> None:
    found = read(LINES, "反馈单.txt", "反馈单.txt")
    assert (found.app_id, found.app_secret, found.private, found.public) == (
        APP_ID, SECRET, OWN.text, OWN.public.text,
    )  # fmt: skip
    assert (found.platform, found.channel_code, found.code) == (
        PLATFORM.public.text, "CRTF0001", "H50999900001",
    )  # fmt: skip
    assert found.ignored == ("环境", "业务类型")


@pytest.mark.parametrize("nested", [False, True])
def test_json_flat_and_nested(nested: bool) -> None:
    rows = {
        "appId": APP_ID,
        "app_secret": SECRET,
        "private-key": OWN.text,
        "platformPublicKey": PLATFORM.public.text,
    }
    found = read(json.dumps({"code": 0, "data": [rows]} if nested else rows), "p.json", "p.json")
    assert (found.app_id, found.public, found.platform) == (APP_ID, OWN.public.text, PLATFORM.public.text)


@pytest.mark.parametrize(
    "private",
    [OWN.text, text(b"\0" + D), D.hex(), D.hex().upper(), text(PKCS8), pem("PRIVATE KEY", PKCS8), "\n" + pem("PRIVATE KEY", PKCS8)],
)  # fmt: skip
@pytest.mark.parametrize(
    "public",
    [
        OWN.public.text,
        text(OWN.public.raw[1:]),
        OWN.public.raw.hex(),
        text(SPKI),
        "\n" + pem("PUBLIC KEY", SPKI),
    ],
)
def test_keys_in_every_encoding(private: str, public: str) -> None:
    found = read(f"appId: {APP_ID}\n密钥: {SECRET}\n渠道私钥: {private}\n渠道公钥: {public}\n", "p.txt")
    assert (found.private, found.public) == (OWN.text, OWN.public.text)


def test_a_vendor_may_keep_its_private_key() -> None:
    found = read(f"appId: {APP_ID}\n密钥: {SECRET}\n渠道公钥: {OWN.public.text}\n", "p.txt")
    assert (found.private, found.public) == ("", OWN.public.text)


@pytest.mark.parametrize(
    ("file_name", "old", "new", "says"),
    [
        ("生产-反馈单.txt", "", "", "文件名里有 生产"),
        ("params_prod.txt", "", "", "文件名里有 prod"),
        ("p.txt", "环境: 测试", "环境: 生产环境", "环境: 值里有 生产"),
        ("p.txt", "环境: 测试", "env: PROD", "env: 值里有 PROD"),
        ("p.txt", "环境: 测试", "地址: https://api-prd.example/pay", "地址: 值里有 prd"),
        ("p.txt", "平台公钥", "生产平台公钥", "生产平台公钥: 名称里有 生产"),
        ("p.txt", "机构渠道认证编码：CRTF0001", "prodAppId: 1", "prodAppId: 名称里有 prod"),
    ],
)
def test_production_is_refused_with_one_line(file_name: str, old: str, new: str, says: str) -> None:
    with pytest.raises(Mistake) as caught:
        read(LINES.replace(old, new) if old else LINES, "p.txt", file_name)
    assert says in str(caught.value)
    assert str(caught.value).endswith("生产参数一律不接受, 只导入测试环境的参数")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("harmless", ["测试环境(非生产)", "non-prod", "product test"])
def test_what_only_looks_like_production_is_not_refused(harmless: str) -> None:
    assert read(LINES.replace("环境: 测试", f"环境: {harmless}"), "p.txt").app_id == APP_ID


def test_a_key_that_happens_to_spell_prod_is_a_key() -> None:
    assert read(LINES.replace(SECRET, "prod" + SECRET[4:]), "p.txt").app_secret.startswith("prod")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (f"渠道 appId：{APP_ID}\n", "", "p.txt: appId: 缺少"),
        (f"渠道 appId：{APP_ID}", "渠道 appId：短", "p.txt: 渠道 appId: 写 16 到 64 个字母或数字"),
        (f"数字密钥 (secret): {SECRET}\n", "", "p.txt: 密钥 (appSecret): 缺少"),
        (OWN.text, "AAAA", "p.txt: 渠道私钥（SM2）: "),
        (PLATFORM.public.text, "AAAA", "p.txt: 平台公钥: "),
        (f"渠道公钥 = {OWN.public.text}", f"渠道公钥 = {PLATFORM.public.text}",
         "p.txt: 渠道公钥: 不是由渠道私钥得出的公钥, 它是平台公钥"),
        ("定点医药机构编码: H50999900001", "定点医药机构编码: 1", "p.txt: 定点医药机构编码: 写 12 位机构编码"),
        ("业务类型: 04107", f"appSecret: {APP_ID}", "p.txt: appSecret: 与 数字密钥 (secret) 是同一项而值不同"),
    ],
)  # fmt: skip
def test_a_mistake_names_the_line_by_its_own_name(old: str, new: str, says: str) -> None:
    with pytest.raises(Mistake) as caught:
        read(LINES.replace(old, new), "p.txt")
    assert str(caught.value).startswith(says)
    assert OWN.text not in str(caught.value)


def test_all_that_is_missing_or_wrong_is_said_at_once() -> None:
    with pytest.raises(Mistake) as caught:
        read("环境: 测试\n机构编码: 1\n平台公钥: AAAA\n", "p.txt")
    lines = caught.value.lines()
    assert [line.split(": ")[1] for line in lines] == [
        "appId",
        "密钥 (appSecret)",
        "渠道私钥",
        "平台公钥",
        "机构编码",
    ]
    assert all(line.startswith("p.txt: ") for line in lines)


def test_the_example_of_the_documentation_is_read() -> None:
    form = Path(__file__).resolve().parents[2] / "docs/examples/keys/feedback-form.txt"
    found = read(form.read_text(encoding="utf-8"), form.name, form.name)
    assert (found.code, found.ignored) == ("H50999900001", ())
    assert found.private
    assert found.platform


def complaint(content: str) -> str:
    try:
        read(content, "p.txt")
    except Mistake as error:
        return str(error)
    return ""


@given(st.text(max_size=300))
def test_any_text_is_parameters_or_a_one_line_mistake(content: str) -> None:
    found = complaint(content)
    assert found
    assert "\n" not in found


@given(st.sampled_from(LINES.splitlines()), st.text(max_size=60))
def test_any_changed_line_is_parameters_or_a_one_line_mistake(line: str, new: str) -> None:
    assert "\n" not in complaint(LINES.replace(line, new))


@pytest.mark.parametrize("text", [
    " " * 190_000, "\t" * 190_000, "a" * 190_000, "a " * 95_000, "-----BEGIN " * 17_000, "-----BEGIN A-----" * 11_000,
    "-----BEGIN A-----\n-----END " * 6_000, "(" * 190_000 + ": x", "((((:x\n" * 27_000, "a:" * 95_000, "\n" * 190_000,
    '{"' + "(" * 190_000 + '":"x"}', "[" * 190_000, '{"a":' * 38_000, '{"a":' + "9" * 5_000 + "}", "prod" * 47_000,
], ids=range(16))  # fmt: skip
def test_a_hostile_form_is_read_in_the_time_of_its_length(text):
    """Each of these took minutes or hours while a pattern looked from every place to the end."""
    with pytest.raises(Mistake):
        feedback.read(text, "form.txt")


def test_a_key_in_pem_lines_stands_behind_its_name():
    found = dict(
        feedback._pairs(
            "渠道私钥:\n-----BEGIN EC KEY-----\nMIGT\nAgEA\n-----END EC KEY-----\nappId = X\n", "f"
        )
    )
    assert found == {"渠道私钥": "MIGTAgEA", "appId": "X"}
