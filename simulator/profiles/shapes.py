"""What the value of some options must look like beyond its kind; one function an option, a Chinese hint or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from simulator.protocol.model.order_table import EVENTS, STATES

MOST_ATTEMPTS = 20
MOST_ADDRESS = 2048


def transitions(value: list[Any]) -> str:
    """`states.extra_transitions`: rows `{before, event, after}` of known states and events."""
    for row in value:
        if not isinstance(row, Mapping) or set(row) != {"before", "event", "after"}:
            return '每项写 {before: "4", event: undecided, after: "14"}'
        for end in ("before", "after"):
            if row[end] != "" and row[end] not in STATES:
                return f"{end}: 写带引号的订单状态 0 到 17, 或空文本, 不是 {row[end]!r}"
        if row["event"] not in EVENTS:
            return f"event: 没有事件 {row['event']!r}, 可用: {' '.join(EVENTS)}"
    return ""


def classes(value: Mapping[str, Any]) -> str:
    """`catalogue.classes`: prefix -> `{ownpay, preselfpay}` in per cent."""
    for prefix, parts in value.items():
        if not isinstance(prefix, str) or not isinstance(parts, Mapping):
            return "每项写 前缀: {ownpay: 0, preselfpay: 10}"
        if not set(parts) <= {"ownpay", "preselfpay"}:
            return f"{prefix}: 只有 ownpay 与 preselfpay 两项"
        for name, share in parts.items():
            if isinstance(share, bool) or not isinstance(share, int) or not 0 <= share <= 100:
                return f"{prefix}.{name}: 写 0 到 100 的整数(百分比), 不是 {share!r}"
    return ""


def codes(value: Mapping[str, Any]) -> str:
    """`codes.override`: our code -> text, or `{code, message}`."""
    for code, other in value.items():
        texts = other.values() if isinstance(other, Mapping) else (other,)
        known = not isinstance(other, Mapping) or set(other) <= {"code", "message"}
        if not str(code).startswith("LT-") or not known or not all(isinstance(one, str) for one in texts):
            return '每项写 LT-…: {code: "当地的码", message: "当地的文字"}'
    return ""


def pattern(value: str) -> str:
    """`order.med_org_ord`: a regular expression."""
    try:
        re.compile(value)
    except re.error as error:
        return f"不是正则表达式: {error}"
    return ""


def attempts(value: list[Any]) -> str:
    """`notify.plan_ms`: at most 20 deliveries."""
    return "" if len(value) <= MOST_ATTEMPTS else f"最多写 {MOST_ATTEMPTS} 项"


def copies(value: int) -> str:
    """`notify.copies`: 1 to 20."""
    return "" if 1 <= value <= MOST_ATTEMPTS else f"写 1 到 {MOST_ATTEMPTS}, 不是 {value}"


def address(value: str) -> str:
    """`upload.cashier_url`: empty, or an absolute address (sheet 6.2: at most 2048 characters)."""
    fits = not value or (value.startswith(("http://", "https://")) and len(value) <= MOST_ADDRESS)
    return "" if fits else f"写空文本或 http(s):// 开头、不超过 {MOST_ADDRESS} 个字符的地址"


def paths(value: list[Any]) -> str:
    """`fsi.prefixes`, `fsi.single_entries`: beginnings of paths."""
    wrong = [one for one in value if one and not re.fullmatch(r"(/[A-Za-z0-9_.-]+)+", one)]
    return f"每项写 / 开头、不以 / 结尾的路径, 不是 {wrong[0]!r}" if wrong else ""


SHAPES: Mapping[str, Callable[[Any], str]] = {
    "states.extra_transitions": transitions,
    "catalogue.classes": classes,
    "codes.override": codes,
    "order.med_org_ord": pattern,
    "notify.plan_ms": attempts,
    "notify.copies": copies,
    "upload.cashier_url": address,
    "fsi.prefixes": paths,
    "fsi.single_entries": paths,
}
