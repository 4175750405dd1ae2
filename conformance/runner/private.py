"""Files of a run and of a home that only their owner reads, where the system knows owners. Links are not written through."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

_FLAGS = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


def private_folder(path: Path) -> Path:
    """Make the folder for its owner only, and return it; its parents are as the system makes them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def write_private(path: Path, text: str) -> None:
    """Write `text` as UTF-8 in place of what was there."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _FLAGS, 0o600), "wb") as file:
        file.write(text.encode("utf-8"))


def append_private(path: Path) -> IO[bytes]:
    """Open for appending."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _FLAGS, 0o600), "ab")
