"""Files of our own: owner-only where the system can, replaced as a whole or appended."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import BinaryIO


def private_folder(path: Path) -> Path:
    """Make the folder (and its parents) readable by its owner only, and return it."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)


def append_to(path: Path) -> BinaryIO:
    """Open for appending without a buffer: every write is with the system when it returns."""
    return open(path, "ab", buffering=0, opener=_opener)


def append_whole(file: BinaryIO, line: bytes, size: int) -> None:
    """Append a line to a file of `size` bytes, all of it or nothing: what a full disk left half is cut off. Raises OSError."""
    try:
        if file.write(line) == len(line):
            return
    except OSError:
        file.truncate(size)
        raise
    file.truncate(size)
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def replace_file(path: Path, content: bytes) -> None:
    """Write the whole file or leave the old one."""
    half = path.with_name(path.name + ".new")
    with open(half, "wb", opener=_opener) as file:
        file.write(content)
    half.replace(path)
