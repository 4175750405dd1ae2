"""Rows of the family `expect`: what a scenario expects."""

from __future__ import annotations

from typing import Any

from tell import GREEN, NOTHING, ONE, RED, Row, Tell, declined, fresh_code, paid, read_back

FINAL = [{"person": "甲", "centre": "6", "vendor": "paid", "booked": 1, "patient_state": ["success"], "orders": 1,
          "refunds": 0, "amounts": {"total": 6000, "cash": 2100}}]  # fmt: skip


def final(row: dict[str, Any] | None = None, tell: Tell = paid) -> Tell:
    def told(s: Any) -> None:
        rows = FINAL if row is None else [{"person": "甲", **row}]
        s.records[0]["d"]["expect"] = rows
        tell(s)

    return told


def called(expect: Any, during: Tell = lambda s: None, **how: Any) -> Tell:
    def tell(s: Any) -> None:
        s.call("refund_bill", ONE, expect=expect, during=lambda: during(s), **how)

    return tell


def unanswered_at_last(s: Any) -> None:
    """The vendor dies after it had said paid."""
    s.paid()
    s.add("probe", "P1", what="order_state", d={"state": "error", "problem": "连接失败", "result": {}})


def unknown_at_last(s: Any) -> None:
    s.pay(state="refused", shown="failed")
    s.add("probe", "P1", what="order_state", d={"state": "refused", "code": "BILL_UNKNOWN", "result": {}})


def armed_in_vain(s: Any) -> None:
    s.step("fault", fault="drop_response", interface="6201", times=1)
    s.step("reply", interface="6202", times=1)
    s.fault("drop_response", interface="6201")
    s.pay(state="refused")


def armed_and_fired(s: Any) -> None:
    s.step("fault", fault="drop_response", interface="*", times=1)
    s.step("reply", interface="6202", times=1)
    s.fault("drop_response", interface="6201")
    s.fault("reply", interface="6202")
    s.step("notice", kind="repeat", reply={"answers": [{"status": 0}, {"status": 200}]})
    s.pay(state="refused")


def notice_in_vain(s: Any) -> None:
    s.step("notice", kind="refund_early", reply={"answers": [{"status": 0, "accepted": False}]})
    s.pay(state="refused")


def refused_and_settled(s: Any) -> None:
    s.pay(during=lambda: (s.upload(), s.place()), state="refused", shown="failed")
    s.settled()


def not_offered_then_wrong(s: Any) -> None:
    s.call("list_paid", expect={"state": "done"}, state="not_offered")
    s.call("refund_bill", ONE, expect={"state": "refused"}, state="done")


def refused(code: str = "CREDENTIAL", message: str = "请重新授权", shown: str = "failed") -> Tell:
    def tell(s: Any) -> None:
        s.call("pay", ONE, state="refused", code=code, patient_message=message, shown=shown)

    return tell


EITHER = {"orders": 1, "endings": [
    {"is": "paid", "centre": "6", "vendor": "paid", "booked": 1, "because": "contracts 10"},
    {"is": "not_booked_alarm", "centre": "6", "vendor": ["manual", "pending"], "booked": 0, "patient_state": ["pending", "failed"],
     "because": "MP-FLT-04"},
    {"is": "revoked", "centre": "12", "vendor": ["cancelled", "failed"], "booked": 0, "because": "driver contract"},
]}  # fmt: skip
"""A row with several right endings, each with its own proof."""


def revoked(s: Any) -> None:
    s.pay(during=lambda: (s.upload(), s.place()), order="ORD1", shown="pending")
    s.order("0", "1", "12")
    s.probe("cancelled", 0, shown="cancelled")


def refunded_row(**more: Any) -> dict[str, Any]:
    return {"endings": [{"is": "refunded", "refunds": 1}, {"is": "refund_refused", "refunds": 0}], **more}


TABLE: tuple[Row, ...] = (
    ("expect.final_states", GREEN, final()),
    ("expect.final_states", GREEN, final({"centre": "none", "orders": [0]}, fresh_code)),
    ("expect.final_states", RED, final({"centre": "7"})),
    ("expect.final_states", RED, final({"booked": 2})),
    ("expect.final_states", RED, final({"amounts": {"total": 1}})),
    ("expect.final_states", RED, final({"centre": "12"}, fresh_code)),
    ("expect.final_states", "error", final({"vendor": "paid"}, fresh_code)),
    ("expect.final_states", "error", final({"vendor": "paid"}, unanswered_at_last)),
    ("expect.final_states", RED, final({"booked": 1}, unknown_at_last)),
    ("expect.final_states", GREEN, final({"booked": 0, "patient_state": "failed"}, unknown_at_last)),
    ("expect.final_states", "error", final({"centre": "none"}, armed_in_vain)),
    ("expect.final_states", GREEN, final({"centre": "none"}, armed_and_fired)),
    ("expect.final_states", "error", final({"centre": "none"}, notice_in_vain)),
    ("expect.final_states", GREEN, final(EITHER)),
    ("expect.final_states", GREEN, final(EITHER, read_back("manual", 0, shown="pending"))),
    ("expect.final_states", GREEN, final(EITHER, revoked)),
    ("expect.final_states", RED, final(EITHER, read_back("manual", 0, shown="success"))),
    ("expect.final_states", RED, final(EITHER, read_back("manual", 1))),
    ("expect.final_states", RED, final({**EITHER, "orders": 2})),
    ("expect.final_states", RED, final(refunded_row(centre="7"))),
    ("expect.final_states", "error", final(refunded_row(centre="6"), unanswered_at_last)),
    ("expect.driver_answers", GREEN, called({"state": "done"})),
    ("expect.driver_answers", GREEN, called({"state": ["done", "refused"], "code": ["X"]})),
    ("expect.driver_answers", GREEN, called({"result": {"amount": [1, 2]}}, result={"amount": 2})),
    ("expect.driver_answers", RED, called({"state": ["done", "accepted"]}, state="refused", code="OTHER")),
    ("expect.driver_answers", RED, called({"state": "refused"}, message="成功")),
    ("expect.driver_answers", RED, called({"code": "A"}, state="refused", code="B")),
    ("expect.driver_answers", RED, called({"result": {"amount": 1}})),
    ("expect.driver_answers", "error", called({}, state="error", problem="连接失败")),
    ("expect.driver_answers", "skip", called({"state": "done"}, state="not_offered")),
    ("expect.driver_answers", RED, not_offered_then_wrong),
    ("expect.driver_answers", RED, refused_and_settled),
    ("expect.driver_answers", GREEN, declined()),
    ("expect.driver_answers", "error", lambda s: s.add("driver", "P1", what="call", d={"action": "pay"})),
    ("expect.driver_answers", NOTHING, called({})),
    ("expect.refusal_is_told", GREEN, refused()),
    ("expect.refusal_is_told", GREEN, refused("BILL_BUSY", "订单处理中", "pending")),
    ("expect.refusal_is_told", RED, refused(message="")),
    ("expect.refusal_is_told", RED, refused(shown="success")),
    ("expect.refusal_is_told", RED, refused("BILL_BUSY", "订单处理中")),
    ("expect.refusal_is_told", NOTHING, paid),
)  # fmt: skip
