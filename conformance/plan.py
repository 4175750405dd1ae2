"""Load a plan; one that includes another says what it leaves out, and why, and what it adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from conformance.complaint import check
from conformance.prelude import Texts
from conformance.scenario import Plan
from conformance.yamltext import Document, parse
from simulator.protocol.text.said import Said


def load(text: str, file: str, plans: Texts = dict, above: Sequence[str] = ()) -> Plan:
    """Read one plan; `above` are the plans that include it. Raises Mistake for the first thing to mend.

    The scenarios of the included plan come first, in its order, without those left out; so does its smoke set,
    unless the plan names its own.
    """
    document = parse(text, file)
    check(document, "plan")
    value = document.value
    base = _included(document, plans, (*above, value["id"])) if "include" in value else None
    kept, smoke = (base.scenarios, base.smoke) if base else ((), ())
    for index, name in enumerate(value.get("scenarios", ())):
        if name in kept:
            raise document.mistake(("scenarios", index), Said("{} 已由 include 带入, 请删去", name))
    scenarios = (*kept, *value.get("scenarios", ()))
    for index, name in enumerate(value.get("smoke", ())):
        if name not in scenarios:
            raise document.mistake(("smoke", index), Said("{} 不在本计划的 scenarios 里", name))
    return Plan(
        id=value["id"],
        title=value["title"],
        mode=value["mode"],
        channel=value["channel"],
        scenarios=scenarios,
        smoke=tuple(value.get("smoke", smoke)),
        title_en=value.get("title_en", ""),
    )


def _included(document: Document, plans: Texts, above: Sequence[str]) -> Plan:
    """The included plan without what is left out. Raises Mistake."""
    include, place = document.value["include"], ("include", "plan")
    name, without, texts = include["plan"], include.get("without", {}), plans()
    if name in above:
        raise document.mistake(place, Said("计划互相包含: {}, 请去掉其中一处", " → ".join((*above, name))))
    if name not in texts:
        raise document.mistake(place, Said("没有计划 {}, 可用: {}", name, ", ".join(sorted(texts))))
    base = load(texts[name], f"scenarios/plans/{name}.yaml", plans, above)
    for left_out in without:
        if left_out not in base.scenarios:
            raise document.mistake(
                ("include", "without", left_out), Said("计划 {} 里没有这个场景, 请删去", name)
            )
    scenarios, smoke = (
        tuple(one for one in rows if one not in without) for rows in (base.scenarios, base.smoke)
    )
    return replace(base, scenarios=scenarios, smoke=smoke)
