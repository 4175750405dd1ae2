"""A whole message as bytes and back: what evidence commits to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.rawbytes import parsed, whole

NAME = st.from_regex(r"[A-Za-z0-9-]{1,20}", fullmatch=True)
VALUE = st.from_regex(r"[ -~é-ÿ中]{0,30}", fullmatch=True)


def test_a_request_stands_as_it_was_sent() -> None:
    raw = RawMessage("POST", "/a/b?x=%20", (("Host", "h"), ("X-A", "1"), ("x-a", "2")), b"\r\n\r\nbody")
    assert whole(raw) == b"POST /a/b?x=%20 HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\n\r\n\r\n\r\nbody"
    assert parsed(whole(raw)) == raw


def test_an_answer_has_its_status_and_no_target() -> None:
    raw = RawMessage("POST", "/a", (), b"{}", 502)
    assert whole(raw) == b"HTTP/1.1 502 \r\n\r\n{}"
    assert parsed(whole(raw)) == RawMessage("", "", (), b"{}", 502)


@given(st.lists(st.tuples(NAME, VALUE), max_size=4).map(tuple), st.binary(max_size=60))
def test_headers_and_body_come_back(headers: tuple[tuple[str, str], ...], body: bytes) -> None:
    raw = RawMessage("POST", "/x", headers, body)
    assert parsed(whole(raw)) == raw


def test_a_target_never_breaks_the_line() -> None:
    raw = RawMessage("POST", "/a b\r\n中", (), b"")
    assert whole(raw) == b"POST /a%20b%0D%0A%E4%B8%AD HTTP/1.1\r\n\r\n"


@given(st.binary(max_size=80))
def test_anything_else_is_nothing(content: bytes) -> None:
    found = parsed(content)
    assert found is None or found.body in content
