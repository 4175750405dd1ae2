"""A plan may rest on another: the order stays, what is left out has a reason, mistakes are one line."""

from __future__ import annotations

import pytest

from conformance import plan
from conformance.mistake import Mistake
from conformance.scenario import Plan

HEAD = "schema: 1\nid: {}\ntitle: t\nmode: A\nchannel: wechat\n"
BASE = HEAD.format("A") + "scenarios: [pay/b, pay/a, fault/c]\nsmoke: [pay/a, fault/c]\n"


def load(body: str, **plans: str) -> Plan:
    return plan.load(HEAD.format("X") + body, "p.yaml", lambda: {"A": BASE, **plans})


def test_a_plan_includes_another_in_its_order() -> None:
    found = load("include: {plan: A}\n")
    assert (found.id, found.scenarios, found.smoke) == (
        "X",
        ("pay/b", "pay/a", "fault/c"),
        ("pay/a", "fault/c"),
    )


def test_a_plan_leaves_out_and_adds() -> None:
    found = load("include: {plan: A, without: {pay/a: 没有这种支付}}\nscenarios: [pay/z, pay/y]\n")
    assert found.scenarios == ("pay/b", "fault/c", "pay/z", "pay/y")
    assert found.smoke == ("fault/c",)


def test_a_plan_may_name_its_own_smoke_set() -> None:
    assert load("include: {plan: A}\nscenarios: [pay/z]\nsmoke: [pay/z, pay/b]\n").smoke == ("pay/z", "pay/b")


def test_inclusion_goes_on() -> None:
    inner = HEAD.format("B") + "include: {plan: A, without: {pay/b: 无}}\nscenarios: [pay/z]\n"
    assert load("include: {plan: B}\n", B=inner).scenarios == ("pay/a", "fault/c", "pay/z")


@pytest.mark.parametrize(
    "body, line",
    [
        ("scenarios: [pay/a]\nsmoke: [pay/b]\n", "p.yaml:7: smoke[1]: pay/b 不在本计划的 scenarios 里"),
        ("include: {plan: A, without: {pay/a: 无}}\nsmoke: [pay/a]\n", "p.yaml:7: smoke[1]: pay/a 不在本计划的 scenarios 里"),
        ("about: x\n", "p.yaml:1: scenarios: 缺少, 请补上"),
        ("include: {plan: C}\n", "p.yaml:6: include.plan: 没有计划 C, 可用: A, B"),
        ("include: {plan: X}\n", "p.yaml:6: include.plan: 计划互相包含: X → X, 请去掉其中一处"),
        ("include: {plan: B}\n", "scenarios/plans/B.yaml:6: include.plan: 计划互相包含: X → B → X, 请去掉其中一处"),
        ("include: {}\n", "p.yaml:6: include.plan: 缺少, 请补上, 例如 A"),
        ("include: {plan: A, without: {pay/q: 无}}\n", "p.yaml:6: include.without.pay/q: 计划 A 里没有这个场景, 请删去"),
        ("include: {plan: A, without: {pay/a: ''}}\n", "p.yaml:6: include.without.pay/a: 不能为空"),
        ("include: {plan: A}\nscenarios: [pay/z, pay/a]\n", "p.yaml:7: scenarios[2]: pay/a 已由 include 带入, 请删去"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(body: str, line: str) -> None:
    with pytest.raises(Mistake) as caught:
        load(body, B=HEAD.format("B") + "include: {plan: X}\n")
    assert str(caught.value).startswith(line)
