"""Hold a user's file against its schema and say the first thing to mend, in one Chinese line."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, cast

import jsonschema
import jsonschema_rs
from jsonschema.protocols import Validator

import schemas
from conformance.yamltext import Document, Path

_TYPES = {
    "string": "文本(加引号)", "integer": "整数", "number": "数字", "boolean": "true 或 false",
    "array": "列表 [..]", "object": "键值结构", "null": "空",
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


def first_problem(value: Any, name: str, pointer: str) -> str:
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
    return f"{place}: {message}" if place else message


def _sentence(error: jsonschema.ValidationError) -> tuple[Path, str]:
    path: Path = tuple(error.absolute_path)
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    extend, message = _SAY.get(str(error.validator), _other)(error, schema)
    return (*path, *extend), message


def _example(schema: Mapping[str, Any]) -> str:
    examples = schema.get("examples")
    return f", 例如 {examples[0]}" if examples else ""


def _now(error: jsonschema.ValidationError) -> str:
    text = json.dumps(error.instance, ensure_ascii=False, default=str)
    return f" (现在是 {text if len(text) <= 60 else text[:57] + '...'})"


def _wanted(error: jsonschema.ValidationError) -> list[Any]:
    value = cast("Any", error.validator_value)
    return value if isinstance(value, list) else [value]


Said = tuple[Path, str]
Say = Callable[[jsonschema.ValidationError, Mapping[str, Any]], Said]


def _unknown_key(error: jsonschema.ValidationError, schema: Mapping[str, Any]) -> Said:
    known = sorted(schema.get("properties", {}))
    unknown = next((key for key in cast("Any", error.instance) if key not in known), "?")
    near = difflib.get_close_matches(unknown, known, n=1)
    hint = f"是不是 {near[0]}?" if near else f"可用的键: {', '.join(known)}"
    return (unknown,), f"不认识的键, {hint}"


def _missing(error: jsonschema.ValidationError, schema: Mapping[str, Any]) -> Said:
    missing = next((key for key in _wanted(error) if key not in cast("Any", error.instance)), "?")
    return (missing,), f"缺少, 请补上{_example(schema.get('properties', {}).get(missing, {}))}"


def _wrong_type(error: jsonschema.ValidationError, schema: Mapping[str, Any]) -> Said:
    words = " 或 ".join(_TYPES.get(str(kind), str(kind)) for kind in _wanted(error))
    return (), f"写成{words}{_example(schema)}{_now(error)}"


def _choice(error: jsonschema.ValidationError, _schema: Mapping[str, Any]) -> Said:
    return (), f"写成 {' | '.join(str(item) for item in _wanted(error))} 之一{_now(error)}"


def _constant(error: jsonschema.ValidationError, _schema: Mapping[str, Any]) -> Said:
    return (), f"写成 {json.dumps(error.validator_value, ensure_ascii=False)}{_now(error)}"


def _form(error: jsonschema.ValidationError, schema: Mapping[str, Any]) -> Said:
    example = _example(schema).removeprefix(", 例如 ")
    return (), f"写成 {example or '形如 ' + str(error.validator_value)}{_now(error)}"


def _bound(word: str) -> Say:
    return lambda error, schema: ((), f"{word} {error.validator_value}{_example(schema)}{_now(error)}")


def _other(error: jsonschema.ValidationError, schema: Mapping[str, Any]) -> Said:
    return (), f"不符合要求 ({error.validator}){_example(schema)}{_now(error)}"


_SAY: Mapping[str, Say] = {
    "additionalProperties": _unknown_key,
    "required": _missing,
    "type": _wrong_type,
    "enum": _choice,
    "const": _constant,
    "pattern": _form,
    "minimum": _bound("不能小于"),
    "exclusiveMinimum": _bound("要大于"),
    "maximum": _bound("不能大于"),
    "minLength": _bound("字数不能少于"),
    "maxLength": _bound("字数不能多于"),
    "minItems": _bound("项数不能少于"),
    "maxItems": _bound("项数不能多于"),
    "minProperties": _bound("项数不能少于"),
    "maxProperties": _bound("项数不能多于"),
    "uniqueItems": lambda _error, _schema: ((), "同一项写了两次, 只保留一处"),
}
