"""The shapes of the control API: one table from which come validation and the OpenAPI 3.1 document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import jsonschema_rs

from simulator.faults.notice_kinds import KINDS
from simulator.protocol.text.fields import text
from simulator.protocol.text.said import Said
from simulator.protocol.text.unfit import HIDDEN, of_error, sentence
from simulator.shell.limits import LONG_POLL_MS, NOTICES_AT_ONCE, RAW_AN_ANSWER, RECORDS_AN_ANSWER
from simulator.shell.scripts import BY_NAME

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string", "maxLength": 200}
FLOW: Schema = {"type": "string", "minLength": 1, "maxLength": 200}
RUN_NAME: Schema = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", "examples": ["run-1"]}
CODE: Schema = {"type": "string", "pattern": "^[A-Z][0-9A-Z]{11}$", "examples": ["H50999900001"]}
TIMES: Schema = {"type": "integer", "minimum": 1, "maximum": 100_000}
OBJECT: Schema = {"type": "object"}
BOOL: Schema = {"type": "boolean"}
WEEK_MS = 7 * 24 * 3600 * 1000  # no timer of the protocol is longer


def shape(required: tuple[str, ...] = (), **members: Schema) -> Schema:
    """An object with these members and no others."""
    return {
        "type": "object",
        "properties": members,
        "required": list(required),
        "additionalProperties": False,
    }


FAULT = {
    "name": {"enum": list(BY_NAME)}, "interface": TEXT, "times": TIMES, "with": OBJECT,
    "probability": {"type": "integer", "minimum": 1, "maximum": 100},
    "order": {"type": "integer", "minimum": 0, "maximum": 1000},
}  # fmt: skip


IDENTITY: Schema = shape(
    ("name", "id_no"),
    name={"type": "string", "minLength": 1, "maxLength": 50},
    id_no={"type": "string", "pattern": "^[0-9A-Za-z()-]{1,30}$", "examples": ["119999199001010012"]},
    id_type={"type": "string", "pattern": "^[0-9A-Z]{2}$", "examples": ["01"]},
    openid={"type": "string", "minLength": 1, "maxLength": 64},
    phone={"type": "string", "pattern": "^[0-9+-]{5,20}$", "examples": ["19900000001"]},
)
"""A person whom the vendor has on file. Synthetic: a number that somebody may carry is refused."""


@dataclass(frozen=True, slots=True)
class Route:
    """One control route. `call` names the method of `Control`; `query` are whole numbers with their most."""

    method: str
    path: str
    call: str
    about: str
    body: Schema | None = None
    query: Mapping[str, int] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    open: bool = False


ENDPOINTS: Schema = {
    "type": "object",
    "additionalProperties": {
        "type": "string",
        "pattern": "^(none|https?://[^\\s]+)$",
        "maxLength": 2000,
        "examples": ["http://127.0.0.1:8081/notify"],
    },
}
RUN = "/control/runs/{run}"
PERSON = RUN + "/persons/{person}"
ROUTES: tuple[Route, ...] = (
    Route("GET", "/health", "health", "whether the simulator answers", open=True),
    Route("GET", "/control/health", "whose", "the same, and the fingerprint of its platform keys", open=True),
    Route("PUT", "/control/attachments/{name}", "attach", "begin or renew the lease of a run: it is not left alone"),
    Route("DELETE", "/control/attachments/{name}", "detach", "end the lease"),
    Route("GET", "/control/openapi.json", "document", "this document", open=True),
    Route("GET", "/control/catalogue", "catalogue", "interfaces, faults, triggers, notice kinds, options"),
    Route("GET", "/control/institutions", "institutions", "the codes of all institutions"),
    Route("POST", "/control/institutions", "add_institution", "the vendor block of a new or known institution",
          shape(code=CODE, name=TEXT, region={"type": "string", "pattern": "^[0-9]{6}$", "examples": ["509999"]})),
    Route("GET", "/control/institutions/{code}", "institution", "the vendor block"),
    Route("PUT", "/control/institutions/{code}/endpoints", "endpoints", "where notices go: a URL or none",
          ENDPOINTS),
    Route("PUT", RUN + "/institutions/{code}/endpoints", "run_endpoints",
          "where notices go in this run, by their keys in the declaration", ENDPOINTS),
    Route("PUT", "/control/institutions/{code}/triggers", "amount_tails", "switch outcomes by amount tail",
          shape(("amount_tails",), amount_tails=BOOL)),
    Route("GET", "/control/runs", "runs", "the open runs"),
    Route("POST", "/control/runs", "open_run", "open a namespace for some institutions",
          shape(("institutions",), run=RUN_NAME, profile=OBJECT, small=BOOL,
                institutions={"type": "array", "items": CODE, "minItems": 1, "maxItems": 1000})),
    Route("DELETE", RUN, "close_run", "close it; its records stay readable"),
    Route("POST", RUN + "/reset", "reset_run", "stop notices, drop persons; the journal goes on", shape()),
    Route("POST", RUN + "/faults", "arm_institution", "a fault for all messages of one institution",
          shape(("institution", "name"), institution=CODE, **FAULT)),
    Route("POST", RUN + "/records", "add_record", "a record of the runner, in the same chain",
          shape(("kind",), kind={"enum": ["driver", "scenario", "step", "probe", "run"]}, flow=TEXT, scenario=TEXT, person=TEXT,
                institution=TEXT, what=TEXT, action=TEXT, call_id=TEXT, note=TEXT, d=OBJECT,
                link={"type": ["integer", "null"]})),
    Route("GET", RUN + "/records", "records", "records after a number; waits for news up to wait_ms",
          query={"after": 2**53, "wait_ms": LONG_POLL_MS, "limit": RECORDS_AN_ANSWER}),
    Route("GET", RUN + "/raw/{seq}", "raw", "salt and bytes behind a message record"),
    Route("GET", RUN + "/raw", "raws", "the same of every message among the records after a number",
          query={"after": 2**53, "limit": RAW_AN_ANSWER}),
    Route("GET", RUN + "/quiet", "quiet", "whether a flow is quiet; waits up to wait_ms", texts=("flow",),
          query={"wait_ms": LONG_POLL_MS, "quiet_ms": 600_000}),
    Route("GET", RUN + "/flows/{flow}/quiet", "quiet", "the same, the flow url-encoded in the path",
          query={"wait_ms": LONG_POLL_MS, "quiet_ms": 600_000}),
    Route("DELETE", RUN + "/flows/{flow}", "evict", "forget the persons of a finished flow; its records stay"),
    Route("POST", RUN + "/persons", "add_person", "a synthetic person for one flow",
          shape(("flow", "institution"), flow=FLOW, scenario=TEXT, institution=CODE, alias=TEXT, spec=OBJECT, identity=IDENTITY)),
    Route("GET", PERSON, "person", "orders and balances, without identity"),
    Route("POST", PERSON + "/authorise", "authorise", "the patient decides on the authorisation page",
          shape(biz={"enum": ["04107", "04106"]}, channel={"enum": ["wechat", "alipay", "bank", "insurance_app"]},
                decision={"enum": ["agree", "refuse"]}, family_member=TEXT)),
    Route("POST", PERSON + "/show-code", "show_code", "the patient shows the code", shape(biz=TEXT)),
    Route("POST", PERSON + "/do", "do", "the patient acts at the cashier",
          shape(("do",), payOrdId=TEXT, do={"enum": ["confirm", "cancel", "wrong_password", "walk_away", "unbind",
                                                     "bind"]})),
    Route("PUT", PERSON + "/policy", "policy", "merge into the patient's policy", OBJECT),
    Route("POST", PERSON + "/faults", "arm_fault", "a fault for messages of this person", shape(("name",), **FAULT)),
    Route("POST", PERSON + "/replies", "arm_reply", "a scripted answer, sealed for the vendor",
          shape(("interface",), interface=TEXT, times=TIMES, code=TEXT, message=TEXT, success=BOOL, set=OBJECT,
                unset={"type": "array", "items": TEXT}, data=OBJECT, unsigned=BOOL, instead=BOOL)),
    Route("POST", PERSON + "/triggers", "arm_case", "arm a row of the trigger table", shape(("case",), case=TEXT)),
    Route("POST", PERSON + "/advance", "advance", "move this person's timer time; what is due happens in order",
          shape(("ms",), ms={"type": "integer", "minimum": 0, "maximum": WEEK_MS})),
    Route("POST", PERSON + "/notices", "notices", "send notices of the last (or named) order on purpose",
          shape(("kind",), kind={"enum": [kind.name for kind in KINDS]}, concurrent=BOOL, set=OBJECT, payOrdId=TEXT, notice=TEXT,
                times={"type": "integer", "minimum": 1, "maximum": NOTICES_AT_ONCE})),
)  # fmt: skip


def complaint(route: Route, body: Any) -> str:
    """What is wrong with a body, as one line `field: what to write`; empty when nothing is. It quotes no value."""
    if route.body is None or _quick(route.call).is_valid(body):
        return ""
    errors = sorted(_slow(route.call).iter_errors(body), key=lambda error: error.validator == "required")
    if not errors:
        return ""
    found = replace(of_error(errors[0]), value=HIDDEN)
    return str(Said("{}: {}", ".".join(map(str, found.path)) or "(body)", sentence(found)))


def _body(call: str) -> dict[str, Any]:
    return next(dict(route.body or {}) for route in ROUTES if route.call == call)


@cache
def _quick(call: str) -> Any:
    return jsonschema_rs.validator_for(_body(call))


@cache
def _slow(call: str) -> Any:
    import jsonschema  # 0.1 s that only a mistake costs

    return jsonschema.Draft202012Validator(_body(call))


def document(version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of ROUTES."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "liantiao simulator control", "version": version},
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "X-Liantiao-Control"}}
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
    ]
    parameters += [{"name": name, "in": "query", "schema": {"type": "string"}} for name in route.texts]
    parameters += [
        {"name": name, "in": "query", "schema": {"type": "integer", "minimum": 0, "maximum": most}}
        for name, most in route.query.items()
    ]
    answers = {"200": {"description": "done"}, "400": {"description": '{"error": "field: what to write"}'}}
    if not route.open:
        answers["401"] = {"description": "wrong or missing token"}
    operation: dict[str, Any] = {"summary": route.about, "operationId": _operation_id(route)}
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        operation["requestBody"] = {"content": {"application/json": {"schema": dict(route.body)}}}
    return {**operation, "responses": answers, "security": [] if route.open else [{"token": []}]}


def _operation_id(route: Route) -> str:
    same = [one.path for one in ROUTES if one.call == route.call]
    return route.call + (f"_{same.index(route.path) + 1}" if len(same) > 1 else "")


def whole(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    """A whole number of the query between 0 and `most`. Raises ValueError `name: what to write`."""
    given = text(query, name)
    if not given:
        return min(default, most)
    if not given.isascii() or not given.isdigit() or len(given) > 16 or int(given) > most:
        raise ValueError(f"{name}: 应为 0 到 {most} 的整数")
    return int(given)
