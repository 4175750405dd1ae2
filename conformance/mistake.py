"""A user's mistake: one line that names the file, the place, and what to write instead."""

from __future__ import annotations

from collections.abc import Callable


class Mistake(Exception):  # noqa: N818  what the user made is a mistake, not an error of ours
    """Raised for what a user can mend. `str()` is the whole line; the command line exits with 2.

    `file` as the user named it, `line` 1-based or 0 when unknown, `field` dotted or empty.
    """

    def __init__(self, message: str, *, file: str = "", line: int = 0, field: str = "") -> None:
        self.file, self.line, self.field, self.message = file, line, field, " ".join(message.split())
        super().__init__(self.said())

    def said(self, say: Callable[[str], str] = str) -> str:
        """The whole line, the message as `say` words it."""
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        return ": ".join(part for part in (place, self.field, say(self.message)) if part)
