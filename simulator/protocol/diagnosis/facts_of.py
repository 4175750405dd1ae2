"""A diagnosis as the facts of a message: `sign.verify` failed, `sign.cause` with every mistake that was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from simulator.protocol.diagnosis.deviation import Budget, Diagnosis, Named, Suspect
from simulator.protocol.text.said import Said, Text, listed
from simulator.protocol.wire.facts import Fact

UNKNOWN: Final = "unknown"


Found = list[tuple[Suspect, Diagnosis]]
"""What the facts were made of, for whoever tells more than facts."""


def failed(
    seen: Suspect, budget: Budget, user_id: str, form: Text = "", kept: Found | None = None
) -> tuple[Fact, ...]:
    """The facts of a signature that does not verify. `user_id`: the option in force; `form`: what is odd in its text;
    `kept`: where the diagnosis is put too. Without a budget no cause is looked for, and `sign.cause` is not said."""
    if not budget.compositions:
        note = Said("验签失败: {}", form) if form else Said("验签失败")
        return (Fact("sign.verify", False, note, {"user_id": user_id}),)
    from simulator.protocol.diagnosis.search import (
        diagnose,  # the tables are built only where a signature fails
    )

    found = diagnose(seen, budget)
    if kept is not None:
        kept.append((seen, found))
    sentence = sentence_of(found, form)
    facts = [Fact("sign.verify", False, Said("验签失败: {}", sentence), {"user_id": user_id})]
    bare = next((one for one in found.causes if one.cause == "bare_numbers"), None)
    if bare is not None:
        facts.append(Fact("sign.canonical", False, bare.said, {"canonical": "bare"}))
    facts.append(Fact("sign.cause", False, sentence, data_of(found)))
    return tuple(facts)


def data_of(found: Diagnosis) -> dict[str, Any]:
    """`cause` (the first), `causes` and `equals` as {cause, scope}, `tried`; `digests` when nothing fits. JSON values."""
    out: dict[str, Any] = {"cause": found.causes[0].cause if found.causes else UNKNOWN, "tried": found.tried}
    if found.causes:
        out["causes"] = rows_of(found.causes)
    if found.equals:
        out["equals"] = [rows_of(one) for one in found.equals]
    if found.digests:
        out["digests"] = [list(one) for one in found.digests]
    return out


def rows_of(causes: Sequence[Named]) -> list[dict[str, str]]:
    """Mistakes as {cause, scope}: the form of every fact that names some."""
    return [{"cause": one.cause, "scope": one.scope} for one in causes]


def sentence_of(found: Diagnosis, form: Text = "") -> Said:
    """One sentence: every mistake of the composition, and how many others fit as well."""
    if not found.causes:
        sure = Said(
            "已试过 {} 种错误写法仍不符: 请核对 appSecret、私钥是否与登记一致, 并逐字比较签名原文",
            found.tried,
        )
        return Said("{}; {}", form, sure) if form else sure
    together = listed("; ", [one.said for one in found.causes])
    if not found.equals:
        return together
    others = listed(" / ", [listed(" + ", [one.said for one in other]) for other in found.equals])
    return Said("{} (同样符合的还有: {})", together, others)
