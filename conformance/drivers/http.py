"""The contract over HTTP: `POST {driver}/liantiao/v1/actions/{action}` with the token in a header."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.drivers.call import Answer, Call, broken, read_answer, read_json
from simulator.protocol.text.said import Said

TOKEN_HEADER = "X-Liantiao-Token"
ACTIONS_PATH = "/liantiao/v1/actions/"
MAX_REPLY_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class HttpCall:
    """A request to send: `path` is relative to the driver URL and starts with `/`."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What came back, at most MAX_REPLY_BYTES of it."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def build(call: Call, token: str) -> HttpCall:
    """The request of the contract for `call`."""
    headers = {"Content-Type": "application/json; charset=utf-8", TOKEN_HEADER: token}
    return HttpCall("POST", ACTIONS_PATH + call.action, headers, encode(call.body()))


def read(call: Call, reply: HttpReply) -> Answer:
    """The answer in `reply`. Never raises."""
    if reply.status in (401, 501) and not reply.body:
        return read_answer(call.action, reply.status, {})
    try:
        value = read_json(reply.body)
    except ValueError:
        if reply.status in (400, 401, 501):
            return read_answer(call.action, reply.status, {})
        return broken(Said("驱动口的应答 (HTTP {}) 不是 UTF-8 的 JSON", reply.status), reply.status)
    return read_answer(call.action, reply.status, value)


def encode(value: object) -> bytes:
    """Compact UTF-8 JSON, Chinese unescaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
