"""Verdict lines on disk: written as flows close, put in the order of the run at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO, Any

import orjson

from conformance.tally import Place

FILE = "verdicts.jsonl"


class VerdictFile:
    """Lines in `file` (bytes, read and written) as they come; memory holds where those of each flow begin."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._blocks: list[tuple[Place, int, int]] = []

    def put(self, place: Place, lines: Sequence[Mapping[str, Any]]) -> None:
        """Write the lines of one flow."""
        block = b"".join(orjson.dumps(line) + b"\n" for line in lines)
        self._blocks.append((place, self._file.tell(), len(block)))
        self._file.write(block)

    def copy_to(self, target: IO[bytes]) -> None:
        """All lines in the order of the run: scenarios as they were meant, their flows as they opened, the rest last."""
        for _, begin, size in sorted(self._blocks):
            self._file.seek(begin)
            target.write(self._file.read(size))
