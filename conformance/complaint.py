"""Hold a user's file or a driver's answer against its schema and say all that is to be mended."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import jsonschema
import jsonschema_rs
from jsonschema.protocols import Validator

import schemas
from conformance.mistake import Mistake
from conformance.yamltext import Document
from simulator.protocol.text.said import Text
from simulator.protocol.text.unfit import LISTED, of_errors, sentence, several


@cache
def validator(name: str, pointer: str = "") -> Validator:
    """The compiled schema `name`, or the part of it at `pointer` (`#/actions/pay/args`, `#/$defs/person`)."""
    return jsonschema.Draft202012Validator(_part(name, pointer))


@cache
def _quick(name: str, pointer: str) -> Any:
    """The same schema in the compiled library: it only says yes or no, but a hundred times faster."""
    return jsonschema_rs.Draft202012Validator(_part(name, pointer))


def _fits(value: Any, name: str, pointer: str) -> bool:
    try:
        return bool(_quick(name, pointer).is_valid(value))
    except ValueError:  # an integer or a depth beyond the compiled library: the other one decides
        return False


def _part(name: str, pointer: str) -> dict[str, Any]:
    """The schema, or the part at `pointer`; a definition is not bound by what the whole file asks for."""
    whole = schemas.load(name)
    if not pointer:
        return whole
    around = {"$defs": whole["$defs"]} if pointer.startswith("#/$defs/") else whole
    return {**around, "$ref": pointer}


def check(document: Document, name: str) -> None:
    """Raise a Mistake for all in `document` that schema `name` does not allow: a line for each, at most 20."""
    if _fits(document.value, name, ""):
        return
    found = of_errors(validator(name).iter_errors(document.value))
    found.sort(key=lambda one: (one.keyword == "required", document.line(one.path), len(one.path)))
    if found:  # what stands there wrongly comes before what is missing
        raise Mistake.of([document.mistake(one.path, sentence(one)) for one in found], LISTED)


def problems(value: Any, name: str, pointer: str, *above: str) -> Text:
    """What is wrong with `value`, the member at `above`, as one clause that names all of it (at most 20), or the empty text."""
    if _fits(value, name, pointer):
        return ""
    found = [
        replace(one, path=(*above, *one.path))
        for one in of_errors(validator(name, pointer).iter_errors(value))
    ]
    return several(found) if found else ""
