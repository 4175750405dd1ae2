"""Members of a person spec, read and checked; a wrong one is one Chinese line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from simulator.protocol.text.said import Said
from simulator.protocol.text.unfit import Path, Unfit, has_kind, line, several, unknown

MOST_FEN: Final = 10**15
_AMOUNT: Final = {"examples": [Said("{} (即 {} 元)", 5000, 50)]}


class SpecError(ValueError):
    """A person spec or policy that cannot be used; the text is one Chinese line `field: what to write`."""


def _kind(value: Any, kind: str, path: Path, schema: Mapping[str, Any]) -> None:
    if not has_kind(value, kind):
        raise SpecError(line(Unfit("type", kind, path, schema, value)))


def known(spec: Mapping[str, Any], names: Iterable[str], *above: str) -> None:
    """Nothing but `names` stands in `spec`, the object at `above`. Raises SpecError."""
    allowed = frozenset(names)
    wrong = [unknown((*above, str(name)), allowed) for name in spec if name not in allowed]
    if wrong:
        raise SpecError(several(wrong))


def member(spec: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object `name`, empty when absent. Raises SpecError."""
    value = spec.get(name)
    if value is None:
        return {}
    _kind(value, "object", (name,), {})
    found: Mapping[str, Any] = value
    return found


def whole(spec: Mapping[str, Any], name: str, default: int, most: int, *above: str) -> int:
    """The whole number `name`, 0 to `most`, of the object at `above`. Raises SpecError."""
    return _whole(spec.get(name, default), most, (*above, name), {})


def amount(spec: Mapping[str, Any], name: str, default: int, *above: str) -> int:
    """The amount `name` in fen, not negative, of the object at `above`. Raises SpecError."""
    return _whole(spec.get(name, default), MOST_FEN, (*above, name), _AMOUNT)


def _whole(value: Any, most: int, path: Path, schema: Mapping[str, Any]) -> int:
    _kind(value, "integer", path, schema)
    if value < 0:
        raise SpecError(line(Unfit("minimum", 0, path, schema, value)))
    if value > most:
        raise SpecError(line(Unfit("maximum", most, path, schema, value)))
    found: int = value
    return found


def flag(spec: Mapping[str, Any], name: str, default: bool, *above: str) -> bool:
    """The switch `name` of the object at `above`. Raises SpecError."""
    value = spec.get(name, default)
    _kind(value, "boolean", (*above, name), {})
    return bool(value)


def words(spec: Mapping[str, Any], name: str, default: str, known_words: tuple[str, ...], *above: str) -> str:
    """One of the words that `name` may be, of the object at `above`. Raises SpecError."""
    value = spec.get(name, default)
    if value not in known_words:
        raise SpecError(line(Unfit("enum", known_words, (*above, name), {}, value)))
    return str(value)


def text(spec: Mapping[str, Any], name: str, example: str) -> str:
    """The text `name`, empty when absent; what stands there may name a person and is not quoted. Raises SpecError."""
    value = spec.get(name, "")
    if not has_kind(value, "string"):
        raise SpecError(line(Unfit("type", "string", (name,), {"examples": [example]})))
    return str(value)
