"""What a JSON Schema does not allow, as a sentence that says what to write instead: the one place of these words. Pure.

`sentence` is one difference, `several` all of them. Whoever tells it adds the place in its own way: file and line (harness), `field` (control API, profiles, persons), a
place in the message. The line is `place: sentence`.
"""

from __future__ import annotations

import difflib
import functools
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from simulator.protocol.text.said import Said, Text, listed, named

Path = tuple[str | int, ...]

HIDDEN: Final = object()
"""The value of an Unfit that must not be quoted: a message of the peer, what may name a person."""
SHOWN_CHARS: Final = 60
LISTED: Final = 20
"""Differences that one text names; of the rest it says how many there are."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """One thing that a schema does not allow: its `keyword`, the `limit` that the keyword states, where and in which schema.

    `path` leads to what is to be mended, so of `required` and `additionalProperties` to the member that is missing or
    unknown; `limit` is then that member's name (or names, where the schema is not at hand). `schema` is the part that
    asks: its `title`, `examples`, `x-form` (its pattern in words), `x-codes`, of an unknown member its `properties`. `value` is what stands there, HIDDEN to say nothing.
    """

    keyword: str
    limit: Any
    path: Path = ()
    schema: Mapping[str, Any] = field(default_factory=dict)
    value: Any = HIDDEN


class SchemaError(Protocol):
    """What is read of `jsonschema.ValidationError`."""

    @property
    def validator(self) -> Any: ...  # noqa: D102  theirs
    @property
    def validator_value(self) -> Any: ...  # noqa: D102
    @property
    def instance(self) -> Any: ...  # noqa: D102
    @property
    def schema(self) -> Any: ...  # noqa: D102
    @property
    def absolute_path(self) -> Iterable[str | int]: ...  # noqa: D102


def of_errors(errors: Iterable[SchemaError]) -> list[Unfit]:
    """All that the library `jsonschema` found: each missing or unknown member once, in the order given."""
    return list({(one.path, one.keyword): one for error in errors for one in _each(error)}.values())


def of_error(error: SchemaError) -> Unfit:
    """The first thing that one error of the library tells."""
    return next(iter(_each(error)))


def _each(error: SchemaError) -> list[Unfit]:
    keyword, limit, path = str(error.validator), error.validator_value, tuple(error.absolute_path)
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    known = schema.get("properties", {})
    if keyword == "required":  # one error a member, none of which says whose it is
        names = [key for key in limit if key not in error.instance] or ["?"]
        return [Unfit(keyword, one, (*path, one), known.get(one, {}), error.instance) for one in names]
    if keyword == "additionalProperties":
        names = [key for key in error.instance if key not in known] or ["?"]
        return [Unfit(keyword, one, (*path, one), schema, error.instance) for one in names]
    return [Unfit(keyword, limit, path, schema, error.instance)]


def unknown(path: Path, known: Iterable[str]) -> Unfit:
    """A member at `path` that nobody knows, beside those of `known`."""
    return Unfit("additionalProperties", path[-1], path, {"properties": dict.fromkeys(known)})


def has_kind(value: Any, kind: str) -> bool:
    """Whether a value is of a JSON Schema type, strictly: `true` is no number, 1.0 no integer."""
    return isinstance(value, _KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def dotted(path: Path) -> str:
    """`("steps", 2, "call")` as people write it: `steps[3].call` (counted from 1)."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def line(unfit: Unfit) -> Said:
    """The whole line `field: sentence`; the field with the name that its schema gives it."""
    return Said("{}: {}", name_of(unfit), sentence(unfit))


def name_of(unfit: Unfit) -> Text:
    """Where it is and what people call it: `feedetailList[1].cnt(数量)`."""
    title = "" if unfit.keyword == "additionalProperties" else unfit.schema.get("title", "")
    place = dotted(unfit.path)
    return Said("{}({})", place, named(title)) if title and place else place


def several(found: Iterable[Unfit]) -> Said:
    """All that a schema does not allow in one sentence: what is wrong, then what is missing, at most 20 by name.

    One alone is its `line`. The same in many rows of a list is said once, of the first row, with how many there are.
    """
    alike = grouped(found)
    if len(alike) == 1 and alike[0][1] == 1:
        return line(alike[0][0]) if alike[0][0].path else sentence(alike[0][0])
    shown, more = alike[:LISTED], sum(count for _, count in alike[LISTED:])
    gone = [_counted(name_of(one), count) for one, count in shown if one.keyword == "required"]
    parts: list[Text] = [
        Said("{}: {}", _counted(name_of(one), count), sentence(one)) if one.path else sentence(one)
        for one, count in shown
        if one.keyword != "required"
    ]
    parts += [Said("缺少 {}", listed(", ", gone))] if gone else []
    parts += [Said("另有 {} 处", more)] if more else []
    return listed("; ", parts)


def grouped(found: Iterable[Unfit]) -> list[tuple[Unfit, int]]:
    """The first of each kind of difference and how often it occurs: rows of a list are alike."""
    alike: dict[Any, list[Any]] = {}
    for one in found:
        key = (tuple("" if isinstance(part, int) else part for part in one.path), one.keyword, str(one.limit))
        alike.setdefault(key, [one, 0])[1] += 1
    return [(one, count) for one, count in alike.values()]


