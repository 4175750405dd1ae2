"""The set `canonical_text`: corners, corners at every level, and the texts of clients that write them otherwise.

The right texts are composed here from pieces written by hand, not by the code that they are to test.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from vector_corners import CORNERS, OUTER
from vector_shape import Group, note, vector_set

SHEET = "centre sheet 3.2"
ASSUMED = "contracts 10, last row: fixed by these vectors, assumed"

NOTES = {
    "EmptyObject": note("DIALECT", "{} 保留(sdk)还是去掉(bare, shanxi)", "{} kept (sdk) or dropped (bare, shanxi)", "双方原文不同", "the texts of two sides differ", SHEET + ", 22"),
    "EmptyAfterCleaning": note("DIALECT", "清理之后才变空的数组和对象", "arrays and objects that are empty only after cleaning", "双方原文不同", "the texts of two sides differ", ASSUMED),
    "EmptyMembers": note("DIALECT", "null、空文本、空数组在每一层都去掉", "null, empty text and empty arrays are dropped at every level", "验签失败", "the signature does not verify", "centre sheet 3.1, 3.2"),
    "NestedArrays": note("DIALECT", "数组里的数组和对象也要清理、排序", "arrays and objects inside arrays are cleaned and sorted too", "双方原文不同", "the texts of two sides differ", SHEET),
    "LexicalNumbers": note("DIALECT", "数与布尔按原样的文字写, sdk 加引号", "numbers and booleans keep their text, quoted in sdk", "12.50 变成 12.5, 验签失败", "12.50 becomes 12.5; the signature does not verify", "centre sheet 3.2, 15"),
    "ZeroIsNotEmpty": note("EDGE_CASE", "0、false、空白文本不是空", "0, false and blank text are not empty", "验签失败", "the signature does not verify", "centre sheet 15 (22)"),
    "ControlCharacters": note("ENCODING", "控制字符按 JSON 的短转义", "control characters as the short escapes of JSON", "双方原文不同", "the texts of two sides differ", ASSUMED),
    "RawText": note("ENCODING", "文本不转义、不做 URL 编码, UTF-8 原样", "text is neither escaped nor URL-encoded, raw UTF-8", "验签失败", "the signature does not verify", "centre sheet 3.1, 3.2, 15"),
    "CodeUnitOrder": note("DIALECT", "按 UTF-16 码元排序, 大写在前", "sorted by UTF-16 code unit, capitals first", "验签失败", "the signature does not verify", SHEET),
    "DuplicateNames": note("EDGE_CASE", "同名成员取最后一个", "of a repeated name the last value counts", "双方按不同的值办事", "two sides act on different values", ASSUMED),
    "JsonText": note("DIALECT", "文本里的 JSON 仍是文本", "JSON inside a text stays a text", "验签失败", "the signature does not verify", SHEET),
    "EmptyArrayKept": note("DIALECT", "空数组留在原文里", "empty arrays left in the text", "该客户端的 6201 验签失败; 一个 C# 客户端如此", "its 6201 does not verify; one C# client does it", "centre sheet 22"),
    "EmptyArrayAsText": note("DIALECT", "空数组写成空文本", "empty arrays written as empty text", "验签失败; 一个公开工具如此", "does not verify; one public tool does it", "centre sheet 22"),
    "EmptyTextKept": note("DIALECT", "空文本留在原文里", "empty text left in the text", "验签失败; 一个 JavaScript 客户端如此", "does not verify; one JavaScript client does it", "centre sheet 22"),
    "NullKept": note("DIALECT", "null 留在原文里", "null left in the text", "验签失败", "does not verify", "centre sheet 15 (3)"),
    "EmptiesInArrays": note("DIALECT", "数组里的对象不清理, 空成员留着", "objects inside arrays are not cleaned: their empty members stay", "有明细的 6201 验签失败", "a 6201 with details does not verify", "centre sheet 15 (4), 22"),
    "UnsortedInArrays": note("DIALECT", "数组里的对象不排序", "objects inside arrays are not sorted", "有明细的 6201 验签失败", "a 6201 with details does not verify", "centre sheet 15 (4), 22"),
    "CaseInsensitiveOrder": note("DIALECT", "不分大小写排序", "sorted without regard to case", "每个 6201 验签失败", "no 6201 verifies", "centre sheet 3.2, 15 (1)"),
    "CodePointOrder": note("DIALECT", "按码点而不是码元排序", "sorted by code point instead of code unit", "成员名含罕用字时验签失败", "does not verify with rare characters in names", SHEET),
    "Unsorted": note("DIALECT", "不排序, 或只排外层", "not sorted, or the outer level only", "验签失败", "does not verify", "centre sheet 3.1 (3)"),
    "BareNumbers": note("DIALECT", "sdk 下数与布尔没有加引号", "numbers and booleans without quotes under sdk", "带数的报文验签失败", "messages with numbers do not verify", "centre sheet 3.2, 15 (2), 22"),
    "QuotedNumbers": note("DIALECT", "bare 下数与布尔加了引号", "numbers and booleans quoted under bare", "带数的报文验签失败", "messages with numbers do not verify", SHEET),
    "RescaledNumbers": note("DIALECT", "数经过浮点或另一小数位", "numbers through a double or another scale", "金额带尾零时验签失败", "amounts with trailing zeros do not verify", "centre sheet 15 (2, 19)"),
    "ZeroDropped": note("DIALECT", "把 0、\"0\" 或 false 当作空", "0, \"0\" or false dropped as empty", "零金额的报文验签失败", "messages with zero amounts do not verify", "centre sheet 15 (22)"),
    "Spaced": note("ENCODING", "JSON 有空格或换行", "JSON with blanks or line ends", "验签失败", "does not verify", "centre sheet 15 (6)"),
    "Escaped": note("ENCODING", "\\u 转义、\\/ 转义、HTML 转义", "\\u, \\/ or HTML escapes", "含中文或斜杠的报文验签失败", "messages with Chinese or slashes do not verify", "centre sheet 15 (5)"),
    "UrlEncoded": note("ENCODING", "值做了 URL 编码", "values URL-encoded", "验签失败", "does not verify", "centre sheet 3.1 (6)"),
    "KeyTail": note("DIALECT", "密钥尾不对: 缺、裸、别的名、在前、换行", "the tail of the secret is wrong: missing, raw, another name, in front, a line end", "每个报文验签失败", "nothing verifies", "centre sheet 3.1 (6), 15 (8)"),
    "WrongMembers": note("DIALECT", "参加签名的成员不对: 多了 signData、encData、extra, 或少了 data、code", "wrong members take part: signData, encData or extra too, or data or code not", "验签失败", "does not verify", "centre sheet 3.1 (1), 15 (7, 15)"),
    "QuotedTop": note("DIALECT", "外层文本加了引号", "text at the top level with quotes", "每个报文验签失败", "nothing verifies", "centre sheet 3.1 (4)"),
    "JsonOfAll": note("DIALECT", "整个信封写成一个 JSON", "the whole envelope as one JSON text", "每个报文验签失败", "nothing verifies", "centre sheet 3.1 (5)"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A value and what each family leaves of it; None: nothing."""

    name: str
    json: str
    sdk: str | None
    bare: str | None
    dropped: str | None
    """`sdk` with `dropEmptyObject`, the profile `shanxi`."""
    flag: str


