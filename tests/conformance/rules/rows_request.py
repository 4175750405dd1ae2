"""Rows of the family `request`: what the peer refused, and whose doing it was."""

from __future__ import annotations

from typing import Any

from tell import GREEN, NOTHING, RED, Row, Tell, paid

HAD_TO = {"state": ["done", "accepted"]}
MAY = {"state": ["refused", "accepted"]}


def refused(interface: str, code: str, expect: Any = None, *before: Tell, **how: Any) -> Tell:
    """A request during a payment is refused with `code`."""

    def tell(s: Any) -> None:
        for act in before:
            act(s)
        s.pay(during=lambda: s.ask(interface, {"payOrdId": "ORD1"}, code=code, **how), state="refused",
              expect=HAD_TO if expect is None else expect)  # fmt: skip

    return tell


def accepted(interface: str) -> Tell:
    return lambda s: s.ask(interface, {"payOrdId": "ORD1"}, {"payOrdId": "ORD1"})


def scripted(name: str) -> Tell:
    return lambda s: s.step(name)


def misled(s: Any) -> None:
    s.ask("1101", {}, {}, faults=["reply"])


INTERFACES = {
    "request.authorisation": ("userQuery", "LT-CODE-USED"), "request.person": ("1101", "LT-CERT-TYPE"),
    "request.visit": ("2201", "LT-PERSON-INSUTYPE"), "request.upload": ("6201", "LT-VISIT-UNKNOWN"),
    "request.order": ("6202", "LT-ORDER-VISIT"), "request.query": ("6301", "LT-ORDER-TOKEN"),
    "request.revoke": ("6401", "LT-ORDER-PERSON"), "request.refund": ("6203", "LT-REFUND-SUM"),
}  # fmt: skip
"""rule -> an interface of it and a code of the vendor's own doing."""

TABLE: tuple[Row, ...] = (
    *((rule, RED, refused(*row)) for rule, row in INTERFACES.items()),
    *((rule, GREEN, accepted(row[0])) for rule, row in INTERFACES.items()),
    ("request.upload", GREEN, paid),
    ("request.order", GREEN, paid),
    ("request.upload", NOTHING, refused("6201", "LT-PERSON-INPATIENT")),
    ("request.revoke", NOTHING, refused("6401", "LT-REVOKE-STATE")),
    ("request.upload", NOTHING, refused("6201", "LT-AUTH-PERSON", MAY)),
    ("request.upload", NOTHING, refused("6201", "LT-AUTH-PERSON", HAD_TO, scripted("patient"))),
    ("request.upload", RED, refused("6201", "LT-AUTH-PERSON")),
    ("request.upload", RED, refused("6201", "LT-VISIT-UNKNOWN", MAY, scripted("patient"))),
    ("request.upload", NOTHING, refused("6201", "LT-VISIT-UNKNOWN", HAD_TO, misled)),
    ("request.upload", NOTHING, refused("6201", "LT-SIGN-VERIFY", HAD_TO, facts=[])),
    ("request.upload", NOTHING, refused("6201", "LT-VISIT-UNKNOWN", HAD_TO, faults=["reply"])),
    ("request.refund", NOTHING, refused("6203", "LT-REFUND-OVER", MAY)),
)
