"""Nothing stands on more than its sheet: `status` of options, interfaces and states against the marks (shared README)."""

from __future__ import annotations

import re

import pytest

from simulator.protocol.model.order_table import STATE_STATUS, STATES, TRANSITIONS
from simulator.protocol.model.role import interfaces_of
from simulator.roles import ROLES

RANK = {
    word: rank
    for rank, word in enumerate(
        ("assumed", "vendor-code-single", "vendor-code", "provincial", "channel-official", "official")
    )
}
MEANS = {  # sheet, letter -> status
    "centre": {"M": "vendor-code", "V": "vendor-code", "S": "vendor-code-single", "I": "assumed", "R": "assumed", "U": "assumed"},
    "institution": {"H": "vendor-code", "M": "vendor-code-single", "L": "assumed", "U": "assumed"},
    "channels": {"H": "channel-official", "M": "vendor-code-single", "L": "assumed", "unknown": "assumed"},
    "acceptance": {"H": "provincial", "M": "vendor-code", "L": "vendor-code-single", "PROPOSED": "assumed"},
}  # fmt: skip

ROWS = interfaces_of(ROLES)


def allowed(origin: str) -> int:
    """The rank of the strongest mark of an origin such as `centre/S [11], exact U; channels/H,M disagree`."""
    best = 0
    for part in origin.split(";"):
        sheet, _, marks = part.strip().partition("/")
        for letter in re.findall(r"\b(unknown|PROPOSED|[A-Z])\b", marks):
            best = max(best, RANK[MEANS.get(sheet, {}).get(letter, "assumed")])
        if sheet == "centre" and "[11]" in marks:
            best = max(best, RANK["channel-official"])
    return best


def test_no_option_claims_more_than_its_marks(base_profile):
    over = {
        name: (option.status, option.origin)
        for name, option in base_profile.options.items()
        if RANK[option.status] > allowed(option.origin)
    }
    assert over == {}


def test_an_unknown_point_is_assumed(base_profile):
    unknown = {
        name: option.status for name, option in base_profile.options.items() if allowed(option.origin) == 0
    }
    assert unknown
    assert set(unknown.values()) == {"assumed"}, unknown


SHEET_INTERFACES = {  # number: path, sheet's mark of the row
    "6201": ("/org/local/api/hos/uldFeeInfo", "centre/M"),
    "6202": ("/org/local/api/hos/pay_order", "centre/M"),
    "6203": ("/org/local/api/hos/refund_Order", "centre/M"),
    "6301": ("/org/local/api/hos/query_order_info", "centre/M"),
    "6302": ("", "centre/M"),
    "6401": ("/org/local/api/hos/revoke_order", "centre/M"),
    "1101": ("/fsi/api/fsiPsnInfoService/queryPsnInfo", "institution/H"),
    "2201": ("/fsi/api/outpatientDocInfoService/outpatientRregistration", "institution/H"),
    "2202": ("/fsi/api/outpatientDocInfoService/outpatientRegistrationCancel", "institution/H"),
    "1162": ("/fsi/api/hsecfc/localQrCodeQuery", "institution/M"),
    "userQuery": ("/api/mipuserquery/userQuery/{partnerId}", "channels/M"),
    "modeA": (None, "channels/unknown"),
    "wxPrepay": ("/v3/pay/transactions/jsapi", "channels/H"),
    "wxQuery": ("/v3/pay/transactions/out-trade-no/{out_trade_no}", "channels/H"),
    "wxClose": ("/v3/pay/transactions/out-trade-no/{out_trade_no}/close", "channels/H"),
    "wxRefund": ("/v3/refund/domestic/refunds", "channels/H"),
    "wxRefundQuery": ("/v3/refund/domestic/refunds/{out_refund_no}", "channels/H"),
    "wxTradeBill": ("/v3/bill/tradebill", "channels/H"),
    "wxBillFile": (None, "channels/H"),
    "wxPaid": ("", "channels/H"),
    "wxRefunded": ("", "channels/H"),
    "wxMedIns": ("/v3/med-ins/orders", "channels/H"),
    "wxMedInsQuery": ("/v3/med-ins/orders/mix-trade-no/{mix_trade_no}", "channels/H"),
    "wxMedInsRefund": ("/v3/med-ins/refunds/notify", "channels/H"),
    "wxMedInsPaid": ("", "channels/H"),
    "wxCertificates": ("/v3/certificates", "channels/H"),
    "callService": ("/fsi/api/rsfComIfsService/callService", "institution/H"),
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_paths_are_the_sheet_s_to_the_letter(row):
    path, mark = SHEET_INTERFACES[row.number]
    assert path in (None, row.path)
    assert RANK[row.status] <= allowed(mark)


def test_every_interface_is_held_against_the_sheet():
    assert {row.number for row in ROWS} == set(SHEET_INTERFACES)


SHEET_STATES = """0 已保存 | 1 预结算完成 | 2 结算中 | 3 自费完成 | 4 医保支付完成 | 5 院内结算完成 | 6 结算完成 | 7 已退款
    | 8 已医保全部退款 | 9 仅自费全部退款 | 10 仅自费部分退款 | 11 医保全部退、自费部分退款 | 12 已撤销 | 13 医保已撤销
    | 14 异常 | 15 结算失败 | 16 医保结算失败、自费冲正失败 | 17 退款中"""


def test_states_are_the_sheet_s_and_17_has_one_source():
    assert dict(item.split() for item in SHEET_STATES.split("|")) == {
        code: str(name) for code, name in STATES.items()
    }
    assert {code for code, status in STATE_STATUS.items() if status != "vendor-code"} == {"17"}
    assert STATE_STATUS["17"] == "vendor-code-single"


SHEET_TRANSITIONS = [  # centre 8, all inferred
    ("", "upload", "0"), ("0", "presettle", "1"), ("1", "confirm", "2"), ("2", "cash_paid", "3"), ("2", "medical_paid", "4"),
    ("3", "medical_paid", "4"), ("4", "institution_done", "5"), ("3", "institution_done", "5"), ("5", "all_done", "6"),
    ("3", "medical_failed", "15"), ("2", "medical_failed", "15"), ("3", "cash_stuck", "16"), ("2", "undecided", "14"),
    ("0", "revoke", "12"), ("1", "revoke", "12"), ("6", "refund_all", "7"), ("17", "refund_all", "7"), ("6", "refund_hi", "8"),
    ("6", "refund_cash", "9"), ("6", "refund_cash_part", "10"), ("8", "refund_cash_part", "11"), ("6", "refund_started", "17"),
]  # fmt: skip


@pytest.mark.parametrize("row", SHEET_TRANSITIONS, ids=str)
def test_each_transition_that_the_sheet_suggests_is_in_the_table(row):
    assert row in {(one.before, one.event, one.after) for one in TRANSITIONS}


def test_no_transition_claims_a_source_that_does_not_exist():
    assert {one.status for one in TRANSITIONS} == {"assumed"}
