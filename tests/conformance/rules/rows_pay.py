"""Rows of the family `pay`: bill, order, amounts and booking."""

from __future__ import annotations

from typing import Any

from tell import GREEN, NOTHING, RED, Row, Tell, fresh_code, noted, paid, read_back, with_facts


def float_total(s: Any) -> None:
    s.prescribe()
    s.pay(during=lambda: s.upload(medfeeSumamt="59.99"))


def stated(total: str) -> Tell:
    def tell(s: Any) -> None:
        s.prescribe()
        s.pay(during=lambda: s.upload(medfeeSumamt=total))

    return tell


def believed_at(state: str, *, booked: bool) -> Tell:
    """The vendor takes an order for paid while the centre has it in `state`, and nothing told it."""

    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()), order="ORD1", shown="pending")
        s.order("0", "1", *([] if state == "1" else [state]))
        s.probe("paid" if booked else "pending", int(booked), shown="" if booked else "success")

    return tell


def odd_price(price: str, state: str = "done", *, uploads: bool = True) -> Tell:
    """A bill with an impossible price is made, or refused; what is made is paid."""

    def tell(s: Any) -> None:
        items = [
            {"code": "A008", "cnt": "1", "price_text": price},
            {"code": "A001", "cnt": "1", "price_text": "?"},
        ]
        result = {"bill_id": "B1", "total": 1235} if state == "done" else {}
        s.call("prescribe", {"items": items}, state=state, code="AMOUNT", result=result)
        if state == "done":
            s.pay(during=lambda: uploads and s.upload(medfeeSumamt="12.35"))

    return tell


def read_at_once(s: Any) -> None:
    """The settlement was told a moment ago: that nothing is booked shows nothing."""
    s.pay(during=lambda: (s.upload(), s.place()), order="ORD1", shown="pending")
    s.settled()
    s.probe("pending", 0)


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
    s.later(2_000).probe("refunded", 0)


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


def never_booked(state: str, times: int) -> Tell:
    def tell(s: Any) -> None:
        s.call("fail_booking", {"times": times}, person="")
        s.pay(during=lambda: (s.upload(), s.place()), order="ORD1", shown="pending")
        s.settled()
        s.later(1_500)
        s.probe(state, 0, shown="pending")

    return tell


def handed_over(state: str, booked: int, **query: Any) -> Tell:
    """An answer of 6301 was spoiled, then the settlement was told."""

    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()), order="ORD1", shown="pending", state="accepted")
        s.order("0", "1", "6")
        s.query("6", **query)
        s.notice()
        s.later(2_000).probe(state, booked)

    return tell


def one_after_the_other(number: str) -> Tell:
    """The second click comes when the first was answered; both bring one code."""

    def tell(s: Any) -> None:
        s.pay(during=lambda: s.upload(), state="accepted")
        s.pay(during=lambda: s.upload("ORD1" if number == "M1" else "ORD2", number), state="accepted")

    return tell


TABLE: tuple[Row, ...] = (
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
    ("pay.total_is_the_bill", RED, stated("6000.00")),
    ("pay.total_is_the_bill", RED, stated("35.00")),
    ("pay.impossible_price_stops", RED, odd_price("12.345")),
    ("pay.impossible_price_stops", RED, odd_price("-5.00")),
    ("pay.impossible_price_stops", GREEN, odd_price("12.345", state="refused")),
    ("pay.impossible_price_stops", GREEN, odd_price("12.345", uploads=False)),
    ("pay.impossible_price_stops", NOTHING, paid),
    ("pay.booked_once", NOTHING, read_at_once),
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
    ("pay.booked_once", GREEN, handed_over("manual", 0, faults=["tamper_sign"])),
    ("pay.booked_once", RED, handed_over("manual", 0)),
    ("pay.booked_once", RED, handed_over("pending", 0, faults=["tamper_sign"])),
    ("pay.booked_once", RED, handed_over("manual", 2, faults=["tamper_sign"])),
    ("pay.booked_once", GREEN, never_booked("manual", 100)),
    ("pay.booked_once", RED, never_booked("pending", 100)),
    ("pay.booked_once", RED, never_booked("manual", 1)),
    ("pay.booked_once", GREEN, reversed_at_once),
    ("pay.booked_once", RED, read_back("paid", 2)),
    ("pay.booked_once", RED, read_back("pending", 0)),
    ("pay.booked_once", GREEN, read_back("paid", 1, refs=False)),
    ("pay.booked_once", RED, read_back("paid", 1, number="ORD-OF-ANOTHER")),
    ("pay.not_booked_early", GREEN, paid),
    ("pay.not_booked_early", RED, booked_before),
    ("pay.not_booked_early", RED, booked_without_order),
    *(("pay.not_booked_early", RED, believed_at(state, booked=True)) for state in ("1", "4", "12")),
    *(("pay.success_only_when_settled", RED, believed_at(state, booked=False)) for state in ("4", "6", "12")),
    ("pay.success_only_when_settled", RED, lambda s: s.pay(state="accepted", shown="success", order="ORD9")),
    ("pay.success_only_when_settled", GREEN, paid),
    ("pay.success_only_when_settled", GREEN, fresh_code),
    ("pay.not_booked_early", GREEN, booked_before_it_answered),
    ("pay.not_booked_early", RED, booked_without_a_connection),
    ("pay.success_only_when_settled", RED, shown_before),
    ("pay.success_only_when_settled", RED, shown_in_a_reading),
    ("pay.double_click", GREEN, clicks(lambda s: None)),
    ("pay.double_click", RED, one_after_the_other("M2")),
    ("pay.double_click", GREEN, one_after_the_other("M1")),
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
    ("pay.total_is_the_bill", NOTHING, unpriced),
    ("pay.same_batch", GREEN, unreadable_place),
    ("pay.same_batch", NOTHING, lambda s: s.place()),
    ("pay.unbalanced_not_used", GREEN, probed_without_amounts),
    ("pay.account_flag", NOTHING, lambda s: s.pay(args={"acct_used": True}, during=lambda: s.upload())),
    ("pay.booked_once", GREEN, untold_and_unread),
    ("pay.ledger_equals_centre", GREEN, untold_and_unread),
)  # fmt: skip
