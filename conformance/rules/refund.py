"""Refund by 6203 (centre sheet 6.5, 6.6, 9, 10.3). A reversal by revsToken is not a person's refund. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from conformance.evidence.calls import ANSWERED, Call, numbers
from conformance.evidence.centre import (
    REFUND_AMOUNTS,
    OrderView,
    pay_ord_id,
    refund_amounts,
    refund_serial,
    refund_status,
    refund_total,
    refund_type,
)
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.evidence.refund_view import REFUNDED, RefundView, asked_parts
from conformance.evidence.values import child, key_of, rows, text, whole
from conformance.finding import EMPTY, NONE, Finding, Rule, absent, failed, passed, several, yuan
from conformance.rules.identity import credential, uploads
from conformance.rules.signs import final_reading, lost, sent
from simulator.protocol.text.said import Said, Text, listed

ACTIONS = ("refund_bill", "refund_registration")
PARTS = (("cash", Said("现金")), ("account", Said("个账")), ("fund", Said("基金")))
DECLINED = ("refused", "accepted")
"""What a refund that must be refused may be answered: a vendor that answers `accepted` to all refuses in the background,
which shows in that no 6203 follows."""
CREDENTIALS = ("auth_code", "pay_auth_no", "ec_code")
_TIME = re.compile(r"[0-9]{14}\Z")


def personal(flow: FlowView) -> tuple[Exchange, ...]:
    """The readable 6203 that a person started."""
    return tuple(e for e in flow.exchanges("6203") if e.request.opened and not text(e.data, "revsToken"))


def _calls(flow: FlowView) -> tuple[Call, ...]:
    return tuple(c for c in flow.calls_of(*ACTIONS) if c.state in ANSWERED)


def new_refunds(flow: FlowView, call: Call) -> tuple[Exchange, ...]:
    """The 6203 in the time that a call owns that ask for a refund for the first time: repeats belong to an earlier call."""
    before = {refund_serial(e) for e in flow.exchanges("6203") if e.seq < call.seq}
    return tuple(e for e in sent(flow, call, "6203") if refund_serial(e) not in before)


def _offered(call: Call) -> int:
    return sum(bool(text(call.args, name)) for name in CREDENTIALS)


def one_credential(flow: FlowView) -> Finding:
    """RFD-AUTH-001: and a refund asked with none or two credentials sends no 6203 at all."""
    expected, found = Said("6203 的 ecToken 与 payAuthNo 恰有其一, 凭证不是一个时本地拒绝"), personal(flow)
    for refund in found:
        given = [name for name in ("ecToken", "payAuthNo") if text(refund.data, name)]
        if len(given) != 1:
            said, kind = Said("6203 带有 {}", several(given, Said("零个凭证"))), "both" if given else "none"
            return failed(expected, said, refund.records, kind=kind)
    wrong = [call for call in _calls(flow) if _offered(call) != 1]
    for call in wrong:
        out = new_refunds(flow, call)
        if out or call.state not in DECLINED:
            said = Said(
                "给出 {} 个凭证, 应答 {}{}", _offered(call), call.state, Said(", 仍发出 6203") if out else ""
            )
            return failed(expected, said, [*call.records, *numbers(out)], kind="not_refused")
    if not found and not wrong:
        return absent(expected, Said("没有退费"))
    return passed(
        expected,
        Said("{} 次 6203 恰有其一, {} 次凭证不符被本地拒绝", len(found), len(wrong)),
        numbers([*found, *wrong]),
    )


def fresh_identity(flow: FlowView) -> Finding:
    """RFD-FRESH-001."""
    expected, found = Said("6203 的凭证不是支付时用过的, 没有新凭证即拒绝"), personal(flow)
    used = {key_of(credential(upload)): upload.seq for upload in uploads(flow) if credential(upload)}
    for refund in found:
        paid_with = used.get(key_of(credential(refund)))
        if paid_with:
            said = Said("6203 使用了支付时的授权码 {}", credential(refund))
            return failed(expected, said, [paid_with, refund.seq], kind="stored")
    bare = [call for call in _calls(flow) if _offered(call) == 0]
    for call in bare:
        if call.state not in DECLINED or sent(flow, call, "6203"):
            return failed(expected, Said("没有凭证的退费应答 {}", call.state), call.records, kind="bare")
    if not found and not bare:
        return absent(expected, Said("没有退费"))
    return passed(expected, Said("{} 次 6203 使用新的凭证", len(found)), numbers([*found, *bare]))


def type_fits(flow: FlowView) -> Finding:
    """RFD-TYPE-001: the first refund of an order that says ALL gives back every part of it (sheet 9)."""
    expected, found = Said("CASH 只含现金, HI 不含现金, ALL 各分项等于原额"), personal(flow)
    for refund in found:
        kind = refund_type(refund)
        parts = {name: amount or 0 for name, amount in refund_amounts(refund).items()}
        wrong = {
            "CASH": bool(parts["account"] or parts["fund"]),
            "HI": bool(parts["cash"]),
            "ALL": _not_whole(flow, refund),
        }
        if wrong.get(kind, True):
            said = Said("refdType={}, {}", kind or EMPTY, _said(parts))
            return failed(expected, said, refund.records, kind=kind.lower() if kind in wrong else "unknown")
    if not found:
        return absent(expected, Said("没有 6203"))
    return passed(expected, Said("{} 次 6203 类型与分项相符", len(found)), numbers(found))


def _not_whole(flow: FlowView, refund: Exchange) -> bool:
    """Whether a part that is given differs from the order's, of which nothing went back before."""
    order = flow.order(pay_ord_id(refund))
    true = order.noted if order else None
    if order is None or true is None or any(e.accepted and e.seq < refund.seq for e in order.refunds):
        return False
    given = refund_amounts(refund).items()
    return any(amount is not None and amount != true[name] for name, amount in given)


