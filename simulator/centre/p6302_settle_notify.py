"""6302 医保结算结果通知: the one interface that the centre calls (sheet 6.8); deliveries live in `notice.py`."""

from __future__ import annotations

from simulator.centre import notice
from simulator.centre.moves import locate
from simulator.centre.transport import SEALED
from simulator.protocol.model.endpoint import nowhere
from simulator.protocol.model.interface import Interface, Notice, Request
from simulator.protocol.model.keeps import Keeps
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Step, reply_only
from simulator.protocol.text.said import Said


def act(shard: Shard, request: Request, ctx: Context) -> Step:  # noqa: ARG001
    """Refuse: 6302 goes from the centre to the institution."""
    return reply_only(shard, "LT-NOT-IMPLEMENTED", Said("6302 由中心发往机构, 机构不能向中心发送 6302"))


P6302 = Interface(
    number="6302",
    role="institution",
    path="",  # the institution's own URL: `endpoints.notify_6302`
    name=Said("医保结算结果通知"),
    transport=SEALED,
    endpoints=nowhere,
    schema="centre/6302",
    locate=locate,
    act=act,
    keeps=Keeps(
        ("payOrdId", "medOrgOrd", "feeSumamt", "fundPay", "psnAcctPay", "ownPayAmt"),
    ),
    source="mobile-payment-centre 6.8 (M name, S shape [1][3][24])",
    status="vendor-code",
)


SETTLE_NOTICE = Notice(notice.NAME, "notify_6302", "payOrdId", P6302, notice.DRAFT)
