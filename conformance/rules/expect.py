"""What a scenario itself expects: driver answers and final states. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from conformance.drivers.call import has_screen, is_optional
from conformance.endings import allowed, many, titled
from conformance.evidence.calls import Call, numbers
from conformance.evidence.flow_view import FlowView
from conformance.evidence.values import child, rows, text, whole
from conformance.finding import EMPTY, VERDICTS, Finding, Rule, absent, failed, passed
from conformance.rules.ended import departure, nearest, one_of, wanted
from simulator.protocol.text.said import Said, Text, listed, said_in

BROKEN = ("error", "")
HOOK = "vendor driver"
"""The domain of a broken hook: neither the protocol side of the vendor nor the harness."""
FAILED_ICON, PENDING_ICON = "failed", "pending"
ICONS = {
    **dict.fromkeys(("BILL_BUSY", "IN_PAYMENT", "REFUND_PENDING"), (PENDING_ICON,)),
    "BILL_PAID": (FAILED_ICON, PENDING_ICON, "success"),
}
"""What the patient's screen may show for a refusal (driver contract, "The answer"); any other code: failed."""
HARMLESS = ("6301",)
HARMLESS_IN_PAY = (*HARMLESS, "userQuery", "modeA")
"""What may leave the vendor while it refuses by itself: polls, and in a payment the exchange of the authorisation."""
MOST_QUOTED = 80
READ = ("vendor", "booked", "patient_state", "refunds")
"""What of an expectation only `order_state` shows."""
WORDS = (("state", Said("应答")), ("code", Said("代码")), ("patient_state", Said("页面")))
Difference = tuple[Text, str, str]
"""(what, expected, observed)"""


def driver_answers(flow: FlowView) -> Finding:
    """EXP-CALL-001: also red when the hook itself is broken, when a local refusal sent a message all the same, or when
    the order of a refused payment was settled.

    The worst call counts: one that is not offered hides no other that is wrong.
    """
    looked = [(call, _of_call(flow, call)) for call in flow.calls if call.expect or _tells(call)]
    if not looked:
        return absent(Said("驱动应答与场景预期一致"), Said("场景没有写明应答预期"))
    wrong = [found for _, found in looked if found is not None]
    if wrong:
        return min(wrong, key=lambda found: VERDICTS.index(found.verdict))
    return passed(
        Said("驱动应答与场景预期一致"),
        Said("{} 次调用均一致", len(looked)),
        numbers([call for call, _ in looked]),
    )


def _tells(call: Call) -> bool:
    """Whether a call is judged though the scenario expects nothing of it."""
    return call.state in BROKEN or (call.action, call.state) == ("pay", "refused")


def _of_call(flow: FlowView, call: Call) -> Finding | None:
    """What is wrong with the answer to one call; None when it is as expected."""
    if hindrance := _hindrance(call):
        return hindrance
    if not call.state:
        said = Said("{} 的调用之后没有应答记录", call.action)
        return Finding("error", Said("驱动接口的应答有记录"), said, call.records, "inconclusive")
    wrong = next(_differences(call), None)
    if wrong:
        what, wanted, got = wrong
        return failed(
            Said("{} 的{}为 {}", call.action, what, wanted),
            Said("{}为 {}{}", what, got or EMPTY, _why(call)),
            call.records,
            kind=_how_other(call),
        )
    left = _left_the_vendor(flow, call)
    if left:
        said = Said("{} 已拒绝, 但其间发出 {}", call.action, left[0].interface)
        local = Said("{} 在本地拒绝, 不发出报文", call.action)
        return failed(local, said, [*call.records, *numbers(left)], kind="sent")
    settled = _settled_all_the_same(flow, call)
    if settled:
        said = Said("支付已答复拒绝 {}, 它的订单之后仍结算完成", call.code)
        return failed(Said("拒绝的支付不再产生扣款"), said, [*call.records, settled], kind="settled")
    return None


