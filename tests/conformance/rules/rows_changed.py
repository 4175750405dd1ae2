"""Rows of the families `changed` and `slip`: bills that change meanwhile, and what is shown of paid ones."""

from __future__ import annotations

from typing import Any

from tell import GREEN, NOTHING, RED, Row, Tell, noted

LESS = [{"code": "A", "name": "药", "cnt": "1", "price_text": "30.00"}]
BILL = {"bill_id": "B1"}


def changed(action: str = "amend_bill", state: str = "done", **how: Any) -> Tell:
    args = {**BILL, "items": LESS} if action == "amend_bill" else BILL
    result = {"bill_id": "B1", "total": 3000} if action == "amend_bill" else {}
    return lambda s: s.call(
        action, args, state=state, result=result if state == "done" else {}, person="", **how
    )


def pending(*then: Tell) -> Tell:
    """A bill that is pre-settled and waits for the patient, and what follows."""

    def tell(s: Any) -> None:
        s.prescribe()
        s.pay(during=lambda: (s.upload(), s.order("0", "1"), s.place()))
        for act in then:
            act(s)

    return tell


def moved(*states: str, number: str = "ORD1", ours: str = "M1") -> Tell:
    return lambda s: s.order(*states, number=number, ours=ours)


def paid_again(total: str = "30.00", state: str = "accepted") -> Tell:
    def tell(s: Any) -> None:
        s.pay(state=state, during=lambda: state == "refused" or s.upload("ORD2", "M2", medfeeSumamt=total))

    return tell


def told(s: Any) -> None:
    s.prescribe()
    s.pay(during=lambda: (s.upload(), s.place()), order="ORD1")
    s.order("0", "1", "2", "4", "6")
    noted(s)
    s.notice(hiDocSn="DOC1")


def after_payment(*then: Tell) -> Tell:
    def tell(s: Any) -> None:
        told(s)
        for act in then:
            act(s)

    return tell


RIGHT = {"total": 6000, "fund": 3000, "account": 900, "cash": 2100}
WRONG = {**RIGHT, "fund": 5100, "cash": 0}


def slip(amounts: Any, state: str = "done", **more: Any) -> Tell:
    return lambda s: s.call("settlement_slip", BILL, state=state, result={"amounts": amounts, **more})


def lists(action: str, *bills: str, total: int = 6000) -> Tell:
    rows = [{"bill_id": name, "kind": "outpatient", "total": total} for name in bills]
    return lambda s: s.call(action, result={"bills": rows})


def detail(amounts: Any = RIGHT, line: int = 6000, state: str = "done") -> Tell:
    result = {
        "bill_id": "B1",
        "total": 6000,
        "items": [{"item_id": "I1", "amount": line}],
        "amounts": amounts,
    }
    return lambda s: s.call("paid_detail", BILL, state=state, result=result)


OLD, AMEND, AGAIN = "changed.old_order_is_revoked", "changed.changed_lines_are_paid", "changed.not_paid_twice"
SLIP, PAID = "slip.slip_equals_centre", "slip.paid_bills_are_listed"
TABLE: tuple[Row, ...] = (
    (OLD, GREEN, pending(changed(state="refused"))),
    (OLD, GREEN, pending(moved("12"), changed())),
    (OLD, GREEN, pending(changed("counter_pay"), moved("12"))),
    (OLD, RED, pending(changed())),
    (OLD, RED, pending(changed("counter_pay"), moved("2", "4", "6"))),
    (OLD, NOTHING, after_payment(changed("counter_pay"))),
    (AMEND, GREEN, pending(moved("12"), changed(), paid_again())),
    (AMEND, GREEN, pending(moved("12"), changed(), paid_again(state="refused"))),
    (AMEND, RED, pending(moved("12"), changed(), paid_again("60.00"))),
    (AMEND, NOTHING, pending()),
    (AGAIN, GREEN, pending(moved("12"), changed("counter_pay"), paid_again(state="refused"))),
    (AGAIN, GREEN, after_payment(changed("counter_pay", "refused"))),
    (AGAIN, RED, pending(moved("12"), changed("counter_pay"), paid_again("60.00"))),
    (AGAIN, RED, after_payment(changed("counter_pay"))),
    (AGAIN, NOTHING, pending()),
    (SLIP, GREEN, after_payment(slip(RIGHT, hiDocSn="DOC1"))),
    (SLIP, GREEN, after_payment(slip(RIGHT))),
    (SLIP, RED, after_payment(slip(WRONG))),
    (SLIP, RED, after_payment(slip(RIGHT, hiDocSn="DOC2"))),
    (SLIP, RED, after_payment(slip({}, "refused"))),
    (SLIP, NOTHING, pending(slip(RIGHT, "refused"))),
    (PAID, GREEN, after_payment(lists("list_paid", "B1"), lists("list_unpaid"), detail())),
    (PAID, RED, after_payment(lists("list_paid"))),
    (PAID, RED, after_payment(lists("list_paid", "B1", total=6100))),
    (PAID, RED, after_payment(lists("list_unpaid", "B1"))),
    (PAID, RED, after_payment(detail(WRONG))),
    (PAID, RED, after_payment(detail(line=5900))),
    (PAID, RED, after_payment(detail(state="refused"))),
    (PAID, NOTHING, pending(lists("list_unpaid", "B1"))),
)  # fmt: skip
