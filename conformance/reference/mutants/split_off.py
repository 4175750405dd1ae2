"""The three parts of the total are a fen off (MP-PAY-10)."""

from __future__ import annotations

from conformance.reference.change import Mutant, upload_with
from simulator.protocol.text.money import to_fen, to_yuan

MUTANT = Mutant(
    "split_off",
    "自费、先自付、政策范围三分之和差一分",
    caught_by=("PAY-SPLIT-001",),
    needs=("pay/clinic_mixed",),
    apply=upload_with(lambda data: {**data, "inscpScpAmt": to_yuan(to_fen(data["inscpScpAmt"]) + 1)}),
)
