"""What a shard holds are values: a library that knows nothing of us writes them and reads them back."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from simulator.protocol.model.person import new_shard, shard_view
from simulator.protocol.model.shard import Core, Shard
from simulator.roles import ROLES


def written(shard: Shard) -> bytes:
    return msgspec.msgpack.encode(shard)


def read(data: bytes, fresh: Shard) -> Shard:
    """The types come from a fresh shard: each role's compartment says of which class it is."""
    raw: dict[str, Any] = msgspec.msgpack.decode(data)
    parts = {name: msgspec.convert(raw["parts"][name], type(part)) for name, part in fresh.parts.items()}
    return Shard(msgspec.convert(raw["core"], Core), parts)


@pytest.fixture
def busy(desk):
    """A world in which every compartment holds something of every kind."""
    world = desk(balance=1000, ratio=50, policy={"refund": "cash_fail", "delay_ms": 5}, family_of="P0")
    _, order = world.pay()
    world.show_code()
    world.call("6203", world.refund_data(order, payAuthNo=world.authorise()))
    world.act("bank.deposit", fen=7)
    paid = world.prepay()
    world.act("wechat.pay")
    amount = {"refund": 1, "total": 5_000, "currency": "CNY"}
    world.call("wxRefund", {"out_trade_no": paid["out_trade_no"], "out_refund_no": "RF1", "amount": amount})
    return world


def test_a_shard_is_written_and_read_back(busy):
    core = busy.shard.core
    full = [core.auths, core.visits, busy.orders, busy.refunds, busy.bank.entries]
    assert all(full)
    assert set(busy.shard.parts) == {role.name for role in ROLES if role.part}
    again = read(written(busy.shard), new_shard({}, "", "", ROLES))
    assert again == busy.shard
    assert shard_view(again, ROLES) == shard_view(busy.shard, ROLES)


def test_a_shard_that_was_read_back_goes_on(busy):
    busy.shard = read(written(busy.shard), new_shard({}, "", "", ROLES))
    busy.advance(5_000)
    assert [refund.status for refund in busy.refunds.values()] == ["SUCC"]
    assert busy.unbalanced() == []


def test_what_is_no_value_cannot_be_written(busy):
    with pytest.raises(TypeError):
        written(busy.shard.with_part("bank", lambda: None))
