"""The first facts of every HTTP message with a JSON body: method, type, size, text."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from simulator.protocol.model.profile import Profile
from simulator.protocol.text import jsontext
from simulator.protocol.text.jsontext import Limits
from simulator.protocol.wire.facts import Fact
from simulator.protocol.wire.opened import Kind
from simulator.protocol.wire.raw import RawMessage

JSON_TYPES: Final = ("application/json", "text/json")
FSI_TYPES: Final = (*JSON_TYPES, "text/plain")
"""两定 clients send JSON as `text/plain` too, and the platform takes both (institution sheet 1, H)."""


def read_body(
    raw: RawMessage, profile: Profile, kind: Kind, types: Collection[str] = JSON_TYPES
) -> tuple[Any, list[Fact]]:
    """The JSON value of a body (None when unreadable) and the facts `http.*` and `body.*`.

    A request must be POST with one of the content `types`, an answer must have a 2xx status.
    """
    facts: list[Fact] = []
    if kind == "request":
        posted = raw.method.upper() == "POST"
        facts.append(Fact("http.post", posted, "" if posted else f"应使用 POST, 收到 {raw.method[:16]}"))
        form = raw.header("content-type")
        json_type = form.partition(";")[0].strip().lower() in types
        note = "" if json_type else f"Content-Type 应为 application/json, 收到 {form[:64] or '(无)'}"
        facts.append(Fact("http.json_type", json_type, note))
    else:
        status = raw.status if raw.status is not None else 200
        fine = 200 <= status < 300
        facts.append(Fact("http.status", fine, "" if fine else f"HTTP 状态 {status}", {"status": status}))
    limits = Limits.of(profile)
    size = len(raw.body)
    if size > limits.bytes:
        facts.append(Fact("body.size", False, f"报文 {size} 字节, 上限 {limits.bytes} 字节", {"bytes": size}))
        return None, facts
    facts.append(Fact("body.size", True))
    parsed = jsontext.parse(raw.body, limits)
    facts += parsed.facts
    return parsed.value, facts
