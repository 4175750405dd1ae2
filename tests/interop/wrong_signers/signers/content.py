"""Mistakes in what stands in the business object: order, empties, numbers, dates, texts."""

from __future__ import annotations

import datetime
import html
import json
import re
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from . import tree
from .plan import Context, Members, Plan, Rules
from .registry import EVERY, INNER, WHERE, at_levels, changing, dropping, once, pushing, ruling
from .tree import Num, Raw, Tree

# --- order -----------------------------------------------------------------------------------------------

at_levels(
    "members_unsorted",
    "Members are signed in the order in which they are sent instead of being sorted by name",
    ruling(order="sent"),
    "order",
    EVERY,
)
at_levels(
    "members_sorted_descending",
    "Members are sorted by name in descending order",
    ruling(order="descending"),
    "order",
    EVERY,
)
at_levels(
    "members_sorted_ignoring_case",
    "Members are sorted by name without regard to capitals",
    ruling(order="ignoring_case"),
    "order",
)
at_levels(
    "members_sorted_small_letters_first",
    "Members are sorted by name with small letters before capitals",
    ruling(order="lowercase_first"),
    "order",
)
at_levels(
    "members_sorted_by_length",
    "Members are sorted by the length of the name first and by name second",
    ruling(order="by_length"),
    "order",
    EVERY,
)
at_levels(
    "members_in_java_hashmap_order",
    "Members stand in the iteration order of a Java HashMap (by hash bucket) instead of sorted",
    ruling(order="java_hash"),
    "order",
    EVERY,
)
at_levels(
    "members_in_reversed_sent_order",
    "Members are signed in the reverse of the order in which they are sent",
    ruling(order="reversed"),
    "order",
    ("data", "all"),
)
at_levels(
    "numeric_names_by_value",
    "Names that are whole numbers come first and by their value (9 before 10), the others sorted as usual, "
    "as JavaScript objects do",
    ruling(order="numeric"),
    "order",
    ("nested", "rows", "all"),
)
at_levels(
    "members_in_field_table_order",
    "Members stand in the order of the protocol's field table (unknown names at the end as sent)",
    ruling(order="table"),
    "order",
    ("data", "rows"),
)


def _deep(**values: Any) -> Callable[[Plan], None]:
    def apply(plan: Plan) -> None:
        for level in ("nested", "rows"):
            ruling(**values)(plan.levels[level])

    return apply


once(
    "only_business_object_sorted",
    "Only the business object's own members are sorted; every object below it, in lists or not, keeps the "
    "order in which it is sent",
    _deep(order="sent"),
    "order@nested",
    "order@rows",
    scope="all",
)


def _each_list(function: Callable[[list[Tree]], list[Tree]]) -> Callable[[Tree, Context], Tree]:
    def edit(value: Tree, context: Context) -> Tree:
        if isinstance(value, dict):
            return {n: edit(v, context) for n, v in value.items()}
        if isinstance(value, list):
            return function([edit(v, context) for v in value])
        return value

    return edit


once(
    "lists_reversed",
    "The elements of every list are signed in reverse order",
    pushing("edits", _each_list(lambda v: v[::-1])),
    "list_order",
    scope="rows",
)
once(
    "lists_sorted_by_text",
    "The elements of every list are sorted by their JSON text as sent",
    pushing("edits", _each_list(lambda v: sorted(v, key=tree.dump))),
    "list_order",
    scope="rows",
)
once(
    "only_first_row_signed",
    "Of every list only the first element is signed",
    pushing("edits", _each_list(lambda v: v[:1])),
    "list_order",
    scope="rows",
)
once(
    "last_row_not_signed",
    "Of every list with two elements or more the last element is not signed",
    pushing("edits", _each_list(lambda v: v[:-1] if len(v) > 1 else v)),
    "list_order",
    scope="rows",
)


def _unwrap(value: Tree, context: Context) -> Tree:
    if isinstance(value, dict):
        return {n: _unwrap(v, context) for n, v in value.items()}
    if isinstance(value, list):
        return _unwrap(value[0], context) if len(value) == 1 else [_unwrap(v, context) for v in value]
    return value


