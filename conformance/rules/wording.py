"""Words on a patient's screen that may say another thing than the icon beside them. Pure."""

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
