"""When an answer to 6302 counts as accepted (contracts 10)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.centre.transport import acknowledged
from simulator.faults.notice_kinds import KINDS, kind_of
from simulator.faults.scripted_reply import patched
from simulator.protocol.model.step import Event, Notify
from simulator.protocol.wire.amounts import amount_facts
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.schema_facts import schema_fact
from simulator.shell.profiles import load_profile

BASE = load_profile()

ANSWERS = [
    (200, b"", True),
    (204, b"", True),
    (200, b"success", True),
    (200, b'{"success":true,"message":"ok"}', True),
    (200, b'{"code":0}', True),
    (200, b'{"code":"0"}', True),
    (200, b'{"code":null}', True),
    (200, b"[]", True),
    (200, b'"false"', True),
    (200, b"\xff\xfe", True),
    (200, b"[" * 100_000, True),
    (200, b'{"success":false}', False),
    (200, b'{"success":"false"}', False),
    (200, b'{"success":"False"}', False),
    (200, b'{"code":1}', False),
    (200, b'{"code":"500","success":true}', False),
    (200, b'{"code":false}', False),
    (302, b"", False),
    (400, b'{"code":0}', False),
    (500, b"", False),
    (0, b"", False),
]


@pytest.mark.parametrize(("status", "body", "counts"), ANSWERS)
def test_accepted(status, body, counts, base_profile):
    assert acknowledged(None, RawMessage("POST", "/", (), body, status), base_profile).ok is counts


@given(status=st.integers(-1, 1000), body=st.binary(max_size=200))
def test_accepted_never_raises(status, body):
    assert acknowledged(None, RawMessage("POST", "/", (), body, status), BASE).ok in (True, False)


def test_an_empty_plan_sends_nothing(desk):
    world = desk(options={"notify.plan_ms": []})
    world.pay()
    assert world.notices == []


def test_a_first_notice_may_wait(desk):
    world = desk(options={"notify.plan_ms": [500]})
    world.place()
    world.advance(900)
    assert world.notices == []
    world.advance(100)
    assert [note.attempt for note in world.notices] == [1]


def test_results_of_unknown_or_late_notices_change_nothing(desk):
    world = desk()
    world.pay()
    before = world.shard
    world.act("notice.result", key="ORD-?", attempt=1, accepted=False)
    (note,) = world.notices
    world.act("notice.result", key=note.key, attempt=1, accepted=False)
    world.advance(60_000)
    world.act("notice.send", payOrdId=note.key, attempt=2)
    world.act("notice.send", payOrdId="ORD9", attempt=2)
    assert world.shard is before
    assert len(world.notices) == 1
    assert Event("notice.send").args == {}


PLANS = [
    {"balance": 1000, "ratio": 50},
    {"ratio": 100},
    {"ratio": 0, "balance": 0},
    {"balance": 700, "ratio": 30, "other": 500, "mulaid": 100, "deposit": 50},
]


def invented_notice(world, order):
    reply = world.act("notice.draft", key=order["payOrdId"], as_settled=True)
    assert reply.data["key"] == order["payOrdId"]
    return reply.data["data"]


@pytest.mark.parametrize("spec", PLANS)
@pytest.mark.parametrize("placed", [False, True])
def test_an_invented_notice_is_complete_and_looks_like_the_true_one(desk, spec, placed):
    world = desk(**spec)
    made, order = world.place() if placed else world.upload()
    before = world.shard
    told = invented_notice(world, order)
    assert world.shard is before
    assert schema_fact("centre/6302.request", told).ok
    assert all(fact.ok for fact in amount_facts("6302", "request", told))
    if not placed:
        assert world.call("6202", world.pay_data(made, order)).success
    world.advance(5_000)
    (true,) = world.notices
    invented = {"revsToken", "hiDocSn", "extData"}
    assert set(told) == set(true.data)
    assert {k: v for k, v in told.items() if k not in invented} == {
        k: v for k, v in true.data.items() if k not in invented
    }
    assert told["revsToken"] not in ("", true.data["revsToken"])
    rows = [data["extData"]["setlinfo"][0] for data in (told, true.data) if "extData" in data]
    assert len({frozenset({**row, "setlId": ""}.items()) for row in rows}) <= 1
    assert invented_notice(world, order) == true.data, "a settled order has its true one"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.as_settled], ids=lambda kind: kind.name)
def test_only_the_fault_itself_gives_a_notice_away(desk, kind):
    world = desk(**PLANS[0], policy={"confirm": "never"})
    _, order = world.place()
    told = invented_notice(world, order)
    sent = patched(told, kind.changes)
    assert schema_fact("centre/6302.request", sent).ok
    assert all(fact.ok for fact in amount_facts("6302", "request", sent))
    assert {name for name in sent if sent[name] != told.get(name)} == set(kind.changes)
    assert bool(kind.changes) is not (kind.foreign_key or kind.unsigned or kind.name == "hostile")


def test_forged_and_altered_need_no_settled_order():
    assert [kind.name for kind in KINDS if kind.as_settled] == ["forged", "unsigned", "altered", "hostile"]
    assert kind_of("forged").foreign_key
    assert not kind_of("altered").foreign_key


PAGE = RawMessage("", "", (("Content-Type", "text/html"),), b"<!DOCTYPE html><html></html>", 200)


@pytest.mark.parametrize(("choice", "taken"), [("refuse", False), ("accept", True)])
def test_a_page_acknowledges_nothing_unless_the_profile_says_so(base_profile, choice, taken):
    profile = base_profile.with_overrides({"notify.page": choice})
    said = acknowledged(Notify("6302", "", {}), PAGE, profile)
    assert said.ok is taken
    assert [(fact.name, fact.ok) for fact in said.facts] == [("notice.page", False)]
    broken = acknowledged(Notify("6302", "", {}), replace(PAGE, status=502), profile)
    assert (broken.ok, broken.facts) == (False, ()), (
        "an error page with the status of an error says what it is"
    )


@pytest.mark.parametrize(
    "body",
    [
        b"<xml><return_code>SUCCESS</return_code></xml>",
        b"success",
        b"",
        b"OK <html>",
        b'{"success":true}',
        b"<htmlx>",
    ],
)
def test_what_only_looks_like_a_page_still_counts(base_profile, body):
    said = acknowledged(Notify("6302", "", {}), replace(PAGE, body=body), base_profile)
    assert (said.ok, said.facts) == (True, ())
