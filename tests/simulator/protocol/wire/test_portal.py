from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.protocol.crypto.ciphers import hmac_sm3
from simulator.protocol.model.profile import Profile
from simulator.protocol.wire.facts import named
from simulator.protocol.wire.opened import Opened
from simulator.protocol.wire.portal import open_portal, partner_of, sign_portal
from simulator.protocol.wire.raw import RawMessage

PARTNER = "12345678"
SECRET = "0123456789abcdef0123456789abcdef"
BODY = {"qrcode": "1" * 18, "openid": "oTest"}


def request(now_ms: int, *, body: Any = BODY, **headers: str | None) -> RawMessage:
    stamp = str(now_ms)
    values: dict[str, str | None] = {
        "content-type": "application/json",
        "god-portal-timestamp": stamp,
        "god-portal-request-id": "a" * 32,
        "god-portal-signature": sign_portal(PARTNER, SECRET, stamp),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    pairs = tuple((name, value) for name, value in values.items() if value is not None)
    return RawMessage("POST", f"/api/mipuserquery/userQuery/{PARTNER}", pairs, json.dumps(body).encode())


def bad(opened: Opened) -> str:
    return opened.bad.name if opened.bad else ""


def test_the_check_value_of_the_sheet() -> None:
    expected = "b5db7eb01cc8997bfb3fc16358246a3b52c8a13773bb37f375ec396243a13f02"
    assert sign_portal(PARTNER, SECRET, 1_700_000_000_000) == expected


def test_a_good_request_opens(profile: Profile, now_ms: int) -> None:
    opened = open_portal(request(now_ms), SECRET, now_ms, profile)
    assert opened.ok, opened.bad
    assert opened.data == BODY
    assert opened.sender == PARTNER
    assert opened.outer == {"partnerId": PARTNER, "requestId": "a" * 32}
    assert [fact.name for fact in opened.facts][-3:] == ["portal.partner", "portal.signature", "portal.time"]


@pytest.mark.parametrize(
    ("headers", "name", "cause"),
    [
        ({"god_portal_signature": None}, "portal.signature", "missing"),
        ({"god_portal_signature": "0" * 64}, "portal.signature", "unknown"),
        ({"god_portal_signature": "汉"}, "portal.signature", "unknown"),
        ({"god_portal_timestamp": None}, "portal.signature", "unknown"),
        ({"content_type": "text/plain"}, "http.json_type", None),
    ],
)
def test_each_wrong_header_has_its_fact(
    profile: Profile, now_ms: int, headers: dict[str, str | None], name: str, cause: str | None
) -> None:
    opened = open_portal(request(now_ms, **headers), SECRET, now_ms, profile)
    assert opened.bad is not None
    assert opened.bad.name == name
    assert opened.bad.data.get("cause") == cause
    assert SECRET not in str(opened.bad.note)


def test_upper_case_hex_is_named(profile: Profile, now_ms: int) -> None:
    upper = sign_portal(PARTNER, SECRET, now_ms).upper()
    opened = open_portal(request(now_ms, god_portal_signature=upper), SECRET, now_ms, profile)
    assert opened.bad is not None
    assert opened.bad.data == {"cause": "upper_case"}


@pytest.mark.parametrize("stamp", ["", "1767229200", "20260101090000", "x" * 13, "17672292000000"])
def test_a_time_in_another_form_is_refused(profile: Profile, now_ms: int, stamp: str) -> None:
    signed = sign_portal(PARTNER, SECRET, stamp)
    raw = request(now_ms, god_portal_timestamp=stamp, god_portal_signature=signed)
    assert bad(open_portal(raw, SECRET, now_ms, profile)) == "portal.time"


@pytest.mark.parametrize(
    ("skew", "name"), [(900_000, ""), (900_001, "portal.time"), (-900_001, "portal.time")]
)
def test_the_window(profile: Profile, now_ms: int, skew: int, name: str) -> None:
    assert bad(open_portal(request(now_ms + skew), SECRET, now_ms, profile)) == name


@pytest.mark.parametrize("secret", [None, ""])
def test_an_unknown_partner_is_refused_and_no_signature_is_judged(
    profile: Profile, now_ms: int, secret: str | None
) -> None:
    opened = open_portal(request(now_ms), secret, now_ms, profile)
    assert bad(opened) == "portal.partner"
    assert opened.sender == ""
    assert all(fact.name != "portal.signature" for fact in opened.facts)


@pytest.mark.parametrize("body", [[], None, "x", 5])
def test_a_body_that_is_no_object_is_refused(profile: Profile, now_ms: int, body: Any) -> None:
    opened = open_portal(request(now_ms, body=body), SECRET, now_ms, profile)
    assert bad(opened) == "body.json"
    assert opened.data is None


def test_the_partner_is_the_last_segment() -> None:
    assert partner_of("/testapi/mipuserquery/userQuery/12345678?x=1/2") == "12345678"
    assert partner_of("/a/12345678/") == "12345678"
    assert partner_of("") == ""


@given(st.text(max_size=20), st.text(max_size=20), st.binary(max_size=40))
def test_no_header_or_body_makes_opening_raise(
    profile: Profile, now_ms: int, stamp: str, signature: str, body: bytes
) -> None:
    headers = (("god-portal-timestamp", stamp), ("god-portal-signature", signature))
    assert not open_portal(RawMessage("POST", "/" + stamp, headers, body), SECRET, now_ms, profile).ok


STAMP = "1767229200000"
RIGHT = f"{PARTNER}{STAMP}"


def made(text: str, key: str = SECRET, digest: str = "sha256") -> str:
    return hmac.new(key.encode(), text.encode(), digest).hexdigest()


WRONG: list[tuple[str, str]] = [
    ("order", made(STAMP + PARTNER)),
    ("separator", made(f"{PARTNER}&{STAMP}")),
    ("separator", made(f"{PARTNER}:{STAMP}")),
    ("member_missing", made(STAMP)),
    ("member_missing", made(PARTNER)),
    ("secret_in_text", made(PARTNER + SECRET + STAMP)),
    ("secret_in_text", hashlib.sha256((RIGHT + SECRET).encode()).hexdigest()),
    ("secret_in_text", hashlib.sha256((SECRET + RIGHT).encode()).hexdigest()),
    ("request_id_in_text", made(RIGHT + "a" * 32)),
    ("body_signed", made(RIGHT + json.dumps(BODY))),
    ("time_unit", made(PARTNER + STAMP[:10])),
    ("timestamp_twice", made(PARTNER + "1767229200003")),
    ("secret_wrong_side", made(RIGHT, PARTNER)),
    ("key_and_text_swapped", made(SECRET, RIGHT)),
    ("secret_case", made(RIGHT, SECRET.upper())),
    ("secret_decoded", hmac.new(bytes.fromhex(SECRET), RIGHT.encode(), "sha256").hexdigest()),
    ("digest", made(RIGHT, digest="sha1")),
    ("digest", hmac_sm3(SECRET.encode(), RIGHT.encode()).hex()),
    ("digest", hashlib.sha256(RIGHT.encode()).hexdigest()),
    ("upper_case", made(RIGHT).upper()),
    ("encoding", base64.b64encode(bytes.fromhex(made(RIGHT))).decode()),
    ("unknown", "ab" * 32),
]


@pytest.mark.parametrize(
    ("cause", "offered"), WRONG, ids=[f"{cause}-{n}" for n, (cause, _) in enumerate(WRONG)]
)
def test_a_wrong_signature_is_named_by_its_cause(
    profile: Profile, now_ms: int, cause: str, offered: str
) -> None:
    assert str(now_ms) == STAMP
    opened = open_portal(request(now_ms, god_portal_signature=offered), SECRET, now_ms, profile)
    fact = named(opened.facts, "portal.signature")
    assert fact is not None
    assert (fact.ok, fact.data["cause"]) == (False, cause)
    assert SECRET not in str(fact.note) + str(fact.data)


def test_two_mistakes_are_both_named(profile: Profile, now_ms: int) -> None:
    offered = made(STAMP + PARTNER, digest="sha1")
    opened = open_portal(request(now_ms, god_portal_signature=offered), SECRET, now_ms, profile)
    fact = named(opened.facts, "portal.signature")
    assert fact is not None
    assert fact.data["causes"] == ["order", "digest"]


def test_seconds_for_milliseconds_are_named(profile: Profile, now_ms: int) -> None:
    seconds = STAMP[:10]
    sent = request(now_ms, god_portal_timestamp=seconds, god_portal_signature=made(PARTNER + seconds))
    fact = named(open_portal(sent, SECRET, now_ms, profile).facts, "portal.time")
    assert fact is not None
    assert (fact.ok, fact.data["form"]) == (False, "10")
