"""How an object or array stands as a member of what holds it: as JSON, as text, in the manner of a language, not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from simulator.protocol.diagnosis.escapes import ESCAPES
from simulator.protocol.text import jsontext
from simulator.protocol.text.jsontext import Num


def emptied(choice: str, had: bool, text: str) -> str | None:
    """An object or array in which nothing is left; `had`: it had members before it was tidied."""
    if (
        choice == "keep"
        or (choice in ("keep_cleaned", "drop_sent") and had)
        or (choice in ("keep_sent", "drop_cleaned") and not had)
    ):
        return text
    return {"empty": '""', "null": "null", "text": f'"{text}"', "brackets": "[]"}.get(choice)


def _java(value: Any) -> str:
    """Map.toString and List.toString."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={_java(one)}" for name, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_java, value)) + "]"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _python(value: Any) -> str:
    """str() of a dict or list."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{str(name)!r}: {_python(one)}" for name, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_python, value)) + "]"
    return str(value) if value is None or isinstance(value, (bool, Num, int)) else repr(value)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, (list, tuple)) else value


def _type_name(value: Any) -> str:
    if isinstance(value, dict):
        return "System.Collections.Generic.Dictionary`2[System.String,System.Object]"
    return "System.Collections.Generic.List`1[System.Object]"


def _indexed(value: Any) -> str:
    return jsontext.dumps({str(at): one for at, one in enumerate(value)})


def _script(value: Any) -> str:
    """String() of an object or array of JavaScript."""
    if isinstance(value, (list, tuple)):
        return ",".join("" if one is None else _script(one) for one in value)
    if isinstance(value, dict):
        return "[object Object]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def language_text(value: Any, language: str) -> str:
    """What a language makes of an object that is put into a text: `java`, `java_sorted`, `python`, `script`."""
    return {
        "java": _java,
        "java_sorted": lambda one: _java(_sorted(one)),
        "python": _python,
        "script": _script,
    }[language](value)


_quote: Final = ESCAPES["none"]
HELD: Final[Mapping[str, Callable[[Any, str], str | None]]] = {
    "text": lambda _, text: _quote(text),
    "text_sent": lambda value, _: _quote(jsontext.dumps(value)),
    "text_raw": lambda _, text: f'"{text}"',
    "sent": lambda value, _: jsontext.dumps(value),
    "drop": lambda *_: None,
    "null": lambda *_: "null",
    "empty": lambda *_: '""',
    "java": lambda value, _: _quote(_java(value)),
    "java_bare": lambda value, _: _java(value),
    "java_sorted": lambda value, _: _quote(_java(_sorted(value))),
    "python_bare": lambda value, _: _python(value),
    "php": lambda *_: '"Array"',
    "type_name": lambda value, _: f'"{_type_name(value)}"',
    "brackets": lambda value, _: "{}" if isinstance(value, dict) else "[]",
    "indexed": lambda value, _: _indexed(value),
    "joined": lambda value, _: _quote(",".join("" if one is None else str(one) for one in value)),
    "first": lambda value, _: jsontext.dumps(value[0]) if value else "[]",
    "python": lambda value, _: _quote(_python(value)),
    "script": lambda value, _: _quote(_script(value)),
    "one": lambda value, text: text[1:-1] if isinstance(value, (list, tuple)) and len(value) == 1 else text,
}
"""How an object or array that is held by another is written."""
