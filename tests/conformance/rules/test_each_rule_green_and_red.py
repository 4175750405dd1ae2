"""Every rule seen green, seen red and seen without its precondition, each on a tiny hand-made flow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conformance.finding import Finding
from conformance.rules import RULES

Tell = Callable[[Any], object]
Facts = Callable[..., list[dict[str, Any]]]
HAVE = dict(RULES)


def paid(s: Any) -> None:
    s.paid()


def with_facts(name: str, **d: Any) -> Tell:
    """A single sealed request with one bad fact."""

    def tell(s: Any) -> None:
        seen = [{"n": "sign.verify", "ok": True}, {"n": name, "ok": False, "note": f"{name} 不对", "d": d}]
        s.upload(facts=seen)

    return tell


def unverified(cause: str) -> Tell:
    """A request whose signature fails with a named cause."""

    def tell(s: Any) -> None:
        s.upload(facts=[{"n": "sign.verify", "ok": False, "note": "验签失败"},
                        {"n": "sign.cause", "ok": False, "note": cause, "d": {"cause": cause}}])  # fmt: skip

    return tell


def spoiled_query(fault: str, *, believed: bool) -> Tell:
    """The notice is lost and 6301 is spoiled; the vendor books before or after a good one."""

    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()), order="ORD1", shown="pending")
        s.order("0", "1", "6")
        s.query(faults=[fault])
        s.probe(*(("paid", 1) if believed else ("pending", 0)))
        s.query()
        s.probe()

    return tell


def spoiled_before_settlement(s: Any) -> None:
    """The spoiled answer says 1: whether it was believed cannot be seen."""
    s.pay(during=lambda: (s.upload(), s.place()), order="ORD1", shown="pending")
    s.order("0", "1")
    s.query("1", amounts=False, faults=["tamper_sign"])
    s.settled()
    s.probe()


def pay_with(s: Any, during: Tell = lambda s: None, **how: Any) -> int:
    return s.pay(during=lambda: during(s), **how)


# identity


def by_idcard(s: Any) -> None:
    s.pay(during=lambda: (s.identify(mdtrt_cert_type="02", mdtrt_cert_no="110~x"), s.upload()))


def no_person_query(s: Any) -> None:
    s.upload()


def other_insutype(s: Any) -> None:
    s.identify()
    s.upload(insutype="390")


def other_visit(s: Any) -> None:
    s.identify()
    s.upload(mdtrtId="V9", psnNo="50~other")


def visit_of_another_kind(s: Any) -> None:
    row = {"insutype": "310", "insuplc_admdvs": "509999"}
    s.ask("1101", {}, {"baseinfo": {"psn_no": "50~p1"}, "insuinfo": [row]})
    s.ask("2201", {"data": {"psn_no": "50~p9", "insutype": "390"}}, code="-1")


def visit_as_given(s: Any) -> None:
    row = {"insutype": "310", "insuplc_admdvs": "509999"}
    s.ask("1101", {}, {"baseinfo": {"psn_no": "50~p1"}, "insuinfo": [row]})
    s.ask("2201", {"data": {"psn_no": "50~p1", "insutype": "310"}}, {"data": {}}, ids={"mdtrtId": "V1"})
    s.upload()


def two_orders_two_codes(s: Any) -> None:
    s.pay(during=lambda: s.upload(), code="11~a")
    s.pay(during=lambda: s.upload("ORD2", "M2", "AUTH~a2"), code="11~b")


def two_orders_one_code(s: Any) -> None:
    s.pay(during=lambda: s.upload(), code="11~a")
    s.pay(during=lambda: s.upload("ORD2", "M2", "AUTH~a1", code="LT-AUTH-USED"), code="11~b")


def one_code_given_twice(s: Any) -> None:
    s.pay(during=lambda: s.upload(), code="11~a")
    s.pay(during=lambda: s.upload("ORD2", "M2", "AUTH~a1", code="LT-AUTH-USED"), code="11~a", state="refused")


def refused_code(s: Any, during: Tell = lambda s: None, **how: Any) -> None:
    s.authorise(decision="refuse")
    pay_with(s, during, **{"state": "refused", "shown": "failed", **how})


def refused_then_uploaded(s: Any) -> None:
    refused_code(s, lambda s: s.upload())


def refused_then_shown(s: Any) -> None:
    refused_code(s, state="accepted", shown="success")


def aged(s: Any, during: Tell = lambda s: None, **how: Any) -> None:
    s.authorise()
    s.step("advance", ms=700_000)
    pay_with(s, during, **{"state": "refused", "shown": "failed", "message": "授权已过期", **how})


def expired_and_told(s: Any) -> None:
    aged(s, lambda s: s.ask("userQuery", {}, code="-1"))


def expired_but_uploaded(s: Any) -> None:
    aged(s, lambda s: (s.ask("userQuery", {}, code="-1"), s.upload(code="LT-AUTH")))


def expired_not_told(s: Any) -> None:
    aged(s, message="")


def expired_and_settled(s: Any) -> None:
    aged(s, lambda s: s.upload(), state="accepted")
    s.order("0", "1", "6")


def fresh_code(s: Any) -> None:
    s.authorise()
    s.pay()


def foreign(s: Any, **how: Any) -> None:
    s.authorise(person="P2")
    pay_with(s, **{"state": "refused", "shown": "failed", **how})


def foreign_done(s: Any) -> None:
    foreign(s, state="done", shown="success")


def foreign_settled(s: Any) -> None:
    """Refused for 甲, and yet an order in the name of 乙, whose authorisation it was, is settled."""
    foreign(s, during=lambda s: s.upload("ORD2", "M2", person="P2"))
    s.order("0", "1", "6", number="ORD2", person="P2")


def family(s: Any, during: Tell = lambda s: None) -> None:
    s.authorise(family_member="P2")
    pay_with(s, during, state="refused")


def family_uploaded(s: Any) -> None:
    family(s, lambda s: s.upload())


def verify_only(s: Any, **how: Any) -> None:
    s.authorise(biz="04106")
    pay_with(s, lambda s: s.upload(code="LT-AUTH-BIZ"), **{"state": "refused", **how})


def verify_only_shown(s: Any) -> None:
    verify_only(s, state="accepted", shown="success")


# pay


def float_total(s: Any) -> None:
    s.prescribe()
    s.pay(during=lambda: s.upload(medfeeSumamt="59.99"))


def unreadable_total(s: Any) -> None:
    s.prescribe()
    s.pay(during=lambda: s.upload(medfeeSumamt="59.999999"))


def priced(price: str, stated: int) -> Tell:
    """A bill of three pieces at `price`, for which the vendor states a total."""

    def tell(s: Any) -> None:
        items = [{"code": "A001", "cnt": "3", "price_text": price}]
        s.call("prescribe", {"items": items}, result={"bill_id": "B1", "total": stated})
        s.pay(during=lambda: s.upload())

    return tell


def fee_total(s: Any) -> None:
    s.call("book_appointment", result={"registration_id": "G1", "bill_id": "B1", "fee": 6000})
    s.pay(during=lambda: s.upload())


def placed(**changes: Any) -> Tell:
    def tell(s: Any) -> None:
        s.upload()
        s.place(**changes)

    return tell


def serial_twice(s: Any) -> None:
    s.upload()
    s.place(serial="S1")
    s.place(serial="S1")


def serial_is_order(s: Any) -> None:
    s.upload()
    s.place(serial="M1")


def strange_order(s: Any) -> None:
    s.upload()
    s.place("ORD9")


def unbalanced(*, shown: bool = False, booked: bool = False, early: bool = False) -> Tell:
    false = {"fundPay": "55.55"}
    amounts = {"total": 6000, "fund": 5555, "account": 900, "cash": 2100}

    def tell(s: Any) -> None:
        result = {"amounts": amounts} if shown else {}
        state = "accepted" if shown else "refused"
        s.pay(during=lambda: (s.upload(), s.place(answer=false)), state=state, result=result, shown="failed")
        if booked:
            s.probe(amounts=amounts)
        s.probe("paid", 1) if early else s.probe("failed", 0)

    return tell


def one_false_amount(s: Any) -> None:
    """The page shows the falsified fund beside amounts of its own."""
    detail = {"total": 6000, "fund": 3000, "account": 900, "cash": 2100}
    result = {"amounts": {"total": 6000, "fund": 5555}}
    s.upload()
    s.add(
        "world",
        "P1",
        what="order",
        d={"key": "ORD1", "before": "0", "after": "1", "why": "", "detail": detail},
    )
    s.pay(during=lambda: s.place(answer={"fundPay": "55.55"}), result=result, shown="pending")


def account(chosen: bool | None, flag: str) -> Tell:
    def tell(s: Any) -> None:
        args = {} if chosen is None else {"acct_used": chosen}
        s.pay(args=args, during=lambda: (s.upload(), s.place(acctUsedFlag=flag)))

    return tell


def read_back(state: str, booked: int, **how: Any) -> Tell:
    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()), order="ORD1", shown="pending")
        s.settled()
        s.probe(state, booked, **how)

    return tell


def page_shows(amounts: dict[str, int]) -> Tell:
    def tell(s: Any) -> None:
        s.pay(
            during=lambda: (s.upload(), s.place()), order="ORD1", shown="pending", result={"amounts": amounts}
        )
        noted(s)
        s.settled()
        s.probe()

    return tell


def reversed_at_once(s: Any) -> None:
    s.upload()
    s.settled()
    s.order("17", "7")
    s.probe("refunded", 0)


def booked_before(s: Any) -> None:
    s.pay(during=lambda: (s.upload(), s.place()), state="done", order="ORD1")
    s.settled()


def slow_to_answer(s: Any, *, reached: bool) -> None:
    s.pay(during=lambda: (s.upload(), s.place()), order="ORD1", shown="pending")
    s.order("0", "1", "6")
    s.notice(answered=False, accepted=False, reached=reached)
    s.probe()
    s.notice()


def booked_before_it_answered(s: Any) -> None:
    """The first notice is booked and answered too late; the repeat is answered."""
    slow_to_answer(s, reached=True)


def booked_without_a_connection(s: Any) -> None:
    slow_to_answer(s, reached=False)


def booked_without_order(s: Any) -> None:
    s.pay(state="done", shown="success")


def shown_before(s: Any) -> None:
    s.order("0", "1")
    s.pay(during=lambda: (s.upload(), s.place()), state="accepted", order="ORD1", shown="success")


def shown_in_a_reading(s: Any) -> None:
    s.order("0", "1")
    s.probe("pending", 0, shown="success")


def clicks(second: Tell) -> Tell:
    def tell(s: Any) -> None:
        def inner() -> None:
            s.upload()
            s.pay(during=lambda: second(s), state="refused", code="11~x")

        s.pay(during=inner)

    return tell


def merged(*uploads: str, lines: int = 2) -> Tell:
    def tell(s: Any) -> None:
        rows = [{"detItemFeeSumamt": "30.00"}] * lines
        s.pay(("B1", "B2"), during=lambda: [s.upload("O" + m, m, feedetailList=rows) for m in uploads])

    return tell


# registration


def booked_slot(s: Any, left: int = 5, action: str = "book_appointment", day: str = "2026-11-22") -> None:
    result = {"registration_id": "G1", "bill_id": "B1", "slot_id": "SL1", "fee": 6000, "date": day}
    s.call(action, result=result)
    slots(s, left)


def slots(s: Any, left: int) -> None:
    other = {"slots": [{"slot_id": "SL0", "left": 9}]}
    rows = [other, {"slots": [{"slot_id": "SL1", "left": left}]}]
    s.call("list_doctors", result={"doctors": rows}, person="")


def registrations(s: Any, state: str) -> None:
    rows = [{"registration_id": "G0", "state": "unpaid"}, {"registration_id": "G1", "state": state}]
    s.call("list_registrations", result={"registrations": rows})


def registration_paid(state: str) -> Tell:
    def tell(s: Any) -> None:
        booked_slot(s)
        s.pay(during=lambda: (s.upload(), s.place()))
        s.settled()
        registrations(s, state)

    return tell


def cancelled(centre: str = "12", state: str = "cancelled", left: int = 6, *, revoke: bool = True) -> Tell:
    def tell(s: Any) -> None:
        booked_slot(s)
        s.pay(during=lambda: (s.upload(), s.order("0", "1"), s.place()))
        s.call(
            "cancel", {"registration_id": "G1"}, during=lambda: revoke and s.ask("6401", {"payOrdId": "ORD1"})
        )
        s.order(centre)
        registrations(s, state)
        slots(s, left)

    return tell


def cancelled_unseen(s: Any) -> None:
    s.call("book_appointment", result={"registration_id": "G1", "bill_id": "B1", "slot_id": "SL1"})
    s.pay(during=lambda: (s.upload(), s.order("0", "1")))
    s.call("cancel", {"registration_id": "G1"})
    s.order("12")


def cancelled_after_payment(s: Any) -> None:
    booked_slot(s)
    s.pay(during=lambda: (s.upload(), s.order("0", "1", "6")))
    s.call("cancel", {"registration_id": "G1"}, state="refused")


def cancelled_unlisted(s: Any) -> None:
    """The slot is gone from the list after the cancellation: nobody else can book it."""
    booked_slot(s)
    s.pay(during=lambda: (s.upload(), s.order("0", "1")))
    s.call("cancel", {"registration_id": "G1"})
    s.order("12")
    registrations(s, "cancelled")
    s.call("list_doctors", result={"doctors": [{"slots": [{"slot_id": "SL0", "left": 9}]}]}, person="")


def last_place_freed(s: Any) -> None:
    """A vendor that lists only slots with places: the last one comes back."""
    s.call(
        "book_appointment", result={"registration_id": "G1", "bill_id": "B1", "slot_id": "SL1", "fee": 6000}
    )
    s.call("list_doctors", result={"doctors": [{"slots": []}]}, person="")
    s.pay(during=lambda: (s.upload(), s.order("0", "1")))
    s.call("cancel", {"registration_id": "G1"})
    s.order("12")
    registrations(s, "cancelled")
    slots(s, 1)


def expired_registration(centre: str) -> Tell:
    def tell(s: Any) -> None:
        booked_slot(s)
        s.pay(during=lambda: (s.upload(), s.order("0", "1")))
        s.call("clock", {"advance_ms": 1_860_000}, person="")
        s.order(centre)
        registrations(s, "cancelled" if centre == "12" else "unpaid")
        slots(s, 6)

    return tell


def today(begun: str, day: str = "2026-11-22") -> Tell:
    def tell(s: Any) -> None:
        booked_slot(s, action="register_today", day=day)
        s.pay(during=lambda: s.upload(begntime=begun))

    return tell


def registration_refunded(left: int = 6, **refund: Any) -> Tell:
    def tell(s: Any) -> None:
        booked_slot(s)
        s.pay(during=lambda: s.upload())
        s.settled()
        s.call("refund_registration", {"registration_id": "G1"}, during=lambda: s.refund(**refund))
        s.order("7")
        registrations(s, "refunded")
        slots(s, left)

    return tell


# refund

ONE = {"bill_id": "B1", "auth_code": "11~r"}


def refunded(args: Any = None, state: str = "done", **refund: Any) -> Tell:
    """A paid order and one refund call; `refund=None` sends no 6203."""

    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()))
        s.settled()
        sends = refund.pop("sends", True)
        s.call(
            "refund_bill",
            ONE if args is None else args,
            state=state,
            during=lambda: sends and s.refund(**refund),
        )

    return tell


def refunded_by(*refunds: dict[str, Any]) -> Tell:
    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()))
        s.settled()
        for refund in refunds:
            s.call("refund_bill", ONE, during=lambda refund=refund: s.refund(**refund))

    return tell


def noted(s: Any) -> None:
    detail = {"total": 6000, "fund": 3000, "account": 900, "cash": 2100}
    s.add(
        "world",
        "P1",
        what="order",
        d={"key": "ORD1", "before": "5", "after": "6", "why": "", "detail": detail},
    )


def all_without_fund(s: Any) -> None:
    s.upload()
    noted(s)
    s.refund(fund="0.00", total="30.00")


def rest_after_cash(s: Any) -> None:
    s.upload()
    noted(s)
    s.refund(kind="CASH", account="", fund="", total="21.00")
    s.refund(serial="R2", cash="0.00", total="39.00")


BARE = {"bill_id": "B1"}
TWO = {"bill_id": "B1", "auth_code": "11~r", "ec_code": "22~e"}
LINE = {"bill_id": "B1", "items": [{"item_id": "I1"}], "auth_code": "11~r"}


def reversal_only(s: Any) -> None:
    s.upload()
    s.settled()
    s.refund(payAuthNo="", revsToken="RV~1")


def exp(*then: Tell) -> Tell:
    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()))
        s.settled()
        first = {"state": "accepted", "result": {"refund_state": "pending"}}
        s.call("refund_bill", ONE, **first, during=lambda: s.refund("EXP"))
        for act in then:
            act(s)

    return tell


def exp_shown(s: Any) -> None:
    s.pay(during=lambda: (s.upload(), s.place()))
    s.settled()
    s.call("refund_bill", ONE, result={"refund_state": "success"}, during=lambda: s.refund("EXP"))


def exp_read(s: Any) -> None:
    s.probe("refunded", refunds=[{"state": "success"}])


def exp_resolved(s: Any) -> None:
    s.refund("SUCC")


def merged_refund(**refund: Any) -> Tell:
    def tell(s: Any) -> None:
        s.pay(("B1", "B2"), during=lambda: (s.upload(), s.place()))
        s.settled()
        s.call(
            "refund_bill",
            ONE,
            state="done" if refund else "refused",
            during=lambda: refund and s.refund(**refund),
        )

    return tell


def again(state: str, serial: str = "") -> Tell:
    def tell(s: Any) -> None:
        refunded()(s)
        s.order("7")
        s.call(
            "refund_bill",
            ONE,
            state=state,
            code="OVER_PAID",
            during=lambda: serial and s.refund(serial=serial),
        )

    return tell


def refund_books(*rows: dict[str, Any], **refund: Any) -> Tell:
    def tell(s: Any) -> None:
        refunded(**refund)(s)
        s.order("7")
        s.probe("refunded", refunds=rows)

    return tell


WHOLE = {"state": "success", "cash": 2100, "account": 900, "fund": 3000}


def claimed_refund(s: Any) -> None:
    """The answer says success; the centre never heard of it and the books do not show it."""
    s.paid()
    s.call("refund_bill", ONE, result={"refund_state": "success"})
    s.probe()


def learned_by_query(s: Any) -> None:
    """The answer of 6203 was lost, the vendor learned of the refund by 6301: its books are right."""
    refunded(status="")(s)
    s.order("7")
    s.query("7")
    s.probe("refunded", refunds=[WHOLE])


IN_PARTS = {"state": "success", "amounts": {"cash": 2100, "account": 900, "fund": 3000}}

# notify


def noticed(*notices: dict[str, Any]) -> Tell:
    def tell(s: Any) -> None:
        s.order("0", "1", "6")
        s.upload()
        for notice in notices:
            s.notice(**notice)

    return tell


def repeated(booked: int, *, accepted: bool = True, read: bool = True) -> Tell:
    def tell(s: Any) -> None:
        s.paid()
        s.notice(kind="repeat", accepted=accepted)
        s.notice(kind="replay", accepted=False)
        if read:
            s.probe(booked=booked)

    return tell


def repeated_unread(s: Any) -> None:
    s.upload()
    s.settled()
    s.notice(kind="repeat")


def strange_notice(
    kind: str, *, accepted: bool, booked: int = 0, amounts: Any = None, **changes: Any
) -> Tell:
    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()), order="ORD1", shown="pending")
        s.order("0", "1")
        s.notice(kind=kind, accepted=accepted, **changes)
        s.probe("paid" if booked else "pending", booked, amounts=amounts)

    return tell


def altered_then_settled(amounts: Any) -> Tell:
    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()), order="ORD1", shown="pending")
        s.notice(kind="altered", accepted=False, fundPay="60.00", psnAcctPay="0.00", ownPayAmt="0.00")
        s.settled()
        s.probe(amounts=amounts)

    return tell


def notice_lost(state: str, centre: str = "6", booked: int = 1) -> Tell:
    def tell(s: Any) -> None:
        s.upload()
        s.order("0", "1", centre)
        s.lost_notice()
        s.query(centre)
        s.probe(state, booked)

    return tell


def early(booked: int) -> Tell:
    def tell(s: Any) -> None:
        s.upload()
        s.place(between=lambda: (s.order("0", "1", "6"), s.notice()))
        s.probe(booked=booked)

    return tell


# fault


def upload_lost(*again: Tell) -> Tell:
    def tell(s: Any) -> None:
        s.upload(lost=True, faults=["drop_response"])
        s.order("0")
        for act in again:
            act(s)

    return tell


def place_lost(*again: Tell) -> Tell:
    def tell(s: Any) -> None:
        s.upload()
        s.place(lost=True, faults=["drop_response"])
        for act in again:
            act(s)

    return tell


def answered(state: str, *, amounts: bool, booked: int) -> Tell:
    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()), order="ORD1", shown="pending")
        s.order("0", "1")
        s.query(state, amounts=amounts)
        s.probe("paid" if booked else "pending", booked)

    return tell


def revoked(centre: str = "12", state: str = "done", *, revoke: bool = True) -> Tell:
    def tell(s: Any) -> None:
        s.upload()
        s.order("0", "1")
        s.call(
            "cancel",
            {"bill_id": "B1"},
            state=state,
            during=lambda: revoke and s.ask("6401", {"payOrdId": "ORD1"}),
        )
        s.order(centre)

    return tell


def cancel_settled(state: str, *, revoke: bool = False) -> Tell:
    def tell(s: Any) -> None:
        s.upload()
        s.settled()
        s.call("cancel", {"bill_id": "B1"}, state=state, code="USE_REFUND",
               during=lambda: revoke and s.ask("6401", {"payOrdId": "ORD1"}, code="LT-REVOKE-SETTLED"))  # fmt: skip

    return tell


def cancel_before_order(s: Any) -> None:
    s.call("cancel", {"bill_id": "B1"})


def declined(**how: Any) -> Tell:
    def tell(s: Any) -> None:
        s.pay(during=lambda: s.upload(code="LT-INPATIENT"), **{"state": "refused", "shown": "failed", **how})

    return tell


def scripted_code(**how: Any) -> Tell:
    def tell(s: Any) -> None:
        during = lambda: (s.upload(), s.place(code="99999", faults=["reply"]))  # noqa: E731
        s.pay(during=during, **{"state": "refused", "shown": "failed", **how})

    return tell


def storm(count: int, apart_ms: int = 10) -> Tell:
    def tell(s: Any) -> None:
        for _ in range(count):
            s.later(apart_ms).upload(faults=["status_before"])

    return tell


def polls(apart_ms: int) -> Tell:
    def tell(s: Any) -> None:
        for _ in range(3):
            s.later(apart_ms).query("1", amounts=False)

    return tell


def stamped(*stamps: str) -> Tell:
    """Polls that arrive 100 ms apart with timestamps of their own."""

    def tell(s: Any) -> None:
        for stamp in stamps:
            s.later(100).query("1", amounts=False, at=stamp)

    return tell


def booking_broken(*told: Tell, booked: int = 1) -> Tell:
    def tell(s: Any) -> None:
        s.call("fail_booking", {"times": 1}, person="")
        s.upload()
        s.order("0", "1", "6")
        for act in told:
            act(s)
        s.probe(booked=booked)

    return tell


# expect

FINAL = [{"person": "甲", "centre": "6", "vendor": "paid", "booked": 1, "patient_state": ["success"], "orders": 1,
          "refunds": 0, "amounts": {"total": 6000, "cash": 2100}}]  # fmt: skip


def final(row: dict[str, Any] | None = None, tell: Tell = paid) -> Tell:
    def told(s: Any) -> None:
        rows = FINAL if row is None else [{"person": "甲", **row}]
        s.records[0]["d"]["expect"] = rows
        tell(s)

    return told


def called(expect: Any, during: Tell = lambda s: None, **how: Any) -> Tell:
    def tell(s: Any) -> None:
        s.call("refund_bill", ONE, expect=expect, during=lambda: during(s), **how)

    return tell


def unanswered_at_last(s: Any) -> None:
    """The vendor dies after it had said paid."""
    s.paid()
    s.add("probe", "P1", what="order_state", d={"state": "error", "problem": "连接失败", "result": {}})


def unknown_at_last(s: Any) -> None:
    s.pay(state="refused", shown="failed")
    s.add("probe", "P1", what="order_state", d={"state": "refused", "code": "BILL_UNKNOWN", "result": {}})


def armed_in_vain(s: Any) -> None:
    s.step("fault", fault="drop_response", interface="6201", times=1)
    s.step("reply", interface="6202", times=1)
    s.fault("drop_response", interface="6201")
    s.pay(state="refused")


def armed_and_fired(s: Any) -> None:
    s.step("fault", fault="drop_response", interface="*", times=1)
    s.step("reply", interface="6202", times=1)
    s.fault("drop_response", interface="6201")
    s.fault("reply", interface="6202")
    s.step("notice", kind="repeat", reply={"answers": [{"status": 0}, {"status": 200}]})
    s.pay(state="refused")


def notice_in_vain(s: Any) -> None:
    s.step("notice", kind="refund_early", reply={"answers": [{"status": 0, "accepted": False}]})
    s.pay(state="refused")


def refused_and_settled(s: Any) -> None:
    s.pay(during=lambda: (s.upload(), s.place()), state="refused", shown="failed")
    s.settled()


def not_offered_then_wrong(s: Any) -> None:
    s.call("list_paid", expect={"state": "done"}, state="not_offered")
    s.call("refund_bill", ONE, expect={"state": "refused"}, state="done")


# corners


def codes_do_not_match(s: Any) -> None:
    s.authorise(code="11~other", decision="refuse")
    s.authorise(code="", decision="refuse")
    s.pay()


def an_order_before(s: Any) -> None:
    """An order settled before the refused authorisation has nothing to do with it."""
    s.pay(during=lambda: s.upload(), code="11~z")
    s.settled()
    refused_code(s)


def unpriced(s: Any) -> None:
    s.call("prescribe", state="refused", code="AMOUNT")
    s.prescribe()
    s.pay(("B1", "B9"), during=lambda: s.upload())
    s.pay(during=lambda: s.ask("6201", {}))


def unreadable_place(s: Any) -> None:
    s.upload()
    s.ask("6202", None)
    s.place()


def probed_without_amounts(s: Any) -> None:
    unbalanced()(s)
    s.probe("failed", 0, amounts={})


def untold_and_unread(s: Any) -> None:
    s.upload("ORD7", "M7", person="P2")
    s.order("0", "1", "6", number="ORD7", person="P2")
    s.notice("ORD7", person="P2")
    s.paid()


def unread_refund(s: Any) -> None:
    s.upload("ORD2", "M2")
    s.order("0", "1", "6", number="ORD2", person="P2")
    s.refund(number="ORD2")
    refund_books(WHOLE)(s)


def registered_unpaid_and_paid(s: Any) -> None:
    """Another registration, never settled and never listed, stands beside the paid one."""
    s.call("register_today", result={"registration_id": "G9", "bill_id": "B9"})
    s.call("register_today", state="refused")
    s.pay(("B9",), during=lambda: s.upload("ORD9", "M9"))
    registration_paid("confirmed")(s)


def registration_without_slots(s: Any) -> None:
    s.call("list_doctors", result={"doctors": [{"slots": []}]}, person="")
    cancelled_unseen(s)
    s.call("list_doctors", result={"doctors": [{"slots": []}]}, person="")
    s.call("list_registrations", result={"registrations": []})


def expiry_after_payment(s: Any) -> None:
    booked_slot(s)
    s.pay(during=lambda: s.upload())
    s.settled()
    s.call("clock", {"advance_ms": 1_860_000}, person="")


def undated(s: Any) -> None:
    s.call("register_today", result={"registration_id": "G1", "bill_id": "B1"})
    s.pay(during=lambda: s.upload())


def refund_unpaid_registration(s: Any) -> None:
    booked_slot(s)
    s.call("refund_registration", {"registration_id": "G1"}, state="refused")


GREEN, RED, NOTHING = "pass", "fail", "n/a"
TABLE: tuple[tuple[str, str, Tell], ...] = (
    ("security.sign_verifies", GREEN, paid),
    ("security.sign_verifies", RED, unverified("case_insensitive_sort")),
    ("security.sign_verifies", RED, with_facts("sign.present")),
    ("security.sign_is_raw", GREEN, paid),
    ("security.sign_is_raw", RED, with_facts("sign.encoding", form="der")),
    ("security.canonical_text", GREEN, paid),
    ("security.canonical_text", RED, unverified("bare_numbers")),
    ("security.canonical_text", RED, with_facts("sign.canonical", canonical="bare")),
    ("security.canonical_text", NOTHING, unverified("wrong_key")),
    ("security.key_tail", GREEN, paid),
    ("security.key_tail", RED, unverified("no_key_tail")),
    ("security.user_id", GREEN, paid),
    ("security.user_id", RED, unverified("user_id")),
    ("security.own_key", GREEN, paid),
    ("security.own_key", RED, unverified("wrong_key")),
    ("security.own_key", RED, unverified("unknown")),
    ("security.decrypts", GREEN, paid),
    ("security.decrypts", RED, with_facts("enc.decrypt")),
    ("security.no_plain_data", GREEN, paid),
    ("security.no_plain_data", RED, with_facts("env.plain_absent")),
    ("security.envelope_fields", GREEN, paid),
    ("security.envelope_fields", RED, with_facts("env.version")),
    ("security.timestamp", GREEN, paid),
    ("security.timestamp", RED, with_facts("env.time_window", skew_ms=-28_800_000)),
    ("security.fresh_seal", GREEN, paid),
    ("security.fresh_seal", RED, with_facts("replay.fresh")),
    ("security.schema", GREEN, paid),
    ("security.schema", RED, with_facts("schema")),
    ("security.schema", RED, lambda s: s.upload(facts=[{"n": "schema", "ok": True}, {"n": "amounts.form", "ok": False}])),
    ("security.bad_signature_not_believed", GREEN, spoiled_query("tamper_sign", believed=False)),
    ("security.bad_signature_not_believed", RED, spoiled_query("tamper_sign", believed=True)),
    ("security.bad_signature_not_believed", NOTHING, spoiled_before_settlement),
    ("security.bad_cipher_not_believed", GREEN, spoiled_query("tamper_cipher", believed=False)),
    ("security.bad_cipher_not_believed", RED, spoiled_query("tamper_cipher", believed=True)),
    ("identity.person_query_first", GREEN, paid),
    ("identity.person_query_first", RED, by_idcard),
    ("identity.person_query_first", RED, no_person_query),
    ("identity.person_matches", GREEN, paid),
    ("identity.person_matches", GREEN, visit_as_given),
    ("identity.person_matches", RED, other_insutype),
    ("identity.person_matches", RED, other_visit),
    ("identity.person_matches", RED, visit_of_another_kind),
    ("identity.single_use", GREEN, two_orders_two_codes),
    ("identity.single_use", GREEN, one_code_given_twice),
    ("identity.single_use", RED, two_orders_one_code),
    ("identity.refused_sends_nothing", GREEN, refused_code),
    ("identity.refused_sends_nothing", RED, refused_then_uploaded),
    ("identity.refused_sends_nothing", RED, refused_then_shown),
    ("identity.refused_sends_nothing", NOTHING, fresh_code),
    ("identity.refused_sends_nothing", NOTHING, lambda s: refused_code(s, state="not_offered")),
    ("identity.refused_sends_nothing", NOTHING, lambda s: refused_code(s, state="error")),
    ("identity.expired_pays_nothing", GREEN, expired_and_told),
    ("identity.expired_pays_nothing", RED, expired_but_uploaded),
    ("identity.expired_pays_nothing", RED, expired_not_told),
    ("identity.expired_pays_nothing", RED, expired_and_settled),
    ("identity.expired_pays_nothing", NOTHING, fresh_code),
    ("identity.foreign_pays_nothing", GREEN, foreign),
    ("identity.foreign_pays_nothing", RED, foreign_done),
    ("identity.foreign_pays_nothing", RED, foreign_settled),
    ("identity.family_refused", GREEN, family),
    ("identity.family_refused", RED, family_uploaded),
    ("identity.verify_only_pays_nothing", GREEN, verify_only),
    ("identity.verify_only_pays_nothing", RED, verify_only_shown),
    ("pay.detail_sum", GREEN, paid),
    ("pay.detail_sum", RED, with_facts("amounts.detail_sum")),
    ("pay.three_part_split", GREEN, paid),
    ("pay.three_part_split", RED, with_facts("amounts.split")),
    ("pay.total_is_the_bill", GREEN, paid),
    ("pay.total_is_the_bill", GREEN, fee_total),
    ("pay.total_is_the_bill", RED, float_total),
    ("pay.total_is_the_bill", RED, unreadable_total),
    ("pay.total_is_the_bill", GREEN, priced("20.00", 6000)),
    ("pay.total_is_the_bill", GREEN, priced("0.0001", 6000)),
    ("pay.total_is_the_bill", GREEN, priced("?", 6000)),
    ("pay.total_is_the_bill", RED, priced("20.01", 6000)),
    ("pay.same_batch", GREEN, paid),
    ("pay.same_batch", RED, placed(chrgBchno="C2")),
    ("pay.unique_serial", GREEN, paid),
    ("pay.unique_serial", RED, serial_twice),
    ("pay.unique_serial", RED, serial_is_order),
    ("pay.unique_serial", RED, placed(serial="")),
    ("pay.tokens_of_the_order", GREEN, paid),
    ("pay.tokens_of_the_order", RED, placed(payToken="PT~other")),
    ("pay.tokens_of_the_order", RED, placed(auth="AUTH~other")),
    ("pay.tokens_of_the_order", RED, strange_order),
    ("pay.unbalanced_not_used", GREEN, unbalanced()),
    ("pay.unbalanced_not_used", RED, unbalanced(shown=True)),
    ("pay.unbalanced_not_used", RED, unbalanced(booked=True)),
    ("pay.unbalanced_not_used", RED, unbalanced(early=True)),
    ("pay.unbalanced_not_used", RED, one_false_amount),
    ("pay.account_flag", GREEN, account(True, "1")),
    ("pay.account_flag", GREEN, account(False, "0")),
    ("pay.account_flag", RED, account(False, "1")),
    ("pay.account_flag", RED, account(True, "")),
    ("pay.account_flag", NOTHING, account(None, "")),
    ("pay.booked_once", GREEN, paid),
    ("pay.booked_once", GREEN, reversed_at_once),
    ("pay.booked_once", RED, read_back("paid", 2)),
    ("pay.booked_once", RED, read_back("pending", 0)),
    ("pay.booked_once", GREEN, read_back("paid", 1, refs=False)),
    ("pay.booked_once", RED, read_back("paid", 1, number="ORD-OF-ANOTHER")),
    ("pay.not_booked_early", GREEN, paid),
    ("pay.not_booked_early", RED, booked_before),
    ("pay.not_booked_early", RED, booked_without_order),
    ("pay.success_only_when_settled", GREEN, paid),
    ("pay.success_only_when_settled", GREEN, fresh_code),
    ("pay.not_booked_early", GREEN, booked_before_it_answered),
    ("pay.not_booked_early", RED, booked_without_a_connection),
    ("pay.success_only_when_settled", RED, shown_before),
    ("pay.success_only_when_settled", RED, shown_in_a_reading),
    ("pay.double_click", GREEN, clicks(lambda s: None)),
    ("pay.double_click", RED, clicks(lambda s: s.upload("ORD2", "M2"))),
    ("pay.double_click", NOTHING, paid),
    ("pay.double_click", NOTHING, lambda s: s.pay(during=lambda: s.pay(state="refused", code="11~x"))),
    ("pay.merged_in_one", GREEN, merged("M1")),
    ("pay.merged_in_one", RED, merged("M1", "M2")),
    ("pay.merged_in_one", RED, merged("M1", lines=1)),
    ("pay.ledger_equals_centre", GREEN, paid),
    ("pay.ledger_equals_centre", RED, read_back("paid", 1, amounts={"total": 6000, "cash": 6000})),
    ("pay.ledger_equals_centre", RED, page_shows({"total": 6000, "cash": 6000})),
    ("pay.ledger_equals_centre", GREEN, page_shows({"total": 6000})),
    ("registration.paid_is_confirmed", GREEN, registration_paid("confirmed")),
    ("registration.paid_is_confirmed", RED, registration_paid("unpaid")),
    ("registration.cancel_revokes", GREEN, cancelled()),
    ("registration.cancel_revokes", GREEN, last_place_freed),
    ("registration.cancel_revokes", NOTHING, cancelled_unseen),
    ("registration.cancel_revokes", RED, cancelled_unlisted),
    ("registration.cancel_revokes", RED, cancelled("1", revoke=False)),
    ("registration.cancel_revokes", RED, cancelled(state="unpaid")),
    ("registration.cancel_revokes", RED, cancelled(left=5)),
    ("registration.cancel_revokes", NOTHING, cancelled_after_payment),
    ("registration.expires", GREEN, expired_registration("12")),
    ("registration.expires", RED, expired_registration("1")),
    ("registration.same_day", GREEN, today("2026-11-22 09:00:00")),
    ("registration.same_day", GREEN, today("20261122090000")),
    ("registration.same_day", RED, today("2026-11-21 09:00:00")),
    ("registration.same_day", RED, today("2026-11-21 09:00:00", "2026-11-21")),
    ("registration.refund_frees_slot", GREEN, registration_refunded()),
    ("registration.refund_frees_slot", RED, registration_refunded(left=5)),
    ("registration.refund_frees_slot", RED, registration_refunded(status="FAIL")),
    ("registration.refund_frees_slot", RED, registration_refunded(total="10.00")),
    ("refund.one_credential", GREEN, refunded()),
    ("refund.one_credential", GREEN, refunded(TWO, "refused", sends=False)),
    ("refund.one_credential", RED, refunded(ecToken="EC~1")),
    ("refund.one_credential", RED, refunded(payAuthNo="")),
    ("refund.one_credential", RED, refunded(TWO, "done")),
    ("refund.one_credential", RED, refunded(BARE, "accepted", sends=False)),
    ("refund.one_credential", NOTHING, reversal_only),
    ("refund.fresh_identity", GREEN, refunded()),
    ("refund.fresh_identity", GREEN, refunded(BARE, "refused", sends=False)),
    ("refund.fresh_identity", RED, refunded(auth="AUTH~a1")),
    ("refund.fresh_identity", RED, refunded(BARE, "accepted", sends=False)),
    ("refund.type_fits", GREEN, refunded()),
    ("refund.type_fits", GREEN, refunded(kind="HI", cash="0.00")),
    ("refund.type_fits", RED, refunded(kind="CASH")),
    ("refund.type_fits", RED, all_without_fund),
    ("refund.type_fits", GREEN, rest_after_cash),
    ("refund.type_fits", RED, refunded(kind="HI")),
    ("refund.type_fits", RED, refunded(kind="")),
    ("refund.sum_and_limits", GREEN, refunded()),
    ("refund.sum_and_limits", GREEN, refunded(cash="", account="", fund="")),
    ("refund.sum_and_limits", GREEN, refunded_by({"lost": True}, {})),
    ("refund.sum_and_limits", GREEN, refunded_by({}, {})),
    ("refund.sum_and_limits", RED, refunded(total="61.00")),
    ("refund.sum_and_limits", RED, refunded(cash="", account="", fund="", total="1.00")),
    ("refund.sum_and_limits", RED, refunded(kind="CASH", cash="99.00", account="", fund="", total="99.00")),
    ("refund.sum_and_limits", RED, refunded_by({}, {"serial": "R2"})),
    ("refund.time_form", GREEN, refunded()),
    ("refund.time_form", RED, refunded(appRefdTime="2026-11-22 15:00:00")),
    ("refund.same_serial", GREEN, refunded_by({"lost": True}, {})),
    ("refund.same_serial", GREEN, refunded_by({"lost": True})),
    ("refund.same_serial", RED, refunded_by({"lost": True}, {"serial": "R2"})),
    ("refund.same_serial", NOTHING, refunded_by({}, {"serial": "R2"})),
    ("refund.exp_is_pending", GREEN, exp()),
    ("refund.exp_is_pending", GREEN, exp(exp_resolved, exp_read)),
    ("refund.exp_is_pending", RED, exp(exp_read)),
    ("refund.exp_is_pending", RED, exp_shown),
    ("refund.exp_is_pending", NOTHING, refunded()),
    ("refund.whole_prescription", GREEN, refunded(LINE, "refused", sends=False)),
    ("refund.whole_prescription", GREEN, merged_refund()),
    ("refund.whole_prescription", GREEN, merged_refund(kind="ALL")),
    ("refund.whole_prescription", RED, refunded(LINE, "done")),
    ("refund.whole_prescription", RED, merged_refund(fund="10.00")),
    ("refund.whole_prescription", NOTHING, refunded()),
    ("refund.not_again", GREEN, again("refused")),
    ("refund.not_again", RED, again("done", "R2")),
    ("refund.not_again", NOTHING, refunded()),
    ("refund.ledger_equals_centre", GREEN, refund_books(WHOLE)),
    ("refund.ledger_equals_centre", GREEN, refund_books(IN_PARTS, cash="", account="", fund="")),
    ("refund.ledger_equals_centre", RED, refund_books()),
    ("refund.ledger_equals_centre", RED, refund_books(WHOLE, WHOLE)),
    ("refund.ledger_equals_centre", RED, read_back("refunded", 1, refunds=[WHOLE])),
    ("refund.ledger_equals_centre", RED, claimed_refund),
    ("refund.ledger_equals_centre", NOTHING, learned_by_query),
    ("notify.accepted", GREEN, paid),
    ("notify.accepted", GREEN, noticed({"accepted": False}, {})),
    ("notify.accepted", RED, noticed({"accepted": False}, {"accepted": False, "answered": False})),
    ("notify.repeated_once", GREEN, repeated(1)),
    ("notify.repeated_once", RED, repeated(2)),
    ("notify.repeated_once", RED, repeated(1, accepted=False)),
    ("notify.repeated_once", NOTHING, repeated_unread),
    ("notify.repeated_once", NOTHING, paid),
    ("notify.forged_refused", GREEN, strange_notice("forged", accepted=False)),
    ("notify.forged_refused", RED, strange_notice("forged", accepted=True)),
    ("notify.forged_refused", RED, strange_notice("unsigned", accepted=True)),
    ("notify.forged_refused", RED, strange_notice("forged", accepted=False, booked=1)),
    ("notify.altered_not_booked", GREEN, strange_notice("altered", accepted=False)),
    ("notify.altered_not_booked", GREEN, altered_then_settled(None)),
    ("notify.altered_not_booked", RED, strange_notice("altered", accepted=True, booked=1)),
    ("notify.altered_not_booked", RED, altered_then_settled({"total": 6000, "fund": 6000, "account": 0, "cash": 0})),
    ("notify.lost_converges", GREEN, notice_lost("paid")),
    ("notify.lost_converges", GREEN, notice_lost("failed", "15", 0)),
    ("notify.lost_converges", RED, notice_lost("pending", booked=0)),
    ("notify.lost_converges", NOTHING, paid),
    ("notify.early_converges", GREEN, early(1)),
    ("notify.early_converges", RED, early(0)),
    ("notify.early_converges", NOTHING, paid),
    ("notify.unknown_fields", GREEN, noticed({"kind": "unknown_fields"})),
    ("notify.unknown_fields", RED, noticed({"kind": "unknown_fields", "accepted": False})),
    ("fault.upload_not_renewed", GREEN, upload_lost(lambda s: s.upload())),
    ("fault.upload_not_renewed", GREEN, upload_lost()),
    ("fault.upload_not_renewed", GREEN, upload_lost(lambda s: s.order("12"), lambda s: s.upload("ORD2", "M2"))),
    ("fault.upload_not_renewed", GREEN, upload_lost(lambda s: s.upload("ORD2", "M2", person="P2"))),
    ("fault.upload_not_renewed", RED, upload_lost(lambda s: s.upload("ORD2", "M2"))),
    ("fault.upload_not_renewed", NOTHING, paid),
    ("fault.query_before_second_order", GREEN, place_lost(lambda s: s.query("1"), lambda s: s.place(serial="S2"))),
    ("fault.query_before_second_order", GREEN, place_lost(lambda s: s.settled())),
    ("fault.query_before_second_order", GREEN, place_lost(lambda s: s.order("0", "12"))),
    ("fault.query_before_second_order", RED, place_lost(lambda s: s.place(serial="S2"))),
    ("fault.query_before_second_order", RED, place_lost()),
    ("fault.query_before_second_order", NOTHING, paid),
    ("fault.pending_not_booked", GREEN, answered("1", amounts=False, booked=0)),
    ("fault.pending_not_booked", RED, answered("1", amounts=False, booked=1)),
    ("fault.pending_not_booked", RED, answered("4", amounts=True, booked=1)),
    ("fault.pending_not_booked", NOTHING, answered("12", amounts=False, booked=0)),
    ("fault.no_amounts_not_booked", GREEN, answered("6", amounts=False, booked=0)),
    ("fault.no_amounts_not_booked", RED, answered("6", amounts=False, booked=1)),
    ("fault.no_amounts_not_booked", NOTHING, answered("6", amounts=True, booked=1)),
    ("fault.unsettled_is_revoked", GREEN, revoked()),
    ("fault.unsettled_is_revoked", RED, revoked("1", revoke=False)),
    ("fault.unsettled_is_revoked", RED, revoked("1")),
    ("fault.unsettled_is_revoked", RED, revoked(state="refused")),
    ("fault.unsettled_is_revoked", NOTHING, cancel_settled("refused")),
    ("fault.unsettled_is_revoked", NOTHING, cancel_before_order),
    ("fault.settled_is_not_revoked", GREEN, cancel_settled("refused")),
    ("fault.settled_is_not_revoked", RED, cancel_settled("done")),
    ("fault.settled_is_not_revoked", RED, cancel_settled("refused", revoke=True)),
    ("fault.settled_is_not_revoked", NOTHING, revoked()),
    ("fault.refusal_is_not_success", GREEN, declined()),
    ("fault.refusal_is_not_success", RED, declined(state="done", shown="success")),
    ("fault.unknown_code_is_not_success", GREEN, scripted_code()),
    ("fault.unknown_code_is_not_success", RED, scripted_code(state="accepted", shown="success")),
    ("fault.bounded_retries", GREEN, storm(4)),
    ("fault.bounded_retries", GREEN, storm(6, 5_000)),
    ("fault.bounded_retries", RED, storm(6)),
    ("fault.polls_slowly", GREEN, polls(1_000)),
    ("fault.polls_slowly", RED, polls(100)),
    ("fault.polls_slowly", NOTHING, lambda s: s.query("1", amounts=False)),
    ("fault.polls_slowly", GREEN, stamped("20261122150000", "20261122150001")),
    ("fault.polls_slowly", GREEN, stamped("1795330800000", "1795330800950")),
    ("fault.polls_slowly", RED, stamped("20261122150000", "20261122150000")),
    ("fault.polls_slowly", RED, stamped("1795330800000", "1795330800400")),
    ("fault.polls_slowly", RED, stamped("soon", "20261122150000")),
    ("fault.failed_booking_made_up", GREEN, booking_broken(lambda s: s.notice(accepted=False), lambda s: s.notice())),
    ("fault.failed_booking_made_up", GREEN, booking_broken(lambda s: s.query(), lambda s: s.notice())),
    ("fault.failed_booking_made_up", RED, booking_broken(lambda s: s.notice())),
    ("fault.failed_booking_made_up", RED, booking_broken(lambda s: s.notice(accepted=False), booked=0)),
    ("fault.failed_booking_made_up", NOTHING, booking_broken()),
    ("expect.final_states", GREEN, final()),
    ("expect.final_states", GREEN, final({"centre": "none", "orders": [0]}, fresh_code)),
    ("expect.final_states", RED, final({"centre": "7"})),
    ("expect.final_states", RED, final({"booked": 2})),
    ("expect.final_states", RED, final({"amounts": {"total": 1}})),
    ("expect.final_states", RED, final({"centre": "12"}, fresh_code)),
    ("expect.final_states", "error", final({"vendor": "paid"}, fresh_code)),
    ("expect.final_states", "error", final({"vendor": "paid"}, unanswered_at_last)),
    ("expect.final_states", RED, final({"booked": 1}, unknown_at_last)),
    ("expect.final_states", GREEN, final({"booked": 0, "patient_state": "failed"}, unknown_at_last)),
    ("expect.final_states", "error", final({"centre": "none"}, armed_in_vain)),
    ("expect.final_states", GREEN, final({"centre": "none"}, armed_and_fired)),
    ("expect.final_states", "error", final({"centre": "none"}, notice_in_vain)),
    ("expect.driver_answers", GREEN, called({"state": "done"})),
    ("expect.driver_answers", GREEN, called({"state": ["done", "refused"], "code": ["X"]})),
    ("expect.driver_answers", GREEN, called({"result": {"amount": [1, 2]}}, result={"amount": 2})),
    ("expect.driver_answers", RED, called({"state": "refused"}, message="成功")),
    ("expect.driver_answers", RED, called({"code": "A"}, state="refused", code="B")),
    ("expect.driver_answers", RED, called({"result": {"amount": 1}})),
    ("expect.driver_answers", "error", called({}, state="error", problem="连接失败")),
    ("expect.driver_answers", "skip", called({"state": "done"}, state="not_offered")),
    ("expect.driver_answers", RED, not_offered_then_wrong),
    ("expect.driver_answers", RED, refused_and_settled),
    ("expect.driver_answers", GREEN, declined()),
    ("expect.driver_answers", "error", lambda s: s.add("driver", "P1", what="call", d={"action": "pay"})),
    ("expect.driver_answers", NOTHING, called({})),
    ("identity.refused_sends_nothing", NOTHING, codes_do_not_match),
    ("identity.refused_sends_nothing", GREEN, an_order_before),
    ("pay.total_is_the_bill", NOTHING, unpriced),
    ("pay.same_batch", GREEN, unreadable_place),
    ("pay.same_batch", NOTHING, lambda s: s.place()),
    ("pay.unbalanced_not_used", GREEN, probed_without_amounts),
    ("pay.account_flag", NOTHING, lambda s: s.pay(args={"acct_used": True}, during=lambda: s.upload())),
    ("pay.booked_once", GREEN, untold_and_unread),
    ("pay.ledger_equals_centre", GREEN, untold_and_unread),
    ("refund.ledger_equals_centre", GREEN, unread_refund),
    ("registration.paid_is_confirmed", GREEN, registered_unpaid_and_paid),
    ("registration.cancel_revokes", NOTHING, registration_without_slots),
    ("registration.expires", NOTHING, expiry_after_payment),
    ("registration.same_day", NOTHING, undated),
    ("registration.refund_frees_slot", NOTHING, refund_unpaid_registration),
)  # fmt: skip


def _id(row: tuple[str, str, Tell]) -> str:
    return f"{row[0]}-{row[1]}"


@pytest.mark.parametrize("row", TABLE, ids=_id)
def test_a_rule_on_a_tiny_flow(row: tuple[str, str, Tell], story: Any) -> None:
    name, wanted, tell = row
    told = story()
    tell(told)
    found: Finding = HAVE[name](told.end().flow())
    assert found.verdict == wanted, (found.expected, found.observed)
    assert found.expected
    assert found.observed
    if wanted == RED:
        assert found.domain == "vendor"
        assert found.records or found.absence, "a finding cites records"
        assert all(1 <= seq <= len(told.records) for seq in found.records)


@pytest.mark.parametrize("name", HAVE)
def test_every_rule_was_seen_green_and_red(name: str) -> None:
    seen = {verdict for rule, verdict, _ in TABLE if rule == name}
    assert {GREEN, RED} <= seen


@pytest.mark.parametrize("name", HAVE)
def test_without_its_precondition_a_rule_is_not_ready(name: str, story: Any) -> None:
    found = HAVE[name](story().end().flow())
    assert (found.verdict, found.ready) == ("n/a", False)
    assert found.expected
    assert found.observed


@pytest.mark.parametrize("name", [name for name in HAVE if name.startswith("notify.")])
def test_a_hospital_that_only_polls_is_not_judged_by_notices(name: str, story: Any) -> None:
    told = story()
    told.paid()
    found = HAVE[name](told.end().flow(notified=False))
    assert found.verdict == "n/a"
    if name != "notify.lost_converges":
        assert found.ready, "what is not offered is n/a, never an error"


def test_a_hospital_that_only_polls_must_converge(story: Any) -> None:
    told = story()
    told.upload()
    told.order("0", "1", "6")
    told.query()
    told.probe()
    assert HAVE["notify.lost_converges"](told.flow(notified=False)).verdict == GREEN


def test_a_family_authorisation_is_welcome_where_the_service_is_declared(story: Any) -> None:
    told = story()
    family_uploaded(told)
    found = HAVE["identity.family_refused"](told.flow(services=("family",)))
    assert (found.verdict, found.ready) == ("n/a", True)


@pytest.mark.parametrize(("interface", "verdict"), [("6203", RED), ("userQuery", RED), ("6301", GREEN)])
def test_a_local_refusal_sends_nothing_but_polls(interface: str, verdict: str, story: Any) -> None:
    told = story()
    called({"state": "refused"}, lambda s: s.ask(interface, {}), state="refused", code="AMOUNT")(told)
    assert HAVE["expect.driver_answers"](told.flow(local=True)).verdict == verdict
    assert HAVE["expect.driver_answers"](told.flow(local=False)).verdict == GREEN
