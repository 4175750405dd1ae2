"""WeChat's compartment: the wallet of a person, its orders, refunds and mixed orders. Money is fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from simulator.protocol.model.shard import Shard
from simulator.protocol.model.spec import amount, known, member

NAME: Final = "wechat"
BALANCE: Final = 100_000


@dataclass(frozen=True, slots=True)
class WalletEntry:
    """One movement of the wallet. `kind` pay|refund, `key` out_trade_no or out_refund_no; `fen` is positive."""

    kind: str
    key: str
    fen: int
    at_wire_ms: int


@dataclass(frozen=True, slots=True)
class WxOrder:
    """One cash order. `state` NOTPAY|SUCCESS|REFUND|CLOSED; `content` tells a repeat from another order.

    `refunding`: fen of all refunds that were accepted, arrived or not.
    """

    out_trade_no: str
    mchid: str
    appid: str
    openid: str
    total: int
    description: str
    attach: str
    notify_url: str
    content: str
    prepay_id: str
    made_wire_ms: int
    payable_until_ms: int
    expires_ms: int
    state: str = "NOTPAY"
    transaction_id: str = ""
    paid_wire_ms: int = 0
    refunding: int = 0
    told: bool = False


@dataclass(frozen=True, slots=True)
class WxRefund:
    """One cash refund. `status` PROCESSING|SUCCESS|ABNORMAL."""

    out_refund_no: str
    refund_id: str
    out_trade_no: str
    fen: int
    content: str
    reason: str
    notify_url: str
    made_wire_ms: int
    status: str = "PROCESSING"
    done_wire_ms: int = 0
    told: bool = False


@dataclass(frozen=True, slots=True)
class WxMedRefund:
    """One report of the merchant that the bureau has refunded (1b.9). Fen."""

    out_refund_no: str
    gov: int
    self: int
    other: int
    refund_time: str

    @property
    def total(self) -> int:
        """All three parts."""
        return self.gov + self.self + self.other


@dataclass(frozen=True, slots=True)
class WxMix:
    """One mixed order. `sent`: its members as the merchant sent them, without the persons.

    `insured`, `cash_fee`: fen of the insurance side and of the wallet; `medical` CREATED|SUCCESS|FAIL, empty without
    an insurance side; `failed`: the whole will not succeed any more.
    """

    mix_trade_no: str
    out_trade_no: str
    mix_pay_type: str
    serial_no: str
    pay_order_id: str
    callback_url: str
    mchid: str
    insured: int
    cash_fee: int
    sent: Mapping[str, Any]
    medical: str = ""
    failed: bool = False
    fail_reason: str = ""
    paid_wire_ms: int = 0
    told: bool = False
    refunds: Mapping[str, WxMedRefund] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WechatPart:
    """`balance` is what the first balance and the entries come to; orders by out_trade_no, refunds by
    out_refund_no, mixed orders by mix_trade_no."""

    balance: int = BALANCE
    entries: tuple[WalletEntry, ...] = ()
    orders: Mapping[str, WxOrder] = field(default_factory=dict)
    refunds: Mapping[str, WxRefund] = field(default_factory=dict)
    mixes: Mapping[str, WxMix] = field(default_factory=dict)

    def moved(self, kind: str, key: str, fen: int, at_wire_ms: int) -> WechatPart | None:
        """The wallet after `fen` went (pay) or came (refund); None when there is not so much in it."""
        after = self.balance + (-fen if kind == "pay" else fen)
        if after < 0:
            return None
        return replace(self, balance=after, entries=(*self.entries, WalletEntry(kind, key, fen, at_wire_ms)))

    def with_order(self, order: WxOrder) -> WechatPart:
        """With this order added or replaced."""
        return replace(self, orders={**self.orders, order.out_trade_no: order})

    def with_refund(self, refund: WxRefund) -> WechatPart:
        """With this refund added or replaced."""
        return replace(self, refunds={**self.refunds, refund.out_refund_no: refund})

    def with_mix(self, mix: WxMix) -> WechatPart:
        """With this mixed order added or replaced."""
        return replace(self, mixes={**self.mixes, mix.mix_trade_no: mix})

    def mix_of(self, out_trade_no: str) -> WxMix | None:
        """The mixed order with this number of the merchant."""
        return next((one for one in self.mixes.values() if one.out_trade_no == out_trade_no), None)


def part(spec: Mapping[str, Any]) -> WechatPart:
    """A fresh wallet from `wechat: {balance}` of a person spec. Raises SpecError."""
    own = member(spec, "wechat")
    known(own, ("balance",), "wechat")
    return WechatPart(amount(own, "balance", BALANCE, "wechat"))


def view(own: WechatPart) -> dict[str, Any]:
    """What the control API shows."""
    orders = [
        {"out_trade_no": one.out_trade_no, "trade_state": one.state, "total": one.total, "told": one.told,
         "refunding": one.refunding}
        for one in own.orders.values()
    ]  # fmt: skip
    refunds = [
        {"out_refund_no": one.out_refund_no, "out_trade_no": one.out_trade_no, "fen": one.fen,
         "status": one.status}
        for one in own.refunds.values()
    ]  # fmt: skip
    mixes = [
        {"mix_trade_no": one.mix_trade_no, "out_trade_no": one.out_trade_no, "mix_pay_type": one.mix_pay_type,
         "medical": one.medical, "failed": one.failed, "told": one.told}
        for one in own.mixes.values()
    ]  # fmt: skip
    return {"wechat": {"balance": own.balance, "entries": len(own.entries), "orders": orders,
                       "refunds": refunds, "mixes": mixes}}  # fmt: skip


def of(shard: Shard) -> WechatPart:
    """The compartment of this person."""
    found = shard.parts[NAME]
    assert isinstance(found, WechatPart)
    return found


def put(shard: Shard, own: WechatPart) -> Shard:
    """The shard with this compartment."""
    return shard.with_part(NAME, own)
