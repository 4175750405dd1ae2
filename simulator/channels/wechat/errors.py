"""How APIv3 refuses: HTTP status, `code`, `message`, and the internal number that ends `Request-ID`.

Codes and numbers as payment-channels 1b.10 (H) has them; which fact leads to which of them is ours where the sheet
does not say (assumed), and so are the two literals of what does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Reply, Step
from simulator.protocol.text.said import Said, Text
from simulator.protocol.wire.opened import Opened


@dataclass(frozen=True, slots=True)
class WxCode:
    """One `code` of an error answer: its HTTP status, what it means, where it comes from and how sure that is."""

    status: int
    about: Said
    mark: str


CODES: Final[Mapping[str, WxCode]] = {
    "PARAM_ERROR": WxCode(400, Said("参数错误; 先于规则检查"), "H"),
    "INVALID_REQUEST": WxCode(400, Said("请求与商户或订单的状态不符"), "H"),
    "ALREADY_EXISTS": WxCode(400, Said("out_trade_no 已用过, 失败后也不能再用"), "H"),
    "SIGN_ERROR": WxCode(401, Said("签名、时间戳、随机串、商户号或证书序列号不对"), "H"),
    "NO_AUTH": WxCode(403, Said("商户无权限"), "H; literal L"),
    "RULE_LIMIT": WxCode(403, Said("字段组合或金额关系不符合规则"), "H"),
    "ORDER_NOT_EXIST": WxCode(404, Said("订单不存在; 字面值未公开"), "L"),
    "RESOURCE_NOT_EXISTS": WxCode(404, Said("退款单不存在; 字面值未公开"), "L"),
    "NO_STATEMENT_EXIST": WxCode(400, Said("该日没有账单, 或尚未生成; 字面值未公开"), "L"),
    "SYSTEM_ERROR": WxCode(500, Said("系统错误; 用原 out_trade_no 查询后重试"), "H"),
}  # fmt: skip
UNKNOWN: Final = 400
"""The status of a code that a script of the user invents."""

ILLEGAL, NOT_FOUND, EXISTS = 268435461, 268529515, 268512536
OPENID, SUB_OPENID = 268510603, 268510604
ID_DIGEST, NAME, UNBOUND, RELATION = 268545961, 268545962, 268545963, 268545964
AUTH_CHECK, AUTH_UNKNOWN, BUREAU = 268547120, 268545967, 268510610
TOTAL, CASH, MIXED = 268529477, 268529476, 268529481
FIELDS_CASH, FIELDS_INSURANCE = 268529474, 268529475
NUMBERS: Final[Mapping[int, Said]] = {
    ILLEGAL: Said("参数不合法"), NOT_FOUND: Said("订单不存在"), EXISTS: Said("订单已存在"),
    OPENID: Said("openid 不对"), SUB_OPENID: Said("sub_openid 不对(服务商模式, 尚未提供)"),
    ID_DIGEST: Said("证件号码摘要与医保电子凭证持卡人不一致"), NAME: Said("姓名与医保电子凭证持卡人不一致"),
    UNBOUND: Said("未在微信绑定医保电子凭证"), RELATION: Said("没有这一亲情关系"),
    AUTH_CHECK: Said("pay_auth_no 校验不通过: 已用、过期或属于别的业务"), AUTH_UNKNOWN: Said("医保局查不到授权"),
    BUREAU: Said("医保局结算校验不通过: 金额或单号与预结算不一致, 或已结算"),
    TOTAL: Said("total_fee 不对"), CASH: Said("wechat_pay_cash_fee 不对"), MIXED: Said("四项医保金额之和不对"),
    FIELDS_CASH: Said("纯自费的字段组合不对"), FIELDS_INSURANCE: Said("混合或纯医保的字段组合不对"),
}  # fmt: skip
"""Internal numbers of 1b.10 (H), and what the simulator gives them for."""

SIGNED: Final = ("wx.authorization", "wx.merchant", "wx.serial", "wx.time", "wx.signature", "replay.")
"""Facts by how their names begin: what they say is about the signature, whatever else is wrong."""
NOBODY: Final[Mapping[str, tuple[str, int]]] = {
    "wxPrepay": ("PARAM_ERROR", OPENID),
    "wxMedIns": ("PARAM_ERROR", OPENID),
    "wxRefundQuery": ("RESOURCE_NOT_EXISTS", NOT_FOUND),
}
"""What a message is told that names nobody of this world; every other: the order does not exist."""


@dataclass(frozen=True, slots=True)
class WxError:
    """An error answer."""

    status: int
    code: str
    message: str
    number: int = 0
    detail: Mapping[str, Any] | None = None


def refuse(shard: Shard, code: str, message: Text, number: int = 0) -> Step:
    """A refusal in WeChat's words: the shard as it was."""
    return Step(shard, (refusal(code, message, number),))


def refusal(code: str, message: Text, number: int = 0) -> Reply:
    """The reply of such a refusal."""
    return Reply(code, message, {"number": number}, success=False)


def error_of(answer: Reply, opened: Opened, interface: str) -> WxError:
    """The error answer for a refusal of ours: of a handler, of the facts of opening, of the shell."""
    message, bad = str(answer.message), opened.bad
    if answer.code in CODES:
        number = answer.data.get("number", 0) if answer.data else 0
        return WxError(CODES[answer.code].status, answer.code, message, int(number))
    if answer.code == "LT-INTERNAL":
        return WxError(500, "SYSTEM_ERROR", message)
    if answer.code == "LT-UNATTRIBUTED":
        code, number = NOBODY.get(interface, ("ORDER_NOT_EXIST", NOT_FOUND))
        return WxError(CODES[code].status, code, message, number)
    if bad is None and answer.code.startswith("LT-REPLAY"):
        return WxError(401, "SIGN_ERROR", message)
    if bad is None:  # scripted
        return WxError(UNKNOWN, answer.code, message)
    signed = next((fact for fact in opened.bads if fact.name.startswith(SIGNED)), None)
    if signed is not None:
        said = str(signed.note) or message
        return WxError(401, "SIGN_ERROR", said, 0, {"issue": said})
    return WxError(400, "PARAM_ERROR", message, ILLEGAL, _detail(bad.data))


def _detail(data: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Where the first field stands that does not fit."""
    first = next(iter(data.get("errors", ())), None)
    return {"location": "body", "field": first["path"], "issue": first["message"]} if first else None
