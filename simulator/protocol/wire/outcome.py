"""What an answer with a JSON object says: read without raising, whatever the bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from simulator.protocol.text.jsontext import deeper_than
from simulator.protocol.text.said import Said, Text, stored
from simulator.protocol.wire.facts import Facts


@dataclass(frozen=True, slots=True)
class AnswerOutcome:
    """What an answer says, in the words of its protocol. One that cannot be read has no code and is not ok."""

    ok: bool
    code: str = ""
    message: str = ""
    facts: Facts = ()
    """What is to be said of the answer besides."""

    def as_json(self, sentence: Text = "") -> dict[str, Any]:
        """The form in evidence. `sentence`: what an answer of ours was to say; a form may put our code before it."""
        out = {"ok": self.ok, "code": self.code, "message": self.message}
        if isinstance(sentence, Said) and self.message.endswith(str(sentence)):
            before = self.message.removesuffix(str(sentence))
            out |= stored("message", Said("{}{}", before, sentence) if before else sentence)
        return out


_PAGE: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*|<!--.{0,500}?-->\s*){0,4}"
    rb"<(?:!doctype\s+html|html|head|body|title|script|meta|form)\b",
    re.IGNORECASE | re.DOTALL,
)
PAGE_BYTES: Final = 4096


def is_page(body: bytes) -> bool:
    """Whether a body is an HTML page, by what it begins with: a text may come as `text/html` and be none."""
    return _PAGE.match(body[:PAGE_BYTES]) is not None


DEPTH: Final = 32
"""An answer that nests deeper is read by nobody: whoever walks through it would not come back."""
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def object_of(body: bytes) -> dict[str, Any] | None:
    """The JSON object of a body; None for anything else, and for one that nests deeper than DEPTH."""
    if deeper_than(body, DEPTH):
        return None
    try:
        value = orjson.loads(
            body.removeprefix(BYTE_ORDER_MARK)
        )  # some .NET servers send one; what it says still counts
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def text_in(said: Mapping[str, Any], name: str) -> str:
    """A text or whole number as text; the empty text for anything else."""
    value = said.get(name)
    return "" if isinstance(value, bool) or not isinstance(value, (str, int)) else str(value)
