"""The table of mistakes inside the business object (sheet 3.2, 15, 22), the common ones first in each family."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from simulator.protocol.diagnosis.choices import EVERYWHERE, Mistaken
from simulator.protocol.diagnosis.deviation import Scope
from simulator.protocol.diagnosis.manner import SENT
from simulator.protocol.text.said import Said

_SORT: Final = Said("应按 ASCII 码升序, 区分大小写, 逐层排序")
_NOCASE: Final = Said("排序时忽略了大小写; 应按 ASCII 码区分大小写排序")
_NUMBER: Final = Said("应按密文里的原样书写")
_TIDY: Final = Said("应逐层去掉 null、空串和空数组")
_RAW: Final = Said("签名原文里应保留原字符")
_PLAIN: Final = Said("签名原文里的 JSON 应紧凑书写")
_KEPT: Final = Said("只有 null、空串和空数组才去掉")
_SENT_TEXT: Final = Said("文本应照原样签名")
_ALL: Final[tuple[Scope, ...]] = ("all",)
_DEEP: Final[tuple[Scope, ...]] = ("all", "below", "rows", "nested")


def _order(cause: str, value: str, said: Said, rank: int = 0) -> tuple[Mistaken, ...]:
    """An order of members inside the business object, and of all members of the message."""
    outer = ("wire", "wire_data_last", "wire_data_first") if value == "wire" else (value,)
    odd = value in ("hash", "hash_kept", "wire_reversed", "length_only", "first")
    everywhere = (
        Mistaken(cause, {"order": value}, said, rank, _ALL, {"envelope.order": one}, yields=odd)
        for one in outer
    )
    return (Mistaken(cause, {"order": value}, said, rank, yields=odd), *everywhere)


ENVELOPE: Final = {
    "null": "envelope.null", "empty": "envelope.empty", "array": "envelope.array", "zero": "envelope.zero",
    "false": "envelope.false", "boolean": "envelope.boolean", "escape": "envelope.escape", "names": "envelope.names",
}  # fmt: skip
"""Fields that the outer members have too."""


def _everywhere(rows: Iterable[Mistaken]) -> Iterator[Mistaken]:
    """Rows of the business object, and each once more for all members of the message."""
    for row in rows:
        yield row
        also = {ENVELOPE[name]: value for name, value in row.sets.items() if name in ENVELOPE}
        if "all" in row.scopes and also:
            yield replace(row, scopes=_ALL, also=also)


ORDERS: Final = (
    *_order("case_insensitive_sort", "nocase", _NOCASE),
    *_order("unsorted", "wire", Said("成员没有排序, 保持了发送的次序; {}", _SORT)),
    *_order("descending_sort", "descending", Said("成员按降序排列; {}", _SORT)),
    *_order("other_sort", "length", Said("成员先按名称长短排序; {}", _SORT), 1),
    *_order("other_sort", "length_only", Said("成员只按名称长短排序; {}", _SORT), 2),
    *_order("case_insensitive_sort", "nocase_upper", _NOCASE, 1),
    *_order("case_insensitive_sort", "locale", Said("成员按语言习惯排序(忽略大小写); {}", _SORT), 1),
    *_order("case_insensitive_sort", "nocase_descending", Said("成员忽略大小写并按降序排列; {}", _SORT), 2),
    *_order("other_sort", "small_first", Said("成员排序时小写字母排在大写字母前; {}", _SORT), 2),
    *_order("other_sort", "points", Said("名称按码点排序, 应按 UTF-16 码元; {}", _SORT), 2),
    *_order("other_sort", "first", Said("成员只按名称的首字母排序; {}", _SORT), 2),
    *_order("other_sort", "numeric", Said("像数字的名称按数值排在最前(JavaScript 对象如此); {}", _SORT), 1),
    *_order("unsorted", "wire_reversed", Said("成员保持了与发送相反的次序; {}", _SORT), 2),
    *_order("unsorted", "hash_kept", Said("去空之后的成员按 HashMap 的次序排列, 没有排序; {}", _SORT), 1),
    *_order("unsorted", "hash", Said("成员按 HashMap 的次序排列, 没有排序; {}", _SORT), 1),
)
EMPTIES: Final = (
    Mistaken("empties_kept", {"null": "null", "empty": "keep", "array": "keep"},
        Said("签名原文里留着空值(null、空串、空数组); 应逐层去掉")),
    Mistaken("empties_kept", {"null": "null", "empty": "keep"}, Said("签名原文里留着 null 和空字符串; {}", _TIDY)),
    Mistaken("empties_kept", {"empty": "keep"}, Said("签名原文里留着空字符串; {}", _TIDY)),
    Mistaken("empties_kept", {"null": "null"}, Said("签名原文里留着 null; {}", _TIDY)),
    Mistaken("empties_kept", {"array": "keep"}, Said("签名原文里留着空数组; {}", _TIDY)),
    Mistaken("empties_kept", {"empty": "keep", "array": "keep"}, Said("签名原文里留着空字符串和空数组; {}", _TIDY), 1),
    Mistaken("empties_kept", {"null": "null", "array": "keep"}, Said("签名原文里留着 null 和空数组; {}", _TIDY), 1),
    Mistaken("empties_kept", {"null": "empty"}, Said("签名原文里 null 写成了空字符串; {}", _TIDY)),
    Mistaken("empties_kept", {"null": "empty", "empty": "keep"},
        Said("签名原文里留着空字符串, null 也写成了空字符串; {}", _TIDY)),
    Mistaken("empties_kept", {"null": "empty", "empty": "keep", "array": "keep"},
        Said("签名原文里留着空字符串和空数组, null 也写成了空字符串; {}", _TIDY), 1),
    Mistaken("empties_kept", {"null": "text"}, Said("签名原文里 null 写成了文本 \"null\"; {}", _TIDY)),
    Mistaken("empties_kept", {"null": "none"}, Said("签名原文里 null 写成了文本 \"None\"; {}", _TIDY), 1),
    Mistaken("empties_kept", {"null": "word"}, Said("签名原文里 null 写成了 None; {}", _TIDY), 2),
    Mistaken("empties_kept", {"null": "undefined"}, Said("签名原文里 null 写成了 undefined; {}", _TIDY), 2),
    Mistaken("empties_kept", {"empty": "null"}, Said("签名原文里空字符串写成了 null; {}", _TIDY), 1),
    Mistaken("empties_kept", {"null": "null", "empty": "null"}, Said("签名原文里空字符串写成了 null, null 也留着; {}", _TIDY), 2),
    Mistaken("empties_kept", {"empty": "text"}, Said("签名原文里空字符串写成了文本 \"null\"; {}", _TIDY), 2),
    Mistaken("empties_kept", {"array": "empty"}, Said("签名原文里空数组写成了空字符串; {}", _TIDY), 1),
    Mistaken("empties_kept", {"array": "null"}, Said("签名原文里空数组写成了 null; {}", _TIDY), 1),
    Mistaken("empties_kept", {"array": "text"}, Said("签名原文里空数组写成了文本 \"[]\"; {}", _TIDY), 1),
    Mistaken("empties_kept", {"array": "keep_sent"}, Said("签名原文里留着本来就空的数组; {}", _TIDY), 1),
    Mistaken("empties_kept", {"array": "keep_cleaned"}, Said("签名原文里留着去空之后变空的数组; {}", _TIDY), 1),
    Mistaken("empty_object_dropped", {"object": "drop"}, Said("签名原文里去掉了空对象 {{}}; {}", Said("应保留"))),
    Mistaken("empty_object_dropped", {"object": "drop_sent"}, Said("签名原文里去掉了本来就空的对象; 应保留"), 1),
    Mistaken("empty_object_dropped", {"object": "drop_cleaned"}, Said("签名原文里去掉了去空之后变空的对象; 应保留"), 1),
    Mistaken("empty_object_changed", {"object": "null"}, Said("签名原文里空对象写成了 null; 应保留"), 1),
    Mistaken("empty_object_changed", {"object": "empty"}, Said("签名原文里空对象写成了空字符串; 应保留"), 1),
    Mistaken("empty_object_changed", {"object": "text"}, Said("签名原文里空对象写成了文本 \"{{}}\"; {}", Said("应保留")), 1),
    Mistaken("empty_object_changed", {"object": "brackets"}, Said("签名原文里空对象写成了 [](PHP 如此); 应保留"), 1),
    Mistaken("member_not_signed", {"number": "drop"}, Said("数字都没有参加签名; {}", _KEPT), 1),
    Mistaken("member_not_signed", {"boolean": "drop"}, Said("布尔值都没有参加签名; {}", _KEPT), 1),
    Mistaken("empty_object_kept", {"object": "keep"}, Said("签名原文里留着空对象; 此处应去掉"), 1),
    Mistaken("zero_dropped", {"zero": "drop"}, Said("签名原文里去掉了零; {}", _KEPT)),
    Mistaken("zero_dropped", {"zero": "drop_numbers"}, Said("签名原文里去掉了数字零; {}", _KEPT)),
    Mistaken("zero_dropped", {"zero": "drop_texts"}, Said("签名原文里去掉了文本零(\"0\"、\"0.00\"); {}", _KEPT)),
    Mistaken("zero_dropped", {"zero": "drop_short"}, Said("签名原文里去掉了 0 和 \"0\"; {}", _KEPT), 1),
    Mistaken("zero_dropped", {"zero": "drop_short_texts"}, Said("签名原文里去掉了 \"0\"; {}", _KEPT), 1),
    Mistaken("zero_dropped", {"zero": "drop_php"}, Said("签名原文里去掉了数字零和文本 \"0\"; {}", _KEPT), 1),
    Mistaken("false_dropped", {"false": "drop", "zero": "drop_php"},
        Said("签名原文里去掉了 false、数字零和文本 \"0\"(PHP 的 empty() 如此); {}", _KEPT), 1),
    Mistaken("false_dropped", {"false": "drop"}, Said("签名原文里去掉了 false; {}", _KEPT)),
    Mistaken("false_dropped", {"false": "drop", "zero": "drop_numbers"}, Said("签名原文里去掉了 false 和数字零; {}", _KEPT)),
    Mistaken("false_dropped", {"false": "drop", "zero": "drop"}, Said("签名原文里去掉了 false 和零; {}", _KEPT), 1),
    Mistaken("false_dropped", {"false": "drop", "zero": "drop_short"}, Said("签名原文里去掉了 false、0 和 \"0\"; {}", _KEPT), 1),
    Mistaken("false_dropped", {"false": "drop", "zero": "drop_numbers", "object": "drop"},
        Said("签名原文里去掉了 false、数字零和空对象; {}", _KEPT), 1),
    Mistaken("false_dropped", {"false": "drop", "zero": "drop_short", "object": "drop"},
        Said("签名原文里去掉了 false、0、\"0\" 和空对象; {}", _KEPT), 1),
    Mistaken("blank_dropped", {"blank": "drop"}, Said("签名原文里去掉了只有空格的文本; {}", _KEPT)),
    Mistaken("text_trimmed", {"blank": "trim"}, Said("文本首尾的空格被去掉了; {}", _SENT_TEXT)),
    Mistaken("text_trimmed", {"blank": "trim_kept"}, Said("文本首尾的空格被去掉了, 变空的留着; {}", _SENT_TEXT), 1),
    Mistaken("text_trimmed", {"blank": "trim_right"}, Said("文本末尾的空格被去掉了; {}", _SENT_TEXT), 1),
    Mistaken("text_trimmed", {"blank": "trim_blanks"}, Said("文本首尾的半角空格被去掉了; {}", _SENT_TEXT), 2),
    Mistaken("blanks_removed", {"blank": "no_blanks"}, Said("文本里的半角空格被去掉了; {}", _SENT_TEXT), 1),
    Mistaken("full_width", {"blank": "half_width"}, Said("全角字符变成了半角; {}", _SENT_TEXT), 1),
    Mistaken("controls_escaped", {"blank": "lf"}, Said("文本里的 CRLF 换行变成了 LF; {}", _SENT_TEXT), 1),
    Mistaken("controls_escaped", {"blank": "no_lines"}, Said("文本里的换行被去掉了; {}", _SENT_TEXT), 1),
    Mistaken("blanks_removed", {"blank": "collapse"}, Said("文本里的空格被去掉了; {}", _SENT_TEXT), 1),
    Mistaken("word_null_dropped", {"blank": "words"}, Said("签名原文里去掉了文本 \"null\"; {}", _KEPT), 1),
)  # fmt: skip
_QUOTED: Final = Said("签名原文中应写成字符串")


_YIELD: Final = (
    "big_decimal",
    "scale1",
    "scale1_points",
    "scale3_points",
    "scale6",
    "scale6_points",
)
"""Rewritings that nobody is said to have made where a commoner one does the same."""


def _numbers(cause: str, value: str, told: Said, rank: int = 0) -> Mistaken:
    return Mistaken(cause, {"amount": value}, told, rank, yields=value in _YIELD)


NUMBERS: Final = (
    Mistaken("bare_numbers", {"number": "bare", "boolean": "bare"}, Said("data 里的数字或布尔值没有加引号; 签名原文中应写成字符串")),
    Mistaken("bare_numbers", {"number": "bare"}, Said("data 里的数字没有加引号; 签名原文中应写成字符串")),
    Mistaken("bare_numbers", {"number": "bare", "boolean": "bare", "object": "drop"},
        Said("data 里的数字或布尔值没有加引号, 空对象也去掉了; {}", _QUOTED), 0, ("all",)),
    Mistaken("bare_booleans", {"boolean": "bare"}, Said("data 里的布尔值没有加引号; 签名原文中应写成字符串")),
    Mistaken("bare_numbers", {"number": "points_quoted"}, Said("data 里的整数没有加引号(小数加了); {}", _QUOTED), 1),
    Mistaken("bare_numbers", {"number": "whole_quoted"}, Said("data 里的小数没有加引号(整数加了); {}", _QUOTED), 1),
    Mistaken("quoted_numbers", {"number": "quoted", "boolean": "quoted"}, Said("data 里的数字或布尔值加了引号; 此处应不加"), 1),
    Mistaken("boolean_text", {"boolean": "title"}, Said("布尔值写成了 True/False; 应为 true/false")),
    Mistaken("boolean_text", {"boolean": "title_bare"}, Said("布尔值写成了 True/False, 也没有加引号; 应为 \"true\"/\"false\""), 1),
    Mistaken("boolean_text", {"boolean": "bit"}, Said("布尔值写成了 1/0; 应为 true/false")),
    Mistaken("boolean_text", {"boolean": "bit_bare"}, Said("布尔值写成了不加引号的 1/0; 应为 \"true\"/\"false\""), 1),
    Mistaken("boolean_text", {"boolean": "upper"}, Said("布尔值写成了 TRUE/FALSE; 应为 true/false"), 1),
    Mistaken("boolean_text", {"boolean": "letter"}, Said("布尔值写成了 Y/N; 应为 true/false"), 2),
    Mistaken("boolean_text", {"boolean": "php"}, Said("布尔值写成了 \"1\" 和空串; 应为 true/false"), 1),
    Mistaken("boolean_text", {"boolean": "php_drop"}, Said("布尔值写成了 \"1\", false 变空后去掉了; 应为 true/false"), 1, yields=True),
    _numbers("double_numbers", "js", Said("数字经过了浮点数, 写法变了(如 12.50 成 12.5); 应按密文里的原样书写")),
    _numbers("double_numbers", "java", Said("数字经过了 double, 写法变了(如 12 成 12.0); 应按密文里的原样书写")),
    _numbers("double_numbers", "java_points", Said("小数经过了 double, 写法变了(如 12.50 成 12.5, 10.00 成 10.0); {}", _NUMBER)),
    _numbers("double_numbers", "csharp", Said("数字经过了 C# 的 double, 写法变了; {}", _NUMBER), 1),
    _numbers("double_numbers", "python", Said("数字经过了 float, 写法变了(如 12 成 12.0); {}", _NUMBER), 1),
    _numbers("double_numbers", "python_points", Said("小数经过了 float, 写法变了(如 10.00 成 10.0); {}", _NUMBER), 1),
    _numbers("double_numbers", "long", Said("大于 2^53 的整数经过浮点数变了; {}", _NUMBER), 1),
    _numbers("rescaled_numbers", "scale2", Said("数字改成了两位小数; {}", _NUMBER)),
    _numbers("rescaled_numbers", "scale2_points", Said("小数改成了两位; {}", _NUMBER)),
    _numbers("rescaled_numbers", "scale4", Said("数字改成了四位小数; {}", _NUMBER), 1),
    _numbers("rescaled_numbers", "scale4_points", Said("小数改成了四位; {}", _NUMBER), 1),
    _numbers("rescaled_numbers", "scale1_points", Said("小数改成了一位; {}", _NUMBER), 1),
    _numbers("rescaled_numbers", "scale1", Said("数字改成了一位小数; {}", _NUMBER), 2),
    _numbers("rescaled_numbers", "scale3_points", Said("小数改成了三位; {}", _NUMBER), 2),
    _numbers("rescaled_numbers", "scale6_points", Said("小数改成了六位; {}", _NUMBER), 2),
    _numbers("rescaled_numbers", "scale6", Said("数字改成了六位小数; {}", _NUMBER), 2),
    _numbers("rescaled_numbers", "cut2", Said("数字截成了两位小数; {}", _NUMBER), 2),
    _numbers("double_numbers", "stripped", Said("数字末尾的零被去掉了; {}", _NUMBER)),
    _numbers("rescaled_numbers", "whole", Said("数字截成了整数; {}", _NUMBER), 1),
    _numbers("rescaled_numbers", "rounded", Said("数字四舍五入成了整数; {}", _NUMBER), 1),
    _numbers("rescaled_numbers", "grouped", Said("数字加了千分位逗号; {}", _NUMBER), 1),
    _numbers("double_numbers", "float32", Said("小数经过了 float(单精度), 写法变了(如 23.07 成 23.06999969482422); {}", _NUMBER), 1),
    _numbers("rescaled_numbers", "comma", Said("小数点写成了逗号; {}", _NUMBER), 1),
    _numbers("double_numbers", "stripped_points", Said("小数末尾的零被去掉了; {}", _NUMBER), 2),
    _numbers("rescaled_numbers", "scale2_even", Said("数字改成了两位小数(长整数除外); {}", _NUMBER), 2),
    _numbers("rescaled_numbers", "scale4_even", Said("数字改成了四位小数(长整数除外); {}", _NUMBER), 2),
    _numbers("rescaled_numbers", "grouped_short", Said("数字加了千分位逗号(长整数除外); {}", _NUMBER), 2),
    _numbers("rescaled_numbers", "plus", Said("数字加了正号; {}", _NUMBER), 2),
    _numbers("rescaled_numbers", "trimmed_zero", Said("小数点前的零被去掉了; {}", _NUMBER), 1),
    _numbers("exponent_numbers", "big_decimal", Said("数字写成了指数形式(如 100 成 1E+2); {}", _NUMBER)),
    _numbers("exponent_numbers", "exponent", Said("数字写成了指数形式(如 12.5 成 1.25E1); {}", _NUMBER), 1),
    _numbers("exponent_numbers", "exponent_plus", Said("数字写成了指数形式(如 12.5 成 1.25E+1); {}", _NUMBER), 1),
    _numbers("exponent_numbers", "exponent_lower", Said("数字写成了指数形式(如 12.5 成 1.25e+1); {}", _NUMBER), 1),
    _numbers("exponent_numbers", "exponent_padded", Said("数字写成了指数形式(如 12.5 成 1.250000e+01); {}", _NUMBER), 2),
    _numbers("exponent_numbers", "plain", Said("指数形式的数字被展开了; {}", _NUMBER), 1),
    _numbers("fen_amounts", "fen", Said("数字乘以 100 换成了分; {}", _NUMBER)),
    _numbers("fen_amounts", "fen_cut", Said("小数乘以 100 换成了分, 余下的截去; {}", _NUMBER), 2),
    _numbers("fen_amounts", "fen_points", Said("小数乘以 100 换成了分; {}", _NUMBER)),
    *(
        Mistaken(cause, {"text_amount": value}, said, rank)
        for cause, value, said, rank in (
            ("text_amounts", "scale2", Said("文本金额改成了两位小数; {}", _SENT_TEXT), 0),
            ("text_amounts", "stripped", Said("文本金额末尾的零被去掉了; {}", _SENT_TEXT), 0),
            ("text_amounts", "java", Said("文本金额经过了 double(如 12.00 成 12.0); {}", _SENT_TEXT), 1),
            ("text_amounts", "scale4", Said("文本金额改成了四位小数; {}", _SENT_TEXT), 1),
            ("text_amounts", "scale1_points", Said("文本金额改成了一位小数; {}", _SENT_TEXT), 1),
            ("text_amounts", "fen", Said("文本金额乘以 100 换成了分; {}", _SENT_TEXT), 0),
            ("text_amounts", "whole", Said("文本金额截成了整数; {}", _SENT_TEXT), 1),
            ("text_amounts", "grouped", Said("文本金额加了千分位逗号; {}", _SENT_TEXT), 2),
            ("text_amounts", "exponent", Said("文本金额写成了指数形式; {}", _SENT_TEXT), 2),
            ("text_amounts", "scale2_all", Said("像数字的文本都改成了两位小数; {}", _SENT_TEXT), 1),
            ("text_amounts", "scale2_even", Said("文本金额改成了两位小数(四舍六入); {}", _SENT_TEXT), 2),
            ("text_amounts", "unled", Said("数字文本前面的零被去掉了; {}", _SENT_TEXT), 1),
            ("text_amounts", "java_all", Said("像数字的文本都经过了 double; {}", _SENT_TEXT), 2),
        )
    ),
    Mistaken("bare_texts", {"bare_text": "amounts"}, Said("文本金额写成了不加引号的数字; {}", _SENT_TEXT)),
    Mistaken("bare_texts", {"bare_text": "numeric"}, Said("像数字的文本写成了不加引号的数字; {}", _SENT_TEXT)),
    Mistaken("bare_texts", {"bare_text": "php"},
        Said("像数字的文本写成了数字(PHP 的 JSON_NUMERIC_CHECK), 前后的零也去掉了; {}", _SENT_TEXT), 1),
    Mistaken("bare_texts", {"bare_text": "amounts", "text_amount": "stripped"},
        Said("文本金额写成了不加引号的数字, 末尾的零也去掉了; {}", _SENT_TEXT), 1),
    Mistaken("bare_texts", {"bare_text": "numeric", "text_amount": "stripped"},
        Said("像数字的文本写成了不加引号的数字, 末尾的零也去掉了; {}", _SENT_TEXT), 1),
    *(
        Mistaken("dates_rewritten", {"date": value}, Said("日期改成了另一种写法({}); {}", form, _SENT_TEXT), rank)
        for value, form, rank in (
            ("digits", "yyyyMMddHHmmss", 0), ("t", "yyyy-MM-ddTHH:mm:ss", 0), ("day", "yyyy-MM-dd", 0),
            ("epoch", Said("毫秒数"), 0), ("epoch_bare", Said("不加引号的毫秒数"), 0), ("epoch_seconds", Said("秒数"), 1),
            ("epoch_seconds_bare", Said("不加引号的秒数"), 1),
            ("t_zone", "yyyy-MM-ddTHH:mm:ss+08:00", 1), ("t_zone_ms", "yyyy-MM-ddTHH:mm:ss.SSS+08:00", 1),
            ("t_zone_basic", "yyyy-MM-ddTHH:mm:ss.SSS+0800", 1), ("t_ms", "yyyy-MM-ddTHH:mm:ss.SSS", 1),
            ("t_utc", "yyyy-MM-ddTHH:mm:ssZ", 1), ("t_utc_ms", "yyyy-MM-ddTHH:mm:ss.SSSZ", 1),
            ("tenths", "yyyy-MM-dd HH:mm:ss.S", 1), ("millis", "yyyy-MM-dd HH:mm:ss.SSS", 1),
            ("day_digits", "yyyyMMdd", 1), ("minutes", "yyyy-MM-dd HH:mm", 1), ("slashes", "yyyy/MM/dd HH:mm:ss", 1),
            ("slashes_short", "yyyy/M/d H:mm:ss", 1), ("gson", "MMM d, yyyy h:mm:ss a", 1), ("zone_before", Said("早 8 小时"), 1),
            ("zone_after", Said("晚 8 小时"), 1),
            ("day_with_time", "yyyy-MM-dd 00:00:00", 1), ("day_slashes", "yyyy/MM/dd", 1), ("day_t", "yyyy-MM-ddT00:00:00", 1),
            ("iso_of_digits", "yyyy-MM-dd HH:mm:ss", 1),
        )
    ),
)  # fmt: skip
ESCAPES: Final = (
    Mistaken("escaped_chinese", {"escape": "u_lower"}, Said("签名原文里的汉字被转成了 \\uXXXX; 应保留原字符"), 0, (*EVERYWHERE,)),
    Mistaken("escaped_chinese", {"escape": "u_upper"}, Said("签名原文里的汉字被转成了大写的 \\uXXXX; {}", _RAW)),
    Mistaken("escaped_chinese", {"escape": "u_double"}, Said("签名原文里的汉字被转成了 \\\\uXXXX; {}", _RAW), 2),
    Mistaken("escaped_chinese", {"escape": "percent_u"}, Said("签名原文里的汉字被转成了 %uXXXX; {}", _RAW), 2),
    Mistaken("escaped_chinese", {"escape": "php"}, Said("签名原文里的汉字和 / 都被转义了(PHP json_encode 缺省如此); {}", _RAW)),
    Mistaken("escaped_chinese", {"escape": "dotnet"}, Said("汉字和部分符号被转成了大写的 \\uXXXX(System.Text.Json 缺省如此); {}", _RAW)),
    Mistaken("slash_escaped", {"escape": "slash"}, Said("签名原文里的 / 被转成了 \\/; 应保留原字符")),
    Mistaken("markup_escaped", {"escape": "markup"}, Said("< > & 被转成了 \\u003c 一类(Go 缺省如此); {}", _RAW)),
    Mistaken("markup_escaped", {"escape": "gson"}, Said("< > & = ' 被转成了 \\u003c 一类(Gson 缺省如此); {}", _RAW)),
    Mistaken("markup_escaped", {"escape": "markup_upper"}, Said("< > & 被转成了大写的 \\u003C 一类; {}", _RAW), 1),
    Mistaken("markup_escaped", {"escape": "entities"}, Said("< > & 被转成了 HTML 实体; {}", _RAW)),
    Mistaken("markup_escaped", {"escape": "entities_quotes"}, Said("< > & 和引号被转成了 HTML 实体; {}", _RAW)),
    Mistaken("markup_escaped", {"escape": "entities_34"}, Said("< > & 和引号被转成了 HTML 实体; {}", _RAW), 1),
    Mistaken("url_encoded", {"escape": "url"}, Said("data 里的文本做了 URL 编码; {}", _RAW)),
    Mistaken("url_encoded", {"escape": "url_lower"}, Said("data 里的文本做了小写的 URL 编码; {}", _RAW), 1),
    Mistaken("url_encoded", {"escape": "url_plus"}, Said("data 里的文本做了 URL 编码(空格成 +); {}", _RAW)),
    Mistaken("url_encoded", {"escape": "url_plus_lower"}, Said("data 里的文本做了小写的 URL 编码(空格成 +); {}", _RAW), 1),
    Mistaken("url_encoded", {"escape": "url_component"}, Said("data 里的文本做了 encodeURIComponent; {}", _RAW)),
    Mistaken("url_encoded", {"escape": "url_uri"}, Said("data 里的文本做了 encodeURI; {}", _RAW), 1),
    Mistaken("url_encoded", {"escape": "url_wide"}, Said("data 里的汉字做了 URL 编码; {}", _RAW), 1),
    Mistaken("url_encoded", {"escape": "url_slash"}, Said("data 里的文本做了 URL 编码(/ 除外); {}", _RAW), 1),
    Mistaken("not_escaped", {"escape": "unescaped"}, Said("文本里的引号、反斜杠或换行没有按 JSON 转义")),
    Mistaken("not_escaped", {"escape": "quotes_only"}, Said("文本里的换行或反斜杠没有按 JSON 转义, 只转义了引号"), 1),
    Mistaken("text_escaped_twice", {"escape": "double"}, Said("文本里的引号、反斜杠或换行转义了两遍")),
    Mistaken("controls_escaped", {"escape": "long_controls"}, Said("换行一类控制字符被转成了 \\u000a, 应为 \\n"), 1),
    Mistaken("controls_escaped", {"escape": "controls_dropped"}, Said("换行一类控制字符被去掉了; {}", _RAW), 1),
    Mistaken("controls_escaped", {"escape": "controls_blank"}, Said("换行一类控制字符变成了空格; {}", _RAW), 1),
    Mistaken("controls_escaped", {"escape": "wide_controls"}, Said("\\u007f、\\u2028 一类字符被转义了; {}", _RAW), 2),
    Mistaken("single_quotes", {"escape": "single"}, Said("签名原文里的 JSON 用了单引号; 应为双引号")),
    Mistaken("no_quotes", {"escape": "no_quotes"}, Said("签名原文里的 JSON 没有引号"), 1),
)  # fmt: skip


def _spaced(value: str, told: Said, rank: int = 0) -> Mistaken:
    return Mistaken(
        "spaced_json",
        {"spaces": value},
        told,
        rank,
        ("all", "data", "below", "rows"),
        {"envelope.spaces": value},
    )


SPACES: Final = (
    _spaced("after", Said("签名原文的 JSON 在冒号和逗号后有空格; 应紧凑书写")),
    _spaced("colon", Said("签名原文的 JSON 在冒号后有空格; 应紧凑书写")),
    _spaced("comma", Said("签名原文的 JSON 在逗号后有空格; 应紧凑书写")),
    _spaced("around", Said("签名原文的 JSON 在冒号和逗号前后有空格; {}", _PLAIN), 1),
    _spaced("around_colon", Said("签名原文的 JSON 在冒号前后有空格; {}", _PLAIN), 1),
    _spaced("inner", Said("签名原文的 JSON 在括号之内也有空格; {}", _PLAIN), 1),
    _spaced("indent2", Said("签名原文的 JSON 带换行和缩进({} 格); 应紧凑书写", 2)),
    _spaced("indent4", Said("签名原文的 JSON 带换行和缩进({} 格); 应紧凑书写", 4)),
    _spaced("tab", Said("签名原文的 JSON 带换行和制表符缩进; {}", _PLAIN)),
    _spaced("tab_tight", Said("签名原文的 JSON 带换行和制表符缩进; {}", _PLAIN), 1),
    _spaced("crlf2", Said("签名原文的 JSON 带 CRLF 换行和缩进({} 格); 应紧凑书写", 2)),
    _spaced("crlf4", Said("签名原文的 JSON 带 CRLF 换行和缩进({} 格); 应紧凑书写", 4), 1),
    _spaced("jackson", Said("签名原文的 JSON 是 Jackson 美化的写法; {}", _PLAIN)),
    _spaced("jackson_crlf", Said("签名原文的 JSON 是 Jackson 美化的写法; {}", _PLAIN), 1),
    _spaced("indent1", Said("签名原文的 JSON 带换行和缩进({} 格); 应紧凑书写", 1), 2),
    _spaced("indent3", Said("签名原文的 JSON 带换行和缩进({} 格); 应紧凑书写", 3), 2),
    _spaced("lines", Said("签名原文的 JSON 带换行; {}", _PLAIN), 1),
    _spaced("lines_tight", Said("签名原文的 JSON 带换行; {}", _PLAIN), 1),
    Mistaken("trailing_comma", {"spaces": "last_comma"}, Said("签名原文的 JSON 末尾多了逗号"), 1, ("all", "data", "below", "rows")),
)  # fmt: skip
_BOTH: Final[tuple[Scope, ...]] = ("all", "data", "below")


def _held(cause: str, value: str, said: Said, rank: int = 0) -> tuple[Mistaken, ...]:
    """Objects and arrays that are held by another, together and each alone."""
    return (
        Mistaken(cause, {"container": value, "list": value}, said, rank, ("data", "all", "below")),
        Mistaken(cause, {"list": value}, Said("{} (只有数组)", said), rank + 1, ("data", "all", "below")),
        Mistaken(
            cause,
            {"container": value},
            Said("{} (只有对象)", said),
            rank + 1,
            ("data", "all", "below", "rows"),
        ),
    )


SHAPES: Final = (
    Mistaken("data_as_sent", dict(SENT), Said("签名原文里的 data 是加密前的原文, 没有排序、去空、转字符串"), 0, ("all",), parts=True),
    Mistaken("nested_as_sent", dict(SENT), Said("内层没有整理: 没有排序、去空、转字符串"), 0, ("below", "rows", "nested"), parts=True),
    *(
        Mistaken(cause, {name: value for name, value in SENT.items() if name in axes}, said, 0, scopes, parts=True)
        for axes, said in (
            (("null", "empty", "array", "number", "boolean"), Said("排了序, 但没有去空、转字符串")),
            (("order", "null", "empty", "array"), Said("没有排序, 也没有去空")),
            (("order", "number", "boolean"), Said("没有排序, 也没有转字符串")),
        )
        for cause, scopes in (("data_as_sent", _ALL), ("nested_as_sent", ("below", "rows", "nested")))
    ),
    Mistaken("empties_kept", {"empty": "keep", "array": "keep", "number": "bare", "boolean": "bare"},
        Said("只去掉了 null 成员, 留着空串、空数组和数组里的 null, 数字和布尔值没加引号(fastjson 缺省如此)"), 1, _ALL,
        items={"null": "null"}),
    *_held("nested_as_text", "text", Said("内层对象或数组被写成了 JSON 文本(带引号和反斜杠); 应为 JSON 本身")),
    *_held("nested_as_text", "text_sent", Said("内层对象或数组未经整理就写成了 JSON 文本; 应为 JSON 本身")),
    *_held("nested_as_text", "text_raw", Said("内层对象或数组加了引号, 其中的引号没有转义; 应为 JSON 本身"), 1),
    *_held("nested_dropped", "drop", Said("签名原文里没有内层对象或数组; 应逐层写出")),
    *_held("nested_emptied", "empty", Said("内层对象或数组写成了空字符串; 应逐层写出"), 1),
    *_held("nested_emptied", "null", Said("内层对象或数组写成了 null; 应逐层写出"), 2),
    *_held("nested_emptied", "brackets", Said("内层对象或数组写成了空的括号; 应逐层写出"), 1),
    *_held("nested_as_language_text", "java", Said("内层对象或数组写成了 Java 的 toString(如 {}); 应为 JSON", "{a=1, b=2}"), 1),
    *_held("nested_as_language_text", "java_bare", Said("内层对象或数组写成了 Java 的 toString(如 {}); 应为 JSON", "{a=1, b=2}"), 1),
    *_held("nested_as_language_text", "java_sorted", Said("内层对象或数组写成了 Java 的 toString(如 {}); 应为 JSON", "{a=1, b=2}"), 1),
    *_held("nested_as_language_text", "python", Said("内层对象或数组写成了 Python 的 str(如 {}); 应为 JSON", "{'a': '1'}"), 1),
    *_held("nested_as_language_text", "python_bare", Said("内层对象或数组写成了 Python 的 str(如 {}); 应为 JSON", "{'a': '1'}"), 1),
    *_held("nested_as_language_text", "script", Said("内层对象或数组写成了 JavaScript 的 String(如 {}); 应为 JSON", "[object Object]"), 1),
    *_held("nested_as_language_text", "php", Said("内层对象或数组写成了 PHP 的 Array; 应为 JSON"), 1),
    *_held("nested_as_language_text", "type_name", Said("内层对象或数组写成了 C# 的类型名; 应为 JSON"), 2),
    Mistaken("nested_unwrapped", {"list": "one"}, Said("只有一个元素的数组写成了那个元素"), 1, ("all", "data", "below")),
    Mistaken("nested_unwrapped", {"list": "indexed"}, Said("数组写成了以序号为名的对象"), 1, ("all", "data", "below")),
    Mistaken("nested_unwrapped", {"list": "joined"}, Said("数组写成了用逗号连接的文本"), 1, ("all", "data", "below")),
    Mistaken("nested_unwrapped", {"list": "first"}, Said("数组只签了第一个元素"), 1, ("all", "data", "below")),
    Mistaken("nested_dropped", {"items": "first"}, Said("数组只签了第一个元素; 应全部写出"), 1, ("rows",)),
    Mistaken("nested_dropped", {"items": "not_last"}, Said("数组的最后一个元素没有签名; 应全部写出"), 1, ("rows",)),
    Mistaken("array_order", {"items": "sorted"}, Said("数组的元素被排了序; 应保持次序"), 0, ("rows",)),
    Mistaken("array_order", {"items": "sorted_sent"}, Said("数组的元素按发送时的 JSON 文本排了序; 应保持次序"), 1, ("rows",)),
    Mistaken("array_order", {"items": "reversed"}, Said("数组的元素次序反了; 应保持次序"), 1, ("rows",)),
    Mistaken("member_names", {"names": "lower"}, Said("成员名称改成了小写; 应照原样"), 1),
    Mistaken("member_names", {"names": "upper"}, Said("成员名称改成了大写; 应照原样"), 1),
    Mistaken("member_names", {"names": "capital"}, Said("成员名称的首字母改成了大写; 应照原样"), 0),
    Mistaken("member_names", {"names": "camel"}, Said("成员名称的首字母改成了小写; 应照原样"), 1),
    Mistaken("member_names", {"names": "snake"}, Said("成员名称改成了下划线写法; 应照原样"), 1),
    Mistaken("member_names", {"names": "snake_kept"}, Said("成员名称改成了下划线写法(连写的大写照旧); 应照原样"), 1),
)  # fmt: skip

MEMBERS: Final = tuple(
    replace(row, members=True, scopes=("all", "rows"), rank=1, yields=True)
    for row in EMPTIES
    if row.rank < 2 and not row.sets.keys().isdisjoint(("null", "empty"))
)
"""Members that are empty, where what is empty in an array without a name is dealt with rightly."""
INSIDE: Final = (*ORDERS, *MEMBERS, *_everywhere((*EMPTIES, *NUMBERS, *ESCAPES, *SHAPES)), *SPACES)
"""Every mistake inside the business object."""
