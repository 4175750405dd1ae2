"""What a rule says: one verdict, what was expected, what was observed, and in which records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from conformance.evidence.flow_view import FlowView
from simulator.protocol.text.said import Said, Text, listed

VERDICTS = ("waiting", "error", "fail", "review", "warn", "skip", "pass", "n/a")
"""In roll-up order, worst first (contracts 7)."""
MOST_RECORDS = 20
EMPTY, NONE = Said("空"), Said("无")
"""What is shown for a member that is empty, for something that is not there."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`domain`: vendor, configuration, harness, inconclusive or empty. `absence`: it rests on something not seen.

    `ready` is False when the precondition is absent: n/a in a flow that merely passes by, error in a scenario
    that was written for this requirement.
    """

    verdict: str
    expected: Text = ""
    observed: Text = ""
    records: tuple[int, ...] = ()
    domain: str = ""
    absence: bool = False
    ready: bool = True


Rule = Callable[[FlowView], Finding]


def passed(expected: Text, observed: Text, records: Iterable[int] = (), *, absence: bool = False) -> Finding:
    """As the clause wants; `absence` when it passes because something was not seen."""
    return Finding("pass", expected, observed, _few(records), absence=absence)


def failed(expected: Text, observed: Text, records: Iterable[int] = (), *, absence: bool = False) -> Finding:
    """Not as the clause wants; `absence` when what is missing was never seen."""
    return Finding("fail", expected, observed, _few(records), "vendor", absence=absence)


def absent(expected: Text, observed: Text) -> Finding:
    """What the rule needs did not occur."""
    return Finding("n/a", expected, observed, (), ready=False)


def not_offered(expected: Text, observed: Text) -> Finding:
    """The declaration does not offer it."""
    return Finding("n/a", expected, observed)


def worst(verdicts: Iterable[str]) -> str:
    """The roll-up of several verdicts; n/a of none."""
    found = set(verdicts)
    return next((verdict for verdict in VERDICTS if verdict in found), "n/a")


def yuan(fen: int | None) -> Text:
    """Fen as people read them: `12.50`."""
    if fen is None:
        return NONE
    sign, amount = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{amount // 100}.{amount % 100:02d}"


def several(names: Sequence[Text], otherwise: Text) -> Text:
    """The names one after the other; `otherwise` when there are none."""
    return listed("、", names) if names else otherwise


def _few(records: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(records))[:MOST_RECORDS]
