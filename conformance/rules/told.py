"""What the patient is told, against what could be known at that moment (driver contract, "The answer"). Pure."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.evidence.calls import Call
from conformance.evidence.centre import refund_status, told_state
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.evidence.refund_view import REFUNDED
from conformance.finding import EMPTY, Finding, Rule, absent, failed, passed
from conformance.rules.refund import ACTIONS as REFUNDS
from conformance.rules.screens import (
    MAY_MOVE,
    READING,
    Screen,
    believable,
    in_doubt,
    last_word,
    order_shown,
    says_closed,
    screens,
)
from conformance.rules.wording import contradicts
from simulator.protocol.text.said import Said, Text, listed

OF_ANOTHER = (
    "BILL_BUSY",
    "BILL_PAID",
    "IN_PAYMENT",
    "AUTH_USED",
    "BILL_UNKNOWN",
    "NOT_OWNER",
    "CALL_CONFLICT",
)
"""Refusals of a payment that are not about what became of an order of this call."""
MOST_QUOTED, MOST_TEXTS = 60, 3


def _wrong_icon(flow: FlowView, icon: str, expected: Text, actions: tuple[str, ...]) -> Finding:
    """No screen shows `icon` while its order may still be paid, was paid, or is in doubt."""
    seen = [one for one in screens(flow) if one.icon == icon and one.action in actions and _own(flow, one)]
    for screen in seen:
        order = order_shown(flow, screen)
        if order is None or not any(place.seq < screen.seq for place in order.places):
            continue
        doubt, word = in_doubt(order, screen.seq), last_word(order, screen.seq)
        if doubt is not None:
            said = Said("{} 的结果未知({} 没有可信的应答), 图标为 {}", _name(screen), doubt.interface, icon)
            return failed(expected, said, [*doubt.records, *screen.records])
        state = order.state_before(screen.seq)
        if state in MAY_MOVE and not (word is not None and says_closed(word)):
            said = Said("{} 时中心订单状态为 {}, 图标为 {}", _name(screen), state, icon)
            return failed(expected, said, [*(word.records if word else ()), *screen.records])
    if not seen:
        return absent(expected, Said("没有显示图标 {}", icon))
    return passed(expected, Said("{} 次显示 {}, 当时均已确知", len(seen), icon), [one.seq for one in seen])


def _own(flow: FlowView, screen: Screen) -> bool:
    """Whether a screen speaks of its order and not, as most refusals do, of the act that was refused."""
    call = screen.call
    if screen.state != "refused" or call is None:
        return True
    if call.action != "pay" or screen.code in OF_ANOTHER:
        return False
    order = order_shown(flow, screen)
    return (
        order is not None
        and any(call.seq < place.seq < call.end for place in order.places)
        and not any(_overlap(call, other) for other in flow.calls_of("pay") if other is not call)
    )


def _overlap(call: Call, other: Call) -> bool:
    return call.person == other.person and call.seq < other.end and other.seq < call.end


def _name(screen: Screen) -> Text:
    return "order_state" if screen.action == READING else Said("{} 的应答 {}", screen.action, screen.state)


def failed_only_when_known(flow: FlowView) -> Finding:
    """UIV-ICON-001."""
    expected = Said("只有确知没有扣款、也不会再扣款时才显示失败; 结果未知或仍可支付时为待定")
    return _wrong_icon(flow, "failed", expected, ("pay", READING))


def cancelled_only_when_revoked(flow: FlowView) -> Finding:
    """UIV-ICON-002."""
    expected = Said("只有确知订单已撤销、已过期或已全部退回时才显示已取消")
    return _wrong_icon(flow, "cancelled", expected, ("pay", "cancel", READING))


def refunded_only_when_succ(flow: FlowView) -> Finding:
    """UIV-ICON-003."""
    expected, seen = Said("得知 SUCC(或 6301 为已退款的状态)之后才显示退费成功"), list[Screen]()
    for screen in screens(flow):
        if not flow.orders_of(screen.person) or not _says_refunded(screen):
            continue
        seen.append(screen)
        if not any(_told_refunded(one) and one.end < screen.seq for one in _of_person(flow, screen.person)):
            said = Said("{} 显示退费成功, 之前没有得知退费成功的报文", _name(screen))
            return failed(expected, said, screen.records)
    if not seen:
        return absent(expected, Said("没有显示退费成功"))
    return passed(expected, Said("{} 次显示退费成功, 之前均已得知", len(seen)), [one.seq for one in seen])


def _says_refunded(screen: Screen) -> bool:
    if screen.action == READING:
        return screen.order_state in ("refunded", "part_refunded")
    if screen.action not in REFUNDS or screen.state == "refused":
        return False
    return screen.icon == "success" or screen.refund_state == "success"


def _of_person(flow: FlowView, person: str) -> Iterator[Exchange]:
    yield from (one for one in flow.exchanges("6203", "6301") if one.person in ("", person))


def _told_refunded(exchange: Exchange) -> bool:
    if not believable(exchange):
        return False
    return refund_status(exchange) == "SUCC" or told_state(exchange) in REFUNDED


def words_are_there(flow: FlowView) -> Finding:
    """UIV-TEXT-001: whether they are there is judged; what they say is quoted, for a person to read."""
    expected = Said("pay、cancel、refund_*、order_state 的应答都有给患者看的文字, 说明是否扣款与下一步")
    seen = [one for one in screens(flow) if one.state != "refused"]
    for screen in seen:
        if not screen.words.strip():
            return failed(expected, Said("{} 的 patient_message 为空", _name(screen)), screen.records)
    if not seen:
        return absent(expected, Said("没有屏上可见的应答"))
    odd = next((one for one in seen if contradicts(one.icon, one.words)), None)
    if odd is not None:
        said = Said("图标为 {}, 文字为「{}」, 由人判断两者是否矛盾", odd.icon or EMPTY, _short(odd.words))
        return Finding("review", expected, said, odd.records, "vendor")
    texts = dict.fromkeys(_short(one.words) for one in seen)
    quoted = listed("、", [Said("「{}」", one) for one in list(texts)[:MOST_TEXTS]])
    return passed(expected, Said("{} 次应答都有文字, 如 {}", len(seen), quoted), [one.seq for one in seen])


def _short(words: str) -> str:
    return words if len(words) <= MOST_QUOTED else f"{words[:MOST_QUOTED]}…"


RULES: tuple[tuple[str, Rule], ...] = (
    ("told.failed_only_when_known", failed_only_when_known),
    ("told.cancelled_only_when_revoked", cancelled_only_when_revoked),
    ("told.refunded_only_when_succ", refunded_only_when_succ),
    ("told.words_are_there", words_are_there),
)
