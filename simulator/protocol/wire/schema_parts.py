"""Judge a message by its schema in parts, so that many faults of a long message cost what their number costs.

`jsonschema-rs` copies the whole object into every difference that it tells: 200 wrong rows took 0.6 s, 20 missing
members beside 99,000 unknown ones 7 s. Here every object is judged without what is inside it, and rows one by one.
The schemas of messages have no references and no alternatives, which is what makes that the same judgement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import jsonschema_rs

MOST_DIFFERENCES: Final = 200
"""More are not looked for: 20 are listed."""
UNKNOWN_KEPT: Final = 20
"""Members that the schema does not know, where it allows none: enough to be told."""
_INSIDE: Final = ("properties", "required", "items", "additionalProperties")
Path = tuple[str | int, ...]
Difference = tuple[Path, Any]
"""Where, and the error of the engine."""


@dataclass(frozen=True, slots=True)
class Part:
    """One object or list of a schema: what judges it without its inside, its known members, and its own parts."""

    alone: Any
    known: Mapping[str, Any]
    closed: bool
    members: Mapping[str, Part]
    rows: Part | None


def differences(schema: Mapping[str, Any]) -> Callable[[Any], Iterator[Difference]]:
    """What tells how a value differs from this schema, at most MOST_DIFFERENCES times, in no stated order."""
    whole, part = jsonschema_rs.validator_for(dict(schema)), _part(schema)

    def told(value: Any) -> Iterator[Difference]:
        if whole.is_valid(value):
            return
        left = MOST_DIFFERENCES
        for found in _of_part(part, value, ()):
            yield found
            left -= 1
            if not left:
                return

    return told


def _part(schema: Mapping[str, Any]) -> Part:
    known = schema.get("properties", {})
    parts = {name: _part(one) for name, one in known.items() if any(key in one for key in _INSIDE)}
    alone = {key: value for key, value in schema.items() if key != "items"}
    if known:
        alone["properties"] = {name: True if name in parts else one for name, one in known.items()}
    return Part(
        jsonschema_rs.validator_for(alone),
        known,
        schema.get("additionalProperties", True) is False,
        parts,
        _part(schema["items"]) if "items" in schema else None,
    )


def _of_part(part: Part, value: Any, path: Path) -> Iterator[Difference]:
    shown = _hollow(part, value)
    if not part.alone.is_valid(shown):
        for error in part.alone.iter_errors(shown):
            yield (*path, *error.instance_path), error
    if isinstance(value, Mapping):
        for name, inner in part.members.items():
            if name in value:
                yield from _of_part(inner, value[name], (*path, name))
    elif isinstance(value, list) and part.rows is not None:
        for number, row in enumerate(value):
            yield from _of_part(part.rows, row, (*path, number))


def _hollow(part: Part, value: Any) -> Any:
    """The value with empty objects and lists of nulls in it, and without members that nobody judges."""
    if isinstance(value, Mapping):
        shown = {name: _empty(value[name]) for name in part.known if name in value}
        unknown = (name for name in value if name not in part.known) if part.closed else ()
        return {**shown, **{name: None for name, _ in zip(unknown, range(UNKNOWN_KEPT), strict=False)}}
    return _empty(value)


def _empty(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {}
    return [None] * len(value) if isinstance(value, list) else value
