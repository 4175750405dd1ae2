"""What an answer says of itself, read from its bytes: `{ok, code, message}` for the evidence, one reader a wire form.

An answer that cannot be read says nothing: `ok` false and an empty code, which is no refusal either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson


def sealed_outcome(body: bytes) -> dict[str, Any]:
    """Of the SM2 envelope: `code` "0" and `success`, where it stands, not false (centre sheet 2.2)."""
    outer = _object(body)
    code = _text(outer, "code")
    return _said(code == "0" and outer.get("success") is not False, code, _text(outer, "message"))


def fsi_outcome(body: bytes) -> dict[str, Any]:
    """Of a 两定 answer: `infcode` 0 (institution sheet 1)."""
    outer = _object(body)
    code = _text(outer, "infcode")
    return _said(code == "0", code, _text(outer, "err_msg"))


def portal_outcome(body: bytes) -> dict[str, Any]:
    """Of `userQuery`: `code` 0 (channels sheet 1a)."""
    outer = _object(body)
    code = _text(outer, "code")
    return _said(code == "0", code, _text(outer, "message"))


def notice_outcome(body: bytes, accepted: bool) -> dict[str, Any]:
    """Of an institution's answer to a notice: whether it counts as accepted, and its own words if it has any."""
    outer = _object(body)
    return _said(accepted, _text(outer, "code"), _text(outer, "message") or _text(outer, "msg"))


def _said(ok: bool, code: str, message: str) -> dict[str, Any]:
    return {"ok": ok, "code": code, "message": message}


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _text(outer: Mapping[str, Any], name: str) -> str:
    value = outer.get(name)
    return "" if isinstance(value, bool) or not isinstance(value, (str, int)) else str(value)
