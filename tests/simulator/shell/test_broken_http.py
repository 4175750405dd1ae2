"""Bytes that are no HTTP request, and requests for nothing: a short answer in our form, a record, no trace of 5xx."""

from __future__ import annotations

import asyncio
import json
import re

import pytest

from simulator.protocol.text.said import from_json

POST = b"POST /org/local/api/hos/query_order_info HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
SECRET = b"SECRET0123456789"

BROKEN = [
    ("words", b"hello\r\n\r\n", "方法"),
    ("bytes", bytes(range(128, 256)) + b"\r\n\r\n", "方法"),
    ("tls hello", bytes.fromhex("16030100c8010000c40303") + bytes(190), "TLS"),
    ("http/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9), "HTTP/2"),
    ("empty method", b" / HTTP/1.1\r\nHost: x\r\n\r\n", "方法"),
    ("unknown method", b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", "方法"),
    ("no target", b"GET HTTP/1.1\r\nHost: x\r\n\r\n", "请求目标"),
    ("target a word", b"GET hello HTTP/1.1\r\nHost: x\r\n\r\n", "请求目标"),
    ("target a star", b"GET * HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1"),
    ("target of another scheme", b"POST ftp://x:99999/a HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1"),
    ("target with an open bracket", b"POST http://[::1/ HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1"),
    ("tunnel to a port out of range", b"CONNECT x:99999 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1"),
    ("version 9.9", b"POST / HTTP/9.9\r\nHost: x\r\n\r\n", "HTTP"),
    ("no host", b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "Host"),
    ("header without colon", POST + SECRET + b"\r\n\r\n", "请求头"),
    ("header with NUL", POST + b"a: b\0" + SECRET + b"\r\n\r\n", "请求头"),
    ("huge header", POST + b"Authorization: " + SECRET * 2000 + b"\r\n\r\n", "8190"),
    ("huge path", b"POST /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", "8190"),
    ("500 headers", POST + b"".join(b"a%d: 1\r\n" % n for n in range(500)) + b"\r\n", "128"),
    ("length a word", POST + b"Content-Length: abc\r\n\r\n", "Content-Length"),
    ("length negative", POST + b"Content-Length: -1\r\n\r\n", "Content-Length"),
    ("two lengths", POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", "Content-Length"),
    (
        "length and chunks",
        POST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer",
    ),
    ("odd encoding", POST + b"Transfer-Encoding: gzip\r\n\r\nab", "Transfer-Encoding"),
    ("two encodings", POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", "Transfer-Encoding"),
    ("chunk size a word", POST + b"Transfer-Encoding: chunked\r\n\r\n" + SECRET + b"\r\nab\r\n", "分块"),
    (
        "chunk longer than said",
        POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab" + SECRET + b"\r\n",
        "分块",
    ),
]


async def said(base: str, *parts: bytes, cut: bool = False) -> bytes:
    host, _, port = base.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        async with asyncio.timeout(10):
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0)
            if cut:
                writer.write_eof()
            return await reader.read()
    finally:
        writer.close()


def away(home) -> list[dict]:
    """What the simulator's own log says it turned away."""
    lines = [line for file in (home / "journals" / "_simulator").glob("*/evidence.jsonl")
             for line in file.read_text(encoding="utf-8").splitlines()]  # fmt: skip
    return [record["d"] for record in map(json.loads, lines) if record.get("what") == "turned_away"]


def test_bytes_that_are_no_http(play, tmp_path):
    home = tmp_path / "home"

    async def main(lab):
        for number, (name, sent, word) in enumerate(BROKEN, 1):
            answer = await said(lab.base, sent)
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.split()[1] == b"400", (name, answer)
            assert word in json.loads(body)["error"], (name, body.decode())
            assert len(body) < 300, name
            assert b"Traceback" not in answer, name
            found = away(home)
            assert len(found) == number, name
            assert (found[-1]["status"], word in found[-1]["reason"]) == (400, True), name
        everything = b"".join(file.read_bytes() for file in home.rglob("*") if file.is_file())
        assert SECRET not in everything, "what came in broken may hold a secret"
        async with lab.client.get(f"{lab.base}/health") as got:
            assert got.status == 200

    play(main, home=home)


def test_garbage_behind_a_good_request(play, tmp_path):
    """In one packet aiohttp refuses both, and neither acts; behind the answer only the garbage is refused."""
    home = tmp_path / "home"
    body = b'{"appId":"x"}'
    good = POST + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)

    async def main(lab):
        assert (await said(lab.base, good + b"GARBAGE\r\n\r\n")).split()[1] == b"400"
        host, _, port = lab.base.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        async with asyncio.timeout(10):
            writer.write(good)
            first = await reader.readuntil(b"}")
            assert first.startswith(b"HTTP/1.1 200")
            assert b"LT-ENV-FIELD" in first
            writer.write(b"GARBAGE\r\n\r\n")
            assert (await reader.read()).split()[1] == b"400"
        writer.close()

    play(main, home=home)
    assert [one["status"] for one in away(home)] == [400, 400]


def test_a_body_that_never_comes_whole(play, tmp_path):
    home = tmp_path / "home"

    async def main(lab):
        for sent in (b"Content-Length: 100\r\n\r\nab", b"Transfer-Encoding: chunked\r\n\r\nff\r\nab"):
            answer = await said(lab.base, POST + sent, cut=True)
            assert answer.split()[1] == b"400"
            assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "LT-HTTP-CUT"

    play(main, home=home)
    assert len(away(home)) == 2
    assert {(one["status"], one["asked"]) for one in away(home)} == {
        (400, "POST /org/local/api/hos/query_order_info")
    }


SMALL = b"Content-Length: 2\r\n\r\n{}"
UNTAKEN = [  # what aiohttp refuses by itself although it parses
    ("tunnel", b"CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n", 404, "CONNECT example.org:443"),
    ("tunnel to a path", b"CONNECT /x HTTP/1.1\r\nHost: x\r\n\r\n", 404, "CONNECT /x"),
    ("options of the server", b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 404, "OPTIONS *"),
    ("odd expectation", POST + b"Expect: 200-ok\r\n" + SMALL, 417, "POST /org/local/api/hos/query_order_info"),
    ("odd expectation nowhere", b"GET /x?a=1 HTTP/1.1\r\nHost: x\r\nExpect: y\r\n\r\n", 417, "GET /x"),
    ("odd expectation at the control API", b"GET /health HTTP/1.1\r\nHost: x\r\nExpect: y\r\n\r\n", 417, "GET /health"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "status", "asked"), [row[1:] for row in UNTAKEN], ids=[row[0] for row in UNTAKEN]
)
def test_what_the_server_library_would_refuse_has_our_form_and_a_record(play, tmp_path, sent, status, asked):
    home = tmp_path / "home"

    async def main(lab):
        head, _, body = (await said(lab.base, sent)).partition(b"\r\n\r\n")
        assert int(head.split()[1]) == status
        assert b"application/json" in head
        text = json.loads(body)["error"]
        assert ("Expect" if status == 417 else "请求目标") in text
        [found] = away(home)
        assert re.fullmatch(r"127\.0\.0\.1:\d+", found.pop("peer"))
        assert str(from_json(found.pop("reason_said"))) == text
        assert found == {"status": status, "reason": text, "asked": asked}

    play(main, home=home)


TAKEN = [
    ("absolute form", b"POST http://x/org/local/api/hos/query_order_info HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"),
    ("expectation", POST + b"Expect: 100-Continue\r\nConnection: close\r\n"),
    ("offer of HTTP/2", POST + b"Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n"),
    ("offer of a web socket", POST + b"Connection: Upgrade, close\r\nUpgrade: websocket\r\n"),
    ("content encoding", POST + b"Content-Encoding: gzip\r\nConnection: close\r\n"),
]  # fmt: skip


@pytest.mark.parametrize("sent", [row[1] for row in TAKEN], ids=[row[0] for row in TAKEN])
def test_what_is_odd_and_legal_reaches_its_interface(play, tmp_path, sent):
    """Java's client offers h2c in its first request, curl asks for 100-continue: neither is turned away."""
    home = tmp_path / "home"

    async def main(lab):
        answer = await said(lab.base, sent + SMALL)
        final = answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
        assert final.startswith(b"HTTP/1.1 200")
        assert json.loads(final.partition(b"\r\n\r\n")[2])["code"].startswith("LT-")
        assert away(home) == []

    play(main, home=home)


WRONG_PATHS = [
    ("/org/local/api/hos/refund_order", "/org/local/api/hos/refund_Order"),  # sheet 15, pitfall 21
    ("/org/local/api/hos/uldfeeinfo", "/org/local/api/hos/uldFeeInfo"),
    ("/hos/pay_order", "/org/local/api/hos/pay_order"),
    ("/fsi/api/outpatientDocInfoService/outpatientRregistration/", "outpatientRregistration"),
    (
        "/fsi/api/rsfComIfsService/callService/1101",
        "/fsi/api/fsiPsnInfoService/queryPsnInfo",
    ),  # style B and infno
    (
        "/ebus/gdyb_api/prd/hsa/hgs/2201",
        "/fsi/api/outpatientDocInfoService/outpatientRregistration",
    ),  # style C
    ("/2202/", "outpatientRegistrationCancel"),
    ("/fsi/api/6201", "/org/local/api/hos/uldFeeInfo"),
    ("/nothing/at/all", "/control/catalogue"),
]


@pytest.mark.parametrize(("asked", "hint"), WRONG_PATHS)
def test_a_wrong_path_is_recorded_with_the_likely_right_one(play, asked, hint):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        async with lab.client.post(lab.base + asked, data=b"{}") as got:
            assert got.status == 404
            assert hint in (await got.json())["error"]
        record = next(r for r in await lab.records(run) if r.get("what") == "turned_away")
        assert record["d"]["asked"] == f"POST {asked}"
        assert hint in record["d"]["reason"]

    play(main)


def test_a_flood_of_nothing_is_recorded_up_to_its_limit(play, tmp_path, monkeypatch):
    monkeypatch.setattr("simulator.shell.open_runs.TURNED_AWAY", 3)
    home = tmp_path / "home"

    async def main(lab):
        for _ in range(6):
            async with lab.client.post(f"{lab.base}/nothing", data=b"{}") as got:
                assert got.status == 404

    play(main, home=home)
    assert len(away(home)) == 3
