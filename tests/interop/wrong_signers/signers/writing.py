"""Mistakes in how the business object and the whole text are written: escaping, white space, names."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable
from typing import Any

from . import sm, tree
from .plan import Plan, Rules
from .registry import EVERY, at_levels, once, pushing, ruling, setting
from .tree import Tree

# --- escaping and writing of data ------------------------------------------------------------------------


def _writer(**options: Any) -> Callable[[Plan], None]:
    escape = tree.escaper(**options)
    return setting(write=lambda value, context: tree.dump(value, escape))


def _unescaped(value: str) -> str:
    return '"' + value + '"'


def _raw_controls(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _stj(value: str) -> str:
    return tree.escaper("X", "\"&'+<>`", "X")(value)


for _name, _words, _apply in (
    (
        "chinese_escaped",
        "Non-ASCII characters in data are signed as \\u escapes with small hexadecimal letters",
        _writer(unicode_case="x"),
    ),
    (
        "chinese_escaped_upper",
        "Non-ASCII characters in data are signed as \\u escapes with capital hexadecimal letters",
        _writer(unicode_case="X"),
    ),
    ("slash_escaped", "Slashes in data are signed as \\/ while Chinese stays", _writer(slash=True)),
    (
        "php_json_default",
        "data is written as PHP's json_encode does: slashes as \\/ and non-ASCII as \\u escapes",
        _writer(slash=True, unicode_case="x"),
    ),
    (
        "gson_html_escaped",
        "The signs < > & = and ' in data are signed as \\u003c and the like, as Gson does",
        _writer(extra="<>&='"),
    ),
    (
        "go_html_escaped",
        "The signs < > and & in data are signed as \\u003c and the like, as Go does",
        _writer(extra="<>&"),
    ),
    (
        "system_text_json_escaped",
        (
            "data is written as System.Text.Json does by default: non-ASCII and \" & ' + < > ` as \\uXXXX "
            "with capital letters"
        ),
        setting(write=lambda value, context: tree.dump(value, _stj)),
    ),
    (
        "texts_not_escaped",
        "Quotation marks, backslashes and line ends inside texts of data are not escaped at all",
        setting(write=lambda value, context: tree.dump(value, _unescaped)),
    ),
    (
        "control_characters_raw",
        "Line ends and tabs inside texts of data stay raw, while quotation marks and backslashes are escaped",
        setting(write=lambda value, context: tree.dump(value, _raw_controls)),
    ),
    (
        "blanks_after_commas_and_colons",
        "data is written with a blank after every comma and colon, as Python's json.dumps does",
        setting(write=lambda value, context: tree.dump(value, comma=", ", colon=": ")),
    ),
    (
        "python_json_default",
        (
            "data is written as Python's json.dumps does by default: blanks after commas and colons and "
            "non-ASCII as \\u escapes"
        ),
        setting(write=lambda value, context: tree.dump(value, tree.escaper("x"), ", ", ": ")),
    ),
    (
        "blank_after_colons",
        "data is written with a blank after every colon but none after commas",
        setting(write=lambda value, context: tree.dump(value, colon=": ")),
    ),
    (
        "indented_two_blanks",
        "data is written over many lines, indented by two blanks, line ends LF",
        setting(write=lambda value, context: tree.indented(value, "  ")),
    ),
    (
        "indented_two_blanks_crlf",
        "data is written over many lines, indented by two blanks, line ends CR LF",
        setting(write=lambda value, context: tree.indented(value, "  ", "\r\n")),
    ),
    (
        "indented_four_blanks",
        "data is written over many lines, indented by four blanks, line ends LF",
        setting(write=lambda value, context: tree.indented(value, "    ")),
    ),
    (
        "indented_tabs",
        "data is written over many lines, indented by tabs, without a blank after colons",
        setting(write=lambda value, context: tree.indented(value, "\t", colon=":")),
    ),
    (
        "data_as_java_map_text",
        "data is written as Java's Map.toString does: {a=1, b=2} without quotes",
        setting(write=lambda value, context: tree.java_text(value)),
    ),
    (
        "data_as_python_dict_text",
        "data is written as Python's str of a dict does, with single quotes and blanks",
        setting(write=lambda value, context: tree.python_text(value)),
    ),
    (
        "data_as_quoted_json_text",
        "data is written as a JSON text inside quotation marks, its own quotation marks escaped",
        setting(write=lambda value, context: tree.escape_plain(tree.dump(value))),
    ),
    (
        "data_as_object_object",
        "data is written as the constant [object Object]",
        setting(write=lambda value, context: "[object Object]"),
    ),
    (
        "data_as_empty_object",
        "data is signed as {} although the business object has members",
        setting(write=lambda value, context: "{}"),
    ),
    (
        "data_as_query_text",
        "data is written as a query (a=1&b=2) of its cleaned members, inner lists and objects as JSON",
        setting(
            write=lambda value, context: "&".join(
                f"{n}={v if isinstance(v, str) else tree.dump(v)}" for n, v in value.items()
            )
        ),
    ),
    (
        "data_signed_as_sent",
        "data is signed as the very text that is encrypted: not sorted, nothing dropped, not rewritten",
        setting(write=lambda value, context: context.plain),
    ),
    (
        "data_not_canonicalised",
        "data is written compactly from the object as sent: not sorted, nothing dropped, numbers bare",
        setting(write=lambda value, context: tree.dump(context.data)),
    ),
    (
        "data_as_fastjson_default",
        (
            "data is written as fastjson does with sorted names: only null members are dropped, empty texts, "
            "empty lists and null elements stay, numbers and booleans bare"
        ),
        setting(write=lambda value, context: tree.dump(_sorted(context.data, True))),
    ),
    (
        "data_as_sent_sorted_only",
        "data is sorted at every level but otherwise as sent: nothing dropped and numbers bare",
        setting(write=lambda value, context: tree.dump(_sorted(context.data))),
    ),
):
    once(_name, _words, _apply, "write")


def _sorted(value: Tree, without_null: bool = False) -> Tree:
    if isinstance(value, dict):
        names = [n for n in sorted(value) if not without_null or value[n] is not None]
        return {n: _sorted(value[n], without_null) for n in names}
    return [_sorted(v, without_null) for v in value] if isinstance(value, list) else value


def _names(function: Callable[[str], str]) -> Callable[[Rules], None]:
    return ruling(rename=function)


at_levels(
    "names_capitalised",
    "Names begin with a capital letter, as properties of C# do, and are sorted so",
    _names(lambda n: n[:1].upper() + n[1:]),
    "names",
    EVERY,
)
at_levels(
    "names_small",
    "Names are written in small letters only and sorted so",
    _names(str.lower),
    "names",
    EVERY,
)
at_levels(
    "names_with_underscores",
    "Names are written with underscores (med_org_ord for medOrgOrd) and sorted so",
    _names(lambda n: re.sub(r"(?<=[a-z0-9])([A-Z])", lambda m: "_" + m[1].lower(), n)),
    "names",
    EVERY,
)


def _on_data(function: Callable[[str], str]) -> Callable[[Plan], None]:
    return pushing("data_steps", lambda text, context: function(text))


def _on_values(function: Callable[[str], str]) -> Callable[[Plan], None]:
    return pushing("late_steps", lambda members, context: [(n, function(v)) for n, v in members])


def _on_text(function: Callable[[str], str]) -> Callable[[Plan], None]:
    return pushing("text_steps", lambda text, context: function(text))


def java_url(text: str) -> str:
    """What Java's URLEncoder writes."""
    return urllib.parse.quote_plus(text, safe="*-._").replace("~", "%7E")


