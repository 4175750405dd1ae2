"""Departments, doctors, slots and registrations."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from conformance.reference.answers import DriverReply, Malformed, Refused, done
from conformance.reference.books import Bill, Books, Registration
from conformance.reference.hospital import Hospital, wall_ms
from conformance.reference.hospital_values import Item, Patient
from simulator.protocol.text.money import to_yuan
from simulator.protocol.text.times import beijing14

SLOTS_LEFT: Final = 50
DAYS_AHEAD: Final = 7
PERIODS: Final = ("AM", "PM")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_SLOT: Final = re.compile(r"(DR\d+)-(\d{8})-(AM|PM)\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Dept:
    """A department; `caty` is the national code."""

    dept_id: str
    name: str
    caty: str


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor; `number` is the national code, `fee` in fen."""

    doctor_id: str
    number: str
    name: str
    title: str
    dept: Dept
    fee: int


DEPTS: Final = (Dept("K01", "内科", "A03"), Dept("K02", "外科", "A04"), Dept("K03", "儿科", "A07"))
DOCTORS: Final = (
    Doctor("DR01", "D509900000001", "联调医师甲", "主任医师", DEPTS[0], 2500),
    Doctor("DR02", "D509900000002", "联调医师乙", "主治医师", DEPTS[0], 1500),
    Doctor("DR03", "D509900000003", "联调医师丙", "副主任医师", DEPTS[1], 2000),
    Doctor("DR04", "D509900000004", "联调医师丁", "主治医师", DEPTS[2], 1500),
)


def doctor_of(doctor_id: str) -> Doctor:
    """The doctor with this number, or the first of the house."""
    return next((doctor for doctor in DOCTORS if doctor.doctor_id == doctor_id), DOCTORS[0])


def today() -> str:
    """Today in Beijing, yyyy-MM-dd."""
    return _dashed(beijing14(wall_ms())[:8])


def a_date(args: Mapping[str, Any], name: str, default: str) -> str:
    """An optional date argument. Raises Malformed."""
    value = args.get(name)
    if value is None:
        return default
    try:
        return dt.date.fromisoformat(
            value if isinstance(value, str) and _DATE.match(value) else ""
        ).isoformat()
    except ValueError:
        raise Malformed(f"args.{name}: 应为 yyyy-MM-dd") from None


def list_departments() -> DriverReply:
    """Every department."""
    return done({"departments": [{"dept_id": d.dept_id, "name": d.name, "caty": d.caty} for d in DEPTS]})


def list_doctors(hospital: Hospital, run: str, args: Mapping[str, Any]) -> DriverReply:
    """The doctors, with their slots of one day or of today and the next seven."""
    day = a_date(args, "date", "")
    first = dt.date.fromisoformat(today())
    days = [day] if day else [(first + dt.timedelta(days=n)).isoformat() for n in range(DAYS_AHEAD + 1)]
    wanted = args.get("dept_id")
    rows = [
        {
            "doctor_id": doctor.doctor_id,
            "name": doctor.name,
            "title": doctor.title,
            "dept_id": doctor.dept.dept_id,
            "fee": doctor.fee,
            "slots": _slots(hospital, run, doctor, days),
        }
        for doctor in DOCTORS
        if wanted in (None, doctor.dept.dept_id)
    ]
    return done({"doctors": rows})


def _slots(hospital: Hospital, run: str, doctor: Doctor, days: list[str]) -> list[dict[str, Any]]:
    """The slots with most room first; among equals another one leads each time, so callers spread out."""
    offered = hospital.books.offered
    rows = [_slot_row(hospital, run, doctor, day, period) for day in days for period in PERIODS]
    rows.sort(key=lambda row: (-row["left"], offered.get((run, row["slot_id"]), 0)))
    first = (run, rows[0]["slot_id"])
    offered[first] = offered.get(first, 0) + 1
    return rows


def _slot_row(hospital: Hospital, run: str, doctor: Doctor, day: str, period: str) -> dict[str, Any]:
    slot_id = f"{doctor.doctor_id}-{day.replace('-', '')}-{period}"
    left = 0 if (run, slot_id) in hospital.books.suspended else slots_left(hospital, run, slot_id)
    return {"slot_id": slot_id, "date": day, "period": period, "left": left}


def slots_left(hospital: Hospital, run: str, slot_id: str) -> int:
    """How many may still be booked."""
    return hospital.books.left.get((run, slot_id), SLOTS_LEFT)


