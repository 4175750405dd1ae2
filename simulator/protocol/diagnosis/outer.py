"""What stands around the business object: members of the envelope, the tail with the secret, the writing of the whole.

A `Frame` is the text without the business object, so that one frame serves every way to write that.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote_plus

from simulator.protocol.crypto import ciphers
from simulator.protocol.diagnosis.deviation import Suspect
from simulator.protocol.diagnosis.escapes import ESCAPES, lower_url, percent, percent_plus
from simulator.protocol.diagnosis.held import language_text
from simulator.protocol.diagnosis.manner import NAMES, SPACES, code_units, ordered
from simulator.protocol.diagnosis.rewritten import BOOLEANS, left_out
from simulator.protocol.diagnosis.signers import SAMPLE_APP
from simulator.protocol.text import jsontext
from simulator.protocol.text.canonical import BARE, EXCLUDED, SDK, canonical
from simulator.protocol.text.jsontext import Num

Settings = Mapping[str, str]
"""Slot -> value of what departs from the right form: `envelope.order`, `tail.name`, `whole.charset` …"""
Change = Callable[[str], str]
_DATA: Final = "\0data\0"
"""Stands for the business object until it is written; NUL is no character of JSON."""


@dataclass(frozen=True, slots=True)
class Frame:
    """`before` and `after` the business object; `held`: how that is held (None: as it is); `whole`: what is done to the
    text in the end; `charset`: how it becomes bytes. `flat`: its members stand among the others. `there`: it has a place."""

    before: str
    after: str
    held: Change | None = None
    whole: tuple[Change, ...] = ()
    charset: str = "utf-8"
    there: bool = True
    tail: int = -1
    joints: tuple[str, str] = ("&", "=")

    def text(self, data: str | None) -> str:
        """The whole text with the business object in its place."""
        if data is None or not self.there:
            text = self.before + self.after
        else:
            text = f"{self.before}{data if self.held is None else self.held(data)}{self.after}"
        for change in self.whole:
            text = change(text)
        return text

    def encoded(self, text: str) -> bytes:
        """Its bytes in the charset of the frame."""
        return text.encode() if self.charset == "utf-8" else CHARSETS[self.charset](text)


def _replaced(charset: str) -> Callable[[str], bytes]:
    return lambda text: text.encode(charset, "replace")


CHARSETS: Final[Mapping[str, Callable[[str], bytes]]] = {
    "gbk": _replaced("gbk"),
    "gb18030": _replaced("gb18030"),
    "utf16le": _replaced("utf-16-le"),
    "utf16be": _replaced("utf-16-be"),
    "utf16_bom": lambda text: b"\xfe\xff" + text.encode("utf-16-be", "replace"),
    "utf16le_bom": lambda text: b"\xff\xfe" + text.encode("utf-16-le", "replace"),
    "latin1": _replaced("latin-1"),
    "latin1_low": lambda text: bytes(ord(mark) & 0xFF for mark in text),
    "twice": lambda text: text.encode().decode("latin-1").encode(),
    "cp1252_twice": lambda text: text.encode().decode("cp1252", "replace").encode(),
    "gb18030_twice": lambda text: text.encode().decode("gb18030", "replace").encode(),
    "gbk_twice": lambda text: text.encode().decode("gbk", "replace").encode(),
    "big5": _replaced("big5"),
    "ascii_drop": lambda text: text.encode("ascii", "ignore"),
    "ascii_twice": lambda text: text.encode().decode("ascii", "replace").replace("\ufffd", "?").encode(),
    "cesu": lambda text: _cesu(text),
    "of_gbk": lambda text: text.encode("gbk", "replace").decode("utf-8", "replace").encode(),
}
"""Text -> bytes in another charset than UTF-8. `twice`: UTF-8 bytes taken for another charset and encoded again."""


def _cesu(text: str) -> bytes:
    """Java's modified UTF-8: halves of a pair encoded each."""
    units = text.encode("utf-16-be", "surrogatepass")
    marks = (chr(int.from_bytes(units[at : at + 2], "big")) for at in range(0, len(units), 2))
    return b"".join(mark.encode("utf-8", "surrogatepass") for mark in marks)


