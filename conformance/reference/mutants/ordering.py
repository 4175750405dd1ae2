"""What is ordered and what 6201 and 6202 say of it, done wrong."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from conformance.reference.books import Bill, Books
from conformance.reference.change import Mutant, upload_with, with_points
from conformance.reference.counter import line_amount
from simulator.protocol.text.money import to_fen, to_yuan
from simulator.protocol.text.times import beijing_dt

DAY_MS: Final = 24 * 3600 * 1000


def _a_fen_more(data: dict[str, Any]) -> dict[str, Any]:
    first, *rest = data["feedetailList"]
    more = {**first, "detItemFeeSumamt": to_yuan(to_fen(first["detItemFeeSumamt"]) + 1)}
    return {**data, "feedetailList": [more, *rest]}


def _by_double(data: dict[str, Any]) -> dict[str, Any]:
    lines = [
        {**line, "detItemFeeSumamt": _cut(float(line["pric"]) * float(line["cnt"]))}
        for line in data["feedetailList"]
    ]
    total = sum(float(line["detItemFeeSumamt"]) for line in lines)
    return {**data, "feedetailList": lines, "medfeeSumamt": _cut(total)}


def _rounded(price: str, cnt: str) -> int:
    return line_amount(f"{Decimal(price).quantize(Decimal('0.01'), ROUND_HALF_UP)}", cnt)


def _below_nothing(price: str, cnt: str) -> int:
    return line_amount(price.lstrip("-"), cnt)


def _cut(yuan: float) -> str:
    return f"{int(yuan * 100) / 100:.2f}"


def _not_in_a_call(books: Books, bill: Bill) -> bool:
    order = books.last_order_of_bill(bill)
    return order is None or not (order.lock.locked() or order.state == "created")


ORDERING: Final = (
    # Write yesterday as the begin of today's visit (MP-REG-04).
    Mutant(
        "begntime_yesterday",
        "当日挂号的 begntime 写成昨天",
        caught_by=("REG-DATE-001",),
        needs=("register/today",),
        apply=with_points(ordering={"begntime": lambda now: beijing_dt(now - DAY_MS)}),
    ),
    # One detail line is a fen off (MP-PAY-09).
    Mutant(
        "detail_sum_off",
        "明细合计与总额差一分",
        caught_by=("PAY-SUM-001",),
        needs=("pay/clinic_mixed",),
        apply=upload_with(_a_fen_more),
    ),
    # Multiply price and count as binary doubles and cut the fen off (MP-PAY-16).
    Mutant(
        "float_amount",
        "金额用浮点数相乘再截断",
        caught_by=("PAY-BILL-001",),
        needs=("pay/amount_edges",),
        apply=upload_with(_by_double),
    ),
    # The three parts of the total are a fen off (MP-PAY-10).
    Mutant(
        "split_off",
        "自费、先自付、政策范围三分之和差一分",
        caught_by=("PAY-SPLIT-001",),
        needs=("pay/clinic_mixed",),
        apply=upload_with(lambda data: {**data, "inscpScpAmt": to_yuan(to_fen(data["inscpScpAmt"]) + 1)}),
    ),
    # Leave a required field out of 6201 (sheet 6.1 psnSetlway).
    Mutant(
        "field_missing",
        "6201 缺少必填的 psnSetlway",
        caught_by=("ENV-SCHEMA-001",),
        needs=("pay/clinic_mixed",),
        apply=upload_with(lambda data: {name: value for name, value in data.items() if name != "psnSetlway"}),
    ),
    # Send the same account flag whatever the patient chose (MP-PAY-04).
    Mutant(
        "ignore_acct_flag",
        "个人账户使用标志写死",
        caught_by=("PAY-ACCT-001",),
        needs=("pay/account_unused",),
        apply=with_points(ordering={"account_flag": lambda _used: "1"}),
    ),
    # Write 310 as kind of insurance into 6201 for everybody (IDV-MATCH-001).
    Mutant(
        "insutype_fixed",
        "6201 的险种写死为 310",
        caught_by=("IDV-MATCH-001",),
        needs=("pay/resident",),
        apply=upload_with(lambda data: {**data, "insutype": "310"}),
    ),
    # Make a new batch number for 6202 (sheet 6.3).
    Mutant(
        "new_chrgbchno",
        "6202 又生成了新的收费批次号",
        caught_by=("PAY-BATCH-001",),
        needs=("pay/clinic_mixed",),
        apply=with_points(
            ordering={"order_data": lambda data, _orders: {**data, "chrgBchno": f"N{data['orgBizSer'][1:]}"}}
        ),
    ),
    # Send the same serial with every 6202 (sheet 6.3).
    Mutant(
        "reuse_orgbizser",
        "每次 6202 都用同一个 orgBizSer",
        caught_by=("PAY-SER-001",),
        needs=("pay/two_orders",),
        apply=with_points(
            ordering={"order_data": lambda data, _orders: {**data, "orgBizSer": f"S{data['orgCodg']}"}}
        ),
    ),
    # Take the pay token from the first order there ever was (sheet 6.2).
    Mutant(
        "stale_pay_token",
        "payToken 取自以前的订单",
        caught_by=("PAY-TOKEN-001",),
        needs=("pay/two_orders",),
        apply=with_points(
            ordering={"order_data": lambda data, orders: {**data, "payToken": orders[0].pay_token}}
        ),
    ),
    # Make an order for each of the merged bills (MP-PAY-12).
    Mutant(
        "split_merged_bills",
        "合并缴费拆成多笔订单",
        caught_by=("PAY-MERGE-001",),
        needs=("pay/merged",),
        apply=with_points(
            ordering={"groups": lambda bills: tuple((bill,) for bill in bills)},
            identifying={"claim": lambda _books, _order, _credential: None},
        ),
    ),
    # Let two clicks make two orders of one bill (MP-FLT-13).
    Mutant(
        "double_click_two_orders",
        "连点两次产生两笔订单",
        caught_by=("PAY-TWICE-001",),
        needs=("pay/double_click",),
        apply=with_points(
            ordering={"bill_free": lambda _books, _bill: True},
            identifying={"claim": lambda _books, _order, _credential: None},
        ),
    ),
    # Rely on the centre's single-use authorisation to stop a second click (MP-FLT-13).
    Mutant(
        "two_clicks_two_codes",
        "两次点击各有授权就各下一单",
        caught_by=("PAY-TWICE-001",),
        needs=("pay/double_click_two_codes",),
        apply=with_points(ordering={"bill_free": lambda _books, _bill: True}),
    ),
    # Hold the bill only while a call runs, not while its order waits for the patient (MP-FLT-13).
    Mutant(
        "bill_held_while_called",
        "前一笔订单待确认时又建新单",
        caught_by=("PAY-OPEN-001",),
        needs=("pay/click_again",),
        apply=with_points(ordering={"bill_free": _not_in_a_call}),
    ),
    # Round a price with three decimals and go on (MP-PAY-16).
    Mutant(
        "price_rounded",
        "三位小数的单价四舍五入后照收",
        caught_by=("PAY-PRICE-001",),
        needs=("pay/amount_edges",),
        apply=with_points(ordering={"line_amount": _rounded}),
        how="rounded",
    ),
    # Take a negative price for what it says (MP-PAY-16).
    Mutant(
        "negative_price_taken",
        "负数的单价照收",
        caught_by=("PAY-PRICE-001",),
        needs=("pay/amount_edges",),
        apply=with_points(ordering={"line_amount": _below_nothing}),
        how="negative",
    ),
)
