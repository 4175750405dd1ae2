"""The cash leg of an order, as the centre tells it (`protocol/model/leg.py`): debit, reverse, refund. At once, in fen."""

from __future__ import annotations

from simulator.channels.bank.state import of, put
from simulator.protocol.model.leg import DONE, FAILED
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Changed, Context, Event, Step
from simulator.protocol.text.said import Said, stored


def debit(shard: Shard, event: Event, ctx: Context) -> Step:
    """Told `{key, fen, way}`: take the money, or say why not; `way` ok|insufficient|fail."""
    key, fen, way = event.args["key"], event.args["fen"], event.args["way"]
    account = of(shard)
    after = account.debit(key, fen, ctx.wire_ms) if way == "ok" else None
    if after is None:
        short = way == "insufficient" or account.balance < fen
        return Step(
            shard,
            (),
            {"status": FAILED, **stored("why", Said("现金账户余额不足") if short else Said("现金扣款失败"))},
        )
    debited = Changed("bank", key, "", "debited", Said("现金扣款"), {"fen": fen})
    return Step(put(shard, after), (debited,), {"status": DONE})


def reverse(shard: Shard, event: Event, ctx: Context) -> Step:
    """Told `{key, fen, way}`: a debit of this order goes back because the order failed."""
    key, fen = event.args["key"], event.args["fen"]
    if event.args["way"] != "ok":
        return Step(shard, (), {"status": FAILED, **stored("why", Said("现金冲正失败"))})
    account = of(shard).credit("reversal", key, fen, ctx.wire_ms)
    back = Changed("bank", key, "debited", "reversed", Said("现金冲正"), {"fen": fen})
    return Step(put(shard, account), (back,), {"status": DONE})


def refund(shard: Shard, event: Event, ctx: Context) -> Step:
    """Told `{key, fen, way}`: the cash of a refund comes in; the refund itself is the centre's record."""
    if event.args["way"] != "ok":
        return Step(shard, (), {"status": FAILED, **stored("why", Said("现金退款失败"))})
    key, fen = event.args["key"], event.args["fen"]
    account = of(shard).credit("refund", key, fen, ctx.wire_ms)
    back = Changed("bank", key, "debited", "refunded", Said("现金退款"), {"fen": fen})
    return Step(put(shard, account), (back,), {"status": DONE})
