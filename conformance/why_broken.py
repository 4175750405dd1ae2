"""Cause and fix of a finding: what its rule saw, else those of the way in which the requirement is broken, else its row's. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.finding import Finding
from conformance.ledger import Requirement
from locales import lookup
from simulator.protocol.text.said import render


def why(row: Requirement, found: Finding) -> Mapping[str, str]:
    """`{cause, cause_en, fix, fix_en}` of a finding of `row`."""
    told = {name: getattr(row, name) for name in ("cause", "cause_en", "fix", "fix_en")}
    kind = row.kinds.get(found.kind)
    if kind is not None:
        told |= {name: said for name in told if (said := getattr(kind, name))}
    for name, said in (("cause", found.cause), ("fix", found.fix)):
        if said:
            told |= {name: str(said), f"{name}_en": render(said, lookup("en"))}
    return told
