"""What the pytest items of one run share: its evidence by number, the deviations that it declared, its manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from conformance.evidence.reader import stream


class RunContext:
    """What the items of one run share: the evidence by number and the known deviations."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._records: dict[int, Mapping[str, Any]] | None = None
        self.deviations = {row["requirement"]: row for row in _deviations(folder)}

    def record(self, seq: Any) -> Mapping[str, Any] | None:
        """The evidence record of that number without its chain members, or None."""
        if self._records is None:
            self._records = dict(_evidence(self._folder / "evidence.jsonl"))
        return self._records.get(seq)


def _evidence(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for record in stream(path) if path.is_file() else ():
        yield record["seq"], {key: item for key, item in record.items() if key not in ("prev", "hash", "c")}


def _deviations(folder: Path) -> list[Mapping[str, Any]]:
    """The deviations of the declaration that had not expired when the run ended."""
    manifest = manifest_of(folder)
    ended = str(manifest.get("ended", ""))[:10]
    rows = (manifest.get("declaration") or {}).get("deviations") or []
    return [row for row in rows if str(row.get("until", "")) >= ended]


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of the run, empty when it cannot be read."""
    try:
        found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
