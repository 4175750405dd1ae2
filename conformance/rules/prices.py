"""Prices that come to no whole fen, or below nothing, are stopped by the hospital itself (centre sheet 2.3). Pure."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from conformance.evidence.calls import Call, numbers
from conformance.evidence.flow_view import FlowView
from conformance.evidence.values import rows, text
from conformance.finding import Finding, Rule, absent, failed, passed
from conformance.rules.signs import sent
from simulator.protocol.text.said import Said


def impossible_price_stops(flow: FlowView) -> Finding:
    """PAY-PRICE-001: refused when the bill is made, or when it is paid; never rounded and uploaded (MP-PAY-16)."""
    expected = Said("负价或三位小数的单据不上传, 也不舍入后上传")
    odd = [(call, price) for call in flow.calls_of("prescribe") if (price := _impossible(call))]
    if not odd:
        return absent(expected, Said("没有开出负价或三位小数的单据"))
    for made, price in odd:
        bill = text(made.result, "bill_id")
        for pay in flow.calls_of("pay") if made.state == "done" and bill else ():
            listed = pay.args.get("bill_ids")
            out = sent(flow, pay, "6201") if isinstance(listed, (list, tuple)) and bill in listed else ()
            if out:
                kind = "negative" if price.startswith("-") else "rounded"
                total = text(out[0].data, "medfeeSumamt")
                said = Said("单价 {} 的单据仍上传 6201, medfeeSumamt 为 {}", price, total)
                return failed(expected, said, [*made.records, pay.seq, out[0].seq], kind=kind)
    said = Said("{} 张这样的单据都没有上传", len(odd))
    return passed(expected, said, numbers([call for call, _ in odd]), absence=True)


def _impossible(call: Call) -> str:
    """The first price of a bill that is below nothing or has parts of a fen; empty when there is none."""
    for line in rows(call.args, "items"):
        price = text(line, "price_text")
        try:
            amount = Decimal(price)
        except InvalidOperation:
            continue
        if amount.is_finite() and (amount < 0 or amount * 100 != int(amount * 100)):
            return price
    return ""


RULES: tuple[tuple[str, Rule], ...] = (("pay.impossible_price_stops", impossible_price_stops),)