def same(name: str, text: str, flag: str) -> Piece:
    return Piece(name, text, text, text, text, flag)


def number(text: str) -> Piece:
    return Piece(f"the number {text}", text, f'"{text}"', text, f'"{text}"', "LexicalNumbers")


PIECES = (
    Piece("null", "null", None, None, None, "EmptyMembers"),
    Piece("empty text", '""', None, None, None, "EmptyMembers"),
    Piece("empty array", "[]", None, None, None, "EmptyMembers"),
    Piece("empty object", "{}", "{}", None, None, "EmptyObject"),
    Piece("array of empty text", '[""]', None, None, None, "EmptyAfterCleaning"),
    Piece("array of null", "[null,null]", None, None, None, "EmptyAfterCleaning"),
    Piece("array of empty array", "[[]]", None, None, None, "EmptyAfterCleaning"),
    Piece("array of empty object", "[{}]", "[{}]", None, None, "EmptyObject"),
    Piece("object of empty text", '{"a":""}', "{}", None, None, "EmptyAfterCleaning"),
    Piece("object of object of empty array", '{"a":{"b":[]}}', '{"a":{}}', None, None, "EmptyAfterCleaning"),
    same("blank", '" "', "ZeroIsNotEmpty"),
    same("the text null", '"null"', "ZeroIsNotEmpty"),
    same("the text 0", '"0"', "ZeroIsNotEmpty"),
    Piece("false", "false", '"false"', "false", '"false"', "ZeroIsNotEmpty"),
    *map(number, ("0", "12.50", "-0", "1E+2", "12345678901234567890.10")),
)

