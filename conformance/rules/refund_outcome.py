"""What becomes of a refund: refused, failed, asked for twice, asked for after dispensing (acceptance sheet 11.4). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.evidence.calls import ANSWERED, Call, numbers
from conformance.evidence.centre import REFUND_AMOUNTS, SETTLED, OrderView, refund_serial
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.evidence.values import child, key_of, rows, text, whole
from conformance.finding import EMPTY, Finding, Rule, absent, failed, passed
from conformance.rules.refund import DECLINED
from conformance.rules.signs import final_reading, sent
from simulator.protocol.text.said import Said, Text

ACTIONS = ("refund_bill", "refund_registration")
SUCCESS, PENDING = "success", "pending"


def _calls(flow: FlowView) -> tuple[Call, ...]:
    return tuple(call for call in flow.calls_of(*ACTIONS) if call.state in ANSWERED)


def _personal(flow: FlowView, call: Call) -> tuple[Exchange, ...]:
    """The readable 6203 of a person in the time that a refund call owns."""
    return tuple(e for e in sent(flow, call, "6203") if e.request.opened and not text(e.data, "revsToken"))


def _at_once(one: Call, other: Call) -> bool:
    return one is not other and one.person == other.person and one.seq < other.end and other.seq < one.end


def _given_back(flow: FlowView) -> dict[str, int]:
    """The records in which the centre gave money back, by the number of the refund as `key_of` shows it."""
    found: dict[str, int] = {}
    for record in flow.records:
        detail = child(record, "d")
        moved = (record.get("kind"), record.get("what"), text(detail, "after")) == ("world", "refund", "SUCC")
        if moved:
            found.setdefault(key_of(text(detail, "key")), whole(record, "seq") or 0)
    return found


def refused_moved_nothing(flow: FlowView) -> Finding:
    """RFD-REFUSED-001. Two calls at once are not told apart."""
    expected, seen = Said("应答拒绝的退费, 中心没有退款"), list[int]()
    back, calls = _given_back(flow), _calls(flow)
    for call in calls:
        if any(_at_once(call, other) for other in calls):
            continue
        out = _personal(flow, call)
        if call.state == "refused":
            moved = next((e for e in out if key_of(refund_serial(e)) in back), None)
            if moved:
                at = back[key_of(refund_serial(moved))]
                said = Said(
                    "{} 以 {} 拒绝, 中心的退费 {} 已成功",
                    call.action,
                    call.code or EMPTY,
                    refund_serial(moved),
                )
                return failed(expected, said, [*call.records, *moved.records, at])
        seen += [*call.records, *numbers(out)]
    if not seen:
        return absent(expected, Said("没有退费"))
    return passed(expected, Said("没有既拒绝又退款的退费"), seen, absence=True)


def failed_is_failed(flow: FlowView) -> Finding:
    """RFD-FAIL-001: a later refund of the person has a number of its own: the old one is answered FAIL for ever."""
    expected, seen = Said("FAIL 的退费不算成功也不再等待, 再退时用新的流水号"), list[int]()
    for view in flow.refunds:
        at, number = view.told_at, view.number
        if view.outcome != "FAIL" or at is None:
            continue
        failure = view.told[0]
        seen += failure.records
        later = [c for c in _calls(flow) if c.seq > at and c.person == view.order.person]
        for call in later:
            used = [e for e in _personal(flow, call) if e.seq > call.seq]
            if used and all(refund_serial(e) == number for e in used):
                said = Said("再次退费仍用已失败的流水号 {}", number)
                return failed(expected, said, [*failure.records, *call.records, *numbers(used)])
        wrong = _claimed(flow, view.order, number)
        if wrong:
            state, where = wrong
            said = Said("退费 {} 已失败, 院内显示为 {}", number, state)
            return failed(expected, said, [*failure.records, where])
    if not seen:
        return absent(expected, Said("没有失败的退费"))
    return passed(expected, Said("失败的退费按失败处理"), seen, absence=True)


def _claimed(flow: FlowView, order: OrderView, number: str) -> tuple[str, int] | None:
    """What the last reading says of a refund, and where, when that is not that it failed."""
    probe, reading = final_reading(flow, order)
    if probe is None:
        return None
    states = (text(row, "state") for row in rows(reading, "refunds") if text(row, "refundNo") == number)
    state = next((one for one in states if one in (SUCCESS, PENDING)), "")
    return (state, probe.seq) if state else None


def asked_twice(flow: FlowView) -> Finding:
    """RFD-TWICE-001: whole refunds of one bill that overlap in time."""
    expected, calls = Said("同时申请的两次全额退费只有一笔成功"), _calls(flow)
    pairs = [
        (one, other)
        for one in calls
        for other in calls
        if one.seq < other.seq and _at_once(one, other) and _same_bill(one, other)
    ]
    for one, other in pairs:
        done = [call for call in (one, other) if _succeeded(call)]
        serials = {text(child(call.answer, "refs"), "refundNo") for call in done}
        if len(done) > 1 and len(serials) > 1:
            said = Said("两次都应答退费成功, 退费单号不同")
            return failed(expected, said, [*one.records, *other.records])
        twice = next((found for order in flow.orders_of(one.person) if (found := _twice(flow, order))), None)
        if twice:
            count, at = twice
            said = Said("院内记了 {} 笔成功的退费", count)
            return failed(expected, said, [*one.records, *other.records, at])
    if not pairs:
        return absent(expected, Said("没有同时申请的两次退费"))
    seen = [seq for pair in pairs for call in pair for seq in call.records]
    return passed(expected, Said("没有两笔都成功"), seen, absence=True)


def _twice(flow: FlowView, order: OrderView) -> tuple[int, int] | None:
    """How many refunds the last reading of an order has as successful, and where, when the centre made fewer."""
    probe, reading = final_reading(flow, order)
    made = {refund_serial(e) for e in order.refunds if key_of(refund_serial(e)) in _given_back(flow)}
    booked = [row for row in rows(reading, "refunds") if text(row, "state") == SUCCESS]
    return (len(booked), probe.seq) if probe is not None and len(booked) > max(1, len(made)) else None


def _same_bill(one: Call, other: Call) -> bool:
    bill = text(one.args, "bill_id")
    whole_refund = not any(child(call.args, "amounts") for call in (one, other))
    return bool(bill) and bill == text(other.args, "bill_id") and whole_refund


def _succeeded(call: Call) -> bool:
    return call.state == "done" and text(call.result, "refund_state") == SUCCESS


def dispensed_is_kept(flow: FlowView) -> Finding:
    """RFD-DISP-001."""
    expected, seen = Said("已发药的单据退费被拒绝, 不发 6203"), list[Call]()
    handed = {text(c.args, "bill_id"): c for c in flow.calls_of("dispense") if c.state == "done"}
    for call in _calls(flow):
        given = handed.get(text(call.args, "bill_id"))
        if given is None or call.seq < given.end:
            continue
        out = _personal(flow, call)
        if out or call.state not in DECLINED:
            said = Said("发药之后退费应答 {}{}", call.state, Said(", 并发出 6203") if out else "")
            return failed(expected, said, [*given.records, *call.records, *numbers(out)])
        seen.append(call)
    if not seen:
        return absent(expected, Said("没有在发药之后退费"))
    return passed(expected, Said("{} 次退费被拒绝, 没有 6203", len(seen)), numbers(seen), absence=True)


def typed_amounts_are_judged(flow: FlowView) -> Finding:
    """RFD-TYPED-001: what a cashier types in is refused where it exceeds or does not fit, never put right in silence."""
    expected, seen = Said("录入的金额超过可退或与类型不符时拒绝, 原单不变"), list[Call]()
    for call in _calls(flow):
        typed, order = child(call.args, "amounts"), _settled_order(flow, call)
        wrong = _unfit(flow, call, order, typed) if typed and order else None
        if order is None or wrong is None:
            continue
        serials = {key_of(refund_serial(e)) for e in _personal(flow, call)}
        back = next((seq for key, seq in _given_back(flow).items() if key in serials), None)
        if back or call.state == "done":
            said = Said(
                "{} {}, 应答 {}{}", call.action, wrong, call.state, Said(", 中心已退费") if back else ""
            )
            return failed(expected, said, [*call.records, *([back] if back else [])])
        seen.append(call)
    if not seen:
        return absent(expected, Said("没有录入超过可退或与类型不符的金额"))
    return passed(expected, Said("{} 次都没有退费", len(seen)), numbers(seen), absence=True)


def _settled_order(flow: FlowView, call: Call) -> OrderView | None:
    """The order of the person that was settled last before a call."""
    orders = (
        o for o in flow.orders_of(call.person) if o.noted and (o.reached(SETTLED) or call.seq) < call.seq
    )
    return next(reversed(tuple(orders)), None)


def _unfit(flow: FlowView, call: Call, order: OrderView, typed: Mapping[str, Any]) -> Text | None:
    """What is wrong with typed amounts by what was left of the order when they were typed; None when nothing is."""
    parts = {name: whole(typed, name) or 0 for name, _ in REFUND_AMOUNTS}
    paid, kind = order.noted or {}, text(call.args, "refd_type")
    left = {name: paid[name] - _gone(flow, order, name, call.seq) for name in parts}
    misfit = {"CASH": parts["account"] + parts["fund"], "HI": parts["cash"]}.get(kind, 0)
    if any(parts[name] > left[name] for name in parts):
        return Said("录入的金额超过可退")
    if misfit:
        return Said("录入的分项与类型 {} 不符", kind)
    partly = kind == "ALL" and any(parts[name] != paid[name] for name in parts)
    return Said("ALL 只录入了一部分") if partly else None


def _gone(flow: FlowView, order: OrderView, part: str, before: int) -> int:
    """What the centre gave back of a part of an order before a record."""
    mine = {key_of(refund_serial(e)) for e in order.refunds}
    moved = (
        child(record, "d", "detail")
        for record in flow.records
        if (record.get("kind"), record.get("what")) == ("world", "refund")
        and (whole(record, "seq") or 0) < before
        and key_of(text(child(record, "d"), "key")) in mine
    )
    return sum(whole(detail, part) or 0 for detail in moved)


RULES: tuple[tuple[str, Rule], ...] = (
    ("outcome.refused_moved_nothing", refused_moved_nothing),
    ("outcome.failed_is_failed", failed_is_failed),
    ("outcome.asked_twice", asked_twice),
    ("outcome.dispensed_is_kept", dispensed_is_kept),
    ("outcome.typed_amounts_are_judged", typed_amounts_are_judged),
)
