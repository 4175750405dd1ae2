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


TABLE: tuple[Row, ...] = (
    ("holder.holder_is_patient", GREEN, for_another(None)),
    ("holder.holder_is_patient", GREEN, for_another("LT-AUTH-PERSON")),
    ("holder.holder_is_patient", RED, for_another("0")),
    ("holder.holder_is_patient", NOTHING, for_another("0", owner="")),
    ("holder.holder_is_patient", NOTHING, paid),
)
