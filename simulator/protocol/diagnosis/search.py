"""`diagnose`: why a signature does not verify. Puts the table of mistakes, the locks of SM2 and the search together."""

from __future__ import annotations

from typing import Final

from simulator.protocol.diagnosis.answer import answered
from simulator.protocol.diagnosis.choices import inner
from simulator.protocol.diagnosis.choices_data import INSIDE
from simulator.protocol.diagnosis.choices_outer import around
from simulator.protocol.diagnosis.deviation import DEEP, Budget, Diagnosis, Suspect
from simulator.protocol.diagnosis.forms import readings
from simulator.protocol.diagnosis.hunt import Hunt
from simulator.protocol.diagnosis.locks import MOST_POINTS, POINTS, sm2_locks
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
    hunt = Hunt(writing, (*MISTAKES, *around(seen)), locks, left)
    return answered(seen, writing, hunt.run(), hunt, digests)
