"""What a rule says: one verdict, what was expected, what was observed, and in which records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from conformance.evidence.flow_view import FlowView
from simulator.protocol.text.said import Said, Text, listed

VERDICTS = ("fail", "waiting", "error", "review", "warn", "skip", "pass", "n/a")
"""In roll-up order, worst first (contracts 7): whatever else is open, a fail is never hidden."""
DOMAINS = ("vendor", "vendor driver", "configuration", "environment", "harness", "inconclusive")
"""Who has to look at it: the protocol side of the vendor, its hook, the set-up, the machine, we, nobody yet."""
MOST_RECORDS = 20
EMPTY, NONE = Said("空"), Said("无")
"""What is shown for a member that is empty, for something that is not there."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`domain`: one of DOMAINS or empty. `absence`: it rests on something not seen.

    `ready` is False when the precondition is absent: n/a in a flow that merely passes by, error in a scenario
    that was written for this requirement. `offered` is False for a skip that more clicks would not mend: driver level,
    optional test action, no scenario in this version; any other skip is open (contracts 7). `fact`: the name of the fact
    that decided, `named`: the cause that it names. `blocked`: nothing could be said because no request verified.
    `kind`: which of the `kinds` of its row was seen: it brings that kind's cause and fix, and its `since`.
    `cause`, `fix`: what is behind it where the rule knows better than its row in the ledger. `endings`: (alias, name) of the
    ending that each person reached where the scenario allows several.
    """

    verdict: str
    expected: Text = ""
    observed: Text = ""
    records: tuple[int, ...] = ()
    domain: str = ""
    absence: bool = False
    ready: bool = True
    offered: bool = True
    fact: str = ""
    named: str = ""
    blocked: bool = False
    kind: str = ""
    cause: Text = ""
    fix: Text = ""
    endings: tuple[tuple[str, str], ...] = ()


Rule = Callable[[FlowView], Finding]


def passed(expected: Text, observed: Text, records: Iterable[int] = (), *, absence: bool = False) -> Finding:
    """As the clause wants; `absence` when it passes because something was not seen."""
    return Finding("pass", expected, observed, _few(records), absence=absence)


def failed(
    expected: Text, observed: Text, records: Iterable[int] = (), *, absence: bool = False, kind: str = ""
) -> Finding:
    """Not as the clause wants; `absence` when what is missing was never seen; `kind`: one of its row's."""
    return Finding("fail", expected, observed, _few(records), "vendor", absence=absence, kind=kind)


def absent(expected: Text, observed: Text) -> Finding:
    """What the rule needs did not occur."""
    return Finding("n/a", expected, observed, (), ready=False)


def not_offered(expected: Text, observed: Text) -> Finding:
    """The declaration does not offer it."""
    return Finding("n/a", expected, observed)


def beyond_reach(observed: Text) -> Finding:
    """Offered by the declaration, but not here: no more clicks would reach it."""
    return Finding("skip", "", observed, offered=False)


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
