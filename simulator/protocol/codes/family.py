"""The families of the refusal codes: one documentation page each. A code belongs by its second part, `LT-SIGN-…`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simulator.protocol.text.said import Said


@dataclass(frozen=True, slots=True)
class Family:
    """`page` is the file below docs/codes/ without its ending; `groups` are the second parts of its codes."""

    page: str
    title: Said
    groups: tuple[str, ...]


FAMILIES: Final[tuple[Family, ...]] = (
    Family("message", Said("报文与字段"), ("MESSAGE", "HTTP", "BODY", "SCHEMA", "FIELD")),
    Family("envelope", Said("信封、加密与签名"), ("ENV", "TIME", "ENC", "SIGN", "REPLAY")),
    Family("fsi", Said("两定报文、机构与区划"), ("FSI", "ORG", "REGION")),
    Family("portal", Said("凭证门户与授权码"), ("PORTAL", "CODE")),
    Family("person", Said("人员与就诊"), ("PERSON", "CERT", "VISIT")),
    Family("authorisation", Said("身份凭据与授权"), ("AUTH",)),
    Family("order", Said("订单与撤销"), ("ORDER", "REVOKE")),
    Family("amount", Said("金额"), ("AMOUNT",)),
    Family("refund", Said("退费"), ("REFUND", "REVS")),
    Family("settlement", Said("扣款与结算"), ("BANK", "MEDICAL")),
    Family("simulator", Said("模拟器自身"),
           ("THROTTLED", "BUSY", "NOT", "SIM", "UNATTRIBUTED", "INTERNAL")),
)  # fmt: skip
_BY_GROUP: Final[Mapping[str, Family]] = {group: family for family in FAMILIES for group in family.groups}


def family_of(code: str) -> Family:
    """The family of one of our codes. Raises KeyError for a code that is in no family."""
    return _BY_GROUP[code.split("-")[1]]


def page_of(code: str) -> str:
    """Where one of our codes is explained, below docs/: `codes/envelope.md#lt-sign-verify`."""
    return f"codes/{family_of(code).page}.md#{code.lower()}"
