"""A whole HTTP message as one byte string: start line, headers in order, empty line, body (contracts 6).

What evidence commits to and what `raw/` keeps. A body that came in chunks stands joined; an answer has
no reason phrase, which nobody reads.
"""

from __future__ import annotations

from urllib.parse import quote

from simulator.protocol.wire.raw import Headers, RawMessage

_VERSION = "HTTP/1.1"
_TARGET = "/:?#[]@!$&'()*+,;=%-._~"
"""What stands in a start line as it is; a blank or a control character would break the line."""


def whole(raw: RawMessage) -> bytes:
    """The message as bytes; `parsed` gives it back."""
    head = f"{_VERSION} {raw.status} " if raw.status is not None else _request_line(raw)
    lines = [head, *(f"{name}: {value}" for name, value in raw.headers)]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + raw.body


def parsed(content: bytes) -> RawMessage | None:
    """The message that `whole` wrote; None for anything else. An answer has neither method nor target."""
    head, blank, body = content.partition(b"\r\n\r\n")
    first, *rest = head.decode("utf-8", "surrogateescape").split("\r\n")
    parts = first.split(" ")
    if not blank or len(parts) < 3:
        return None
    headers = _headers(rest)
    if headers is None:
        return None
    if parts[0] == _VERSION and parts[1].isdecimal():
        return RawMessage("", "", headers, body, int(parts[1]))
    return RawMessage(parts[0], parts[1], headers, body) if parts[2:] == [_VERSION] else None


def _request_line(raw: RawMessage) -> str:
    return f"{raw.method} {quote(raw.target, safe=_TARGET)} {_VERSION}"


def _headers(lines: list[str]) -> Headers | None:
    pairs = [line.partition(": ") for line in lines]
    return tuple((name, value) for name, _, value in pairs) if all(colon for _, colon, _ in pairs) else None
