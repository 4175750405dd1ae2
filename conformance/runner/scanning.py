"""Look for values of a run in what the vendor keeps: logs, configuration, source (contracts 6: `scan` records).

The simulator knows the values and looks for them; here files are read, from where they stood when the run began, and what
was found is recorded. Nothing of it is judged. Every size has a limit, and what was left out is said.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from conformance.declaration import Declaration
from conformance.runner.control import Control
from conformance.runner.private import write_private
from conformance.runner.scanned_files import STDOUT, Piece, Standing, pieces, since, stand, tree
from simulator.protocol.text.said import Said, Text, stored

LOG, CONFIGURATION, SOURCE = "log", "configuration", "source"
LOG_BYTES: Final = 32 * 1024 * 1024
"""Of one declared log, since the run began."""
TREE_BYTES: Final = 32 * 1024 * 1024
COPY_BYTES: Final = 8 * 1024 * 1024
"""Of the output of a vendor that we started, as it is handed in; the whole of it stands in raw/."""
HITS_KEPT: Final = 5
"""Places of one kind that a record names; the others are counted."""
_KEY_BLOCK = re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----")
_FLAG = re.compile(
    r"(?i)\b(?:profiles?[._-]active|env(?:ironment)?|stage|run[._-]?mode|node_env)[\"']?\s*[:=]\s*[\"']?"
    r"(test|dev|develop(?:ment)?|sandbox|uat|debug|sim(?:ulator)?)\b"
)


@dataclass(frozen=True, slots=True)
class Artefact:
    """One thing to look into. `standing`: how far its files were when the run began; `captured`: a file of ours instead."""

    kind: str
    file: str
    standing: tuple[Standing, ...] = ()
    captured: Path | None = None
    problem: Text = ""


@dataclass(slots=True)
class ScanSeen:
    """What was seen of one artefact so far."""

    read: int = 0
    left_out: int = 0
    files: int = 0
    lines: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    hits: list[dict[str, Any]] = field(default_factory=list)
    known: list[dict[str, Any]] = field(default_factory=list)

    def note(self, kind: str, where: str, line: int, form: str, excerpt: str) -> None:
        """Keep a hit, the first few of each kind."""
        if sum(one["kind"] == kind for one in self.hits) < HITS_KEPT:
            self.hits.append({"kind": kind, "file": where, "line": line, "form": form, "excerpt": excerpt})


def artefacts(declaration: Declaration, base: Path, captured: Path | None) -> list[Artefact]:
    """What the declaration gives, as it stands now. `captured`: where the output of a vendor that we started goes."""
    given, found = declaration.artefacts, list[Artefact]()
    for name in given.get("logs") or ():
        if name != STDOUT:
            found.append(Artefact(LOG, name, stand(base, name)))
        elif captured is None:
            said = Said("stdout 只在由 liantiao 启动被测系统(command)时可得, 写日志文件的路径")
            found.append(Artefact(LOG, name, problem=said))
        else:
            found.append(Artefact(LOG, name, captured=captured))
    for kind in (CONFIGURATION, SOURCE):
        if given.get(kind):
            found.append(Artefact(kind, str(given[kind])))
    return found


async def scan(
    control: Control,
    run: str,
    institution: str,
    base: Path,
    given: Sequence[Artefact],
    test_places: Sequence[str],
) -> None:
    """Look into each artefact and record what was found. Raises ControlError."""
    for one in given:
        detail = await _scanned(control, run, base, one, test_places)
        record = {"kind": "scan", "what": one.kind, "institution": institution, "d": detail}
        await control.record(run, record)


async def _scanned(
    control: Control, run: str, base: Path, one: Artefact, test_places: Sequence[str]
) -> dict[str, Any]:
    found = ScanSeen()
    problem = one.problem
    reading = None if problem else _pieces(one, base, found)
    while reading is not None and (piece := await asyncio.to_thread(next, reading, None)) is not None:
        await _searched(control, run, one.kind, piece, found, test_places)
    if not problem and not found.files:
        problem = Said("读不到: 没有这个文件, 或没有可读的内容")
    elif not problem and not found.read:
        problem = Said("本次运行期间没有写入内容")
    return {
        "file": one.file,
        "bytes": found.read,
        "left_out": found.left_out,
        "files": found.files,
        "leaks": [{"kind": kind, "lines": count} for kind, count in found.counts.items()],
        "hits": found.hits,
        "known": found.known,
        **stored("problem", problem),
    }


def _pieces(one: Artefact, base: Path, found: ScanSeen) -> Iterator[Piece]:
    if one.kind == LOG:
        if one.captured is not None:
            return pieces([Standing(one.captured, STDOUT)], LOG_BYTES, found)
        return pieces(since(base, one.file, one.standing), LOG_BYTES, found)
    return pieces(tree(base, one.file), TREE_BYTES, found)


async def _searched(
    control: Control, run: str, kind: str, piece: Piece, found: ScanSeen, test_places: Sequence[str]
) -> None:
    answer = await control.search(run, piece.text)
    found.known = answer["known"]
    for row in answer["leaks"]:
        found.counts[row["kind"]] += row["lines"]
    for row in answer["found"]:
        found.note(row["kind"], piece.file, piece.line + row["line"] - 1, row["form"], row["excerpt"])
    if kind == LOG:
        return
    masked = answer["text"].split("\n")
    for at, line in enumerate(masked):
        for name in _marks(kind, line, test_places):
            found.counts[name] += 1
            found.note(name, piece.file, piece.line + at, "plain", line.strip()[:120])


def _marks(kind: str, line: str, test_places: Sequence[str]) -> Iterator[str]:
    """What else of a line of a file counts: a private key in text form; in a configuration our address or a test flag."""
    if _KEY_BLOCK.search(line):
        yield "key_block"
    if kind == CONFIGURATION:
        if any(place in line for place in test_places):
            yield "test_address"
        if _FLAG.search(line):
            yield "test_flag"


async def shown_copy(control: Control, run: str, source: Path, target: Path) -> None:
    """Write the output of the vendor as it may be handed in: with every value of the run replaced. Raises ControlError."""
    found = ScanSeen()
    parts = []
    for piece in await asyncio.to_thread(
        lambda: list(pieces([Standing(source, source.name)], COPY_BYTES, found))
    ):
        parts.append((await control.search(run, piece.text))["text"])
    more = Said("… 其余 {} 字节没有抄写", found.left_out) if found.left_out else ""
    await asyncio.to_thread(write_private, target, "".join(parts) + str(more))


def places_of(block: Mapping[str, Any]) -> tuple[str, ...]:
    """By what an address of the simulator is known in a configuration."""
    address = str(block.get("base", "")).split("://")[-1].rstrip("/")
    return tuple(filter(None, (address,)))
