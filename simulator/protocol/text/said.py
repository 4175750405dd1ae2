"""A sentence for people as a value: the Chinese template and, apart from it, what is filled in. Pure.

`Said("文件超过 {} 个字符", most)` stands where the sentence is made and is rendered where it is shown: `str()` is the
Chinese one, `render(said, lookup)` any other. Slots are `{}` in order, `{1}` by number, with a format such as `{:.1f}`
where a number needs it; a brace of the text is doubled. Without arguments the template is the sentence, braces and all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

SLOT: Final = re.compile(r"\{\{|\}\}|\{(\d{0,2})(?::([+,]?(?:0?\d)?(?:\.\d)?[df]?))?\}")
MAX_DEPTH: Final = 12
"""Sentences inside sentences, when one is read from a file."""
_FOREIGN: Final = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")

Lookup = Callable[[str], str]
"""A template in another language; the template itself when there is none."""


def chinese(text: str) -> bool:
    """Whether `text` has a Chinese character or a full-width mark."""
    return _FOREIGN.search(text) is not None


@dataclass(frozen=True, slots=True, init=False)
class Said:
    """A template of ours and its arguments, each a sentence in its turn or a plain value."""

    template: str
    arguments: tuple[Said | str | int | float, ...]

    def __init__(self, template: str, /, *arguments: object) -> None:
        """What is neither text nor number nor a sentence is kept as its text (a path, an error of a library)."""
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "arguments", tuple(_kept(one) for one in arguments))

    def __str__(self) -> str:
        return render(self)

    def as_json(self) -> dict[str, Any]:
        """`{template, arguments}`, sentences inside in the same form."""
        inner = [one.as_json() if isinstance(one, Said) else one for one in self.arguments]
        return {"template": self.template, "arguments": inner}


def named(word: str) -> Said:
    """A word that a table names something by and has in other languages too: a sentence without slots."""
    return Said(word)


Text = Said | str
"""What a person reads: a sentence of ours, or words that are not ours and stay as they are."""


def _kept(value: object) -> Said | str | int | float:
    if isinstance(value, Said) or type(value) in (str, int, float):
        return value  # type: ignore[return-value]
    if isinstance(value, Exception):
        return said_of(value)
    return str(value)


def render(text: Text, lookup: Lookup = str) -> str:
    """`text` in the language of `lookup`; words that stand as plain text stay."""
    if not isinstance(text, Said):
        return text
    template = lookup(text.template)
    if not text.arguments:
        return template
    parts = [one if isinstance(one, int | float) else render(one, lookup) for one in text.arguments]
    rest = iter(range(len(parts)))

    def fill(slot: re.Match[str]) -> str:
        if slot.group() in ("{{", "}}"):
            return slot.group()[0]
        at = int(slot[1]) if slot[1] else next(rest, len(parts))
        if at >= len(parts):
            return slot.group()
        part = parts[at]
        return part if isinstance(part, str) else _formatted(part, slot[2] or "")

    return SLOT.sub(fill, template)


def _formatted(number: float, form: str) -> str:
    """A number in a form of `SLOT`; as it is when a template of a file asks for one it cannot have."""
    try:
        return format(number, form)
    except (ValueError, OverflowError):
        return str(number)


def slots(template: str) -> list[str]:
    """The slots of a template, those that are numbered by their number."""
    found = [slot for slot in SLOT.finditer(template) if slot.group() not in ("{{", "}}")]
    return sorted(slot[1] or str(at) for at, slot in enumerate(found))


def listed(between: str, parts: Iterable[object]) -> Said:
    """The parts with a mark between them: `listed(", ", names)`. The mark is punctuation, never words."""
    known = tuple(parts)
    return Said(between.join(["{}"] * len(known)), *known) if known else Said("")


def said_of(error: BaseException) -> Text:
    """What an exception says: the sentence it was raised with, else its text."""
    first = error.args[0] if len(error.args) == 1 else None
    return first if isinstance(first, Said) else str(error)


def stored(name: str, text: Text) -> dict[str, Any]:
    """A sentence as files keep it: the Chinese text under `name`, template and arguments under `<name>_said`."""
    return {name: str(text), **({f"{name}_said": text.as_json()} if isinstance(text, Said) else {})}


def bounded(name: str, text: Text, most: int) -> dict[str, Any]:
    """`stored`; of a sentence that is longer than `most` characters its beginning only, as plain text."""
    told = str(text)
    return stored(name, text) if len(told) <= most else {name: told[:most]}


def said_in(holder: Any, name: str) -> Text:
    """The sentence that `stored` put into an object; the text alone where there is no more, "" when nothing is there."""
    found = from_json(holder.get(f"{name}_said")) if isinstance(holder, Mapping) else None
    if found is not None:
        return found
    value = holder.get(name) if isinstance(holder, Mapping) else None
    return value if isinstance(value, str) else ""


def from_json(value: Any, depth: int = MAX_DEPTH) -> Said | None:
    """The sentence that `as_json` wrote, or None when `value` is no such thing."""
    if not isinstance(value, Mapping) or not depth:
        return None
    template, arguments = value.get("template"), value.get("arguments")
    if not isinstance(template, str) or not isinstance(arguments, list):
        return None
    parts = [from_json(one, depth - 1) if isinstance(one, Mapping) else one for one in arguments]
    if any(type(one) not in (Said, str, int, float) for one in parts):
        return None
    return Said(template, *parts)