def _said(parts: Mapping[str, int]) -> Text:
    return listed("、", [Said("{} {}", title, yuan(parts[name])) for name, title in PARTS])


def sum_and_limits(flow: FlowView) -> Finding:
    """RFD-SUM-001: the parts of several refunds of one order add up; a repeat by the same number counts once, and one that
    was not answered yet when another was sent does not count against that other.

    Parts left out of ALL are those of the order.
    """
    expected, found = Said("totlRefdAmt 等于分项之和, 各分项累计不超过原额"), []
    for order in flow.orders:
        counted: dict[str, tuple[int, dict[str, int]]] = {}
        for refund in (e for e in order.refunds if e.request.opened):
            found.append(refund)
            parts = dict(zip((name for name, _ in PARTS), asked_parts(order, refund), strict=True))
            known = order.amounts or any(text(refund.data, member) for _, member in REFUND_AMOUNTS)
            if known and refund_total(refund) != sum(parts.values()):
                said = Said("totlRefdAmt {}, {}", text(refund.data, "totlRefdAmt") or EMPTY, _said(parts))
                return failed(expected, said, refund.records, kind="sum")
            number = refund_serial(refund)
            if number not in counted:
                before = [made for end, made in counted.values() if end < refund.seq]
                back = {name: sum(made[name] for made in before) for name, _ in PARTS}
                over = [title for name, title in PARTS if back[name] + parts[name] > _paid(order, name)]
                if over:
                    said = Said("{}超过原额: 本次 {}", listed("、", over), _said(parts))
                    return failed(expected, said, refund.records, kind="over")
                if refund.accepted and refund_status(refund) != "FAIL":
                    counted[number] = (refund.end, parts)
    if not found:
        return absent(expected, Said("没有 6203"))
    return passed(expected, Said("{} 次 6203 均相符", len(found)), numbers(found))


def _paid(order: OrderView, name: str) -> int:
    return order.amounts[name] if order.amounts else 10**18


def time_form(flow: FlowView) -> Finding:
    """RFD-TIME-001."""
    expected = Said("appRefdTime 为 14 位数字")
    found = [e for e in flow.exchanges("6203") if e.request.opened]
    for refund in found:
        if not _TIME.match(text(refund.data, "appRefdTime")):
            return failed(
                expected,
                Said("appRefdTime 为 {}", text(refund.data, "appRefdTime") or EMPTY),
                [refund.seq],
            )
    if not found:
        return absent(expected, Said("没有 6203"))
    return passed(expected, Said("{} 次 6203 均为 14 位", len(found)), numbers(found))


