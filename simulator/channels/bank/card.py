"""Bind and unbind the card, pay money in, read the movements. Amounts in fen; formats are ours (assumed)."""

from __future__ import annotations

from dataclasses import replace

from simulator.channels.bank.state import of, put
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Changed, Context, Event, Reply, Step
from simulator.protocol.text.said import Said, Text


def bind(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """The person binds the bank card to the credential."""
    return _bound(shard, True, Said("绑定银行卡"))


def unbind(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """The person unbinds the card: no cash part can be debited, refunds still arrive."""
    return _bound(shard, False, Said("解绑银行卡"))


def deposit(shard: Shard, event: Event, ctx: Context) -> Step:
    """`{fen}`: money comes in, so that a payment that was short can be tried again."""
    amount = event.args.get("fen")
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 < amount <= 10**15:
        return Step(shard, (Reply("LT-AMOUNT-FORM", Said("fen: 写正整数(分)"), None, success=False),))
    bank = of(shard).credit("deposit", shard.core.person, amount, ctx.wire_ms)
    changed = Changed("bank", shard.core.person, "", "deposited", Said("存入现金"), {"fen": amount})
    return Step(put(shard, bank), (changed, Reply("0", Said("已存入"), {"balance": bank.balance})))


def statement(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """Answer `balance` and `entries[{kind, key, fen, at_ms}]`, oldest first."""
    rows = [
        {"kind": entry.kind, "key": entry.key, "fen": entry.fen, "at_ms": entry.at_wire_ms}
        for entry in of(shard).entries
    ]
    return Step(shard, (Reply("0", Said("成功"), {"balance": of(shard).balance, "entries": rows}),))


def _bound(shard: Shard, bound: bool, why: Text) -> Step:
    before, after = ("bound" if flag else "unbound" for flag in (of(shard).bound, bound))
    changed = Changed("bank", shard.core.person, before, after, why)
    return Step(put(shard, replace(of(shard), bound=bound)), (changed, Reply("0", why, {})))
