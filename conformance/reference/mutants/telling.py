"""What leaves the hospital in words: screens that know better than the wire, and words that say too much."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from conformance.reference.answers import DriverReply, ReceivedCall
from conformance.reference.books import Books, HospitalOrder
from conformance.reference.change import Apply, Mutant, with_points
from conformance.reference.logbook import LogEntry, masked_line

Answer = Callable[[ReceivedCall, Books, DriverReply], DriverReply]
SCREENS: Final = ("pay", "cancel", "refund_registration", "refund_bill", "order_state")


def _last(call: ReceivedCall, books: Books) -> HospitalOrder | None:
    orders = books.orders_of(call.run, call.flow)
    return orders[-1] if orders else None


def _where(*states: str, icon: str, text: str) -> Answer:
    """Another icon and text while the last order is in one of `states`."""

    def answer(call: ReceivedCall, books: Books, reply: DriverReply) -> DriverReply:
        order = _last(call, books)
        due = call.action in ("pay", "order_state") and order is not None and order.state in states
        return replace(reply, show=icon, text=text) if due and reply.state != "refused" else reply

    return answer


def _in_doubt(call: ReceivedCall, books: Books, reply: DriverReply) -> DriverReply:
    """Take an order whose 6202 brought no amounts for a failed one."""
    order = _last(call, books)
    due = call.action in ("pay", "order_state") and order is not None and order.pay_ord_id
    if not due or order is None or order.amounts is not None or order.state not in ("created", "pending"):
        return reply
    return replace(reply, show="failed", text="支付未成功, 请重新支付")


async def _never_again(ask: Callable[[], Awaitable[str]]) -> bool:
    """Do not even ask before the patient is told."""
    del ask
    return False


def _refund_shown(call: ReceivedCall, books: Books, reply: DriverReply) -> DriverReply:
    del books
    pending = reply.result.get("refund_state") == "pending"
    return replace(reply, show="success", text="退费成功") if call.action in SCREENS and pending else reply


def _wordless(call: ReceivedCall, books: Books, reply: DriverReply) -> DriverReply:
    del call, books
    return reply if reply.state == "refused" else replace(reply, text="")


def _crashing(call: ReceivedCall, books: Books, reply: DriverReply) -> DriverReply:
    """Let the centre's refusal of a payment become an error of the server."""
    del books
    return replace(reply, status=500) if call.action == "pay" and reply.code == "DECLINED" else reply


def _crashing_in_doubt(call: ReceivedCall, books: Books, reply: DriverReply) -> DriverReply:
    """Let a 6202 without an answer become an error of the server."""
    order = _last(call, books)
    due = call.action == "pay" and order is not None and order.state in ("created", "pending")
    return replace(reply, status=500) if due and reply.state == "accepted" else reply


def _same_for_all(call: ReceivedCall, books: Books, reply: DriverReply) -> DriverReply:
    del books
    due = call.action in SCREENS and reply.state == "refused"
    return replace(reply, text="操作失败", why=f"{reply.text} {reply.why}") if due else reply


def _dearer(call: ReceivedCall, books: Books, reply: DriverReply) -> DriverReply:
    """Name amounts that are not those of the order, as a page does that reads another bill."""
    del books
    due = call.action in ("pay", "order_state") and reply.show == "success"
    return replace(reply, text="支付成功, 共 0.07 元") if due else reply


def _greeting(call: ReceivedCall, books: Books, reply: DriverReply) -> DriverReply:
    del books
    who = call.patient
    due = call.action in SCREENS and who is not None and reply.text
    return replace(reply, text=f"{who.name}({who.id_no}), {reply.text}") if due and who else reply


def _inside_out(call: ReceivedCall, books: Books, reply: DriverReply) -> DriverReply:
    if call.action not in SCREENS or reply.state != "refused":
        return reply
    order = _last(call, books)
    number = order.pay_ord_id if order is not None else ""
    return replace(reply, text=f'{reply.text} {{"code":"LT-REFUSED","data":{{"payOrdId":"{number}"}}}}')


def _all_in_message(call: ReceivedCall, books: Books, reply: DriverReply) -> DriverReply:
    order = _last(call, books)
    due = call.action == "pay" and order is not None and order.pay_token
    return replace(reply, why=f"6201 ok payToken={order.pay_token}") if due and order else reply


def _line(told: Callable[[LogEntry], str]) -> Apply:
    """A log whose lines say more than they should."""
    return with_points(telling={"line": lambda entry: f"{masked_line(entry)} {told(entry)}"})


def _name_escaped(entry: LogEntry) -> str:
    return "" if entry.patient is None else json.dumps({"psnName": entry.patient.name})


def _token_encoded(entry: LogEntry) -> str:
    token = entry.order.pay_token if entry.order is not None else ""
    return f"body={base64.b64encode(json.dumps({'payToken': token}).encode()).decode()}" if token else ""


