"""What a kill matrix must show besides who was caught: no two mutants alike, and none that only the simulator caught. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from conformance.ledger import Ledger

Pair = tuple[str, str]
"""(requirement, with the way in which it is broken behind a colon, scenario) in which a mutant failed."""

OWN_CHECK: Final = (
    "MP-PAY-11", "MP-IDV-09", "MP-RFD-12", "MP-SEC-02", "MP-SEC-03", "MP-SEC-05", "MP-SEC-15", "MP-SEC-19",
    "MP-NTF-05", "MP-NTF-06", "MP-FLT-03", "MP-FLT-04", "MP-FLT-25",
)  # fmt: skip
"""Cases whose expectation names the vendor's own check without the word 本地: not booked, verified, only own cash …"""
ONLY_REFUSED: Final = ("EXP",)
"""Groups that say no more than that it ended otherwise. REQ is none: of what a scenario provokes it does not speak."""


def own_checks(ledger: Ledger) -> frozenset[str]:
    """Every case in which a refusal by the centre proves nothing of the vendor (issue 7, B13)."""
    return frozenset((*OWN_CHECK, *(case.id for case in ledger.cases if case.local)))


def twins(failed: Mapping[str, Iterable[Pair]]) -> list[tuple[str, ...]]:
    """Mutants with one and the same set of failing pairs, in groups; those that failed nowhere are no twins."""
    alike: dict[frozenset[Pair], list[str]] = {}
    for name, pairs in failed.items():
        if found := frozenset(pairs):
            alike.setdefault(found, []).append(name)
    return [tuple(names) for names in alike.values() if len(names) > 1]


def caught_by_the_simulator(
    caught: Iterable[Pair],
    groups: Mapping[str, str],
    covers: Mapping[str, Sequence[str]],
    own: frozenset[str],
) -> list[Pair]:
    """The pairs that caught a mutant, when all of them rest on a refusal alone where the case demands the vendor's own check.

    `groups`: requirement -> group; `covers`: scenario -> cases. Empty when one pair shows more.
    """
    pairs = list(caught)
    hollow = [
        (requirement, scenario)
        for requirement, scenario in pairs
        if groups.get(requirement) in ONLY_REFUSED and own & set(covers.get(scenario, ()))
    ]
    return hollow if pairs and len(hollow) == len(pairs) else []
