"""Right ways that offer less, or promise something else, and say so in the declaration."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from conformance.reference.change import Variant, with_points
from simulator.protocol.text.idnumber import check_digit

MINUTE_MS: Final = 60_000
TEST_ACTIONS: Final = (
    "clock", "reset", "fail_booking", "suspend", "amend_bill", "counter_pay", "dispense", "set_slot",
)  # fmt: skip
REGISTRATION: Final = (
    "list_doctors", "list_departments", "list_suspensions", "book_appointment", "register_today", "list_registrations",
    "refund_registration",
)  # fmt: skip
ON_FILE: Final = 8
PERSONS: Final = tuple(
    {
        "name": f"测试{letter}",
        "id_type": "01",
        "id_no": f"11999919900101{n:03d}" + check_digit(f"11999919900101{n:03d}"),
        "openid": f"o-on-file-{n}",
    }
    for n, letter in enumerate("甲乙丙丁戊己庚辛", 1)
)
"""Synthetic: no county has the code 9999."""


def _all_but(names: Collection[str]) -> Callable[[str], bool]:
    return lambda action: action not in names


PROMISING: Final = (
    # Show no order state (contracts 1: level 1).
    Variant(
        "level_one",
        "不提供 order_state (级别 1)",
        with_points(showing={"offers": _all_but(("order_state", "reconcile"))}),
        decides=("offers", "order_state"),
        declares={"level": 1},
    ),
    # Offer none of the optional test actions (driver contract: 501).
    Variant(
        "no_test_actions",
        "不提供任何可选的测试动作",
        with_points(showing={"offers": _all_but(TEST_ACTIONS)}),
        decides=("offers",),
        declares={"hooks": ()},
    ),
    # Offer no registration and no merged payment.
    Variant(
        "outpatient_only",
        "只做门诊缴费、退费和取消",
        with_points(showing={"offers": _all_but(REGISTRATION)}),
        decides=("offers",),
        declares={"services": ("outpatient", "refund", "cancel")},
    ),
    # Have a fixed list of persons on file and create nobody (contracts 2).
    Variant(
        "persons_on_file",
        "患者是预先建档的名单, 不提供 create_patient",
        with_points(showing={"offers": _all_but(("create_patient",))}),
        decides=("offers",),
        declares={"persons": PERSONS},
    ),
    # Close an unpaid order after ten minutes (contracts 10: before the centre's thirty).
    Variant(
        "closes_after_ten_minutes",
        "未支付的订单 10 分钟关闭",
        with_points(cancelling={"unpaid_ms": 10 * MINUTE_MS}),
        decides=("expiry",),
        declares={"timers": {"unpaid_order_s": 600}},
    ),
)
