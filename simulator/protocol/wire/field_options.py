"""The field tables as a profile has them: what clients were seen to write beyond the sheet's lengths and forms (sheet 22). Pure.

Each row widens (or narrows) some members of the messages by one `fields.*` option; the value of the base changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import schemas
from simulator.protocol.model.profile import Profile
from simulator.protocol.text.said import Said
from simulator.protocol.wire.amounts import MONEY_FIELDS

Part = Mapping[str, Any]
DATE_FORMS: Final[Mapping[str, tuple[str, str]]] = {
    "iso": (r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", "yyyy-MM-dd HH:mm:ss"),
    "14": ("[0-9]{14}", "yyyyMMddHHmmss"),
    "iso_ms": (r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}", "yyyy-MM-dd HH:mm:ss.SSS"),
    "17": ("[0-9]{17}", "yyyyMMddHHmmssSSS"),
    "13": ("[0-9]{13}", "1767229200000 (Unix ms)"),
}
"""Name of a form: its pattern and how people write it. All but `13` are Beijing time."""
_EXACT: Final = Said("以元为单位的金额, 最多四位小数, 第三、四位须为 0")
_SIGNED: Final = Said("以元为单位的金额, 冲销行可为负, 小数位数照旧")
_SIGNED_COUNT: Final = Said("数量, 冲销行可为负, 最多四位小数")
_TIMES: Final = ("begntime", "endtime", "feeOcurTime", "diagTime")
_AMOUNTS: Final = (*MONEY_FIELDS, "detItemFeeSumamt")


@dataclass(frozen=True, slots=True)
class FieldOption:
    """One option: the table names it applies to begin with `of`; `change(part, value)` gives the new part of a member.

    `optional(value)`: whether the member may be left out then.
    """

    option: str
    of: str
    members: tuple[str, ...]
    change: Callable[[Part, Any], Part]
    optional: Callable[[Any], bool] = lambda _value: False


def _longer(part: Part, most: int) -> Part:
    return {**part, "maxLength": most} if "maxLength" in part else part


def _flag(part: Part, how: str) -> Part:
    if how == "required":
        return part
    return {**part, "type": ["string", "null"], "enum": [*part["x-codes"], "", None]}


def _dates(part: Part, forms: tuple[str, ...]) -> Part:
    if "pattern" not in part or forms == ("iso", "14"):
        return part
    inner = "|".join(DATE_FORMS[form][0] for form in forms)
    empty = "^$|" if part["pattern"].startswith("^$") else ""
    kinds = [part["type"]] if isinstance(part["type"], str) else part["type"]
    return {
        **part,
        "type": [*kinds, "integer"] if "13" in forms and "integer" not in kinds else kinds,
        "pattern": f"{empty}^({inner})$",
        "x-form": " / ".join(DATE_FORMS[form][1] for form in forms),
    }


def _decimals(part: Part, most: int) -> Part:
    if most == 2 or "pattern" not in part:
        return part
    return {
        **part,
        "pattern": part["pattern"].replace("[0-9]{1,2})?$", "[0-9]{1,2}0{0,2})?$"),
        "x-form": str(_EXACT),
    }


def _negative(part: Part, how: str) -> Part:
    if how == "refuse" or "pattern" not in part:
        return part
    less = {name: value for name, value in part.items() if name != "minimum"}
    words = _SIGNED_COUNT if "{1,4}" in part["pattern"] else _SIGNED
    return {**less, "pattern": part["pattern"].replace("^(0|", "^-?(0|"), "x-form": str(words)}


ROWS: Final[tuple[FieldOption, ...]] = (
    FieldOption("fields.number_chars", "", ("chrgBchno", "iptOtpNo", "ipt_otp_no"), _longer),
    FieldOption("fields.rx_circ_flag", "centre/6201.", ("rxCircFlag",), _flag, lambda how: how == "optional"),
    FieldOption("fields.date_forms", "centre/6201.", _TIMES, _dates),
    FieldOption("fields.decimals", "centre/", _AMOUNTS, _decimals),
    FieldOption("fields.negative_lines", "centre/6201.", ("detItemFeeSumamt", "cnt"), _negative),
)


def table(name: str, profile: Profile | None = None) -> Mapping[str, Any]:
    """The schema `messages/<name>` under the options of a profile; as the file has it without one. Raises KeyError."""
    return table_of(name, None if profile is None else values(profile))


def values(profile: Profile) -> tuple[Any, ...]:
    """What the options of ROWS say, in their order: two profiles alike here share their tables."""
    found = (profile[row.option] for row in ROWS)
    return tuple(tuple(one) if isinstance(one, list) else one for one in found)


@lru_cache(maxsize=256)
def table_of(name: str, said: tuple[Any, ...] | None) -> Mapping[str, Any]:
    """The schema `messages/<name>` under these `values`; as the file has it for None. Raises KeyError."""
    schema = schemas.load(f"messages/{name}")
    if said is None:
        return schema
    chosen = [(row, value) for row, value in zip(ROWS, said, strict=True) if name.startswith(row.of)]
    return _changed(schema, chosen) if chosen else schema


def _changed(schema: Part, chosen: list[tuple[FieldOption, Any]]) -> Part:
    out = dict(schema)
    if "items" in out:
        out["items"] = _changed(out["items"], chosen)
    if "properties" not in out:
        return out
    members = {name: _changed(part, chosen) for name, part in out["properties"].items()}
    needed = list(out.get("required", ()))
    for row, value in chosen:
        for name in row.members:
            if name in members:
                members[name] = row.change(members[name], value)
                needed = [one for one in needed if one != name or not row.optional(value)]
    return {**out, "properties": members, **({"required": needed} if "required" in out else {})}
