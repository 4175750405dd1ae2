"""What public clients do that the field lists of the sheet did not have (centre sheet 22), as far as the wire form goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from simulator.protocol.codes.numbers import NUMBERS, OTHER, code_members
from simulator.protocol.codes.table import CODES
from simulator.protocol.model.profile import Profile
from simulator.protocol.text.canonical import FAMILIES, Style, sign_text
from simulator.protocol.text.jsontext import Num
from simulator.protocol.wire.envelope import ChannelKeys, Opened, open_sealed, seal_request, seal_response
from simulator.protocol.wire.facts import named
from simulator.protocol.wire.raw import RawMessage

Trip = Callable[..., Opened]
Post = Callable[..., RawMessage]


def test_every_code_has_a_number_of_its_own_in_our_range() -> None:
    assert NUMBERS.keys() == {code.code for code in CODES}
    numbers = [*NUMBERS.values(), OTHER]
    assert len(set(numbers)) == len(numbers)
    assert all(960_000 <= number <= 961_999 for number in numbers)


LT = NUMBERS["LT-BUSY"]


@pytest.mark.parametrize(
    ("code", "success_as", "failure_as", "wanted"),
    [
        ("0", "number", "numeric_only", Num("0")),
        ("0", "string", "numeric_only", "0"),
        ("0", "number", "text", Num("0")),  # success goes by response_code alone
        ("0", "string", "number", "0"),
        ("LT-BUSY", "number", "numeric_only", "LT-BUSY"),
        ("LT-BUSY", "number", "text", "LT-BUSY"),
        ("LT-BUSY", "string", "number", Num(LT)),
        ("500", "number", "numeric_only", Num("500")),
        ("500", "string", "numeric_only", "500"),
        ("500", "number", "text", "500"),
        ("500", "string", "number", Num("500")),
        ("E-7", "number", "number", Num(OTHER)),
        ("007", "number", "numeric_only", "007"),  # no JSON number begins with a zero
        ("007", "number", "number", Num(OTHER)),
    ],
)
def test_the_code_of_an_answer_has_the_form_of_the_profile(
    centre: ChannelKeys, vendor: ChannelKeys, profile: Profile, now_ms: int, post: Post,
    code: str, success_as: str, failure_as: str, wanted: str,
) -> None:  # fmt: skip
    used = profile.with_overrides({"envelope.response_code": success_as, "envelope.failure_code": failure_as})
    members = code_members(code, "说明", used)
    assert (type(members["code"]), members["code"]) == (type(wanted), str(wanted))
    own = isinstance(wanted, Num) and str(wanted) != code
    assert members["message"] == (f"{code} 说明" if own else "说明"), "our code can still be looked up"
    body = seal_response(code, "说明", code == "0", None, centre, used, now_ms, b"x")
    sent = json.loads(body)["code"]
    assert isinstance(sent, int) == isinstance(wanted, Num)
    assert str(sent) == str(wanted)
    assert open_sealed(post(body, status=200), {vendor.app_id: vendor}, used, now_ms, "response").ok


EMPTY = {"payOrdId": "ORD1", "diseCodg": "", "diseName": "", "memo": "", "inner": {"diseCodg": ""}}
BOTH = frozenset(("diseCodg", "diseName"))


@pytest.mark.parametrize("canonical", ["sdk", "bare", "either"])
def test_two_empty_members_may_stand_in_the_signed_text_or_not(round_trip: Trip, canonical: str) -> None:
    options = {"envelope.canonical": canonical, "envelope.kept_empty": ["diseCodg", "diseName"]}
    without = round_trip(EMPTY, options)
    assert without.ok
    verified = named(without.facts, "sign.verify")
    assert verified is not None
    assert "kept_empty" not in verified.data
    kept = round_trip(
        EMPTY, options, sign=replace(FAMILIES["bare" if canonical == "bare" else "sdk"], kept_empty=BOTH)
    )
    assert kept.ok, kept.bad
    assert kept.data == EMPTY
    verified = named(kept.facts, "sign.verify")
    assert verified is not None
    assert verified.data["kept_empty"] == ["diseCodg", "diseName"]


def test_other_empty_members_and_those_further_in_may_not(round_trip: Trip) -> None:
    options = {"envelope.kept_empty": ["diseCodg", "diseName"]}
    for style in (Style(kept_empty=BOTH | {"memo"}), Style(kept_empty=frozenset(("memo",)))):
        bad = round_trip(EMPTY, options, sign=style).bad
        assert bad is not None
        assert bad.name == "sign.verify"
    bad = round_trip(EMPTY, {"envelope.kept_empty": []}, sign=Style(kept_empty=BOTH)).bad
    assert bad is not None, "the option says which"
    text = sign_text({}, EMPTY, "S", kept_empty=BOTH)
    assert text == 'data={"diseCodg":"","diseName":"","inner":{},"payOrdId":"ORD1"}&key=S'


NESTED = {
    "a": {},
    "b": {"c": {}, "d": {"e": {}}},
    "f": [{}, {"g": {}}, {"h": "1", "i": {}}],
    "j": "1",
    "k": [{}],
}


def test_empty_objects_go_at_every_level_and_inside_arrays(round_trip: Trip) -> None:
    """The Shanxi form (centre sheet 22)."""
    assert sign_text({}, NESTED, "S", drop_empty_object=True) == 'data={"f":[{"h":"1"}],"j":"1"}&key=S'
    shanxi = {"envelope.drop_empty_object": True}
    assert round_trip(NESTED, shanxi).ok
    kept = round_trip(NESTED, shanxi, sign=Style()).bad
    assert kept is not None
    assert kept.name == "sign.verify"


@pytest.mark.parametrize(
    ("also", "sent", "fine"),
    [([], "2.0.1", True), ([], "1.0.0", False), (["1.0.0"], "1.0.0", True), (["1.0.0"], "2.0.1", True),
     (["1.0.0"], "1.0", False)],
)  # fmt: skip
def test_older_versions_are_taken_where_the_profile_says_so(
    round_trip: Trip, also: list[str], sent: str, fine: bool
) -> None:
    opened = round_trip({"a": "1"}, {"envelope.also_versions": also}, version=sent)
    fact = named(opened.facts, "env.version")
    assert fact is not None
    assert (fact.ok, opened.ok) == (fine, fine)
    assert fine or all(version in str(fact.note) for version in ("2.0.1", *also, sent))


def test_an_envelope_of_version_1_with_milliseconds_is_answered_in_its_version(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post
) -> None:
    """The e-prescription page (centre sheet 22)."""
    used = profile.with_overrides({"envelope.version": "1.0.0", "envelope.timestamp_out": "13"})
    body = seal_request({"a": "1"}, vendor, used, now_ms, b"x")
    sent: dict[str, Any] = json.loads(body)
    assert (sent["version"], sent["timestamp"]) == ("1.0.0", str(now_ms))
    assert open_sealed(post(body), {centre.app_id: centre}, used, now_ms).ok
    answer = json.loads(seal_response("0", "成功", True, {"b": "2"}, centre, used, now_ms, b"x"))
    assert answer["version"] == "1.0.0"
