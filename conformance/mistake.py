"""A user's mistake: one line that names the file, the place, and what to write instead."""

from __future__ import annotations


class Mistake(Exception):  # noqa: N818  what the user made is a mistake, not an error of ours
    """Raised for what a user can mend. `str()` is the whole line; the command line exits with 2.

    `file` as the user named it, `line` 1-based or 0 when unknown, `field` dotted or empty.
    """

    def __init__(self, message: str, *, file: str = "", line: int = 0, field: str = "") -> None:
        self.file, self.line, self.field, self.message = file, line, field, " ".join(message.split())
        place = f"{file}:{line}" if file and line else file
        super().__init__(": ".join(part for part in (place, field, self.message) if part))
