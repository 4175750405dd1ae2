"""Each mistake made by an independent little function of the test is named, alone and exactly; so are pairs of them."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from simulator.protocol.diagnosis.deviation import DEEP, QUICK, Suspect
from simulator.protocol.diagnosis.search import diagnose

from .conftest import APP, PLAIN, compact, loaded, text_of, tidy

Signed = Callable[..., str]
RIGHT = compact(tidy(loaded()))


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    """`change` on every value that holds no other."""
    if isinstance(value, dict):
        return {name: _each(one, change) for name, one in value.items()}
    if isinstance(value, list):
        return [_each(one, change) for one in value]
    return change(value)


def _objects(value: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    if isinstance(value, dict):
        return change({name: _objects(one, change) for name, one in value.items()})
    return [_objects(one, change) for one in value] if isinstance(value, list) else value


def _numbers(change: Callable[[str], str]) -> str:
    """The right text with every number of the plaintext rewritten."""
    raw = json.loads(PLAIN, parse_float=lambda t: change(t), parse_int=lambda t: change(t))
    return compact(tidy(raw))


def _bare() -> str:
    return compact(tidy(json.loads(PLAIN, parse_float=lambda t: f"\1{t}\1", parse_int=lambda t: f"\1{t}\1"))).replace(
        '"\\u0001', ""
    ).replace('\\u0001"', "").replace('"true"', "true").replace('"false"', "false")  # fmt: skip


def _sorted_nocase(value: dict[str, Any]) -> dict[str, Any]:
    return {name: value[name] for name in sorted(value, key=str.lower)}


def _wire() -> str:
    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: v for k, v in ((k, clean(v)) for k, v in value.items()) if v not in (None, "", [])}
        if isinstance(value, list):
            return [v for v in map(clean, value) if v not in (None, "", [])]
        return ("true" if value else "false") if isinstance(value, bool) else value

    return compact(clean(loaded()))


def _with_kept(*empties: Any) -> str:
    def keep(value: Any) -> bool:
        return any(
            value is one or (value == one and type(value) is type(one)) for one in empties
        ) or value not in (
            None,
            "",
            [],
        )

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: v for k, v in sorted((k, clean(v)) for k, v in value.items()) if keep(v)}
        if isinstance(value, list):
            return [v for v in map(clean, value) if keep(v)]
        return ("true" if value else "false") if isinstance(value, bool) else value

    return compact(clean(loaded()))


INSIDE: tuple[tuple[str, str], ...] = (
    ("case_insensitive_sort", compact(_objects(json.loads(RIGHT), _sorted_nocase))),
    ("unsorted", _wire()),
    ("descending_sort", compact(_objects(json.loads(RIGHT), lambda o: {k: o[k] for k in sorted(o, reverse=True)}))),
    ("empties_kept", _with_kept("")),
    ("empties_kept", _with_kept(None)),
    ("empties_kept", _with_kept([])),
    ("empties_kept", _with_kept(None, "", [])),
    ("empty_object_dropped", RIGHT.replace('"obj":{},', "")),
    ("bare_numbers", _bare()),
    ("double_numbers", _numbers(lambda t: f"{float(t):g}")),
    ("double_numbers", _numbers(lambda t: str(float(t)))),
    ("rescaled_numbers", _numbers(lambda t: f"{float(t):.2f}")),
    ("fen_amounts", _numbers(lambda t: str(round(float(t) * 100)))),
    ("boolean_text", RIGHT.replace('"true"', '"True"').replace('"false"', '"False"')),
    ("bare_booleans", RIGHT.replace('"true"', "true").replace('"false"', "false")),
    ("false_dropped", RIGHT.replace('"flag":"false",', "")),
    ("dates_rewritten", RIGHT.replace("2026-01-02 03:04:05", "20260102030405")),
    ("dates_rewritten", RIGHT.replace("2026-01-02 03:04:05", "2026-01-02T03:04:05")),
    ("dates_rewritten", RIGHT.replace('"2026-01-02 03:04:05"', "1767294245000")),
    ("text_trimmed", RIGHT.replace('" x "', '"x"')),
    ("escaped_chinese", json.dumps(json.loads(RIGHT), separators=(",", ":"))),
    ("escaped_chinese", re.sub(r"\\u....", lambda m: "\\u" + m[0][2:].upper(), json.dumps(json.loads(RIGHT), separators=(",", ":")))),
    ("slash_escaped", RIGHT.replace("/", "\\/")),
    ("markup_escaped", RIGHT.replace("<", "\\u003c").replace(">", "\\u003e")),
    ("markup_escaped", RIGHT.replace("<", "&lt;").replace(">", "&gt;")),
    ("spaced_json", json.dumps(json.loads(RIGHT), ensure_ascii=False)),
    ("spaced_json", json.dumps(json.loads(RIGHT), ensure_ascii=False, separators=(",", ": "))),
    ("spaced_json", json.dumps(json.loads(RIGHT), ensure_ascii=False, indent=2)),
    ("spaced_json", json.dumps(json.loads(RIGHT), ensure_ascii=False, indent=4).replace("\n", "\r\n")),
    ("spaced_json", json.dumps(json.loads(RIGHT), ensure_ascii=False, indent="\t")),
    ("array_order", RIGHT.replace('"codes":["2","1","3"]', '"codes":["1","2","3"]')),
    ("data_as_sent", PLAIN),
    ("cipher_signed", "00AA"),
    ("data_as_text", json.dumps(RIGHT, ensure_ascii=False)),
    ("data_emptied", "{}"),
    ("nested_as_text", compact({k: compact(v) if isinstance(v, (dict, list)) and k != "obj" else v for k, v in json.loads(RIGHT).items()})),
)  # fmt: skip


@pytest.mark.parametrize(("cause", "data"), INSIDE, ids=[f"{at}-{one[0]}" for at, one in enumerate(INSIDE)])
def test_a_mistake_inside_data_is_named(cause: str, data: str, suspect: Suspect, signed: Signed) -> None:
    secret, app = suspect.keys.app_secret, suspect.keys.app_id
    assert data != RIGHT
    found = diagnose(replace(suspect, sign_data=signed(text_of(data, secret, app))), QUICK)
    assert [one.cause for one in found.causes] == [cause], [str(one.said) for one in found.causes]
    assert found.equals == ()
    assert found.digests == ()
    shown = found.causes[0]
    assert "[" in shown.right or cause in ("data_as_sent",)
    assert secret not in f"{shown.said}{shown.right}{shown.offered}"


def _around(change: Callable[[str, str], str]) -> Callable[[Suspect], str | bytes]:
    return lambda seen: change(text_of(RIGHT, seen.keys.app_secret, seen.keys.app_id), seen.keys.app_secret)


AROUND: tuple[tuple[str, Callable[[Suspect], str | bytes]], ...] = (
    ("no_key_tail", _around(lambda text, s: text.removesuffix(f"&key={s}"))),
    ("no_key_tail", _around(lambda text, s: text.replace("&key=", ""))),
    ("key_name", _around(lambda text, s: text.replace("&key=", "&appSecret="))),
    ("key_place", _around(lambda text, s: f"key={s}&" + text.removesuffix(f"&key={s}"))),
    ("key_place", _around(lambda text, s: text.removesuffix(f"&key={s}").replace("&signType", f"&key={s}&signType"))),
    ("key_written", _around(lambda text, s: text.replace("&key=", "key="))),
    ("secret_form", _around(lambda text, s: text.replace(s, s.lower()))),
    ("secret_form", lambda seen: text_of(RIGHT, seen.keys.app_id, seen.keys.app_id)),
    ("trailing_characters", _around(lambda text, s: text + "&")),
    ("trailing_characters", _around(lambda text, s: text + "\n")),
    ("bom", _around(lambda text, s: "\ufeff" + text)),
    ("letter_case", _around(lambda text, s: text.lower())),
    ("letter_case", _around(lambda text, s: text.upper())),
    ("charset", _around(lambda text, s: text.encode("gbk"))),
    ("charset", _around(lambda text, s: text.encode("utf-16-le"))),
    ("charset", _around(lambda text, s: text.encode("latin-1", "replace"))),
    ("without_data", _around(lambda text, s: text.replace(f"&data={RIGHT}", ""))),
    ("member_not_signed", _around(lambda text, s: text.replace("&version=2.0.1", ""))),
    ("member_value", _around(lambda text, s: text.replace("=SM4", "=sm4"))),
    ("timestamp_twice", _around(lambda text, s: text.replace("=20260101090000", "=20260101090001"))),
    ("timestamp_form", _around(lambda text, s: text.replace("=20260101090000", "=1767229200000"))),
    ("timestamp_zone", _around(lambda text, s: text.replace("=20260101090000", "=20260101010000"))),
    ("other_separators", _around(lambda text, s: text.replace("&", ","))),
    ("values_only", lambda seen: "".join(v for _, v in sorted({"appId": seen.keys.app_id, **APP, "data": RIGHT}.items())) + f"&key={seen.keys.app_secret}"),
    ("data_alone", lambda seen: RIGHT + seen.keys.app_secret),
    ("json_of_all", lambda seen: compact(dict(sorted({"appId": seen.keys.app_id, **APP, "data": json.loads(RIGHT)}.items()))) + f"&key={seen.keys.app_secret}"),
    ("extra_member_signed", _around(lambda text, s: text.replace("&signType", "&signData=&signType"))),
    ("extra_member_signed", _around(lambda text, s: text.replace("&encType", "&encData=00AA&encType"))),
    ("quotes_removed", _around(lambda text, s: text.replace('"', ""))),
    ("blanks_removed", _around(lambda text, s: text.replace(" ", ""))),
    ("text_encoded", _around(lambda text, s: text.encode().hex())),
)  # fmt: skip


@pytest.mark.parametrize(("cause", "make"), AROUND, ids=[f"{at}-{one[0]}" for at, one in enumerate(AROUND)])
def test_a_mistake_around_data_is_named(
    cause: str, make: Callable[[Suspect], str | bytes], suspect: Suspect, signed: Signed
) -> None:
    found = diagnose(replace(suspect, sign_data=signed(make(suspect))), QUICK)
    assert [one.cause for one in found.causes] == [cause], [str(one.said) for one in found.causes]
    assert found.equals == ()


@pytest.mark.parametrize("number", range(6))
def test_two_mistakes_at_once_are_both_named(number: int, suspect: Suspect, signed: Signed) -> None:
    draw = random.Random(number)
    inner, data = draw.choice([one for one in INSIDE if one[0] not in ("cipher_signed", "data_emptied")])
    names = ("no_key_tail", "key_name", "trailing_characters", "bom", "member_not_signed")
    outer = draw.choice(names)
    text = text_of(data, suspect.keys.app_secret, suspect.keys.app_id)
    changed = {
        "no_key_tail": text.rpartition("&key=")[0],
        "key_name": text.replace("&key=", "&secret="),
        "trailing_characters": text + "\n",
        "bom": "\ufeff" + text,
        "member_not_signed": text.replace("&version=2.0.1", ""),
    }[outer]
    found = diagnose(replace(suspect, sign_data=signed(changed)), DEEP)
    assert sorted(one.cause for one in found.causes) == sorted((inner, outer))
    assert found.equals == ()
