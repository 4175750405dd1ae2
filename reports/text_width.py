"""How many lines a text takes: what the page count of the contents rests on. Pure.

Widths are those of Times New Roman and Courier New (and of the fonts made to their measure); a Chinese character is one em.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_WIDTHS: dict[str, int] = {}
for _width, _chars in (
    (180, "'"), (200, "|"), (250, " .,·"), (278, "ijlt/:;\\"), (333, "fr-()[]!I`"), (389, "sJ"), (408, '"'),
    (444, "acez?"), (469, "^"), (480, "{}"), (541, "~"), (556, "FPS"), (564, "+=<>×"), (611, "ELTZ"), (667, "BCR"),
    (722, "wADGHKNOQUVXY"), (778, "m&"), (833, "%"), (889, "M"), (921, "@"), (944, "W"),
):  # fmt: skip
    _WIDTHS.update(dict.fromkeys(_chars, _width))
_OTHER, _MONO, _WIDE = 500, 600, 1000
_CLOSING = "，。；：？！、）」》】〕％…"
_OPENING = "（「《【〔"
_TOKEN = re.compile(
    r"[ ]+|[\u2e80-\uffef\u2190-\u21ff\u2013-\u2026]|[^\s\u2e80-\uffef\u2190-\u21ff\u2013-\u2026-]+-?|-|\s"
)


def width(text: str, size: float, *, mono: bool = False) -> float:
    """The width of one line of `text` in points."""
    total = 0
    for char in text:
        if char >= "\u2190" or char in "–—…":
            total += _WIDE if char != "–" else _OTHER
        else:
            total += _MONO if mono else _WIDTHS.get(char, _OTHER)
    return total * size / 1000


def _pieces(text: str) -> Iterator[str]:
    """What must not be parted: words, single Chinese characters with the marks that cling to them."""
    held = ""
    for token in _TOKEN.findall(text):
        if token in _OPENING:
            if held:
                yield held
            held = token
        elif token in _CLOSING or held[-1:] in tuple(_OPENING):
            held += token
        else:
            if held:
                yield held
            held = token
    if held:
        yield held


def lines(text: str, room: float, size: float, *, mono: bool = False) -> int:
    """Lines of `text` in `room` points; at least one for each of its own lines."""
    return sum(_lines_of(line, room, size, mono) for line in text.split("\n"))


def _lines_of(line: str, room: float, size: float, mono: bool) -> int:
    if width(line, size, mono=mono) <= room:
        return 1
    count, used = 1, 0.0
    for piece in _pieces(line):
        wide = width(piece, size, mono=mono)
        if used + wide <= room or (piece.isspace() and used):
            used += wide
            continue
        if used:
            count += 1
        while wide > room:  # a word longer than a line is cut
            count += 1
            wide -= room
        used = 0.0 if piece.isspace() else wide
    return count