once(
    "single_element_list_unwrapped",
    "A list of one element is signed as that element without the brackets, at every level",
    pushing("edits", _unwrap),
    "list_order",
    scope="rows",
)


def _late(last: bool) -> Callable[[Members, Context], Members]:
    def step(members: Members, context: Context) -> Members:
        data = [m for m in members if m[0].lower() == "data"]
        rest = [m for m in members if m[0].lower() != "data"]
        return rest + data if last else data + rest

    return step


once(
    "data_placed_last",
    "The envelope's other members are sorted and data=... stands after all of them",
    pushing("late_steps", _late(True)),
    "order@envelope",
    scope="envelope",
)
once(
    "data_placed_first",
    "data=... stands before the envelope's other members, which are sorted",
    pushing("late_steps", _late(False)),
    "order@envelope",
    scope="envelope",
)

# --- dropped and kept ------------------------------------------------------------------------------------

at_levels(
    "null_kept",
    "Members that are null stay in the signed text, written null",
    ruling(null="null"),
    "null",
    EVERY,
)
at_levels(
    "null_written_as_empty_text",
    "Members that are null stay in the signed text as empty text",
    ruling(null='""'),
    "null",
    INNER,
)
once(
    "null_written_as_empty_text",
    f"Members that are null stay in the signed text as empty text (name=): {WHERE['envelope']}",
    lambda plan: setattr(plan.levels["envelope"], "null", ""),
    "null@envelope",
    scope="envelope",
)
at_levels(
    "null_written_as_text_null",
    'Members that are null stay in the signed text as the quoted text "null"',
    ruling(null='"null"'),
    "null",
)
at_levels(
    "empty_text_kept",
    "Members that are empty text stay in the signed text",
    ruling(keep_empty_text=True),
    "empty_text",
    EVERY,
)
at_levels(
    "empty_list_kept",
    "Members that are empty lists, or lists that become empty, stay in the signed text as []",
    ruling(keep_empty_list=True),
    "empty_list",
)
at_levels(
    "emptied_list_kept",
    "Lists that become empty when their null and empty elements are dropped stay as [], while lists that are "
    "sent empty are dropped",
    ruling(keep_emptied_list=True),
    "empty_list",
)
at_levels(
    "empty_object_dropped",
    "Empty objects, and objects that become empty, are dropped although numbers and booleans are quoted",
    ruling(drop_empty_object=True),
    "empty_object",
)
at_levels(
    "empty_object_as_list",
    "Empty objects, and objects that become empty, are written [] as PHP does",
    ruling(object_as_list=True),
    "empty_object",
)
at_levels(
    "only_null_dropped",
    "Only null is dropped, while empty text and empty lists stay",
    ruling(keep_empty_text=True, keep_empty_list=True),
    "empty_text",
    INNER,
    ("empty_list",),
)
at_levels(
    "numbers_not_signed",
    "Numbers do not take part in the signed text at all",
    dropping(lambda v: isinstance(v, Num)),
    "zero",
    ("data", "rows", "all"),
)
at_levels(
    "booleans_not_signed",
    "Booleans, true as well as false, do not take part in the signed text",
    dropping(lambda v: v is True or v is False),
    "false",
    ("data", "rows", "all"),
)
at_levels(
    "nothing_dropped",
    "Nothing is dropped: null, empty text, empty lists and empty elements of lists all stay",
    ruling(null="null", keep_empty_text=True, keep_empty_list=True, keep_elements=True),
    "null",
    INNER,
    ("empty_text", "empty_list", "elements"),
)
at_levels(
    "empty_texts_and_nulls_kept_lists_dropped",
    "null and empty text stay while empty lists are dropped",
    ruling(null="null", keep_empty_text=True),
    "null",
    ("data", "rows", "all"),
    ("empty_text",),
)
once(
    "only_business_object_cleaned",
    "Null, empty text and empty lists are dropped only among the business object's own members and all stay "
    "in every object and list below",
    _deep(null="null", keep_empty_text=True, keep_empty_list=True, keep_elements=True),
    *(f"{g}@{v}" for g in ("null", "empty_text", "empty_list", "elements") for v in ("nested", "rows")),
    scope="all",
)
once(
    "empty_elements_of_lists_kept",
    "Elements of lists that are null or empty text stay in the list",
    lambda plan: setattr(plan.levels["rows"], "keep_elements", True),
    "elements@rows",
    scope="rows",
)


