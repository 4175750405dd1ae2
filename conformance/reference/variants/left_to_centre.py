"""Right ways that leave a check to the centre, where no case asks for the hospital's own (contracts 7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from conformance.reference.answers import PeerAnswer
from conformance.reference.books import Books, HospitalOrder
from conformance.reference.change import Variant, with_points
from conformance.reference.hospital_values import Credential
from conformance.reference.identity_desk import own_authorisation


def _whoever(answer: PeerAnswer, code: str) -> Credential:
    return replace(own_authorisation(answer, code), holder="")


def _unclaimed(books: Books, order: HospitalOrder, credential: Credential) -> None:
    books.used.setdefault(credential.value, order.med_org_ord)


LEFT_TO_CENTRE: Final = (
    # Let 1101 or 6201 refuse somebody else's authorisation (MP-IDV-06: 被拒绝, 无扣款).
    Variant(
        "owner_by_centre",
        "授权人与就诊人是否一致由中心判断",
        with_points(identifying={"authorisation": _whoever}),
        decides=("owner",),
    ),
    # Let the centre refuse an authorisation that was used (MP-IDV-05: 第二单被拒绝).
    Variant(
        "single_use_by_centre",
        "授权码是否用过由中心判断",
        with_points(identifying={"claim": _unclaimed}),
        decides=("single use",),
    ),
)
