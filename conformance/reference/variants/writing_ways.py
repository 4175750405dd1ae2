"""Other right ways to write a message."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.change import Variant, business_with, sealed_with, upload_with, with_points
from simulator.protocol.text.jsontext import Num
from simulator.protocol.wire.envelope import ChannelKeys

MEMBERS: Final = ("appId", "version", "encType", "signType", "timestamp", "encData", "signData")
AMOUNTS: Final = frozenset(
    (
        "medfeeSumamt", "fulamtOwnpayAmt", "overlmtSelfpay", "preselfpayAmt", "inscpScpAmt", "detItemFeeSumamt", "cnt", "pric",
        "totlRefdAmt", "cashRefdAmt", "psnAcctRefdAmt", "fundRefdAmt",
    )
)  # fmt: skip
"""Members that the sheet allows as JSON numbers (sheet 2.3)."""
OPTIONAL: Final = frozenset(
    (
        "uldLatlnt", "setlLatlnt", "mainCondDscr", "diseCodg", "diseName", "diseinfoList", "overlmtSelfpay", "atddrNo", "drName",
        "mdtrtCertType", "rxno", "feeOcurTimeEnd", "hospApprFlag",
    )
)  # fmt: skip
"""Members of 6201 and 6202 that may be left out (sheet 6.1, 6.3)."""


def _shuffled(keys: ChannelKeys, now_ms: int) -> Mapping[str, Any]:
    del keys, now_ms
    return {"order": tuple(sorted(MEMBERS, key=lambda _: secrets.randbits(32)))}


def _backwards(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _backwards(value[name]) for name in reversed(value)}
    return [_backwards(item) for item in value] if isinstance(value, list) else value


def _as_numbers(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _as_numbers(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_numbers(item) for item in value]
    return Num(_short(value)) if name in AMOUNTS and isinstance(value, str) and value else value


def _short(amount: str) -> str:
    """As libraries write numbers: 60.00 as 60, 25.50 as 25.5."""
    return amount.rstrip("0").rstrip(".") if "." in amount else amount


def _with_more(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "hisVersion": "8.2", "extendInfo": {"terminal": "mp", "tags": ["a", "b"]}, "reserve1": ""}


def _without_optional(data: dict[str, Any]) -> dict[str, Any]:
    return {name: _needed(value) for name, value in data.items() if name not in OPTIONAL}


def _needed(value: Any) -> Any:
    return [_without_optional(item) for item in value] if isinstance(value, list) else value


WRITING: Final = (
    # Send the timestamp as a 13-digit JSON number (sheet 2.1: a form of the Java SDK).
    Variant(
        "timestamps_number",
        "时间戳用 13 位毫秒数字",
        sealed_with(lambda _keys, _now: {"timestamp_form": "13n"}),
        decides=("timestamp",),
    ),
    # Send the timestamp in seconds (sheet 2.1).
    Variant(
        "timestamps_seconds",
        "时间戳用 10 位秒",
        sealed_with(lambda _keys, _now: {"timestamp_form": "10"}),
        decides=("timestamp",),
    ),
    # Send the envelope's members in another order each time (sheet 2.1: the order is irrelevant).
    Variant("wire_order", "外层字段每次换一种顺序", sealed_with(_shuffled), decides=("envelope order",)),
    # Write encData in lower case (sheet 2.1: both are taken).
    Variant(
        "lower_case_cipher",
        "encData 的十六进制用小写",
        sealed_with(lambda _keys, _now: {"enc_case": "lower"}),
        decides=("cipher form",),
    ),
    # Write the members of the business data, also inside lists, the other way round (sheet 3.2: sorted for the signature).
    Variant("members_backwards", "业务字段倒着写", business_with(_backwards), decides=("member order",)),
    # Send members that the sheet does not know (sheet 2.3: additional members are ignored).
    Variant(
        "extra_members", "业务数据里多带自己的字段", business_with(_with_more), decides=("extra members",)
    ),
    # Leave out what may be left out (sheet 6.1, 6.3).
    Variant(
        "fewer_members",
        "可以不填的字段都不填",
        business_with(_without_optional),
        decides=("optional members",),
    ),
    # Write amounts, prices and counts as JSON numbers (sheet 2.3: text or number).
    Variant(
        "amounts_as_numbers",
        "金额、单价、数量写成 JSON 数字",
        business_with(_as_numbers),
        decides=("amount form",),
    ),
    # Write begntime as 14 digits (sheet 6.1; 2201 has another form).
    Variant(
        "begntime_digits",
        "6201 的 begntime 写成 14 位数字",
        upload_with(lambda data: {**data, "begntime": "".join(filter(str.isdigit, data["begntime"]))}),
        decides=("begntime",),
    ),
    # Give orders long numbers with hyphen and underscore (contracts 10: 1-64 characters).
    Variant(
        "long_order_numbers",
        "medOrgOrd 用 60 位, 带连字符与下划线",
        with_points(ordering={"order_number": lambda number: f"HIS-{number}_{'0' * 34}".ljust(60, "9")[:60]}),
        decides=("order number",),
    ),
    # Leave the account flag of 6201 to 6202, which decides (sheet 6.1, 6.3).
    Variant(
        "flag_in_order_only",
        "6201 的 acctUsedFlag 留空, 只在 6202 里写",
        upload_with(lambda data: {**data, "acctUsedFlag": ""}),
        decides=("account flag",),
    ),
)
