"""The control API as a whole: every route, what a body does not fit, and the OpenAPI 3.1 document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from typing import Any

import jsonschema_rs

import locales
from simulator.control import (
    acts_api,
    attached_api,
    catalogue_api,
    events_api,
    explain_api,
    institutions_api,
    persons_api,
    records_api,
    runs_api,
)
from simulator.control.api import Body, Control, Values
from simulator.control.route import TEXT, Route, having
from simulator.protocol.text.said import Said, Text
from simulator.protocol.text.unfit import HIDDEN, of_errors, sentence, several

JSON, EVENTS = "application/json", "text/event-stream"
ERROR = having("error", error={"type": "string"})
REFUSALS: Mapping[str, str] = {
    "400": "field: what to write",
    "404": "no such thing",
    "409": "not in this state",
    "503": "a failure of ours, which is in the simulator's own log",
}


async def document(_control: Control, _values: Values, _body: Body) -> Any:
    """OpenAPI 3.1."""
    return described(version("liantiao"))


ROUTES: tuple[Route, ...] = (
    *catalogue_api.ROUTES,
    Route("GET", "/control/openapi.json", document, "this document", {"type": "object"}, {"openapi": "3.1.0"}, open=True),
    *attached_api.ROUTES,
    *institutions_api.ROUTES,
    *runs_api.ROUTES,
    *records_api.ROUTES,
    *events_api.ROUTES,
    *persons_api.ROUTES,
    *acts_api.ROUTES,
    *explain_api.ROUTES,
)  # fmt: skip


def complaint(route: Route, body: Any) -> Text:
    """What is wrong with a body, as one line `field: what to write; …`; empty when nothing is. It quotes no value."""
    if route.asks is None or _quick(route.name).is_valid(body):
        return ""
    found = [replace(one, value=HIDDEN) for one in of_errors(_slow(route.name).iter_errors(body))]
    if len(found) == 1 and not found[0].path:
        return Said("{}: {}", "(body)", sentence(found[0]))
    return several(found) if found else ""


def named(name: str) -> Route:
    """The (first) route with this name."""
    return next(route for route in ROUTES if route.name == name)


@cache
def _quick(name: str) -> Any:
    return jsonschema_rs.validator_for(dict(named(name).asks or {}))


@cache
def _slow(name: str) -> Any:
    import jsonschema  # 0.1 s that only a mistake costs

    return jsonschema.Draft202012Validator(dict(named(name).asks or {}))


def described(release: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of ROUTES."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "liantiao simulator control", "version": release},
        "paths": paths,
        "components": {
            "schemas": {"error": ERROR},
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "X-Liantiao-Control"}},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
    ]
    parameters += [{"name": name, "in": "query", "schema": TEXT} for name in route.texts]
    parameters += [
        {"name": name, "in": "query", "schema": {"type": "integer", "minimum": 0, "maximum": most}}
        for name, most in route.query.items()
    ]
    operation: dict[str, Any] = {"summary": route.about, "operationId": _operation_id(route)}
    parameters.append({"name": "lang", "in": "query", "schema": {"enum": list(locales.LANGUAGES)}})
    operation["parameters"] = parameters
    if route.asks is not None:
        operation["requestBody"] = {"content": _content(route.asks, route.sample)}
    refusals = REFUSALS if route.open else {**REFUSALS, "401": "wrong or missing token"}
    told = _content(route.answer, route.example, EVENTS if route.streams else JSON)
    answers: dict[str, Any] = {"200": {"description": "done", "content": told}}
    reference = {JSON: {"schema": {"$ref": "#/components/schemas/error"}}}
    answers |= {status: {"description": why, "content": reference} for status, why in refusals.items()}
    return {**operation, "responses": answers, "security": [] if route.open else [{"token": []}]}


def _content(schema: Mapping[str, Any], example: Any, form: str = JSON) -> dict[str, Any]:
    shown = {} if example is None else {"example": example}
    return {form: {"schema": dict(schema), **shown}}


def _operation_id(route: Route) -> str:
    same = [one.path for one in ROUTES if one.name == route.name]
    return route.name + (f"_{same.index(route.path) + 1}" if len(same) > 1 else "")
