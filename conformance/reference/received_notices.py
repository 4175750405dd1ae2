"""Receive 6302: open, verify, match, book once, then answer (centre sheet 6.8; contracts 10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference import messages, settlement_desk
from conformance.reference.books import OPEN, Books, HospitalOrder
from conformance.reference.config import PROFILE
from conformance.reference.hospital import Hospital, wall_ms
from conformance.reference.hospital_values import NoticeAnswer
from simulator.protocol.wire.mirrors import SEALED
from simulator.protocol.wire.opened import Opened
from simulator.protocol.wire.raw import RawMessage

OK: Final[NoticeAnswer] = (200, {"success": True, "message": "成功"})
NEEDED: Final = (
    "payOrdId", "callType", "medOrgOrd", "traceTime", "feeSumamt", "ownPayAmt", "psnAcctPay", "fundPay", "setlType",
)  # fmt: skip
KNOWN: Final = frozenset(
    {
        *NEEDED, "ordStas", "othFeeAmt", "hospPartAmt", "acctMulaidPay", "selfAcctPay", "deposit", "delvFee",
        "hiChrgTime", "hiDocSn", "hiRgstSn", "orgName", "orgCode", "ecCode", "revsToken", "extData", "expContent",
    }
)  # fmt: skip


def refuse(status: int, message: str) -> NoticeAnswer:
    """Not accepted: the centre sends it again (contracts 10)."""
    return status, {"success": False, "message": message}


def receive(hospital: Hospital, raw: RawMessage) -> NoticeAnswer:
    """One delivery: HTTP status and JSON body of the answer. Books at most once, however often it comes."""
    assert SEALED.read_notice is not None
    opened = SEALED.read_notice(raw, hospital.config.sealed_caller, PROFILE, wall_ms())
    data = hospital.practice.noticing.read(opened)
    if data is None:
        return refuse(400, f"通知不可信: {opened.bad.note if opened.bad else '没有业务数据'}")
    order = hospital.practice.noticing.find(hospital.books, data)
    if order is None:
        return refuse(404, "没有这笔订单")
    problem = hospital.practice.noticing.problem(data, order, hospital.config.code)
    if problem:
        if order.state in OPEN:
            order.state = hospital.practice.noticing.in_conflict or order.state
        hospital.alert(order, problem)
        settlement_desk.start_polling(hospital, order)
        return refuse(409, problem)
    return hospital.practice.noticing.answer(_act(hospital, order, data))


async def ask_first(hospital: Hospital, raw: RawMessage) -> None:
    """Ask 6301 about the order of a believable notice, for a hospital that books on nothing else."""
    assert SEALED.read_notice is not None
    opened = SEALED.read_notice(raw, hospital.config.sealed_caller, PROFILE, wall_ms())
    data = hospital.practice.noticing.read(opened)
    order = hospital.practice.noticing.find(hospital.books, data) if data is not None else None
    if data is None or order is None or order.amounts is None or hospital.books.booked(order):
        return
    if not hospital.practice.noticing.problem(data, order, hospital.config.code):
        await settlement_desk.ask(hospital, order)


def by_pay_ord_id(books: Books, data: Mapping[str, Any]) -> HospitalOrder | None:
    """The order is found by the centre's number (sheet 6.8); the hospital's own is compared afterwards."""
    return books.by_pay_ord_id(str(data.get("payOrdId") or ""))


def verified(opened: Opened) -> Mapping[str, Any] | None:
    """Only a notice that opens and verifies has data."""
    return opened.data if opened.ok and isinstance(opened.data, Mapping) else None


def problem_with(data: Mapping[str, Any], order: HospitalOrder, code: str) -> str:
    """Why a verified notice is not about this order as we know it, or "" (unknown members are ignored)."""
    missing = [name for name in NEEDED if data.get(name) in (None, "")]
    if missing:
        return f"通知缺少 {', '.join(missing)}"
    if data["callType"] != "02" or str(data.get("ordStas") or "6") != "6":
        return "不是支付成功的通知"
    if data["medOrgOrd"] != order.med_org_ord or data.get("orgCode") not in (None, "", code):
        return "通知的订单号或机构与本单不一致"
    amounts = messages.amounts_in(data)
    if amounts is None or not settlement_desk.agrees(amounts, order):
        return "通知的金额与本单不一致, 以查询为准"
    return ""


def _act(hospital: Hospital, order: HospitalOrder, data: Mapping[str, Any]) -> NoticeAnswer:
    amounts = messages.amounts_in(data)
    if amounts is None:
        return refuse(409, "通知没有金额")
    if order.amounts is None:
        if order.state == "manual":
            hospital.spawn(settlement_desk.ask(hospital, order))  # a notice settles the doubt
        settlement_desk.start_polling(hospital, order)  # in case the 6202 answer never comes (NTF-EARLY-001)
        return hospital.practice.noticing.keep_early(order, data)
    if hospital.practice.noticing.books == "later":
        if not hospital.books.booked(order):
            hospital.spawn(settlement_desk.ask(hospital, order))
        settlement_desk.start_polling(hospital, order)
        return OK
    if hospital.practice.noticing.books == "asked":
        settlement_desk.start_polling(hospital, order)
        return OK if hospital.books.booked(order) else refuse(503, "尚未查得结算结果, 请重发")
    settled = settlement_desk.settle(hospital, order, amounts, data)
    if settled == "mismatch":
        return refuse(409, "通知的金额与本单不一致, 以查询为准")
    if settled == "failed":
        return refuse(503, "院内入账失败, 请重发")
    return OK


def keep_until_ordered(order: HospitalOrder, data: Mapping[str, Any]) -> NoticeAnswer:
    """A notice before the 6202 answer is kept until that answer (NTF-EARLY-001)."""
    order.early = dict(data)
    return OK


def take_early(hospital: Hospital, order: HospitalOrder) -> None:
    """Now that 6202 has answered, act on the notice that came before."""
    if order.early is not None:
        data, order.early = order.early, None
        if not problem_with(data, order, hospital.config.code):
            _act(hospital, order, data)
