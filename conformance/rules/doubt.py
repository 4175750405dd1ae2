"""What an answer that says nothing, or something odd, may do to an order (centre sheet 6.7, 8, 9; contracts 10). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.evidence.calls import numbers
from conformance.evidence.centre import SETTLED, OrderView, pay_ord_id, told_state
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.evidence.values import amounts_of, balanced, child, text, whole
from conformance.finding import NONE, Finding, Rule, absent, failed, passed
from conformance.rules.signs import final_reading, lost, premature
from simulator.protocol.model.order_table import STATES
from simulator.protocol.text.said import Said, Text

CLOSED = ("12", "13", "15")
"""States of the centre after which an order may be closed as unpaid."""
ABNORMAL = ("14", "16")
UNPAID = ("failed", "cancelled")
OPEN = ("created", "presettled", "pending")


def _early(flow: FlowView, shown: Sequence[Exchange], expected: Text, said: Text) -> Finding | None:
    """A sign of payment after these answers without a genuine message of settlement, as a finding."""
    sign = next((sign for sign in premature(flow) if sign.seq > shown[0].end), None)
    if sign is None:
        return None
    return failed(expected, Said("{}, 之后{}", said, sign.what), [*shown[0].records, sign.seq])


def _closed(
    flow: FlowView, shown: Sequence[Exchange], words: tuple[str, ...], expected: Text, said: Text
) -> Finding | None:
    """An order of these queries that the centre has not closed and of which the vendor says one of `words` at the end."""
    for order in flow.orders:
        probe, reading = final_reading(flow, order)
        word = text(reading, "order_state")
        mine = [query for query in order.queries if query in shown]
        if not mine or probe is None or word not in words or order.state in CLOSED:
            continue
        found = Said("{}, 院内状态 {}, 中心状态 {}", said, word, order.state or NONE)
        return failed(expected, found, [*mine[0].records, probe.seq], absence=word in OPEN)
    return None


def unknown_state(flow: FlowView) -> Finding:
    """FLT-STATE-001."""
    expected = Said("不认识的 ordStas 不入账、不显示成功、不当失败关闭")
    shown = [q for q in flow.exchanges("6301") if q.accepted and _unknown(told_state(q))]
    if not shown:
        return absent(expected, Said("没有返回不认识的 ordStas"))
    said = Said("6301 的 ordStas 为 {}", told_state(shown[0]))
    wrong = _early(flow, shown, expected, said) or _closed(flow, shown, UNPAID, expected, said)
    return wrong or passed(
        expected,
        Said("不认识的 ordStas 返回 {} 次, 没有据此作结论", len(shown)),
        numbers(shown),
        absence=True,
    )


def _unknown(state: str) -> bool:
    return bool(state) and state not in STATES


def abnormal(flow: FlowView) -> Finding:
    """FLT-ABNORM-001."""
    expected = Said("6301 为 14 或 16 (异常)时不入账、不显示成功")
    shown = [q for q in flow.exchanges("6301") if q.accepted and told_state(q) in ABNORMAL]
    if not shown:
        return absent(expected, Said("没有返回异常状态"))
    wrong = _early(flow, shown, expected, Said("6301 的 ordStas 为 {}", told_state(shown[0])))
    return wrong or passed(
        expected, Said("异常状态返回 {} 次, 没有因此入账", len(shown)), numbers(shown), absence=True
    )


def failed_query(flow: FlowView) -> Finding:
    """FLT-ASK-001: neither the end of the order nor the end of the asking, once the centre has settled it."""
    expected = Said("6301 被拒或没有可信应答时不当订单失败, 并继续查询")
    shown = [q for q in flow.exchanges("6301") if q.refused or lost(q)]
    settled = [o for o in flow.orders if o.state == SETTLED and any(q in shown for q in o.queries)]
    read = [order for order in settled if final_reading(flow, order)[0] is not None]
    if not read:
        return absent(expected, Said("没有查询失败过而中心已结算完成的订单"))
    said = Said("6301 被拒或没有可信应答 {} 次", len(shown))
    wrong = _closed(flow, shown, (*UNPAID, *OPEN), expected, said)
    return wrong or passed(expected, Said("{}, 之后仍查到结果或转人工", said), numbers(shown), absence=True)


def unbalanced_query(flow: FlowView) -> Finding:
    """PAY-BALANCE-002: nor may such amounts stand in the books of an order that did settle."""
    expected = Said("6301 结算完成而金额不守恒时不入账")
    settled = [q for q in flow.exchanges("6301") if q.accepted and told_state(q) == SETTLED]
    shown = [q for q in settled if amounts_of(q.answer) and not balanced(q.answer)]
    if not shown:
        return absent(expected, Said("没有返回金额不守恒的 6301"))
    said = Said("6301 的金额不守恒")
    false = [amounts_of(query.answer) for query in shown]
    for probe in flow.probes:
        for row in probe.orders if probe.seq > shown[0].end else ():
            books = child(row, "amounts")
            held = {name: whole(books, name) for name in ("total", "fund", "account", "cash")}
            if whole(row, "booked_count") and held in false:
                return failed(expected, Said("{}, 院内账上是这些金额", said), [*shown[0].records, probe.seq])
    wrong = _early(flow, shown, expected, said)
    return wrong or passed(
        expected, Said("{} {} 次, 没有因此入账", said, len(shown)), numbers(shown), absence=True
    )


def other_order(flow: FlowView) -> Finding:
    """FLT-ANSWER-001."""
    expected = Said("单号不是所查订单的 6301 应答不采信")
    asked = [q for q in flow.exchanges("6301") if q.accepted and text(q.answer, "payOrdId")]
    shown = [q for q in asked if text(q.answer, "payOrdId") != pay_ord_id(q)]
    if not shown:
        return absent(expected, Said("没有返回单号不符的 6301"))
    said = Said("查询 {}, 应答的 payOrdId 为 {}", pay_ord_id(shown[0]), text(shown[0].answer, "payOrdId"))
    wrong = _early(flow, shown, expected, said)
    return wrong or passed(
        expected, Said("单号不符的应答 {} 次, 均未采信", len(shown)), numbers(shown), absence=True
    )


def unrevoked(flow: FlowView) -> Finding:
    """FLT-REVOKE-003: said to be cancelled, and still to be paid at the centre."""
    expected = Said("6401 被拒或没有可信应答时, 不当已撤销")
    found = [(o, e) for o in flow.orders for e in o.revokes if e.refused or lost(e)]
    if not found:
        return absent(expected, Said("没有被拒或没有可信应答的 6401"))
    for order, revoke in found:
        probe, reading = final_reading(flow, order)
        if order.state not in ("0", "1") or any(one.accepted and not lost(one) for one in order.revokes):
            continue
        said = Said("6401 没有成功, 中心状态 {}", order.state)
        done = next(
            (c for c in flow.calls_of("cancel") if c.person == order.person and c.state == "done"), None
        )
        if done:
            return failed(expected, Said("{}, 取消应答 done", said), [*revoke.records, *done.records])
        if probe is not None and text(reading, "order_state") in UNPAID:
            word = text(reading, "order_state")
            return failed(expected, Said("{}, 院内状态 {}", said, word), [*revoke.records, probe.seq])
    return passed(
        expected,
        Said("6401 没有成功 {} 次, 没有当已撤销", len(found)),
        numbers([e for _, e in found]),
        absence=True,
    )


def unsure_is_not_refused(flow: FlowView) -> Finding:
    """FLT-UNSURE-001: an order that the centre closed, or that was asked for and never settled, may be given up.

    Whoever answers `accepted` at once gives up by what `order_state` says at the end.
    """
    expected = Said("6202 结果不明的支付不答拒绝、不当失败, 除非订单已撤销")
    found = [(order, places) for order in flow.orders if (places := _unsure(order))]
    if not found:
        return absent(expected, Said("没有结果不明的 6202"))
    for order, places in found:
        at, said = given_up(flow, order, places[-1])
        if said:
            return failed(expected, said, [*places[-1].records, *at])
    seen = [place for _, places in found for place in places]
    return passed(
        expected, Said("{} 笔这样的订单没有放弃, 或已撤销", len(found)), numbers(seen), absence=True
    )


def _unsure(order: OrderView) -> list[Exchange]:
    """The 6202 of an order that the centre placed, when the vendor could not believe the answer of one of them."""
    unknown = order.reached("1") and any(lost(place) for place in order.places)
    return list(order.places) if unknown else []


def given_up(flow: FlowView, order: OrderView, last: Exchange) -> tuple[tuple[int, ...], Text]:
    """The records and words by which the vendor gave up an order whose last 6202 nobody could believe, or nothing."""
    if not lost(last) or order.state in CLOSED:
        return (), ""
    said = Said("6202 没有可信的应答, 中心状态 {}", order.state)
    calls = [c for c in flow.calls_of("pay") if c.person == order.person and c.seq < last.seq < c.end]
    no = next((call for call in calls if call.state == "refused"), None)
    if no and not (_asked(order, last.seq, no.end) and not order.reached(SETTLED)):
        return no.records, Said("{}, 支付答复拒绝 {}", said, no.code or NONE)
    probe, reading = final_reading(flow, order)
    word = text(reading, "order_state")
    if (
        probe is None
        or word not in UNPAID
        or (_asked(order, last.seq, probe.seq) and not order.reached(SETTLED))
    ):
        return (), ""
    return (probe.seq,), Said("{}, 院内状态 {}", said, word)


def _asked(order: OrderView, begin: int, end: int) -> bool:
    return any(query.accepted and begin < query.seq < end for query in order.queries)


RULES: tuple[tuple[str, Rule], ...] = (
    ("doubt.unknown_state", unknown_state),
    ("doubt.abnormal", abnormal),
    ("doubt.failed_query", failed_query),
    ("doubt.unbalanced_query", unbalanced_query),
    ("doubt.other_order", other_order),
    ("doubt.unrevoked", unrevoked),
    ("doubt.unsure_is_not_refused", unsure_is_not_refused),
)