def _zero(value: Tree) -> bool:
    return isinstance(value, Num) and float(value) == 0


at_levels("zero_dropped", "Numbers that are zero are dropped", dropping(_zero), "zero", INNER)
at_levels(
    "false_dropped", "Booleans that are false are dropped", dropping(lambda v: v is False), "false", INNER
)
at_levels(
    "falsy_dropped",
    "What JavaScript counts as false is dropped: zero as number and false, besides the lawful empties",
    dropping(lambda v: v is False or _zero(v)),
    "zero",
    INNER,
    ("false",),
)
at_levels(
    "php_empty_dropped",
    'What PHP counts as empty is dropped: zero as number, false and also the text "0"',
    dropping(lambda v: v is False or _zero(v) or (type(v) is str and v == "0")),
    "zero",
    INNER,
    ("false",),
)
at_levels(
    "blank_text_dropped",
    "Texts of nothing but white space are dropped as if they were empty",
    dropping(lambda v: type(v) is str and bool(v) and not v.strip()),
    "blank",
)
at_levels(
    "text_null_dropped",
    'Texts that read "null" are dropped like null',
    dropping(lambda v: type(v) is str and v == "null"),
    "text_null",
    ("data", "rows", "all"),
)

# --- numbers and booleans --------------------------------------------------------------------------------

at_levels(
    "numbers_unquoted",
    "Numbers are written without quotes while booleans are quoted and empty objects stay",
    ruling(bare_numbers=True),
    "numbers_quoting",
)
at_levels(
    "booleans_unquoted",
    "Booleans are written without quotes while numbers are quoted",
    ruling(bare_booleans=True),
    "booleans_quoting",
)
at_levels(
    "numbers_and_booleans_unquoted",
    "Numbers and booleans are written without quotes although empty objects stay",
    ruling(bare_numbers=True, bare_booleans=True),
    "numbers_quoting",
    INNER,
    ("booleans_quoting",),
)


def _number(function: Callable[[str], str]) -> Callable[[Rules], None]:
    return changing(lambda v: Num(function(v)) if isinstance(v, Num) else v)


def javascript_number(text: str) -> str:
    """What JavaScript writes after reading a number."""
    value = float(text)
    if value == int(value) and abs(value) < 1e21:
        return str(int(Decimal(repr(value))))
    shown = repr(value)
    if "e" in shown:
        digits, power = shown.split("e")
        exponent = int(power)
        if -7 < exponent < 0:
            return format(Decimal(shown), "f")
        return f"{digits.removesuffix('.0')}e{'+' if exponent > 0 else '-'}{abs(exponent)}"
    return shown


def java_double(text: str) -> str:
    """What Java's Double.toString writes after reading a number."""
    value = float(text)
    if value == 0:
        return "0.0"
    if 1e-3 <= abs(value) < 1e7:
        shown = format(Decimal(repr(value)), "f")
        return shown if "." in shown else shown + ".0"
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    shown = "".join(map(str, digits)).rstrip("0") or "0"
    power = len(digits) - 1 + int(exponent)
    return f"{'-' if sign else ''}{shown[0]}.{shown[1:] or '0'}E{power}"


def _is_whole(text: str) -> bool:
    return not set(".eE") & set(text)


def trimmed_zeros(text: str) -> str:
    """12.50 as 12.5 and 12.00 as 12."""
    return text.rstrip("0").rstrip(".") if "." in text and not set("eE") & set(text) else text


def big_decimal_stripped(text: str) -> str:
    """What BigDecimal.stripTrailingZeros().toString() writes: 100 as 1E+2."""
    shown = str(Decimal(text).normalize())
    return "0" if shown == "-0" else shown


def float32(text: str) -> str:
    """A decimal that went through a number of single precision."""
    if _is_whole(text):
        return text
    return javascript_number(repr(struct.unpack("f", struct.pack("f", float(text)))[0]))


