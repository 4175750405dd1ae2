"""Use a family authorisation as the patient's own (channels 1a)."""

from __future__ import annotations

from conformance.reference.answers import Answer
from conformance.reference.change import Mutant, with_points
from conformance.reference.identity import Credential, own_authorisation


def _either(answer: Answer, code: str) -> Credential:
    family = str(answer.data.get("family_pay_auth_no") or "")
    return Credential("payAuthNo", family) if family else own_authorisation(answer, code)


MUTANT = Mutant(
    "accept_family_auth",
    "把亲情授权当作本人授权",
    caught_by=("IDV-FAMILY-001",),
    needs=("identity/family_not_offered",),
    apply=with_points(authorisation=_either),
)
