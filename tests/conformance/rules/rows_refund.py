"""Rows of the family `refund`: refunds."""

from __future__ import annotations

from typing import Any

from tell import GREEN, NOTHING, ONE, RED, Row, Tell, noted, read_back


def refunded(args: Any = None, state: str = "done", *, sends: bool = True, **refund: Any) -> Tell:
    """A paid order and one refund call; without `sends` no 6203 goes out."""

    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()))
        s.settled()
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


HALF = {"state": "success", "cash": 2100}
REST = {"state": "success", "account": 900, "fund": 3000}


def given_back(s: Any, serial: str, state: str, **parts: int) -> None:
    """The centre gives a refund back and moves the order."""
    s.add(
        "world",
        "P1",
        what="refund",
        d={"key": serial, "before": "", "after": "SUCC", "detail": {**NOTHING_BACK, **parts}},
    )
    s.order(state)


NOTHING_BACK = {"cash": 0, "account": 0, "fund": 0}


def cash_then_lost_rest(*rows: dict[str, Any], told: bool = True) -> Tell:
    """Two refunds of one order; the answer of the second was lost, 6301 told how it ended."""

    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()))
        s.settled()
        given_back(s, "R1", "9", cash=2100)
        s.refund(kind="CASH", account="", fund="", total="21.00")
        s.refund(serial="R2", kind="HI", cash="0.00", total="39.00", lost=True)
        given_back(s, "R2", "7", account=900, fund=3000)
        if told:
            s.query("7")
        s.probe("refunded", refunds=rows)

    return tell


second_learned_by_query = cash_then_lost_rest(HALF, REST)
second_not_booked = cash_then_lost_rest(HALF)


def in_two_legs(*rows: dict[str, Any]) -> Tell:
    """The insurance side went back at once, the cash later: the centre notes each movement (MP-RFD-15)."""

    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()))
        s.settled()
        s.refund("EXP")
        given_back(s, "R1", "8", account=900, fund=3000)
        given_back(s, "R1", "7", cash=2100)
        s.refund()
        s.probe("refunded", refunds=rows)

    return tell


def exp_told_by_query(s: Any) -> None:
    s.order("7")
    s.query("7")


def exp_told_by_notice(s: Any) -> None:
    s.order("7")
    s.notice(ordStas="7")


def exp_still_open(s: Any) -> None:
    s.order("17")
    s.query("17")


def exp_told_by_spoiled_query(s: Any) -> None:
    s.order("7")
    s.query("7", faults=("tamper_sign",))


def refused_second_click(s: Any) -> None:
    s.call("refund_bill", ONE, state="refused", code="REFUND_PENDING", shown="pending")


def exp_after_another(s: Any) -> None:
    """The first refund is done, the second undecided: the row of the first is no word about the second."""
    s.pay(during=lambda: (s.upload(), s.place()))
    s.settled()
    s.call("refund_bill", ONE, during=lambda: s.refund(kind="CASH", account="", fund="", total="21.00"))
    s.call(
        "refund_bill",
        ONE,
        state="accepted",
        during=lambda: s.refund("EXP", "R2", kind="HI", cash="0.00", total="39.00"),
    )
    s.probe("refunding", refunds=[{"refundNo": "R1", **HALF}, {"refundNo": "R2", **REST, "state": "pending"}])


def lost_and_asked(state: str) -> Tell:
    """The answer of a 6203 was lost; 6301 says where the order stands; then another refund is sent."""

    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()))
        s.settled()
        s.call("refund_bill", ONE, state="accepted", during=lambda: s.refund(lost=True))
        s.query(state)
        s.call("refund_bill", ONE, during=lambda: s.refund(serial="R2"))

    return tell


def again_while_unknown(s: Any) -> None:
    """The centre gave everything back, the vendor was not told: joining the refund under way is no second refund."""
    s.pay(during=lambda: (s.upload(), s.place()))
    s.settled()
    s.call("refund_bill", ONE, state="accepted", during=lambda: s.refund(lost=True))
    given_back(s, "R1", "7", cash=2100, account=900, fund=3000)
    s.call("refund_bill", ONE, state="accepted", shown="pending")


def again_once_told(s: Any) -> None:
    again_while_unknown(s)
    s.query("7")
    s.call("refund_bill", ONE, result={"refund_state": "success"})


def repeated_during_refusal(s: Any) -> None:
    """An undecided refund is asked about again while a click without a credential is refused."""
    exp()(s)
    s.call(
        "refund_bill",
        {"bill_id": "B1"},
        state="refused",
        code="IDENTITY_REQUIRED",
        during=lambda: s.refund("EXP"),
    )


IN_PARTS = {"state": "success", "amounts": {"cash": 2100, "account": 900, "fund": 3000}}