Level = tuple[str, Callable[[str], str], Callable[[str | None, str], str | None]]
"""Its name, the `data` around a value, and what is written around what is left of the value in a family."""


def _objects_stay(family: str) -> bool:
    return family == "sdk"


def _object(members: list[tuple[str, str | None]], family: str) -> str | None:
    left = [f'"{name}":{text}' for name, text in members if text is not None]
    return "{" + ",".join(left) + "}" if left or _objects_stay(family) else None


def _array(items: list[str | None], _family: str) -> str | None:
    left = [text for text in items if text is not None]
    return f"[{','.join(left)}]" if left else None


LEVELS: tuple[Level, ...] = (
    ("a member", lambda v: f'{{"z":"1","k":{v}}}', lambda p, f: _object([("k", p), ("z", '"1"')], f)),
    ("the only member", lambda v: f'{{"k":{v}}}', lambda p, f: _object([("k", p)], f)),
    ("in an object", lambda v: f'{{"o":{{"z":"1","k":{v}}}}}', lambda p, f: _object([("o", _object([("k", p), ("z", '"1"')], f))], f)),
    ("alone in an object", lambda v: f'{{"z":"1","o":{{"k":{v}}}}}', lambda p, f: _object([("o", _object([("k", p)], f)), ("z", '"1"')], f)),
    ("in an array", lambda v: f'{{"l":[{v},"x"]}}', lambda p, f: _object([("l", _array([p, '"x"'], f))], f)),
    ("alone in an array", lambda v: f'{{"z":"1","l":[{v}]}}', lambda p, f: _object([("l", _array([p], f)), ("z", '"1"')], f)),
    ("in an object of an array", lambda v: f'{{"l":[{{"z":"1","k":{v}}}]}}', lambda p, f: _object([("l", _array([_object([("k", p), ("z", '"1"')], f)], f))], f)),
    ("alone in an object of an array", lambda v: f'{{"z":"1","l":[{{"k":{v}}}]}}', lambda p, f: _object([("l", _array([_object([("k", p)], f)], f)), ("z", '"1"')], f)),
    ("in an array of an array", lambda v: f'{{"z":"1","l":[[{v}],["x"]]}}', lambda p, f: _object([("l", _array([_array([p], f), '["x"]'], f)), ("z", '"1"')], f)),
)  # fmt: skip

FAMILIES = (("sdk", False), ("bare", False), ("sdk", True))


def key(family: str, dropped: bool, secret: str = "S") -> dict[str, Any]:
    return {"secret": secret, "family": family, "dropEmptyObject": dropped}


def text_of(data: str | None) -> str:
    return f"data={data}&key=S" if data is not None else "key=S"


def corners() -> Iterator[Group]:
    for at, family in enumerate(("sdk", "bare")):
        made = Group("CanonicalText", key(family, dropped=False))
        for comment, flags, data, *texts in CORNERS:
            made.add("valid", comment, flags, data=data, text=texts[at])
        yield made
    for at, family in enumerate(("sdk", "bare")):
        made = Group("CanonicalText", key(family, dropped=False))
        for comment, flags, envelope, data, *texts in OUTER:
            made.add("valid", comment, flags, envelope=envelope, data=data, text=texts[at])
        yield made


def composed() -> Iterator[Group]:
    for family, dropped in FAMILIES:
        name = "dropped" if dropped else family
        made = Group("CanonicalText", key(family, dropped))
        for piece in PIECES:
            for level, around, left in LEVELS:
                text = left(getattr(piece, name), name)
                made.add(
                    "valid", f"{piece.name}, {level}", piece.flag, data=around(piece.json), text=text_of(text)
                )
        yield made


