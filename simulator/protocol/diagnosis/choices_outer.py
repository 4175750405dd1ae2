"""The table of mistakes around the business object: envelope, tail with the secret, the writing of the whole (sheet 3.1, 15)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from simulator.protocol.diagnosis.choices import Deviation, Mistaken, outer
from simulator.protocol.diagnosis.deviation import Named, Suspect
from simulator.protocol.diagnosis.outer import KNOWN, WITHOUT
from simulator.protocol.text.said import Said, Text, listed
from simulator.protocol.text.times import parse_timestamp, wire_timestamp

_TAIL: Final = Said("应为 &key= 后接 appSecret")
_JOIN: Final = Said("应以 名=值 用 & 连接")
_RAW: Final = Said("签名原文不做任何编码")
_DATA: Final = Said("data 应为明文 JSON 对象")

ENVELOPE: Final = (
    Mistaken("unsorted", {"envelope.order": "wire"}, Said("最外层成员没有排序; 应按 ASCII 码升序")),
    Mistaken("unsorted", {"envelope.order": "wire_data_last"}, Said("最外层成员没有排序; 应按 ASCII 码升序")),
    Mistaken("unsorted", {"envelope.order": "wire_data_first"}, Said("最外层成员没有排序; 应按 ASCII 码升序")),
    Mistaken("case_insensitive_sort", {"envelope.order": "nocase"}, Said("最外层排序时忽略了大小写; 应按 ASCII 码升序")),
    Mistaken("descending_sort", {"envelope.order": "descending"}, Said("最外层成员按降序排列; 应按 ASCII 码升序")),
    Mistaken("unsorted", {"envelope.order": "data_last"}, Said("data 放在了最后; 最外层成员应按 ASCII 码升序"), 0),
    Mistaken("unsorted", {"envelope.order": "data_first"}, Said("data 放在了最前; 最外层成员应按 ASCII 码升序"), 0),
    Mistaken("other_sort", {"envelope.order": "length"}, Said("最外层成员按名称长短排序; 应按 ASCII 码升序"), 1),
    Mistaken("unsorted", {"envelope.order": "hash"}, Said("最外层成员按 HashMap 的次序排列; 应按 ASCII 码升序"), 1),
    Mistaken("unsorted", {"envelope.order": "sample"}, Said("最外层成员按文档样例的次序排列; 应按 ASCII 码升序"), 0),
    Mistaken("unsorted", {"envelope.order": "wire_reversed"}, Said("最外层成员没有排序; 应按 ASCII 码升序"), 2),
    Mistaken("empties_kept", {"envelope.empty": "keep"}, Said("最外层的空字符串成员没有去掉")),
    Mistaken("empties_kept", {"envelope.null": "null"}, Said("最外层的 null 成员没有去掉")),
    Mistaken("empties_kept", {"envelope.null": "empty"}, Said("最外层的 null 成员写成了空值; 应去掉")),
    Mistaken("empties_kept", {"envelope.null": "empty", "envelope.empty": "keep"}, Said("最外层的空成员没有去掉")),
    Mistaken("empties_kept", {"envelope.null": "null", "envelope.empty": "keep"}, Said("最外层的空成员没有去掉")),
    Mistaken("empties_kept", {"envelope.array": "keep"}, Said("最外层的空数组成员没有去掉"), 1),
    Mistaken("zero_dropped", {"envelope.zero": "drop"}, Said("最外层值为 0 的成员(如 code)被去掉了; 0 不是空值")),
    Mistaken("false_dropped", {"envelope.false": "drop"}, Said("最外层值为 false 的成员被去掉了; false 不是空值")),
    Mistaken("false_dropped", {"envelope.false": "drop", "envelope.zero": "drop"},
        Said("最外层值为 0 或 false 的成员被去掉了; 它们不是空值")),
    Mistaken("boolean_text", {"envelope.boolean": "title"}, Said("最外层的布尔值写成了 True/False; 应为 true/false")),
    Mistaken("boolean_text", {"envelope.boolean": "bit"}, Said("最外层的布尔值写成了 1/0; 应为 true/false")),
    Mistaken("extra_member_signed", {"envelope.+signData": "empty"}, Said("签名原文里有空的 signData; 应去掉")),
    Mistaken("extra_member_signed", {"envelope.+encData": "empty"}, Said("签名原文里有空的 encData; 应去掉")),
    Mistaken("extra_member_signed", {"envelope.+extra": "empty"}, Said("签名原文里有空的 extra; 应去掉")),
    Mistaken("extra_member_signed", {"envelope.+signData": "empty", "envelope.+encData": "empty"},
        Said("签名原文里有空的 signData 和 encData; 应去掉"), 1),
    Mistaken("extra_member_signed", {"envelope.+encData": "whole"}, Said("签名原文里多了 encData; 应去掉")),
    Mistaken("extra_member_signed", {"envelope.+extra": "whole"}, Said("签名原文里多了 extra; 应去掉")),
    Mistaken("extra_member_signed", {"envelope.+signData": "null"}, Said("签名原文里有值为 null 的 signData; 应去掉"), 1),
    Mistaken("extra_member_signed", {"envelope.+extra": "null"}, Said("签名原文里有值为 null 的 extra; 应去掉"), 1),
    Mistaken("extra_member_signed", {"envelope.+encData": "null"}, Said("签名原文里有值为 null 的 encData; 应去掉"), 1),
    Mistaken("cipher_signed", {"envelope.data": "enc"}, Said("签名原文里的 data 用了密文; 应先对明文签名, 再加密"), 0),
    Mistaken("cipher_signed", {"envelope.data": "lower"}, Said("签名原文里的 data 用了小写的密文; 应先对明文签名, 再加密"), 1),
    Mistaken("cipher_signed", {"envelope.data": "upper"}, Said("签名原文里的 data 用了大写的密文; 应先对明文签名, 再加密"), 1),
    Mistaken("cipher_signed", {"envelope.data": "missing", "envelope.+encData": "whole"},
        Said("签名原文里没有 data, 用了 encData; 应先对明文签名, 再加密"), 0),
    Mistaken("data_as_sent", {"envelope.data": "plain"}, Said("签名原文里的 data 是加密前的原文, 没有排序、去空、转字符串"), 0),
    Mistaken("without_data", {"envelope.data": "missing"}, Said("签名原文缺少 data; 应先签名后加密"), 0),
    Mistaken("without_data", {"envelope.data": "empty_text"}, Said("签名原文里的 data 是空的; {}", _DATA), 0),
    Mistaken("data_emptied", {"envelope.data": "empty"}, Said("签名原文里的 data 是空对象; {}", _DATA), 1),
    Mistaken("data_emptied", {"envelope.data": "null"}, Said("签名原文里的 data 是 null; {}", _DATA), 1),
    Mistaken("data_as_text", {"envelope.data": "quoted"}, Said("data 被写成了 JSON 文本(带引号和反斜杠); {}", _DATA)),
    Mistaken("data_as_text", {"envelope.data": "quoted_raw"}, Said("data 加了引号; {}", _DATA), 0),
    Mistaken("data_as_text", {"envelope.data": "base64"}, Said("data 做了 base64; {}", _DATA)),
    Mistaken("data_as_text", {"envelope.data": "hex"}, Said("data 写成了十六进制; {}", _DATA), 1),
    Mistaken("data_as_text", {"envelope.data": "hex_upper"}, Said("data 写成了十六进制; {}", _DATA), 1),
    Mistaken("data_as_text", {"envelope.data": "sm3"}, Said("data 写成了它的杂凑值; {}", _DATA), 1),
    Mistaken("data_as_text", {"envelope.data": "sm3_upper"}, Said("data 写成了它的杂凑值; {}", _DATA), 1),
    Mistaken("data_as_text", {"envelope.data": "md5"}, Said("data 写成了它的杂凑值; {}", _DATA), 1),
    Mistaken("data_as_text", {"envelope.data": "md5_upper"}, Said("data 写成了它的杂凑值; {}", _DATA), 1),
    Mistaken("data_as_text", {"envelope.data": "unbraced"}, Said("data 少了外面的花括号; {}", _DATA), 1),
    Mistaken("data_as_text", {"envelope.data": "listed"}, Said("data 被放进了数组; {}", _DATA), 1),
    Mistaken("data_as_text", {"envelope.data": "wrapped"}, Said("data 里又包了一层 data; {}", _DATA), 1),
    Mistaken("data_as_text", {"envelope.data": "java"}, Said("data 写成了 Java 的 toString(如 {}); {}", "{a=1, b=2}", _DATA), 0),
    Mistaken("data_as_text", {"envelope.data": "java_sorted"}, Said("data 写成了 Java 的 toString(如 {}); {}", "{a=1, b=2}", _DATA), 0),
    Mistaken("data_as_text", {"envelope.data": "python"}, Said("data 写成了 Python 的 str(如 {}); {}", "{'a': '1'}", _DATA), 1),
    Mistaken("data_as_text", {"envelope.data": "java_tidied"},
        Said("data 去空、排序后写成了 Java 的 toString(如 {}); {}", "{a=1, b=2}", _DATA), 0),
    Mistaken("data_as_text", {"envelope.data": "python_tidied"},
        Said("data 去空、排序后写成了 Python 的 str(如 {}); {}", "{'a': '1'}", _DATA), 1),
    Mistaken("data_as_text", {"envelope.data": "query"}, Said("data 写成了 名=值 用 & 连接的文本; {}", _DATA), 1),
    Mistaken("url_encoded", {"envelope.data": "url_decoded"}, Said("data 的 JSON 做了 URL 解码(+ 成空格, %XX 还原); {}", _RAW), 1),
    Mistaken("letter_case", {"envelope.data": "capitals"}, Said("data 的 JSON 转成了大写; 应照原样"), 1),
    Mistaken("letter_case", {"envelope.data": "small"}, Said("data 的 JSON 转成了小写; 应照原样"), 1),
    Mistaken("quotes_removed", {"envelope.data": "no_quotes"}, Said("data 的 JSON 里的引号被去掉了; 应照原样"), 1),
    Mistaken("single_quotes", {"envelope.data": "single_quotes"}, Said("data 的 JSON 里的双引号成了单引号; 应照原样"), 1),
    Mistaken("url_encoded", {"envelope.data": "url_wide"}, Said("data 的 JSON 里的汉字做了 URL 编码; {}", _RAW), 1),
    Mistaken("extra_member_signed", {"envelope.data": "with_app"}, Said("签名原文的 data 里多了 appId; 密文里没有"), 1),
    *(
        Mistaken("member_names", {"envelope.data_name": name}, Said("data 在签名原文里改名为 {}; 应为 data", name), 1)
        for name in ("encData", "bizContent", "biz_content", "bizData", "Data", "content", "body", "input")
    ),
    Mistaken("data_as_text", {"envelope.data": "script"}, Said("data 写成了 {}; {}", "[object Object]", _DATA), 0),
    *(
        Mistaken("url_encoded", {"envelope.data": f"url_{name}"}, Said("data 的 JSON 做了 URL 编码; {}", _RAW), rank)
        for name, rank in (("upper", 0), ("lower", 1), ("plus", 1), ("plus_lower", 1), ("component", 1), ("uri", 1),
                           ("plus_python", 1), ("path", 1))
    ),
    *(
        Mistaken("url_encoded", {"envelope.encode": name, "envelope.data": f"url_{name}"},
            Said("各成员的值做了 URL 编码; {}", _RAW), rank)
        for name, rank in (("upper", 0), ("lower", 1), ("plus", 1), ("plus_lower", 1), ("component", 1), ("uri", 1),
                           ("plus_python", 1), ("path", 1))
    ),
    Mistaken("escaped_chinese", {"envelope.escape": "u_lower"}, Said("最外层的汉字(如 message)被转成了 \\uXXXX; 应保留原字符")),
    Mistaken("escaped_chinese", {"envelope.escape": "u_upper"}, Said("最外层的汉字(如 message)被转成了 \\uXXXX; 应保留原字符"), 1),
    Mistaken("slash_escaped", {"envelope.escape": "slash"}, Said("最外层的 / 被转成了 \\/; 应保留原字符"), 1),
    Mistaken("member_names", {"envelope.names": "lower"}, Said("最外层成员名称改成了小写; 应照原样")),
    Mistaken("member_names", {"envelope.names": "upper"}, Said("最外层成员名称改成了大写; 应照原样"), 1),
    Mistaken("member_names", {"envelope.names": "capital"}, Said("最外层成员名称的首字母改成了大写; 应照原样"), 1),
    Mistaken("member_names", {"envelope.names": "snake"}, Said("最外层成员名称改成了下划线写法; 应照原样"), 1),
    Mistaken("values_quoted", {"envelope.quoted": "all", "envelope.data": "quoted_raw"}, Said("各成员的值都加了引号; 文本应不加引号"), 1),
    Mistaken("values_quoted", {"envelope.quoted": "all"}, Said("最外层成员的值加了引号; 文本应不加引号")),
)  # fmt: skip
_JSON: Final = Said("签名原文应为 名=值 用 & 连接, 不是 JSON")
_TAILS: Final[tuple[tuple[dict[str, str], Text], ...]] = (
    ({}, ""),
    ({"tail.place": "plain"}, Said("(只有 &key= 仍是对的)")),
)
FORMS: Final = (
    Mistaken("data_alone", {"envelope.form": "data"}, Said("签名原文只有 data 的 JSON, 没有其他成员; {}", _JOIN), 0),
    Mistaken("data_alone", {"envelope.form": "data", "tail.place": "none"},
        Said("签名原文只有 data 的 JSON, 也没有 &key=appSecret; {}", _JOIN), 0),
    Mistaken("data_alone", {"envelope.form": "data", "tail.place": "raw"},
        Said("签名原文只有 data 的 JSON, 后接 appSecret; {}", _JOIN), 0),
    Mistaken("data_alone", {"envelope.form": "data", "envelope.data": "plain", "tail.place": "none"},
        Said("签名原文只有加密前的 data 原文; {}", _JOIN), 0),
    Mistaken("cipher_signed", {"envelope.form": "data", "envelope.data": "enc", "tail.place": "none"},
        Said("签名原文只有密文; 应先对明文签名, 再加密"), 0),
    *(
        Mistaken("json_of_all", {"envelope.form": form, **more}, Said("{}{}", _JSON, note), rank if not more else 1)
        for form, rank in (("json", 0), ("json_texts", 1), ("json_inner", 0), ("json_inner_texts", 1))
        for more, note in (
            ({}, ""),
            ({"tail.place": "none"}, Said(", 而且没有 appSecret")),
            ({"tail.place": "sorted"}, Said(", appSecret 作为成员放在其中")),
            ({"tail.place": "last"}, Said(", appSecret 作为成员放在其中")),
            ({"envelope.order": "wire"}, Said(", 成员也没有排序")),
            ({"envelope.order": "wire", "tail.place": "none"}, Said(", 成员没有排序, 也没有 appSecret")),
            ({"envelope.order": "wire", "tail.place": "last"}, Said(", 成员没有排序, appSecret 作为成员放在其中")),
        )
    ),
    Mistaken("values_only", {"envelope.form": "values"}, Said("签名原文只有各成员的值, 没有名称; {}", _JOIN), 0),
    Mistaken("values_only", {"envelope.form": "values_amp"}, Said("签名原文只有各成员的值, 没有名称; {}", _JOIN), 1),
    Mistaken("values_only", {"envelope.form": "values", "tail.place": "raw"},
        Said("签名原文只有各成员的值和 appSecret, 没有名称; {}", _JOIN), 0),
    Mistaken("values_only", {"envelope.form": "values_amp", "tail.place": "raw_amp"},
        Said("签名原文只有各成员的值和 appSecret, 没有名称; {}", _JOIN), 1),
    Mistaken("other_separators", {"envelope.form": "glued"}, Said("名称和值之间没有 = 和 &; {}", _JOIN), 0),
    Mistaken("other_separators", {"envelope.form": "glued", "tail.place": "raw"},
        Said("名称和值之间没有 = 和 &, 后接 appSecret; {}", _JOIN), 1),
    Mistaken("members_flattened", {"envelope.form": "flat"}, Said("data 的成员与最外层成员混在一起; 应作为 data 的 JSON"), 0),
    Mistaken("members_flattened", {"envelope.form": "data_pairs"}, Said("签名原文只有 data 的成员; {}", _JOIN), 0),
    *(
        Mistaken("other_separators", {"envelope.between": value, **tail}, Said("成员之间用了 {}{}; {}", told, note, _JOIN), rank)
        for value, told, rank in (
            (",", ",", 0), ("", Said("空"), 0), (";", ";", 1), ("|", "|", 0), ("\n", Said("换行"), 0), (" ", Said("空格"), 1),
            ("&&", "&&", 1), ("&amp;", "&amp;", 0), (" & ", Said("带空格的 &"), 1), ("& ", Said("& 后带空格"), 1), ("\r\n", "CRLF", 1), ("%26", "%26", 2),
            ("＆", "＆", 2), (", ", Said("逗号和空格"), 1), ("+", "+", 2), ("#", "#", 2),
        )
        for tail, note in _TAILS
    ),
    *(
        Mistaken("other_separators", {"envelope.equals": value, **tail}, Said("名称和值之间用了 {}{}; {}", told, note, _JOIN), rank)
        for value, told, rank in (
            (":", ":", 0), ("", Said("空"), 0), (" = ", Said("带空格的 ="), 1), ("==", "==", 1), ("=>", "=>", 2), ("|", "|", 2),
            ("= ", Said("= 后带空格"), 1), (": ", Said("冒号和空格"), 1), ("%3D", "%3D", 2), ("＝", "＝", 2),
        )
        for tail, note in _TAILS
    ),
    Mistaken("other_separators", {"envelope.equals": ":", "envelope.between": ","}, Said("成员写成了 名:值, 用逗号连接; {}", _JOIN), 1),
    Mistaken("other_separators", {"envelope.equals": "", "envelope.between": ""}, Said("名称和值之间没有 = 和 &; {}", _JOIN), 1),
)  # fmt: skip
KEY_NAMES: Final = (
    ("secret", 0), ("appSecret", 0), ("appsecret", 0), ("Key", 0), ("KEY", 0), ("app_secret", 0), ("sign", 1),
    ("app_key", 0), ("appKey", 0), ("appkey", 1), ("secretKey", 0), ("secret_key", 1), ("secretkey", 1), ("AppSecret", 0),
    ("APPSECRET", 1), ("APP_SECRET", 1), ("Secret", 1), ("SECRET", 1), ("SecretKey", 1), ("sk", 1), ("salt", 1), ("token", 1),
    ("signKey", 1), ("sign_key", 1), ("keys", 1), ("key ", 1), (" key", 1), ("apikey", 1), ("api_key", 1), ("apiKey", 1),
    ("password", 2), ("pwd", 2), ("signature", 2), ("mchKey", 2), ("privateKey", 2), ("private_key", 2), ("k", 2),
    ("accessKey", 2), ("signData", 2), ("sk_key", 2), ("appId", 2), ("chnlKey", 2), ("secretId", 2), ("app-secret", 1),
    ("", 1), ("Appsecret", 1), ("clientSecret", 1), ("client_secret", 1), ("signSecret", 1), ("sm4Key", 2), ("sm2Key", 2),
    ("md5Key", 2), ("encKey", 2),
)  # fmt: skip
TAIL: Final = (
    Mistaken("no_key_tail", {"tail.place": "none"}, Said("签名原文末尾缺少 &key=appSecret")),
    Mistaken("no_key_tail", {"tail.place": "raw"}, Said("签名原文末尾直接接了 appSecret, 缺少 &key=")),
    Mistaken("no_key_tail", {"tail.place": "raw_amp"}, Said("签名原文末尾只接了 & 和 appSecret, 缺少 key=")),
    *(Mistaken("key_name", {"tail.name": name}, Said("appSecret 前的名称写成了 {}; 应为 key", f"“{name}”"), rank) for name, rank in KEY_NAMES),
    Mistaken("key_place", {"tail.place": "sorted"}, Said("key 作为成员参加了排序; 应接在末尾")),
    Mistaken("key_place", {"tail.place": "front"}, Said("key=appSecret 放在了最前; 应接在末尾")),
    Mistaken("key_place", {"tail.place": "front_raw"}, Said("appSecret 直接放在了最前; {}", _TAIL)),
    Mistaken("key_place", {"tail.place": "front_raw_amp"}, Said("appSecret 和 & 放在了最前; {}", _TAIL), 1),
    Mistaken("key_place", {"tail.place": "around"}, Said("appSecret 前后各放了一份; {}", _TAIL)),
    Mistaken("key_place", {"tail.place": "both_pairs"}, Said("最前也放了 key=appSecret; 只应接在末尾"), 1),
    Mistaken("key_place", {"tail.place": "both"}, Said("最前也放了 appSecret; 只应接在末尾"), 1),
    *(
        Mistaken("key_place", {"tail.place": "sorted", "tail.name": name}, Said("{} 作为成员参加了排序; 应以 &key= 接在末尾", name), rank)
        for name, rank in (("appSecret", 0), ("secret", 0), ("appsecret", 0), ("app_secret", 1), ("secretKey", 1), ("appKey", 1),
                           ("AppSecret", 1))
    ),
    Mistaken("key_written", {"tail.place": "no_amp"}, Said("key= 之前缺少 &; {}", _TAIL)),
    Mistaken("key_written", {"tail.place": "name_only"}, Said("&key= 之后没有 appSecret")),
    Mistaken("key_written", {"tail.place": "no_equals"}, Said("key 之后缺少 =; {}", _TAIL), 0),
    Mistaken("key_written", {"tail.place": "colon"}, Said("key 之后是冒号; {}", _TAIL), 1),
    Mistaken("key_written", {"tail.place": "comma"}, Said("key= 之前是逗号; {}", _TAIL), 1),
    Mistaken("key_written", {"tail.place": "line"}, Said("key= 之前是换行; {}", _TAIL), 1),
    Mistaken("key_written", {"tail.place": "twice"}, Said("&key=appSecret 接了两遍"), 0),
    Mistaken("key_written", {"tail.place": "amp_twice"}, Said("key= 之前有两个 &; {}", _TAIL), 0),
    Mistaken("key_written", {"tail.place": "query"}, Said("key= 之前是问号; {}", _TAIL), 2),
    Mistaken("key_written", {"tail.place": "spaced"}, Said("key= 之前的 & 带空格; {}", _TAIL), 1),
    Mistaken("key_written", {"tail.place": "semicolon"}, Said("key= 之前是分号; {}", _TAIL), 2),
    Mistaken("key_written", {"tail.place": "equals_spaced"}, Said("key 之后的 = 带空格; {}", _TAIL), 1),
    Mistaken("no_key_tail", {"tail.place": "amp_end"}, Said("签名原文末尾只有 &, 缺少 key=appSecret"), 0),
    *(
        Mistaken("secret_form", {"tail.secret": value}, Said("key= 之后应为 appSecret 原样, 用的是{}", told), rank)
        for value, told, rank in (
            ("lower", Said("它的小写"), 0), ("upper", Said("它的大写"), 0), ("double", Said("两遍 appSecret"), 1),
            ("half", Said("它的前 16 个字符"), 0), ("rest", Said("它的后 16 个字符"), 1), ("message_key", Said("SM4 报文密钥"), 0),
            ("app_id", "appId", 0), ("app_half", Said("appId 的前 16 个字符"), 1), ("hex", Said("它的十六进制"), 1),
            ("hex_upper", Said("它的大写十六进制"), 1), ("base64", Said("它的 base64"), 0), ("md5", Said("它的 MD5"), 0),
            ("md5_upper", Said("它的大写 MD5"), 0), ("sm3", Said("它的 SM3"), 1), ("sm3_upper", Said("它的大写 SM3"), 1),
            ("encrypted", Said("SM4 加密后的 appSecret"), 0), ("encrypted_lower", Said("SM4 加密后的小写 appSecret"), 1),
            ("reversed", Said("颠倒的 appSecret"), 2), ("quoted", Said("带引号的 appSecret"), 0), ("null", "null", 0),
            ("undefined", "undefined", 0), ("none", "None", 0), ("app_and_secret", Said("appId 后接 appSecret"), 1),
            ("secret_and_app", Said("appSecret 后接 appId"), 1), ("before_blank", Said("前面带空格的 appSecret"), 0),
            ("bracket", Said("带方括号的 appSecret"), 2),
            ("braces", Said("带花括号的 appSecret"), 2), ("word", Said("文字 appSecret"), 1),
            ("unhexed", Said("当作十六进制解开的 appSecret"), 1), ("unbase64", Said("当作 base64 解开的 appSecret"), 1),
            ("sample", Said("文档样例的 appSecret"), 1),
            ("sha256", Said("它的 SHA-256"), 2), ("cut", Said("少了最后一个字符的 appSecret"), 1),
            ("cut_first", Said("少了第一个字符的 appSecret"), 1),
        )
    ),
)  # fmt: skip
_ENDS: Final = Said("签名原文首尾不应有别的字符")
WHOLE: Final = (
    *(
        Mistaken("bom" if value.startswith("bom") else "trailing_characters", {"whole.ends": value}, Said("签名原文{}; {}", told, _ENDS), rank)
        for value, told, rank in (
            ("amp", Said("末尾多了 &"), 0), ("line", Said("末尾多了换行"), 0), ("crlf", Said("末尾多了 CRLF 换行"), 0),
            ("blank", Said("末尾多了空格"), 0), ("cr", Said("末尾多了回车"), 1), ("tab", Said("末尾多了制表符"), 1),
            ("nul", Said("末尾多了零字节"), 1), ("comma", Said("末尾多了逗号"), 1), ("semicolon", Said("末尾多了分号"), 2),
            ("line_two", Said("末尾多了两个换行"), 1), ("dot", Said("末尾多了句点"), 2), ("equals", Said("末尾多了 ="), 2),
            ("bom", Said("以 BOM(EF BB BF)开头"), 0), ("bom_after", Said("末尾多了 BOM"), 2),
            ("blank_before", Said("开头多了空格"), 0), ("amp_before", Said("开头多了 &"), 0), ("query", Said("开头多了 ?"), 0),
            ("line_before", Said("开头多了换行"), 1), ("braces", Said("外面多了花括号"), 1), ("brackets", Said("外面多了方括号"), 2),
            ("quotes", Said("外面多了引号"), 1), ("single", Said("外面多了单引号"), 2), ("sign", Said("末尾多了 &sign="), 1),
            ("sign_data", Said("末尾多了 &signData="), 1),
        )
    ),
    Mistaken("letter_case", {"whole.case": "lower"}, Said("整个签名原文转成了小写; 应照原样")),
    Mistaken("letter_case", {"whole.case": "upper"}, Said("整个签名原文转成了大写; 应照原样")),
    *(
        Mistaken("url_encoded", {"whole.url": f"url_{name}"}, Said("整个签名原文做了 URL 编码; {}", _RAW), rank)
        for name, rank in (("upper", 0), ("lower", 1), ("plus", 0), ("plus_python", 1), ("plus_lower", 1), ("component", 1),
                           ("uri", 1), ("path", 1))
    ),
    *(
        Mistaken(cause, {"whole.escape": name}, said, rank)
        for cause, name, said, rank in (
            ("escaped_chinese", "u_lower", Said("整个签名原文里的汉字被转成了 \\uXXXX; 应保留原字符"), 1),
            ("escaped_chinese", "u_upper", Said("整个签名原文里的汉字被转成了大写的 \\uXXXX; 应保留原字符"), 1),
            ("markup_escaped", "entities", Said("整个签名原文做了 HTML 转义; {}", _RAW), 1),
            ("markup_escaped", "entities_plain", Said("整个签名原文里的 < > & 做了 HTML 转义; {}", _RAW), 1),
            ("blanks_removed", "no_spaces", Said("整个签名原文里的空格被去掉了; 应照原样"), 0),
            ("quotes_removed", "no_quotes", Said("整个签名原文里的引号被去掉了; 应照原样"), 0),
            ("single_quotes", "single_quotes", Said("整个签名原文里的双引号成了单引号; 应照原样"), 1),
            ("quotes_removed", "no_backslashes", Said("整个签名原文里的反斜杠被去掉了; 应照原样"), 0),
            ("slash_escaped", "slashes", Said("整个签名原文里的 / 被转成了 \\/; 应保留原字符"), 1),
            ("text_encoded", "json_text", Said("整个签名原文写成了 JSON 文本(带引号和反斜杠); {}", _RAW), 0),
            ("text_encoded", "json_inner", Said("整个签名原文里的引号前多了反斜杠; {}", _RAW), 0),
            ("text_reversed", "reversed", Said("整个签名原文前后颠倒了"), 2),
            ("text_twice", "twice", Said("签名原文接了两遍"), 1),
        )
    ),
    *(
        Mistaken("charset", {"whole.charset": name}, Said("签名原文的字节不是 UTF-8, 而是 {}; 应用 UTF-8", told), rank)
        for name, told, rank in (
            ("gbk", "GBK", 0), ("gb18030", "GB18030", 1), ("utf16le", "UTF-16LE", 0), ("utf16be", "UTF-16BE", 0),
            ("utf16le_bom", Said("带 BOM 的 {}", "UTF-16LE"), 1), ("utf16_bom", Said("带 BOM 的 {}", "UTF-16BE"), 1),
            ("latin1", Said("ISO-8859-1(汉字成了问号)"), 0), ("latin1_low", Said("每个字符的低 8 位"), 1),
            ("twice", Said("当作 ISO-8859-1 又编码一次的 UTF-8"), 0), ("cp1252_twice", Said("当作 Windows-1252 又编码一次的 UTF-8"), 1),
            ("gbk_twice", Said("当作 GBK 又编码一次的 UTF-8"), 1),
            ("gb18030_twice", Said("当作 GB18030 又编码一次的 UTF-8"), 1), ("of_gbk", Said("当作 UTF-8 解开的 GBK"), 1),
            ("big5", "Big5", 2), ("ascii_drop", Said("去掉了汉字的 ASCII"), 1), ("cesu", "CESU-8", 2),
            ("ascii_twice", Said("每个汉字字节成了问号的 ASCII"), 1),
        )
    ),
)  # fmt: skip
AROUND: Final = (*ENVELOPE, *FORMS, *TAIL, *WHOLE)
"""Every mistake around the business object that does not depend on what stands in the message."""
MOST_NAMES: Final = 24
"""Outer members that are looked at one by one."""
MOST_PATHS: Final = 96
"""Members of the business object that may be missing in its signed text, one by one."""
_ANSWER: Final = ("code", "message", "success", "type")
_OTHERS: Final = {
    "version": (("1.0.0", 0), ("2.0.0", 0), ("2.0", 1), ("1.0", 1), ("V2.0.1", 1), ("2.0.2", 2), ("2", 2), ("1.0.1", 2)),
    "encType": (("sm4", 0), ("SM4/ECB/PKCS5Padding", 1), ("plain", 2), ("SM4_ECB", 2), ("", 2), ("AES", 2), ("Sm4", 2)),
    "signType": (("sm2", 0), ("SM3withSM2", 1), ("SM2withSM3", 1), ("SM3", 1), ("MD5", 1), ("Sm2", 2), ("RSA", 2)),
    "success": (("True", 0), ("1", 1)),
    "code": (("200", 1), ("00", 2), ("1", 2), ("0.0", 2), ("success", 2)),
    "message": (("success", 2), ("SUCCESS", 2), ("OK", 2), ("ok", 2)),
}  # fmt: skip


def members(seen: Suspect, *, far: bool) -> Iterator[Deviation]:
    """Mistakes with the outer members that this message has: left out, or signed with another value."""
    names = [name for name in seen.envelope if name not in ("signData", "encData", "extra", "data")][
        :MOST_NAMES
    ]
    coded = [name for name in _ANSWER if name in names]
    rows = []
    if len(coded) > 1:
        said = Said("签名原文缺少应答字段 {}; 除三个排除项外都要签名", listed(", ", coded))
        rows.append(Mistaken("missing_code_fields", {f"envelope.-{name}": "" for name in coded}, said))
    for name in names:
        if name in coded:
            said = Said("签名原文缺少应答字段 {}; 除三个排除项外都要签名", name)
            rows.append(Mistaken("missing_code_fields", {f"envelope.-{name}": ""}, said))
        else:
            rows.append(
                Mistaken("member_not_signed", {f"envelope.-{name}": ""}, Said("签名原文缺少 {}", name))
            )
        for value, rank in () if isinstance(seen.envelope[name], bool) else _OTHERS.get(name, ()):
            rows.append(_other(name, value, Said("“{}”", value), rank))
    if len(names) > 1:
        said = Said("签名原文只有 data, 没有其他成员")
        rows.append(Mistaken("data_alone", {f"envelope.-{name}": "" for name in names}, said))
    beside = [name for name in names if name not in ("appId", "timestamp")]
    if 1 < len(beside) < len(names):
        said = Said("签名原文只有 appId、timestamp 和 data, 缺少 {}", listed(", ", beside))
        rows.append(Mistaken("member_not_signed", {f"envelope.-{name}": "" for name in beside}, said, 1))
    types = [name for name in ("encType", "signType") if name in names]
    if len(types) == 2:
        rows.append(
            Mistaken(
                "member_not_signed",
                {f"envelope.-{name}": "" for name in types},
                Said("签名原文缺少 {}", "encType, signType"),
            )
        )
        rows.append(Mistaken("member_value", {"envelope.=encType": "sm4", "envelope.=signType": "sm2"},
                        Said("签名用的 encType、signType 是小写, 与报文里的不同"), 1))  # fmt: skip
    rows += _apps(seen, names)
    rows += [
        Mistaken(
            "secret_form",
            {"tail.secret": f"{KNOWN}{at}"},
            Said("key= 之后应为 appSecret 原样, 用的是{}", told),
        )
        for at, (told, _) in enumerate(seen.secrets)
    ]
    yield from outer(rows)
    for path in _paths(seen.data):
        said = Said("签名原文的 data 里缺少 {}(多半是签名之后才加的)", path)
        named = Named("member_not_signed", "rows" if "/" in path else "data", said)
        yield Deviation(named, {}, {"envelope.data": f"{WITHOUT}{path}"}, 1, alone=True)
    if "timestamp" in names:
        yield from _times(seen, far=far)


def _paths(data: Any) -> Iterator[str]:
    """Members of the business object and of the rows of its lists, the first MOST_PATHS."""
    if not isinstance(data, dict):
        return
    rows = {
        f"{name}/{one}": None
        for name, held in data.items()
        if isinstance(held, (list, tuple))
        for row in held[:MOST_NAMES]
        if isinstance(row, dict)
        for one in row
    }
    yield from [name for name in (*data, *rows) if name.count("/") == (name in rows)][:MOST_PATHS]


def _other(name: str, value: str, told: Text, rank: int) -> Mistaken:
    return Mistaken(
        "member_value",
        {f"envelope.={name}": value},
        Said("签名用的 {} 是{}, 与报文里的不同", name, told),
        rank,
    )


def _apps(seen: Suspect, names: list[str]) -> Iterator[Mistaken]:
    app = seen.keys.app_id
    if "appId" not in names:
        yield Mistaken("member_value", {"envelope.+appId": app}, Said("签名原文里有 appId, 报文里没有"))
        return
    for value, told, rank in (
        (app.lower(), Said("小写的"), 0),
        (app.upper(), Said("大写的"), 1),
        (app[:16], Said("前 16 个字符"), 0),
        (seen.keys.app_secret, "appSecret", 1),
    ):
        yield Mistaken(
            "member_value",
            {"envelope.=appId": value},
            Said("签名用的 appId 是{}, 与报文里的不同", told),
            rank,
        )
    for value in seen.other_apps[:16]:
        yield Mistaken("other_app_id", {"envelope.=appId": value}, Said("签名用的是另一个应用的 appId"))


LONGEST_TWICE: Final = 1000
"""Milliseconds between two readings of the clock that a deep search reckons with."""


def _times(seen: Suspect, *, far: bool) -> Iterator[Deviation]:
    """The moment in another form, in another zone, and taken some moments before or after."""
    sent = str(seen.envelope.get("timestamp"))
    parsed = parse_timestamp(seen.envelope.get("timestamp"))
    if parsed is None or parsed[1] >= 10**14:
        return
    form, moment = parsed
    twice = Said("签名用的 timestamp 与报文里的不是同一个值(取了两次时间)")
    zone = Said("签名用的 timestamp 与报文里的相差 8 小时(时区不同)")
    wanted: list[tuple[str, str, Said, int, bool]] = []
    for name, told in (
        ("14", "yyyyMMddHHmmss"),
        ("13", Said("13 位毫秒")),
        ("10", Said("10 位秒")),
        ("iso", "yyyy-MM-dd HH:mm:ss"),
    ):
        wanted.append((_written(moment, name), "timestamp_form", _other_form(told), 0, False))
    if form == "13":
        whole = Said("签名用的 timestamp 没有毫秒, 报文里有")
        wanted.append((_written(moment // 1000 * 1000, form), "timestamp_form", whole, 0, False))
    base = _written(moment, "14")
    for text in (
        base[:8],
        base[:12],
        _written(moment, "13") + "000",
        base + "000",
        _written(moment, "iso").replace(" ", "T"),
    ):
        wanted.append((text, "timestamp_form", _other_form(Said("{} 个字符", len(text))), 1, False))
    for hours in (-8, 8):
        wanted.append((_written(moment + hours * 3_600_000, form), "timestamp_zone", zone, 0, False))
    step, near, reach = (1, 5, LONGEST_TWICE if far else 50) if form == "13" else (1000, 2, 5)
    for away in range(1, reach + 1):
        for sign in (-1, 1):
            wanted.append(
                (
                    _written(moment + sign * away * step, form),
                    "timestamp_twice",
                    twice,
                    int(away > 1),
                    away > near,
                )
            )
    if form == "13":
        wanted += [
            (_written(moment + away * 1000, form), "timestamp_twice", twice, 1, abs(away) > 1)
            for away in (-3, -2, -1, 1, 2, 3)
        ]
    known = {sent}
    for text, cause, said, rank, alone in wanted:
        if text and text not in known:
            known.add(text)
            yield Deviation(
                Named(cause, "envelope", said), {}, {"envelope.=timestamp": text}, rank, alone=alone
            )


def _other_form(told: Text) -> Said:
    return Said("签名用的 timestamp 是另一种写法({}), 报文里不是", told)


def _written(moment: int, form: str) -> str:
    if moment < 0:
        return ""
    try:
        return str(wire_timestamp(moment, form))
    except (ValueError, OverflowError):
        return ""


def around(seen: Suspect, *, far: bool = True) -> Iterator[Deviation]:
    """Every mistake around the business object of this message. `far`: those too that take many tries."""
    for one in outer(ENVELOPE):
        yield replace(one, named=replace(one.named, scope="envelope"))
    yield from outer((*FORMS, *TAIL, *WHOLE))
    yield from members(seen, far=far)
