"""What the value of an option must look like: its kind by the value in the base, the inside of some by a table of schemas."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import jsonschema_rs

from simulator.protocol.model.order_table import EVENTS, STATES
from simulator.protocol.text.unfit import Unfit, has_kind, of_error
from simulator.protocol.wire.field_options import DATE_FORMS

Schema = Mapping[str, Any]

MOST_ATTEMPTS: Final = 20
MOST_ADDRESS: Final = 2048
_END: Final = {"type": "string", "enum": [*STATES, ""]}
_SHARE: Final = {"type": "integer", "minimum": 0, "maximum": 100, "examples": [10]}
_TRANSITION: Final = {"before": "4", "event": "undecided", "after": "14"}
_ENTRIES: Final = {
    "items": {
        "type": "string", "pattern": r"^(/([A-Za-z0-9_.-]+|\{rest\.\.\.\}))+$", "examples": ["/fsi/web/{rest...}/callService"],
    }
}  # fmt: skip
_PATHS: Final = {"items": {"type": "string", "pattern": r"^(/[A-Za-z0-9_.-]+)*$", "examples": ["/fsi/api"]}}

INSIDES: Mapping[str, Schema] = {
    # rows of known states and events
    "states.extra_transitions": {
        "items": {
            "type": "object",
            "properties": {"before": _END, "event": {"enum": list(EVENTS)}, "after": _END},
            "required": list(_TRANSITION),
            "additionalProperties": False,
            "examples": [json.dumps(_TRANSITION)],
        }
    },
    # prefix -> shares in per cent
    "catalogue.classes": {
        "propertyNames": {"type": "string"},
        "additionalProperties": {
            "type": "object",
            "properties": {"ownpay": _SHARE, "preselfpay": _SHARE},
            "additionalProperties": False,
            "examples": ["{ownpay: 0, preselfpay: 10}"],
        },
    },
    # our code -> text, or code and text
    "codes.override": {
        "propertyNames": {"type": "string", "pattern": "^LT-", "examples": ["LT-BUSY"]},
        "additionalProperties": {
            "type": ["string", "object"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
            "additionalProperties": False,
            "examples": ['{code: "500", message: "…"}'],
        },
    },
    "order.med_org_ord": {"format": "regex"},
    "notify.plan_ms": {"maxItems": MOST_ATTEMPTS},
    "wechat.notify_plan_ms": {"maxItems": MOST_ATTEMPTS},
    "wechat.med_notify_plan_ms": {"maxItems": MOST_ATTEMPTS},
    "notify.copies": {"minimum": 1, "maximum": MOST_ATTEMPTS},
    # empty, or an absolute address (sheet 6.2)
    "upload.cashier_url": {
        "pattern": "^(https?://.*)?$", "maxLength": MOST_ADDRESS, "examples": ["https://pay.example/cashier"],
    },
    "fields.number_chars": {"minimum": 1, "maximum": 200},
    "fields.date_forms": {"minItems": 1, "uniqueItems": True, "items": {"enum": list(DATE_FORMS)}},
    "fsi.prefixes": _PATHS,
    "fsi.single_entries": _ENTRIES,
    "fsi.infno_bases": _PATHS,
    "fsi.msgid_chars": {"minimum": 30, "maximum": 64},
}  # fmt: skip


def misfit(option: str, value: Any, like: Any, choices: tuple[Any, ...]) -> Unfit | None:
    """The first thing in `value` that does not fit an option of that name, default (`like`) and choices; None when all fits."""
    asked = json.dumps([_schema(like, choices), INSIDES.get(option, {})], default=str)
    try:
        if not _has_float(value) and _quick(asked).is_valid(value):
            return None
    except (
        ValueError
    ):  # a date, a key that is no text: nothing that JSON has, so the slow one finds the words
        pass
    error = next(iter(_slow(asked).iter_errors(value)), None)
    return of_error(error) if error is not None else None


def _schema(like: Any, choices: tuple[Any, ...]) -> Schema:
    kind = next(
        (name for name in ("boolean", "integer", "string", "array") if has_kind(like, name)), "object"
    )
    schema: dict[str, Any] = {"type": kind}
    if kind == "integer":
        schema["minimum"] = 0
    if kind == "array" and like:
        schema["items"] = _schema(like[0], ())
    return {"enum": list(choices)} if choices else schema


def _has_float(value: Any) -> bool:
    """JSON Schema calls 1.0 an integer, we do not: no option is a fraction."""
    if isinstance(value, Mapping):
        return any(map(_has_float, value.values()))
    return any(map(_has_float, value)) if isinstance(value, list) else isinstance(value, float)


@cache
def _quick(asked: str) -> Any:
    return jsonschema_rs.validator_for({"allOf": json.loads(asked)}, validate_formats=True)


@cache
def _slow(asked: str) -> Any:
    import jsonschema  # 0.1 s that only a mistake costs

    strict = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: has_kind(value, "integer")
    )
    checked: Any = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
        jsonschema.Draft202012Validator, type_checker=strict
    )
    return checked({"allOf": json.loads(asked)}, format_checker=jsonschema.FormatChecker())
