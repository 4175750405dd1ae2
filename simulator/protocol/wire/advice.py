"""What a field leaves open and yet looks wrong: facts that are said and never refused (contracts 10). Pure.

A note is there only when there is something to say; its name begins with `note.` and stands in `opened.ADVISORY`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

import schemas
from simulator.protocol.model.profile import Profile
from simulator.protocol.text.fields import rows, text
from simulator.protocol.text.said import Said, Text, listed
from simulator.protocol.text.unfit import LISTED, Path, Unfit, grouped, name_of
from simulator.protocol.wire.amounts import MONEY_FIELDS, Written
from simulator.protocol.wire.facts import Fact, Facts
from simulator.protocol.wire.schema_facts import page_of

LATITUDES: Final = (Decimal(3), Decimal(54))
LONGITUDES: Final = (Decimal(73), Decimal(136))
"""What lies in China: a pair that fits only the other way round was written latitude first."""
WALLET_ORDER_CHARS: Final = 20
"""The longest order number that a wallet's mixed order takes as `serial_no` (centre sheet 10.1, assumed)."""
ROWS_TOLD: Final = 5
SHEET_PLACES: Final = 2
_PLACES: Final = ("uldLatlnt", "setlLatlnt")
_FEN: Final = Decimal("0.01")


def advice_facts(name: str, data: Any, profile: Profile | None = None) -> Facts:
    """The notes about a business object whose field table is `name`, e.g. `centre/6201.request`. They quote amounts only.

    `profile`: what its `fields.*` options let pass that the tables do not have is noted too.
    """
    if not isinstance(data, Mapping):
        return ()
    how = Written.of(profile)
    return (
        *_places(data), *_lines(data), *_codes(name, data), *_order_number(data),
        *(_long_decimals(data) if how.places > SHEET_PLACES else ()),
        *(_negative_lines(data) if how.negative_lines else ()),
    )  # fmt: skip


def _places(data: Mapping[str, Any]) -> Iterator[Fact]:
    for member in _PLACES:
        first, comma, second = text(data, member).partition(",")
        one, other = _number(first), _number(second)
        if not comma or one is None or other is None:
            continue
        if _within(one, LATITUDES) and _within(other, LONGITUDES):
            note = Said("{} 像是纬度写在前面: 应先写经度再写纬度, 例如 106.551556,29.563009", member)
            yield Fact("note.place", False, note, {"field": member})
        elif one == other == 0:
            note = Said("{} 是 0,0: 没有取到位置时, 结算可能因此被拒", member)
            yield Fact("note.place", False, note, {"field": member})


def _lines(data: Mapping[str, Any]) -> Iterator[Fact]:
    wrong: list[Text] = []
    numbers = []
    for number, row in enumerate(rows(data, "feedetailList"), 1):
        price, count, total = (_number(text(row, name)) for name in ("pric", "cnt", "detItemFeeSumamt"))
        if price is None or count is None or total is None:
            continue
        product = (price * count).quantize(_FEN, ROUND_HALF_UP)
        if abs(product - total) > _FEN:  # a fen is what rounding the price leaves
            numbers.append(number)
            if len(wrong) < ROWS_TOLD:
                one, many, is_, said = map(str, (price, count, product, total))
                wrong.append(Said("第 {} 行 {} × {} = {}, 写的是 {}", number, one, many, is_, said))
    if wrong:
        told = listed(
            "; ",
            (*wrong, Said("另有 {} 处", len(numbers) - ROWS_TOLD)) if len(numbers) > ROWS_TOLD else wrong,
        )
        note = Said("单价 pric × 数量 cnt 与明细金额 detItemFeeSumamt 不等: {}", told)
        yield Fact("note.line_total", False, note, {"rows": numbers[:LISTED], "count": len(numbers)})


def _long_decimals(data: Mapping[str, Any]) -> Iterator[Fact]:
    """Amounts with more decimals than the sheet has, which the profile lets pass."""
    named = [(one, text(data, one)) for one in MONEY_FIELDS]
    named += [
        (f"feedetailList[{number}].detItemFeeSumamt", text(row, "detItemFeeSumamt"))
        for number, row in enumerate(rows(data, "feedetailList"), 1)
    ]
    found = [one for one, said in named if len(said.partition(".")[2]) > SHEET_PLACES]
    if found:
        note = Said("金额的小数多于两位(此处放行, 别的地方可能被拒): {}", listed(", ", found[:LISTED]))
        yield Fact("note.decimals", False, note, {"fields": found[:LISTED], "count": len(found)})


def _negative_lines(data: Mapping[str, Any]) -> Iterator[Fact]:
    found = [
        number
        for number, row in enumerate(rows(data, "feedetailList"), 1)
        if any(text(row, member).startswith("-") for member in ("detItemFeeSumamt", "cnt"))
    ]
    if found:
        lines = listed(", ", map(str, found[:LISTED]))
        note = Said("第 {} 行是负数明细(此处放行, 别的地方可能被拒)", lines)
        yield Fact("note.negative_line", False, note, {"rows": found[:LISTED], "count": len(found)})


def _codes(name: str, data: Mapping[str, Any]) -> Iterator[Fact]:
    try:
        schema = schemas.load(f"messages/{name}")
    except KeyError:
        return
    found = [(one, n) for one, n in grouped(_unknown_codes(schema, data, ())) if n]
    if found:
        said = [
            Said("{} 的值不在已知代码 {} 之中", name_of(one), listed(", ", map(str, one.limit)))
            for one, _ in found[:LISTED]
        ]
        note = Said("{} (见 docs/{})", listed("; ", said), page_of(name))
        yield Fact(
            "note.codes", False, note, {"fields": [".".join(map(str, one.path)) for one, _ in found[:LISTED]]}
        )


def _unknown_codes(schema: Mapping[str, Any], value: Any, path: Path) -> Iterator[Unfit]:
    if isinstance(value, Mapping):
        for name, part in schema.get("properties", {}).items():
            if name in value:
                yield from _unknown_codes(part, value[name], (*path, name))
    elif isinstance(value, (list, tuple)):
        for number, row in enumerate(value if "items" in schema else ()):
            yield from _unknown_codes(schema["items"], row, (*path, number))
    elif "x-codes" in schema and "enum" not in schema and str(value or "") not in ("", *schema["x-codes"]):
        yield Unfit("x-codes", tuple(schema["x-codes"]), path, schema)


def _order_number(data: Mapping[str, Any]) -> Iterator[Fact]:
    size = len(text(data, "medOrgOrd"))
    if size > WALLET_ORDER_CHARS:
        note = Said("medOrgOrd 有 {} 个字符: 经钱包混合支付时最长 {} 个", size, WALLET_ORDER_CHARS)
        yield Fact("note.order_number", False, note, {"chars": size})


def _number(value: str) -> Decimal | None:
    try:
        number = Decimal(value) if len(value) <= 40 else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and abs(number.adjusted()) < 30 else None


def _within(number: Decimal, bounds: tuple[Decimal, Decimal]) -> bool:
    return bounds[0] <= number <= bounds[1]
