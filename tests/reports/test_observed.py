"""实际结果 says what was observed, test data is in words and in yuan, masked values keep their length, Chinese its marks."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from reports import model, render_docx
from reports.display import part_shown, starred
from reports.field_names import field_of
from reports.full_width import full_width
from reports.observed_words import case_said, flow_said
from reports.report_parts import Report
from reports.said_members import brief
from reports.words import Words

ZH, EN = Words("zh"), Words("en")


def test_a_flow_says_state_amounts_counts_and_records(report: Report) -> None:
    lines = flow_said(report.seen["pay/clinic_mixed"], ZH)
    assert re.fullmatch(
        r"中心 6 结算完成，60\.00 元 = 基金 35\.00 \+ 个账 10\.00 \+ 现金 15\.00（#\d+）", lines[0]
    )
    assert re.fullmatch(r"院内 已支付，入账 1 次，金额与中心一致.*（#\d+）", lines[1])
    assert re.match(r"报文 .*6201（#\d+）；6202（#\d+）", lines[-1])
    english = flow_said(report.seen["pay/clinic_mixed"], EN)
    assert not re.search("[\u4e00-\u9fff]", "".join(english))


def test_no_case_says_only_how_many_verdicts_passed(report: Report) -> None:
    for case in report.cases:
        if case.verdict in ("pass", "fail", "warn"):
            said = case_said(case, report, ZH)
            assert said, case.id
            assert re.search(r"#\d+", "".join(said)), (case.id, said)
            assert "项判定通过" not in "".join(said)


def test_what_failed_is_said_first(report: Report) -> None:
    case = next(case for case in report.cases if any(row.verdict == "fail" for row in case.actual))
    assert case_said(case, report, ZH)[0].startswith("不通过 ")


def test_a_refusal_of_the_hospital_names_its_action_and_code() -> None:
    records = [
        {"kind": "driver", "what": "call", "flow": "f", "seq": 1, "d": {"action": "pay"}},
        {"kind": "driver", "what": "answer", "flow": "f", "seq": 2, "link": 1,
         "d": {"state": "refused", "code": "CREDENTIAL", "patient_state": "failed"}},
    ]  # fmt: skip
    built = model.build({}, records, [])
    assert flow_said(built.seen["f"], ZH) == ["支付被拒绝：CREDENTIAL 授权或医保码不可用（#1、#2）"]


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        ({"balance": 900, "insutype": "310", "ratio": 50}, "个账余额 9.00 元，险种 职工基本医疗保险 310，统筹支付比例 50%"),
        ({"policy": {"confirm": "never", "cash": "insufficient"}}, "参保人行为（确认支付 不确认，现金 余额不足）"),
        ({"deductible": 1_000_000, "inpatient": True}, "起付线 10000.00 元，在院 是"),
        ({"amounts": {"total": 6000, "cash": 1}}, "金额（总额 60.00 元，现金 0.01 元）"),
    ],
)  # fmt: skip
def test_test_data_is_in_words_and_in_yuan(spec: dict[str, Any], wanted: str) -> None:
    assert brief(spec, ZH) == wanted


def test_a_masked_value_has_an_asterisk_for_what_it_hides() -> None:
    tail = "~dec3651a59"
    assert starred("329" + tail, "user_card_no") == "329" + "*" * 15 + tail
    assert starred("叶" + tail, "psn_name") == "叶**" + tail
    assert starred("139" + tail, "phone") == "139" + "*" * 8 + tail
    assert starred(f"证件 329{tail} 有误") == f"证件 329******{tail} 有误"
    assert starred("329***" + tail, "certno") == "329***" + tail, "what the masker filled up stays"
    shown = part_shown("550D0E5EC2BCC83AF474A2DF15AB39BF")
    assert (len(shown), shown[:4], shown[-4:], set(shown[4:-4])) == (32, "550D", "39BF", {"*"})


def test_no_masked_value_is_cut_in_the_docx(report: Report) -> None:
    doc = Document(io.BytesIO(render_docx.render(report)))
    texts = [node.text or "" for node in doc.element.body.iter(qn("w:t"))]
    assert [said for said in texts if re.search(r"~[0-9a-f]{10}", said)] == []
    assert any(re.fullmatch(r"[0-9A-Z]{2,4}\*{6,}", said) for said in texts)


def test_meanings_come_from_the_schemas() -> None:
    assert field_of("6201", "request", "feedetailList[0].cnt").name
    assert field_of("1101", "response", "insuinfo[0].balc").name
    assert field_of("modeA", "request", "openid").name == field_of("userQuery", "request", "openid").name
    assert field_of("1101", "response", "baseinfo.gend").codes["1"] == "男"
    assert field_of("9999", "request", "x") is None


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        (
            "声明模式 A; 声明业务 挂号, 退费 (MP-REC) 见 6.2。",
            "声明模式 A；声明业务 挂号，退费（MP-REC）见 6.2。",
        ),
        ("签名 (sign.verify) 不符: HTTP 400", "签名（sign.verify）不符：HTTP 400"),
        ("abc, def: (x)", "abc, def: (x)"),
        ("http://a.b:80/x 中文", "http://a.b:80/x 中文"),
        ('应答为 {"code": 1, "msg": "验签失败"}', '应答为 {"code": 1, "msg": "验签失败"}'),
    ],
)
def test_chinese_sentences_have_chinese_marks(typed: str, printed: str) -> None:
    assert full_width(typed) == printed
