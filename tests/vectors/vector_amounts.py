"""The set `amounts`: yuan on the wire to fen, and the sums of sheet 9."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from vector_shape import Group, note, vector_set

SHEET = "centre sheet 9"

NOTES = {
    "Normal": note("BASIC", "元, 最多两位小数", "yuan with at most two decimals", "正常金额读不进", "good amounts are refused", SHEET),
    "NumberForm": note("DIALECT", "JSON 数与文本都可以, 按文字读", "a JSON number or a text, read by its letters", "经过浮点的金额差一分", "through a double amounts are off by a fen", "centre sheet 3.2"),
    "NoUnit": note("EDGE_CASE", "整数是元, 不是分", "a whole number is yuan, not fen", "金额差一百倍, 没有办法从文字看出", "a hundredfold; nothing in the text shows it", SHEET),
    "TrailingZeros": note("DIALECT", "四位小数的列带出来的尾零: 值是整分, 收不收都行", "trailing zeros of a column of four decimals: whole fen, either is fine", "无", "none", "centre sheet 22"),
    "PartOfFen": note("MISSING_STEP", "不是整分", "not whole fen", "舍入后合计对不上", "rounded, the sums do not agree", SHEET),
    "Negative": note("MISSING_STEP", "负数, 包括 -0", "negative, -0 included", "倒付", "money flows backwards", SHEET),
    "Exponent": note("ENCODING", "科学记数", "an exponent", "1E+2 读成 1 或 100", "1E+2 is read as 1 or 100", SHEET),
    "LeadingZeros": note("ENCODING", "前导零", "leading zeros", "按八进制读", "read as octal", SHEET),
    "Decoration": note("ENCODING", "正号、空白、千分位、货币、换行", "plus, blanks, thousands, currency, line end", "只读开头的部分", "only the beginning is read", SHEET),
    "OtherDigits": note("ENCODING", "全角或其他文字的数字", "full-width digits or those of another script", "有的库认, 有的不认", "some libraries read them", SHEET),
    "NotANumber": note("ENCODING", "空、点、NaN、Infinity、十六进制、文字", "empty, a point, NaN, Infinity, hex, words", "崩溃, 或当作 0", "a crash, or 0", SHEET),
    "WrongType": note("ENCODING", "布尔、null、对象、数组", "boolean, null, object, array", "true 当作 1", "true is taken for 1", SHEET),
    "TooLarge": note("EDGE_CASE", "整数部分超过 14 位", "more than 14 digits before the point", "溢出, 或浮点失去分", "overflow, or a double loses the fen", SHEET + " (16,2)"),
    "Sum": note("BASIC", "合计相符", "the sums agree", "正常报文被拒", "good messages are refused", SHEET),
    "FenArithmetic": note("EDGE_CASE", "按分相加, 浮点会差", "added in fen; doubles differ", "正常报文被拒, 或错的被收", "good messages are refused or wrong ones taken", SHEET),
    "AbsentIsZero": note("DIALECT", "没有、null、空文本的部分按 0 计", "a part that is absent, null or empty counts as 0", "正常报文被拒", "good messages are refused", "centre sheet 6.8, 9"),
    "DetailSum": note("MISSING_STEP", "明细合计不等于 medfeeSumamt", "the lines do not add up to medfeeSumamt", "中心拒绝, 或多收少收", "refused, or too much or too little is charged", SHEET),
    "Split": note("MISSING_STEP", "全自费 + 先行自付 + 符合范围 不等于总额", "own-pay, pre-self-pay and in-scope do not add up to the total", "中心拒绝", "refused", SHEET),
    "Balance": note("MISSING_STEP", "现金 + 个账 + 基金 + 其他 不等于总额", "cash, account, fund and other do not add up to the total", "记错账", "wrong books", SHEET),
    "RefundSum": note("MISSING_STEP", "退费三部分之和不等于 totlRefdAmt", "the three parts of a refund do not add up to totlRefdAmt", "多退或少退", "too much or too little is refunded", SHEET),
    "AmountForm": note("ENCODING", "业务对象里的金额不合形式", "an amount of the business object of a wrong form", "合计无从核对", "no sum can be checked", SHEET),
}  # fmt: skip


def texts() -> Iterator[Group]:
    made = Group("AmountText", {"negative": False})

    def good(flag: str, *values: tuple[str, int]) -> None:
        for value, fen in values:
            made.add("valid", f"{value} is {fen} fen", flag, value=value, fen=fen)

    def bad(flag: str, *values: str) -> None:
        for value in values:
            made.add("invalid", value, flag, value=value)

    good("Normal", ('"0"', 0), ('"0.00"', 0), ('"0.01"', 1), ('"0.1"', 10), ('"12.5"', 1250), ('"12.50"', 1250), ('"1"', 100), ('"99999999999999.99"', 9999999999999999))  # fmt: skip
    good("NumberForm", ("0", 0), ("0.0", 0), ("12.5", 1250), ("12.50", 1250), ("0.29", 29), ("1.15", 115), ("4.35", 435), ("1001.1", 100110), ("90071992547409.93", 9007199254740993))  # fmt: skip
    good("NoUnit", ('"1250"', 125000), ("1250", 125000))
    for value in ('"12.500"', '"12.5000"', "12.5000", '"0.000"'):
        made.add("acceptable", value, "TrailingZeros", value=value)
    bad("PartOfFen", '"12.505"', '"0.001"', "12.505", '"0.0099"', '"12.33333333"')
    bad("Negative", '"-1"', '"-0.01"', "-1.5", '"-0"', '"-0.00"', "-0")
    bad("Exponent", '"1E+2"', "1E+2", "1e2", '"1.25e1"', '"1e-2"')
    bad("LeadingZeros", '"00"', '"012.50"', '"00.10"')
    bad("Decoration", '"+1"', '" 12.50"', '"12.50 "', '"12.50\\n"', '"1,234.00"', '"1 234"', '"1_000"', '"¥12.50"', '"12.50元"', '"12.50 CNY"', '"12,50"')  # fmt: skip
    bad("OtherDigits", '"１２.50"', '"١٢.50"', '"12．50"', '"一百"', '"²"')
    bad("NotANumber", '""', '" "', '"."', '".5"', '"5."', '"NaN"', '"Infinity"', '"0x10"', '"null"', '"1.2.3"', '"--1"', '"1-"', '"12.5.0"', '"abc"')  # fmt: skip
    bad("WrongType", "true", "false", "null", "{}", "[]", '["12.50"]', '{"amount":"12.50"}')
    bad("TooLarge", '"100000000000000"', '"100000000000000.00"', "999999999999999", f'"{"9" * 40}"')
    yield made
    back = Group("AmountText", {"negative": True})
    for value, fen in (('"-12.50"', -1250), ("-0.01", -1), ('"12.50"', 1250), ('"0"', 0)):
        back.add("valid", f"{value} is {fen} fen", "Normal", value=value, fen=fen)
    for value in ('"- 1"', '"--1"', '"(12.50)"', '"12.50-"', '"−1"'):
        back.add("invalid", value, "Decoration", value=value)
    yield back


def written(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def line(amount: Any, **more: Any) -> dict[str, Any]:
    return {"feedetlSn": "1", "cnt": "1", "pric": amount, "detItemFeeSumamt": amount, **more}


def formulas() -> Iterator[Group]:
    made = Group("AmountFormula", {"interface": "6201", "part": "request"})

    def add(comment: str, flag: str, data: Any, bad: str | None = None) -> None:
        text = data if isinstance(data, str) else written(data)
        made.add("invalid" if bad else "valid", comment, flag, data=text, bad=bad)

    split = {"fulamtOwnpayAmt": "2.00", "preselfpayAmt": "0.50", "inscpScpAmt": "10.00"}
    add("one line", "Sum", {"medfeeSumamt": "12.50", "feedetailList": [line("12.50")]})
    add("a line and the split", "Sum", {"medfeeSumamt": "12.50", **split, "feedetailList": [line("12.50")]})
    add("no lines at all", "Sum", {"medfeeSumamt": "12.50", "feedetailList": []})
    add("all zero", "Sum", {"medfeeSumamt": "0", "feedetailList": [line("0.00")]})
    add("0.1 + 0.2", "FenArithmetic", '{"medfeeSumamt":0.3,"feedetailList":[{"detItemFeeSumamt":0.1},{"detItemFeeSumamt":0.2}]}')  # fmt: skip
    add("ten of 0.1", "FenArithmetic", {"medfeeSumamt": "1", "feedetailList": [line("0.1")] * 10})
    add("300 lines of 0.07", "FenArithmetic", {"medfeeSumamt": "21.00", "feedetailList": [{"detItemFeeSumamt": "0.07"}] * 300})  # fmt: skip
    add("beyond a double", "FenArithmetic", {"medfeeSumamt": "99999999999999.99", "feedetailList": [line("99999999999999.98"), line("0.01")]})  # fmt: skip
    add("cnt times pric is not the line", "Sum", {"medfeeSumamt": "12.50", "feedetailList": [line("12.50", cnt="3", pric="4.1667")]})  # fmt: skip
    add("a part of the split absent", "AbsentIsZero", {"medfeeSumamt": "12.50", "fulamtOwnpayAmt": "12.50", "feedetailList": [line("12.50")]})  # fmt: skip
    add("one fen too much", "DetailSum", {"medfeeSumamt": "12.51", "feedetailList": [line("12.50")]}, "amounts.detail_sum")  # fmt: skip
    add("one fen too little", "DetailSum", {"medfeeSumamt": "12.49", "feedetailList": [line("12.50")]}, "amounts.detail_sum")  # fmt: skip
    add("a line forgotten", "DetailSum", {"medfeeSumamt": "12.50", "feedetailList": [line("12.50"), line("1.00")]}, "amounts.detail_sum")  # fmt: skip
    add(
        "in fen",
        "DetailSum",
        {"medfeeSumamt": "1250", "feedetailList": [line("12.50")]},
        "amounts.detail_sum",
    )
    add("a fen beyond a double", "DetailSum", {"medfeeSumamt": "99999999999999.99", "feedetailList": [line("99999999999999.98")]}, "amounts.detail_sum")  # fmt: skip
    add(
        "the split a fen off",
        "Split",
        {"medfeeSumamt": "12.50", **split, "inscpScpAmt": "10.01"},
        "amounts.split",
    )
    add("the split without the total", "Split", {"medfeeSumamt": "12.50", "fulamtOwnpayAmt": "0", "preselfpayAmt": "0", "inscpScpAmt": "0"}, "amounts.split")  # fmt: skip
    for value in ("-12.50", "12.505", "1E+1", "12,50", "十二"):
        add(f"a total of {value}", "AmountForm", {"medfeeSumamt": value, "feedetailList": [line("12.50")]}, "amounts.form")  # fmt: skip
    add(
        "a line of NaN",
        "AmountForm",
        {"medfeeSumamt": "12.50", "feedetailList": [line("NaN")]},
        "amounts.form",
    )
    add("a line without amount", "AmountForm", {"medfeeSumamt": "12.50", "feedetailList": [{"cnt": "1"}]}, "amounts.form")  # fmt: skip
    add(
        "a line that is a text",
        "AmountForm",
        {"medfeeSumamt": "12.50", "feedetailList": ["12.50"]},
        "amounts.form",
    )
    add("a negative line", "AmountForm", {"medfeeSumamt": "12.50", "feedetailList": [line("13.50"), line("-1.00")]}, "amounts.form")  # fmt: skip
    yield made
    for interface, part, extra in (("6202", "response", {"ordStas": "1"}), ("6301", "response", {"ordStas": "6"}), ("6302", "request", {"callType": "02"})):  # fmt: skip
        made = Group("AmountFormula", {"interface": interface, "part": part})
        four = {"feeSumamt": "12.50", "ownPayAmt": "2.50", "psnAcctPay": "3.00", "fundPay": "7.00", **extra}
        add("three parts", "Sum", four)
        add("four parts", "Sum", {**four, "feeSumamt": "13.00", "othFeeAmt": "0.50"})
        add("a part null, a part empty", "AbsentIsZero", {**four, "feeSumamt": "3.00", "ownPayAmt": None, "fundPay": ""})  # fmt: skip
        add("hospPartAmt is no part", "Sum", {**four, "hospPartAmt": "5.00"})
        add("all cash", "Sum", {**extra, "feeSumamt": "12.50", "ownPayAmt": "12.50", "psnAcctPay": "0.00", "fundPay": "0.00"})  # fmt: skip
        add("one fen too much", "Balance", {**four, "fundPay": "7.01"}, "amounts.balance")
        add("one fen too little", "Balance", {**four, "ownPayAmt": "2.49"}, "amounts.balance")
        add("the fund left out", "Balance", {**four, "fundPay": "0"}, "amounts.balance")
        add("the other part left out", "Balance", {**four, "feeSumamt": "13.00"}, "amounts.balance")
        add("a negative part that balances", "AmountForm", {**four, "ownPayAmt": "-2.50", "fundPay": "12.00"}, "amounts.form")  # fmt: skip
        add("three decimals", "AmountForm", {**four, "fundPay": "7.001"}, "amounts.form")
        yield made
    made = Group("AmountFormula", {"interface": "6203", "part": "request"})
    refund = {"totlRefdAmt": "12.50", "cashRefdAmt": "2.50", "psnAcctRefdAmt": "3.00", "fundRefdAmt": "7.00"}
    add("three parts", "Sum", refund)
    add("cash alone", "AbsentIsZero", {"totlRefdAmt": "2.50", "cashRefdAmt": "2.50"})
    add("one fen too much", "RefundSum", {**refund, "totlRefdAmt": "12.51"}, "amounts.refund_sum")
    add("one fen too little", "RefundSum", {**refund, "cashRefdAmt": "2.49"}, "amounts.refund_sum")
    add("the total alone", "RefundSum", {"totlRefdAmt": "12.50"}, "amounts.refund_sum")
    add("a negative part", "AmountForm", {**refund, "cashRefdAmt": "-2.50"}, "amounts.form")
    yield made


def make() -> dict[str, Any]:
    return vector_set(
        "amounts", "金额与合计", "Amounts and sums",
        (
            "AmountText: the JSON text `value` is `fen`, or no amount; negative ones only where the group says so.",
            "AmountFormula: does the business object `data` (JSON text) of that interface add up? `bad` names the one fact that does not hold.",
        ),
        NOTES, (*texts(), *formulas()),
    )  # fmt: skip
