"""Hold a user's file against its schema and say the first thing to mend, in one Chinese line."""

from __future__ import annotations

import difflib
import functools
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, cast

import jsonschema
import jsonschema_rs
from jsonschema.protocols import Validator

import schemas
from conformance.yamltext import Document, Path
from simulator.protocol.text.said import Said, Text

_TYPES = {
    "string": Said('文本(加引号)'), "integer": Said('整数'), "number": Said('数字'), "boolean": Said('true 或 false'),
    "array": Said('列表 [..]'), "object": Said('键值结构'), "null": Said('空'),
}  # fmt: skip


@cache
def validator(name: str, pointer: str = "") -> Validator:
    """The compiled schema `name`, or the part of it at `pointer` (`#/actions/pay/args`, `#/$defs/person`)."""
    return jsonschema.Draft202012Validator(_part(name, pointer))


@cache
def _quick(name: str, pointer: str) -> Any:
    """The same schema in the compiled library: it only says yes or no, but a hundred times faster."""
    return jsonschema_rs.Draft202012Validator(_part(name, pointer))


def _part(name: str, pointer: str) -> dict[str, Any]:
    """The schema, or the part at `pointer`; a definition is not bound by what the whole file asks for."""
    whole = schemas.load(name)
    if not pointer:
        return whole
    around = {"$defs": whole["$defs"]} if pointer.startswith("#/$defs/") else whole
    return {**around, "$ref": pointer}


def check(document: Document, name: str) -> None:
    """Raise a Mistake for the first thing in `document` that schema `name` does not allow."""
    errors = sorted(
        validator(name).iter_errors(document.value),
        key=lambda error: (
            error.validator == "required",  # what stands there wrongly comes before what is missing
            document.line(tuple(error.absolute_path)),
            len(error.absolute_path),
        ),
    )
    if errors:
        path, message = _sentence(errors[0])
        raise document.mistake(path, message)


def first_problem(value: Any, name: str, pointer: str) -> Text:
    """What is wrong with `value`, as one short clause, or the empty text."""
    try:
        if _quick(name, pointer).is_valid(value):
            return ""
    except ValueError:  # an integer or a depth beyond the compiled library: the other one decides
        pass
    error = next(iter(validator(name, pointer).iter_errors(value)), None)
    if error is None:
        return ""
    path, message = _sentence(error)
    place = ".".join(str(part) for part in path)
    return Said("{}: {}", place, message) if place else message


def _sentence(error: jsonschema.ValidationError) -> Found:
    path: Path = tuple(error.absolute_path)
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    extend, message = _SAY.get(str(error.validator), _other)(error, schema)
    return (*path, *extend), message


def _example(schema: Mapping[str, Any]) -> Text:
    examples = schema.get("examples")
    return Said(", 例如 {}", examples[0]) if examples else ""


def _now(error: jsonschema.ValidationError) -> Text:
    text = json.dumps(error.instance, ensure_ascii=False, default=str)
    return Said(" (现在是 {})", text if len(text) <= 60 else text[:57] + "...")


def _wanted(error: jsonschema.ValidationError) -> list[Any]:
    value = cast("Any", error.validator_value)
    return value if isinstance(value, list) else [value]


Found = tuple[Path, Said]
Say = Callable[[jsonschema.ValidationError, Mapping[str, Any]], Found]


def _unknown_key(error: jsonschema.ValidationError, schema: Mapping[str, Any]) -> Found:
    known = sorted(schema.get("properties", {}))
    unknown = next((key for key in cast("Any", error.instance) if key not in known), "?")
    near = difflib.get_close_matches(unknown, known, n=1)
    hint = Said("是不是 {}?", near[0]) if near else Said("可用的键: {}", ", ".join(known))
    return (unknown,), Said("不认识的键, {}", hint)


def _missing(error: jsonschema.ValidationError, schema: Mapping[str, Any]) -> Found:
    missing = next((key for key in _wanted(error) if key not in cast("Any", error.instance)), "?")
    return (missing,), Said("缺少, 请补上{}", _example(schema.get("properties", {}).get(missing, {})))


def _either(one: Text, other: Text) -> Text:
    return Said("{} 或 {}", one, other)


def _wrong_type(error: jsonschema.ValidationError, schema: Mapping[str, Any]) -> Found:
    words = functools.reduce(_either, (_TYPES.get(str(kind), str(kind)) for kind in _wanted(error)))
    return (), Said("写成{}{}{}", words, _example(schema), _now(error))


def _choice(error: jsonschema.ValidationError, _schema: Mapping[str, Any]) -> Found:
    return (), Said("写成 {} 之一{}", " | ".join(str(item) for item in _wanted(error)), _now(error))


def _constant(error: jsonschema.ValidationError, _schema: Mapping[str, Any]) -> Found:
    return (), Said("写成 {}{}", json.dumps(error.validator_value, ensure_ascii=False), _now(error))


def _form(error: jsonschema.ValidationError, schema: Mapping[str, Any]) -> Found:
    examples = schema.get("examples")
    form = str(examples[0]) if examples else Said("形如 {}", error.validator_value)
    return (), Said("写成 {}{}", form, _now(error))


def _bound(word: Said) -> Say:
    return lambda error, schema: (
        (),
        Said("{} {}{}{}", word, error.validator_value, _example(schema), _now(error)),
    )


def _other(error: jsonschema.ValidationError, schema: Mapping[str, Any]) -> Found:
    return (), Said("不符合要求 ({}){}{}", error.validator, _example(schema), _now(error))


_SAY: Mapping[str, Say] = {
    "additionalProperties": _unknown_key,
    "required": _missing,
    "type": _wrong_type,
    "enum": _choice,
    "const": _constant,
    "pattern": _form,
    "minimum": _bound(Said("不能小于")),
    "exclusiveMinimum": _bound(Said("要大于")),
    "maximum": _bound(Said("不能大于")),
    "minLength": _bound(Said("字数不能少于")),
    "maxLength": _bound(Said("字数不能多于")),
    "minItems": _bound(Said("项数不能少于")),
    "maxItems": _bound(Said("项数不能多于")),
    "minProperties": _bound(Said("项数不能少于")),
    "maxProperties": _bound(Said("项数不能多于")),
    "uniqueItems": lambda _error, _schema: ((), Said("同一项写了两次, 只保留一处")),
}
