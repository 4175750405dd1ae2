"""6301 医保订单结算结果查询: where an order stands; before settlement nothing but its state (sheet 6.7)."""

from __future__ import annotations

from typing import Any

from simulator.centre.moves import check_identity, check_org, check_token, find_order, locate
from simulator.centre.state import CentreOrder
from simulator.centre.transport import SEALED
from simulator.centre.wire import settled_members
from simulator.protocol.model.endpoint import at
from simulator.protocol.model.interface import Interface, Request
from simulator.protocol.model.keeps import Keeps
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Reply, Step, reply_only
from simulator.protocol.text.fields import together
from simulator.protocol.text.said import Said


def act(shard: Shard, request: Request, ctx: Context) -> Step:
    """Answer `payOrdId`, `ordStas`, and from the states of `query.amounts_from` on the 6302 field set."""
    refusal = check_org(request)
    found = find_order(shard, request) if refusal is None else refusal
    if not isinstance(found, CentreOrder):
        return reply_only(shard, *found)
    refusal = together((check_token(found, request), *check_identity(shard, request, ctx)))
    if refusal:
        return reply_only(shard, *refusal)
    data: dict[str, Any] = {"payOrdId": found.pay_ord_id, "ordStas": found.state}
    if found.state in ctx.profile["query.amounts_from"]:
        data = {**settled_members(shard, found, ctx.profile), "ordStas": found.state}
    return Step(shard, (Reply("0", Said("成功"), data),))


P6301 = Interface(
    number="6301",
    role="centre",
    path="/org/local/api/hos/query_order_info",
    name=Said("医保订单结算结果查询"),
    transport=SEALED,
    endpoints=at("/org/local/api/hos/query_order_info"),
    schema="centre/6301",
    locate=locate,
    act=act,
    keeps=Keeps(
        ("payOrdId",),
        ("ordStas", "feeSumamt", "fundPay", "psnAcctPay", "ownPayAmt"),
    ),
    source="mobile-payment-centre 6.7 (M [1][3])",
    status="vendor-code",
)
