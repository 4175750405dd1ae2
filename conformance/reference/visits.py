"""Close a visit (2202) once its registration is over: cancelled unpaid, or refunded (institution sheet 7.2)."""

from __future__ import annotations

from typing import Final

from conformance.reference.books import OPEN, Bill, Registration
from conformance.reference.hospital import Hospital
from conformance.reference.hospital_values import HospitalVisit

OVER: Final = ("cancelled", "refunded")
"""Registration states in which nobody comes any more."""
HOLDING: Final = (*OPEN, "paid", "refunding", "part_refunded")
"""Order states in which money is with the centre, or may still get there."""


def let_go(hospital: Hospital, bill: Bill) -> None:
    """Start the 2202 of a registration bill whose registration is over. Doing it twice sends it once.

    Nobody waits for it: what the patient is told was decided by the 6401 or 6203 before it. Nothing happens
    for other bills, without a visit (2201), or while another order of the visit holds money.
    """
    books = hospital.books
    row = books.registrations.get(bill.registration_id)
    if row is None or row.state not in OVER or "2202" not in hospital.config.paths:
        return
    visit = books.visits.get(bill.visit_place)
    if visit is None or any(
        o.mdtrt_id == visit.mdtrt_id and o.state in HOLDING for o in books.orders.values()
    ):
        return
    del books.visits[bill.visit_place]
    hospital.spawn(_close(hospital, bill, row, visit))


async def _close(hospital: Hospital, bill: Bill, row: Registration, visit: HospitalVisit) -> None:
    data = {"psn_no": visit.psn_no, "mdtrt_id": visit.mdtrt_id, "ipt_otp_no": visit.number}
    answer = await hospital.wire.fsi("2202", data, visit.insured_region, hospital.practice.resending.attempts)
    if answer.outcome == "ok":
        return
    hospital.note(row.registration_id, f"医保挂号 {visit.mdtrt_id} 未能撤销: {answer.message}")
    if hospital.books.registrations.get(row.registration_id) is row:
        hospital.books.visits[bill.visit_place] = visit  # another cancel tries again
