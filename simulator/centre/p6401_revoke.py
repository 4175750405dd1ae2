"""6401 费用明细上传撤销: an order nobody paid is closed; a settled one needs a refund instead (sheet 6.9)."""

from __future__ import annotations

from simulator.centre.moves import (
    check_identity,
    check_org,
    check_token,
    find_order,
    in_words,
    locate,
    move,
)
from simulator.centre.state import CentreOrder, with_order
from simulator.centre.transport import SEALED
from simulator.protocol.model.endpoint import at
from simulator.protocol.model.interface import Interface, Request
from simulator.protocol.model.keeps import Keeps
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Reply, Step, reply_only
from simulator.protocol.text.fields import Refusal, together
from simulator.protocol.text.said import Said

DONE = Reply("0", Said("成功"), {"success": True})


def act(shard: Shard, request: Request, ctx: Context) -> Step:
    """Answer `{"success": true}` and move 0/1 -> 12. An order already revoked is answered again."""
    refusal = check_org(request)
    found = find_order(shard, request) if refusal is None else refusal
    if not isinstance(found, CentreOrder):
        return reply_only(shard, *found)
    refusal = together((check_token(found, request), *check_identity(shard, request, ctx)))
    if refusal:
        return reply_only(shard, *refusal)
    if found.state == "12":
        return Step(shard, (DONE,))
    moved = move(found, "revoke", Said("6401 撤销"), ctx)
    if moved is None:
        return reply_only(shard, *_refused(found))
    order, changed = moved
    return Step(with_order(shard, order), (changed, DONE))


def _refused(order: CentreOrder) -> Refusal:
    where = Said("订单 {} 状态为 {}", order.pay_ord_id, in_words(order.state))
    if order.state in ("2", "3", "4", "5"):
        return "LT-REVOKE-STATE", Said("{}, 参保人正在支付, 不能撤销; 请用 6301 查询结果后再决定", where)
    if order.state == "6":
        return "LT-REVOKE-STATE", Said("{}, 已结算的订单不能撤销; 请用 6203 退费", where)
    return "LT-ORDER-STATE", Said("{}, 不能撤销; 请用 6301 核对", where)


P6401 = Interface(
    number="6401",
    role="centre",
    path="/org/local/api/hos/revoke_order",
    name=Said("费用明细上传撤销"),
    transport=SEALED,
    endpoints=at("/org/local/api/hos/revoke_order"),
    schema="centre/6401",
    locate=locate,
    act=act,
    keeps=Keeps(
        ("payOrdId",),
    ),
    source="mobile-payment-centre 6.9 (M [1][3])",
    status="vendor-code",
)