def _url(text: str) -> str:
    return percent(text, "")


_JAVA_SAFE: Final = "*-._"
URLS: Final[Mapping[str, Change]] = {
    "upper": _url,
    "lower": lambda text: lower_url(_url(text)),
    "plus": lambda text: percent_plus(text, "*").replace("~", "%7E"),
    "plus_python": lambda text: percent_plus(text),
    "plus_lower": lambda text: lower_url(percent_plus(text, "")),
    "component": lambda text: percent(text, "!'()*"),
    "uri": lambda text: percent(text, ";,/?:@&=+$-_.!~*'()#"),
    "path": lambda text: percent(text, "/"),
}
_SPACE: Final = re.compile(r"\s+")
WHOLES: Final[Mapping[str, Change]] = {
    "upper": str.upper,
    "lower": str.lower,
    "u_lower": lambda text: ESCAPES["u_lower"](text)[1:-1].replace('\\"', '"').replace("\\\\", "\\"),
    "u_upper": lambda text: ESCAPES["u_upper"](text)[1:-1].replace('\\"', '"').replace("\\\\", "\\"),
    "entities": html.escape,
    "no_spaces": lambda text: _SPACE.sub("", text),
    "no_blanks": lambda text: text.replace(" ", ""),
    "no_quotes": lambda text: text.replace('"', ""),
    "single_quotes": lambda text: text.replace('"', "'"),
    "no_backslashes": lambda text: text.replace("\\", ""),
    "slashes": lambda text: text.replace("/", "\\/"),
    "json_text": ESCAPES["none"],
    "json_inner": lambda text: ESCAPES["none"](text)[1:-1],
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "hex_upper": lambda text: text.encode().hex().upper(),
    "entities_plain": lambda text: html.escape(text, quote=False),
    "reversed": lambda text: text[::-1],
    "twice": lambda text: text + text,
    **{f"url_{name}": change for name, change in URLS.items()},
}
"""What is done to the whole text in the end."""
HELD: Final[Mapping[str, Change]] = {
    "quoted": ESCAPES["none"],
    "quoted_raw": lambda text: f'"{text}"',
    "inner": lambda text: ESCAPES["none"](text)[1:-1],
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "hex_upper": lambda text: text.encode().hex().upper(),
    "md5": lambda text: _md5(text),
    "md5_upper": lambda text: _md5(text).upper(),
    "sm3": lambda text: ciphers.sm3(text.encode()).hex(),
    "sm3_upper": lambda text: ciphers.sm3(text.encode()).hex().upper(),
    "unbraced": lambda text: text[1:-1] if text[:1] == "{" else text,
    "listed": lambda text: f"[{text}]",
    "wrapped": lambda text: f'{{"data":{text}}}',
    "query": lambda text: _query(text),
    "java_tidied": lambda text: language_text(_parsed(text), "java"),
    "python_tidied": lambda text: language_text(_parsed(text), "python"),
    "url_decoded": unquote_plus,
    "capitals": str.upper,
    "small": str.lower,
    "no_quotes": lambda text: text.replace('"', ""),
    "single_quotes": lambda text: text.replace('"', "'"),
    "url_wide": lambda text: "".join(mark if mark.isascii() else percent(mark) for mark in text),
    **{f"url_{name}": change for name, change in URLS.items()},
}
"""How the text of the business object is held in the envelope."""
SECRETS: Final[Mapping[str, Callable[[str, str], str]]] = {
    "lower": lambda _, secret: secret.lower(),
    "upper": lambda _, secret: secret.upper(),
    "double": lambda _, secret: secret * 2,
    "empty": lambda *_: "",
    "null": lambda *_: "null",
    "undefined": lambda *_: "undefined",
    "none": lambda *_: "None",
    "half": lambda _, secret: secret[:16],
    "rest": lambda _, secret: secret[16:],
    "reversed": lambda _, secret: secret[::-1],
    "quoted": lambda _, secret: f'"{secret}"',
    "url": lambda _, secret: _url(secret),
    "hex": lambda _, secret: secret.encode().hex(),
    "hex_upper": lambda _, secret: secret.encode().hex().upper(),
    "base64": lambda _, secret: base64.b64encode(secret.encode()).decode(),
    "sm3": lambda _, secret: ciphers.sm3(secret.encode()).hex(),
    "sm3_upper": lambda _, secret: ciphers.sm3(secret.encode()).hex().upper(),
    "message_key": lambda app, secret: ciphers.message_key(app, secret).decode("ascii"),
    "encrypted": lambda app, secret: _encrypted(app, secret),
    "encrypted_lower": lambda app, secret: _encrypted(app, secret).lower(),
    "app_id": lambda app, _: app,
    "app_half": lambda app, _: app[:16],
    "app_and_secret": lambda app, secret: app + secret,
    "secret_and_app": lambda app, secret: secret + app,
    "md5": lambda _, secret: _md5(secret),
    "md5_upper": lambda _, secret: _md5(secret).upper(),
    "before_blank": lambda _, secret: " " + secret,
    "bracket": lambda _, secret: f"[{secret}]",
    "braces": lambda _, secret: f"{{{secret}}}",
    "word": lambda *_: "appSecret",
    "unhexed": lambda _, secret: _undone(bytes.fromhex, secret),
    "unbase64": lambda _, secret: _undone(base64.b64decode, secret),
    "sha256": lambda _, secret: hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest(),
    "sample": lambda *_: SAMPLE_APP[1],
    "cut": lambda _, secret: secret[:-1],
    "cut_first": lambda _, secret: secret[1:],
}
"""(appId, appSecret) -> what stands where the secret should."""
WITHOUT: Final = "without:"
"""Before the name of a member that is not in the business object as it is signed."""
KNOWN: Final = "known:"
"""Before the number of one of `Suspect.secrets`, which then stands there."""