def _component(text: str) -> str:
    return urllib.parse.quote(text, safe="-_.!~*'()")


def _lower_escapes(text: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda m: m[0].lower(), text)


for _name, _words, _function in (
    ("values_url_encoded", "The value of every signed member is URL-encoded, blanks as +", java_url),
    ("values_percent_encoded", "The value of every signed member is URL-encoded, blanks as %20", _component),
    (
        "values_url_encoded_small",
        "The value of every signed member is URL-encoded with small hexadecimal letters, blanks as +",
        lambda t: _lower_escapes(java_url(t)),
    ),
):
    once(_name, _words, _on_values(_function), "url", scope="envelope")
for _name, _words, _function in (
    ("data_url_encoded", "Only the text of data is URL-encoded, blanks as +", java_url),
    (
        "data_chinese_url_encoded",
        "Only non-ASCII characters of data are URL-encoded (encodeURI-like)",
        lambda t: re.sub(r"[^\x00-\x7f]+", lambda m: urllib.parse.quote(m[0]), t),
    ),
    (
        "data_base64",
        "data is signed as the base64 of its canonical JSON",
        lambda t: sm.b64(t.encode()),
    ),
    ("data_blanks_removed", "All blanks are removed from the text of data", lambda t: t.replace(" ", "")),
    (
        "data_backslashes_removed",
        "All backslashes are removed from the text of data",
        lambda t: t.replace("\\", ""),
    ),
    (
        "data_quotes_removed",
        "All quotation marks are removed from the text of data",
        lambda t: t.replace('"', ""),
    ),
    (
        "data_single_quotes",
        "Quotation marks of data are signed as single quotes",
        lambda t: t.replace('"', "'"),
    ),
    (
        "data_escaped_twice",
        "Backslashes and quotation marks of data are escaped once more, without outer quotes",
        lambda t: t.replace("\\", "\\\\").replace('"', '\\"'),
    ),
    (
        "data_plus_and_percent_decoded",
        "data went through URL decoding: + became a blank and percent escapes were resolved",
        urllib.parse.unquote_plus,
    ),
    (
        "data_sm3_hashed",
        "data is signed as the capital hexadecimal SM3 of its canonical JSON",
        lambda t: sm.sm3(t.encode()).hex().upper(),
    ),
    ("data_in_capitals", "The text of data is signed in capital letters", str.upper),
    ("data_in_small_letters", "The text of data is signed in small letters", str.lower),
):
    once(_name, _words, _on_data(_function), "data_steps", scope="data")
