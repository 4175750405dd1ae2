"""Words on a patient's screen: another thing than the icon beside them, no more than the icon, and amounts. Pure."""

from __future__ import annotations

import re

NOT_PAID = re.compile(
    r"(?<![未不勿无])(支付失败|付款失败|交易失败|支付未成功|未支付成功|支付不成功|重新支付|再次支付|重新付款|再付一次)"
)
PAID = re.compile(r"(?<![未不没否])(支付成功|付款成功|已支付成功|缴费成功)")
SOFTENED = re.compile(r"[勿别莫如若]|不要|不用|无需|切忌|是否|以免|避免|等待|核对|确认中|可能|前请|后再")
"""Words that turn such a sentence into a warning or a condition; then it says nothing that could be wrong."""


def contradicts(icon: str, words: str) -> bool:
    """Whether the words may say another thing than the icon, each clause on its own; for a person to judge."""
    odd = {"pending": (NOT_PAID, PAID), "success": (NOT_PAID,)}.get(icon, (PAID,))
    clauses = re.split(r"[,，.。;；:：!！?？\n]", words)
    return any(one.search(clause) and not SOFTENED.search(clause) for clause in clauses for one in odd)


FAILED = re.compile(
    r"操作|业务|交易|支付|付款|缴费|结算|退费|退款|取消|挂号|预约|请求|申请|提交|处理|办理|本次|此次|您的|系统|服务"
    r"|未能|未成功|不成功|没有成功|失败|未通过|不通过|被?拒绝|错误|出错|异常|有误|抱歉|对不起|很|非常|了|的"
    r"|payment|refund|operation|transaction|request|system|failed|failure|fail|error|refused|rejected|declined|sorry",
    re.IGNORECASE,
)
"""Words that say that something was tried and did not go through, and no more than that."""


def only_says_failed(words: str) -> bool:
    """Whether nothing is left of the words beside what was tried and that it failed: neither a reason nor a next step."""
    return not re.search(r"[^\W_]", FAILED.sub("", words))


MONEY = re.compile(r"([¥￥]\s*)?(?<![\d.])(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,2}))?(?![\d.])(\s*元)?")


def money_in(words: str) -> set[int]:
    """The amounts that the words name, in fen: two decimals, or a sign or 元 beside the number; other numbers are none."""
    found = set[int]()
    for sign, whole, decimals, unit in MONEY.findall(words):
        if sign or unit or len(decimals) == 2:
            found.add(int(whole.replace(",", "")) * 100 + int(decimals.ljust(2, "0") or 0))
    return found