def same_serial(flow: FlowView) -> Finding:
    """RFD-SN-001: until its outcome is known, a refund of an order is asked for under one number only."""
    expected, repeats = Said("结果未知的退费再发时 appRefdSn 不变"), list[Exchange]()
    for view in flow.refunds:
        open_until = view.told_at
        unknown = [e for e in view.asked if lost(e) or refund_status(e) == "EXP"]
        if not unknown:
            continue
        first = unknown[0]
        for other in flow.refunds:
            between = first.seq < other.first.seq and (open_until is None or other.first.seq < open_until)
            if other.order is view.order and other is not view and between:
                said = Said("appRefdSn 由 {} 变为 {}", view.number, other.number or EMPTY)
                return failed(expected, said, [*first.records, other.first.seq])
        repeats += view.asked
    if repeats:
        return passed(expected, Said("退费共发送 {} 次, appRefdSn 不变", len(repeats)), numbers(repeats))
    return absent(expected, Said("没有结果未知的 6203"))


def exp_is_pending(flow: FlowView) -> Finding:
    """RFD-EXP-001: until any verified message says how it ended: a repeat of the 6203, or the order's state."""
    expected, seen = Said("EXP 之后、得知结果之前, 退费为处理中"), list[Exchange]()
    for view in flow.refunds:
        undecided = [e for e in view.asked if refund_status(e) == "EXP"]
        if not undecided:
            continue
        first = undecided[0]
        until = view.told_at or flow.last + 1
        for seq, state, where in _refund_states(flow, view):
            if first.end < seq < until and state in ("success", "failed"):
                said = Said("{}显示退费 {}", where, state)
                return failed(expected, said, [*first.records, seq], kind=state)
        moved = view.order.reached(*REFUNDED)
        if moved and moved > first.end and not view.told_at and not _asked_after(view, first):
            said = Said("6203 返回 EXP 之后没有再查, 中心在记录 {} 已退", moved)
            return failed(expected, said, [*first.records, moved], absence=True, kind="never_asked")
        seen += undecided
    if not seen:
        return absent(expected, Said("没有返回 EXP 的 6203"))
    return passed(expected, Said("一直为处理中"), numbers(seen), absence=True)


def _asked_after(view: RefundView, first: Exchange) -> bool:
    """Whether anything was asked about a refund after its first undecided answer: 6203 again, or 6301."""
    return any(e.seq > first.end for e in (*view.asked, *view.order.queries))


def _refund_states(flow: FlowView, view: RefundView) -> list[tuple[int, str, Text]]:
    """(record, refund state, where) of what the vendor said about a refund: its own call, and its row of each reading."""
    person, words = view.order.person, {"refused": "failed"}
    calls = [c for c in flow.calls_of(*ACTIONS) if c.person == person and c.seq < view.first.seq]
    found: list[tuple[int, str, Text]] = [
        (c.end, words.get(c.state, "") or text(c.result, "refund_state"), Said("退费应答"))
        for c in calls[-1:]
    ]
    alone = sum(other.order is view.order for other in flow.refunds) == 1
    for probe in flow.probes:
        read = (probe.of(view.order.pay_ord_id) or probe.orders[0]) if probe.person == person else {}
        for row in rows(read, "refunds"):
            if text(row, "refundNo") == view.number or (alone and not text(row, "refundNo")):
                found.append((probe.seq, text(row, "state"), "order_state"))
    return found


def whole_prescription(flow: FlowView) -> Finding:
    """RFD-WHOLE-001: some lines of a bill are refused; some bills of an order never take part of the medical amounts."""
    expected = Said("部分项目的退费被拒绝; 医保部分只按整单退")
    tried = [c for c in _calls(flow) if rows(c.args, "items") or _part_of_order(flow, c)]
    for call in tried:
        out = new_refunds(flow, call)
        if rows(call.args, "items") and (out or call.state not in DECLINED):
            said = Said("部分项目退费应答 {}{}", call.state, Said(", 并发出 6203") if out else "")
            return failed(expected, said, [*call.records, *numbers(out)], kind="lines")
        for refund in out:
            order = flow.order(pay_ord_id(refund))
            parts = refund_amounts(refund)
            less = order and any(
                parts[n] is not None and parts[n] != _paid(order, n) for n in ("account", "fund")
            )
            if refund_type(refund) != "CASH" and less:
                said = Said("6203 只退了医保金额的一部分")
                return failed(expected, said, [*call.records, *refund.records], kind="part")
    if not tried:
        return absent(expected, Said("没有部分退费的请求"))
    return passed(expected, Said("{} 次部分退费未动医保部分金额", len(tried)), numbers(tried), absence=True)


def _part_of_order(flow: FlowView, call: Call) -> bool:
    """Whether a refund names one bill of a payment of several."""
    bill = text(call.args, "bill_id")
    for pay in flow.calls_of("pay"):
        listed = pay.args.get("bill_ids")
        if isinstance(listed, (list, tuple)) and len(listed) > 1 and bill in listed:
            return True
    return False


