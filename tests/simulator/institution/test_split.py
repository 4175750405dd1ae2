"""The split is exact whatever the bill and the plan: integers of fen, nothing negative, parts sum to the total."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.institution.split import percent, self_paid, split
from simulator.protocol.model.shard import InsurancePlan

CLASSES = {
    "A": {"ownpay": 0, "preselfpay": 0},
    "B": {"ownpay": 0, "preselfpay": 10},
    "B9": {"ownpay": 30, "preselfpay": 90},
    "C": {"ownpay": 100, "preselfpay": 0},
}
FEN = st.integers(min_value=0, max_value=10**9)
LINES = st.lists(
    st.tuples(st.sampled_from(["A1", "B1", "B91", "C1", "X1", ""]), FEN), min_size=1, max_size=12
)
PLANS = st.builds(
    InsurancePlan,
    ratio=st.integers(0, 100),
    deductible=FEN,
    other=FEN,
    hosp_part=FEN,
    deposit=FEN,
    mulaid=FEN,
)


@given(lines=LINES, plan=PLANS, balance=FEN, use=st.booleans(), deposit=FEN)
def test_the_parts_always_sum_to_the_total(lines, plan, balance, use, deposit):
    amounts = split(lines, plan, balance, use, CLASSES, deposit)
    assert amounts.total == sum(fen for _, fen in lines)
    assert amounts.fund + amounts.account + amounts.cash + amounts.other == amounts.total
    assert amounts.fulamt_ownpay + amounts.preselfpay + amounts.inscp == amounts.total
    assert all(getattr(amounts, name) >= 0 for name in amounts.__dataclass_fields__)
    assert amounts.account <= balance
    assert use or amounts.account == 0
    assert amounts.deposit <= amounts.cash
    assert amounts.hosp_part <= amounts.other <= plan.other
    assert amounts.mulaid <= amounts.account
    assert amounts.fund <= amounts.inscp


@given(lines=LINES, plan=PLANS, balance=FEN)
def test_the_account_is_used_before_cash(lines, plan, balance):
    amounts = split(lines, plan, balance, True, CLASSES)
    assert amounts.cash == 0 or amounts.account == balance


@given(line=st.tuples(st.sampled_from(["A1", "B1", "B91", "C1", "X1", ""]), FEN))
def test_own_parts_stay_inside_the_line(line):
    own, first = self_paid(line, CLASSES)
    assert own >= 0
    assert first >= 0
    assert own + first <= line[1]


def test_half_a_fen_is_rounded_up():
    assert [percent(fen, 50) for fen in (0, 1, 2, 3)] == [0, 1, 1, 2]
    assert percent(5, 10) == 1
    assert percent(4, 10) == 0


def test_the_longest_prefix_decides_and_an_unknown_code_is_in_scope():
    assert self_paid(("B91", 1000), CLASSES) == (300, 700)
    assert self_paid(("B1", 1000), CLASSES) == (0, 100)
    assert self_paid(("X1", 1000), CLASSES) == (0, 0)
