"""Sign with a key that is not the institution's (MP-SEC-09)."""

from __future__ import annotations

from conformance.reference.change import Mutant, sealed_with
from simulator.protocol.crypto.keys import private_key_from_seed

FOREIGN = private_key_from_seed(b"a key of somebody else")


MUTANT = Mutant(
    "sign_foreign_key",
    "用别的机构的私钥签名",
    caught_by=("ENV-SIGN-006",),
    needs=("pay/clinic_mixed",),
    apply=sealed_with(lambda _keys, _now: {"signer": FOREIGN}),
)
