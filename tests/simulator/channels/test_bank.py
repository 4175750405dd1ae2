"""The cash account: bind, deposit, statement; money never appears or vanishes."""

from __future__ import annotations

import pytest


def test_a_statement_tells_every_movement(desk):
    world = desk(balance=0, ratio=0, bank={"balance": 5_000})
    world.act("bank.deposit", fen=5_000)
    _, order = world.pay([("A001", "60.00")])
    world.call("6203", world.refund_data(order, payAuthNo=world.authorise()))
    statement = world.act("bank.statement").data
    assert [(row["kind"], row["fen"]) for row in statement["entries"]] == [
        ("deposit", 5_000),
        ("debit", 6_000),
        ("refund", 6_000),
    ]
    assert statement["balance"] == 10_000


def test_a_refund_arrives_at_an_unbound_card(desk):
    world = desk(balance=0, ratio=0)
    _, order = world.pay()
    world.act("bank.unbind")
    assert world.call("6203", world.refund_data(order, payAuthNo=world.authorise())).success
    assert world.bank.balance == 100_000
    world.act("bank.bind")
    assert world.bank.bound


@pytest.mark.parametrize("fen", [0, -1, "1", True, None, 10**16])
def test_a_deposit_is_a_positive_whole_number(desk, fen):
    world = desk()
    assert not world.act("bank.deposit", fen=fen).success
    assert world.bank.balance == 100_000
