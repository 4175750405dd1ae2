"""What is believed and booked, done wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.books import HospitalOrder
from conformance.reference.change import Mutant, with_points
from conformance.reference.hospital_values import OrderAmounts
from conformance.reference.messages import amounts_in


def _known_amounts(data: Mapping[str, Any], order: HospitalOrder) -> OrderAmounts | None:
    return amounts_in(data) or order.amounts


KNOWN_STATES: Final = tuple(str(state) for state in range(17))

SETTLING: Final = (
    # Use the amounts of 6202 without adding them up (MP-PAY-11).
    Mutant(
        "trust_amounts",
        "6202 返回的金额不核对就使用",
        caught_by=("PAY-BALANCE-001",),
        needs=("pay/unbalanced",),
        apply=with_points(
            settling={
                "presettled_amounts": lambda data, _order: amounts_in(data),
                "agrees": lambda _amounts, _order: True,
            }
        ),
    ),
    # Book when 6202 answers (sheet 8: 1 is only pre-settled).
    Mutant(
        "book_on_6202",
        "6202 一返回就入账",
        caught_by=("PAY-BOOK-002",),
        needs=("pay/clinic_mixed",),
        apply=with_points(settling={"settled_by_presettle": lambda _state: True}),
    ),
    # Book the amounts of 6202 when 6301 brings none (MP-FLT-04).
    Mutant(
        "book_without_amounts",
        "查询没有金额时用预结算金额入账",
        caught_by=("FLT-NOAMT-001",),
        needs=("fault/settled_without_amounts",),
        apply=with_points(settling={"settled_amounts": _known_amounts}),
    ),
    # Book on every notice (MP-NTF-04).
    Mutant(
        "book_each_notice",
        "每收到一次通知就入账一次",
        caught_by=("PAY-BOOK-001", "NTF-ONCE-001"),
        needs=("notify/duplicate",),
        apply=with_points(settling={"booked_already": lambda _books, _order: False}),
    ),
    # Take any answered 6301 for paid (MP-FLT-03).
    Mutant(
        "pending_is_paid",
        "6301 有应答就当已支付",
        caught_by=("FLT-PENDING-001",),
        needs=("fault/query_pending",),
        apply=with_points(settling={"says_settled": lambda _state: True, "settled_amounts": _known_amounts}),
    ),
    # Take one leg for the whole: ordStas 3, 4 or 5 counts as paid (contracts 10).
    Mutant(
        "settling_is_paid",
        "自费完成或医保支付完成就当已支付",
        caught_by=("FLT-PENDING-001",),
        needs=("fault/query_settling",),
        apply=with_points(settling={"says_settled": lambda state: state in ("3", "4", "5", "6")}),
    ),
    # Take a settlement that is still running for paid (MP-FLT-03).
    Mutant(
        "running_is_paid",
        "结算中就当已支付",
        caught_by=("FLT-PENDING-001",),
        needs=("fault/query_running",),
        apply=with_points(settling={"says_settled": lambda state: state in ("2", "6")}),
    ),
    # Take the end of the in-hospital settlement for the end of all (contracts 10: 5 is no settlement).
    Mutant(
        "in_hospital_is_paid",
        "院内结算完成就当已支付",
        caught_by=("FLT-PENDING-001",),
        needs=("fault/query_in_hospital",),
        apply=with_points(settling={"says_settled": lambda state: state in ("5", "6")}),
    ),
    # Take a state that nobody knows for paid (sheet 8: 17 to 25 are not final).
    Mutant(
        "unknown_state_is_paid",
        "不认识的订单状态当作已支付",
        caught_by=("FLT-STATE-001",),
        needs=("fault/query_unknown_state",),
        apply=with_points(settling={"says_settled": lambda state: state == "6" or state not in KNOWN_STATES}),
    ),
    # Take an abnormal order for paid when the answer has amounts (sheet 8: 14).
    Mutant(
        "abnormal_is_paid",
        "异常状态带有金额就当已支付",
        caught_by=("FLT-ABNORM-001",),
        needs=("fault/undecided",),
        apply=with_points(settling={"says_settled": lambda state: state in ("6", "14")}),
    ),
    # Compare the total of 6301 with the bill and do not add the parts up (MP-PAY-11).
    Mutant(
        "query_sum_unchecked",
        "查询返回的金额只比对总额",
        caught_by=("PAY-BALANCE-002",),
        needs=("fault/query_unbalanced",),
        apply=with_points(settling={"agrees": lambda amounts, order: amounts.total == order.total}),
    ),
    # Book only the cash (MP-PAY-17).
    Mutant(
        "ledger_cash_only",
        "院内账只记现金",
        caught_by=("PAY-LEDGER-001",),
        needs=("pay/clinic_mixed",),
        apply=with_points(
            settling={"booked_amounts": lambda known: OrderAmounts(known.cash, 0, 0, known.cash)}
        ),
    ),
    # Book the money but leave the registration unpaid (MP-REG-01).
    Mutant(
        "registration_stays_unpaid",
        "挂号费已入账, 号源仍是未支付",
        caught_by=("REG-PAY-001",),
        needs=("register/mixed",),
        apply=with_points(settling={"confirm": lambda _books, _bill: None}),
    ),
    # Never find that the settled amounts agree (MP-NTF-01).
    Mutant(
        "never_booked",
        "得知结算完成却从不入账",
        caught_by=("PAY-BOOK-001",),
        needs=("pay/account_only",),
        apply=with_points(settling={"agrees": lambda _amounts, _order: False}),
        how="never",
    ),
    # Ask 6301 and do nothing with the answer (MP-NTF-02).
    Mutant(
        "query_answer_ignored",
        "查询了但不按结果更新订单",
        caught_by=("NTF-LOST-001",),
        needs=("notify/lost",),
        apply=with_points(settling={"says_settled": lambda _state: False}),
        how="not_converged",
    ),
)
