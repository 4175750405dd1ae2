"""How the members of one scope are written: one value for each axis, the right one first. And how names are ordered."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple


class Manner(NamedTuple):
    """One way to write the members of the objects of one scope. The defaults are the right way (`sdk`)."""

    order: str = "code"
    null: str = "drop"
    empty: str = "drop"
    array: str = "drop"
    object: str = "keep"
    zero: str = "keep"
    false: str = "keep"
    blank: str = "keep"
    number: str = "quoted"
    boolean: str = "quoted"
    amount: str = "sent"
    text_amount: str = "sent"
    bare_text: str = "none"
    date: str = "sent"
    escape: str = "none"
    spaces: str = "none"
    container: str = "json"
    list: str = "json"
    items: str = "sent"
    names: str = "sent"


RIGHT: Final = Manner()
BARE: Final = Manner(object="drop", number="bare", boolean="bare")
SENT: Final[Mapping[str, str]] = {
    "order": "wire", "null": "null", "empty": "keep", "array": "keep", "number": "bare", "boolean": "bare",
}  # fmt: skip
"""The axes in which a compact writing without any tidying differs from the right one."""


class Spaces(NamedTuple):
    """What stands between the parts of JSON. `line`: the line end of an indented writing; `unit`: its indentation."""

    colon: str = ":"
    comma: str = ","
    line: str = ""
    unit: str = ""
    inner: str = ""
    last: str = ""


SPACES: Final[Mapping[str, Spaces]] = {
    "none": Spaces(),
    "after": Spaces(": ", ", "),
    "colon": Spaces(": "),
    "comma": Spaces(comma=", "),
    "around": Spaces(" : ", " , "),
    "around_colon": Spaces(" : "),
    "inner": Spaces(": ", ", ", inner=" "),
    "indent2": Spaces(": ", ",", "\n", "  "),
    "indent4": Spaces(": ", ",", "\n", "    "),
    "tab": Spaces(": ", ",", "\n", "\t"),
    "tab_tight": Spaces(":", ",", "\n", "\t"),
    "indent1": Spaces(": ", ",", "\n", " "),
    "indent3": Spaces(": ", ",", "\n", "   "),
    "lines": Spaces(": ", ",", "\n"),
    "lines_tight": Spaces(":", ",", "\n"),
    "crlf2": Spaces(": ", ",", "\r\n", "  "),
    "crlf4": Spaces(": ", ",", "\r\n", "    "),
    "jackson": Spaces(" : ", ", ", "\n", "  "),
    "jackson_crlf": Spaces(" : ", ", ", "\r\n", "  "),
    "last_comma": Spaces(last=","),
}
"""`jackson`: arrays stay on the line of their first item, as its default pretty printer has them."""

_INDEX: Final = re.compile(r"(?:0|[1-9][0-9]{0,9})\Z", re.ASCII)
"""Names that JavaScript takes for an index and puts first."""
_BEFORE: Final = re.compile(r"(?<=[a-z0-9])[A-Z]")
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
NAMES: Final[Mapping[str, Callable[[str], str]]] = {
    "sent": lambda name: name,
    "lower": str.lower,
    "upper": str.upper,
    "capital": lambda name: name[:1].upper() + name[1:],
    "camel": lambda name: name[:1].lower() + name[1:],
    "snake": lambda name: _WORD.sub("_", name).lower(),
    "snake_kept": lambda name: _BEFORE.sub(lambda match: "_" + match.group().lower(), name),
}
"""How names are written. `snake_kept`: only capitals behind a small letter or digit change."""


def code_units(name: str) -> bytes:
    """Java, C# and JavaScript compare UTF-16 code units."""
    return name.encode("utf-16-be", "surrogatepass")


def _locale(name: str) -> tuple[list[tuple[int, str]], str]:
    """Marks, then digits, then letters without case: as collations of languages have it; small letters first of two."""
    ranks = [(0 if not mark.isalnum() else 1 if mark.isdigit() else 2, mark.lower()) for mark in name]
    return ranks, name.swapcase()


_KEYS: Final[Mapping[str, Callable[[str], object]]] = {
    "code": code_units,
    "descending": code_units,
    "points": lambda name: name,
    "nocase": lambda name: (name.lower(), code_units(name)),
    "nocase_upper": lambda name: (name.upper(), code_units(name)),
    "nocase_descending": lambda name: (name.lower(), code_units(name)),
    "locale": _locale,
    "small_first": lambda name: code_units(name.swapcase()),
    "length": lambda name: (len(name), code_units(name)),
    "length_only": len,
    "first": lambda name: code_units(name[:1]),
    "numeric": lambda name: (0, int(name), b"") if _INDEX.match(name) else (1, 0, code_units(name)),
}
ORDERS: Final = (*_KEYS, "wire", "wire_reversed", "hash", "hash_kept")


def ordered(names: list[str], order: str) -> list[int]:
    """The positions of `names` in an order of `ORDERS`."""
    places = list(range(len(names)))
    if order == "wire":
        return places
    if order == "wire_reversed":
        return places[::-1]
    if order in ("hash", "hash_kept"):
        slots = 16
        while slots * 3 < len(names) * 4:  # a HashMap doubles at three quarters
            slots *= 2
        return sorted(places, key=lambda at: _spread(names[at]) % slots)
    key = _KEYS[order]
    if order in ("code", "points") and "".join(names).isascii():
        return sorted(places, key=names.__getitem__)
    return sorted(places, key=lambda at: key(names[at]), reverse=order.endswith("descending"))  # type: ignore[arg-type, return-value]


def _spread(name: str) -> int:
    """The hash of java.util.HashMap; of names in one bucket the earlier stays first."""
    value, units = 0, code_units(name)
    for at in range(0, len(units), 2):
        value = (31 * value + int.from_bytes(units[at : at + 2], "big")) & 0xFFFFFFFF
    return value ^ (value >> 16)
