"""`diagnose`: why a signature does not verify. Puts the table of mistakes, the locks of SM2 and the search together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from simulator.protocol.diagnosis.answer import answered
from simulator.protocol.diagnosis.choices import Deviation, inner
from simulator.protocol.diagnosis.choices_data import INSIDE
from simulator.protocol.diagnosis.choices_outer import around
from simulator.protocol.diagnosis.deviation import DEEP, Budget, Diagnosis, Suspect
from simulator.protocol.diagnosis.forms import readings
from simulator.protocol.diagnosis.hunt import FAR, Hunt
from simulator.protocol.diagnosis.locks import MOST_POINTS, POINTS, Lock, sm2_locks
from simulator.protocol.diagnosis.signers import signers
from simulator.protocol.diagnosis.writing import Writing

MISTAKES: Final = tuple(inner(INSIDE))
"""Every mistake inside a business object."""


def diagnose(seen: Suspect, budget: Budget = DEEP) -> Diagnosis:
    """Name the mistakes of a signer whose signature failed.

    Never raises for what the peer sent, never says what does not fit the signature to the last bit, never holds a secret.
    The work is bounded by `budget` whatever the message; at most a quarter of it goes into the keys and readings.
    """
    most = min(MOST_POINTS, max(1, budget.compositions // (5 * POINTS)))
    locks, digests, points = sm2_locks(seen, readings(seen.sign_data), signers(seen, seen.private), most)
    writing = Writing(seen)
    left = Budget(budget.compositions - points * POINTS, budget.hashed_bytes)
    rows = (*MISTAKES, *around(seen, far=budget.compositions >= DEEP.compositions))
    hunt = Hunt(writing, rows, locks, left)
    hits = hunt.run(last=1)
    bare = _bare(seen, hunt, rows, locks) if seen.also_bare and hunt.nearest() > 1 else None
    if bare is None or bare.nearest() > 1:
        hits = hunt.run(2) if hunt.nearest() > 1 else hits
        if bare is None or hits:
            return answered(seen, writing, hits, hunt, digests)
        bare.run(2)
    return answered(bare.writing.seen, bare.writing, bare.run(FAR + 1), bare, digests)


def _bare(seen: Suspect, hunt: Hunt, rows: Iterable[Deviation], locks: Sequence[Lock]) -> Hunt | None:
    """The near search over the other family, where its text is another one."""
    writing = Writing(replace(seen, family="bare"))
    if writing.message({}, {}) == hunt.writing.message({}, {}):
        return None
    spent = hunt.hashed + hunt.writing.work
    left = Budget(hunt.budget.compositions - hunt.tried, max(0, hunt.budget.hashed_bytes - spent))
    bare = Hunt(writing, rows, locks, left, hunt)
    bare.run(last=1)
    return bare
