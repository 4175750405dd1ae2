"""Checks of a refund that look at too little, for mutants: each leaves out one thing that `refund_desk.CHECKS` looks at."""

from __future__ import annotations

from conformance.reference import refund_desk
from conformance.reference.answers import Refused
from conformance.reference.books import HospitalOrder
from conformance.reference.hospital_values import Asked
from conformance.reference.practice import Check
from conformance.reference.refund_desk import PARTS


def original(order: HospitalOrder) -> dict[str, int]:
    """What was paid of each part."""
    return {part: getattr(order.amounts, part, 0) for part in PARTS}


def without(*left_out: Check) -> tuple[Check, ...]:
    """The right checks but for these."""
    return tuple(check for check in refund_desk.CHECKS if check not in left_out)


def by_original(order: HospitalOrder, asked: Asked) -> None:
    """Compares with what was paid, not with what is left of it."""
    if any(asked.parts[part] > most for part, most in original(order).items()):
        raise Refused("OVER_PAID", "退费金额超过原额")


def medical_whole(order: HospitalOrder, asked: Asked) -> None:
    """Wants the whole of the medical side, and lets ALL have part of the cash."""
    paid = original(order)
    if asked.kind != "CASH" and any(asked.parts[part] != paid[part] for part in ("account", "fund")):
        raise Refused("WHOLE_ORDER", "医保部分须整单退费")


def cash_without_account(order: HospitalOrder, asked: Asked) -> None:
    """CASH holds no account amount, HI no cash; a fund amount in CASH is not looked at."""
    del order
    if (asked.kind == "CASH" and asked.parts["account"]) or (asked.kind == "HI" and asked.parts["cash"]):
        raise Refused("REFUND_TYPE", "退费类型与金额分项不符")


def all_but(part: str) -> tuple[Check, ...]:
    """The right checks, but one part is neither limited nor wanted whole."""

    def limited(order: HospitalOrder, asked: Asked) -> None:
        left = refund_desk.left_of(order)
        if any(asked.parts[name] > left[name] for name in PARTS if name != part):
            raise Refused("OVER_PAID", "退费金额超过可退金额")

    def kept_whole(order: HospitalOrder, asked: Asked) -> None:
        wanted = {"ALL": PARTS, "HI": ("account", "fund"), "CASH": ()}[asked.kind]
        paid = original(order)
        less = any(asked.parts[name] < paid[name] for name in wanted)
        if less or any(asked.parts[name] != paid[name] for name in wanted if name != part):
            raise Refused("WHOLE_ORDER", "退费须等于原订单各分项")

    return (*without(refund_desk.check_limits, refund_desk.check_order), limited, kept_whole)
