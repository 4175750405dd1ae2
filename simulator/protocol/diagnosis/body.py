"""The text of the business object in the manners of its scopes, each node written once for each manner of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from json import loads
from typing import Any, Final

from simulator.protocol.diagnosis.escapes import ESCAPES
from simulator.protocol.diagnosis.manner import NAMES, SPACES, Manner, Spaces, ordered
from simulator.protocol.diagnosis.rewritten import (
    BOOLEANS,
    DATES,
    NULLS,
    NUMBERS,
    NUMERIC,
    TEXT_AMOUNTS,
    is_zero,
)
from simulator.protocol.text import jsontext
from simulator.protocol.text.jsontext import Num

Manners = tuple[Manner, Manner, Manner, Manner]
"""Of the members of `data`, of objects below it, of what is inside arrays, of values directly in arrays."""
MEMBER: Final = 64
"""Bytes of work that one member costs beside its text."""
EMPTIES: Final = {"drop": None, "keep": '""', "null": "null", "text": '"null"'}
TRIMMED: Final[dict[str, Callable[[str], str]]] = {
    "drop": lambda text: text if text.strip() else "",
    "trim": str.strip,
    "trim_kept": str.strip,
    "trim_right": str.rstrip,
    "collapse": lambda text: "".join(text.split()),
    "words": lambda text: "" if text.lower() in ("null", "undefined", "none") else text,
}
"""What is done to blanks; a text that becomes empty goes the way of empty texts."""
_NULL, _BOOL, _NUMBER, _TEXT, _EMPTY = range(5)
Subs = tuple[Any, ...]


class Leaf:
    """A value that holds no other, and how it was written before."""

    __slots__ = ("kind", "value", "written")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.written: dict[Any, str | None] = {}
        if value is None:
            self.kind = _NULL
        elif isinstance(value, bool):
            self.kind = _BOOL
        elif isinstance(value, (Num, int)):
            self.kind, self.value = _NUMBER, str(value)
        else:
            self.kind = _TEXT if value else _EMPTY

    def write(self, manner: Manner) -> str | None:
        """Its JSON, or None when it is left out."""
        kind, value = self.kind, self.value
        if kind == _NULL:
            return NULLS[manner.null]
        if kind == _EMPTY:
            return EMPTIES[manner.empty] if manner.escape != "single" or manner.empty != "keep" else "''"
        if kind == _BOOL:
            return None if manner.false == "drop" and not value else BOOLEANS[manner.boolean][not value]
        if kind == _NUMBER:
            return self._number(value, manner)
        return self._text(value, manner)

    def _number(self, text: str, manner: Manner) -> str | None:
        if manner.zero != "keep" and _zero(text, manner.zero, "numbers"):
            return None
        text = text if manner.amount == "sent" else NUMBERS[manner.amount](text)
        if manner.number == "quoted":
            return f"'{text}'" if manner.escape == "single" else f'"{text}"'
        if manner.number == "points_quoted":  # whole numbers bare, those with a point as text
            return text if text.lstrip("-").isdigit() else f'"{text}"'
        if manner.number == "whole_quoted":
            return f'"{text}"' if text.lstrip("-").isdigit() else text
        return text

    def _text(self, text: str, manner: Manner) -> str | None:
        if manner.blank != "keep":
            text = TRIMMED[manner.blank](text)
            if not text:
                return '""' if manner.blank == "trim_kept" else EMPTIES[manner.empty]
        if manner.zero != "keep" and _zero(text, manner.zero, "texts"):
            return None
        if manner.text_amount != "sent":
            text = TEXT_AMOUNTS[manner.text_amount](text)
        if manner.date != "sent":
            changed = DATES[manner.date.removesuffix("_bare")](text)
            if changed != text and manner.date.endswith("_bare"):
                return changed
            text = changed
        if manner.bare_text != "none" and len(text) <= 40 and NUMERIC.match(text):
            return text if manner.bare_text == "numeric" or "." in text else ESCAPES[manner.escape](text)
        return ESCAPES[manner.escape](text)


def _zero(text: str, choice: str, kind: str) -> bool:
    """Whether a zero is left out by a choice of `drop`, `drop_numbers`, `drop_texts`, `drop_short`, `drop_short_texts`."""
    if choice not in ("drop", "drop_short") and not choice.endswith(kind):
        return False
    return text == "0" if choice.startswith("drop_short") else is_zero(text)


class Node:
    """An object or an array. `scope`: 0 data, 1 below it, 2 inside arrays (an array itself too)."""

    __slots__ = ("children", "level", "names", "orders", "prefixes", "scope", "value", "written")

    def __init__(self, value: Any, scope: int, level: int) -> None:
        self.value, self.scope, self.level = value, scope, level
        self.written: dict[Any, str] = {}
        self.orders: dict[tuple[str, str], list[int]] = {}
        self.prefixes: dict[tuple[str, str, str], list[str]] = {}
        inner = 2 if scope == 2 else 1
        if isinstance(value, dict):
            self.names: list[str] | None = list(value)
            self.children = [_node(one, inner, level + 1) for one in value.values()]
        else:
            self.names = None
            self.children = [_node(one, 2, level + 1) for one in value]

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()


def _node(value: Any, scope: int, level: int) -> Leaf | Node:
    if isinstance(value, dict):
        return Node(value, scope, level)
    if isinstance(value, (list, tuple)):
        return Node(value, 2, level)
    return Leaf(value)


def _subs(manner: Manner) -> Subs:
    """What of a manner decides how a leaf of each kind is written."""
    return (
        (manner.null,),
        (manner.boolean, manner.false),
        (manner.number, manner.amount, manner.zero, manner.escape == "single"),
        (manner.blank, manner.text_amount, manner.bare_text, manner.date, manner.escape, manner.zero, manner.empty),
        (manner.empty, manner.escape == "single"),
    )  # fmt: skip


class Body:
    """The business object, written in any manners. `work`: bytes written so far, MEMBER for each member."""

    def __init__(self, data: Any) -> None:
        self.root = _node(data, 0, 0)
        self.work = 0
        self._subs: dict[Manner, Subs] = {}

    def text(self, manners: Manners) -> str | None:
        """The compact or spaced JSON of it all, or None when the manner leaves an empty object out."""
        if isinstance(self.root, Leaf):
            return self.root.write(manners[0])
        text = self._node(self.root, manners)
        return None if text == "{}" and manners[0].object == "drop" else text

    def pairs(self, manners: Manners) -> list[tuple[str, str]]:
        """The members of `data` as (name, text) in their order, texts without quotation marks."""
        if isinstance(self.root, Leaf) or self.root.names is None:
            return []
        names, texts = self._names(self.root, manners[0]), self._fragments(self.root, manners)
        order = self._order(self.root, manners[0])
        return [(names[at], _unquoted(text)) for at in order if (text := texts[at]) is not None]

    def _node(self, node: Node, manners: Manners) -> str:
        scope = node.scope
        key = manners[scope:]
        known = node.written.get(key)
        if known is not None:
            return known
        manner = manners[scope]
        texts = self._fragments(node, manners)
        spaces = SPACES[manner.spaces]
        if node.names is None:
            parts = [text for text in texts if text is not None]
            if manner.items != "sent":
                parts = sorted(parts) if manner.items == "sorted" else parts[::-1]
            text = _wrapped("[", parts, "]", spaces, node, jackson=manner.spaces.startswith("jackson"))
        else:
            prefixes = self._prefixes(node, manner, spaces.colon)
            parts = [
                prefixes[at] + text
                for at in self._order(node, manner)
                if (text := texts[at]) is not None
            ]  # fmt: skip
            text = _wrapped("{", parts, "}", spaces, node)
        self.work += len(text) + MEMBER * len(texts)
        node.written[key] = text
        return text

    def _fragments(self, node: Node, manners: Manners) -> list[str | None]:
        manner = manners[node.scope]
        own = manner if node.names is not None else manners[3]
        subs = self._subs.get(own)
        if subs is None:
            subs = self._subs[own] = _subs(own)
        out: list[str | None] = []
        for child in node.children:
            if type(child) is Leaf:
                sub = subs[child.kind]
                if sub in child.written:
                    out.append(child.written[sub])
                else:
                    text = child.written[sub] = child.write(own)
                    out.append(text)
            else:
                out.append(self._inner(child, manner, manners))  # type: ignore[arg-type]
        return out

    def _inner(self, child: Node, manner: Manner, manners: Manners) -> str | None:
        """A nested object or array as a member of what holds it."""
        text = self._node(child, manners)
        if text == "{}":
            return _emptied(manner.object, bool(child.value), text)
        if text == "[]":
            return _emptied(manner.array, bool(child.value), text)
        how = manner.list if child.names is None else manner.container
        return text if how == "json" else _HELD[how](child.value, text)

    def _names(self, node: Node, manner: Manner) -> list[str]:
        names = node.names or []
        return names if manner.names == "sent" else [NAMES[manner.names](name) for name in names]

    def _order(self, node: Node, manner: Manner) -> list[int]:
        key = (manner.order, manner.names)
        order = node.orders.get(key)
        if order is None:
            order = node.orders[key] = ordered(self._names(node, manner), manner.order)
        return order

    def _prefixes(self, node: Node, manner: Manner, colon: str) -> list[str]:
        key = (manner.escape, manner.names, colon)
        prefixes = node.prefixes.get(key)
        if prefixes is None:
            write = ESCAPES[manner.escape]
            prefixes = [write(name) + colon for name in self._names(node, manner)]
            node.prefixes[key] = prefixes
        return prefixes


def _unquoted(text: str) -> str:
    if text[:1] == '"':
        try:
            return str(loads(text))
        except ValueError:
            return text[1:-1]
    return text


def _emptied(choice: str, had: bool, text: str) -> str | None:
    """An object or array in which nothing is left; `had`: it had members before it was tidied."""
    if (
        choice == "keep"
        or (choice in ("keep_cleaned", "drop_sent") and had)
        or (choice in ("keep_sent", "drop_cleaned") and not had)
    ):
        return text
    return {"empty": '""', "null": "null", "text": f'"{text}"'}.get(choice)


def _wrapped(
    opening: str, parts: list[str], closing: str, spaces: Spaces, node: Node, *, jackson: bool = False
) -> str:
    if not parts:
        return opening + closing
    if jackson:
        return f"{opening} {', '.join(parts)} {closing}"
    if not spaces.line:
        return f"{opening}{spaces.inner}{spaces.comma.join(parts)}{spaces.last}{spaces.inner}{closing}"
    level = node.level
    if spaces.colon == " : ":  # arrays do not indent
        level = _object_level(node)
    inner = spaces.line + spaces.unit * (level + 1)
    comma = spaces.comma.rstrip() + inner
    return f"{opening}{inner}{comma.join(parts)}{spaces.line}{spaces.unit * level}{closing}"


def _object_level(node: Node) -> int:
    return node.level - node.level // 2 if node.scope == 2 else node.level


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
_HELD: Final[dict[str, Callable[[Any, str], str | None]]] = {
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
