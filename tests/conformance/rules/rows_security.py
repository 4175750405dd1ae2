"""Rows of the family `security`: envelope, signature and encryption."""

from __future__ import annotations

from typing import Any

from tell import GREEN, NOTHING, RED, Row, Tell, paid, with_facts


def named(*compositions: str) -> dict[str, Any]:
    """The data of a fact that names compositions of causes, each written `a+b`."""
    first, *others = ([{"cause": one, "scope": ""} for one in told.split("+")] for told in compositions)
    return {"cause": first[0]["cause"], "causes": first, **({"equals": others} if others else {}), "tried": 9}


def unverified(*compositions: str) -> Tell:
    """A request whose signature fails with named causes, or in one of several ways."""

    def tell(s: Any) -> None:
        s.upload(facts=[{"n": "sign.verify", "ok": False, "note": "验签失败"},
                        {"n": "sign.cause", "ok": False, "note": compositions[0], "d": named(*compositions)}])  # fmt: skip

    return tell


def not_opened(**causes: str) -> Tell:
    """A request whose cipher text does not open: fact (`hex`, `decrypt`, `json`) -> what it names."""

    def tell(s: Any) -> None:
        s.upload(facts=[{"n": f"enc.{name}", "ok": False, "note": name, "d": named(cause)} for name, cause in causes.items()])  # fmt: skip

    return tell


def before_there_were_several(s: Any) -> None:
    """Evidence of a version that named one cause and no more."""
    s.upload(facts=[{"n": "sign.verify", "ok": False, "note": "验签失败"},
                    {"n": "sign.cause", "ok": False, "note": "-", "d": {"cause": "no_key_tail"}}])  # fmt: skip


def stood_still(s: Any) -> None:
    """The same timestamp for hours: in the window at first, whole hours off in the end, and no time zone."""
    for _ in range(3):
        seen = [{"n": "env.time_form", "ok": True, "d": {"ms": 1_000}},
                {"n": "env.time_window", "ok": False, "note": "偏差", "d": {"skew_ms": -28_800_000}}]  # fmt: skip
        s.later(5_000).upload(facts=seen)


def spoiled_query(fault: str, *, believed: bool) -> Tell:
    """The notice is lost and 6301 is spoiled; the vendor books before or after a good one."""

    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()), order="ORD1", shown="pending")
        s.order("0", "1", "6")
        s.query(faults=[fault])
        s.probe(*(("paid", 1) if believed else ("pending", 0)))
        s.query()
        s.probe()

    return tell


def spoiled_before_settlement(s: Any) -> None:
    """The spoiled answer says 1: whether it was believed cannot be seen."""
    s.pay(during=lambda: (s.upload(), s.place()), order="ORD1", shown="pending")
    s.order("0", "1")
    s.query("1", amounts=False, faults=["tamper_sign"])
    s.settled()
    s.probe()


