"""Rows of the family `holder`: whose authorisation pays."""

from __future__ import annotations

from typing import Any

from tell import GREEN, NOTHING, RED, Row, Tell, paid


def for_another(code: str | None, *, owner: str = "P2") -> Tell:
    """甲's bill, paid with the phone of `owner`; 6201 is answered with `code`, None: there is none."""

    def tell(s: Any) -> None:
        def during() -> None:
            s.ask("userQuery", {"qrcode": "11~c0de"}, {"pay_auth_no": "AUTH~b1"}, person="P2")
            if code is not None:
                s.upload(auth="AUTH~b1", code=code)

        seq = s.pay(during=during, state="refused")
        s.records[seq - 1]["d"]["openid_of"] = owner

    return tell


def refused_at(interface: str | None, *, goes_on: bool) -> Tell:
    """1101 or 2201 refused during a payment; `goes_on`: a 6201 all the same."""

    def tell(s: Any) -> None:
        def during() -> None:
            for step in ("1101", "2201"):
                s.ask(step, {"data": {}}, {}, code="-1" if step == interface else "0")
            if goes_on:
                s.upload()

        s.pay(during=during)

    return tell


TABLE: tuple[Row, ...] = (
    ("holder.holder_is_patient", GREEN, for_another(None)),
    ("holder.holder_is_patient", GREEN, for_another("LT-AUTH-PERSON")),
    ("holder.holder_is_patient", RED, for_another("0")),
    ("holder.holder_is_patient", NOTHING, for_another("0", owner="")),
    ("holder.holder_is_patient", NOTHING, paid),
    ("holder.stops_at_refusal", GREEN, refused_at("2201", goes_on=False)),
    ("holder.stops_at_refusal", RED, refused_at("1101", goes_on=True)),
    ("holder.stops_at_refusal", RED, refused_at("2201", goes_on=True)),
    ("holder.stops_at_refusal", NOTHING, refused_at(None, goes_on=True)),
)
