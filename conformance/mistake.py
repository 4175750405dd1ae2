"""A user's mistake: one line that names the file, the place, and what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.protocol.text.said import Said, Text


class Mistake(Exception):  # noqa: N818  what the user made is a mistake, not an error of ours
    """Raised for what a user can mend. `str()` is the whole line in Chinese; the command line exits with 2.

    `file` as the user named it, `line` 1-based or 0 when unknown, `field` dotted or empty. `also` are the other
    mistakes that were found with it, `more` how many there are beyond those.
    """

    def __init__(self, message: Text, *, file: str = "", line: int = 0, field: Text = "") -> None:
        self.file, self.line, self.field, self.message = file, line, field, message
        self.also: tuple[Mistake, ...] = ()
        self.more = 0
        super().__init__(self.said())

    @classmethod
    def of(cls, found: Sequence[Mistake], most: int) -> Mistake:
        """The first of several, with the others up to `most` in all."""
        first, *rest = found[:most]
        first.also, first.more = tuple(rest), len(found) - 1 - len(rest)
        return first

    def said(self, show: Callable[[Text], str] = str) -> str:
        """The whole line, place and message as `show` renders them."""
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        parts = (place, show(self.field), " ".join(show(self.message).split()))
        return ": ".join(part for part in parts if part)

    def lines(self, show: Callable[[Text], str] = str) -> list[str]:
        """One line for each mistake that was found, and how many more there are."""
        rest = [show(Said("另有 {} 处", self.more))] if self.more else []
        return [one.said(show) for one in (self, *self.also)] + rest
