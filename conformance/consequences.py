"""Which verdict lines of a flow follow from another one: one root cause is one finding, its consequences beneath. Pure.

A flow breaks where a request of the vendor is refused, or a notice of ours is not accepted, and nothing was scripted or
spoiled there. The line that fails for that record is the root: of several the one whose fact comes first, since that one
names the refusal. Whatever was to come after it cannot come: every later line of the flow that does not pass follows from it,
and so do the other facts of the same record, and that it was refused at all (REQ); but of two mistakes that were named in one
record neither follows from the other. Without such a break, an expectation that was not met (EXP) follows from the first
rule that was broken; where none was, the first expectation stands for the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.finding import Finding
from conformance.ledger import Requirement

GOOD = ("pass", "n/a")
EXPECTATIONS, ACCEPTED = "EXP", "REQ"
SHOWN = ("PRV", "UIV")
"""Groups about what a patient sees and what leaks: no order ends otherwise for that."""
LAST = {ACCEPTED: 1, EXPECTATIONS: 2}
"""Groups that say the same as others in general words: that a request was refused, that the end is another one."""
CAUSE, VERIFY = "sign.cause", "sign.verify"
LATE = 2**53
TOO_EARLY = ("pay.not_booked_early", "pay.success_only_when_settled")
"""Rules that say that something was believed too early; others say what was believed."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A requirement with what was found of it in a flow."""

    row: Requirement
    found: Finding


def followers(judged: Sequence[Judged], flow: FlowView) -> Mapping[str, str]:
    """requirement -> the requirement of the same flow that it follows from; roots and good ones are not in it."""
    bad = [one for one in judged if one.found.verdict not in GOOD]
    for broken in breaks(flow):
        root = _root(bad, broken)
        if root is not None:
            follow = [one for one in bad if one is not root and _after(one, root, broken)]
            return {one.row.id: root.row.id for one in follow}
    failing = [one for one in bad if one.found.verdict == "fail" and one.row.group not in SHOWN]
    if not failing:
        return {}
    first = min(failing, key=_told_first)
    follow = [one for one in bad if one.row.group == EXPECTATIONS or one.found.verdict == "error"]
    follow += [one for one in failing if one.row.rule in TOO_EARLY]
    return {one.row.id: first.row.id for one in follow if one is not first}


def _told_first(one: Judged) -> tuple[int, int, str]:
    """Rules before expectations, what was believed before that it was too early; then by records, an expectation by its last."""
    expects = one.row.group == EXPECTATIONS
    rank = 2 if expects else int(one.row.rule in TOO_EARLY)
    return rank, (max if expects else min)(one.found.records, default=LATE), one.row.id


def breaks(flow: FlowView) -> Iterator[Exchange]:
    """Where the flow broke by the vendor's doing, in order."""
    for exchange in flow.all_exchanges:
        if exchange.request.ours:
            refused = exchange.response is not None and not exchange.acknowledged
        else:
            refused = exchange.refused
        if refused and exchange.genuine:
            yield exchange


def _root(bad: Sequence[Judged], broken: Exchange) -> Judged | None:
    failing = [one for one in bad if one.found.verdict == "fail" and _cites(one, broken)]
    failing = [one for one in failing if one.row.group != EXPECTATIONS]  # they cite what explains them
    if not failing:
        return None
    names = [name for name in broken.request.facts if name != CAUSE]
    if CAUSE in broken.request.facts:  # it says why the verification failed, so it comes before that
        names.insert(names.index(VERIFY) if VERIFY in names else len(names), CAUSE)
    order = {name: at for at, name in enumerate(names)}
    return min(failing, key=lambda one: (order.get(one.found.fact, LATE), LAST.get(one.row.group, 0)))


def _cites(one: Judged, broken: Exchange) -> bool:
    return not set(one.found.records).isdisjoint(broken.records)


def _after(one: Judged, root: Judged, broken: Exchange) -> bool:
    """Whether a line that is not the root is about what came after it, or about the same refusal."""
    found = one.found
    if found.verdict == "fail" and _cites(one, broken):
        if found.fact == CAUSE:  # of two mistakes in one signature neither comes of the other
            return False
        return bool(found.fact and root.found.fact) or one.row.group in LAST
    if found.verdict == "skip" and not found.blocked:
        return False
    shown = (
        max if one.row.group == EXPECTATIONS else min
    )  # an answer belongs to when it came, not to when it was asked for
    return found.verdict != "fail" or found.absence or shown(found.records, default=LATE) > broken.seq
