"""Payment of fees (centre sheet 6, 8, 9). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from conformance.evidence.calls import Call, Probe, numbers
from conformance.evidence.centre import OrderView, med_org_ord, pay_ord_id
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.evidence.values import amounts_of, balanced, child, fen, rows, same, text, whole
from conformance.finding import EMPTY, NONE, Finding, Rule, absent, failed, passed, yuan
from conformance.rules.departs import departs
from conformance.rules.identity import credential
from conformance.rules.signs import (
    BOOKED,
    SHOWN,
    Sign,
    final_reading,
    handed_over,
    premature,
    sent,
    signs,
    unbookable,
)
from simulator.protocol.text.said import Said, Text, listed, said_in

BOOKS_WITHIN_MS = 1_000
"""A reading sooner after the settlement was told shows nothing: the booking may be under way (contracts 5)."""
A_FEW_FEN = 9
"""A total that is off by so little was rounded."""
CODES = ("auth_code", "pay_auth_no", "ec_code", "face_token")
"""What a payment is authorised with (driver contract, `pay`)."""
PARTS = (("total", Said("总额")), ("fund", Said("基金")), ("account", Said("个账")), ("cash", Said("现金")))


def _by_fact(flow: FlowView, expected: Text, fact: str) -> Finding:
    seen = [e for e in flow.exchanges("6201") if fact in e.request.facts]
    wrong = [e for e in seen if e.request.bad(fact)]
    if wrong:
        said = said_in(wrong[0].request.bad(fact), "note") or Said("不相等")
        return failed(expected, Said("6201: {}", said), [e.seq for e in wrong])
    if not seen:
        return absent(expected, Said("没有可以核对的 6201"))
    return passed(expected, Said("{} 笔 6201 均相等", len(seen)), [e.seq for e in seen])


def detail_sum(flow: FlowView) -> Finding:
    """PAY-SUM-001."""
    return _by_fact(flow, Said("明细合计等于 medfeeSumamt"), "amounts.detail_sum")


def three_part_split(flow: FlowView) -> Finding:
    """PAY-SPLIT-001."""
    return _by_fact(flow, Said("自费 + 先自付 + 政策范围 = medfeeSumamt"), "amounts.split")


def total_is_the_bill(flow: FlowView) -> Finding:
    """PAY-BILL-001: the total of all bills of the call, or of one of them (an order each).

    A bill comes to what its lines come to, whatever total the vendor gave it.
    """
    expected, seen = Said("6201 的 medfeeSumamt 等于所付单据的金额"), []
    for call in flow.calls_of("pay"):
        for upload in sent(flow, call, "6201"):
            totals = bill_totals(flow, call.seq), bill_totals(flow, upload.seq)
            amounts = [totals[-1].get(name) for name in _bills(call)]
            known = [amount for amount in amounts if amount is not None]
            if len(known) < len(amounts) or not known or not upload.request.opened:
                continue
            seen.append(upload)
            stated = fen(upload.data, "medfeeSumamt")
            before = sum(totals[0].get(name, 0) for name in _bills(call))
            if stated is None or stated not in (sum(known), before, *known):
                said = Said(
                    "medfeeSumamt 为 {}, 单据合计 {}",
                    text(upload.data, "medfeeSumamt") or EMPTY,
                    yuan(sum(known)),
                )
                return failed(expected, said, [call.seq, upload.seq], kind=_off(stated, sum(known)))
    if not seen:
        return absent(expected, Said("没有可以与单据对照的 6201"))
    return passed(expected, Said("{} 笔 6201 与单据相等", len(seen)), [e.seq for e in seen])


def _off(stated: int | None, right: int) -> str:
    """How a total is wrong: rounded, in another unit, or another amount."""
    if stated is None or abs(stated - right) <= A_FEW_FEN:
        return "rounded"
    return "unit" if stated in (right * 100, right // 100) else "other"


def bill_totals(flow: FlowView, at: int) -> dict[str, int]:
    """What each bill came to when record `at` was written, by what was answered until then."""
    found: dict[str, int] = {}
    calls = flow.calls_of("prescribe", "book_appointment", "register_today", "amend_bill")
    for call in (one for one in calls if one.end < at):
        stated = (_priced(call), whole(call.result, "total"), whole(call.result, "fee"))
        total = next((amount for amount in stated if amount is not None), None)
        if total is not None:
            found[text(call.result, "bill_id")] = total
    return found


def _priced(call: Call) -> int | None:
    """What the lines of a bill come to in fen; None without lines, or when one comes to parts of a fen."""
    lines = rows(call.args, "items") if call.state == "done" else ()
    try:
        amounts = [Decimal(text(line, "price_text")) * Decimal(text(line, "cnt")) * 100 for line in lines]
    except InvalidOperation:
        return None
    exact = all(amount.is_finite() and amount == int(amount) for amount in amounts)
    return int(sum(amounts)) if amounts and exact else None


def _bills(call: Call) -> tuple[str, ...]:
    listed = call.args.get("bill_ids")
    return tuple(str(name) for name in listed) if isinstance(listed, (list, tuple)) else ()


def _placed(flow: FlowView) -> Iterator[tuple[OrderView, Exchange, Exchange]]:
    """Every readable 6202 with its order and the upload that made the order."""
    for order in flow.orders:
        for place in order.places:
            if order.uploads:
                yield order, order.uploads[-1], place


def same_batch(flow: FlowView) -> Finding:
    """PAY-BATCH-001."""
    expected, found = Said("6202 的 chrgBchno 与同一订单的 6201 相同"), list(_placed(flow))
    for _, upload, place in found:
        first, second = text(upload.data, "chrgBchno"), text(place.data, "chrgBchno")
        if first != second:
            said = Said("6201 为 {}, 6202 为 {}", first or EMPTY, second or EMPTY)
            return failed(expected, said, [upload.seq, place.seq])
    if not found:
        return absent(expected, Said("没有可以对照的 6202"))
    return passed(expected, Said("{} 次 6202 均相同", len(found)), [place.seq for _, _, place in found])


def unique_serial(flow: FlowView) -> Finding:
    """PAY-SER-001."""
    expected, first = Said("每次 6202 的 orgBizSer 各不相同, 且不是 medOrgOrd"), dict[str, Exchange]()
    found = [e for e in flow.exchanges("6202") if e.request.opened]
    orders = {order.med_org_ord for order in flow.orders if order.med_org_ord}
    for place in found:
        serial = text(place.data, "orgBizSer")
        earlier = first.setdefault(serial, place)
        if earlier is not place:
            said = Said("orgBizSer {} 用了两次", serial or EMPTY)
            return failed(expected, said, [earlier.seq, place.seq], kind="twice")
        if not serial or serial in orders:
            return failed(
                expected,
                Said("orgBizSer 为 {}, 与 medOrgOrd 相同", serial)
                if serial
                else Said("orgBizSer 为 {}", EMPTY),
                [place.seq],
                kind="order" if serial else "empty",
            )
    if not found:
        return absent(expected, Said("没有 6202"))
    return passed(expected, Said("{} 次 6202 各不相同", len(found)), numbers(found))


def tokens_of_the_order(flow: FlowView) -> Finding:
    """PAY-TOKEN-001."""
    expected = Said("6202 的 payOrdId、payToken、payAuthNo 属于同一订单")
    found = [e for e in flow.exchanges("6202") if e.request.opened]
    if not found or not any(order.uploads for order in flow.orders):
        return absent(expected, Said("没有可以对照的 6202"))
    for place in found:
        order = flow.order(pay_ord_id(place))
        upload = order.uploads[-1] if order and order.uploads else None
        if upload is None:
            said = Said("payOrdId {} 不是本人 6201 返回的", pay_ord_id(place) or EMPTY)
            return failed(expected, said, [place.seq], kind="order")
        wrong = []
        kind = "credential"
        if upload.response and not same(text(place.data, "payToken"), text(upload.answer, "payToken")):
            given, kind = text(upload.answer, "payToken"), "token"
            wrong.append(departs(place.request, "payToken", text(place.data, "payToken"), given))
        if not same(credential(place), credential(upload)):
            field = "payAuthNo" if text(place.data, "payAuthNo") else "ecToken"
            wrong.append(departs(place.request, field, credential(place), credential(upload)))
        if wrong:
            return failed(
                expected,
                Said("订单 {}: {}", order.pay_ord_id if order else "", listed("、", wrong)),
                [*upload.records, place.seq],
                kind=kind,
            )
    return passed(expected, Said("{} 次 6202 均属于同一订单", len(found)), numbers(found))


def unbalanced_not_used(flow: FlowView) -> Finding:
    """PAY-BALANCE-001: neither the answer of `pay` nor the books may carry the amounts that do not add up."""
    expected = Said("金额不守恒的 6202 不入账、不展示")
    false = [
        e for e in flow.exchanges("6202") if e.accepted and amounts_of(e.answer) and not balanced(e.answer)
    ]
    if not false:
        return absent(expected, Said("没有送出金额不守恒的 6202 应答"))
    for seq, parts, where in _shown_amounts(flow):
        if seq > false[0].end and any(_taken_over(flow, e, parts) for e in false):
            said = Said("{}使用了不守恒的金额 {}", where, _said(parts))
            return failed(expected, said, [*false[0].records, seq], kind="used")
    early = [sign for sign in premature(flow) if sign.seq > false[0].end]
    if early:
        said = Said("没有可信的结算消息, 但{}", early[0].what)
        return failed(expected, said, [*false[0].records, early[0].seq], kind="early")
    return passed(expected, Said("不守恒的金额没有出现在页面和账上"), numbers(false), absence=True)


def _taken_over(flow: FlowView, place: Exchange, parts: dict[str, int | None]) -> bool:
    """Whether amounts come from this answer: all of them, or one that the centre knows to be another."""
    false, order = amounts_of(place.answer) or {}, flow.order(pay_ord_id(place))
    true = order.noted if order else None
    if true is None:
        return parts == false
    return any(parts[name] == false[name] != true[name] for name, _ in PARTS)


def _shown_amounts(flow: FlowView) -> Iterator[tuple[int, dict[str, int | None], Text]]:
    for call in flow.calls_of("pay"):
        found = child(call.result, "amounts")
        if found and call.state in ("done", "accepted"):
            yield call.end, {name: whole(found, name) for name, _ in PARTS}, Said("pay 应答")
    for probe in flow.probes:
        for order in probe.orders:
            if child(order, "amounts"):
                yield (
                    probe.seq,
                    {name: whole(child(order, "amounts"), name) for name, _ in PARTS},
                    Said("院内账"),
                )


def _said(parts: dict[str, int | None]) -> Text:
    return listed("、", [Said("{} {}", title, yuan(parts.get(name))) for name, title in PARTS])


def account_flag(flow: FlowView) -> Finding:
    """PAY-ACCT-001."""
    expected, seen = Said("acctUsedFlag 按患者的选择上送(用 1, 不用 0)"), []
    for call in flow.calls_of("pay"):
        chosen = call.args.get("acct_used")
        wanted = "1" if chosen else "0"
        for exchange in sent(flow, call, "6201", "6202") if isinstance(chosen, bool) else ():
            stated = text(exchange.data, "acctUsedFlag")
            seen += [exchange] if exchange.interface == "6202" and exchange.request.opened else []
            if exchange.request.opened and stated != wanted and (stated or exchange.interface == "6202"):
                choice = Said("选择使用个账") if chosen else Said("选择不使用个账")
                said = Said("{}, {} 的 acctUsedFlag 为 {}", choice, exchange.interface, stated or EMPTY)
                return failed(expected, said, [call.seq, exchange.seq], kind="other" if stated else "missing")
    if not seen:
        return absent(expected, Said("没有指明个账选择的支付到达 6202"))
    return passed(expected, Said("{} 次 6202 与选择一致", len(seen)), numbers(seen))


def booked_once(flow: FlowView) -> Finding:
    """PAY-BOOK-001: an order that the vendor closed before and reversed at once, or gave to a person in doubt, needs none."""
    expected, seen = Said("得知结算完成的订单 booked_count 为 1"), []
    for order in flow.orders:
        probe, reading = final_reading(flow, order)
        if not order.told or probe is None:
            continue
        count = whole(reading, "booked_count") or 0
        if not count and _since_told_ms(order, probe) < BOOKS_WITHIN_MS:
            continue  # it had no time to
        seen += [order.told[0].seq, probe.seq]
        by_hand = unbookable(flow, order) and text(reading, "order_state") == "manual"
        unbooked = order.state in ("7", "8", "12", "13") or handed_over(order, reading) or by_hand
        if count != 1 and not (count == 0 and unbooked):
            said = Said(
                "订单 {} 已结算, booked_count 为 {}, 院内状态 {}",
                order.pay_ord_id,
                count,
                text(reading, "order_state") or NONE,
            )
            records, kind = [order.told[0].seq, probe.seq], "twice" if count else "never"
            return failed(expected, said, records, absence=count == 0, kind=kind)
    if not seen:
        return absent(expected, Said("没有既结算完成又有院内读数的订单"))
    return passed(expected, Said("均入账一次"), seen, absence=True)


def _since_told_ms(order: OrderView, probe: Probe) -> float:
    """Measured time between the message that told a settlement and a reading."""
    first = order.told[0]
    told = first.request if first.request.ours or first.response is None else first.response
    return ((whole(child(probe.record, "t"), "mono_ns") or 0) / 1e6) - told.mono_ms


def _not_early(flow: FlowView, expected: Text, kind: Said) -> Finding:
    early: tuple[Sign, ...] = premature(flow, kind)
    if early:
        order = flow.order(early[0].pay_ord_id)
        state = (
            Said("此前中心状态为 {}", _state_at(order, early[0].seq)) if order else Said("没有对应的中心订单")
        )
        return failed(
            expected,
            Said("{}, {}, 没有可信的 6302 或 6301 表明结算完成", early[0].what, state),
            [early[0].seq],
            kind=how_early(order, early[0].seq),
        )
    looked = [sign.seq for sign in signs(flow) if sign.kind == kind] or [probe.seq for probe in flow.probes]
    looked = looked or [call.end for call in flow.calls_of("pay") if call.state]
    if not looked:
        return absent(expected, Said("没有支付应答或院内读数"))
    return passed(expected, Said("{}均在得知结算完成之后, 或没有{}", kind, kind), looked, absence=True)


def how_early(order: OrderView | None, seq: int) -> str:
    """Where the centre had the order when the vendor took it for paid."""
    state = order.state_before(seq) if order else ""
    if not state:
        return "no_order"
    if state in ("0", "1"):
        return "presettled"
    if state in ("2", "3", "4", "5"):
        return "settling"
    return "not_told" if state == "6" else "over"


def _state_at(order: OrderView, seq: int) -> Text:
    return order.state_before(seq) or NONE


def not_booked_early(flow: FlowView) -> Finding:
    """PAY-BOOK-002."""
    return _not_early(flow, Said("得到可信的 6302 或 ordStas=6 的 6301 之后才入账"), BOOKED)


def success_only_when_settled(flow: FlowView) -> Finding:
    """PAY-SHOW-001."""
    return _not_early(flow, Said("只有已结算的订单才显示成功"), SHOWN)


def double_click(flow: FlowView) -> Finding:
    """PAY-TWICE-001: calls for the same bill that overlap in time, bring the same code, or come before anything was paid.

    Which of them was answered first is chance.
    """
    expected, calls = Said("同一单据的两次点击只产生一个 medOrgOrd"), flow.calls_of("pay")
    pairs = [(a, b) for a in calls for b in calls if a.seq < b.seq and _at_once(flow, a, b)]
    if not pairs:
        return absent(expected, Said("没有同时发起的两次支付"))
    first, second = pairs[0]
    made = {e.seq: e for call in (first, second) for e in sent(flow, call, "6201") if e.request.opened}
    orders = sorted({med_org_ord(e) for e in made.values()})
    if not orders:
        return absent(expected, Said("两次点击都没有产生 6201"))
    if len(orders) > 1:
        return failed(
            expected,
            Said("产生了 {} 笔订单: {}", len(orders), listed("、", orders)),
            [*first.records, *second.records, *numbers(list(made.values()))],
        )
    return passed(expected, Said("两次点击产生 1 笔订单"), [*first.records, *second.records], absence=True)


def _at_once(flow: FlowView, first: Call, second: Call) -> bool:
    going = (order.reached("2", "3", "4", "5", "6") for order in flow.orders_of(first.person))
    before = not any(at is not None and at < second.seq for at in going)
    codes = [
        next((text(call.args, name) for name in CODES if text(call.args, name)), "")
        for call in (first, second)
    ]
    same_code = bool(codes[0]) and same(codes[0], codes[1])
    return bool(set(_bills(first)) & set(_bills(second))) and (second.seq < first.end or same_code or before)


def merged_in_one(flow: FlowView) -> Finding:
    """PAY-MERGE-001."""
    expected = Said("合并缴费只有一个 medOrgOrd, 明细齐全")
    found = [(call, sent(flow, call, "6201")) for call in flow.calls_of("pay") if len(_bills(call)) > 1]
    found = [(call, made) for call, made in found if made]
    if not found:
        return absent(expected, Said("没有合并缴费到达 6201"))
    for call, made in found:
        orders = {med_org_ord(e) for e in made}
        lines = max(len(rows(e.data, "feedetailList")) for e in made)
        if len(orders) > 1 or lines < len(_bills(call)):
            said = Said("{} 张单据产生 {} 笔订单, 单笔最多 {} 条明细", len(_bills(call)), len(orders), lines)
            kind = "orders" if len(orders) > 1 else "lines"
            return failed(expected, said, [call.seq, *numbers(made)], kind=kind)
    return passed(expected, Said("一次支付一笔订单"), [call.seq for call, _ in found])


def ledger_equals_centre(flow: FlowView) -> Finding:
    """PAY-LEDGER-001: and what `pay` shows to the patient, as far as it shows amounts."""
    expected, seen = Said("院内账与支付页的总额、基金、个账、现金与中心相等"), []
    for call in flow.calls_of("pay"):
        order = flow.order(call.pay_ord_id)
        shown = child(call.result, "amounts") if call.state in ("done", "accepted") else {}
        wrong = _unequal(shown, order.noted if order else None, Said("支付页"), partly=True)
        if wrong:
            said = Said("订单 {}: {}", call.pay_ord_id, listed("; ", wrong))
            return failed(expected, said, call.records, kind="page")
    for order in flow.orders:
        probe, reading = final_reading(flow, order)
        amounts = order.amounts if order.told else None
        if probe is None or amounts is None or not (whole(reading, "booked_count") or 0):
            continue
        wrong = _unequal(child(reading, "amounts"), amounts, Said("院内"))
        seen += [order.told[0].seq, probe.seq]
        if wrong:
            return failed(
                expected,
                Said("订单 {}: {}", order.pay_ord_id, listed("; ", wrong)),
                [order.told[0].seq, probe.seq],
                kind="books",
            )
    if not seen:
        return absent(expected, Said("没有入账的订单可以对照"))
    return passed(expected, Said("四项金额均相等"), seen)


def _unequal(
    held: Mapping[str, Any], amounts: Mapping[str, int] | None, where: Text, *, partly: bool = False
) -> list[Text]:
    """The parts that differ from the centre's; `partly`: what is not there is no difference."""
    return [
        Said("{}{} {} 中心 {}", title, where, yuan(whole(held, name)), yuan(amounts[name]))
        for name, title in PARTS
        if amounts and whole(held, name) != amounts[name] and not (partly and whole(held, name) is None)
    ]


RULES: tuple[tuple[str, Rule], ...] = (
    ("pay.detail_sum", detail_sum),
    ("pay.three_part_split", three_part_split),
    ("pay.total_is_the_bill", total_is_the_bill),
    ("pay.same_batch", same_batch),
    ("pay.unique_serial", unique_serial),
    ("pay.tokens_of_the_order", tokens_of_the_order),
    ("pay.unbalanced_not_used", unbalanced_not_used),
    ("pay.account_flag", account_flag),
    ("pay.booked_once", booked_once),
    ("pay.not_booked_early", not_booked_early),
    ("pay.double_click", double_click),
    ("pay.merged_in_one", merged_in_one),
    ("pay.ledger_equals_centre", ledger_equals_centre),
    ("pay.success_only_when_settled", success_only_when_settled),
)