def list_suspensions(hospital: Hospital, run: str, args: Mapping[str, Any]) -> DriverReply:
    """The suspended slots between two days."""
    first, last = a_date(args, "from", "0001-01-01"), a_date(args, "to", "9999-12-31")
    rows = []
    for owner, slot_id in hospital.practice.meanwhile.suspended(hospital.books):
        doctor_id, day, period = slot_id.split("-")
        if owner == run and first <= _dashed(day) <= last:
            row = {"slot_id": slot_id, "doctor_id": doctor_id, "date": _dashed(day), "period": period}
            rows.append(row)
    return done({"suspensions": rows})


def slot_of(hospital: Hospital, run: str, args: Mapping[str, Any]) -> str:
    """The slot a call names, by `slot_id`, or the emptier one of a doctor's day. Raises Malformed, Refused."""
    slot_id = args.get("slot_id")
    if slot_id is None:
        doctor_id = args.get("doctor_id")
        if not isinstance(doctor_id, str):
            raise Malformed("args.slot_id: 缺少, 或同时给出 doctor_id 与 date")
        day = a_date(args, "date", today()).replace("-", "")
        slot_id = max(
            (f"{doctor_id}-{day}-{period}" for period in PERIODS),
            key=lambda slot: slots_left(hospital, run, slot),
        )
    if not isinstance(slot_id, str):
        raise Malformed("args.slot_id: 应为文本")
    match = _SLOT.match(slot_id)
    if match is None or match[1] not in {doctor.doctor_id for doctor in DOCTORS}:
        raise Refused("SLOT_TAKEN", f"没有号源 {slot_id[:40]}")
    return slot_id


def book(
    hospital: Hospital, run: str, flow: str, patient: Patient, args: Mapping[str, Any], *, same_day: bool
) -> Registration:
    """Lock a slot and make the bill for its fee. Raises Malformed, Refused."""
    slot_id = slot_of(hospital, run, args)
    doctor_id, digits, _ = slot_id.split("-")
    day, doctor, books = _dashed(digits), doctor_of(doctor_id), hospital.books
    if same_day and day != today():
        raise Refused("SLOT_TAKEN", "当日挂号只能选择今天的号源")
    left = slots_left(hospital, run, slot_id)
    hospital.practice.meanwhile.bookable(books, (run, slot_id), left)
    fee = args.get("fee")
    if fee is None:
        fee = doctor.fee
    if isinstance(fee, bool) or not isinstance(fee, int):
        raise Malformed("args.fee: 应为整数(分)")
    if fee < 0:
        raise Refused("AMOUNT", "挂号费不能为负")
    books.left[run, slot_id] = left - 1
    number = hospital.wire.number
    item = Item(number("I"), "A00000000000000000001", "挂号费", "1", to_yuan(fee), fee)
    row = Registration(number("G"), run, flow, patient.id_no, slot_id, day, number("B"), fee, day == today())
    books.registrations[row.registration_id] = row
    books.bills[row.bill_id] = Bill(
        row.bill_id, run, flow, patient.id_no, "registration", doctor_id, (item,), row.registration_id
    )
    return row


def not_suspended(books: Books, place: tuple[str, str]) -> None:
    """A suspended slot takes nobody. Raises Refused."""
    if place in books.suspended:
        raise Refused("SLOT_SUSPENDED", "该号源已停诊")


def not_full(left: int) -> None:
    """A slot without places takes nobody. Raises Refused."""
    if left <= 0:
        raise Refused("SLOT_TAKEN", "该号源已约满")


def bookable(books: Books, place: tuple[str, str], left: int) -> None:
    """A slot of a run that is neither suspended nor full. Raises Refused."""
    not_suspended(books, place)
    not_full(left)


def release(books: Books, bill: Bill, state: str) -> None:
    """Give the slot of a registration bill back and close the registration. Doing it twice changes nothing."""
    row = books.registrations.get(bill.registration_id)
    if row is None or row.state in ("cancelled", "refunded"):
        return
    row.state = bill.state = state
    place = (row.run, row.slot_id)
    books.left[place] = books.left.get(place, SLOTS_LEFT) + 1


def release_refunded(books: Books, bill: Bill) -> None:
    """A refunded registration gives its slot back (REG-REFUND-001)."""
    release(books, bill, "refunded")


def confirm(books: Books, bill: Bill) -> None:
    """A paid registration is confirmed."""
    row = books.registrations.get(bill.registration_id)
    if row is not None:
        row.state = "confirmed"


def registration_row(row: Registration) -> dict[str, Any]:
    """The row of `list_registrations`."""
    return {
        "registration_id": row.registration_id,
        "state": row.state,
        "slot_id": row.slot_id,
        "date": row.date,
        "bill_id": row.bill_id,
    }


def _dashed(digits: str) -> str:
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
