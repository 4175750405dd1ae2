"""Every cause that the diagnosis can name breaks one requirement, or deliberately none beside ENV-SIGN-001."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from rows_security import named, not_opened, unverified

from conformance.consequences import Judged, followers
from conformance.ledger import load
from conformance.rules import RULES, named_causes
from conformance.rules.named_causes import CLAUSES, SEALED, SIGNED, Breach, breach, cipher_kind
from simulator.protocol.crypto.keys import private_key_from_seed
from simulator.protocol.diagnosis import cipher_choices, cipher_forms, digests, spelling
from simulator.protocol.diagnosis.choices_data import INSIDE
from simulator.protocol.diagnosis.choices_outer import around
from simulator.protocol.diagnosis.deviation import Suspect
from simulator.protocol.diagnosis.forms import CODED
from simulator.protocol.diagnosis.signers import signers
from simulator.protocol.wire.signature import ChannelKeys

ROWS = {row.id: row for row in load().requirements}
RULE = dict(RULES)
OWN, PEER, OTHER = (private_key_from_seed(name.encode()) for name in ("own", "peer", "other"))
APP = ChannelKeys("43AF047BBA47FC8A1AE8EFB232BDBBCB", "4117E877F5FA0A0188891283E4B617D5", OWN, PEER.public)
NEIGHBOUR = ChannelKeys("0" * 32, "F" * 32, OWN, OTHER.public)
SEEN = Suspect(
    {"appId": APP.app_id, "encType": "SM4", "signType": "SM2", "version": "2.0.1", "timestamp": "20260101090000",
     "code": 0, "message": "ok", "success": True, "orgCodg": "H1"},
    {"a": "1"}, '{"a":"1"}', "", APP, b"1234567812345678", ours=OWN.public, previous=(OTHER.public,),
    others=(OTHER.public,), other_apps=("0" * 32,), private=PEER,
)  # fmt: skip
SIGN_CAUSES = {
    *(row.cause for row in INSIDE),
    *(one.named.cause for one in around(SEEN)),
    *(one.cause for names in CODED.values() for one in names),
    *(cause for cause, _ in spelling.CLEANED_SAID.values()),
    *(one.cause for digest in digests.others(SEEN) for one in digest.named),
    *(one.cause for signer in signers(SEEN, PEER) for one in signer.named),
}
CIPHER_CAUSES = {
    *(
        one.cause
        for choice in cipher_choices.keys(APP, (NEIGHBOUR,))
        for names in choice.names
        for one in names
    ),
    *(one.cause for names in cipher_forms.CODED.values() for one in names),
}


def test_every_cause_is_in_the_table_once() -> None:
    """tests/docs holds the table against the page of all causes, also of those that only messages of a kind lead to."""
    assert set(SIGNED) >= SIGN_CAUSES
    assert set(SEALED) >= CIPHER_CAUSES
    for clauses in CLAUSES:
        times = Counter(cause for _, _, causes in clauses for cause in causes)
        assert [cause for cause, count in times.items() if count > 1] == []
    assert len(SIGN_CAUSES) > 90
    assert len(CIPHER_CAUSES) > 25


def test_every_kind_is_one_of_its_row() -> None:
    for requirement, kind in {*SIGNED.values(), *SEALED.values()}:
        assert not kind or kind in ROWS[requirement].kinds, (requirement, kind)
    assert {requirement for requirement, _ in SIGNED.values()} == {f"ENV-SIGN-00{n}" for n in range(1, 7)}
    assert {requirement for requirement, _ in SEALED.values()} == {"ENV-ENC-001"}


@pytest.mark.parametrize("cause", sorted(SIGNED))
def test_a_cause_fails_its_requirement_and_no_other(cause: str, story: Any) -> None:
    told = story()
    unverified(cause)(told)
    flow = told.end().flow()
    fails = {
        name
        for name, row in ROWS.items()
        if name.startswith("ENV-SIGN") and RULE[row.rule](flow).verdict == "fail"
    }
    assert fails == {"ENV-SIGN-001", SIGNED[cause][0]}


def fact(*compositions: str) -> dict[str, Any]:
    return {"n": "sign.cause", "ok": False, "d": named(*compositions)}


def test_of_equal_compositions_only_what_all_say_counts() -> None:
    both = fact("key_name", "spaced_json+no_key_tail")
    assert breach(both, "ENV-SIGN-004") == Breach(("key_name",), "")
    assert breach(fact("key_name", "spaced_json+key_place"), "ENV-SIGN-004") == Breach(
        ("key_name",), "written"
    )
    assert breach(fact("key_name", "user_id"), "ENV-SIGN-004") is None
    assert breach(fact("key_name", "user_id"), "ENV-SIGN-005") is None
    assert breach(None, "ENV-SIGN-004") is None
    assert breach({"n": "sign.cause", "ok": False, "d": {"equals": [3, [1], []]}}, "ENV-SIGN-004") is None


def test_a_cause_that_nobody_knows_breaks_the_verification_alone() -> None:
    assert all(breach(fact("made_by_a_later_version"), f"ENV-SIGN-00{n}") is None for n in range(2, 7))
    assert cipher_kind([fact("made_by_a_later_version")], {}) == ""


def test_two_mistakes_of_one_signature_are_two_findings_and_neither_follows_from_the_other(
    story: Any,
) -> None:
    told = story()
    told.authorise()
    facts = [{"n": "sign.verify", "ok": False, "note": "-"}, {**fact("no_key_tail+user_id"), "note": "-"}]
    told.upload(facts=facts, code="LT-SIGN-VERIFY")
    flow = told.end().flow()
    judged = [
        Judged(ROWS[name], RULE[ROWS[name].rule](flow))
        for name in sorted(ROWS)
        if name.startswith("ENV-SIGN")
    ]
    assert [one.row.id for one in judged if one.found.verdict == "fail"] == [
        "ENV-SIGN-001",
        "ENV-SIGN-004",
        "ENV-SIGN-005",
    ]
    after = followers(judged, flow)
    assert after["ENV-SIGN-001"] == "ENV-SIGN-004"
    assert not {"ENV-SIGN-004", "ENV-SIGN-005"} & set(after)


def test_all_that_is_wrong_with_a_cipher_text_is_told_once(story: Any) -> None:
    told = story()
    not_opened(hex="enc_base64", decrypt="key_raw")(told)
    found = RULE["security.decrypts"](told.end().flow())
    assert str(found.observed) == "6201 请求: hex; decrypt"
    assert (found.fact, found.kind) == ("enc.hex", "")


def test_the_verification_quotes_every_composition_that_fits(story: Any) -> None:
    told = story()
    note = "验签失败: 甲 (同样符合的还有: 乙)"
    told.upload(facts=[{"n": "sign.verify", "ok": False, "note": note}, fact("key_name", "user_id")])
    found = RULE["security.sign_verifies"](told.end().flow())
    assert note in str(found.observed)


def test_the_table_says_what_is_unknown() -> None:
    assert SIGNED[named_causes.UNKNOWN] == ("ENV-SIGN-001", "wrong")
