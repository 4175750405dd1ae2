"""Mistakes around the business object: separators, the secret, members, other copies, the charset."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from . import sm, tree
from .bodies import beijing
from .content import BEIJING
from .plan import Context, Members, Plan
from .registry import once, pushing, setting
from .tree import Tree

# --- separators and secret -------------------------------------------------------------------------------

for _name, _words, _apply in (
    ("joined_without_separator", "Members are joined without &, only &key= has one", setting(separator="")),
    ("joined_by_comma", "Members are joined by commas, only &key= has &", setting(separator=",")),
    ("joined_by_newline", "Members are joined by line feeds, only &key= has &", setting(separator="\n")),
    ("joined_by_bar", "Members are joined by |, only &key= has &", setting(separator="|")),
    ("joined_by_html_ampersand", "Members are joined by &amp;, only &key= has &", setting(separator="&amp;")),
    (
        "joined_by_ampersand_blank",
        "Members are joined by & and a blank, only &key= has & alone",
        setting(separator="& "),
    ),
):
    once(_name, _words, _apply, "separator", scope="envelope")
for _name, _words, _pair in (
    ("equals_sign_missing", "Names and values of members stand side by side without =", lambda n, v: n + v),
    ("values_only", "Only the values of members are joined, without their names", lambda n, v: v),
    ("colon_instead_of_equals", "Name and value are joined by a colon", lambda n, v: f"{n}:{v}"),
    (
        "values_quoted",
        'Texts of the envelope stand in quotation marks (appId="..."), data does not',
        lambda n, v: f"{n}={v}" if n == "data" else f'{n}="{v}"',
    ),
    ("blanks_around_equals", "There are blanks around = of members", lambda n, v: f"{n} = {v}"),
):
    once(_name, _words, setting(pair=_pair), "pair", scope="envelope")


def _tail(function: Callable[[str], str]) -> Callable[[Plan], None]:
    return setting(tail=lambda context: function(context.secret))


def _head(plan: Plan) -> None:
    plan.head = lambda context: f"key={context.secret}&"
    plan.tail = lambda context: ""


def _sandwich(plan: Plan) -> None:
    plan.head = lambda context: context.secret
    plan.tail = lambda context: context.secret


def _sorted_secret(name: str) -> Callable[[Plan], None]:
    def apply(plan: Plan) -> None:
        plan.member_steps.append(lambda members, context: [*members, (name, context.secret)])
        plan.tail = lambda context: ""

    return apply


def _both_secrets(plan: Plan) -> None:
    plan.head = lambda context: f"key={context.secret}&"


for _name, _words, _apply in (
    ("secret_missing", "The secret is missing: the text ends after the members", _tail(lambda s: "")),
    ("secret_value_missing", "The text ends with &key= without the secret", _tail(lambda s: "&key=")),
    ("secret_at_front", "key=secret& stands at the front and nothing at the end", _head),
    ("secret_at_both_ends", "key=secret stands at the front as well as at the end", _both_secrets),
    ("secret_around_text", "The bare secret stands before and after the members, without key=", _sandwich),
    ("secret_sorted_among_members", "key=secret is sorted among the members", _sorted_secret("key")),
    (
        "secret_sorted_as_app_secret",
        "appSecret=secret is sorted among the members and there is no key= at the end",
        _sorted_secret("appSecret"),
    ),
    (
        "secret_named_app_secret",
        "The tail is &appSecret=secret instead of &key=secret",
        _tail(lambda s: "&appSecret=" + s),
    ),
    (
        "secret_named_secret",
        "The tail is &secret=secret instead of &key=secret",
        _tail(lambda s: "&secret=" + s),
    ),
    (
        "secret_named_app_key",
        "The tail is &appKey=secret instead of &key=secret",
        _tail(lambda s: "&appKey=" + s),
    ),
    ("secret_named_key_capital", "The tail is &KEY=secret in capitals", _tail(lambda s: "&KEY=" + s)),
    ("secret_without_name", "The tail is &secret, without key=", _tail(lambda s: "&" + s)),
    ("secret_bare", "The secret follows the last value directly, without &key=", _tail(lambda s: s)),
    ("secret_without_ampersand", "The tail is key=secret without & before it", _tail(lambda s: "key=" + s)),
    ("secret_double_ampersand", "The tail is &&key=secret", _tail(lambda s: "&&key=" + s)),
    ("secret_small_letters", "The secret is signed in small letters", _tail(lambda s: "&key=" + s.lower())),
    (
        "secret_trailing_newline",
        "The secret has a line feed at its end",
        _tail(lambda s: f"&key={s}\n"),
    ),
    (
        "secret_trailing_crlf",
        "The secret has a carriage return and a line feed at its end",
        _tail(lambda s: f"&key={s}\r\n"),
    ),
    ("secret_leading_blank", "The secret has a blank before it", _tail(lambda s: "&key= " + s)),
    (
        "secret_first_16",
        "Only the first 16 characters of the secret stand there",
        _tail(lambda s: "&key=" + s[:16]),
    ),
    ("secret_twice", "&key=secret stands twice at the end", _tail(lambda s: f"&key={s}&key={s}")),
    (
        "secret_sm3",
        "The capital hexadecimal SM3 of the secret stands in its place",
        _tail(lambda s: "&key=" + sm.sm3(s.encode()).hex().upper()),
    ),
    (
        "secret_base64",
        "The base64 of the secret stands in its place",
        _tail(lambda s: "&key=" + sm.b64(s.encode())),
    ),
    (
        "secret_is_app_id",
        "The appId stands in the place of the secret",
        setting(tail=lambda context: "&key=" + context.app_id),
    ),
    (
        "secret_is_message_key",
        "The derived message key stands in the place of the secret",
        setting(tail=lambda c: "&key=" + sm.message_key(c.app_id, c.secret).decode()),
    ),
):
    once(_name, _words, _apply, "secret")

# --- members that take part ------------------------------------------------------------------------------


def _without(*names: str) -> Callable[[Plan], None]:
    def step(members: Members, context: Context) -> Members:
        return [m for m in members if m[0] not in names]

    return pushing("member_steps", step)


for _member, _label in (
    ("appId", "app_id"),
    ("version", "version"),
    ("encType", "enc_type"),
    ("signType", "sign_type"),
    ("timestamp", "timestamp"),
    ("data", "data"),
    ("transType", "trans_type"),
):
    once(
        f"{_label}_not_signed",
        f"{_member} does not take part in the signed text",
        _without(_member),
        f"member:{_member}",
        scope="envelope",
    )
for _member, _label in (("code", "code"), ("message", "message"), ("success", "success"), ("type", "type")):
    once(
        f"{_label}_not_signed",
        f"{_member} of the answer does not take part in the signed text",
        _without(_member),
        f"member:{_member}",
        scope="envelope",
        kind="response",
    )


def _keep_only(*names: str) -> Callable[[Plan], None]:
    def step(members: Members, context: Context) -> Members:
        return [m for m in members if m[0] in names]

    return pushing("member_steps", step)


def _append(function: Callable[[Context], tuple[str, str] | None]) -> Callable[[Plan], None]:
    def step(members: Members, context: Context) -> Members:
        added = function(context)
        return [*members, added] if added else members

    return pushing("member_steps", step)


def _replace(name: str, function: Callable[[str, Context], str]) -> Callable[[Plan], None]:
    def step(members: Members, context: Context) -> Members:
        return [(n, function(v, context) if n == name else v) for n, v in members]

    return pushing("member_steps", step)


def _rename_data(name: str, encrypted: bool) -> Callable[[Plan], None]:
    def step(members: Members, context: Context) -> Members:
        return [(name, context.enc_data if encrypted else v) if n == "data" else (n, v) for n, v in members]

    return pushing("member_steps", step)


def _extra(context: Context) -> tuple[str, str] | None:
    value = context.envelope.get("extra")
    return ("extra", value) if value else None


def _lift(members: Members, context: Context) -> Members:
    out = [m for m in members if m[0] != "data"]
    cleaned = tree.parse(dict(members)["data"]) if dict(members).get("data", "").startswith("{") else {}
    taken = {n for n, _ in out}
    return out + [
        (n, v if isinstance(v, str) else tree.dump(v)) for n, v in cleaned.items() if n not in taken
    ]


def _data_only(plan: Plan) -> None:
    _keep_only("data")(plan)
    plan.pair = lambda name, value: value
    plan.tail = lambda context: ""


def _data_and_secret(plan: Plan) -> None:
    _keep_only("data")(plan)
    plan.pair = lambda name, value: value


for _name, _words, _apply, _groups in (
    ("algorithms_not_signed", "Neither encType nor signType takes part", _without("encType", "signType"), ()),
    (
        "only_data_and_secret_signed",
        "Only data=... and &key=secret are signed, no other member of the envelope",
        _keep_only("data"),
        (),
    ),
    (
        "data_text_and_secret_signed",
        "Only the canonical JSON (without data=) and &key=secret are signed",
        _data_and_secret,
        ("pair",),
    ),
    (
        "only_data_text_signed",
        "Only the canonical JSON of data is signed: no names, no envelope, no secret",
        _data_only,
        ("pair", "secret"),
    ),
    (
        "only_app_id_timestamp_data_signed",
        "Of the envelope only appId, timestamp and data take part",
        _keep_only("appId", "timestamp", "data"),
        (),
    ),
    (
        "enc_data_signed_instead_of_data",
        "encData=cipher text takes part in the place of data",
        _rename_data("encData", True),
        (),
    ),
    (
        "cipher_text_signed_under_data",
        "data=cipher text is signed instead of the plain business object",
        _rename_data("data", True),
        (),
    ),
    (
        "enc_data_signed_too",
        "encData=cipher text takes part besides data",
        _append(lambda c: ("encData", c.enc_data)),
        (),
    ),
    (
        "plain_data_named_enc_data",
        "The canonical JSON stands under the name encData instead of data",
        _rename_data("encData", False),
        (),
    ),
    (
        "plain_data_named_biz_content",
        "data stands under the name bizContent",
        _rename_data("bizContent", False),
        (),
    ),
    ("extra_signed", "extra takes part in the signed text although it is never signed", _append(_extra), ()),
    (
        "empty_sign_data_signed",
        "signData= takes part, still empty",
        _append(lambda c: ("signData", "")),
        (),
    ),
    (
        "empty_enc_data_signed",
        "encData= takes part, still empty, besides data",
        _append(lambda c: ("encData", "")),
        (),
    ),
    (
        "business_members_lifted",
        "The members of data are joined as members of the envelope instead of one data=...",
        pushing("member_steps", _lift),
        (),
    ),
):
    once(_name, _words, _apply, "members", *_groups, scope="envelope")
once(
    "app_id_inside_data_signed",
    "appId is signed inside data too although the encrypted business object does not hold it",
    pushing("edits", lambda value, context: value | {"appId": context.app_id}),
    "added",
    scope="data",
)


def _member_absent(value: Tree, context: Context) -> Tree:
    names = [n for n, v in value.items() if v not in (None, "", [])]
    gone = names[context.draw % len(names)]
    return {n: v for n, v in value.items() if n != gone}


def _row_member_absent(value: Tree, context: Context) -> Tree:
    def strip(item: Tree, name: str) -> Tree:
        return {n: v for n, v in item.items() if n != name} if isinstance(item, dict) else item

    for name, items in value.items():
        if isinstance(items, list) and items and isinstance(items[0], dict):
            names = [n for n, v in items[0].items() if v not in (None, "", [])]
            if names:
                gone = names[context.draw % len(names)]
                return value | {name: [strip(item, gone) for item in items]}
    return value


once(
    "member_added_after_signing",
    "One member of the encrypted business object (an own member of it) is missing in the signed text, "
    "because it was added after signing",
    pushing("edits", _member_absent),
    "absent",
    scope="data",
)
once(
    "row_member_added_after_signing",
    "One member of every row of the first list is missing in the signed text, because it was added after "
    "signing",
    pushing("edits", _row_member_absent),
    "absent",
    scope="rows",
)


def _nested_absent(value: Tree, context: Context) -> Tree:
    return {n: v for n, v in value.items() if not isinstance(v, dict)}


once(
    "nested_objects_not_signed",
    "Objects nested in the business object do not take part in the signed text",
    pushing("edits", _nested_absent),
    "absent",
    scope="nested",
)
once(
    "lists_not_signed",
    "Lists that are members of the business object do not take part in the signed text",
    pushing("edits", lambda value, context: {n: v for n, v in value.items() if not isinstance(v, list)}),
    "absent",
    scope="data",
)

# --- other copies of a value -----------------------------------------------------------------------------


def _stamp_second(text: str) -> int | None:
    if len(text) == 14 and text.isdigit():
        moment = datetime.datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
        return int(moment.timestamp())
    return int(text[:10]) if text.isdigit() and len(text) in (10, 13) else None


def _stamp(function: Callable[[int, str, Context], str]) -> Callable[[Plan], None]:
    def change(text: str, context: Context) -> str:
        second = _stamp_second(text)
        return text if second is None else function(second, text, context)

    return _replace("timestamp", change)


def _earlier(second: int, text: str, context: Context) -> str:
    if len(text) == 13:
        return str(int(text) - 1 - context.draw % 900)
    moved = second - 1 - context.draw % 2
    return beijing(moved) if len(text) == 14 else str(moved)


def _dashed(second: int, text: str, context: Context) -> str:
    t = beijing(second)
    return f"{t[:4]}-{t[4:6]}-{t[6:8]} {t[8:10]}:{t[10:12]}:{t[12:]}"


for _name, _words, _stamped in (
    ("timestamp_taken_twice", "The signed timestamp was taken shortly before the one that is sent", _earlier),
    (
        "timestamp_signed_as_milliseconds",
        "The timestamp is signed as 13 digits of milliseconds although sent in another form",
        lambda s, t, c: t if len(t) == 13 else f"{s}000",
    ),
    (
        "timestamp_signed_as_seconds",
        "The timestamp is signed as 10 digits of seconds although sent in another form",
        lambda s, t, c: str(s),
    ),
    (
        "timestamp_signed_as_14_digits",
        "The timestamp is signed as 14 digits of Beijing time although sent in another form",
        lambda s, t, c: beijing(s),
    ),
    (
        "timestamp_signed_in_utc",
        "The timestamp is signed as 14 digits of UTC, eight hours behind the 14 digits that are sent",
        lambda s, t, c: beijing(s - 8 * 3600) if len(t) == 14 else t,
    ),
    ("timestamp_signed_with_dashes", "The timestamp is signed as yyyy-MM-dd HH:mm:ss", _dashed),
    (
        "timestamp_milliseconds_lost",
        "The 13 digits of the timestamp are signed with the last three as 000",
        lambda s, t, c: t[:10] + "000" if len(t) == 13 else t,
    ),
):
    once(_name, _words, _stamp(_stamped), "timestamp", scope="envelope")
for _name, _words, _member, _changed in (
    ("app_id_small_letters", "appId is signed in small letters", "appId", lambda v, c: v.lower()),
    (
        "version_signed_as_1_0_0",
        "version is signed as 1.0.0 although 2.0.1 is sent",
        "version",
        lambda v, c: "1.0.0",
    ),
    (
        "version_signed_as_2_0",
        "version is signed as 2.0 although 2.0.1 is sent",
        "version",
        lambda v, c: "2.0",
    ),
    ("enc_type_small_letters", "encType is signed in small letters", "encType", lambda v, c: v.lower()),
    ("sign_type_small_letters", "signType is signed in small letters", "signType", lambda v, c: v.lower()),
    (
        "sign_type_with_digest",
        "signType is signed as SM3withSM2 although SM2 is sent",
        "signType",
        lambda v, c: "SM3withSM2",
    ),
):
    once(_name, _words, _replace(_member, _changed), f"value:{_member}", scope="envelope")

# --- charset ---------------------------------------------------------------------------------------------


def _cesu8(text: str) -> bytes:
    out = b""
    for char in text:
        if ord(char) < 0x10000:
            out += char.encode()
        else:
            units = char.encode("utf-16-be")
            out += b"".join(
                chr(int.from_bytes(units[i : i + 2], "big")).encode("utf-8", "surrogatepass") for i in (0, 2)
            )
    return out


for _name, _words, _encode in (
    ("charset_gbk", "The text is signed in GBK (GB18030) bytes", lambda t: t.encode("gb18030")),
    ("charset_utf16_le", "The text is signed in UTF-16 little-endian bytes", lambda t: t.encode("utf-16-le")),
    ("charset_utf16_be", "The text is signed in UTF-16 big-endian bytes", lambda t: t.encode("utf-16-be")),
    (
        "charset_ascii_question_marks",
        "Characters outside ASCII are signed as question marks, one for each UTF-16 unit",
        lambda t: re.sub(r"[^\x00-\x7f]", lambda m: "?" * (len(m[0].encode("utf-16-be")) // 2), t).encode(),
    ),
    (
        "charset_utf8_bom",
        "The UTF-8 text is signed with a byte order mark before it",
        lambda t: b"\xef\xbb\xbf" + t.encode(),
    ),
    (
        "charset_utf8_read_as_latin1",
        "The UTF-8 bytes were read as Latin-1 and encoded in UTF-8 again",
        lambda t: t.encode().decode("latin-1").encode(),
    ),
    (
        "charset_utf8_read_as_gbk",
        "The UTF-8 bytes were read as GBK (bad bytes replaced) and encoded in UTF-8 again",
        lambda t: t.encode().decode("gb18030", "replace").encode(),
    ),
    (
        "charset_cesu8",
        "Characters outside the basic plane are signed as two UTF-8 encoded surrogates (CESU-8)",
        _cesu8,
    ),
    (
        "charset_low_bytes",
        "Of every UTF-16 unit only the low byte is signed",
        lambda t: t.encode("utf-16-le")[::2],
    ),
):
    once(_name, _words, setting(encode=_encode), "charset")
