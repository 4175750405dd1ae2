"""A run that was cut short: what its evidence says of the scenarios that had ended, put into the manifest. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from conformance.evidence.records import Record
from conformance.evidence.values import child, text
from simulator.protocol.text.said import said_in, stored


def told_by_evidence(manifest: Mapping[str, Any], records: Iterable[Record]) -> dict[str, Any]:
    """The manifest with the outcome that each scenario's end record states; rows of scenarios without one stay as they are."""
    ends: dict[str, Mapping[str, Any]] = {}
    for record in records:
        if record.get("kind") == "scenario" and record.get("what") == "end":
            ends[text(record, "flow")] = record
    rows = [_row(row, ends.get(text(row, "flow"))) for row in manifest.get("scenarios") or ()]
    return {**manifest, "scenarios": rows}


def _row(row: Mapping[str, Any], end: Mapping[str, Any] | None) -> dict[str, Any]:
    if end is None:
        return dict(row)
    detail = child(end, "d")
    kept = {name: value for name, value in row.items() if name not in ("reason", "reason_said")}
    said = stored("reason", said_in(detail, "reason"))
    at = text(child(end, "t"), "wire")
    return {**kept, "outcome": text(detail, "outcome") or "ran", **said, "ended": at or row.get("ended", "")}
