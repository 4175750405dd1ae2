"""How programs rewrite a value before they sign it: numbers through doubles and scales, dates, booleans. Pure tables.

Each function takes the text of a value and gives the text that such a program writes; what it does not touch comes
back as it was.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from typing import Final

from simulator.protocol.text.canonical import through_double
from simulator.protocol.text.times import BEIJING

Rewrite = Callable[[str], str]

NUMERIC: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?\Z", re.ASCII)
"""A text that JSON would take for a number."""
AMOUNT: Final = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+\Z", re.ASCII)
"""A text with a decimal point: what programs take for an amount."""
LONGEST: Final = 40
"""Characters of a number that anything here reckons with."""
SAFE: Final = 2**53


def decimal_of(text: str) -> Decimal | None:
    """The number of a text, or None when it is none or longer than LONGEST."""
    if len(text) > LONGEST or not NUMERIC.match(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:  # pragma: no cover - the pattern admits none
        return None


def is_zero(text: str) -> bool:
    """Whether a text is a number and zero."""
    number = decimal_of(text)
    return number is not None and number == 0


def left_out(text: str, choice: str, kind: str) -> bool:
    """Whether a zero is left out by a choice of `drop`, `drop_numbers`, `drop_texts`, `drop_short`, `drop_short_texts`."""
    if choice == "drop_php":  # empty() of PHP: zero in any form, of texts only "0"
        return is_zero(text) if kind == "numbers" else text == "0"
    if choice not in ("drop", "drop_short") and not choice.endswith(kind):
        return False
    return text == "0" if choice.startswith("drop_short") else is_zero(text)


def _decimal(change: Callable[[Decimal], str]) -> Rewrite:
    def rewrite(text: str) -> str:
        number = decimal_of(text)
        if number is None or abs(number.adjusted()) > LONGEST:
            return text
        with localcontext() as context:
            context.prec = 3 * LONGEST
            return change(number)

    return rewrite


def _scaled(places: int, *, only_points: bool = False, rounding: str = ROUND_HALF_UP) -> Rewrite:
    unit = Decimal(1).scaleb(-places)
    change = _decimal(lambda number: format(number.quantize(unit, rounding), "f"))
    return (lambda text: change(text) if "." in text else text) if only_points else change


def _stripped(number: Decimal) -> str:
    return format(number.normalize(), "f") if number else "0"


def _big_decimal(number: Decimal) -> str:
    """BigDecimal.stripTrailingZeros().toString(): 100 becomes 1E+2."""
    return str(number.normalize()) if number else "0"


def _python(text: str) -> str:
    return text if decimal_of(text) is None else repr(float(text))


def _csharp(text: str) -> str:
    """double.ToString("R"): 12.50 is 12.5, 0.00001 is 1E-05."""
    if decimal_of(text) is None:
        return text
    told = repr(float(text))
    mantissa, mark, exponent = told.partition("e")
    mantissa = mantissa.removesuffix(".0")
    return (
        f"{mantissa}E{exponent[0] if exponent[0] in '+-' else '+'}{exponent.lstrip('+-').zfill(2)}"
        if mark
        else mantissa
    )


def _python_points(text: str) -> str:
    """json.loads keeps whole numbers whole; only those with a point become doubles."""
    return _python(text) if not text.lstrip("-").isdigit() else text


def _java_points(text: str) -> str:
    return through_double(text, "java") if not text.lstrip("-").isdigit() else text


def _long(text: str) -> str:
    """Only whole numbers that a double cannot hold change."""
    whole = text.lstrip("-").isdigit() and len(text) <= LONGEST and abs(int(text)) > SAFE
    return through_double(text, "js") if whole else text


_BARE_ZERO: Final = re.compile(r"^(-?)0\.")


def _single(text: str) -> str:
    """Numbers with a point through single precision, with its noise: 23.07 is 23.06999969482422."""
    if text.lstrip("-").isdigit():
        return text
    try:
        return through_double(repr(struct.unpack("f", struct.pack("f", float(text)))[0]), "js")
    except (OverflowError, ValueError):
        return text


def _fen_cut(number: Decimal) -> str:
    return str(int(number * 100))


def _long_whole(text: str) -> bool:
    """A whole number that programs take for an identifier and leave alone."""
    return len(text) > 15 and text.lstrip("-").isdigit()


def _exponent(number: Decimal) -> str:
    """Scientific writing of every number: 12.5 is 1.25E1."""
    if not number:
        return "0E0"
    mantissa, _, power = f"{number.normalize():E}".partition("E")
    return f"{mantissa}E{int(power)}"


def _fen(number: Decimal) -> str:
    return format((number * 100).quantize(Decimal(1), ROUND_HALF_UP), "f")


def as_double(text: str, dialect: str) -> str:
    """`through_double` of a number that is short enough."""
    return text if decimal_of(text) is None else through_double(text, dialect)


_EVEN2: Final = _scaled(2, rounding=ROUND_HALF_EVEN)
_EVEN4: Final = _scaled(4, rounding=ROUND_HALF_EVEN)
NUMBERS: Final[Mapping[str, Rewrite]] = {
    "js": lambda text: as_double(text, "js"),
    "java": lambda text: as_double(text, "java"),
    "java_points": lambda text: _java_points(text) if decimal_of(text) is not None else text,
    "csharp": _csharp,
    "python": _python,
    "python_points": _python_points,
    "long": _long,
    "scale2": _scaled(2),
    "scale2_points": _scaled(2, only_points=True),
    "scale4": _scaled(4),
    "scale4_points": _scaled(4, only_points=True),
    "scale1": _scaled(1),
    "scale6": _scaled(6),
    "scale1_points": _scaled(1, only_points=True),
    "scale3_points": _scaled(3, only_points=True),
    "scale6_points": _scaled(6, only_points=True),
    "cut2": _scaled(2, rounding=ROUND_DOWN),
    "stripped": _decimal(_stripped),
    "plain": _decimal(lambda number: format(number, "f")),
    "big_decimal": _decimal(_big_decimal),
    "exponent": _decimal(_exponent),
    "exponent_plus": _decimal(lambda number: f"{number:E}"),
    "exponent_padded": lambda text: text if decimal_of(text) is None else f"{float(text):e}",
    "exponent_lower": _decimal(lambda number: f"{number:e}"),
    "fen": _decimal(_fen),
    "fen_points": lambda text: _decimal(_fen)(text) if "." in text else text,
    "whole": _scaled(0, rounding=ROUND_DOWN),
    "rounded": _scaled(0),
    "grouped": _decimal(lambda number: f"{number:,f}"),
    "plus": _decimal(lambda number: f"{number:+f}"),
    "trimmed_zero": lambda text: _BARE_ZERO.sub(r"\1.", text),
    "float32": lambda text: _single(text) if decimal_of(text) is not None else text,
    "comma": lambda text: text.replace(".", ","),
    "stripped_points": lambda text: (
        text.rstrip("0").rstrip(".") if "." in text and text.isascii() and "e" not in text.lower() else text
    ),
    "fen_cut": lambda text: _decimal(_fen_cut)(text) if "." in text and "e" not in text.lower() else text,
    "scale2_even": lambda text: text if _long_whole(text) else _EVEN2(text),
    "scale4_even": lambda text: text if _long_whole(text) else _EVEN4(text),
    "grouped_short": lambda text: (
        text if _long_whole(text) else _decimal(lambda number: f"{number:,f}")(text)
    ),
}
"""Ways to rewrite a number."""


def _only_amounts(rewrite: Rewrite) -> Rewrite:
    return lambda text: rewrite(text) if len(text) <= LONGEST and AMOUNT.match(text) else text


_POINTED: Final = re.compile(r"\d{1,12}\.\d+\Z", re.ASCII)
TEXT_AMOUNTS: Final[Mapping[str, Rewrite]] = {
    name: _only_amounts(NUMBERS[name])
    for name in (
        "js",
        "java",
        "scale2",
        "scale4",
        "scale1_points",
        "stripped",
        "fen",
        "whole",
        "grouped",
        "exponent",
    )
} | {
    "scale2_all": lambda text: NUMBERS["scale2"](text),
    "java_all": lambda text: NUMBERS["java"](text),
    "scale2_even": lambda text: NUMBERS["scale2_even"](text) if _POINTED.match(text) else text,
    "unled": lambda text: (text.lstrip("0") or "0") if text.isascii() and text.isdigit() else text,
}
"""Ways to rewrite a text that is an amount; `_all`: every text that reads as a number."""

_MOMENT: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)\Z", re.ASCII)
_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)\Z", re.ASCII)
_DIGITS: Final = re.compile(r"(20\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\Z", re.ASCII)


def _dated(form: str, *patterns: re.Pattern[str]) -> Rewrite:
    """Texts of the patterns by a strftime-like form: `%Y %m %d %H %M %S`, `%s` epoch milliseconds, `%u` seconds."""

    def rewrite(text: str) -> str:
        for pattern in patterns:
            match = pattern.match(text) if len(text) <= 19 else None
            if match is not None:
                return _form(match.groups(), form) or text
        return text

    return rewrite


def _form(parts: tuple[str, ...], form: str) -> str:
    full = (*parts, *("00",) * (6 - len(parts)))
    if "%s" in form or "%u" in form:
        try:
            year, month, day, hour, minute, second = map(int, full)
            moment = datetime(year, month, day, hour, minute, second, tzinfo=BEIJING)
            seconds = int(moment.timestamp())
        except (ValueError, OverflowError):
            return ""
        return form.replace("%s", str(seconds * 1000)).replace("%u", str(seconds))
    for mark, part in zip(("%Y", "%m", "%d", "%H", "%M", "%S"), full, strict=True):
        form = form.replace(mark, part)
    return form


def _moved(hours: int, form: str) -> Rewrite:
    """A moment some hours away, by strftime; `{0}` is the moment itself."""

    def rewrite(text: str) -> str:
        match = _MOMENT.match(text) if len(text) == 19 else None
        if match is None:
            return text
        try:
            moment = datetime(*(int(part) for part in match.groups())) + timedelta(hours=hours)  # type: ignore[arg-type]
        except (ValueError, OverflowError):
            return text
        return moment.strftime(form.format(moment)) if moment.year >= 1000 else text

    return rewrite


_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _gson(text: str) -> str:
    """A Date as Gson writes it by default: Jan 1, 2026 9:00:00 AM."""
    match = _MOMENT.match(text) if len(text) == 19 else None
    if match is None or not 1 <= int(match[2]) <= 12:
        return text
    year, month, day, hour = (int(match[at]) for at in range(1, 5))
    half = "AM" if hour < 12 else "PM"
    return f"{_MONTHS[month - 1]} {day}, {year} {hour % 12 or 12}:{match[5]}:{match[6]} {half}"


_PHP: Final = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)


def php_number(text: str) -> str | None:
    """What JSON_NUMERIC_CHECK of PHP makes of a text; None where it stays a text."""
    if len(text) > LONGEST or not _PHP.match(text):
        return None
    if "." not in text and abs(int(text)) < 2**63:
        return str(int(text))
    if "." not in text:
        digits, power = f"{float(text):.16e}".split("e")
        return f"{digits.rstrip('0')}e+{int(power)}"
    shown = text.rstrip("0").rstrip(".")
    return shown if "." in shown else shown + ".0"


DATES: Final[Mapping[str, Rewrite]] = {
    "digits": _dated("%Y%m%d%H%M%S", _MOMENT),
    "t": _dated("%Y-%m-%dT%H:%M:%S", _MOMENT),
    "t_zone": _dated("%Y-%m-%dT%H:%M:%S+08:00", _MOMENT),
    "t_zone_ms": _dated("%Y-%m-%dT%H:%M:%S.000+08:00", _MOMENT),
    "t_zone_basic": _dated("%Y-%m-%dT%H:%M:%S.000+0800", _MOMENT),
    "t_ms": _dated("%Y-%m-%dT%H:%M:%S.000", _MOMENT),
    "tenths": _dated("%Y-%m-%d %H:%M:%S.0", _MOMENT),
    "millis": _dated("%Y-%m-%d %H:%M:%S.000", _MOMENT),
    "day": _dated("%Y-%m-%d", _MOMENT),
    "day_digits": _dated("%Y%m%d", _MOMENT, _DAY),
    "minutes": _dated("%Y-%m-%d %H:%M", _MOMENT),
    "t_utc": _moved(-8, "%Y-%m-%dT%H:%M:%SZ"),
    "t_utc_ms": _moved(-8, "%Y-%m-%dT%H:%M:%S.000Z"),
    "zone_before": _moved(-8, "%Y-%m-%d %H:%M:%S"),
    "zone_after": _moved(8, "%Y-%m-%d %H:%M:%S"),
    "slashes_short": _moved(0, "%Y/{0.month}/{0.day} {0.hour}:%M:%S"),
    "slashes": _dated("%Y/%m/%d %H:%M:%S", _MOMENT),
    "epoch": _dated("%s", _MOMENT),
    "epoch_seconds": _dated("%u", _MOMENT),
    "day_with_time": _dated("%Y-%m-%d 00:00:00", _DAY),
    "day_slashes": _dated("%Y/%m/%d", _DAY),
    "day_t": _dated("%Y-%m-%dT00:00:00", _DAY),
    "gson": lambda text: _gson(text),
    "iso_of_digits": _dated("%Y-%m-%d %H:%M:%S", _DIGITS),
}
"""Ways to rewrite a text that is a date."""

BOOLEANS: Final[Mapping[str, tuple[str | None, str | None]]] = {
    "quoted": ('"true"', '"false"'),
    "bare": ("true", "false"),
    "title": ('"True"', '"False"'),
    "title_bare": ("True", "False"),
    "upper": ('"TRUE"', '"FALSE"'),
    "bit": ('"1"', '"0"'),
    "bit_bare": ("1", "0"),
    "letter": ('"Y"', '"N"'),
    "php": ('"1"', '""'),
    "php_drop": ('"1"', None),
    "drop": (None, None),
}
"""A boolean inside JSON: (true, false)."""
NULLS: Final[Mapping[str, str | None]] = {
    "drop": None,
    "null": "null",
    "text": '"null"',
    "empty": '""',
    "none": '"None"',
    "word": "None",
    "undefined": "undefined",
}
"""A null inside JSON; None: left out."""
