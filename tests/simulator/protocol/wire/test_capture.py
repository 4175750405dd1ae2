"""Chunked bodies of a captured message are joined in one walk, whatever somebody pastes."""

from __future__ import annotations

import pytest

from simulator.protocol.wire.capture import MAX_CHUNKS, CaptureError, read_capture

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "joined"),
    [
        (b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", b"abcde"),
        (b"3\nabc\n2;x=y\nde\n0\n\n", b"abcde"),
        (b" 3 \r\nabc\r\n", b"abc"),
        (b"A\r\n0123456789\r\n0\r\n", b"0123456789"),
        (b"5\r\nab", b"ab"),
        (b'{"code":0}', b'{"code":0}'),
        (b"", b""),
        (b"-3\r\nabc", b"-3\r\nabc"),
        (b"1\r\na\r\n" * MAX_CHUNKS + b"0\r\n\r\n", b"a" * MAX_CHUNKS),
    ],
)
def test_chunks_are_joined(body: bytes, joined: bytes) -> None:
    assert read_capture(HEAD + body).raw.body == joined


@pytest.mark.parametrize(
    "body",
    [
        b"1\r\na\r\nzz\r\n",
        b"1\r\na\r\n-1\r\nb",
        b"1\r\na\r\n" + b"f" * 1000 + b"\r\n",
        b"1\r\na\r\n" * (MAX_CHUNKS + 1),
    ],
)
def test_what_breaks_off_inside_is_a_mistake(body: bytes) -> None:
    with pytest.raises(CaptureError, match="分块"):
        read_capture(HEAD + body)