def _how_other(call: Call) -> str:
    """How an answer departs from the one that is expected."""
    if call.state in many(call.expect.get("state", call.state)):
        return "other"
    return "refused" if call.state == "refused" else "taken"


def hindered(flow: FlowView) -> Finding | None:
    """Why what is missing in a flow is no fault of the protocol side: an action was not done, or its hook is broken."""
    found = [said for call in flow.calls if (said := _hindrance(call))]
    return min(found, key=lambda one: VERDICTS.index(one.verdict), default=None)


def _hindrance(call: Call) -> Finding | None:
    if call.state == "error":
        problem = said_in(call.answer, "problem") or Said("没有可读的应答")
        said = Said("{}: {}", call.action, problem)
        return Finding("error", Said("驱动接口按约定应答"), said, call.records, HOOK)
    if call.state == "not_offered":
        said = Said("{}: 被测系统不提供该动作(501), 或没有人操作", call.action)
        return Finding(
            "skip", Said("{} 可用", call.action), said, call.records, "configuration",
            offered=not is_optional(call.action),
        )  # fmt: skip
    return None


def _differences(call: Call) -> Iterator[Difference]:
    for name, title in WORDS:
        wanted = call.expect.get(name)
        got = text(call.answer, name)
        if (
            wanted is not None
            and got not in many(wanted)
            and not (name == "code" and call.state != "refused")
        ):
            yield title, one_of(wanted), got
    for name, wanted in child(call.expect, "result").items():
        got_value = call.result.get(name)
        if got_value not in many(wanted):
            yield Said(" result.{} ", name), one_of(wanted), str(got_value)


def _why(call: Call) -> Text:
    said = text(call.answer, "message") or text(call.answer, "patient_message")
    if call.code:
        return Said(" ({} {})", call.code, said)
    return Said(" ({})", said) if said else ""


def _left_the_vendor(flow: FlowView, call: Call) -> list[Any]:
    """The messages that the vendor sent during a call that it had to refuse by itself (本地)."""
    if not flow.local or call.state != "refused":
        return []
    harmless = HARMLESS_IN_PAY if call.action == "pay" else HARMLESS
    outgoing = (e for e in flow.all_exchanges if not e.request.ours and e.interface not in harmless)
    return [e for e in outgoing if call.seq < e.seq < call.end and e.person in ("", call.person)]


def _settled_all_the_same(flow: FlowView, call: Call) -> int:
    """The record in which an order of a refused payment was settled, or 0. Two clicks at once are not told apart."""
    pays = flow.calls_of("pay")
    at_once = any(other is not call and other.seq < call.end and other.end > call.seq for other in pays)
    if (call.action, call.state) != ("pay", "refused") or at_once:
        return 0
    mine = (o for o in flow.orders if any(call.seq < upload.seq < call.end for upload in o.uploads))
    return next((at for order in mine if (at := order.reached("6"))), 0)


def final_states(flow: FlowView) -> Finding:
    """EXP-STATE-001: what can be seen at this driver level is compared, each member by itself.

    Of the endings that a row allows one has to fit wholly. At level 2 a vendor that does not answer `order_state`, and a
    scenario whose fault never fired, pass nothing.
    """
    expected_rows = rows(flow.scenario, "expect")
    persons = child(flow.scenario, "persons")
    if not expected_rows:
        return absent(Said("终态与场景预期一致"), Said("场景没有写明终态"))
    said: list[Text] = []
    seen: list[int] = []
    reached: list[tuple[str, str]] = []
    unread: Text = ""
    for row in expected_rows:
        alias = text(row, "person")
        found = nearest(flow, text(persons, alias), row)
        seen += [one.seq for one in found.seen if one.seq]
        wrong = found.departs
        if wrong:
            records = [wrong.seq] if wrong.seq else []
            return failed(wanted(row, alias, found, wrong), departure(wrong), records, absence=True)
        if found.name and found.seen:
            reached.append((alias, found.name))
            said.append(Said("{}: {}", alias, titled(found.name)))
        said += [Said("{} {}", one.what, one.got) for one in found.seen]
        unread = unread or _unread(flow, text(persons, alias), row)
    if unread:
        return Finding("error", Said("order_state 可读"), unread, (), HOOK, absence=True)
    if not said:
        return absent(Said("终态与场景预期一致"), Said("此驱动级别看不到预期中的任何一项"))
    idle = _unfired(flow)
    if idle:
        return Finding("error", Said("场景安排的故障与通知都发生过"), idle, (), "inconclusive")
    right = passed(Said("终态与场景预期一致"), listed("; ", said), seen, absence=True)
    return replace(right, endings=tuple(reached))