TABLE: tuple[Row, ...] = (
    ("security.sign_verifies", GREEN, paid),
    ("security.sign_verifies", RED, unverified("case_insensitive_sort")),
    ("security.sign_verifies", RED, with_facts("sign.present")),
    ("security.sign_is_raw", GREEN, paid),
    ("security.sign_is_raw", RED, with_facts("sign.encoding", form="der")),
    ("security.canonical_text", GREEN, paid),
    ("security.canonical_text", RED, unverified("bare_numbers")),
    ("security.canonical_text", RED, with_facts("sign.canonical", canonical="bare")),
    ("security.canonical_text", "skip", unverified("wrong_key")),
    ("security.key_tail", GREEN, paid),
    ("security.key_tail", RED, unverified("no_key_tail")),
    ("security.user_id", GREEN, paid),
    ("security.user_id", RED, unverified("user_id")),
    ("security.own_key", GREEN, paid),
    ("security.own_key", RED, unverified("wrong_key")),
    ("security.own_key", "skip", unverified("unknown")),
    ("security.own_key", "skip", unverified("no_key_tail")),
    ("security.key_tail", "skip", unverified("unknown")),
    ("security.user_id", "skip", unverified("unknown")),
    ("security.canonical_text", "skip", unverified("unknown")),
    ("security.sign_verifies", RED, unverified("unknown")),
    ("security.own_key", RED, unverified("own_key")),
    ("security.sign_is_raw", RED, with_facts("sign.encoding", form="hex")),
    ("security.canonical_text", RED, unverified("empties_kept")),
    ("security.user_id", RED, unverified("no_za")),
    ("security.key_tail", RED, before_there_were_several),
    *((f"security.{rule}", RED, unverified(cause)) for rule, causes in (
        ("sign_is_raw", "swapped plus_as_space prefix_04"),
        ("canonical_text", "double_numbers zero_dropped empty_object_dropped bare_booleans"),
        ("key_tail", "no_key_tail key_name key_place secret_form no_key_tail+user_id case_insensitive_sort+key_name"),
        ("user_id", "za_form za_key no_key_tail+user_id"), ("own_key", "previous_key key_as_signed"),
    ) for cause in causes.split()),
    ("security.sign_verifies", RED, unverified("no_key_tail", "user_id+spaced_json")),
    ("security.key_tail", "skip", unverified("no_key_tail", "user_id+spaced_json")),
    ("security.user_id", "skip", unverified("no_key_tail", "user_id+spaced_json")),
    ("security.key_tail", RED, unverified("key_name", "spaced_json+no_key_tail")),
    ("security.key_tail", "skip", unverified("sm3_twice")),
    ("security.sign_is_raw", NOTHING, unverified("unknown")),
    *(("security.decrypts", RED, not_opened(**one)) for one in (
        {"decrypt": "key_raw"}, {"decrypt": "cipher_mode"}, {"decrypt": "cipher_cut"}, {"decrypt": "unknown"},
        {"hex": "enc_base64", "decrypt": "key_raw"}, {"json": "json_twice"},
    )),
    ("security.decrypts", RED, with_facts("enc.hex")),
    ("security.decrypts", RED, with_facts("enc.json")),
    ("security.envelope_fields", RED, with_facts("env.fields")),
    ("security.envelope_fields", RED, with_facts("env.sign_type")),
    ("security.envelope_fields", RED, with_facts("env.app_known")),
    ("security.timestamp", RED, with_facts("env.time_form")),
    ("security.timestamp", RED, with_facts("env.time_window", skew_ms=-700_000)),
    ("security.timestamp", RED, stood_still),
    *(("security.bad_signature_not_believed", RED, spoiled_query(name, believed=True)) for name in ("wrong_key", "unsigned")),
    *(("security.bad_cipher_not_believed", RED, spoiled_query(name, believed=True))
      for name in ("not_json", "empty_body", "relay_wrapped")),
    ("security.decrypts", GREEN, paid),
    ("security.decrypts", RED, with_facts("enc.decrypt")),
    ("security.no_plain_data", GREEN, paid),
    ("security.no_plain_data", RED, with_facts("env.plain_absent")),
    ("security.envelope_fields", GREEN, paid),
    ("security.envelope_fields", RED, with_facts("env.version")),
    ("security.timestamp", GREEN, paid),
    ("security.timestamp", RED, with_facts("env.time_window", skew_ms=-28_800_000)),
    ("security.fresh_seal", GREEN, paid),
    ("security.fresh_seal", RED, with_facts("replay.fresh")),
    ("security.schema", GREEN, paid),
    ("security.schema", RED, with_facts("schema")),
    ("security.schema", RED, lambda s: s.upload(facts=[{"n": "schema", "ok": True}, {"n": "amounts.form", "ok": False}])),
    ("security.bad_signature_not_believed", GREEN, spoiled_query("tamper_sign", believed=False)),
    ("security.bad_signature_not_believed", RED, spoiled_query("tamper_sign", believed=True)),
    ("security.bad_signature_not_believed", NOTHING, spoiled_before_settlement),
    ("security.bad_cipher_not_believed", GREEN, spoiled_query("tamper_cipher", believed=False)),
    ("security.bad_cipher_not_believed", RED, spoiled_query("tamper_cipher", believed=True)),
)  # fmt: skip
