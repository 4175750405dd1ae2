"""Say which fields of a message differ from its JSON Schema, in words that hold no value of the message.

`jsonschema-rs` does the work (22 us a message); `jsonschema` is the fallback and its oracle in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import schemas
from simulator.protocol.model.profile import Profile
from simulator.protocol.text.jsontext import Num
from simulator.protocol.text.said import Said, Text, listed, stored
from simulator.protocol.text.unfit import LISTED, Path, Unfit, grouped, line, part_at, several
from simulator.protocol.wire.facts import Fact
from simulator.protocol.wire.field_options import table, table_of, values

ERRORS_LISTED = LISTED  # a hostile list of ten thousand rows must not fill the record
NAME_CHARS = 64  # a member name comes from the peer
Found = tuple[Path, str, Any]  # path, schema keyword, the keyword's limit


Validator = Callable[[Any], Iterator[Found]]


def schema_fact(name: str, data: Any, engine: str = "rs", profile: Profile | None = None) -> Fact:
    """The fact `schema`: whether `data` is as `schemas/messages/<name>.json` says.

    `name` is like `6201.request`. `d.errors` lists `{path, rule, message, n?}`, at most 20 in the order of the field
    table, `n` being how many rows have the same; `d.page` is the field table below docs/, `d.count` counts all.
    A message never quotes the value. A name without a schema file yields an ok fact that says so.
    A `pattern` binds a number too, by its text: 12.505 has three decimals whether it is quoted or not. `profile`: whose
    `fields.*` options widen the table.
    """
    validator = _validator(name, engine, None if profile is None else values(profile))
    if validator is None:
        return Fact("schema", True, Said("此报文尚无字段表"), {"schema": name, "checked": False})
    found = _differences(validator, data)
    if not found:
        return Fact("schema", True, data={"schema": name})
    whole = table(name, profile)
    unfits = [_unfit(whole, one) for one in sorted(found, key=lambda one: _place(whole, one))]
    return differing("schema", name, unfits, {"schema": name})


def outer_fact(
    fact: str, name: str, missing: Iterable[str], wrong: Iterable[str], outer: Mapping[str, Any]
) -> Fact:
    """The fact about the members of an outer form whose table is `name`: those that are missing, those that are wrong.

    `outer` is what came. `d` has both lists of names too.
    """
    members = schemas.load(f"messages/{name}")["properties"]
    lists = {"missing": list(missing), "wrong": list(wrong)}
    unfits = [Unfit("required", one, (one,), members.get(one, {})) for one in lists["missing"]]
    unfits += [_wrong(one, outer.get(one), members.get(one, {})) for one in lists["wrong"]]
    return differing(fact, name, unfits, lists) if unfits else Fact(fact, True)


def _wrong(name: str, value: Any, table: Mapping[str, Any]) -> Unfit:
    """Why a member of an outer form that is there cannot be used: its kind, its code, its form, its length."""
    if not isinstance(value, str) or isinstance(value, Num):
        return Unfit("type", table.get("type", "string"), (name,), table)
    if "x-codes" in table:
        return Unfit("enum", tuple(table["x-codes"]), (name,), table)
    if "x-form" in table or "maxLength" not in table:
        return Unfit("pattern", table.get("pattern", ""), (name,), table)
    return Unfit("maxLength", table["maxLength"], (name,), table)


def differing(fact: str, name: str, unfits: Sequence[Unfit], more: Mapping[str, Any]) -> Fact:
    """The bad fact that names all of these differences from the table `name`."""
    alike = grouped(unfits)
    errors = [
        {
            "path": _pointer(one),
            "rule": one.keyword,
            **stored("message", line(one)),
            **({"n": n} if n > 1 else {}),
        }
        for one, n in alike[:ERRORS_LISTED]
    ]
    told = {**more, "errors": errors, "count": len(unfits), "page": page_of(name)}
    return Fact(fact, False, _note(told, several(unfits)), told)


def shortened(fact: Fact, most: int) -> Text:
    """The note of a fact in `most` characters: of a schema the bare names, and whatever does not fit is left out."""
    if len(str(fact.note)) <= most or "errors" not in fact.data:
        return fact.note
    names = [str(error["message"]).partition(":")[0].partition("(")[0] for error in fact.data["errors"]]
    while names and len(str(_note(fact.data, listed(", ", (*names, "…"))))) > most:
        names.pop()
    return _note(fact.data, listed(", ", (*names, "…")))


def _note(data: Mapping[str, Any], told: Text) -> Said:
    return Said("字段不符 {} 处, 见 docs/{}: {}", data["count"], data["page"], told)


def page_of(name: str) -> str:
    """The field table of a message, below docs/: `protocol/6201.md#request`."""
    interface, _, part = name.rpartition("/")[2].partition(".")
    return f"protocol/{interface}.md#{part}"


def _unfit(schema: Mapping[str, Any], one: Found) -> Unfit:
    """A difference as the words know it: `required` leads to the member that is missing."""
    path, rule, limit = one
    path = (*path, limit) if rule == "required" else path
    asked = (
        {} if rule == "additionalProperties" else part_at(schema, path)
    )  # the limit names the unknown ones
    return Unfit(rule, limit, path, asked)


def _place(schema: Mapping[str, Any], one: Found) -> list[tuple[int, str]]:
    """Where a difference stands in the field table; what the table does not know comes last."""
    path, rule, limit = one
    out: list[tuple[int, str]] = []
    for part in (*path, limit) if rule == "required" else path:
        names = list(schema.get("properties", ()))
        out.append(
            (part, "") if isinstance(part, int) else (names.index(part) if part in names else 10_000, part)
        )
        schema = part_at(schema, (part,))
    return [*out, (-1, f"{rule} {limit}")]


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


def _words(limit: Any) -> Any:
    """The limit as both engines give it, in one order; a name that comes from the peer is cut."""
    return (
        tuple(sorted("" if item is None else str(item)[:NAME_CHARS] for item in limit))
        if isinstance(limit, (list, tuple))
        else limit
    )


@lru_cache(maxsize=256)
def _validator(name: str, engine: str, said: tuple[Any, ...] | None) -> Validator | None:
    try:
        schema = table_of(name, said)
    except KeyError:
        return None
    return {"rs": _rs, "python": _python}[engine](schema)


def _path(path: Iterable[Any]) -> Path:
    return tuple(part if isinstance(part, int) else str(part)[:NAME_CHARS] for part in path)


def _pointer(one: Unfit) -> str:
    """The JSON Pointer of the value that was looked at: of a missing member the object without it."""
    path = one.path[:-1] if one.keyword == "required" else one.path
    return "".join(f"/{part}" for part in path)


def _rs(schema: Mapping[str, Any]) -> Validator:
    try:
        from simulator.protocol.wire.schema_parts import differences
    except ImportError:  # no wheel for this machine: 125 times slower, same answers
        return _python(schema)
    told = differences(schema)

    def errors(value: Any) -> Iterator[Found]:
        for path, error in told(value):
            detail = list(error.kind.as_dict().values())
            yield _path(path), error.kind.name, _words(detail[0] if detail else "")

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
                yield from ((_path(error.absolute_path), "required", key) for key in missing)
                continue
            if error.validator == "additionalProperties":
                limit = sorted(set(error.instance) - set((error.schema or {}).get("properties", {})))
            yield _path(error.absolute_path), str(error.validator), _words(limit)

    return errors


def _is_whole(value: Any) -> bool:
    """Whether a value is an integer to JSON Schema, which `jsonschema` does not say of a Decimal: 1 and 1.0 are."""
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)
