"""What evidence says about persons and visits of the 两定 interface (institution sheet 6.3, 7.1). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.evidence.records import Exchange
from conformance.evidence.values import child, rows, text


@dataclass(frozen=True, slots=True)
class InsuredRow:
    """One insurance of a person as 1101 gave it: kind, insured region, balance of the account as written."""

    insutype: str
    region: str
    balance: str


def insured_rows(answer: Mapping[str, Any]) -> tuple[InsuredRow, ...]:
    """Every insurance in the business object of an answer to 1101."""
    return tuple(
        InsuredRow(text(row, "insutype"), text(row, "insuplc_admdvs"), str(row.get("balc") or ""))
        for row in rows(answer, "insuinfo")
    )


def told_psn_no(query: Exchange) -> str:
    """The person number that a 1101 was answered with."""
    return text(child(query.answer, "baseinfo"), "psn_no")


def asked_credential(query: Exchange) -> tuple[str, str]:
    """(mdtrt_cert_type, mdtrt_cert_no) of a 1101."""
    inner = child(query.data, "data")
    names = ("mdtrt_cert_type", "mdtrt_cert_no")
    kind, number = (text(query.data, name) or text(inner, name) for name in names)
    return kind, number


def visit_person(visit: Exchange) -> tuple[str, str]:
    """(psn_no, insutype) that a 2201 registers."""
    asked = child(visit.data, "data") or visit.data
    return text(asked, "psn_no"), text(asked, "insutype")


def visit_number(visit: Exchange) -> str:
    """The mdtrtId that a 2201 was answered with; empty without an answer."""
    return text(child(visit.response.record, "ids"), "mdtrtId") if visit.response else ""