def _unread(flow: FlowView, person: str, row: Mapping[str, Any]) -> Text:
    """Why the hospital's side of an expectation could not be compared, or the empty text."""
    asked = any(name in members for _, members in allowed(row) for name in READ)
    if flow.promise.level < 2 or not asked or flow.final(person) is not None:
        return ""
    last = next((probe for probe in reversed(flow.readings) if probe.person == person), None)
    detail = child(last.record, "d") if last else {}
    why = listed(" ", [said_in(detail, name) for name in ("state", "code", "problem") if text(detail, name)])
    return Said("最后一次 order_state 没有读数: {}", why) if last else Said("没有读过 order_state")


def _notifiable(flow: FlowView) -> bool:
    """Whether the centre had anything to notify of: an order that is revoked instead brings no 6302."""
    return any(order.reached("6") for order in flow.orders)


def _unfired(flow: FlowView) -> Text:
    """The first fault, scripted reply or notice of the scenario that never took effect, or the empty text."""
    fired = {(text(d, "name"), text(d, "interface")) for d in flow.world("fault")}
    for record in (*flow.steps("fault"), *flow.steps("reply")):
        detail = child(record, "d")
        name, interface = text(detail, "fault") or "reply", text(detail, "interface")
        if interface == "6302" and not (flow.promise.notified and _notifiable(flow)):
            continue
        if not any(name == one and interface in ("*", other) for one, other in fired):
            return Said("安排在 {} 上的 {} 没有触发过", interface, name)
    for record in flow.steps("notice") if flow.promise.notified else ():
        answers = rows(child(record, "d", "reply"), "answers")
        if not any(whole(answer, "status") for answer in answers):
            return Said("通知 {} 没有送达", text(child(record, "d"), "kind"))
    return ""


def refusal_is_told(flow: FlowView) -> Finding:
    """EXP-TOLD-001: the text is quoted for a person to read; what it says is not judged (driver contract)."""
    expected = Said("拒绝时屏上说明原因, 图标为失败(仍在处理的为待定)")
    seen = [c for c in flow.calls if c.state == "refused" and has_screen(c.action) and flow.promise.screen]
    if not seen:
        return absent(expected, Said("没有屏上可见的拒绝"))
    for call in seen:
        wanted = ICONS.get(call.code, (FAILED_ICON,))
        if not text(call.answer, "patient_message").strip():
            said = Said("{} 以 {} 拒绝, patient_message 为空", call.action, call.code or EMPTY)
            return failed(expected, said, call.records, kind="silent")
        if call.shown not in wanted:
            said = Said("{} 以 {} 拒绝, 图标为 {}", call.action, call.code or EMPTY, call.shown or EMPTY)
            return failed(expected, said, call.records, kind="icon")
    quoted = text(seen[0].answer, "patient_message")[:MOST_QUOTED]
    return passed(expected, Said("{} 次拒绝都有说明, 屏上为「{}」", len(seen), quoted), numbers(seen))


RULES: tuple[tuple[str, Rule], ...] = (
    ("expect.final_states", final_states),
    ("expect.driver_answers", driver_answers),
    ("expect.refusal_is_told", refusal_is_told),
)