def unread_refund(s: Any) -> None:
    s.upload("ORD2", "M2")
    s.order("0", "1", "6", number="ORD2", person="P2")
    s.refund(number="ORD2")
    refund_books(WHOLE)(s)


TABLE: tuple[Row, ...] = (
    ("refund.one_credential", GREEN, refunded()),
    ("refund.one_credential", GREEN, refunded(TWO, "refused", sends=False)),
    ("refund.one_credential", RED, refunded(ecToken="EC~1")),
    ("refund.one_credential", RED, refunded(payAuthNo="")),
    ("refund.one_credential", RED, refunded(TWO, "done")),
    ("refund.one_credential", RED, refunded(BARE, "done", sends=False)),
    ("refund.one_credential", RED, refunded(TWO, "accepted")),
    ("refund.one_credential", GREEN, refunded(BARE, "accepted", sends=False)),
    ("refund.one_credential", NOTHING, reversal_only),
    ("refund.one_credential", GREEN, repeated_during_refusal),
    ("refund.fresh_identity", GREEN, refunded()),
    ("refund.fresh_identity", GREEN, refunded(BARE, "refused", sends=False)),
    ("refund.fresh_identity", RED, refunded(auth="AUTH~a1")),
    ("refund.fresh_identity", RED, refunded(BARE, "done", sends=False)),
    ("refund.fresh_identity", GREEN, refunded(BARE, "accepted", sends=False)),
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
    ("refund.same_serial", GREEN, lost_and_asked("6")),
    ("refund.same_serial", RED, lost_and_asked("17")),
    ("refund.exp_is_pending", GREEN, exp()),
    ("refund.exp_is_pending", GREEN, exp(exp_resolved, exp_read)),
    ("refund.exp_is_pending", GREEN, exp(exp_told_by_query, exp_read)),
    ("refund.exp_is_pending", GREEN, exp(exp_told_by_notice, exp_read)),
    ("refund.exp_is_pending", RED, exp(exp_still_open, exp_read)),
    ("refund.exp_is_pending", RED, exp(exp_told_by_spoiled_query, exp_read)),
    ("refund.exp_is_pending", GREEN, exp(refused_second_click)),
    ("refund.exp_is_pending", GREEN, exp_after_another),
    ("refund.exp_is_pending", RED, exp(exp_read)),
    ("refund.exp_is_pending", RED, exp_shown),
    ("refund.exp_is_pending", RED, exp(lambda s: s.order("7"))),
    ("refund.exp_is_pending", RED, exp(lambda s: s.probe("paid", refunds=[{"state": "failed"}]))),
    ("refund.exp_is_pending", NOTHING, refunded()),
    ("refund.whole_prescription", GREEN, refunded(LINE, "refused", sends=False)),
    ("refund.whole_prescription", GREEN, merged_refund()),
    ("refund.whole_prescription", GREEN, merged_refund(kind="ALL")),
    ("refund.whole_prescription", RED, refunded(LINE, "done")),
    ("refund.whole_prescription", RED, refunded(LINE, "accepted")),
    ("refund.whole_prescription", GREEN, refunded(LINE, "accepted", sends=False)),
    ("refund.whole_prescription", RED, merged_refund(fund="10.00")),
    ("refund.whole_prescription", NOTHING, refunded()),
    ("refund.not_again", GREEN, again("refused")),
    ("refund.not_again", RED, again("done", "R2")),
    ("refund.not_again", RED, again("accepted", "R2")),
    ("refund.not_again", GREEN, again("accepted")),
    ("refund.not_again", NOTHING, refunded()),
    ("refund.not_again", NOTHING, again_while_unknown),
    ("refund.not_again", RED, again_once_told),
    ("refund.ledger_equals_centre", GREEN, refund_books(WHOLE)),
    ("refund.ledger_equals_centre", GREEN, refund_books(IN_PARTS, cash="", account="", fund="")),
    ("refund.ledger_equals_centre", RED, refund_books()),
    ("refund.ledger_equals_centre", RED, refund_books(WHOLE, WHOLE)),
    ("refund.ledger_equals_centre", RED, read_back("refunded", 1, refunds=[WHOLE])),
    ("refund.ledger_equals_centre", RED, claimed_refund),
    ("refund.ledger_equals_centre", GREEN, learned_by_query),
    ("refund.ledger_equals_centre", GREEN, second_learned_by_query),
    ("refund.ledger_equals_centre", RED, second_not_booked),
    ("refund.ledger_equals_centre", GREEN, in_two_legs(WHOLE)),
    ("refund.ledger_equals_centre", RED, in_two_legs(HALF)),
    ("refund.ledger_equals_centre", RED, refund_books({**WHOLE, "cash": 2000, "account": 1000})),
    ("refund.ledger_equals_centre", GREEN, unread_refund),
)  # fmt: skip
