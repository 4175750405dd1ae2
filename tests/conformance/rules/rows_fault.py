"""Rows of the family `fault`: lost, late and wrong answers."""

from __future__ import annotations

from typing import Any

from tell import GREEN, NOTHING, RED, Row, Tell, declined, paid


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


def cancel_untold(s: Any) -> None:
    """The centre has settled, nobody has told the vendor: it tries to revoke and is refused."""
    s.upload()
    s.order("0", "1", "6")
    s.call("cancel", state="refused", during=lambda: s.ask("6401", {"payOrdId": "ORD1"}, code="LT-STATE"))
    s.query()


def upload_refused_by_centre(s: Any) -> None:
    s.upload(code="LT-INPATIENT")


def place_without_an_answer(s: Any) -> None:
    s.upload()
    s.place(lost=True, faults=["drop_response"])


def called(act: Tell, *, state: str = "error", status: int = 500) -> Tell:
    """A payment during which `act` happens, and the HTTP status of its answer."""
    return lambda s: s.pay(during=lambda: act(s), state=state, http_status=status)


HOOK = "answered.ended_as_inner_error"
REFUSED, SILENT = upload_refused_by_centre, place_without_an_answer


TABLE: tuple[Row, ...] = (
    (HOOK, RED, called(REFUSED)),
    (HOOK, RED, called(SILENT)),
    (HOOK, RED, called(lambda s: s.upload(code="LT-INPATIENT", faults=["tamper_response_sign"]), status=502)),
    (HOOK, GREEN, called(REFUSED, state="refused", status=409)),
    (HOOK, GREEN, called(SILENT, state="accepted", status=202)),
    (HOOK, GREEN, called(REFUSED, status=0)),
    (HOOK, NOTHING, called(lambda s: s.upload())),
    (HOOK, NOTHING, called(lambda s: s.upload(code="LT-INPATIENT", person="P2"))),
    (HOOK, NOTHING, paid),
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
    ("fault.settled_is_not_revoked", NOTHING, cancel_untold),
    ("fault.settled_is_not_revoked", GREEN, cancel_settled("refused")),
    ("fault.settled_is_not_revoked", RED, cancel_settled("done")),
    ("fault.settled_is_not_revoked", GREEN, cancel_settled("accepted")),
    ("fault.settled_is_not_revoked", RED, cancel_settled("accepted", revoke=True)),
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
    ("fault.failed_booking_made_up", GREEN, booking_broken(lambda s: s.notice(between=s.query))),
    ("fault.failed_booking_made_up", GREEN, booking_broken(lambda s: s.notice(), lambda s: s.query())),
    ("fault.failed_booking_made_up", RED, booking_broken(lambda s: s.notice())),
    ("fault.failed_booking_made_up", RED, booking_broken(lambda s: s.notice(accepted=False), booked=0)),
    ("fault.failed_booking_made_up", RED, booking_broken(lambda s: s.notice(accepted=False), booked=2)),
    ("fault.failed_booking_made_up", NOTHING, booking_broken()),
)  # fmt: skip
