"""`given` stands for the very steps of its prelude; what is wrong with it is one line at the right place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance import prelude, scenario
from conformance.mistake import Mistake
from conformance.runner import catalogue
from conformance.yamltext import Document

HEAD = """\
schema: 1
id: pay/simple
title: 简单支付
purpose: 试
covers: [MP-PAY-01]
persons: {甲: {insutype: "310"}, 乙: {}}
"""
STEPS = """\
  - call: {action: prescribe, person: 乙, args: {items: [{code: A, name: 药, cnt: "1", price_text: "1.00"}]}}
    save: 处方
  - authorise: {person: 乙, biz: "04107"}
    save: 授权
"""
OWN = """\
steps:
  - call: {action: pay, person: 乙, args: {bill_ids: [$处方.result.bill_id], mode: $mode, channel: $channel, auth_code: $授权.auth_code}}
"""
READY = """\
schema: 1
name: ready
title: 已授权
parameters:
  person: {about: 患者}
  items: {about: 明细, default: [{code: A, name: 药, cnt: "1", price_text: "1.00"}]}
  biz: {about: 业务, default: "04107"}
steps:
  - call: {action: prescribe, person: <person>, args: {items: <items>}}
    save: 处方
  - authorise: {person: <person>, biz: <biz>}
    save: 授权
"""
GIVEN = HEAD + "given: {name: ready, person: 乙}\n" + OWN


def load(text: str = GIVEN, ready: str = READY) -> scenario.Scenario:
    return scenario.load(text, "s.yaml", lambda: {"ready": ready})


def test_given_is_the_same_as_the_steps_written_out() -> None:
    assert load() == load(HEAD + OWN.replace("steps:\n", "steps:\n" + STEPS))


def test_a_scenario_may_be_its_prelude_alone() -> None:
    assert load(HEAD + "given: {name: ready, person: 乙}\n") == load(HEAD + "steps:\n" + STEPS)


def test_a_name_alone_takes_the_defaults() -> None:
    ready = READY.replace("about: 患者", "about: 患者, default: 乙")
    assert load(HEAD + "given: ready\n" + OWN, ready) == load()


def test_a_value_is_put_in_as_it_is() -> None:
    items = "[{code: <biz>, name: $mode, cnt: 3, extra: {a: [true, null]}}]"
    found = load(GIVEN.replace("person: 乙}\n", f"person: 乙, items: {items}}}\n", 1))
    put = {"code": "<biz>", "name": "$mode", "cnt": 3, "extra": {"a": [True, None]}}
    assert found.steps[0].args["args"]["items"] == [put]


@pytest.mark.parametrize(
    "old, new, line",
    [
        ("given: {name: ready,", "given: {name: redy,", "s.yaml:7: given.name: 没有前置过程 redy, 可用: ready"),
        ("given: {name: ready, person: 乙}", "given: redy", "s.yaml:7: given: 没有前置过程 redy, 可用: ready"),
        ("given: {name: ready, person: 乙}", "given: ready", "s.yaml:7: given.person: 缺少, 请补上: 患者"),
        ("given: {name: ready,", "given: {", "s.yaml:7: given.name: 缺少, 请补上, 例如 paid"),
        ("given: {name: ready, person: 乙}", "given: [ready]", "s.yaml:7: given: 写成文本(加引号) 或 键值结构, 例如 paid"),
        ("person: 乙}\n", "person: 乙, bizz: x}\n", "s.yaml:7: given.bizz: 前置过程没有这个参数, 可用: person, items, biz"),
        ("person: 乙}\n", "person: 丙}\n", "s.yaml:7: given.person: persons 里没有 丙, 有: 甲, 乙"),
        ("person: 乙}\n", "person: 乙, biz: '1'}\n", "s.yaml:7: given.biz: 写成 04107 | 04106 之一"),
        ("person: 乙}\n", "person: 乙, items: [$gone]}\n", "s.yaml:7: given.items[1]: $gone 在这一步之前没有 save, 可用: mode"),
        ("$授权.auth_code", "$核验.auth_code", "s.yaml:9: steps[1].call.args.auth_code: $核验 在这一步之前没有 save, "
         "可用: mode, channel, run, flow, today, unpaid_ms, 甲, 乙, 处方, 授权"),
        ("$授权.auth_code}}\n", "$授权.auth_code}}\n    save: 处方\n", "s.yaml:10: steps[1].save: 处方 已经用过"),
        ("given: {name: ready, person: 乙}\n" + OWN, "title_en: x\n", "s.yaml:1: steps: 缺少, 请补上"),
    ],
)  # fmt: skip
def test_a_mistake_in_given_is_said_of_the_scenario(old: str, new: str, line: str) -> None:
    assert old in GIVEN
    with pytest.raises(Mistake) as caught:
        load(GIVEN.replace(old, new, 1))
    assert str(caught.value).startswith(line)


@pytest.mark.parametrize(
    "old, new, line",
    [
        ("name: ready", "name: paid", ":2: name: 写成文件名 ready (现在是 paid)"),
        ("<biz>", "<busi>", ":11: steps[2].authorise.biz: parameters 里没有 busi, 请补上"),
        ("<biz>", "'04107'", ":7: parameters.biz: 步骤里没有用到 <biz>, 请删去"),
        ("prescribe", "fly", ":9: steps[1].call.action: 驱动合同里没有这个动作"),
        ("- authorise:", "- authorize:", ":11: steps[2].authorize: 不认识的键, 是不是 authorise?"),
        ("save: 授权", "save: 处方", ":12: steps[2].save: 处方 已经用过"),
        ("parameters:\n", "parameters:\n  name: {about: x}\n", ":4: parameters: 写成"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_prelude_is_said_of_its_file(old: str, new: str, line: str) -> None:
    assert old in READY
    with pytest.raises(Mistake) as caught:
        load(ready=READY.replace(old, new, 1))
    assert str(caught.value).startswith("scenarios/preludes/ready.yaml" + line)


@given(st.text(max_size=200))
def test_any_text_as_a_prelude_is_a_mistake(text: str) -> None:
    with pytest.raises(Mistake):
        load(ready=text)


@pytest.mark.parametrize("name", catalogue.preludes())
def test_every_shipped_prelude_stands_with_its_defaults(name: str) -> None:
    asked = {
        "schema": 1,
        "id": "a/b",
        "title": "t",
        "purpose": "p",
        "covers": [],
        "persons": {"甲": {}},
        "given": name,
    }
    steps = prelude.expand(Document("s.yaml", asked), catalogue.preludes).value["steps"]
    assert "<" not in repr(steps)
    assert len(steps) >= 2


def test_a_folder_of_ones_own_may_use_our_preludes_and_have_its_own(tmp_path) -> None:
    for place, text in {
        "preludes/ready.yaml": READY,
        "pay/simple.yaml": GIVEN,
        "pay/other.yaml": HEAD.replace("simple", "other") + "given: paid\n",
    }.items():
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text(text, encoding="utf-8")
    assert catalogue.scenario_names(tmp_path) == ["pay/other", "pay/simple"]
    assert [step.save for step in catalogue.scenario("pay/simple", tmp_path).steps] == ["处方", "授权", ""]
    assert [step.verb for step in catalogue.scenario("pay/other", tmp_path).steps][-1] == "wait"
