"""The first facts of every HTTP message with a JSON body: method, type, size, text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from simulator.protocol.model.profile import Profile
from simulator.protocol.text import jsontext
from simulator.protocol.text.jsontext import Limits
from simulator.protocol.text.said import Said
from simulator.protocol.wire.facts import Fact, Facts
from simulator.protocol.wire.opened import Kind
from simulator.protocol.wire.raw import RawMessage

JSON_TYPES: Final = ("application/json", "text/json")
FSI_TYPES: Final = (*JSON_TYPES, "text/plain")
"""两定 clients send JSON as `text/plain` too, and the platform takes both (institution sheet 1, H)."""


@dataclass(frozen=True, slots=True)
class Outer:
    """A body read once: its JSON value (None when unreadable), the facts about it, the limits it was read under."""

    value: Any
    facts: Facts
    limits: Limits

    def member(self, name: str) -> str:
        """A text member of the outermost object; the empty text when there is none."""
        found = self.value.get(name) if isinstance(self.value, dict) else None
        return found if isinstance(found, str) else ""


def read_outer(
    raw: RawMessage,
    profile: Profile,
    kind: Kind,
    types: Collection[str] = JSON_TYPES,
    known: Outer | None = None,
) -> Outer:
    """The JSON value of a body and the facts `http.*` and `body.*`.

    A request must be POST with one of the content `types`, an answer must have a 2xx status. `known`: what was
    read of this message before; it is read again only where the profile sets other limits.
    """
    limits = Limits.of(profile)
    if known is not None and known.limits == limits:
        return known
    facts = [*_asked(raw, types)] if kind == "request" else [_answered(raw)]
    size = len(raw.body)
    if size > limits.bytes:
        facts.append(
            Fact("body.size", False, Said("报文 {} 字节, 上限 {} 字节", size, limits.bytes), {"bytes": size})
        )
        return Outer(None, tuple(facts), limits)
    facts.append(Fact("body.size", True))
    parsed = jsontext.parse(raw.body, limits)
    return Outer(parsed.value, (*facts, *parsed.facts), limits)


def _asked(raw: RawMessage, types: Collection[str]) -> Facts:
    posted = raw.method.upper() == "POST"
    form = raw.header("content-type")
    json_type = form.partition(";")[0].strip().lower() in types
    ascii_only = form.isascii()  # other bytes stand as lone surrogates, which no answer can carry
    shown = (form[:64] or Said("(无)")) if ascii_only else Said("{} 个字节", len(form))
    note = "" if json_type else Said("Content-Type 应为 application/json, 收到 {}", shown)
    odd = Said("Content-Type 含有 ASCII 以外的字节")
    headers = () if ascii_only else (Fact("http.headers", False, odd),)
    return (
        Fact("http.post", posted, "" if posted else Said("应使用 POST, 收到 {}", raw.method[:16])),
        *headers,
        Fact("http.json_type", json_type, note),
    )


def _answered(raw: RawMessage) -> Fact:
    status = raw.status if raw.status is not None else 200
    fine = 200 <= status < 300
    return Fact("http.status", fine, "" if fine else Said("HTTP 状态 {}", status), {"status": status})
