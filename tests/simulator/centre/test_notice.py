"""When an answer to 6302 counts as accepted (contracts 10)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.centre import notice
from simulator.protocol.step import Event

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
    assert notice.accepted(status, body, base_profile) is counts


@given(status=st.integers(-1, 1000), body=st.binary(max_size=200))
def test_accepted_never_raises(status, body):
    assert notice.accepted(status, body, None) in (True, False)  # type: ignore[arg-type]


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
    world.act("notice.result", notice_id="N-?", attempt=1, accepted=False)
    (note,) = world.notices
    world.act("notice.result", notice_id=note.notice_id, attempt=1, accepted=False)
    world.advance(60_000)
    world.act("notice.send", payOrdId=note.pay_ord_id, attempt=2)
    world.act("notice.send", payOrdId="ORD9", attempt=2)
    assert world.shard is before
    assert len(world.notices) == 1
    assert Event("notice.send").args == {}