ENVELOPE = '{"appId":"A","version":"2.0.1","encType":"SM4","signType":"SM2","timestamp":"20260101090000","extra":"x","encData":"00","signData":"AA=="}'
HEAD, TAIL = "appId=A&data=", "&encType=SM4&signType=SM2&timestamp=20260101090000&version=2.0.1"
ORDER = '{"medType":"11","medOrgOrd":"MO1","medfeeSumamt":12.50,"mdtrtId":"","feedetailList":[{"pric":1.0,"cnt":"2","memo":"","rxno":null}],"diseinfoList":[],"extData":{},"idNo":"1/2","userName":"测试","acctUsedFlag":false}'
LINES = '[{"cnt":"2","pric":"1.0"}]'
RIGHT = f'{{"acctUsedFlag":"false","extData":{{}},"feedetailList":{LINES},"idNo":"1/2","medOrgOrd":"MO1","medType":"11","medfeeSumamt":"12.50","userName":"测试"}}'


def wrong_texts() -> Group:
    """One 6201, its right text, and what clients of the field sign instead; each differs in one thing."""
    made = Group("CanonicalText", key("sdk", dropped=False))

    def add(
        comment: str, flag: str, data: str = RIGHT, head: str = HEAD, tail: str = TAIL + "&key=S"
    ) -> None:
        text = head + data + tail
        assert text != HEAD + RIGHT + TAIL + "&key=S", comment
        made.add("invalid", comment, flag, envelope=ENVELOPE, data=ORDER, text=text)

    def put(old: str, new: str) -> str:
        assert old in RIGHT, old
        return RIGHT.replace(old, new)

    made.add("valid", "a 6201", "EmptyMembers EmptyObject LexicalNumbers", envelope=ENVELOPE, data=ORDER, text=HEAD + RIGHT + TAIL + "&key=S")  # fmt: skip
    add("empty array kept", "EmptyArrayKept", put('"extData"', '"diseinfoList":[],"extData"'))
    add("empty array as text", "EmptyArrayAsText", put('"extData"', '"diseinfoList":"","extData"'))
    add("empty text kept", "EmptyTextKept", put('"medOrgOrd"', '"mdtrtId":"","medOrgOrd"'))
    add("empty text and empty array kept", "EmptyArrayKept", put('"extData"', '"diseinfoList":[],"extData"').replace('"medOrgOrd"', '"mdtrtId":"","medOrgOrd"'))  # fmt: skip
    add("null kept inside arrays", "NullKept", put('"1.0"}', '"1.0","rxno":null}'))
    add(
        "empty text kept inside arrays",
        "EmptiesInArrays",
        put('"cnt":"2","pric"', '"cnt":"2","memo":"","pric"'),
    )
    add("objects inside arrays left alone", "EmptiesInArrays", put(LINES, '[{"pric":"1.0","cnt":"2","memo":"","rxno":null}]'))  # fmt: skip
    add("objects inside arrays not sorted", "UnsortedInArrays", put(LINES, '[{"pric":"1.0","cnt":"2"}]'))
    add("empty object dropped", "EmptyObject", put('"extData":{},', ""))
    moved = put('"medOrgOrd":"MO1","medType":"11","medfeeSumamt":"12.50"', '"medfeeSumamt":"12.50","medOrgOrd":"MO1","medType":"11"')  # fmt: skip
    add("ignoring case", "CaseInsensitiveOrder", moved)
    sent = '{"medType":"11","medOrgOrd":"MO1","medfeeSumamt":"12.50","feedetailList":[{"pric":"1.0","cnt":"2"}],"extData":{},"idNo":"1/2","userName":"测试","acctUsedFlag":"false"}'
    add("data as sent", "Unsorted", sent)
    add("outer members as sent", "Unsorted", RIGHT, "appId=A&version=2.0.1&encType=SM4&signType=SM2&timestamp=20260101090000&data=", "&key=S")  # fmt: skip
    add("descending", "Unsorted", RIGHT, "version=2.0.1&timestamp=20260101090000&signType=SM2&encType=SM4&data=", "&appId=A&key=S")  # fmt: skip
    add("numbers bare", "BareNumbers", put('"12.50"', "12.50").replace('"1.0"', "1.0"))
    add("booleans bare", "BareNumbers", put('"false"', "false"))
    add("decimals bare, whole numbers not", "BareNumbers", put('"12.50"', "12.50"))
    add("through a double", "RescaledNumbers", put("12.50", "12.5"))
    add("through a double, whole number", "RescaledNumbers", put('"1.0"', '"1"'))
    add("two decimals everywhere", "RescaledNumbers", put('"1.0"', '"1.00"'))
    add("as fen", "RescaledNumbers", put("12.50", "1250"))
    add("an exponent", "RescaledNumbers", put("12.50", "1.250E+1"))
    add("false dropped", "ZeroDropped", put('"acctUsedFlag":"false",', ""))
    add("false as 0", "RescaledNumbers", put('"false"', '"0"'))
    add("a capital False", "RescaledNumbers", put('"false"', '"False"'))
    add("blank after colon and comma", "Spaced", RIGHT.replace('":', '": ').replace(",", ", "))
    add("blank after comma", "Spaced", RIGHT.replace(",", ", "))
    add("blank after colon", "Spaced", RIGHT.replace('":', '": '))
    add("indented", "Spaced", json.dumps(json.loads(RIGHT), ensure_ascii=False, indent=2))
    add("escaped Chinese", "Escaped", put("测试", "\\u6d4b\\u8bd5"))
    add("escaped Chinese, capitals", "Escaped", put("测试", "\\u6D4B\\u8BD5"))
    add("escaped slash", "Escaped", put("1/2", "1\\/2"))
    add("HTML references", "Escaped", put("测试", "&#27979;&#35797;"))
    add("URL-encoded values", "UrlEncoded", put("测试", "%E6%B5%8B%E8%AF%95").replace("1/2", "1%2F2"))
    add("no tail", "KeyTail", tail=TAIL)
    add("the secret alone", "KeyTail", tail=TAIL + "S")
    add("the secret after &", "KeyTail", tail=TAIL + "&S")
    add("another name of the tail", "KeyTail", tail=TAIL + "&appSecret=S")
    add("a capital Key", "KeyTail", tail=TAIL + "&Key=S")
    add("the secret sorted among the members", "KeyTail", tail=TAIL.replace("&signType", "&key=S&signType"))
    add("the secret in front", "KeyTail", head="key=S&" + HEAD, tail=TAIL)
    add("the secret in lower case", "KeyTail", tail=TAIL + "&key=s")
    add("a line end after it", "KeyTail", tail=TAIL + "&key=S\n")
    add("a & after it", "KeyTail", tail=TAIL + "&key=S&")
    add("extra signed", "WrongMembers", tail=TAIL.replace("&signType", "&extra=x&signType") + "&key=S")
    add("encData signed", "WrongMembers", tail="&encData=00" + TAIL + "&key=S")
    add(
        "signData signed",
        "WrongMembers",
        tail=TAIL.replace("&signType", "&signData=AA==&signType") + "&key=S",
    )
    add("without data", "WrongMembers", data="", head="appId=A", tail=TAIL + "&key=S")
    add("data alone", "WrongMembers", head="data=", tail="&key=S")
    add("data alone, no name", "WrongMembers", head="", tail="")
    add("the cipher text instead of data", "WrongMembers", data="00")
    add("without version", "WrongMembers", tail=TAIL.replace("&version=2.0.1", "") + "&key=S")
    add("text quoted at the top", "QuotedTop", head='appId="A"&data=', tail='&encType="SM4"&signType="SM2"&timestamp="20260101090000"&version="2.0.1"&key=S')  # fmt: skip
    add("data as a JSON text", "QuotedTop", data=json.dumps(RIGHT, ensure_ascii=False))
    add("one JSON", "JsonOfAll", head='{"appId":"A","data":', tail=',"encType":"SM4","signType":"SM2","timestamp":"20260101090000","version":"2.0.1"}&key=S')  # fmt: skip
    return made