TELLING: Final = (
    # Show "failed, pay again" while the patient still may confirm (MP-UIV-11, driver contract "The answer").
    Mutant(
        "failed_while_open",
        "等待患者确认时就显示支付失败",
        caught_by=("UIV-ICON-001",),
        needs=("pay/clinic_mixed",),
        apply=with_points(
            telling={"answer": _where("presettled", icon="failed", text="支付未成功, 请重新支付")}
        ),
    ),
    # Show "failed, pay again" while nobody knows what became of the 6202 (MP-FLT-02).
    Mutant(
        "failed_in_doubt",
        "6202 没有应答就显示支付失败",
        caught_by=("UIV-ICON-001",),
        needs=("fault/order_timeout_done",),
        apply=with_points(telling={"answer": _in_doubt}, resending={"may_order_again": _never_again}),
    ),
    # Show "cancelled" for an order that nobody has revoked (MP-FLT-08).
    Mutant(
        "cancelled_while_open",
        "没有撤销就显示已取消",
        caught_by=("UIV-ICON-002",),
        needs=("pay/clinic_mixed",),
        apply=with_points(telling={"answer": _where("presettled", icon="cancelled", text="订单已取消")}),
    ),
    # Show a refund as done while its outcome is EXP (MP-RFD-12).
    Mutant(
        "refund_shown_early",
        "退费提交后就显示退费成功",
        caught_by=("UIV-ICON-003",),
        needs=("refund/exp",),
        apply=with_points(telling={"answer": _refund_shown}),
    ),
    # Leave the screen without words (driver contract, "The answer").
    Mutant(
        "wordless",
        "成功与处理中时屏上没有文字",
        caught_by=("UIV-TEXT-001",),
        needs=("pay/clinic_mixed",),
        apply=with_points(telling={"answer": _wordless}),
    ),
    # Say the same few words for every refusal (MP-UIV-11).
    Mutant(
        "same_words_for_all",
        "所有拒绝都只说操作失败",
        caught_by=("UIV-TEXT-002",),
        needs=("fault/inpatient", "identity/foreign"),
        apply=with_points(telling={"answer": _same_for_all}),
    ),
    # Name other amounts on the result page (MP-REG-02).
    Mutant(
        "other_amounts_on_screen",
        "支付成功的屏上是另一笔的金额",
        caught_by=("PAY-PAGE-001",),
        needs=("pay/clinic_mixed",),
        apply=with_points(telling={"answer": _dearer}),
    ),
    # Let the centre's refusal become an error of the server (MP-FLT-18).
    Mutant(
        "refusal_crashes",
        "中心拒绝成了 HTTP 500",
        caught_by=("FLT-HOOK-001",),
        needs=("fault/inpatient",),
        apply=with_points(telling={"answer": _crashing}),
    ),
    # Let a lost answer become an error of the server (MP-FLT-02).
    Mutant(
        "silence_crashes",
        "6202 没有应答成了 HTTP 500",
        caught_by=("FLT-HOOK-001",),
        needs=("fault/order_timeout_done",),
        apply=with_points(
            telling={"answer": _crashing_in_doubt}, resending={"may_order_again": _never_again}
        ),
    ),
    # Greet the patient by full name and number (MP-PRV-06).
    Mutant(
        "full_name_on_screen",
        "屏上显示完整姓名与证件号",
        caught_by=("PRV-SCREEN-001",),
        needs=("pay/clinic_mixed",),
        apply=with_points(telling={"answer": _greeting}),
    ),
    # Show the patient what the centre answered, as it was (MP-PRV-06).
    Mutant(
        "raw_answer_on_screen",
        "把中心的应答原样显示给患者",
        caught_by=("PRV-SCREEN-002",),
        needs=("identity/foreign", "fault/inpatient"),
        apply=with_points(telling={"answer": _inside_out}),
    ),
    # Give the tester the token of the order (driver contract, "The answer").
    Mutant(
        "token_in_message",
        "message 里带有 payToken",
        caught_by=("PRV-ANSWER-001",),
        needs=("pay/clinic_mixed",),
        apply=with_points(telling={"answer": _all_in_message}),
    ),
    # Write the patient's number into the log (MP-PRV-01).
    Mutant(
        "id_in_log",
        "日志里写出完整证件号",
        caught_by=("PRV-LOG-001",),
        needs=("pay/clinic_mixed",),
        apply=_line(lambda entry: f"idNo={entry.patient.id_no}" if entry.patient else ""),
    ),
    # Write the patient's name into the log as JSON escapes it (MP-PRV-02).
    Mutant(
        "name_in_log",
        "日志里以 JSON 转义写出姓名",
        caught_by=("PRV-LOG-002",),
        needs=("pay/clinic_mixed",),
        apply=_line(_name_escaped),
    ),
    # Write the token of an order into the log, in base64 (MP-PRV-04).
    Mutant(
        "token_in_log",
        "日志里以 base64 写出 payToken",
        caught_by=("PRV-LOG-003",),
        needs=("pay/clinic_mixed",),
        apply=_line(_token_encoded),
    ),
    # Write the phone and the secret into the log, as a dump of request and configuration would (MP-PRV-02, MP-SEC-13).
    Mutant(
        "request_in_log",
        "日志里写出电话与 appSecret",
        caught_by=("PRV-LOG-002", "PRV-LOG-003"),
        needs=("pay/clinic_mixed",),
        apply=_line(
            lambda entry: (
                f"mobile={entry.patient.phone if entry.patient else ''} appSecret={entry.config.keys.app_secret.lower()}"
            )
        ),
    ),
    # Go live with the keys and the address of the test (MP-SEC-12).
    Mutant(
        "test_keys_in_production",
        "生产配置里是测试密钥与测试地址",
        caught_by=("PRV-CONF-001",),
        needs=("pay/clinic_mixed",),
        apply=with_points(
            telling={
                "configuration": lambda config: f"base={config.base}\nappSecret={config.keys.app_secret}\n"
            }
        ),
    ),
    # Keep the secret in the source (MP-SEC-13).
    Mutant(
        "secret_in_source",
        "appSecret 写在源代码里",
        caught_by=("PRV-CODE-001",),
        needs=("pay/clinic_mixed",),
        apply=with_points(telling={"source": lambda config: f'SECRET = "{config.keys.app_secret}"\n'}),
    ),
)
