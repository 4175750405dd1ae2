"""The search itself: every row of the table found under a digest that is not SM2's, bounded work, honest silence."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import Any

import pytest

from simulator.protocol.crypto import sm2
from simulator.protocol.crypto.curve import N
from simulator.protocol.crypto.keys import private_key_from_seed
from simulator.protocol.diagnosis.choices_outer import around
from simulator.protocol.diagnosis.deviation import DEEP, QUICK, Budget, Suspect
from simulator.protocol.diagnosis.digests import others
from simulator.protocol.diagnosis.hunt import Hunt
from simulator.protocol.diagnosis.locks import Lock
from simulator.protocol.diagnosis.search import MISTAKES, diagnose
from simulator.protocol.diagnosis.writing import Writing
from simulator.protocol.text import jsontext

from .conftest import compact, loaded, text_of, tidy

Signed = Callable[..., str]
ANSWER = {
    "code": "0",
    "message": "成功/了",
    "success": True,
    "type": "x",
    "none": None,
    "empty": "",
    "list": [],
}
WIDE = Budget(10**6, 10**9)


def _lock(message: bytes) -> Lock:
    """Another signature than SM2's: a bare SHA-256 of the text, as a gateway might put into a header."""
    wanted = hashlib.sha256(message).digest()
    return Lock((), lambda text: hashlib.sha256(text).digest(), {wanted: ((),)})