for _name, _words, _function in (
    ("text_url_encoded", "The whole text to be signed is URL-encoded, blanks as +", java_url),
    ("text_in_capitals", "The whole text to be signed is in capital letters", str.upper),
    ("text_in_small_letters", "The whole text to be signed is in small letters", str.lower),
    ("text_blanks_removed", "All blanks are removed from the whole text", lambda t: t.replace(" ", "")),
    ("text_trailing_newline", "The text to be signed ends with a line feed", lambda t: t + "\n"),
    ("text_trailing_crlf", "The text to be signed ends with CR LF", lambda t: t + "\r\n"),
    ("text_trailing_blank", "The text to be signed ends with a blank", lambda t: t + " "),
    ("text_trailing_nul", "The text to be signed ends with a NUL byte", lambda t: t + "\0"),
    ("text_trailing_ampersand", "The text to be signed ends with & after the secret", lambda t: t + "&"),
    ("text_leading_ampersand", "The text to be signed begins with &", lambda t: "&" + t),
    ("text_leading_question_mark", "The text to be signed begins with ?", lambda t: "?" + t),
    ("text_leading_blank", "The text to be signed begins with a blank", lambda t: " " + t),
    ("text_in_braces", "The text to be signed stands in braces", lambda t: "{" + t + "}"),
    ("text_hex_small", "The small hexadecimal text of the UTF-8 bytes is signed", lambda t: t.encode().hex()),
    (
        "text_hex_capital",
        "The capital hexadecimal of the bytes is signed",
        lambda t: t.encode().hex().upper(),
    ),
    ("text_base64", "The base64 of the text is signed instead of the text", lambda t: sm.b64(t.encode())),
):
    once(_name, _words, _on_text(_function), "text_steps")