def _undone(decode: Callable[[str], bytes], secret: str) -> str:
    """The bytes of a secret taken for an encoding, as the text that a program makes of them."""
    try:
        return decode(secret).decode("utf-8", "replace")
    except ValueError:
        return secret


def _md5(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def _encrypted(app: str, secret: str) -> str:
    return (
        ciphers.sm4_encrypt(app.encode("utf-8", "replace")[:16], secret.encode("utf-8", "replace"))
        .hex()
        .upper()
    )


ENDS: Final[Mapping[str, tuple[str, str]]] = {
    "amp": ("", "&"), "line": ("", "\n"), "crlf": ("", "\r\n"), "cr": ("", "\r"), "blank": ("", " "), "nul": ("", "\0"),
    "tab": ("", "\t"), "comma": ("", ","), "semicolon": ("", ";"), "bom": ("\ufeff", ""), "bom_after": ("", "\ufeff"),
    "blank_before": (" ", ""), "amp_before": ("&", ""), "query": ("?", ""), "line_before": ("\n", ""), "braces": ("{", "}"), "equals": ("", "="),
    "line_two": ("", "\n\n"), "dot": ("", "."), "sign": ("", "&sign="), "sign_data": ("", "&signData="),
    "brackets": ("[", "]"), "quotes": ('"', '"'), "single": ("'", "'"),
}  # fmt: skip
"""What stands before and after the whole text."""


def frame(seen: Suspect, settings: Settings, *, there: bool, flat: Iterable[tuple[str, str]] = ()) -> Frame:
    """The frame of one composition. `there`: the business object has a text; `flat`: its members where they stand alone."""
    get = settings.get
    form = get("envelope.form", "pairs")
    held = _held(get("envelope.data", ""), form, seen)
    members = _members(seen, settings, there=there, form=form, flat=flat)
    secret = _secret(seen, get("tail.secret", ""))
    name, place = get("tail.name", "key"), get("tail.place", "end")
    if place in ("sorted", "first", "last"):
        pair = (name, ESCAPES["none"](secret) if form.startswith("json") else secret)
        members = [pair, *members]
    if place == "sorted":
        members = [*members[1:], members[0]]
        members = [
            members[at] for at in ordered([one for one, _ in members], _order(get("envelope.order", "code")))
        ]
    members = _placed(members, get("envelope.order", "code"))
    if place == "last":
        members = [*members[1:], members[0]]
    text = _joined(members, settings, form)
    joints = get("envelope.between", "&"), get("envelope.equals", "=")
    added = tail(seen, settings, joints) if text else None
    before, _ = ENDS.get(get("whole.ends", ""), ("", ""))
    text = before + (_tailed(text, name, secret, place, settings) if added is None else text + added)
    whole = tuple(
        WHOLES[settings[slot]] for slot in ("whole.escape", "whole.case", "whole.url") if slot in settings
    )
    charset = get("whole.charset", "utf-8")
    size = -1 if added is None or before or whole or charset != "utf-8" else len(added)
    parts = text.split(_DATA)
    if len(parts) != 2:
        return Frame(text, "", held, whole, charset, False, size, joints)
    return Frame(parts[0], parts[1], held, whole, charset, True, size, joints)


def tail(seen: Suspect, settings: Settings, joints: tuple[str, str]) -> str | None:
    """What is put behind the members, the end of the text with it; None where the tail is not only behind them."""
    place = settings.get("tail.place", "end")
    before, after = ENDS.get(settings.get("whole.ends", ""), ("", ""))
    if place not in BEHIND or before:
        return None
    between, equals = joints
    name, secret = settings.get("tail.name", "key"), _secret(seen, settings.get("tail.secret", ""))
    return (
        BEHIND[place].format(between=between, pair=f"{name}{equals}{secret}", name=name, secret=secret)
        + after
    )


def tail_alone(settings: Settings) -> bool:
    """Whether slots change nothing but what stands behind the members."""
    if not settings or not settings.keys() <= {"tail.name", "tail.secret", "tail.place", "whole.ends"}:
        return False
    return (
        settings.get("tail.place", "end") in BEHIND
        and not ENDS.get(settings.get("whole.ends", ""), ("", ""))[0]
    )


BEHIND: Final[Mapping[str, str]] = {
    "end": "{between}{pair}",
    "none": "",
    "plain": "&{name}={secret}",
    "raw": "{secret}",
    "raw_amp": "&{secret}",
    "no_amp": "{pair}",
    "name_only": "&{name}=",
    "no_equals": "&{name}{secret}",
    "colon": "&{name}:{secret}",
    "comma": ",{pair}",
    "line": "\n{pair}",
    "twice": "&{pair}&{pair}",
    "amp_twice": "&&{pair}",
    "amp_end": "&",
    "query": "?{pair}",
    "spaced": " & {pair}",
    "equals_spaced": "&{name} = {secret}",
    "semicolon": ";{pair}",
}
"""Tails that stand behind the members."""


def _order(order: str) -> str:
    """The order of the members but for `data`."""
    return {
        "wire_data_last": "wire",
        "wire_data_first": "wire",
        "data_last": "code",
        "data_first": "code",
        "sample": "code",
    }.get(order, order)


_SAMPLE: Final = (
    "appId",
    "code",
    "message",
    "success",
    "type",
    "encType",
    "signType",
    "timestamp",
    "version",
    "data",
    "key",
)
"""The order in which documents show the members."""


def _placed(members: list[tuple[str, str]], order: str) -> list[tuple[str, str]]:
    if order == "sample":
        return sorted(members, key=lambda one: _SAMPLE.index(one[0]) if one[0] in _SAMPLE else len(_SAMPLE))
    if "data_" not in order:
        return members
    data = [one for one in members if one[0] == "data"]
    rest = [one for one in members if one[0] != "data"]
    return data + rest if order.endswith("first") else rest + data


def _members(
    seen: Suspect, settings: Settings, *, there: bool, form: str, flat: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """The members that are signed, in their order, as (name, text)."""
    get = settings.get
    out: list[tuple[str, str]] = []
    escape = ESCAPES[get("envelope.escape", "none")]
    data = get("envelope.data", "")
    extras = {slot[10:] for slot in settings if slot.startswith("envelope.+")}
    values = dict(seen.envelope)
    if form != "data_pairs":
        for name, value in values.items():
            if name == "data" or (name in EXCLUDED and name not in extras) or f"envelope.-{name}" in settings:
                continue
            text = settings.get(f"envelope.={name}")
            if text is None and settings.get(f"envelope.+{name}") in ("empty", "null"):
                text = {"empty": "", "null": "null"}[settings[f"envelope.+{name}"]]
            told = _told(value if text is None else text, settings, form, escape, kept=text is not None)
            if told is not None:
                out.append((name, told))
        for name in sorted(extras - values.keys()):
            extra = settings[f"envelope.+{name}"]
            if extra != "whole":
                text = {"empty": "", "null": "null"}.get(extra, extra)
                out.append((name, _told(text, settings, form, escape, kept=True) or ""))
        whole = _whole(seen, data)
        if whole is not None:
            json = form.startswith("json") and data in ("enc", "lower", "upper", "empty_text")
            out.append(("data", escape(whole) if json else whole))
        elif there and data != "missing" and form != "flat":
            out.append((get("envelope.data_name", "data"), _DATA))
    if form in ("flat", "data_pairs"):
        out += flat
    out = _sent_order(out, seen)
    names = NAMES[get("envelope.names", "sent")]
    out = [(names(name), text) for name, text in out]
    return [out[at] for at in ordered([name for name, _ in out], _order(get("envelope.order", "code")))]


def _whole(seen: Suspect, choice: str) -> str | None:
    """What stands for the business object whatever it holds, or None where that is written."""
    cipher = seen.envelope.get("encData")
    if choice in ("enc", "lower", "upper"):
        if not isinstance(cipher, str) or not cipher:
            return None
        return {"enc": cipher, "lower": cipher.lower(), "upper": cipher.upper()}[choice]
    if choice in ("java", "java_sorted", "python", "script"):
        return language_text(seen.data, choice) if seen.data is not None else None
    if choice == "plain":
        return seen.plain if seen.data is not None else None
    return {"empty": "{}", "null": "null", "empty_text": ""}.get(choice)


def _sent_order(members: list[tuple[str, str]], seen: Suspect) -> list[tuple[str, str]]:
    """`data` where the cipher text stood: what an unsorted envelope had before it was encrypted."""
    sent = {name: at for at, name in enumerate(seen.envelope)}
    place = sent.get("data", sent.get("encData", len(sent)))
    return sorted(members, key=lambda one: place if one[0] == "data" else sent.get(one[0], len(sent)))


def _told(value: Any, settings: Settings, form: str, escape: Change, *, kept: bool) -> str | None:
    """One member of the envelope, or None when it is left out."""
    json = form.startswith("json")
    if value is None:
        how = settings.get("envelope.null", "drop")
        if how == "drop":
            return None
        return {"empty": '""' if json else "", "none": "None", "word": "None", "undefined": "undefined"}.get(
            how, "null"
        )
    if isinstance(value, str) and not isinstance(value, Num) and not value:
        how = settings.get("envelope.empty", "drop")
        if not kept and how == "drop":
            return None
        return "null" if how in ("null", "text") else '""' if json else ""
    if isinstance(value, bool):
        if not value and settings.get("envelope.false") == "drop":
            return None
        choice = settings.get("envelope.boolean", "bare").removesuffix("_bare")
        word = (BOOLEANS.get(choice, BOOLEANS["bare"])[not value] or "").strip('"')
        return f'"{word}"' if json and form.endswith("texts") else word
    if isinstance(value, (str, int)):
        zero = settings.get("envelope.zero", "keep")
        if zero != "keep" and left_out(
            str(value), zero, "numbers" if isinstance(value, (Num, int)) else "texts"
        ):
            return None
        if json:
            bare = isinstance(value, (Num, int)) and not form.endswith("texts")
            return str(value) if bare else escape(str(value))
        return escape(str(value)).strip('"') if "envelope.escape" in settings else str(value)
    style = SDK if settings.get("envelope.family") != "bare" else BARE
    text_of = canonical(value, style)
    return "[]" if text_of is None and settings.get("envelope.array") == "keep" else text_of


def _parsed(text: str) -> Any:
    """The JSON of our own writing again; a text that is none stays one."""
    try:
        return json.loads(text, parse_int=Num, parse_float=Num, parse_constant=Num)
    except ValueError:
        return text


def _query(text: str) -> str:
    """Members as name=value joined by &, what they hold as JSON."""
    value = _parsed(text)
    if not isinstance(value, dict):
        return text
    return "&".join(
        f"{name}={one if isinstance(one, str) else jsontext.dumps(one)}" for name, one in value.items()
    )


def _with(text: str, name: str, more: str) -> str:
    """One member more among the sorted members of the business object."""
    value = _parsed(text)
    if not isinstance(value, dict) or name in value:
        return text
    value[name] = more
    return jsontext.dumps({one: value[one] for one in sorted(value, key=code_units)})


def _without(text: str, path: str) -> str:
    """One member less; `list/member`: of every object of a list."""
    value = _parsed(text)
    head, _, name = path.partition("/")
    if not isinstance(value, dict) or head not in value:
        return text
    if not name:
        return jsontext.dumps({one: held for one, held in value.items() if one != head})
    rows = value[head]
    if isinstance(rows, list):
        value[head] = [
            {one: held for one, held in row.items() if one != name} if isinstance(row, dict) else row
            for row in rows
        ]
    return jsontext.dumps(value)


def _held(choice: str, form: str, seen: Suspect) -> Change | None:
    if choice == "with_app":
        return lambda text: _with(text, "appId", seen.keys.app_id)
    if choice.startswith(WITHOUT):
        return lambda text: _without(text, choice.removeprefix(WITHOUT))
    if choice in HELD:
        return HELD[choice]
    return ESCAPES["none"] if form in ("json_inner", "json_inner_texts") else None


def _joined(members: list[tuple[str, str]], settings: Settings, form: str) -> str:
    get = settings.get
    between, equals = get("envelope.between", "&"), get("envelope.equals", "=")
    if form.startswith("json"):
        spaces = SPACES[get("envelope.spaces", "none")]
        inner = spaces.line + spaces.unit
        parts = [f"{inner}{ESCAPES['none'](name)}{spaces.colon}{text}" for name, text in members]
        return "{" + (spaces.comma if not spaces.line else ",").join(parts) + spaces.line + "}"
    encode = URLS.get(get("envelope.encode", ""))
    if encode is not None:
        members = [(name, text if text == _DATA else encode(text)) for name, text in members]
    if "envelope.quoted" in settings:
        members = [(name, text if text == _DATA else f'"{text}"') for name, text in members]
    if form in ("values", "values_amp"):
        return ("&" if form == "values_amp" else "").join(text for _, text in members)
    if form == "data":
        return next((text for name, text in members if text == _DATA or name.lower() == "data"), "")
    if form == "glued":
        return "".join(name + text for name, text in members)
    return between.join(f"{name}{equals}{text}" for name, text in members)


def _secret(seen: Suspect, choice: str) -> str:
    secret = seen.keys.app_secret
    if choice.startswith(KNOWN):
        return seen.secrets[int(choice.removeprefix(KNOWN))][1]
    return SECRETS[choice](seen.keys.app_id, secret) if choice else secret


def _tailed(text: str, name: str, secret: str, place: str, settings: Settings) -> str:
    """A text whose secret does not stand behind it alone, or that has nothing before its tail."""
    pair = f"{name}{settings.get('envelope.equals', '=')}{secret}"
    after = ENDS.get(settings.get("whole.ends", ""), ("", ""))[1]
    placed = {
        "end": f"{text}{settings.get('envelope.between', '&')}{pair}" if text else pair,
        "raw": text + secret,
        "raw_amp": f"{text}&{secret}",
        "front": f"{pair}&{text}",
        "front_raw": secret + text,
        "front_raw_amp": f"{secret}&{text}",
        "around": secret + text + secret,
        "both_pairs": f"{pair}&{text}&{pair}",
        "both": f"{secret}{text}&{pair}",
    }
    return placed.get(place, text) + after
