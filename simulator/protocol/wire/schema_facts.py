"""Say which fields of a message differ from its JSON Schema, in words that hold no value of the message.

`jsonschema-rs` does the work (22 us a message); `jsonschema` is the fallback and its oracle in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import schemas
from simulator.protocol.text.jsontext import Num
from simulator.protocol.text.said import Said, stored
from simulator.protocol.text.unfit import Unfit, sentence
from simulator.protocol.wire.facts import Fact

ERRORS_LISTED = 20  # a hostile list of ten thousand rows must not fill the record
NAME_CHARS = 64  # a member name comes from the peer

Found = tuple[str, str, Any]  # JSON Pointer, schema keyword, the keyword's limit


Validator = Callable[[Any], Iterator[Found]]


def schema_fact(name: str, data: Any, engine: str = "rs") -> Fact:
    """The fact `schema`: whether `data` is as `schemas/messages/<name>.json` says.

    `name` is like `6201.request`. `d.errors` lists `{path, rule, message}`, at most 20, in path order;
    a message never quotes the value. A name without a schema file yields an ok fact that says so.
    A `pattern` binds a number too, by its text: 12.505 has three decimals whether it is quoted or not.
    """
    validator = _validator(name, engine)
    if validator is None:
        return Fact("schema", True, Said("此报文尚无字段表"), {"schema": name, "checked": False})
    found = sorted(_differences(validator, data), key=lambda item: (item[0], item[1], str(item[2])))
    if not found:
        return Fact("schema", True, data={"schema": name})
    errors = [
        {"path": path, "rule": rule, **stored("message", _line(path, rule, limit))}
        for path, rule, limit in found[:ERRORS_LISTED]
    ]
    note = Said("字段不符 {} 处，第一处 {}", len(found), _line(*found[0]))
    return Fact("schema", False, note, {"schema": name, "errors": errors, "count": len(found)})


def _differences(validator: Validator, data: Any) -> set[Found]:
    """What the engine finds in the data, and in the text of its numbers, of which JSON Schema knows only the value."""
    found = set(validator(plain(data)))
    if not _has_number(data):
        return found
    told = {path for path, _, _ in found}
    return found | {one for one in validator(plain(data, str)) if one[1] == "pattern" and one[0] not in told}


def _has_number(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_number, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_has_number, value))
    return isinstance(value, Num) or (isinstance(value, int) and not isinstance(value, bool))


def plain(value: Any, number: Callable[[Any], Any] = Decimal) -> Any:
    """The value as both engines can read it: numbers are given to `number`, lone surrogates become U+FFFD."""
    if isinstance(value, Num) or (isinstance(value, int) and not isinstance(value, bool)):
        return number(value)
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {plain(key): plain(item, number) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, number) for item in value]
    return value


def _line(path: str, rule: str, limit: Any) -> Said:
    """`pointer: what to write instead`; the pointer leads to the member that is missing."""
    place = f"{path}/{limit}" if rule == "required" else path
    return Said("{}: {}", place or "/", sentence(Unfit(rule, limit)))


def _words(limit: Any) -> Any:
    """The limit as both engines give it, in one order; a name that comes from the peer is cut."""
    return (
        tuple(sorted(str(item)[:NAME_CHARS] for item in limit)) if isinstance(limit, (list, tuple)) else limit
    )


@cache
def _validator(name: str, engine: str) -> Validator | None:
    try:
        schema = schemas.load(f"messages/{name}")
    except KeyError:
        return None
    return {"rs": _rs, "python": _python}[engine](schema)


def _pointer(path: Any) -> str:
    return "".join(f"/{str(part)[:NAME_CHARS]}" for part in path)


def _rs(schema: Mapping[str, Any]) -> Validator:
    try:
        from simulator.protocol.wire.schema_parts import differences
    except ImportError:  # no wheel for this machine: 125 times slower, same answers
        return _python(schema)
    told = differences(schema)

    def errors(value: Any) -> Iterator[Found]:
        for path, error in told(value):
            detail = list(error.kind.as_dict().values())
            yield _pointer(path), error.kind.name, _words(detail[0] if detail else "")

    return errors


def _python(schema: Mapping[str, Any]) -> Validator:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: _is_whole(value))
    checked: Any = extend(Draft202012Validator, type_checker=types)  # type: ignore[no-untyped-call]
    compiled = checked(dict(schema))

    def errors(value: Any) -> Iterator[Found]:
        for error in compiled.iter_errors(value):
            limit: Any = error.validator_value
            if error.validator == "required":
                missing = [key for key in limit if key not in error.instance]
                yield from ((_pointer(error.absolute_path), "required", key) for key in missing)
                continue
            if error.validator == "additionalProperties":
                limit = sorted(set(error.instance) - set((error.schema or {}).get("properties", {})))
            yield _pointer(error.absolute_path), str(error.validator), _words(limit)

    return errors


def _is_whole(value: Any) -> bool:
    """Whether a value is an integer to JSON Schema, which `jsonschema` does not say of a Decimal: 1 and 1.0 are."""
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)
