"""What a rule says: one verdict, what was expected, what was observed, and in which records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from conformance.evidence.flow_view import FlowView

VERDICTS = ("waiting", "error", "fail", "review", "warn", "skip", "pass", "n/a")
"""In roll-up order, worst first (contracts 7)."""
MOST_RECORDS = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """`domain`: vendor, configuration, harness, inconclusive or empty. `absence`: it rests on something not seen.

    `ready` is False when the precondition is absent: n/a in a flow that merely passes by, error in a scenario
    that was written for this requirement.
    """

    verdict: str
    expected: str = ""
    observed: str = ""
    records: tuple[int, ...] = ()
    domain: str = ""
    absence: bool = False
    ready: bool = True


Rule = Callable[[FlowView], Finding]


def passed(expected: str, observed: str, records: Iterable[int] = (), *, absence: bool = False) -> Finding:
    """As the clause wants; `absence` when it passes because something was not seen."""
    return Finding("pass", expected, observed, _few(records), absence=absence)


def failed(expected: str, observed: str, records: Iterable[int] = (), *, absence: bool = False) -> Finding:
    """Not as the clause wants; `absence` when what is missing was never seen."""
    return Finding("fail", expected, observed, _few(records), "vendor", absence=absence)


def absent(expected: str, observed: str) -> Finding:
    """What the rule needs did not occur."""
    return Finding("n/a", expected, observed, (), ready=False)


def not_offered(expected: str, observed: str) -> Finding:
    """The declaration does not offer it."""
    return Finding("n/a", expected, observed)


def worst(verdicts: Iterable[str]) -> str:
    """The roll-up of several verdicts; n/a of none."""
    found = set(verdicts)
    return next((verdict for verdict in VERDICTS if verdict in found), "n/a")


def yuan(fen: int | None) -> str:
    """Fen as people read them: `12.50`."""
    if fen is None:
        return "无"
    sign, amount = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{amount // 100}.{amount % 100:02d}"


def _few(records: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(records))[:MOST_RECORDS]
