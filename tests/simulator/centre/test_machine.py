"""Whatever a hospital and a patient do in whatever order: only table rows, and no fen appears or vanishes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from simulator.protocol.model.order_table import TRANSITIONS

ROWS = {(row.before, row.event, row.after) for row in TRANSITIONS}
LINES = st.lists(
    st.tuples(st.sampled_from(["A1", "B1", "C1"]), st.integers(1, 9_999)), min_size=1, max_size=3
)
FLAGS = st.sampled_from(["", "0", "1"])
FINAL_SETTLED = {"6", "7", "8", "9", "10", "11", "13", "17"}


class World(RuleBasedStateMachine):
    """One person with some money, several orders, every interface and every act."""

    make: Callable[..., Any]
    orders = Bundle("orders")

    @initialize(
        balance=st.integers(0, 30_000),
        cash=st.integers(0, 90_000),
        ratio=st.integers(0, 100),
        other=st.sampled_from([0, 0, 700]),
        medical=st.sampled_from(["ok", "ok", "ok", "fail", "undecided"]),
        reversal=st.sampled_from(["ok", "fail"]),
        confirm=st.sampled_from(["auto", "auto", "never", "cancel"]),
        before_reply=st.sampled_from([False, False, True]),
    )
    def open(self, balance: int, cash: int, ratio: int, other: int, **policy: Any) -> None:
        self.world = self.make(
            balance=balance, ratio=ratio, other=other, bank={"balance": cash}, policy=policy
        )
        self.start = balance + cash
        self.deposited = 0
        self.uploads: dict[str, dict[str, Any]] = {}
        self.seen = 0

    @rule(target=orders, lines=LINES, flag=FLAGS)
    def upload(self, lines: list[tuple[str, int]], flag: str) -> dict[str, Any]:
        yuan = [(code, f"{fen // 100}.{fen % 100:02d}") for code, fen in lines]
        self.world.act("patient.bind")
        data, order = self.world.upload(yuan, acctUsedFlag=flag)
        self.uploads[order["payOrdId"]] = data
        assert order["payOrdId"] in self.world.orders
        return order

    @rule(target=orders, lines=LINES, flag=FLAGS, ms=st.sampled_from([20, 120, 3_000, 3_001, 3_002]))
    def buy(self, lines: list[tuple[str, int]], flag: str, ms: int) -> dict[str, Any]:
        order = self.upload(lines, flag)
        self.world.call("6202", self.world.pay_data(self.uploads[order["payOrdId"]], order))
        self.world.act("patient.confirm")
        self.world.advance(ms)
        return order

    @rule(order=orders)
    def repeat_upload(self, order: dict[str, Any]) -> None:
        reply = self.world.call("6201", self.uploads[order["payOrdId"]])
        assert reply.data["payOrdId"] == order["payOrdId"]

    @rule(order=orders, again=st.booleans())
    def place(self, order: dict[str, Any], again: bool) -> None:
        data = self.world.pay_data(self.uploads[order["payOrdId"]], order)
        if again:
            self.world.call("6202", data)
        self.world.call("6202", data)

    @rule(act=st.sampled_from(["confirm", "cancel", "wrong_password", "walk_away", "unbind", "bind"]))
    def patient(self, act: str) -> None:
        self.world.act(f"patient.{act}")

    @rule(change=st.sampled_from([{"cash": "ok"}, {"cash": "fail"}, {"medical": "ok"}, {"refund": "ok"}, {"refund": "exp"}, {"refund": "fail"}, {"refund": "cash_fail"}, {"refund_then": "fail"}]))  # fmt: skip
    def policy(self, change: dict[str, str]) -> None:
        assert self.world.act("patient.policy", **change).success

    @rule(fen=st.integers(1, 5_000))
    def deposit(self, fen: int) -> None:
        self.world.act("bank.deposit", fen=fen)
        self.deposited += fen

    @rule(ms=st.sampled_from([10, 60, 400, 3_000, 30_000, 2_000_000]))
    def wait(self, ms: int) -> None:
        self.world.advance(ms)

    @rule(order=orders)
    def revoke(self, order: dict[str, Any]) -> None:
        self.world.call("6401", self.world.query_data(order))

    @rule(order=orders)
    def query(self, order: dict[str, Any]) -> None:
        before = self.world.shard
        reply = self.world.call("6301", self.world.query_data(order))
        assert reply.data["ordStas"] == self.world.state(order)
        assert self.world.shard is before

    @precondition(lambda self: self.world.orders)
    @rule(
        pick=st.integers(0, 3),
        kind=st.sampled_from(["ALL", "HI", "CASH", "CASH"]),
        share=st.integers(1, 3),
        by=st.sampled_from(["payAuthNo", "ecToken", "revsToken"]),
        repeat=st.booleans(),
    )
    def refund(self, pick: int, kind: str, share: int, by: str, repeat: bool) -> None:
        world = self.world
        world.act("patient.bind")
        known = list(world.orders.values())
        order = ([o for o in known if o.state in FINAL_SETTLED - {"7"}] or known)[-1 - pick :][0]
        left = order.amounts.cash - order.cash_refunded
        cash = order.amounts.cash if kind == "ALL" else -(-left // share)
        parts = {"ownPayAmt": cash, "psnAcctPay": order.amounts.account, "fundPay": order.amounts.fund}
        yuan = {name: f"{fen // 100}.{fen % 100:02d}" for name, fen in parts.items()}
        value = {
            "payAuthNo": world.authorise,
            "ecToken": world.show_code,
            "revsToken": lambda: order.revs_token or "none",
        }[by]()
        data = world.refund_data({"payOrdId": order.pay_ord_id, **yuan}, kind, **{by: value})
        first = world.call("6203", data)
        if repeat and first.success:
            assert world.call("6203", data).data == first.data

    @invariant()
    def only_rows_of_the_table(self) -> None:
        if not hasattr(self, "world"):
            return
        for change in self.world.changes[self.seen :]:
            if change.what == "order":
                assert (change.before, change.detail["event"], change.after) in ROWS
        self.seen = len(self.world.changes)

    @invariant()
    def money_is_conserved(self) -> None:
        if not hasattr(self, "world"):
            return
        world = self.world
        orders = world.orders.values()
        out = sum(o.account_paid - o.account_refunded + o.cash_paid - o.cash_refunded for o in orders)
        assert world.balance + world.bank.balance + out == self.start + self.deposited
        assert world.unbalanced() == []
        assert world.balance >= 0
        assert world.bank.balance >= 0
        for order in orders:
            assert 0 <= order.cash_refunded <= order.cash_paid <= order.amounts.cash
            assert 0 <= order.account_refunded <= order.account_paid <= order.amounts.account
            assert 0 <= order.fund_refunded <= order.fund_paid <= order.amounts.fund
            back = sum(r.account for r in world.refunds.values() if r.pay_ord_id == order.pay_ord_id and r.status == "SUCC")  # fmt: skip
            assert order.account_refunded in (back, order.account_paid)
            if order.state in FINAL_SETTLED:
                paid = order.cash_paid + order.account_paid + order.fund_paid + order.amounts.other
                assert paid == order.total
                assert order.settled_ms
            if order.state in ("0", "1", "2", "12", "15"):
                assert not (order.cash_paid)
                assert not (order.account_paid)
                assert not (order.fund_paid)
            if order.state == "7":
                assert (order.cash_refunded, order.account_refunded) == (order.cash_paid, order.account_paid)

    @invariant()
    def one_settlement_and_one_notice_for_each_order(self) -> None:
        if not hasattr(self, "world"):
            return
        settled = [c.key for c in self.world.changes if c.what == "order" and c.detail["event"] == "all_done"]
        assert len(settled) == len(set(settled))
        assert sorted(settled) == sorted(notice.key for notice in self.world.notices)


def test_no_sequence_of_acts_breaks_table_or_money(desk):
    World.make = staticmethod(desk)
    run_state_machine_as_test(
        World, settings=settings(max_examples=60, stateful_step_count=30, deadline=None)
    )
