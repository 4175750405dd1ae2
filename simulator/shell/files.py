"""Files of our own: owner-only where the system can, replaced as a whole or appended."""

from __future__ import annotations

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


def replace_file(path: Path, content: bytes) -> None:
    """Write the whole file or leave the old one."""
    half = path.with_name(path.name + ".new")
    with open(half, "wb", opener=_opener) as file:
        file.write(content)
    half.replace(path)
