"""What becomes of a refund, done wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.reference import refund_desk
from conformance.reference.answers import PeerAnswer
from conformance.reference.books import HospitalOrder
from conformance.reference.careless_checks import original
from conformance.reference.change import Mutant, with_points
from conformance.reference.counter_practice import Parts
from conformance.reference.refund_desk import PARTS
from conformance.reference.sealed_calls import read_answer
from simulator.protocol.wire.envelope import Opened


def _late_is_success(answer: PeerAnswer, results: Mapping[str, str], later: bool) -> str:
    """Whatever a repeat is answered, the refund came through."""
    found = refund_desk.outcome(answer, results, later)
    return "success" if later and answer.outcome == "ok" and found == "failed" else found


def _silence_is_failure(answer: PeerAnswer, results: Mapping[str, str], later: bool) -> str:
    """A repeat that nobody answers: it must have failed."""
    return "failed" if later and answer.outcome == "unknown" else refund_desk.outcome(answer, results, later)


def _refusal_is_done(answer: PeerAnswer, results: Mapping[str, str], later: bool) -> str:
    """The order cannot be refunded any more: then it has been, and this is the refund."""
    return "success" if answer.code == "LT-REFUND-STATE" else refund_desk.outcome(answer, results, later)


def _unverified_is_refusal(opened: Opened, status: int) -> PeerAnswer:
    """An answer to a 6203 that does not verify is taken for a refusal."""
    found = read_answer(opened, status)
    about_refund = isinstance(opened.data, Mapping) and "refStatus" in opened.data
    return (
        PeerAnswer("refused", message="应答验签不过")
        if found.outcome == "unknown" and about_refund
        else found
    )


def _failed_number(order: HospitalOrder, fresh: str) -> str:
    """The number of the refund that failed, once more."""
    failed = (row.number for row in reversed(order.refunds) if row.state == "failed")
    return next(failed, fresh)


def _clamped(parts: Parts, kind: str, left: Parts, paid: Parts) -> dict[str, int]:
    """What exceeds what is left is made smaller without a word."""
    del kind, paid
    return {part: min(amount, left[part]) for part, amount in parts.items()}


def _completed(parts: Parts, kind: str, left: Parts, paid: Parts) -> dict[str, int]:
    """ALL is all, whatever the cashier typed in beside it."""
    del left
    less = kind == "ALL" and all(parts[part] <= paid[part] for part in PARTS)
    return dict(paid) if less else dict(parts)


def _fitted(parts: Parts, kind: str, left: Parts, paid: Parts) -> dict[str, int]:
    """What does not fit the type is left out without a word."""
    del left, paid
    fits = {"ALL": PARTS, "CASH": ("cash",), "HI": ("account", "fund")}[kind]
    return {part: amount if part in fits else 0 for part, amount in parts.items()}


RETURNING: Final = (
    # Make a refund smaller that exceeds what is left (MP-RFD-09: refused).
    Mutant(
        "typed_over_is_clamped",
        "录入的退费金额超过可退时自动改小后退费",
        caught_by=("RFD-TYPED-001",),
        needs=("refund/cash_in_parts", "refund/typed_amounts"),
        apply=with_points(returning={"typed": _clamped}),
    ),
    # Refund all where part of it was typed in (driver contract: a partial ALL is refused with WHOLE_ORDER).
    Mutant(
        "partial_all_completed",
        "ALL 只录入一部分时按全额退费",
        caught_by=("RFD-TYPED-001",),
        needs=("refund/typed_amounts",),
        apply=with_points(returning={"typed": _completed}),
    ),
    # Leave out what does not fit the type and refund the rest (MP-RFD-07, 08: refused).
    Mutant(
        "misfit_is_left_out",
        "与退费类型不符的分项不报错, 去掉后照退",
        caught_by=("RFD-TYPED-001",),
        needs=("refund/cash_with_account", "refund/insurance_with_cash", "refund/typed_amounts"),
        apply=with_points(returning={"typed": _fitted}),
    ),
    # Take a later FAIL for success: only the first answer is judged (MP-RFD-14).
    Mutant(
        "late_fail_is_success",
        "EXP 之后查得 FAIL 也当退费成功",
        caught_by=("RFD-FAIL-001",),
        needs=("refund/exp_then_fail",),
        apply=with_points(returning={"outcome": _late_is_success}),
    ),
    # Take no answer after an EXP for a failure (MP-RFD-14).
    Mutant(
        "silence_after_exp_is_failure",
        "EXP 之后查询没有应答就当退费失败",
        caught_by=("RFD-EXP-001",),
        needs=("refund/exp_then_silence",),
        apply=with_points(returning={"outcome": _silence_is_failure}),
    ),
    # Take the insurance side for the whole: 8 in 6301 counts as refunded (MP-RFD-15).
    Mutant(
        "half_refund_is_whole",
        "6301 为 8(医保已退)就当整单退费成功",
        caught_by=("RFD-EXP-001",),
        needs=("refund/cash_leg_fails",),
        apply=with_points(returning={"by_query": lambda _refund: ("7", "8", "9", "10", "11")}),
    ),
    # Say no to a refund whose answer does not verify (driver contract: unknown is `accepted`).
    Mutant(
        "unverified_refund_is_refused",
        "6203 的应答验签不过就当退费被拒绝",
        caught_by=("RFD-REFUSED-001",),
        needs=("refund/answer_tampered",),
        apply=with_points(
            sealing={"read_answer": _unverified_is_refusal}, returning={"by_query": lambda _refund: ("7",)}
        ),
    ),
    # Ask again with the number of the refund that failed (MP-RFD-16).
    Mutant(
        "failed_number_again",
        "退费失败后再退仍用原来的流水号",
        caught_by=("RFD-FAIL-001",),
        needs=("refund/insurance_leg_fails",),
        apply=with_points(returning={"number": _failed_number}),
    ),
    # Take the centre's refusal of a second refund for its success, and book it too (MP-RFD-13).
    Mutant(
        "second_refund_booked",
        "同时退两次, 第二次被中心拒绝也记成退费成功",
        caught_by=("RFD-TWICE-001", "RFD-LEDGER-001"),
        needs=("refund/two_at_once",),
        apply=with_points(
            returning={"outcome": _refusal_is_done}, refunding={"checks": (), "refundable": original}
        ),
    ),
)
