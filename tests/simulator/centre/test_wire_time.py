"""`advance` makes our timers due; it never dates a message in the future (contracts 3)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.protocol.text.times import beijing14, beijing_dt

DAY = 86_400_000
MIXED = {"balance": 1000, "ratio": 50, "id_no": "509999199003070010"}


class Heard:
    """A world whose every answer and notice is kept as text."""

    def __init__(self, world: Any) -> None:
        self.world, self.said = world, []
        take = world.take

        def listening(step: Any) -> Any:
            reply = take(step)
            self.said.append(json.dumps(dict(reply.data or {}) if reply else {}, ensure_ascii=False))
            return reply

        world.take = listening

    @property
    def text(self) -> str:
        notices = [json.dumps(dict(notice.data), ensure_ascii=False) for notice in self.world.notices]
        return "\n".join([*self.said, *notices])


def dates(unix_ms: int) -> tuple[str, str]:
    """The day in the two forms in which the wire carries it."""
    return beijing14(unix_ms)[:8], beijing_dt(unix_ms)[:10]


@pytest.mark.parametrize("days", [1, 400])
def test_after_advance_everything_printed_is_of_today(desk, days):
    world = desk(**MIXED)
    heard = Heard(world)
    world.advance(days * DAY)
    _, order = world.pay()
    assert world.state(order) == "6"
    world.call("6301", world.query_data(order))
    world.advance(days * DAY)
    refund = world.refund_data(order, payAuthNo=world.authorise())
    reply = world.call("6203", refund)
    assert reply.data["hiTrnsDate"] + reply.data["hiTrnsTime"] == beijing14(world.wire)
    world.advance(days * DAY)
    assert world.call("6203", refund).data == reply.data
    world.act("bank.statement")
    assert world.notices[0].data["hiChrgTime"] == world.notices[0].data["traceTime"] == beijing_dt(world.wire)
    assert world.notices[0].data["extData"]["setlinfo"][0]["setltime"] == beijing_dt(world.wire)
    for moment in range(1, 3 * days + 1) if days == 1 else (days, 2 * days, 3 * days):
        for day in dates(world.wire + moment * DAY):
            assert day not in heard.text
    assert all(day in heard.text for day in dates(world.wire))
    assert '"age": "36.0"' in heard.text, "also the age is of today"


def test_the_machine_clock_dates_what_timer_time_makes_due(desk):
    world = desk(policy={"confirm": "never"})
    _, order = world.place()
    world.advance(DAY // 100)
    world.wire += 5_000
    world.act("patient.confirm")
    world.advance(2_000)
    assert world.state(order) == "6"
    assert world.notices[0].data["traceTime"] == beijing_dt(world.wire)


def test_expiry_and_the_reversal_limit_still_count_timer_time(desk):
    world = desk(policy={"confirm": "never"})
    _, order = world.place()
    world.wire += 40 * DAY
    world.call("6301", world.query_data(order))
    assert world.state(order) == "1", "the machine's clock makes nothing due"
    world.advance(31 * 60_000)
    assert world.state(order) == "12"

    world = desk()
    _, order = world.pay()
    world.wire += 40 * DAY
    token = world.orders[order["payOrdId"]].revs_token
    world.advance(61 * 60_000)
    late = world.call("6203", world.refund_data(order, revsToken=token))
    assert late.code == "LT-REVS-TOKEN"
    assert "时限" in str(late.message)