def _decimals(places: int) -> Callable[[str], str]:
    return lambda text: text if _is_whole(text) and len(text) > 15 else f"{Decimal(text):.{places}f}"


def _grouped(text: str) -> str:
    if _is_whole(text) and len(text) > 15:
        return text
    head, dot, tail = f"{Decimal(text):f}".partition(".")
    return f"{int(head):,}" + dot + tail


for _name, _words, _function in (
    (
        "number_trailing_zeros_lost",
        "Numbers lose the trailing zeros of their decimals (12.50 becomes 12.5, 12.00 becomes 12)",
        trimmed_zeros,
    ),
    (
        "number_as_javascript_number",
        (
            "Numbers are written as JavaScript prints them: no trailing zeros, exponents expanded, whole "
            "numbers beyond 2^53 rounded"
        ),
        javascript_number,
    ),
    (
        "decimal_as_java_double",
        (
            "Decimals are written as Java's Double.toString does (12.50 as 12.5, 12.00 as 12.0, 10000000.00 "
            "as 1.0E7); whole numbers stay"
        ),
        lambda t: t if _is_whole(t) else java_double(t),
    ),
    (
        "every_number_as_java_double",
        "Every number, whole ones too, is written as a Java double (2 becomes 2.0), as Gson does in a Map",
        java_double,
    ),
    (
        "number_bigdecimal_stripped",
        "Numbers are written as BigDecimal.stripTrailingZeros().toString() does (100 becomes 1E+2)",
        big_decimal_stripped,
    ),
    (
        "number_two_decimals",
        "Numbers are written with two decimals (2 becomes 2.00, 12.5 becomes 12.50)",
        _decimals(2),
    ),
    (
        "number_four_decimals",
        "Numbers are written with four decimals (12.5 becomes 12.5000)",
        _decimals(4),
    ),
    ("number_cut_to_integer", "Decimals are cut to whole numbers", lambda t: str(int(Decimal(t)))),
    (
        "number_thousands_separator",
        "Numbers of 1000 and more are written with a comma between thousands",
        _grouped,
    ),
    ("number_decimal_comma", "Decimals have a comma instead of the point", lambda t: t.replace(".", ",")),
    (
        "number_in_cents",
        "Decimals are signed in cents, as whole numbers (12.50 becomes 1250)",
        lambda t: t if _is_whole(t) or set("eE") & set(t) else str(int(Decimal(t) * 100)),
    ),
    (
        "number_leading_zero_lost",
        "Decimals below one lose the zero before the point (0.50 becomes .50)",
        lambda t: re.sub(r"^(-?)0\.", r"\1.", t),
    ),
    (
        "number_through_float32",
        "Decimals went through single precision and show its noise (23.07 becomes 23.06999969482422)",
        float32,
    ),
    (
        "long_integer_rounded",
        "Whole numbers beyond 2^53 are rounded to double precision; all others stay as sent",
        lambda t: javascript_number(t) if _is_whole(t) and abs(int(t)) > 2**53 else t,
    ),
    (
        "exponent_expanded",
        "Numbers with an exponent are written without it (1E+2 becomes 100); all others stay as sent",
        lambda t: format(Decimal(t), "f") if set("eE") & set(t) else t,
    ),
):
    at_levels(_name, _words, _number(_function), "numbers", ("data", "rows", "nested", "all"))


def _amount_text(function: Callable[[str], str]) -> Callable[[Rules], None]:
    pattern = re.compile(r"\d{1,12}\.\d+")
    return changing(lambda v: function(v) if type(v) is str and pattern.fullmatch(v) else v)


at_levels(
    "text_amount_zeros_lost",
    'Decimals that are sent as text lose their trailing zeros ("12.50" becomes "12.5")',
    _amount_text(trimmed_zeros),
    "amount_texts",
    ("data", "rows", "all"),
)
at_levels(
    "text_amount_two_decimals",
    'Decimals that are sent as text are written with two decimals ("12.5" becomes "12.50")',
    _amount_text(lambda t: f"{Decimal(t):.2f}"),
    "amount_texts",
    ("data", "rows", "all"),
)


