"""A captured message as people have it: a JSON body, an HTTP dump with headers, or a record of `raw/`. Pure."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import Headers, RawMessage
from simulator.protocol.wire.rawbytes import parsed

MAX_HEADERS = 200
MAX_CHUNKS = 10_000
"""Of one body: 2 MB in pieces of a network packet are 1,400."""
_REQUEST = re.compile(rb"([A-Z]{3,10}) (\S+) HTTP/\d(?:\.\d)?\r?\n")
_ANSWER = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})[^\n]*\r?\n")
_CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,12})[ \t]*(?:;[^\n]*)?\r?(?:\n|$)")
_BLANK = re.compile(rb"\r?\n\r?\n")
_ANSWERS = ("code", "success")
"""Members that only the envelope of an answer has (sheet 2.2)."""


class CaptureError(ValueError):
    """What was captured is no whole message; one sentence that says what is missing."""


@dataclass(frozen=True, slots=True)
class Capture:
    """`kind`: request or response. `dumped`: with a start line and headers, so that facts of HTTP mean something."""

    raw: RawMessage
    kind: str
    dumped: bool


def read_capture(content: bytes, kind: str = "") -> Capture:
    """Find out what was captured; `kind` overrides what it looks like. Raises CaptureError."""
    recorded = _of_record(content)
    if recorded is not None:
        return Capture(recorded, "request" if recorded.status is None else "response", True)
    request, answer = _REQUEST.match(content), _ANSWER.match(content)
    if request:
        headers, body = _split(content[request.end() :])
        method, target = request[1].decode("ascii"), request[2].decode("latin-1")
        raw = RawMessage(method, target, headers, body)
        return Capture(raw, "request", True)
    if answer:
        headers, body = _split(content[answer.end() :])
        return Capture(RawMessage("POST", "/", headers, body, int(answer[1])), "response", True)
    kind = kind or ("response" if _is_answer(content) else "request")
    headers = (("content-type", "application/json"),)
    return Capture(
        RawMessage("POST", "/", headers, content, 200 if kind == "response" else None), kind, False
    )


def envelope_of(raw: RawMessage) -> Mapping[str, Any]:
    """The outer object of a body, or an empty one."""
    try:
        value = json.loads(raw.body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _of_record(content: bytes) -> RawMessage | None:
    """The message inside a file of a run's `raw/` (`{"salt", "raw"}`); None for another file."""
    try:
        value = json.loads(content)
        if isinstance(value, dict) and value.keys() == {"salt", "raw"}:
            return parsed(base64.b64decode(value["raw"], validate=True))
    except (ValueError, TypeError, RecursionError, binascii.Error):
        pass
    return None


def _split(rest: bytes) -> tuple[Headers, bytes]:
    blank = _BLANK.search(b"\n" + rest)
    if blank is None:
        raise CaptureError(Said("HTTP 头与正文之间要有一个空行"))
    head, body = rest[: max(blank.start() - 1, 0)], rest[blank.end() - 1 :]
    lines = head.decode("latin-1").splitlines()[:MAX_HEADERS]
    pairs = [line.partition(":") for line in lines if ":" in line]
    headers = tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)
    if ("transfer-encoding", "chunked") in headers:
        body = _joined(body)
    length = next((value for name, value in headers if name == "content-length"), "")
    return headers, body[: int(length)] if length.isdecimal() and len(length) < 12 else body


def _joined(body: bytes) -> bytes:
    """The chunks of a chunked body as one; a body whose chunks were already joined stays. Walks it once."""
    pieces: list[bytes] = []
    at = 0
    while at < len(body):
        head = _CHUNK.match(body, at)
        if head is None:
            if not pieces:
                return body
            raise CaptureError(Said("分块传输的正文不完整"))
        size = int(head[1], 16)
        if not size:
            break
        if len(pieces) >= MAX_CHUNKS:
            raise CaptureError(Said("分块超过 {} 个", MAX_CHUNKS))
        pieces.append(body[head.end() : head.end() + size])
        at = head.end() + size
        while at < len(body) and body[at] in b"\r\n":
            at += 1
    return b"".join(pieces)


def _is_answer(content: bytes) -> bool:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and any(name in value for name in _ANSWERS)
