"""JSON values for readers: indented HTML with the name of each known field, and flat rows for paper.

Inside this module HTML is plain `str`; every value enters it through `safe`, and `Markup` is put on
once at the end, because a run has some hundred thousand of them.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from reports.display import scalar, tails
from reports.field_names import field_of
from reports.words import Words

LINES_LIMIT = 240
"""Lines of one decoded message that a report shows."""
SHORT = 400
"""Characters of JSON that are shown in one line, without names."""


def safe(said: str) -> str:
    """Text for the inside of an element (never of an attribute); tails of masked values are small marks."""
    if "~" not in said:
        return html.escape(said, quote=False)
    out = []
    for plain, mark in tails(said):
        out.append(html.escape(plain, quote=False))
        if mark:
            out.append(f'<sup class="eq">{mark}</sup>')
    return "".join(out)


def named(key: str, value: Any, words: Words) -> str:
    """The name of a wire field, with the name of the state it holds; empty when unknown."""
    name = words.known("field", key)
    state = words.known("state", value) if key == "ordStas" and isinstance(value, str) else ""
    return f"{name}: {state}" if state else name


def _value(value: Any) -> str:
    if isinstance(value, str):
        return f"<i>{safe(json.dumps(value, ensure_ascii=False))}</i>"
    if isinstance(value, Mapping | list | tuple):
        return "{}" if isinstance(value, Mapping) else "[]"
    return f"<u>{html.escape(scalar(value))}</u>"


def _lines(value: Any, words: Words, indent: int, key: str | None, last: bool) -> Iterator[str]:
    pad, comma = "  " * indent, "" if last else ","
    head, gloss = pad, ""
    if key is not None:
        name = named(key, value, words)
        head = f"{pad}<b>{safe(json.dumps(key, ensure_ascii=False))}</b>: "
        gloss = f"  <em>{html.escape(name)}</em>" if name else ""
    if isinstance(value, Mapping) and value:
        yield f"{head}{{{gloss}"
        left = len(value)
        for name, member in value.items():
            left -= 1
            yield from _lines(member, words, indent + 1, str(name), left == 0)
        yield f"{pad}}}{comma}"
    elif isinstance(value, list | tuple) and value:
        yield f"{head}[{gloss}"
        for at, member in enumerate(value, 1):
            yield from _lines(member, words, indent + 1, None, at == len(value))
        yield f"{pad}]{comma}"
    else:
        yield f"{head}{_value(value)}{comma}{gloss}"


def pretty(value: Any, words: Words, limit: int = LINES_LIMIT) -> Markup:
    """A JSON value in lines with the name of each known field; at most `limit` lines."""
    lines: list[str] = []
    more = 0
    for line in _lines(value, words, 0, None, True):
        if len(lines) < limit:
            lines.append(line)
        else:
            more += 1
    if more:
        lines.append(f"<em>{html.escape(words('msg.lines', n=more))}</em>")
    said = "\n".join(lines)
    return Markup(f'<pre class="json">{said}</pre>')


def compact(value: Any, words: Words) -> Markup:
    """A small JSON value in one line, a larger one as `pretty`."""
    said = json.dumps(value, ensure_ascii=False, default=str)
    if len(said) > SHORT:
        return pretty(value, words)
    return Markup(f'<pre class="json">{safe(said)}</pre>')


def members_of(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The scalars of a JSON value with their places (`feedetailList[0].cnt`), for paper."""
    if isinstance(value, Mapping) and value:
        for key, member in value.items():
            yield from members_of(member, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list | tuple) and value:
        for at, member in enumerate(value):
            yield from members_of(member, f"{path}[{at}]")
    else:
        yield path, "" if isinstance(value, Mapping | list | tuple) else value


def meaning(interface: str, part: str, path: str, value: Any, words: Words) -> str:
    """The name of the field at `path` as the schema of the message gives it, and what the code means that it holds."""
    key = path.split("[")[0] if path.endswith("]") else path.rpartition(".")[2]
    field = field_of(interface, part, path)
    if field is None:
        return named(key, value, words)
    name = words.pick(field.name, field.name_en or words.known("field", key))
    code = (field.codes if words.lang == "zh" else field.codes_en).get(scalar(value), "")
    code = code or (words.known("state", value) if key == "ordStas" and isinstance(value, str) else "")
    return f"{name}: {code}" if code else name
