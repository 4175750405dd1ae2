"""What a citation means: `mobile-payment-centre 6.1`, `centre/M [1][3]; acceptance S0` lead to pages and public sources. Pure.

The sheets, their sections and sources stand in `schemas/sources.json`, from which docs/protocol/sources.md is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import schemas

_PARTS: Final = re.compile(r"[;；,，、]")
_BRACKETS: Final = re.compile(r"\[([0-9]+'?[a-z]?)\]")
_SECTION: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*[a-z]?")
_KEY: Final = re.compile(r"\b(?:MP-[A-Z]{3}-[0-9]{2}|[A-Z]{1,4}[0-9]|[A-Z]{2,4}|PROPOSED)\b")
_ORDINAL: Final = re.compile(r"第 ?[0-9]+ ?[条步]")
_ASIDE: Final = re.compile(r"\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Cited:
    """One thing that a citation names: a section of a sheet, or a public source.

    `page` is below docs/, with an anchor; `title` is empty for a section, `body` is who issued a source.
    """

    sheet: str
    key: str
    page: str
    title: str = ""
    title_en: str = ""
    body: str = ""
    body_en: str = ""


def cited(text: str) -> tuple[Cited, ...]:
    """Everything that a citation names, each once, in the order of the text."""
    return tuple(dict.fromkeys(one for one in _read(text) if isinstance(one, Cited)))


def unresolved(text: str) -> tuple[str, ...]:
    """What looks like a part of a citation and leads nowhere; the text itself when it names nothing at all."""
    found = list(_read(text))
    return tuple(one for one in found if isinstance(one, str)) or (() if found else (text,))


def _read(text: str) -> Iterator[Cited | str]:
    sheet = ""
    for part in _PARTS.split(_ORDINAL.sub("", text)):
        named, rest = _sheet(part.strip())
        sheet = named or sheet
        found = list(_of_part(sheet, rest, part))
        yield from found or ([Cited(named, "", str(_sheets()[named]["page"]))] if named else [])


def _of_part(sheet: str, rest: str, part: str) -> Iterator[Cited | str]:
    found = _sheets().get(sheet)
    section = _SECTION.match(rest)
    keys = [*_BRACKETS.findall(part)]
    if found is None:
        yield from ([part.strip()] if section or keys else ())
        return
    if section:
        page = found["sections"].get(section.group())
        yield Cited(sheet, section.group(), str(page)) if page else f"{sheet} {section.group()}"
    elif not found["sections"]:
        yield Cited(sheet, "", str(found["page"]))
    for key in keys:
        yield _source(sheet, key) or f"{sheet} [{key}]"
    for key in _KEY.findall(part):
        if key.startswith("MP-"):
            yield Cited("acceptance", key, f"cases.md#{key}")
        elif (one := _source(sheet, key)) is not None:
            yield one


def _source(sheet: str, key: str) -> Cited | None:
    row = _sheets()[sheet]["sources"].get(key)
    if row is None:
        return None
    return Cited(
        sheet,
        key,
        f"protocol/sources.md#{sheet}-{key}",
        row["title"],
        row["title_en"],
        row["body"],
        row["body_en"],
    )


def _sheet(part: str) -> tuple[str, str]:
    """The sheet that a part names, and what follows it without its marks and asides."""
    for word, sheet in _words():
        before, hit, rest = part.partition(word)
        whole = not re.search(r"[A-Za-z0-9-]$", before) and not re.match(r"[A-Za-z0-9-]", rest)
        if hit and whole:
            return sheet, _ASIDE.sub("", re.sub(r"^/[A-Za-z]+", "", rest)).strip()
    return "", _ASIDE.sub("", part).strip()


@cache
def _sheets() -> Mapping[str, Any]:
    found: Mapping[str, Any] = schemas.load("sources")["sheets"]
    return found


@cache
def _words() -> list[tuple[str, str]]:
    """(word, sheet), the longest word first."""
    pairs = [(word, name) for name, sheet in _sheets().items() for word in (name, *sheet["aliases"])]
    return sorted(pairs, key=lambda pair: -len(pair[0]))