def _bare_amounts(value: Tree) -> Tree:
    return Raw(value) if type(value) is str and re.fullmatch(r"\d{1,12}\.\d+", value) else value


def _bare_numeric(value: Tree) -> Tree:
    if type(value) is str and re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", value):
        return Raw(value)
    return value


def _numeric_check(value: Tree) -> Tree:
    if type(value) is not str or not re.fullmatch(r"-?\d+(\.\d+)?", value):
        return value
    if _is_whole(value):
        if abs(int(value)) < 2**63:
            return Raw(str(int(value)))
        digits, power = f"{float(value):.16e}".split("e")
        return Raw(f"{digits.rstrip('0')}e+{int(power)}")
    shown = trimmed_zeros(value)
    return Raw(shown if "." in shown else shown + ".0")


at_levels(
    "amount_texts_unquoted",
    'Texts that are decimals are written without quotes ("12.50" becomes 12.50)',
    changing(_bare_amounts),
    "amount_texts",
    ("data", "rows", "all"),
)
at_levels(
    "numeric_texts_unquoted",
    "Texts that are lawful JSON numbers (without leading zeros) are written without quotes, as they are",
    changing(_bare_numeric),
    "amount_texts",
    ("data", "rows", "all"),
)
at_levels(
    "php_numeric_check",
    "Texts that are numeric become numbers as with PHP's JSON_NUMERIC_CHECK: without quotes, leading zeros "
    "and trailing zeros lost",
    changing(_numeric_check),
    "amount_texts",
    ("data", "rows", "all"),
)
at_levels(
    "code_leading_zeros_lost",
    'Texts of digits lose their leading zeros ("01" becomes "1") and stay quoted',
    changing(lambda v: (v.lstrip("0") or "0") if type(v) is str and re.fullmatch(r"\d+", v) else v),
    "code_texts",
    ("data", "rows", "all"),
)


def _boolean(yes: str, no: str) -> Callable[[Rules], None]:
    return changing(lambda v: (yes if v else no) if v is True or v is False else v)


at_levels(
    "boolean_capitalised", "Booleans are written True and False", _boolean("True", "False"), "booleans", EVERY
)
at_levels("boolean_upper_case", "Booleans are written TRUE and FALSE", _boolean("TRUE", "FALSE"), "booleans")
at_levels("boolean_as_one_zero", "Booleans are written 1 and 0", _boolean("1", "0"), "booleans", EVERY)
at_levels("boolean_as_y_n", "Booleans are written Y and N", _boolean("Y", "N"), "booleans")

# --- dates -----------------------------------------------------------------------------------------------

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _dates(function: Callable[[datetime.datetime], str]) -> Callable[[Rules], None]:
    def change(value: Tree) -> Tree:
        if type(value) is str and _DATE.fullmatch(value):
            return function(datetime.datetime.fromisoformat(value))
        return value

    return changing(change)


def _clock12(d: datetime.datetime) -> str:
    return f"{d.hour % 12 or 12}:{d.minute:02}:{d.second:02} {'AM' if d.hour < 12 else 'PM'}"