def part_at(schema: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """The part of a schema that speaks of what is at `path`; empty where it says nothing. `$ref` is not followed."""
    for part in path:
        inner = schema.get("items") if isinstance(part, int) else schema.get("properties", {}).get(part)
        schema = inner if isinstance(inner, Mapping) else {}
    return schema


def _counted(name: Text, count: int) -> Text:
    return Said("{} 等 {} 处", name, count) if count > 1 else name


def sentence(unfit: Unfit) -> Said:
    """What to write instead, one clause without the place."""
    return _SAY.get(unfit.keyword, _other)(unfit)


_KINDS: Mapping[str, Any] = {
    "string": str, "integer": int, "boolean": bool, "array": (list, tuple), "object": Mapping,
}  # fmt: skip
_TYPES: Mapping[str, Said] = {
    "string": Said("文本(加引号)"), "integer": Said("整数"), "number": Said("数字"), "boolean": Said("true 或 false"),
    "array": Said("列表 [..]"), "object": Said("键值结构"), "null": Said("空"),
}  # fmt: skip
_FORMATS: Mapping[str, Said] = {"regex": Said("正则表达式")}
_BOUNDS: Mapping[str, Callable[[Any], Said]] = {
    "minimum": lambda limit: Said("不能小于 {}", limit),
    "exclusiveMinimum": lambda limit: Said("要大于 {}", limit),
    "maximum": lambda limit: Said("不能大于 {}", limit),
    "exclusiveMaximum": lambda limit: Said("要小于 {}", limit),
    "minLength": lambda limit: Said("字数不能少于 {}", limit),
    "maxLength": lambda limit: Said("字数不能多于 {}", limit),
    "minItems": lambda limit: Said("项数不能少于 {}", limit),
    "maxItems": lambda limit: Said("项数不能多于 {}", limit),
    "minProperties": lambda limit: Said("项数不能少于 {}", limit),
    "maxProperties": lambda limit: Said("项数不能多于 {}", limit),
    "format": lambda limit: Said("写成{}", _FORMATS.get(str(limit), limit)),
}


def _with(clause: Said, *tail: Text) -> Said:
    """The clause and what follows it, where there is something."""
    return functools.reduce(lambda said, more: Said("{}{}", said, more) if more else said, tail, clause)


def _example(schema: Mapping[str, Any]) -> Text:
    examples = schema.get("examples")
    return Said(", 例如 {}", examples[0]) if examples else ""


def _now(unfit: Unfit) -> Text:
    if unfit.value is HIDDEN:
        return ""
    text = json.dumps(unfit.value, ensure_ascii=False, default=str)
    return Said(" (现在是 {})", text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 3] + "...")


def _listed(limit: Any) -> list[Any]:
    return list(limit) if isinstance(limit, (list, tuple)) else [limit]


_EMPTY: Final = ("", None)


def _either(one: Text, other: Text) -> Text:
    return Said("{} 或 {}", one, other)


def _bound(unfit: Unfit) -> Said:
    if unfit.keyword in ("minLength", "minItems") and unfit.limit == 1:
        return _with(Said("不能为空"), _example(unfit.schema))
    return _with(_BOUNDS[unfit.keyword](unfit.limit), _example(unfit.schema), _now(unfit))


def _unknown(unfit: Unfit) -> Said:
    if "properties" not in unfit.schema:
        return Said("不认识的键: {}", ", ".join(map(str, _listed(unfit.limit))))
    known = sorted(unfit.schema["properties"])
    near = difflib.get_close_matches(str(unfit.limit), known, n=1)
    hint = Said("是不是 {}?", near[0]) if near else Said("可用的键: {}", ", ".join(known))
    return Said("不认识的键, {}", hint)


def _missing(unfit: Unfit) -> Said:
    return Said("缺少, 请补上{}", _example(unfit.schema))


def _wrong_type(unfit: Unfit) -> Said:
    words = functools.reduce(_either, (_TYPES.get(str(kind), str(kind)) for kind in _listed(unfit.limit)))
    return _with(Said("写成{}", words), _example(unfit.schema), _now(unfit))


def _choice(unfit: Unfit) -> Said:
    codes = unfit.schema.get("x-codes", {})
    values = [
        Said("{}({})", str(one), named(codes[str(one)])) if str(one) in codes else str(one)
        for one in _listed(unfit.limit)
        if one not in _EMPTY
    ]
    empty = Said(" 或留空") if set(_EMPTY) & set(_listed(unfit.limit)) else ""
    return _with(Said("写成 {} 之一", listed(" | ", values)), empty, _now(unfit), _meant(unfit))


def _meant(unfit: Unfit) -> Text:
    """The word of a list that a misspelt one comes near to; codes and what is hidden have none."""
    if not isinstance(unfit.value, str) or "x-codes" in unfit.schema:
        return ""
    near = difflib.get_close_matches(unfit.value, [str(one) for one in _listed(unfit.limit)], n=1)
    return Said(", 是不是 {}?", near[0]) if near else ""


def _constant(unfit: Unfit) -> Said:
    return _with(Said("写成 {}", json.dumps(unfit.limit, ensure_ascii=False)), _now(unfit))


def _form(unfit: Unfit) -> Said:
    said = unfit.schema.get("x-form")
    if said:
        return _with(Said("写成 {}", named(said)), _example(unfit.schema), _now(unfit))
    form = next(iter(unfit.schema.get("examples", ())), "")
    if not form or unfit.value is HIDDEN:
        form = Said("形如 {}", form or unfit.limit)
    return _with(Said("写成 {}", form), _now(unfit))


def _other(unfit: Unfit) -> Said:
    return _with(Said("不符合要求 ({})", unfit.keyword), _example(unfit.schema), _now(unfit))


_SAY: Mapping[str, Callable[[Unfit], Said]] = {
    "additionalProperties": _unknown,
    "required": _missing,
    "type": _wrong_type,
    "enum": _choice,
    "const": _constant,
    "pattern": _form,
    "uniqueItems": lambda _: Said("同一项写了两次, 只保留一处"),
    **dict.fromkeys(_BOUNDS, _bound),
}
