"""Files to be searched: from where they stood when the run began, piece by piece, in whatever encoding they are."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

STDOUT: Final = "stdout"
MOST_FILES: Final = 200
"""Files that one name with `*` may mean."""
TREE_FILES: Final = 20_000
FILE_BYTES: Final = 2 * 1024 * 1024
"""Of one file of a tree; a larger one is no source."""
PIECE_BYTES: Final = 128 * 1024
OVERLAP_BYTES: Final = 1024
"""What two pieces of one long line have in common, so that no value is cut."""
SKIPPED: Final = frozenset((
    ".git", ".hg", ".svn", ".liantiao", "runs", "node_modules", "target", "build", "dist", "bin", "obj", ".venv", "venv",
    "__pycache__", ".idea", ".vscode", ".mypy_cache", ".ruff_cache", ".pytest_cache",
))  # fmt: skip
"""Folders of a source tree that hold no source of the vendor."""
BINARY: Final = b"\0"


@dataclass(frozen=True, slots=True)
class Standing:
    """A file with where its unread part begins. `file`: as it is shown; `number`: what the system knows it by."""

    path: Path
    file: str
    start: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a file, the first of them number `line` of what was read."""

    file: str
    line: int
    text: str


class Counts(Protocol):
    """What reading notes."""

    read: int
    left_out: int
    files: int
    lines: int


def stand(base: Path, name: str) -> tuple[Standing, ...]:
    """The files that a declared log means (a path, or a pattern with `*`), each at its end as it is now."""
    return tuple(
        Standing(path, path.name, status.st_size, status.st_ino) for path, status in _matching(base, name)
    )


def since(base: Path, name: str, before: Sequence[Standing]) -> tuple[Standing, ...]:
    """The same files from where they stood `before`.

    One that was renamed meanwhile (rotated) is known by its number and read on; one that is new, or was cut off, is read
    from its beginning.
    """
    known = {one.number: one for one in before if one.number}
    by_path = {one.path: one for one in before}
    now = _matching(base, name)
    rotated = [pair for pair in _matching(base, f"{name}*") if pair not in now and pair[1].st_ino in known]
    out = []
    for path, status in (*now, *rotated):
        mine = known.get(status.st_ino) if status.st_ino else by_path.get(path)
        start = mine.start if mine is not None and mine.start <= status.st_size else 0
        out.append(Standing(path, path.name, start, status.st_ino))
    return tuple(out)


def _matching(base: Path, name: str) -> list[tuple[Path, os.stat_result]]:
    """The files of a name; `*` may stand in its last part."""
    full = base / name
    found = []
    for one in sorted(full.parent.glob(full.name))[:MOST_FILES] if "*" in full.name else [full]:
        with contextlib.suppress(OSError):
            if stat.S_ISREG((status := one.stat()).st_mode):
                found.append((one, status))
    return found


def tree(base: Path, name: str) -> Iterator[Standing]:
    """The files below a folder, or the file itself."""
    root = base / name
    if root.is_file():
        yield Standing(root, root.name)
        return
    count = 0
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(one for one in folders if one not in SKIPPED)
        for one in sorted(files):
            path = Path(folder) / one
            if path.is_symlink() or count >= TREE_FILES or path.stat().st_size > FILE_BYTES:
                continue
            count += 1
            yield Standing(path, path.relative_to(root).as_posix())


def pieces(
    standing: Iterator[Standing] | Sequence[Standing], most_bytes: int, counts: Counts
) -> Iterator[Piece]:
    """What was not read yet of each file, up to `most_bytes` in all; what is left out is counted."""
    for one in standing:
        try:
            size = one.path.stat().st_size
            counts.files += 1
            wanted = max(0, size - one.start)
            take = max(0, min(wanted, most_bytes - counts.read))
            counts.left_out += wanted - take
            with one.path.open("rb") as file:
                head = file.read(4)
                file.seek(one.start)
                yield from _of_file(one.file, file.read(take), _encoding(head), counts)
        except OSError:
            continue


def _of_file(name: str, content: bytes, encoding: str, counts: Counts) -> Iterator[Piece]:
    counts.read += len(content)
    if encoding:
        content = content.decode(encoding, "replace").encode("utf-8")
    elif BINARY in content[:4096]:
        return
    line, at = 1, 0
    while at < len(content):
        end = content.rfind(b"\n", at, at + PIECE_BYTES) + 1
        whole = end > at
        end = end if whole else min(len(content), at + PIECE_BYTES)
        raw = content[at:end]
        yield Piece(name, line, "\n".join(map(_text, raw.split(b"\n"))))
        line += raw.count(b"\n")
        at = end if whole or end >= len(content) else end - OVERLAP_BYTES
    counts.lines += line


def _text(line: bytes) -> str:
    """One line, in UTF-8 or else GB18030, which every console of the country speaks."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("gb18030", "replace")


def _encoding(head: bytes) -> str:
    """UTF-16 by its mark; every other encoding is tried line by line."""
    return "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