BEIJING = datetime.timezone(datetime.timedelta(hours=8))
for _name, _shown, _format in (
    ("date_compact", "as 14 digits", lambda d: f"{d:%Y%m%d%H%M%S}"),
    ("date_iso_with_t", "with a T between date and time", lambda d: f"{d:%Y-%m-%dT%H:%M:%S}"),
    ("date_iso_with_zone", "with T and +08:00", lambda d: f"{d:%Y-%m-%dT%H:%M:%S}+08:00"),
    ("date_with_fraction", "with .0 at the end", lambda d: f"{d:%Y-%m-%d %H:%M:%S}.0"),
    ("date_with_milliseconds", "with .000 at the end", lambda d: f"{d:%Y-%m-%d %H:%M:%S}.000"),
    (
        "date_as_epoch_milliseconds",
        "as milliseconds since 1970 (quoted)",
        lambda d: str(int(d.replace(tzinfo=BEIJING).timestamp()) * 1000),
    ),
    ("date_without_time", "as the day alone", lambda d: f"{d:%Y-%m-%d}"),
    ("date_without_seconds", "without the seconds", lambda d: f"{d:%Y-%m-%d %H:%M}"),
    (
        "date_shifted_to_utc",
        "eight hours earlier, in UTC",
        lambda d: f"{d - datetime.timedelta(hours=8):%Y-%m-%d %H:%M:%S}",
    ),
    ("date_with_slashes", "with slashes (2026/01/01 09:00:00)", lambda d: f"{d:%Y/%m/%d %H:%M:%S}"),
    (
        "date_csharp_default",
        "as C# prints it by default in China (2026/1/1 9:00:00)",
        lambda d: f"{d.year}/{d.month}/{d.day} {d.hour}:{d.minute:02}:{d.second:02}",
    ),
    (
        "date_gson_default",
        "as Gson writes a Date by default (Jan 1, 2026 9:00:00 AM)",
        lambda d: f"{_MONTHS[d.month - 1]} {d.day}, {d.year} {_clock12(d)}",
    ),
):
    at_levels(
        _name,
        f"Dates and times that are sent as yyyy-MM-dd HH:mm:ss are signed {_shown}",
        _dates(_format),
        "dates",
        ("data", "rows", "all"),
    )

# --- texts -----------------------------------------------------------------------------------------------


def _texts(function: Callable[[str], str]) -> Callable[[Rules], None]:
    return changing(lambda v: function(v) if type(v) is str else v)


def _half_width(text: str) -> str:
    moved = "".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in text)
    return moved.replace("\u3000", " ")


at_levels(
    "texts_trimmed",
    "Texts are signed without the blanks at their ends (a text of blanks becomes empty and is dropped)",
    _texts(lambda t: t.strip(" ")),
    "texts",
    ("data", "rows", "all"),
)
at_levels(
    "blanks_in_texts_removed",
    "All blanks inside texts are removed before signing",
    _texts(lambda t: t.replace(" ", "")),
    "texts",
    ("data", "rows", "all"),
)
at_levels(
    "full_width_made_half_width",
    "Full-width signs (brackets, digits) are signed as half-width ones",
    _texts(_half_width),
    "texts",
    ("all",),
)
at_levels(
    "crlf_made_lf",
    "Line ends of CR LF inside texts are signed as LF alone",
    _texts(lambda t: t.replace("\r\n", "\n")),
    "texts",
    ("all",),
)
at_levels(
    "line_ends_removed",
    "Line ends inside texts are removed before signing",
    _texts(lambda t: t.replace("\r", "").replace("\n", "")),
    "texts",
    ("all",),
)
at_levels(
    "html_entities",
    "The signs & < > and the quotation mark in texts are signed as HTML entities",
    _texts(lambda t: html.escape(t, False).replace('"', "&quot;")),
    "texts",
    ("all",),
)


def _parsed(value: Tree, context: Context) -> Tree:
    if isinstance(value, dict):
        return {n: _parsed(v, context) for n, v in value.items()}
    if isinstance(value, list):
        return [_parsed(v, context) for v in value]
    if type(value) is str and value.startswith("{"):
        try:
            return tree.parse(value)
        except json.JSONDecodeError:
            return value
    return value


def _as_text(lists: bool, deep: bool) -> Callable[[Tree, Context], Tree]:
    def edit(value: Tree, context: Context) -> Tree:
        out = {}
        for name, item in value.items():
            if isinstance(item, list) if lists else isinstance(item, dict):
                item = tree.dump(item)
            elif deep and isinstance(item, dict):
                item = edit(item, context)
            out[name] = item
        return out

    return edit


once(
    "json_like_text_parsed",
    "A text that looks like a JSON object is parsed and signed as an object, at every level",
    pushing("edits", _parsed),
    "json_texts",
    scope="all",
)
once(
    "lists_signed_as_json_text",
    "Lists that are members of the business object are signed as a quoted JSON text of the list as sent",
    pushing("edits", _as_text(True, False)),
    "stringify_lists",
    scope="data",
)
once(
    "objects_signed_as_json_text",
    "Objects that are members of the business object are signed as a quoted JSON text of the object as sent",
    pushing("edits", _as_text(False, False)),
    "stringify_objects",
    scope="data",
)