def test_every_row_of_the_table_is_found_by_its_own_text_under_any_digest(suspect: Suspect) -> None:
    """Rows that change nothing in this message are left out; the others are named, or listed as equal to what is named."""
    seen = replace(
        suspect,
        envelope={**suspect.envelope, **ANSWER, "extra": "e"},
        other_apps=("OTHER" * 6,),
    )
    writing = Writing(seen)
    right = writing.message({}, {})
    causes = set()
    live = 0
    every = (*MISTAKES, *around(seen))
    for made in every[:: max(1, len(every) // 160)]:
        message = writing.message(made.inner, made.outer)
        if message == right:
            continue
        live += 1
        hunt = Hunt(Writing(seen), every, (_lock(message),), WIDE)
        hits = hunt.run()
        named = {one.named.cause for hit in hits for one in hit.made}
        assert all(len(hit.made) == 1 and not hit.beside for hit in hits)
        part = any(
            one.slots < made.slots for hit in hits for one in hit.made
        )  # the rest of it changes nothing here
        assert made.named.cause in named or part or made.rank == 2 or made.yields, (made.named, named)
        causes |= named
    assert live > 60
    assert len(causes) > 30


def test_every_digest_is_named(suspect: Suspect, vendor: Any) -> None:
    text = text_of(compact(tidy(loaded())), suspect.keys.app_secret, suspect.keys.app_id).encode()
    for number, other in enumerate(others(suspect)[::3]):
        made = other.make(text, vendor.own.public)
        found = sm2._signature(vendor.own, int.from_bytes(made, "big") % N, 424242 + number)
        assert found is not None
        signed = base64.b64encode(found).decode()
        names = [one.cause for one in diagnose(replace(suspect, sign_data=signed), QUICK).causes]
        assert names == [other.named[0].cause], other.named


def test_a_signature_over_anything_else_is_never_named(suspect: Suspect, signed: Signed) -> None:
    for budget in (QUICK, DEEP):
        found = diagnose(replace(suspect, sign_data=signed(b"something else")), budget)
        assert found.causes == ()
        assert found.equals == ()
        assert found.digests
        assert all(len(digest) == 64 for _, digest in found.digests)
        assert found.tried > 1000
    nobody = replace(suspect, sign_data=base64.b64encode(bytes(range(1, 65))).decode())
    assert diagnose(nobody, QUICK).causes == ()


@pytest.mark.parametrize(
    "text", ["", "x", "%%%", "=" * 88, "A" * 4000, "\ud800", base64.b64encode(bytes(64)).decode()]
)
def test_no_text_of_a_signature_raises(text: str, suspect: Suspect) -> None:
    assert diagnose(replace(suspect, sign_data=text), Budget(500, 500_000)).causes == ()


HOSTILE: dict[str, Any] = {
    "20,000 members": {f"m{at}": str(at) for at in range(19_990)},
    "one long text": {"a": '汉\\"/<&' * 150_000},
    "rows": {"l": [{"a": "1", "b": "", "c": None} for _ in range(4_900)]},
    "30 levels": reduce(
        lambda inner, _: {"a": inner, "b": "", "c": [inner] if not inner else []}, range(29), {}
    ),
    "empty arrays": {"l": [[] for _ in range(19_000)]},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_message_costs_no_more_than_the_budget(name: str, suspect: Suspect, signed: Signed) -> None:
    """Counted, not timed: texts tried, bytes hashed, bytes written for them; one text beyond the budget at most."""
    plain = compact(HOSTILE[name])
    data = jsontext.parse(plain.encode(), jsontext.Limits(members=10**6, tokens=10**7)).value
    seen = replace(suspect, data=data, plain=plain, sign_data=signed(b"else"))
    writing = Writing(seen)
    right = len(writing.message({}, {}))
    hunt = Hunt(writing, (*MISTAKES, *around(seen)), (_lock(b"else"),), QUICK)
    before = writing.work
    assert hunt.run() == ()
    beyond = 200 * right + 10**6  # the longest single text: escapes inside escapes are bounded too
    assert hunt.tried <= QUICK.compositions + 1
    assert hunt.hashed + writing.work - before <= QUICK.hashed_bytes + beyond
    assert diagnose(seen, QUICK).causes == ()


def test_of_two_mistakes_with_one_text_none_is_chosen(suspect: Suspect, signed: Signed) -> None:
    data = {"b": "1", "a": "2"}
    seen = replace(suspect, data=data, plain=compact(data))
    text = text_of(compact(data), seen.keys.app_secret, seen.keys.app_id)
    found = diagnose(replace(seen, sign_data=signed(text)), QUICK)
    names = {tuple(one.cause for one in way) for way in (found.causes, *found.equals)}
    assert {("unsorted",), ("descending_sort",)} <= names


def test_of_a_text_that_is_tidy_as_sent_nobody_says_that_it_was_signed_as_sent(
    suspect: Suspect, signed: Signed
) -> None:
    data = {"a": "1", "b": "2"}
    seen = replace(suspect, data=data, plain=compact(data))
    text = text_of(compact(data), seen.keys.app_secret, seen.keys.app_id) + "\n"
    found = diagnose(replace(seen, sign_data=signed(text)), QUICK)
    assert [one.cause for one in found.causes] == ["trailing_characters"]
    assert found.equals == ()


def test_the_keys_of_both_sides_are_judged(suspect: Suspect, vendor: Any, centre: Any) -> None:
    text = text_of(compact(tidy(loaded())), suspect.keys.app_secret, suspect.keys.app_id).encode()
    raw = sm2.sign(centre.own, text, sm2.DEFAULT_USER_ID, b"")
    seen = replace(suspect, ours=centre.own.public, sign_data=base64.b64encode(raw).decode())
    assert [one.cause for one in diagnose(seen, QUICK).causes] == ["own_key"]
    other = private_key_from_seed(b"another app")
    raw = sm2.sign(other, text, sm2.DEFAULT_USER_ID, b"")
    seen = replace(suspect, others=(other.public,), sign_data=base64.b64encode(raw).decode())
    assert [one.cause for one in diagnose(seen, QUICK).causes] == ["wrong_key"]


def test_no_answer_shows_the_secret(suspect: Suspect) -> None:
    """Every mistake of the table as it would be told: neither the secret nor what usual encodings make of it."""
    from simulator.protocol.diagnosis.answer import answered
    from simulator.protocol.diagnosis.hunt import Hit

    secret = suspect.keys.app_secret
    raw = secret.encode()
    forms = {secret, secret[::-1], raw.hex(), base64.b64encode(raw).decode(), hashlib.md5(raw).hexdigest()}
    writing = Writing(suspect)
    hunt = Hunt(writing, (), (_lock(b""),), QUICK)
    hunt.run()
    for made in (*MISTAKES, *around(suspect)):
        shown = answered(suspect, writing, [Hit((made,), ())], hunt, ())
        text = "".join(
            f"{one.said}{one.right}{one.offered}" for way in (shown.causes, *shown.equals) for one in way
        )
        assert not [form for form in forms if form.lower() in text.lower()], made.named
        assert secret[:12].lower() not in text.lower(), made.named
        assert secret[-12:].lower() not in text.lower(), made.named