def other_wrong_texts() -> Iterator[Group]:
    sdk = Group("CanonicalText", key("sdk", dropped=False))
    for comment, flag, data, text in (
        ("code points", "CodePointOrder", '{"～":"1","𠮷":"2"}', '{"～":"1","𠮷":"2"}'),
        ("zero dropped", "ZeroDropped", '{"a":0,"b":"1"}', '{"b":"1"}'),
        ("the text 0 dropped", "ZeroDropped", '{"a":"0","b":"1"}', '{"b":"1"}'),
        ("blank dropped", "ZeroDropped", '{"a":" ","b":"1"}', '{"b":"1"}'),
        ("JSON inside a text sorted", "JsonText", '{"e":"{\\"b\\":1,\\"a\\":2}"}', '{"e":"{\\"a\\":2,\\"b\\":1}"}'),
        ("JSON inside a text taken as an object", "JsonText", '{"e":"{\\"b\\":1}"}', '{"e":{"b":"1"}}'),
        ("the first of a repeated name", "DuplicateNames", '{"a":"1","a":"2"}', '{"a":"1"}'),
        ("empty text kept in an array of texts", "EmptiesInArrays", '{"l":["","x"]}', '{"l":["","x"]}'),
        ("null kept in an array of texts", "EmptiesInArrays", '{"l":[null,"x"]}', '{"l":[null,"x"]}'),
        ("an array of empty text kept empty", "EmptyArrayKept", '{"l":[""],"z":"1"}', '{"l":[],"z":"1"}'),
        ("an empty array inside an array kept", "EmptyArrayKept", '{"l":[[],"x"]}', '{"l":[[],"x"]}'),
        ("an array of texts sorted", "NestedArrays", '{"l":["b","a"]}', '{"l":["a","b"]}'),
        ("trimmed", "RawText", '{"a":" x "}', '{"a":"x"}'),
        ("DEL escaped", "ControlCharacters", '{"a":"\\u007f"}', '{"a":"\\u007f"}'),
        ("a line end left raw", "ControlCharacters", '{"a":"\\n"}', '{"a":"\n"}'),
        ("a large number through a double", "RescaledNumbers", '{"a":12345678901234567890}', '{"a":"1.2345678901234567e+19"}'),
        ("numbers inside arrays bare", "BareNumbers", '{"l":[1,true]}', '{"l":[1,true]}'),
    ):  # fmt: skip
        sdk.add("invalid", comment, flag, data=data, text=text_of(text))
    sdk.add("valid", "names outside ASCII", "CodeUnitOrder", data='{"～":"1","𠮷":"2"}', text=text_of('{"𠮷":"2","～":"1"}'))  # fmt: skip
    yield sdk
    for family, dropped in (("bare", False), ("sdk", True)):
        made = Group("CanonicalText", key(family, dropped))
        name = "shanxi" if dropped else "bare"
        made.add(
            "valid",
            f"{name}: a common one",
            "EmptyObject",
            data='{"a":{},"b":"1"}',
            text=text_of('{"b":"1"}'),
        )
        made.add("invalid", f"{name}: empty object kept", "EmptyObject", data='{"a":{},"b":"1"}', text=text_of('{"a":{},"b":"1"}'))  # fmt: skip
        made.add("invalid", f"{name}: empty object kept in an array", "EmptyObject", data='{"l":[{},"x"]}', text=text_of('{"l":[{},"x"]}'))  # fmt: skip
        if not dropped:
            made.add("invalid", "bare: numbers quoted", "QuotedNumbers", data='{"a":12.50}', text=text_of('{"a":"12.50"}'))  # fmt: skip
            made.add("invalid", "bare: booleans quoted", "QuotedNumbers", data='{"a":true}', text=text_of('{"a":"true"}'))  # fmt: skip
        yield made


def make() -> dict[str, Any]:
    return vector_set(
        "the signed text", "签名原文", "The text to be signed",
        (
            "Is `text` what is signed for `envelope` (absent: {}) and the plaintext `data` (JSON null: no data) with `secret`, in `family`?",
            "`envelope` and `data` are JSON as it stands on the wire, with the numbers as written. Members with no value leave only `key=S`.",
        ),
        NOTES, (*corners(), *composed(), wrong_texts(), *other_wrong_texts()),
    )  # fmt: skip
