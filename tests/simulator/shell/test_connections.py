"""Connections within limits: in all, from one address, idle, slow, half closed, and accepting without descriptors."""

from __future__ import annotations

import asyncio
import errno
import json
from contextlib import suppress

import pytest

from simulator.shell import connections as module
from simulator.shell.acceptor import Acceptor
from simulator.shell.connections import Connections, allowed

PATH = b"/org/local/api/hos/query_order_info"
HEAD = b"POST " + PATH + b" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
WHOLE = HEAD + b"Content-Length: 2\r\n\r\n{}"


async def line(base):
    host, _, port = base.removeprefix("http://").partition(":")
    return await asyncio.open_connection(host, int(port))


async def said(base, sent=b"", *, half=False):
    """Everything that comes back until the other side closes: (status, body) of the last answer, answers in all."""
    reader, writer = await line(base)
    writer.write(sent)
    told = b""
    with suppress(OSError):  # turned away before we wrote
        if half:
            writer.write_eof()
        async with asyncio.timeout(20):
            told = await reader.read()
    writer.close()
    answers = told.count(b"HTTP/1.")  # a broken request is answered as HTTP/1.0
    if not answers:
        return 0, {}, 0
    head, _, body = told[told.rindex(b"HTTP/1.") :].partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body), answers


def test_one_address_has_half_of_all_and_a_place_is_free_again(play):
    async def main(lab):
        held = [await line(lab.base) for _ in range(2)]  # and the client of the lab
        status, body, _ = await said(lab.base)
        assert (status, body["code"]) == (503, "LT-HTTP-BUSY")
        assert "127.0.0.1" in body["error"]
        held.pop()[1].close()
        answers = [(await said(lab.base, WHOLE, half=True))[0] for _ in range(50)]
        assert 200 in answers
        held.pop()[1].close()

    async def first(lab):
        await lab.vendor()
        await main(lab)

    play(first, places=(6, 0))


@pytest.mark.parametrize(("most", "per_peer", "seen"), [
    (0, 0, (936, 468)), (100, 0, (100, 50)), (100, 400, (100, 100)), (0, 7, (936, 7)), (1, 0, (1, 1)),
])  # fmt: skip
def test_the_limits_by_what_the_process_may_open(monkeypatch, most, per_peer, seen):
    monkeypatch.setattr(module, "descriptors", lambda: 1_000)
    assert allowed(most, per_peer) == seen


def test_hardly_any_descriptor_leaves_a_few_connections(monkeypatch):
    monkeypatch.setattr(module, "descriptors", lambda: 40)
    assert allowed() == (8, 4)


def test_counting():
    counted = Connections(3, 2)
    assert [counted.come("a"), counted.come("a"), counted.come("b")] == [None, None, None]
    assert "3" in str(counted.come("c"))
    counted.gone("b")
    assert "a" in str(counted.come("a"))
    counted.gone("a")
    assert counted.come("a") is None
    assert (counted.count, counted.highest, counted.refused, dict(counted.open)) == (2, 3, 2, {"a": 2})


