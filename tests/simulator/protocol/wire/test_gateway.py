"""The gateways before the 两定 interface: each scheme's rule, every wrong composition of a small table by its name."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.protocol.crypto.ciphers import hmac_sm3, sm3
from simulator.protocol.model.profile import Profile
from simulator.protocol.wire.digest_ways import MOST_HASHED, Axes, codings, digests, keys, named
from simulator.protocol.wire.facts import Fact
from simulator.protocol.wire.facts import named as fact_named
from simulator.protocol.wire.gateway import gateway_facts, headers, issued
from simulator.protocol.wire.gateway_parts import GatewayKeys
from simulator.protocol.wire.gateway_schemes import SCHEMES
from simulator.protocol.wire.raw import RawMessage

OWNED = GatewayKeys("ab12cd34ef56ab78", "0123456789abcdefFEDCBA9876543210")
ACCOUNT, SECRET = OWNED.account, OWNED.secret
BODY = '{"infno": "1101", "input": {"psn_name": "测试"}}'.encode()
NONCE = "0f8fad5b-d9cb-469f-a165-70867728950e"
T10, T13 = "1767229200", "1767229200000"
Signed = Callable[..., RawMessage]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sha1_64(text: str | bytes, key: str | bytes = SECRET) -> str:
    whole, secret = (one.encode() if isinstance(one, str) else one for one in (text, key))
    return base64.b64encode(hmac.new(secret, whole, "sha1").digest()).decode()


def request(scheme: str, now_ms: int, **changed: str | None) -> RawMessage:
    """A request that is signed rightly, with some headers changed (None: left out); `_` of x- headers stands for `-`."""
    sent = dict(headers(OWNED, now_ms, NONCE, BODY, "hssServives", scheme))
    for name, value in changed.items():
        real = name if name.startswith("_api_") else name.replace("_", "-")
        if value is None:
            del sent[real]
        else:
            sent[real] = value
    return RawMessage("POST", "/fsi", tuple(sent.items()), BODY)


def facts(raw: RawMessage, scheme: str, profile: Profile, now_ms: int, **options: Any) -> dict[str, Fact]:
    used = profile.with_overrides({"fsi.auth": scheme, **options})
    return {fact.name: fact for fact in gateway_facts(raw, OWNED, used, now_ms)}


def test_the_rules_of_the_sheet(now_ms: int) -> None:
    assert str(now_ms) == T13
    tif = dict(headers(OWNED, now_ms, NONCE, BODY, "x", "x-tif"))
    assert tif == {
        "x-tif-paasid": ACCOUNT, "x-tif-timestamp": T10, "x-tif-nonce": NONCE,
        "x-tif-signature": sha256(T10 + SECRET + NONCE + T10),
    }  # fmt: skip
    api = dict(headers(OWNED, now_ms, NONCE, BODY, "1101", "api"))
    text = f"_api_access_key={ACCOUNT}&_api_name=1101&_api_timestamp={T13}&_api_version=1.0.0"
    assert api == {
        "_api_name": "1101", "_api_version": "1.0.0", "_api_timestamp": T13, "_api_access_key": ACCOUNT,
        "_api_signature": sha1_64(text),
    }  # fmt: skip
    mark = hmac_sm3(SECRET.encode(), T10.encode() + b"\n" + BODY).hex().upper()
    assert dict(headers(OWNED, now_ms, NONCE, BODY, "x", "x-ca")) == {
        "x-ca-key": ACCOUNT, "x-ca-signature": f"{T10}:{mark}",
    }  # fmt: skip


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_the_vendor_s_side_signs_our_side_takes(scheme: str, profile: Profile, now_ms: int) -> None:
    found = facts(request(scheme, now_ms), scheme, profile, now_ms)
    assert list(found) == ["gateway.headers", "gateway.time", "gateway.account", "gateway.signature"]
    assert all(fact.ok for fact in found.values()), found
    assert gateway_facts(request(scheme, now_ms), OWNED, profile, now_ms) == (), (
        "without the option nothing is looked at"
    )


@pytest.mark.parametrize(("scheme", "name"), [(s.name, h) for s in SCHEMES.values() for h in s.headers])
def test_a_header_that_is_missing_is_named(scheme: str, name: str, profile: Profile, now_ms: int) -> None:
    found = facts(request(scheme, now_ms, **{name: None}), scheme, profile, now_ms)
    assert found["gateway.headers"].data["missing"] == [name]
    assert name in str(found["gateway.headers"].note)


def tif(text: str) -> dict[str, str]:
    return {"x_tif_signature": sha256(text)}


def ca(text: bytes, key: bytes = SECRET.encode(), at: str = T10) -> dict[str, str]:
    return {"x_ca_signature": f"{at}:{hmac_sm3(key, text).hex().upper()}"}


PAIRS = {
    "_api_access_key": ACCOUNT,
    "_api_name": "hssServives",
    "_api_timestamp": T13,
    "_api_version": "1.0.0",
}
API_TEXT = "&".join(f"{name}={value}" for name, value in PAIRS.items())
CA_TEXT = T10.encode() + b"\n" + BODY
GOOD_TIF = T10 + SECRET + NONCE + T10
WRONG: list[tuple[str, str, dict[str, Any]]] = [
    ("x-tif", "order", tif(SECRET + T10 + NONCE + T10)),
    ("x-tif", "order", tif(T10 + NONCE + SECRET + T10)),
    ("x-tif", "no_second_time", tif(T10 + SECRET + NONCE)),
    ("x-tif", "no_first_time", tif(SECRET + NONCE + T10)),
    ("x-tif", "separator", tif("&".join((T10, SECRET, NONCE, T10)))),
    ("x-tif", "separator", tif(",".join((T10, SECRET, NONCE, T10)))),
    ("x-tif", "member_missing", tif(T10 + NONCE + T10)),
    ("x-tif", "secret_wrong_side", tif(T10 + ACCOUNT + NONCE + T10)),
    ("x-tif", "account_in_text", tif(T10 + ACCOUNT + SECRET + NONCE + T10)),
    ("x-tif", "body_signed", tif(GOOD_TIF + BODY.decode())),
    ("x-tif", "secret_case", tif(T10 + SECRET.upper() + NONCE + T10)),
    ("x-tif", "secret_space", tif(T10 + SECRET + "\n" + NONCE + T10)),
    ("x-tif", "timestamp_twice", tif("1767229201" + SECRET + NONCE + "1767229201")),
    ("x-tif", "time_unit", tif(T10 + "000" + SECRET + NONCE + T10 + "000")),
    ("x-tif", "nonce_other", tif(T10 + SECRET + NONCE.replace("-", "") + T10)),
    ("x-tif", "hex_case", {"x_tif_signature": sha256(GOOD_TIF).upper()}),
    ("x-tif", "encoding", {"x_tif_signature": base64.b64encode(bytes.fromhex(sha256(GOOD_TIF))).decode()}),
    ("x-tif", "digest", {"x_tif_signature": sm3(GOOD_TIF.encode()).hex()}),
    ("x-tif", "digest", {"x_tif_signature": hashlib.sha1(GOOD_TIF.encode()).hexdigest()}),
    ("x-tif", "unknown", {"x_tif_signature": "0" * 64}),
    ("api", "order", {"_api_signature": sha1_64("&".join(f"{n}={PAIRS[n]}" for n in reversed(PAIRS)))}),
    ("api", "trailing", {"_api_signature": sha1_64(API_TEXT + "&")}),
    ("api", "separator", {"_api_signature": sha1_64(API_TEXT.replace("&", ""))}),
    ("api", "values_only", {"_api_signature": sha1_64("".join(PAIRS.values()))}),
    ("api", "names", {"_api_signature": sha1_64(API_TEXT.replace("_api_", ""))}),
    ("api", "member_missing", {"_api_signature": sha1_64(API_TEXT.rpartition("&")[0])}),
    ("api", "body_signed", {"_api_signature": sha1_64(API_TEXT.encode() + BODY)}),
    ("api", "secret_in_text", {"_api_signature": sha1_64(f"{API_TEXT}&key={SECRET}")}),
    ("api", "secret_wrong_side", {"_api_signature": sha1_64(API_TEXT, ACCOUNT)}),
    ("api", "key_and_text_swapped", {"_api_signature": sha1_64(SECRET, API_TEXT)}),
    ("api", "secret_decoded", {"_api_signature": sha1_64(API_TEXT, bytes.fromhex(SECRET))}),
    ("api", "timestamp_twice", {"_api_signature": sha1_64(API_TEXT.replace(T13, "1767229200007"))}),
    ("api", "time_unit", {"_api_signature": sha1_64(API_TEXT.replace(T13, T10))}),
    ("api", "digest", {"_api_signature": base64.b64encode(hmac.new(SECRET.encode(), API_TEXT.encode(), "sha256").digest()).decode()}),
    ("api", "encoding", {"_api_signature": hmac.new(SECRET.encode(), API_TEXT.encode(), "sha1").hexdigest()}),
    ("api", "unknown", {"_api_signature": "AAAA"}),
    ("x-ca", "separator", ca(T10.encode() + BODY)),
    ("x-ca", "separator", ca(T10.encode() + b"\r\n" + BODY)),
    ("x-ca", "order", ca(BODY + b"\n" + T10.encode())),
    ("x-ca", "member_missing", ca(BODY)),
    ("x-ca", "body_missing", ca(T10.encode() + b"\n")),
    ("x-ca", "body_digest", ca(T10.encode() + b"\n" + sm3(BODY).hex().encode())),
    ("x-ca", "body_other", ca(CA_TEXT + b"\n")),
    ("x-ca", "body_other", ca(T10.encode() + b"\n" + b"".join(BODY.split()))),
    ("x-ca", "secret_wrong_side", ca(CA_TEXT, ACCOUNT.encode())),
    ("x-ca", "timestamp_twice", ca(b"1767229202\n" + BODY)),
    ("x-ca", "hex_case", {"x_ca_signature": f"{T10}:{hmac_sm3(SECRET.encode(), CA_TEXT).hex()}"}),
    ("x-ca", "digest", {"x_ca_signature": f"{T10}:{hmac.new(SECRET.encode(), CA_TEXT, 'sha256').hexdigest().upper()}"}),
    ("x-ca", "secret_in_text", {"x_ca_signature": f"{T10}:{sm3(SECRET.encode() + CA_TEXT).hex().upper()}"}),
    ("x-ca", "unknown", {"x_ca_signature": f"{T10}:00"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("scheme", "cause", "changed"), WRONG, ids=[f"{s}-{c}-{n}" for n, (s, c, _) in enumerate(WRONG)]
)
def test_a_wrong_signature_is_named_by_its_cause(
    scheme: str, cause: str, changed: dict[str, str], profile: Profile, now_ms: int
) -> None:
    found = facts(request(scheme, now_ms, **changed), scheme, profile, now_ms)
    fact = found["gateway.signature"]
    assert not fact.ok
    assert fact.data["cause"] == cause
    assert len(fact.data.get("causes", "1")) == 1, "one mistake is one cause"
    told = str(fact.note) + str(fact.data)
    assert SECRET not in told
    assert SECRET.upper() not in told


@pytest.mark.parametrize(("scheme", "first", "second", "changed"), [
    ("x-tif", "no_second_time", "hex_case", {"x_tif_signature": sha256(T10 + SECRET + NONCE).upper()}),
    ("api", "trailing", "encoding", {"_api_signature": hmac.new(SECRET.encode(), (API_TEXT + "&").encode(), "sha1").hexdigest()}),
    ("x-ca", "separator", "hex_case", {"x_ca_signature": f"{T10}:{hmac_sm3(SECRET.encode(), T10.encode() + BODY).hex()}"}),
])  # fmt: skip
def test_two_mistakes_are_both_named(
    scheme: str, first: str, second: str, changed: dict[str, str], profile: Profile, now_ms: int
) -> None:
    fact = facts(request(scheme, now_ms, **changed), scheme, profile, now_ms)["gateway.signature"]
    assert fact.data["causes"] == [first, second]


@pytest.mark.parametrize(("scheme", "header", "other"), [
    ("x-tif", "x_tif_timestamp", "13"), ("api", "_api_timestamp", "10"), ("x-tif", "x_tif_timestamp", "14"),
])  # fmt: skip
def test_a_time_of_another_form_is_named(
    scheme: str, header: str, other: str, profile: Profile, now_ms: int
) -> None:
    stamp = {"13": T13, "10": T10, "14": "20260101090000"}[other]
    fact = facts(request(scheme, now_ms, **{header: stamp}), scheme, profile, now_ms)["gateway.time"]
    assert (fact.ok, fact.data["form"]) == (False, other)


@pytest.mark.parametrize(("away_ms", "ok", "cause"), [
    (0, True, None), (299_000, True, None), (301_000, False, None), (8 * 3_600_000, False, "zone"),
    (-8 * 3_600_000, False, "zone"), (86_400_000, False, None),
])  # fmt: skip
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_time_of_another_zone_is_named(
    scheme: str, away_ms: int, ok: bool, cause: str | None, profile: Profile, now_ms: int
) -> None:
    found = facts(request(scheme, now_ms + away_ms), scheme, profile, now_ms)
    assert (found["gateway.time"].ok, found["gateway.time"].data.get("cause")) == (ok, cause)
    assert found["gateway.signature"].ok, "the signature is of the time that was sent"


def test_the_options_of_the_gateway(profile: Profile, now_ms: int) -> None:
    upper = request("x-tif", now_ms, x_tif_signature=sha256(GOOD_TIF).upper())
    assert not facts(upper, "x-tif", profile, now_ms)["gateway.signature"].ok
    assert facts(upper, "x-tif", profile, now_ms, **{"fsi.auth_hex_case": "any"})["gateway.signature"].ok
    gbk = request("x-ca", now_ms, **ca(T10.encode() + b"\n" + BODY.decode().encode("gb18030")))
    for charset, fine in (("either", True), ("gbk", True), ("utf-8", False)):
        fact = facts(gbk, "x-ca", profile, now_ms, **{"fsi.auth_charset": charset})["gateway.signature"]
        assert fact.ok is fine
        assert fine or fact.data["cause"] == "charset"
    late = facts(request("api", now_ms - 10_000), "api", profile, now_ms, **{"fsi.auth_window_ms": 5000})
    assert not late["gateway.time"].ok


def test_an_account_that_is_not_ours_or_is_the_secret(profile: Profile, now_ms: int) -> None:
    for sent, word in (("someone", "不是发给本机构"), (SECRET, "密钥")):
        fact = facts(request("x-tif", now_ms, x_tif_paasid=sent), "x-tif", profile, now_ms)["gateway.account"]
        assert not fact.ok
        assert word in str(fact.note)
        assert SECRET not in str(fact.note)
    used = profile.with_overrides({"fsi.auth": "x-tif"})
    none = fact_named(gateway_facts(request("x-tif", now_ms), None, used, now_ms), "gateway.account")
    assert none is not None
    assert not none.ok


def test_the_signature_under_the_header_of_the_account(profile: Profile, now_ms: int) -> None:
    """A mistake of an SDK in the wild (institution sheet 2.2)."""
    sent = request("api", now_ms, _api_signature=None)
    twice = replace(sent, headers=(*sent.headers, ("_api_access_key", "c2ln")))
    fact = facts(twice, "api", profile, now_ms)["gateway.headers"]
    assert fact.data["missing"] == ["_api_signature"]
    assert "_api_access_key 出现了 2 次" in str(fact.note)


def test_secrets_are_issued_only_where_the_profile_asks(profile: Profile) -> None:
    draw = itertools.count(1)

    def bits(size: int) -> bytes:
        return next(draw).to_bytes(size, "big")

    assert issued(profile, bits) == {}
    made = issued(profile.with_overrides({"fsi.auth": "x-ca"}), bits)
    assert made["gateway_auth"] == "x-ca"
    assert (len(made["gateway_account"]), len(made["gateway_secret"])) == (16, 32)


def test_the_work_on_a_long_body_is_bounded(profile: Profile, now_ms: int) -> None:
    long = b'{"a":"' + b"x" * 3_000_000 + b'"}'
    for scheme in SCHEMES:
        sent = RawMessage("POST", "/", headers(OWNED, now_ms, NONCE, BODY, "x", scheme), long)
        fact = facts(sent, scheme, profile, now_ms)["gateway.signature"]
        assert fact.ok is (scheme != "x-ca"), "only x-ca signs the body"
    hashed: list[int] = []
    axes = Axes(
        [replace(keys("")[0], value=b"x" * 1_000_000)] * 9, keys("s"), digests("SHA256"), codings("lower")
    )
    counted = [
        replace(way, value=lambda key, text, make=way.value: hashed.append(len(text)) or make(key, text))
        for way in axes.digests
    ]
    found = named(replace(axes, digests=counted), "?")
    assert found is not None
    assert found.causes == ()
    assert sum(hashed) <= MOST_HASHED


@given(st.sampled_from(sorted(SCHEMES)), st.lists(st.tuples(st.sampled_from(
    ["x-tif-paasid", "x-tif-timestamp", "x-tif-nonce", "x-tif-signature", "_api_name", "_api_version", "_api_timestamp",
     "_api_access_key", "_api_signature", "x-ca-key", "x-ca-signature"]), st.text(max_size=40))), st.binary(max_size=60))  # fmt: skip
def test_nothing_that_is_sent_raises(
    profile: Profile, now_ms: int, scheme: str, sent: list[tuple[str, str]], body: bytes
) -> None:
    for fact in gateway_facts(
        RawMessage("POST", "/", tuple(sent), body),
        OWNED,
        profile.with_overrides({"fsi.auth": scheme}),
        now_ms,
    ):
        fact.as_json()
