"""Hold a user's file against its schema and say the first thing to mend, in one Chinese line."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema
import jsonschema_rs
from jsonschema.protocols import Validator

import schemas
from conformance.yamltext import Document
from simulator.protocol.text.said import Said, Text
from simulator.protocol.text.unfit import of_error, sentence


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
        found = of_error(errors[0])
        raise document.mistake(found.path, sentence(found))


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
    found = of_error(error)
    place = ".".join(str(part) for part in found.path)
    return Said("{}: {}", place, sentence(found)) if place else sentence(found)
