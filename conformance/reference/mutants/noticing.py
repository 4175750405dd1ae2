"""How 6302 is verified, matched and acknowledged, done wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from conformance.reference.books import HospitalOrder
from conformance.reference.change import Mutant, with_points
from conformance.reference.received_notices import KNOWN, OK, problem_with, verified
from simulator.protocol.text.money import to_yuan
from simulator.protocol.wire.envelope import Opened

LOGIN_PAGE: Final = (
    "<!DOCTYPE html><html><head><title>统一登录</title></head><body>请登录</body></html>".encode()
)


def _unverified(opened: Opened) -> Mapping[str, Any] | None:
    return opened.data if isinstance(opened.data, Mapping) else None


def _verified_if_signed(opened: Opened) -> Mapping[str, Any] | None:
    bare = opened.bad is not None and opened.bad.name == "sign.present"
    return opened.data if bare and isinstance(opened.data, Mapping) else verified(opened)


def _verified_if_readable(opened: Opened) -> Mapping[str, Any] | None:
    unread = opened.bad is not None and opened.bad.name == "sign.encoding"
    return opened.data if unread and isinstance(opened.data, Mapping) else verified(opened)


def _strict(data: Mapping[str, Any], order: HospitalOrder, code: str) -> str:
    return "通知有未知字段" if set(data) - KNOWN else problem_with(data, order, code)


def _problem_but(*names: str) -> Callable[[Mapping[str, Any], HospitalOrder, str], str]:
    """Whether the notice fits the order, these members taken to be right."""

    def problem(data: Mapping[str, Any], order: HospitalOrder, code: str) -> str:
        right = {"medOrgOrd": order.med_org_ord, "orgCode": code, "ordStas": "6"}
        return problem_with({**data, **{name: right[name] for name in names}}, order, code)

    return problem


def _parts_only(data: Mapping[str, Any], order: HospitalOrder, code: str) -> str:
    known = order.amounts
    return problem_with({**data, "feeSumamt": to_yuan(known.total)} if known else data, order, code)


def _sum_and_cash_only(data: Mapping[str, Any], order: HospitalOrder, code: str) -> str:
    known = order.amounts
    taken = {"fundPay": to_yuan(known.fund), "psnAcctPay": to_yuan(known.account)} if known else {}
    return problem_with({**data, **taken}, order, code)


def _once_only(data: Mapping[str, Any], order: HospitalOrder, code: str) -> str:
    return "重复通知" if order.state == "paid" else problem_with(data, order, code)


NOTICING: Final = (
    # Answer every notice with a failure (MP-NTF-01).
    Mutant(
        "notice_not_acknowledged",
        "通知处理后一律答失败",
        caught_by=("NTF-ACK-001",),
        needs=("pay/clinic_mixed",),
        apply=with_points(
            noticing={"answer": lambda _answer: (500, {"success": False, "message": "系统异常"})}
        ),
    ),
    # A gateway answers every notice with its login page and HTTP 200 (centre sheet 22).
    Mutant(
        "page_for_notice",
        "通知由网关的登录页以 200 应答",
        caught_by=("NTF-PAGE-001",),
        needs=("pay/clinic_mixed",),
        apply=with_points(noticing={"answer": lambda _answer: (200, LOGIN_PAGE)}),
    ),
    # Acknowledge the notice although the booking failed, and ask nobody afterwards (MP-NTF-15).
    Mutant(
        "ack_before_booking",
        "入账失败也应答成功, 之后也不查询",
        caught_by=("FLT-BOOK-001",),
        needs=("fault/booking_fails_once",),
        apply=with_points(
            noticing={"answer": lambda _answer: OK}, resending={"poll_pause_s": lambda _count: None}
        ),
    ),
    # Acknowledge and drop a notice that comes before the 6202 answer (MP-NTF-07).
    Mutant(
        "drop_unknown_notice",
        "先到的通知应答成功后丢弃",
        caught_by=("NTF-EARLY-001",),
        needs=("notify/early",),
        apply=with_points(
            noticing={"keep_early": lambda _order, _data: OK}, resending={"poll_pause_s": lambda _count: None}
        ),
    ),
    # Act on whatever looks like a notice, without verifying it (MP-NTF-05).
    Mutant(
        "skip_notice_verify",
        "通知不验签就处理",
        caught_by=("NTF-SIGN-001",),
        needs=("notify/forged",),
        apply=with_points(noticing={"read": _unverified}),
    ),
    # Verify the signature of a notice only when there is one (MP-NTF-05).
    Mutant(
        "unsigned_notice_believed",
        "通知没有签名就不验签",
        caught_by=("NTF-SIGN-001",),
        needs=("notify/forged",),
        apply=with_points(noticing={"read": _verified_if_signed}),
    ),
    # Let a notice pass whose signature cannot be decoded: the error is caught and forgotten (MP-NTF-05).
    Mutant(
        "unreadable_signature_believed",
        "签名解不出时不当作验签失败",
        caught_by=("NTF-SIGN-001",),
        needs=("notify/hostile",),
        apply=with_points(noticing={"read": _verified_if_readable}),
    ),
    # Refuse a notice with an unknown member (MP-NTF-11).
    Mutant(
        "strict_notice_fields",
        "通知里有未知字段就拒绝",
        caught_by=("NTF-FIELD-001",),
        needs=("notify/unknown_fields",),
        apply=with_points(noticing={"problem": _strict}),
    ),
    # Book whatever amounts a verified notice brings (MP-NTF-06).
    Mutant(
        "trust_notice",
        "直接采用通知里的金额",
        caught_by=("NTF-MATCH-001",),
        needs=("notify/altered",),
        apply=with_points(
            noticing={"problem": lambda _data, _order, _code: ""},
            settling={"agrees": lambda _amounts, _order: True},
        ),
    ),
    # Find the order by payOrdId and do not compare the hospital's own number (MP-NTF-06).
    Mutant(
        "notice_number_ignored",
        "通知的 medOrgOrd 不比对",
        caught_by=("NTF-ORDER-001",),
        needs=("notify/altered_order",),
        apply=with_points(noticing={"problem": _problem_but("medOrgOrd")}),
    ),
    # Find the order by the hospital's own number, whatever payOrdId says (MP-NTF-06).
    Mutant(
        "notice_pay_order_ignored",
        "通知按 medOrgOrd 找订单, 不比对 payOrdId",
        caught_by=("NTF-ORDER-001",),
        needs=("notify/altered_pay_order",),
        apply=with_points(
            noticing={"find": lambda books, data: books.orders.get(str(data.get("medOrgOrd") or ""))}
        ),
    ),
    # Do not look at the institution of a notice (MP-NTF-06).
    Mutant(
        "notice_institution_ignored",
        "通知的机构编号不比对",
        caught_by=("NTF-ORG-001",),
        needs=("notify/altered_institution",),
        apply=with_points(noticing={"problem": _problem_but("orgCode")}),
    ),
    # Book on a notice that says itself that nothing is settled (MP-NTF-06).
    Mutant(
        "notice_state_ignored",
        "通知写明未结算完成也入账",
        caught_by=("NTF-STATE-001",),
        needs=("notify/altered_state",),
        apply=with_points(noticing={"problem": _problem_but("ordStas")}),
    ),
    # Compare the parts of a notice and not its total (MP-NTF-06).
    Mutant(
        "notice_total_ignored",
        "通知只比对三项, 不比对总额",
        caught_by=("NTF-MATCH-001",),
        needs=("notify/altered_total",),
        apply=with_points(
            noticing={"problem": _parts_only}, settling={"agrees": lambda _amounts, _order: True}
        ),
    ),
    # Compare total and cash of a notice, not what fund and account pay (MP-NTF-06).
    Mutant(
        "notice_split_ignored",
        "通知只比对总额与现金",
        caught_by=("NTF-MATCH-001",),
        needs=("notify/altered_split",),
        apply=with_points(
            noticing={"problem": _sum_and_cash_only}, settling={"agrees": lambda _amounts, _order: True}
        ),
    ),
    # A login page stands before the notice URL (MP-NTF-01).
    Mutant(
        "notice_behind_login",
        "通知地址被登录拦截",
        caught_by=("NTF-ACK-001",),
        needs=("notify/normal",),
        apply=with_points(noticing={"answer": lambda _answer: (401, {"message": "请先登录"})}),
        how="login",
    ),
    # Answer the repeat of a booked notice as a failure (MP-NTF-04).
    Mutant(
        "repeat_is_failure",
        "重复的通知答失败",
        caught_by=("NTF-ONCE-001",),
        needs=("notify/duplicate",),
        apply=with_points(noticing={"problem": _once_only}),
        how="refused",
    ),
)
