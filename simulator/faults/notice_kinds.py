"""How a notice departs from the right one: the kinds that the control API and scenarios can send.

Each is a change of the business data, another signer, or the same bytes again (MP-NTF-04 … MP-NTF-08).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.faults.hostile_notices import HOSTILE
from simulator.protocol.text.said import Said


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """`changes` are dotted paths set in the data (null takes out); the other members as named.

    `as_settled`: also an order that nobody has settled gets a notice complete in every member, so that only
    the fault itself gives it away.
    """

    name: str
    about: Said
    changes: Mapping[str, Any] = field(default_factory=dict)
    foreign_key: bool = False
    unsigned: bool = False
    same_bytes: bool = False
    as_settled: bool = False
    hostile: str = ""
    """The name of one of `hostile_notices.HOSTILE`; the control API puts it in."""
    policy: Mapping[str, Any] = field(default_factory=dict)


OTHER_AMOUNTS = {"feeSumamt": "9999.99", "ownPayAmt": "9999.99", "psnAcctPay": "0.00", "fundPay": "0.00"}

KINDS: tuple[NoticeKind, ...] = (
    NoticeKind("repeat", Said("同一结果重新封装再发一次")),
    NoticeKind("replay", Said("同一字节原样重发"), same_bytes=True),
    NoticeKind("forged", Said("由另一把私钥签名，内容完整"), foreign_key=True, as_settled=True),
    NoticeKind("unsigned", Said("没有签名，内容完整"), unsigned=True, as_settled=True),
    NoticeKind("altered", Said("金额被改但自洽，签名正确，内容完整"), changes=OTHER_AMOUNTS, as_settled=True),
    NoticeKind("hostile", Said("测试向量里的恶意通知，逐个用本机构的密钥现做"), as_settled=True),
    NoticeKind("unknown_fields", Said("多出未知成员"), changes={"newField": "1", "extData.newField": "1"}),
    NoticeKind("early", Said("通知先于6202应答到达"), policy={"before_reply": True}),
    NoticeKind("refund_early", Said("退费之后支付通知才到")),
)


HOSTILE_NAMES: tuple[str, ...] = tuple(one.name for one in HOSTILE)


def each(kind: NoticeKind, names: Sequence[str], times: int) -> tuple[NoticeKind, ...]:
    """What is sent: the kind so many times, or each hostile notice of these names once."""
    if kind.name == "hostile":
        return tuple(replace(kind, hostile=name) for name in names)
    return (kind,) * times


def kind_of(name: str) -> NoticeKind | None:
    """The kind of this name, or None."""
    return next((kind for kind in KINDS if kind.name == name), None)
