"""What the words on a patient's screen leave unsaid: no reason, no amount; what they do say is for a person. Pure."""

from __future__ import annotations

from itertools import chain, combinations

from conformance.evidence.centre import SETTLED, OrderView
from conformance.evidence.flow_view import FlowView
from conformance.finding import EMPTY, Finding, Rule, absent, failed, passed
from conformance.rules.screens import READING, Screen, order_shown, screens
from conformance.rules.wording import money_in, only_says_failed
from simulator.protocol.text.said import Said

PARTS = ("fund", "account", "cash")
MOST_QUOTED = 60


def refusals_say_why(flow: FlowView) -> Finding:
    """UIV-TEXT-002: without any words it is EXP-TOLD-001."""
    expected = Said("拒绝时屏上的文字不只是说失败, 还有原因或下一步")
    seen = [one for one in screens(flow) if one.state == "refused" and one.words.strip()]
    for screen in seen:
        if only_says_failed(screen.words):
            said = Said("{} 以 {} 拒绝, 屏上只有「{}」", screen.action, screen.code or EMPTY, screen.words)
            return failed(expected, said, screen.records)
    if not seen:
        return absent(expected, Said("没有屏上可见的拒绝"))
    return passed(expected, Said("{} 次拒绝都有说明", len(seen)), [one.seq for one in seen])


def result_names_amounts(flow: FlowView) -> Finding:
    """PAY-PAGE-001: one screen of the order with one of its amounts is enough; without any amount it is a hint only, since
    nobody has opened the page itself.
    """
    expected = Said("支付成功的屏上写明该订单的金额")
    shown: dict[str, list[Screen]] = {}
    for screen in (one for one in screens(flow) if _paid(one)):
        order = order_shown(flow, screen)
        if order is not None and order.reached(SETTLED) and _sums(order):
            shown.setdefault(order.pay_ord_id, []).append(screen)
    if not shown:
        return absent(expected, Said("没有支付成功的屏"))
    silent: Screen | None = None
    for number, its in shown.items():
        order, named = flow.order(number), [(one, money_in(one.words)) for one in its]
        if order is None or any(_sums(order) & money for _, money in named):
            continue
        wrong = next((one for one, money in named if money), None)
        if wrong is not None:
            said = Said("支付成功的屏上为「{}」, 其中没有该订单的金额", _short(wrong.words))
            return failed(expected, said, wrong.records)
        silent = silent or its[0]
    if silent is not None:
        said = Said("支付成功的屏上为「{}」, 没有写金额, 结果页由人核对", _short(silent.words))
        return Finding("warn", expected, said, silent.records, "vendor")
    seen = [one.seq for its in shown.values() for one in its]
    return passed(expected, Said("{} 笔订单的屏上有它的金额", len(shown)), seen)


def _paid(screen: Screen) -> bool:
    """Whether a screen says that a payment succeeded; refunds have screens of their own."""
    if screen.icon != "success":
        return False
    return screen.action == "pay" or (screen.action == READING and screen.order_state == "paid")


def _sums(order: OrderView) -> set[int]:
    """Fen: every sum of parts that a result page may name, the total among them; empty for what cost nothing."""
    told = order.amounts or {}
    parts = [told[name] for name in PARTS if told.get(name)]
    some = chain.from_iterable(combinations(parts, count) for count in range(1, len(parts) + 1))
    return {total for total in (told.get("total", 0), *map(sum, some)) if total}


def _short(words: str) -> str:
    return words if len(words) <= MOST_QUOTED else f"{words[:MOST_QUOTED]}…"


RULES: tuple[tuple[str, Rule], ...] = (
    ("texts.refusals_say_why", refusals_say_why),
    ("texts.result_names_amounts", result_names_amounts),
)
