"""Rows of the family `believed`: spoiled answers that nobody may believe, odd ones that everybody must."""

from __future__ import annotations

from typing import Any

from tell import GREEN, NOTHING, RED, Row, Tell, paid

AMOUNTS = {"total": 6000, "fund": 3000, "account": 900, "cash": 2100}
BAD = ("tamper_sign",)


def uploaded(*, good: bool, used: bool) -> Tell:
    """A spoiled 6201 answer, perhaps a good one after it, perhaps a 6202."""

    def tell(s: Any) -> None:
        s.upload(faults=BAD)
        s.order("0")
        if good:
            s.upload()
        if used:
            s.place()

    return tell


def placed(*, shown: bool, queried: bool = False) -> Tell:
    """A spoiled 6202 answer; the payment shows its amounts, perhaps after a 6301 has stated them."""

    def tell(s: Any) -> None:
        def during() -> None:
            s.upload()
            s.order("0", "1")
            s.place(faults=BAD)
            if queried:
                s.query("4")

        s.pay(during=during, result={"amounts": AMOUNTS} if shown else {})

    return tell


def unsigned_no(state: str, *centre: str, queried: bool = False) -> Tell:
    """A 6202 whose refusal has no signature; the payment is answered `state`."""

    def tell(s: Any) -> None:
        def during() -> None:
            s.upload()
            s.order("0", "1")
            s.place(code="500", faults=("reply", "unsigned"))
            if queried:
                s.query("1", amounts=False)
            s.order(*centre)

        s.pay(during=during, state=state, code="DECLINED" if state == "refused" else "")

    return tell


def refunded(*, shown: str, queried: bool = False, again: bool = False) -> Tell:
    def tell(s: Any) -> None:
        def during() -> None:
            s.refund(faults=BAD)
            if again:
                s.refund()
            if queried:
                s.query("7")

        s.paid()
        s.call("refund_bill", {"bill_id": "B1"}, result={"refund_state": shown}, during=during)

    return tell


def odd(what: str, *, stops: bool = False, twice: bool = False, settles: bool = True) -> Tell:
    """An answer with more members, or with numbers; whether the vendor goes on after it."""

    def tell(s: Any) -> None:
        if what == "more":
            s.ask(
                "6201",
                {"medOrgOrd": "M1"},
                {"payOrdId": "ORD1", "payToken": "PT", "newMember": "1"},
                faults=("reply",),
            )
        else:
            s.upload()
        s.order("0", "1", *(("6",) if settles else ()))
        more = {"feeSumamt": 60} if what == "numbers" else {}
        for serial in () if stops else ("S1", "S2") if twice else ("S1",):
            s.place(serial=serial, answer=more, faults=("reply",))

    return tell


TABLE: tuple[Row, ...] = (
    ("believed.upload_not_believed", GREEN, uploaded(good=True, used=True)),
    ("believed.upload_not_believed", GREEN, uploaded(good=False, used=False)),
    ("believed.upload_not_believed", RED, uploaded(good=False, used=True)),
    ("believed.upload_not_believed", NOTHING, paid),
    ("believed.order_not_believed", GREEN, placed(shown=False)),
    ("believed.order_not_believed", GREEN, placed(shown=True, queried=True)),
    ("believed.order_not_believed", RED, placed(shown=True)),
    ("believed.order_not_believed", GREEN, unsigned_no("accepted")),
    ("believed.order_not_believed", GREEN, unsigned_no("refused", "12")),
    ("believed.order_not_believed", GREEN, unsigned_no("refused", queried=True)),
    ("believed.order_not_believed", RED, unsigned_no("refused")),
    ("believed.order_not_believed", NOTHING, paid),
    ("believed.refund_not_believed", GREEN, refunded(shown="pending")),
    ("believed.refund_not_believed", GREEN, refunded(shown="success", queried=True)),
    ("believed.refund_not_believed", GREEN, refunded(shown="success", again=True)),
    ("believed.refund_not_believed", RED, refunded(shown="success")),
    ("believed.refund_not_believed", NOTHING, paid),
    ("believed.more_members", GREEN, odd("more")),
    ("believed.more_members", RED, odd("more", stops=True, settles=False)),
    ("believed.more_members", RED, odd("more", twice=True)),
    ("believed.more_members", NOTHING, paid),
    ("believed.whole_numbers", GREEN, odd("numbers")),
    ("believed.whole_numbers", RED, odd("numbers", settles=False)),
    ("believed.whole_numbers", NOTHING, paid),
)
