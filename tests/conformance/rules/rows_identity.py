"""Rows of the family `identity`: authorisation and person."""

from __future__ import annotations

from typing import Any

from tell import GREEN, NOTHING, RED, Row, Tell, fresh_code, paid


def pay_with(s: Any, during: Tell = lambda s: None, **how: Any) -> int:
    return s.pay(during=lambda: during(s), **how)


def by_idcard(s: Any) -> None:
    s.pay(during=lambda: (s.identify(mdtrt_cert_type="02", mdtrt_cert_no="110~x"), s.upload()))


def no_person_query(s: Any) -> None:
    s.upload()


def stopped_at_the_visit(s: Any) -> None:
    s.ask("2201", {"data": {"psn_no": "50~p1"}}, code="LT-PERSON-UNKNOWN")


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


def verify_only_settled(s: Any) -> None:
    s.authorise(biz="04106")
    pay_with(s, lambda s: s.upload(), state="accepted")
    s.order("0", "1", "6")


def family_shown(s: Any) -> None:
    s.authorise(family_member="P2")
    pay_with(s, state="accepted", shown="success")


def codes_do_not_match(s: Any) -> None:
    s.authorise(code="11~other", decision="refuse")
    s.authorise(code="", decision="refuse")
    s.pay()


def an_order_before(s: Any) -> None:
    """An order settled before the refused authorisation has nothing to do with it."""
    s.pay(during=lambda: s.upload(), code="11~z")
    s.settled()
    refused_code(s)


TABLE: tuple[Row, ...] = (
    ("identity.person_query_first", GREEN, paid),
    ("identity.person_query_first", RED, by_idcard),
    ("identity.person_query_first", RED, no_person_query),
    ("identity.person_query_first", RED, stopped_at_the_visit),
    ("identity.person_matches", GREEN, paid),
    ("identity.person_matches", GREEN, visit_as_given),
    ("identity.person_matches", RED, other_insutype),
    ("identity.person_matches", RED, other_visit),
    ("identity.person_matches", RED, visit_of_another_kind),
    ("identity.person_matches", RED, lambda s: (s.identify(), s.upload(mdtrtId="V9"))),
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
    ("identity.expired_pays_nothing", RED, lambda s: aged(s, state="done", shown="success")),
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
    ("identity.verify_only_pays_nothing", RED, verify_only_settled),
    ("identity.family_refused", RED, family_shown),
    ("identity.refused_sends_nothing", NOTHING, codes_do_not_match),
    ("identity.refused_sends_nothing", GREEN, an_order_before),
)  # fmt: skip
