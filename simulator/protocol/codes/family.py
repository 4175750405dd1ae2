"""The families of the refusal codes: one documentation page each. A code belongs by its second part, `LT-SIGN-…`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Family:
    """`page` is the file below docs/codes/ without its ending; `groups` are the second parts of its codes."""

    page: str
    zh: str
    en: str
    groups: tuple[str, ...]


FAMILIES: Final[tuple[Family, ...]] = (
    Family("message", "报文与字段", "Message and fields", ("MESSAGE", "HTTP", "BODY", "SCHEMA", "FIELD")),
    Family("envelope", "信封、加密与签名", "Envelope, encryption, signature", ("ENV", "TIME", "ENC", "SIGN", "REPLAY")),
    Family("fsi", "两定报文、机构与区划", "The fsi message, institution and region", ("FSI", "ORG", "REGION")),
    Family("portal", "凭证门户与授权码", "Portal of the e-credential and its codes", ("PORTAL", "CODE")),
    Family("person", "人员与就诊", "Person and visit", ("PERSON", "CERT", "VISIT")),
    Family("authorisation", "身份凭据与授权", "Credential and authorisation", ("AUTH",)),
    Family("order", "订单与撤销", "Order and revocation", ("ORDER", "REVOKE")),
    Family("amount", "金额", "Amounts", ("AMOUNT",)),
    Family("refund", "退费", "Refund", ("REFUND", "REVS")),
    Family("settlement", "扣款与结算", "Bank and settlement", ("BANK", "MEDICAL")),
    Family("simulator", "模拟器自身", "The simulator itself",
           ("THROTTLED", "BUSY", "NOT", "SIM", "UNATTRIBUTED", "INTERNAL")),
)  # fmt: skip
_BY_GROUP: Final[Mapping[str, Family]] = {group: family for family in FAMILIES for group in family.groups}


def family_of(code: str) -> Family:
    """The family of one of our codes. Raises KeyError for a code that is in no family."""
    return _BY_GROUP[code.split("-")[1]]


def page_of(code: str) -> str:
    """Where one of our codes is explained, below docs/: `codes/envelope.md#lt-sign-verify`."""
    return f"codes/{family_of(code).page}.md#{code.lower()}"
