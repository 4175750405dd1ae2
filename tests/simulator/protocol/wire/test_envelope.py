"""Opening and sealing: the sheet's vectors, hostile messages, properties, and that nothing ever escapes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from simulator.protocol.codes.table import BY_CODE, refusal
from simulator.protocol.crypto import ciphers, sm2
from simulator.protocol.crypto.ciphers import CipherError
from simulator.protocol.crypto.keys import parse_private_key, private_key_from_seed
from simulator.protocol.model.profile import Profile
from simulator.protocol.text import jsontext
from simulator.protocol.text.canonical import sign_text
from simulator.protocol.text.jsontext import Num
from simulator.protocol.wire.envelope import ChannelKeys, Opened, open_sealed, seal_request, seal_response
from simulator.protocol.wire.facts import first_bad, named
from simulator.protocol.wire.opened import freshness
from simulator.protocol.wire.raw import RawMessage

Vectors = Callable[[str], dict[str, Any]]
Post = Callable[..., RawMessage]
Trip = Callable[..., Opened]
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MORE = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

GOOD = {
    "payOrdId": "ORD1",
    "medfeeSumamt": Num("12.50"),
    "userName": "测试",
    "memo": "",
    "lines": [{"b": Num("1"), "a": "x"}],
}


def read(text: str) -> Any:
    return jsontext.parse(text.encode(), jsontext.Limits()).value


def test_vectors_of_the_sheet_byte_for_byte(vectors: Vectors) -> None:
    derived, sealed = vectors("known_answers")["testGroups"]
    app = derived["tests"][0]
    assert ciphers.message_key(app["appId"], app["appSecret"]).hex() == app["key"]
    cipher = ciphers.sm4_encrypt(app["appId"][:16].encode(), app["appSecret"].encode())
    assert cipher.hex().upper() == app["cipher"]
    keys = sealed["key"]
    key = ciphers.message_key(keys["appId"], keys["appSecret"])
    for test in sealed["tests"]:
        own = parse_private_key(keys[test["signer"]]["private"])
        assert own.public.text == keys[test["signer"]]["public"]
        text = sign_text(read(test["envelope"]), read(test["data"]), keys["appSecret"])
        assert text == test["text"]
        user = sm2.DEFAULT_USER_ID
        assert sm2.user_hash(own.public, user).hex() == test.get("z", sm2.user_hash(own.public, user).hex())
        digest = f"{sm2.digest(own.public, text.encode(), user):064x}"
        assert digest == test.get("e", digest)
        raw = sm2.sign_with_nonce(own, text.encode(), user, int(test["nonce"], 16))
        assert base64.b64encode(raw).decode() == test["signData"]
        assert ciphers.sm4_encrypt(key, test["data"].encode()).hex().upper() == test["encData"]


def test_the_sheets_messages_open(
    vectors: Vectors, vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post
) -> None:
    for test in vectors("known_answers")["testGroups"][1]["tests"]:
        message = {**read(test["envelope"]), "encData": test["encData"], "signData": test["signData"]}
        response = test["signer"] == "centre"
        opened = open_sealed(
            post(jsontext.dumps(message).encode(), status=200 if response else None),
            {centre.app_id: vendor if response else centre},
            profile,
            now_ms,
            "response" if response else "request",
        )
        assert opened.ok, opened.bad
        assert opened.data == read(test["data"])
        secret_id = open_sealed(
            post(jsontext.dumps(message).encode(), status=200 if response else None),
            {centre.app_id: vendor if response else centre},
            profile.with_overrides({"envelope.user_id": "app_secret"}),
            now_ms,
            "response" if response else "request",
        )
        assert secret_id.bad is not None
        cause = named(secret_id.facts, "sign.cause")
        assert cause is not None
        assert cause.data["cause"] == "user_id"


def test_hostile_envelopes(vectors: Vectors, centre: ChannelKeys, profile: Profile) -> None:
    count = 0
    for group in vectors("hostile_envelopes")["groups"]:
        for test in group["tests"]:
            given_, wanted = test["input"], test["expected"]
            if "body_hex" in given_:
                body = bytes.fromhex(given_["body_hex"])
            elif "body_repeat" in given_:
                parts = given_["body_repeat"]
                body = (parts["prefix"] + parts["repeat"] * parts["times"] + parts["suffix"]).encode()
            else:
                body = given_["body"].encode()
            headers = tuple((name, value) for name, value in given_["headers"])
            raw = RawMessage(given_["method"], "/", headers, body)
            opened = open_sealed(raw, {centre.app_id: centre}, profile, group["keys"]["now_ms"])
            bad = opened.bad
            assert (bad.name if bad else None) == wanted["bad"], test["comment"]
            assert opened.ok == (test["result"] == "valid")
            if "cause" in wanted:
                named_causes = [
                    fact.data["cause"]
                    for fact in opened.facts
                    if fact.name in ("sign.cause", "enc.decrypt") and not fact.ok
                ]
                assert named_causes == [wanted["cause"]], test["comment"]
            if bad is not None:
                code, message = refusal(bad)
                assert code in BY_CODE
                assert code != "LT-MESSAGE"
                assert message
                assert centre.app_secret not in str(message)
            count += 1
    assert count > 150


ORDER = [
    "http.post",
    "http.json_type",
    "body.size",
    "body.utf8",
    "body.json",
    "body.depth",
    "body.unique_keys",
    "body.finite",
    "body.numbers",
    "env.fields",
    "env.app_known",
    "env.version",
    "env.enc_type",
    "env.sign_type",
    "env.plain_absent",
    "env.time_form",
    "env.time_window",
    "enc.hex",
    "enc.decrypt",
    "enc.json",
    "enc.depth",
    "enc.unique_keys",
    "enc.finite",
    "enc.numbers",
    "sign.present",
    "sign.encoding",
    "sign.verify",
    "sign.canonical",
]


def test_all_facts_in_their_order(round_trip: Trip) -> None:
    opened = round_trip(GOOD)
    assert [fact.name for fact in opened.facts] == ORDER
    assert opened.ok
    assert opened.data == GOOD
    assert set(opened.outer or ()) == {"appId", "version", "encType", "signType", "timestamp"}
    for fact in opened.facts:
        json.dumps(fact.as_json())


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | TEXT | st.decimals(0, 10**6, places=2).map(lambda number: Num(str(number))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(TEXT, VALUES, max_size=6), st.sampled_from(["sdk", "bare", "either"]), st.booleans())
@SLOW
def test_what_is_sealed_opens(round_trip: Trip, data: dict[str, Any], family: str, drop: bool) -> None:
    opened = round_trip(data, {"envelope.canonical": family, "envelope.drop_empty_object": drop})
    assert opened.ok, opened.bad
    assert opened.data == data
    assert opened.sender


@given(st.data())
@SLOW
def test_any_changed_character_of_the_signature_is_noticed(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post, data: st.DataObject
) -> None:
    message = json.loads(seal_request(GOOD, vendor, profile, now_ms, b"x"))
    at = data.draw(st.integers(0, 87))
    other = data.draw(st.sampled_from("ABab09+/=-_ \n汉"))
    assume(message["signData"][at] != other)
    message["signData"] = message["signData"][:at] + other + message["signData"][at + 1 :]
    opened = open_sealed(post(json.dumps(message).encode()), {centre.app_id: centre}, profile, now_ms)
    assert opened.bad is not None
    assert opened.bad.name in ("sign.encoding", "sign.verify")


@given(st.data())
@MORE
def test_any_changed_byte_of_the_plaintext_is_noticed(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post, data: st.DataObject
) -> None:
    """Every member of this plaintext is signed: it holds nothing empty and no space between tokens."""
    plain = '{"payOrdId":"ORD1","medfeeSumamt":12.50,"userName":"测试","lines":[{"b":"1","a":"x"}],"t":true}'
    message = json.loads(seal_request({}, vendor, profile, now_ms, b"x", plain="{}"))
    value = jsontext.parse(plain.encode(), jsontext.Limits()).value
    message = json.loads(seal_request(value, vendor, profile, now_ms, b"x", plain=plain))
    changed = bytearray(plain.encode())
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= data.draw(st.integers(1, 255))
    assume(jsontext.parse(bytes(changed), jsontext.Limits()).value != value)
    key = ciphers.message_key(vendor.app_id, vendor.app_secret)
    message["encData"] = ciphers.sm4_encrypt(key, bytes(changed)).hex().upper()
    opened = open_sealed(post(json.dumps(message).encode()), {centre.app_id: centre}, profile, now_ms)
    assert opened.bad is not None
    assert opened.bad.name.startswith(("enc.", "sign."))


@given(st.data())
@SLOW
def test_any_changed_byte_of_the_cipher_text_is_noticed(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post, data: st.DataObject
) -> None:
    message = json.loads(seal_request({"a": "1", "b": "2" * 60}, vendor, profile, now_ms, b"x"))
    cipher = bytearray(bytes.fromhex(message["encData"]))
    cipher[data.draw(st.integers(0, len(cipher) - 1))] ^= data.draw(st.integers(1, 255))
    message["encData"] = cipher.hex()
    opened = open_sealed(post(json.dumps(message).encode()), {centre.app_id: centre}, profile, now_ms)
    assert opened.bad is not None


ANY = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)
FIELDS = (
    "appId",
    "version",
    "encType",
    "signType",
    "timestamp",
    "data",
    "encData",
    "signData",
    "code",
    "success",
)


@given(st.binary(max_size=300), st.sampled_from(["request", "response"]))
@MORE
def test_no_bytes_make_opening_raise(
    centre: ChannelKeys, profile: Profile, now_ms: int, post: Post, body: bytes, kind: Any
) -> None:
    opened = open_sealed(post(body), {centre.app_id: centre}, profile, now_ms, kind)
    assert not opened.ok
    assert opened.data is None


@given(
    st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=4), ANY),
    st.sampled_from(["request", "response"]),
)
@MORE
def test_no_field_of_a_good_message_replaced_makes_opening_raise(
    vendor: ChannelKeys,
    centre: ChannelKeys,
    profile: Profile,
    now_ms: int,
    post: Post,
    changes: dict[str, Any],
    kind: Any,
) -> None:
    message = json.loads(seal_request(GOOD, vendor, profile, now_ms, b"x"))
    body = json.dumps({**message, **changes}).encode()
    opened = open_sealed(post(body), {centre.app_id: centre}, profile, now_ms, kind)
    for fact in opened.facts:
        json.dumps(fact.as_json())
        assert not fact.ok or not fact.note
    bad = first_bad(opened.facts)
    assert bad is None or bad.note


@given(ANY, st.sampled_from(["sdk", "either"]))
@SLOW
def test_no_decrypted_value_makes_opening_raise(round_trip: Trip, value: Any, family: str) -> None:
    opened = round_trip(GOOD, {"envelope.canonical": family}, plain=json.dumps(value))
    assert not opened.ok


def test_the_signature_is_what_a_replay_has_again(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post
) -> None:
    body = seal_request(GOOD, vendor, profile, now_ms, b"x")
    opened = open_sealed(post(body), {centre.app_id: centre}, profile, now_ms)
    assert (opened.ok, opened.replay_key) == (True, json.loads(body)["signData"])
    again = replace(opened, facts=(*opened.facts, freshness(False)))
    assert again.bad is not None
    assert refusal(again.bad)[0] == "LT-REPLAY"
    assert replace(opened, facts=(*opened.facts, freshness(True))).ok
    bare = open_sealed(post(b"{}"), {centre.app_id: centre}, profile, now_ms)
    assert bare.replay_key == ""


def test_either_family_is_accepted_where_the_profile_says_so(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post
) -> None:
    bare = profile.with_overrides({"envelope.canonical": "bare"})
    either = profile.with_overrides({"envelope.canonical": "either"})
    body = seal_request(GOOD, vendor, bare, now_ms, b"x")
    opened = open_sealed(post(body), {centre.app_id: centre}, either, now_ms)
    assert opened.ok
    fact = named(opened.facts, "sign.canonical")
    assert fact is not None
    assert not fact.ok
    assert fact.data == {"canonical": "bare"}
    in_bare = named(open_sealed(post(body), {centre.app_id: centre}, bare, now_ms).facts, "sign.canonical")
    assert in_bare is not None
    assert in_bare.ok
    strict = open_sealed(post(body), {centre.app_id: centre}, profile, now_ms)
    assert strict.bad is not None
    assert strict.bad.name == "sign.verify"
    assert (named(strict.facts, "sign.canonical") or strict.bad).data == {"canonical": "bare"}


def test_good_messages_cost_one_verification(round_trip: Trip, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    real = sm2.signed_digest
    monkeypatch.setattr(sm2, "signed_digest", lambda *given: (calls.append(1), real(*given))[1])
    assert round_trip(GOOD).ok
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("skew", "inside"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)]
)
def test_the_window_holds_on_both_sides(
    vendor: ChannelKeys,
    centre: ChannelKeys,
    profile: Profile,
    now_ms: int,
    post: Post,
    skew: int,
    inside: bool,
) -> None:
    body = seal_request(GOOD, vendor, profile, now_ms + skew * 1000, b"x")
    opened = open_sealed(post(body), {centre.app_id: centre}, profile, now_ms)
    assert opened.ok == inside
    fact = named(opened.facts, "env.time_window")
    assert fact is not None
    assert fact.data == {"skew_ms": skew * 1000}


def test_whole_hours_are_called_a_time_zone(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post
) -> None:
    for hours, word in ((8, "时区"), (-8, "时区"), (1, "时区"), (20, "秒"), (0.5, "秒")):
        body = seal_request(GOOD, vendor, profile, now_ms + int(hours * 3_600_000), b"x")
        opened = open_sealed(post(body), {centre.app_id: centre}, profile, now_ms)
        assert opened.bad is not None
        assert word in str(opened.bad.note)


def test_a_form_the_profile_does_not_use_is_named(round_trip: Trip, now_ms: int) -> None:
    opened = round_trip(GOOD, {"envelope.timestamp_forms": ["14"]}, timestamp=now_ms)
    assert opened.bad is not None
    assert opened.bad.name == "env.time_form"
    assert opened.bad.data == {"form": "13", "ms": now_ms}
    assert round_trip(GOOD, {"envelope.timestamp_forms": ["iso"], "envelope.timestamp_out": "iso"}).ok


def test_a_plaintext_message_is_opened_and_refused(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post
) -> None:
    message = jsontext.parse(
        seal_request(GOOD, vendor, profile, now_ms, b"x", keep_plain=True), jsontext.Limits()
    ).value
    del message["encData"]
    opened = open_sealed(post(jsontext.dumps(message).encode()), {centre.app_id: centre}, profile, now_ms)
    assert opened.bad is not None
    assert opened.bad.name == "env.fields"
    assert opened.data == GOOD
    verify = named(opened.facts, "sign.verify")
    assert verify is not None
    assert verify.ok


# --- answers


def answer(centre: ChannelKeys, profile: Profile, now_ms: int, **style: Any) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(
        seal_response("0", "成功", True, GOOD, centre, profile, now_ms, b"x", **style)
    )
    return value


def open_answer(
    message: Any, vendor: ChannelKeys, profile: Profile, now_ms: int, post: Post, status: int = 200
) -> Opened:
    body = json.dumps(message).encode()
    return open_sealed(post(body, status=status), {vendor.app_id: vendor}, profile, now_ms, "response")


def test_an_answer_opens_and_shows_its_code(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post
) -> None:
    opened = open_answer(answer(centre, profile, now_ms), vendor, profile, now_ms, post)
    assert opened.ok, opened.bad
    assert opened.data == GOOD
    assert opened.outer is not None
    assert (opened.outer["code"], opened.outer["success"]) == ("0", True)
    assert isinstance(opened.outer["code"], Num)


@pytest.mark.parametrize(
    ("options", "present", "absent"),
    [
        ({"envelope.response_code": "string"}, {"code": "0"}, ()),
        ({"envelope.response_app_id": False}, {}, ("appId",)),
        ({"envelope.response_success": False}, {}, ("success",)),
        ({"envelope.enc_case": "lower"}, {}, ()),
    ],
)
def test_each_response_option_opens(
    vendor: ChannelKeys,
    centre: ChannelKeys,
    profile: Profile,
    now_ms: int,
    post: Post,
    options: dict[str, Any],
    present: dict[str, Any],
    absent: tuple[str, ...],
) -> None:
    used = profile.with_overrides(options)
    message = answer(centre, used, now_ms)
    assert {key: message[key] for key in present} == present
    assert not set(absent) & set(message)
    assert open_answer(message, vendor, used, now_ms, post).ok


def test_an_answer_without_app_id_needs_a_single_key(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post
) -> None:
    message = answer(centre, profile.with_overrides({"envelope.response_app_id": False}), now_ms)
    other = ChannelKeys("B" * 32, "secret", vendor.own, vendor.peer)
    both = {vendor.app_id: vendor, other.app_id: other}
    opened = open_sealed(post(json.dumps(message).encode(), status=200), both, profile, now_ms, "response")
    assert opened.data is None
    assert opened.sender == ""


def test_failures_are_signed_or_not_by_the_profile(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post
) -> None:
    signed = json.loads(seal_response("LT-X", "失败", False, None, centre, profile, now_ms, b"x"))
    assert signed["code"] == "LT-X"
    assert "encData" not in signed
    opened = open_answer(signed, vendor, profile, now_ms, post)
    assert opened.ok, opened.bad
    assert opened.data is None
    unsigned = profile.with_overrides({"envelope.sign_failures": False})
    plain = json.loads(seal_response("LT-X", "失败", False, None, centre, unsigned, now_ms, b"x"))
    assert set(plain) == {"code", "message", "success", "appId"}
    assert open_answer(plain, vendor, profile, now_ms, post).bad is not None


def test_a_changed_answer_code_is_noticed(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post
) -> None:
    for change in ({"code": 1}, {"message": "失败"}, {"success": False}):
        opened = open_answer({**answer(centre, profile, now_ms), **change}, vendor, profile, now_ms, post)
        assert opened.bad is not None
        assert opened.bad.name == "sign.verify"


def test_a_failure_signed_by_a_stranger_is_not_believed(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post
) -> None:
    stranger = private_key_from_seed(b"stranger")
    body = seal_response("LT-X", "失败", False, None, centre, profile, now_ms, b"x", signer=stranger)
    opened = open_answer(json.loads(body), vendor, profile, now_ms, post)
    assert opened.bad is not None
    assert opened.bad.name == "sign.verify"


@pytest.mark.parametrize("code", [True, {}, []])
def test_an_answer_code_of_another_type_is_named(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post, code: Any
) -> None:
    opened = open_answer({**answer(centre, profile, now_ms), "code": code}, vendor, profile, now_ms, post)
    fields = named(opened.facts, "env.fields")
    assert fields is not None
    assert fields.data["wrong"] == ["code"]


def test_a_status_that_is_no_success_is_a_fact(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post
) -> None:
    opened = open_answer(answer(centre, profile, now_ms), vendor, profile, now_ms, post, status=502)
    assert opened.bad is not None
    assert opened.bad.as_json()["d"] == {"status": 502}


def test_an_answer_that_leaves_its_code_fields_unsigned_is_named(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post
) -> None:
    request = json.loads(seal_request(GOOD, centre, profile, now_ms, b"x"))
    opened = open_answer({**request, "code": 0, "message": "成功"}, vendor, profile, now_ms, post)
    cause = named(opened.facts, "sign.cause")
    assert cause is not None
    assert cause.data["cause"] == "missing_code_fields"


# --- styles


@pytest.mark.parametrize(
    ("style", "bad"),
    [
        ({"timestamp_form": "13n"}, None),
        ({"timestamp_form": "10"}, None),
        ({"enc_case": "lower"}, None),
        ({"members": {"transType": "x"}}, None),
        ({"order": ("signData", "encData", "none")}, None),
        ({"sign_form": "der"}, "sign.encoding"),
        ({"sign_form": "hex"}, "sign.encoding"),
        ({"signed": False}, "sign.present"),
        ({"version": "1.0.0"}, "env.version"),
        ({"user_id": b"x"}, "sign.verify"),
        ({"keep_plain": True}, "env.plain_absent"),
    ],
)
def test_each_way_to_seal(round_trip: Trip, style: dict[str, Any], bad: str | None) -> None:
    opened = round_trip(GOOD, **style)
    assert (opened.bad.name if opened.bad else None) == bad


def test_the_wire_order_is_the_one_asked_for(vendor: ChannelKeys, profile: Profile, now_ms: int) -> None:
    body = seal_request(GOOD, vendor, profile, now_ms, b"x", order=("signData", "version"))
    assert list(json.loads(body))[:2] == ["signData", "version"]


def test_the_case_of_the_cipher_text_is_the_profiles(
    vendor: ChannelKeys, profile: Profile, now_ms: int
) -> None:
    lower = profile.with_overrides({"envelope.enc_case": "lower"})
    cipher = json.loads(seal_request(GOOD, vendor, lower, now_ms, b"x"))["encData"]
    assert cipher == cipher.lower() != cipher.upper()


def test_sealing_is_a_function_of_its_arguments(vendor: ChannelKeys, profile: Profile, now_ms: int) -> None:
    one = seal_request(GOOD, vendor, profile, now_ms, b"x")
    assert one == seal_request(GOOD, vendor, profile, now_ms, b"x")
    assert one != seal_request(GOOD, vendor, profile, now_ms, b"y")


def test_an_app_without_a_message_key_cannot_be_configured(vendor: ChannelKeys) -> None:
    with pytest.raises(CipherError):
        ChannelKeys("short", "secret", vendor.own, vendor.peer)


def test_keys_do_not_show_their_secret(vendor: ChannelKeys) -> None:
    assert vendor.app_secret not in repr(vendor)


def test_messages_of_other_apps_name_their_key(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Post
) -> None:
    others = {
        app: ChannelKeys(app, "s" * 32, centre.own, private_key_from_seed(app.encode()).public)
        for app in (f"{index:032d}" for index in range(20))
    }
    keys = {**others, centre.app_id: centre}
    signer = private_key_from_seed(f"{3:032d}".encode())
    body = seal_request(GOOD, vendor, profile, now_ms, b"x", signer=signer)
    cause = named(open_sealed(post(body), keys, profile, now_ms).facts, "sign.cause")
    assert cause is not None
    assert cause.data["cause"] == "wrong_key"
    key = ciphers.message_key(f"{2:032d}", "s" * 32)
    body = seal_request(GOOD, vendor, profile, now_ms, b"x", sm4_key=key)
    cipher = named(open_sealed(post(body), keys, profile, now_ms).facts, "enc.decrypt")
    assert cipher is not None
    assert cipher.data["cause"] == "foreign_key"
