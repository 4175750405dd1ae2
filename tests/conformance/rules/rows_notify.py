"""Rows of the family `notify`: settlement notices."""

from __future__ import annotations

from typing import Any

from tell import GREEN, NOTHING, RED, Row, Tell, paid


def noticed(*notices: dict[str, Any]) -> Tell:
    def tell(s: Any) -> None:
        s.order("0", "1", "6")
        s.upload()
        for notice in notices:
            s.notice(**notice)

    return tell


def while_booking_fails(times: int) -> Tell:
    def tell(s: Any) -> None:
        s.call("fail_booking", {"times": times}, person="")
        noticed({"accepted": False}, {"accepted": False})(s)

    return tell


def sent_to_the_login(s: Any) -> None:
    noticed({"accepted": False})(s)
    s.records[-2]["http"]["status"] = 302


def page_answered(*ok: bool, kind: str = "plan", booked: int = 1) -> Tell:
    """Notices of which these were answered by their program and the others by a page of a gateway."""

    def tell(s: Any) -> None:
        s.paid()
        for fine in ok:
            s.notice(kind=kind, accepted=fine)
            if not fine:
                s.records[-2]["facts"] += [{"n": "notice.page", "ok": False}]
        s.probe(booked=booked)

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


def notice_lost(state: str, centre: str = "6", booked: int = 1, *, asked: bool = True, **query: Any) -> Tell:
    def tell(s: Any) -> None:
        s.upload()
        s.order("0", "1", centre)
        s.lost_notice()
        if asked:
            s.query(centre, **query)
        s.probe(state, booked)

    return tell


def early(booked: int) -> Tell:
    def tell(s: Any) -> None:
        s.upload()
        s.place(between=lambda: (s.order("0", "1", "6"), s.notice()))
        s.probe(booked=booked)

    return tell


def lost_in_doubt(state: str, booked: int = 0, *, told: bool = False, spoiled: bool = True) -> Tell:
    def tell(s: Any) -> None:
        s.upload()
        s.order("0", "1", "6")
        s.lost_notice()
        s.query("6", faults=["tamper_sign"] if spoiled else [])
        if told:
            s.query("6")
        s.probe(state, booked)

    return tell


TABLE: tuple[Row, ...] = (
    ("notify.accepted", GREEN, paid),
    ("notify.lost_converges", GREEN, lost_in_doubt("manual")),
    ("notify.lost_converges", GREEN, lost_in_doubt("pending")),
    ("notify.lost_converges", GREEN, lost_in_doubt("manual", told=True)),
    ("notify.lost_converges", RED, lost_in_doubt("pending", told=True)),
    ("notify.lost_converges", RED, lost_in_doubt("created", spoiled=False)),
    ("notify.accepted", GREEN, noticed({"accepted": False}, {})),
    ("notify.accepted", RED, noticed({"accepted": False}, {"accepted": False, "answered": False})),
    ("notify.accepted", RED, noticed({"accepted": False, "answered": False, "reached": True})),
    ("notify.accepted", RED, noticed({"accepted": False, "answered": False, "reached": False})),
    ("notify.accepted", RED, sent_to_the_login),
    ("notify.accepted", NOTHING, while_booking_fails(100)),
    ("notify.accepted", RED, while_booking_fails(1)),
    ("notify.accepted", GREEN, page_answered(False)),
    ("notify.no_page", GREEN, paid),
    ("notify.no_page", GREEN, sent_to_the_login),
    ("notify.no_page", RED, page_answered(False)),
    ("notify.no_page", RED, page_answered(True, False)),
    ("notify.no_page", RED, page_answered(False, kind="repeat")),
    ("notify.repeated_once", GREEN, page_answered(False, kind="repeat")),
    ("notify.repeated_once", RED, repeated(0)),
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
    ("notify.altered_not_booked", RED, strange_notice("altered", accepted=True, booked=1, fundPay="9.00", amounts={})),
    ("notify.altered_not_booked", RED, altered_then_settled({"total": 6000, "fund": 6000, "account": 0, "cash": 0})),
    ("notify.lost_converges", GREEN, notice_lost("paid")),
    ("notify.lost_converges", GREEN, notice_lost("failed", "15", 0)),
    ("notify.lost_converges", RED, notice_lost("pending", booked=0)),
    ("notify.lost_converges", RED, notice_lost("manual", booked=0)),
    ("notify.lost_converges", GREEN, notice_lost("manual", booked=0, faults=("tamper_sign",))),
    ("notify.lost_converges", RED, notice_lost("pending", booked=0, asked=False)),
    ("notify.lost_converges", NOTHING, paid),
    ("notify.early_converges", RED, early(2)),
    ("notify.early_converges", GREEN, early(1)),
    ("notify.early_converges", RED, early(0)),
    ("notify.early_converges", NOTHING, paid),
    ("notify.unknown_fields", GREEN, noticed({"kind": "unknown_fields"})),
    ("notify.unknown_fields", RED, noticed({"kind": "unknown_fields", "accepted": False})),
)  # fmt: skip