def not_again(flow: FlowView) -> Finding:
    """RFD-ONCE-001."""
    expected, seen = Said("已全额退费(中心状态 7)后再退被拒绝, 不发新的 6203"), list[int]()
    for order in flow.orders:
        gone = _known_gone(flow, order)
        again = [c for c in _calls(flow) if gone and c.seq > gone and c.person == order.person]
        if gone is None or not again:
            continue
        earlier = {refund_serial(e) for e in order.refunds if e.seq < gone}
        out = [e for e in order.refunds if e.seq > again[0].seq and refund_serial(e) not in earlier]
        taken = next((call for call in again if call.state not in DECLINED), again[0])
        if out or taken.state not in DECLINED:
            said = Said("再次退费应答 {}{}", taken.state, Said(", 并发出新的 6203") if out else "")
            return failed(expected, said, [gone, *taken.records, *numbers(out)])
        seen += [gone, *numbers(again)]
    if not seen:
        return absent(expected, Said("没有在全额退费之后再次退费"))
    return passed(expected, Said("再次退费被拒绝"), seen, absence=True)


def _known_gone(flow: FlowView, order: OrderView) -> int | None:
    """The record from which on the vendor knows that all money of an order went back; None while it cannot."""
    gone = order.reached("7")
    mine = [
        v for v in flow.refunds if v.order is order and v.outcome == "SUCC" and gone and v.first.seq < gone
    ]
    known = [view.told_at for view in mine if view.told_at is not None]
    return max(known) if known and len(known) == len(mine) else None


def ledger_equals_centre(flow: FlowView) -> Finding:
    """RFD-LEDGER-001: what the vendor was told is booked, and what the centre did not do is not; nor may the books, or an answer, speak of a refund when the centre gave nothing back."""
    expected, seen = Said("院内成功的退费与中心 SUCC 的 6203 逐项相等"), []
    for call in flow.calls_of(*ACTIONS):
        claims = call.state == "done" and text(call.result, "refund_state") == "success"
        if claims and not any(order.reached(*REFUNDED) for order in flow.orders_of(call.person)):
            observed = Said("{} 应答退费成功, 中心没有退费", call.action)
            return failed(expected, observed, call.records, absence=True, kind="claimed")
    for order in flow.orders:
        done = [v for v in flow.refunds if v.order is order and v.outcome == "SUCC"]
        probe, reading = final_reading(flow, order)
        books = Counter(_parts(row) for row in rows(reading, "refunds") if text(row, "state") == "success")
        invented = bool(books) and not order.reached(*REFUNDED)
        if probe is None or not (done or invented):
            continue
        centre = Counter(view.parts for view in done)
        told = Counter(view.parts for view in done if view.told_at and view.told_at < probe.seq)
        records = [*numbers([view.asked[-1] for view in done]), probe.seq]
        seen += records
        if not told <= books <= centre:
            said = Said("订单 {}: 中心 {}; 院内 {}", order.pay_ord_id, _listed(centre), _listed(books))
            kind = "missing" if books < centre else "invented" if centre < books else "other"
            return failed(expected, said, records, absence=books < centre, kind=kind)
    if not seen:
        return absent(expected, Said("没有成功的退费可以对照"))
    return passed(expected, Said("逐项相等"), seen)


def _parts(row: Mapping[str, Any]) -> tuple[int, int, int]:
    amounts = child(row, "amounts") or row
    return whole(amounts, "cash") or 0, whole(amounts, "account") or 0, whole(amounts, "fund") or 0


def _listed(found: Counter[tuple[int, int, int]]) -> Text:
    each = sorted(found.elements())
    said = [Said("现金 {} 个账 {} 基金 {}", yuan(c), yuan(a), yuan(f)) for c, a, f in each]
    return listed(" + ", said) if said else NONE


RULES: tuple[tuple[str, Rule], ...] = (
    ("refund.one_credential", one_credential),
    ("refund.fresh_identity", fresh_identity),
    ("refund.type_fits", type_fits),
    ("refund.sum_and_limits", sum_and_limits),
    ("refund.time_form", time_form),
    ("refund.same_serial", same_serial),
    ("refund.exp_is_pending", exp_is_pending),
    ("refund.whole_prescription", whole_prescription),
    ("refund.not_again", not_again),
    ("refund.ledger_equals_centre", ledger_equals_centre),
)