@pytest.mark.parametrize("sent", [WHOLE, HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"])
def test_a_half_closed_request_is_answered(play, sent):
    async def main(lab):
        status, body, answers = await said(lab.base, sent, half=True)
        assert (status, body["code"], answers) == (200, "LT-ENV-FIELD", 1)
        status, body, answers = await said(lab.base, sent * 3, half=True)
        assert (status, body["code"], answers) == (200, "LT-ENV-FIELD", 3)
        assert await said(lab.base, half=True) == (0, {}, 0)

    play(main)


def test_whoever_shuts_down_later_has_left(play, monkeypatch):
    monkeypatch.setattr("simulator.shell.listener.HALF_CLOSED_S", -1.0)

    async def main(lab):
        assert await said(lab.base, WHOLE, half=True) == (0, {}, 0)

    play(main)


def test_a_head_that_drips_is_told_so_and_a_silent_connection_is_closed(play, monkeypatch):
    monkeypatch.setattr("simulator.shell.listener.HEAD_WAIT_S", 0.05)

    async def main(lab):
        status, body, _ = await said(lab.base, b"POST / HTTP/1.1\r\nHost: x\r\nA: ")
        assert (status, body["code"]) == (408, "LT-HTTP-TIMEOUT")
        reader, writer = await line(lab.base)
        writer.write(WHOLE)
        await reader.readuntil(b"}")
        writer.write(b"POST / HT")
        async with asyncio.timeout(20):
            assert b" 408 " in await reader.read()
        writer.close()

    play(main)
    monkeypatch.setattr("simulator.shell.listener.IDLE_S", 0.05)

    async def silent(lab):
        assert await said(lab.base) == (0, {}, 0)

    play(silent)


def test_a_slow_answer_is_no_slow_request(play, monkeypatch):
    """The time of a head ends with the head: what we take to answer is not the caller's."""
    monkeypatch.setattr("simulator.shell.listener.HEAD_WAIT_S", 0.05)
    monkeypatch.setattr("simulator.shell.app.BODY_WAIT_S", 0.3)

    async def main(lab):
        status, body, _ = await said(lab.base, HEAD + b"Content-Length: 9\r\n\r\n{")
        assert (status, body["code"]) == (408, "LT-HTTP-TIMEOUT")
        assert "报文" in body["error"]

    play(main)


def test_bytes_under_way_are_bounded(play, monkeypatch):
    monkeypatch.setattr("simulator.shell.app.BODY_BYTES_AT_ONCE", 10_000)

    async def main(lab):
        vendor = await lab.vendor()
        for _ in range(3):
            status, body = await vendor.post("6201", b" " * 20_000)
            assert (status, json.loads(body)["code"]) == (503, "LT-HTTP-BUSY")
            status, body = await vendor.post("6201", b" " * 9_000)
            assert status == 200, "what was let go counts no more"

    play(main)


BEYOND = [
    ("Content-Type", HEAD.replace(b"application/json", b"\xe4\xb8\xad\xff") + b"Content-Length: 2\r\n\r\n{}", "LT-HTTP-HEADER"),
    ("Content-Type after JSON", HEAD.replace(b"json", b"json; charset=\xff") + b"Content-Length: 2\r\n\r\n{}", "LT-HTTP-HEADER"),
    ("Expect", HEAD + b"Expect: 100-\xe4\xb8\xad\xff\r\nContent-Length: 2\r\n\r\n{}", "LT-HTTP-HEADER"),
    ("a header of the trigger table", HEAD + b"X-Liantiao-Case: \xff\xfe\r\nContent-Length: 2\r\n\r\n{}", "LT-ENV-FIELD"),
    ("path", b"POST /a\xff\xe4\xb8 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "LT-HTTP-"),
    ("path in per cent", b"POST /a%ff%00%0d%0a%u1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "LT-HTTP-PATH"),
    ("query", HEAD.replace(PATH, PATH + b"?a=\xff") + b"Content-Length: 2\r\n\r\n{}", "LT-"),
    ("method", b"P\xffST / HTTP/1.1\r\nHost: x\r\n\r\n", "LT-HTTP-FORM"),
    ("Host of the control API", b"GET /control/runs HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n", ""),
    ("Origin of the control API", b"GET /control/runs HTTP/1.1\r\nHost: localhost\r\nOrigin: http://\xff\r\n\r\n", ""),
    ("token", b"GET /control/runs HTTP/1.1\r\nHost: localhost\r\nX-Liantiao-Control: \xff\r\n\r\n", ""),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "code"), [row[1:] for row in BEYOND], ids=[row[0] for row in BEYOND])
def test_bytes_beyond_ascii_are_the_callers_mistake(play, sent, code):
    async def main(lab):
        status, body, _ = await said(lab.base, sent, half=True)
        assert status < 500
        assert str(body.get("code", "")).startswith(code)
        assert "内部错误" not in json.dumps(body, ensure_ascii=False)

    play(main)


def test_without_descriptors_accepting_pauses_and_goes_on(monkeypatch):
    monkeypatch.setattr("simulator.shell.acceptor.ACCEPT_PAUSE_S", 0.0)
    told = []

    async def main():
        loop, came = asyncio.get_running_loop(), asyncio.Event()
        accept, refusals = (
            loop.sock_accept,
            iter((errno.EMFILE, errno.EMFILE, errno.ECONNABORTED, errno.ENFILE)),
        )

        async def sock_accept(plug):
            code = next(refusals, None)
            if code is not None:
                raise OSError(code, "no")
            return await accept(plug)

        class Heard(asyncio.Protocol):
            def connection_made(self, transport):
                came.set()
                transport.close()

        monkeypatch.setattr(loop, "sock_accept", sock_accept)

        def paused(error):
            told.append(error)
            raise OSError(errno.EMFILE, "no room to tell it")

        acceptor = Acceptor(Heard, paused)
        port = await acceptor.open("127.0.0.1", 0)
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(10):
            await came.wait()
        writer.close()
        with pytest.raises(OSError, match="in use"):
            await Acceptor(Heard, told.append).open("127.0.0.1", port)
        acceptor.close()

    asyncio.run(main())
    assert [error.errno for error in told] == [errno.EMFILE]
