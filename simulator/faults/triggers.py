"""One table for three ways to choose a scripted outcome: header `X-Sim-Case`, amount tail, control API.

Sheet acceptance 12: a hospital system that cannot add headers types an amount. A tail is the last two
digits of the order total in fen; it works only where an institution switched it on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.faults.scripted_reply import ReplyScript
from simulator.protocol.text.money import MoneyError, to_fen
from simulator.protocol.text.said import Said

HEADER = "x-sim-case"


@dataclass(frozen=True, slots=True)
class Trigger:
    """`case` is what the header says, `tail` the fen. One of `fault`, `reply`, `policy` is what it arms.

    `interface` and `times` say on which messages; `params` go to the fault.
    """

    case: str
    tail: int
    about: Said
    interface: str = "6202"
    fault: str = ""
    params: Mapping[str, int] = field(default_factory=dict)
    reply: ReplyScript | None = None
    policy: Mapping[str, Any] = field(default_factory=dict)
    times: int = 1


TRIGGERS: tuple[Trigger, ...] = (
    Trigger("MP-FLT-01", 1, Said("6201请求丢失（超时，未处理）"), "6201", fault="drop_request"),
    Trigger("MP-FLT-02", 2, Said("6202已处理而应答丢失（超时，结果未知）"), fault="drop_response"),
    Trigger("MP-FLT-03", 3, Said("6301连续三次只答处理中，不给金额"), "6301", times=3, reply=ReplyScript(
        unset=("ownPayAmt", "psnAcctPay", "fundPay", "feeSumamt"), set={"ordStas": "2"})),
    Trigger("MP-FLT-04", 4, Said("6301已结算但缺金额"), "6301", reply=ReplyScript(
        unset=("ownPayAmt", "psnAcctPay", "fundPay", "feeSumamt"))),
    Trigger("MP-FLT-05", 5, Said("现金腿失败"), policy={"cash": "fail"}),
    Trigger("MP-FLT-06", 6, Said("医保腿失败"), policy={"medical": "fail"}),
    Trigger("MP-FLT-14", 14, Said("网关连续两次502"), fault="status_before", params={"status": 502}, times=2),
    Trigger("MP-FLT-23", 23, Said("签名无误而业务被拒"), reply=ReplyScript(
        code="LT-SIM-SCRIPTED", message=Said("按脚本拒绝"), success=False, instead=True)),
    Trigger("MP-FLT-25", 25, Said("未知错误码"), reply=ReplyScript(
        code="99999", message=Said("未知错误"), success=False, instead=True)),
    Trigger("MP-SEC-02", 32, Said("应答由另一把私钥签名"), fault="wrong_key"),
    Trigger("MP-SEC-03", 33, Said("应答签名被改一位"), fault="tamper_sign"),
    Trigger("MP-SEC-04", 34, Said("请求签名在途中被改，平台拒绝"), fault="tamper_request_sign"),
    Trigger("MP-SEC-05", 35, Said("应答密文被改，无法解密"), fault="tamper_cipher"),
    Trigger("MP-NTF-02", 42, Said("结算通知全部丢失，只能查询"), "6302", fault="drop_request", times=10),
    Trigger("MP-NTF-07", 47, Said("结算通知先于6202应答到达"), policy={"before_reply": True}),
    Trigger("MP-PAY-CANCEL", 51, Said("患者取消支付"), policy={"confirm": "cancel"}),
    Trigger("MP-PAY-PASSWORD", 52, Said("患者输错密码"), policy={"confirm": "wrong_password"}),
    Trigger("MP-PAY-WALKAWAY", 53, Said("患者不确认，订单到期"), policy={"confirm": "never"}),
    Trigger("MP-PAY-SHORT", 54, Said("银行卡余额不足"), policy={"cash": "insufficient"}),
)  # fmt: skip


def by_case(case: str) -> Trigger | None:
    """The row of a case; None when there is no such row."""
    return next((row for row in TRIGGERS if row.case == case), None)


def by_header(interface: str, case: str, makes_order: bool) -> Trigger | None:
    """The row that a header names, when this message may arm it: its own interface, or one that makes an order."""
    row = by_case(case) if case else None
    return row if row is not None and (makes_order or interface == row.interface) else None


def by_amount(member: str, data: Any) -> Trigger | None:
    """The row whose tail the order total has that `member` of the data states; None without a readable total."""
    if not isinstance(data, Mapping):
        return None
    try:
        fen = to_fen(data.get(member, ""))
    except MoneyError:
        return None
    return next((row for row in TRIGGERS if row.tail == fen % 100), None)
