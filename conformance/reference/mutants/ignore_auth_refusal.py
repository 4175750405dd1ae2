"""Go on although the patient refused or the code has expired (MP-IDV-02, 04)."""

from __future__ import annotations

from conformance.reference.answers import Answer
from conformance.reference.change import Mutant, with_points
from conformance.reference.identity import Credential, own_authorisation
from conformance.reference.ledger import Order


def _any_code(answer: Answer, code: str) -> Credential:
    return Credential("payAuthNo", code) if answer.outcome == "refused" else own_authorisation(answer, code)


def _card_without_auth(order: Order) -> tuple[str, str]:
    held = order.credential.startswith("AUTH")
    return ("01", order.credential) if held else ("02", order.patient.id_no)


MUTANT = Mutant(
    "ignore_auth_refusal",
    "患者拒绝或授权过期后仍继续上传",
    caught_by=("IDV-REFUSE-001", "IDV-EXPIRE-001"),
    needs=("identity/refuse_then_agree", "identity/expired"),
    apply=with_points(authorisation=_any_code, person_credential=_card_without_auth),
)
