"""Answers that end badly, on real sockets: nothing, a reset, half of it, drop by drop."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

PATH = "/org/local/api/hos/query_order_info"


async def armed(lab, fault, **params):
    vendor = await lab.vendor()
    run = await lab.run(vendor, "r1")
    person = await lab.person(run, vendor)
    await person.act("faults", {"name": fault, "interface": "6301", "with": params})
    body = vendor.sealed(vendor.query(person, {"payOrdId": "ORD0", "payToken": "T"}))
    return vendor, body


async def told(lab):
    """Names of the fired faults, and the parts of 6301 that are in the evidence."""
    records = [r for r in await lab.records("r1") if r.get("interface") == "6301" or r.get("what") == "fault"]
    faults = [r["d"]["name"] for r in records if r.get("what") == "fault"]
    return faults, [r["part"] for r in records if r["kind"] == "message"]


async def over_a_socket(lab, body):
    """(bytes that came, how the connection ended) of one request."""
    host, _, port = lab.base.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    came = b""
    try:
        while part := await reader.read(65_536):
            came += part
        return came, "closed"
    except ConnectionResetError:
        return came, "reset"
    finally:
        writer.close()


def test_nothing_comes_and_the_connection_stays_until_its_time(play):
    async def main(lab):
        _, body = await armed(lab, "hang", ms=60)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        assert await over_a_socket(lab, body) == (b"", "closed")
        assert loop.time() - begun >= 0.05
        assert await told(lab) == (["hang"], ["request"])

    play(main)


def test_a_caller_that_gives_up_ends_the_hanging(play):
    async def main(lab):
        vendor, body = await armed(lab, "hang", ms=30_000)
        with pytest.raises(asyncio.TimeoutError):
            async with asyncio.timeout(0.1):
                await vendor.post("6301", body)
        quiet = await lab.control("GET", "/control/runs/r1/quiet", flow="pay/one", wait_ms=5_000)
        assert quiet["open"] == [], "the exchange is over when the caller has left"

    play(main)


def test_the_connection_is_reset(play):
    async def main(lab):
        _, body = await armed(lab, "reset")
        assert await over_a_socket(lab, body) == (b"", "reset")
        assert await told(lab) == (["reset"], ["request"])

    play(main)


def test_half_of_the_body_comes(play):
    async def main(lab):
        vendor, body = await armed(lab, "half_body")
        came, ended = await over_a_socket(lab, body)
        head, _, part = came.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        assert (ended, len(part)) == ("closed", length // 2)
        assert head.startswith(b"HTTP/1.1 200")
        assert await told(lab) == (["half_body"], ["request", "response"])
        assert (await vendor.post("6301", vendor.sealed({})))[0] == 200

    play(main)


def test_a_client_library_takes_half_a_body_for_an_error(play):
    async def main(lab):
        vendor, body = await armed(lab, "half_body")
        with pytest.raises(aiohttp.ClientPayloadError):
            await vendor.post("6301", body)

    play(main)


def test_the_body_drips_and_is_whole_in_the_end(play):
    async def main(lab):
        vendor, body = await armed(lab, "slow_drip", ms=40)
        url = lab.base + vendor.block["paths"]["6301"]
        pieces = []
        async with lab.client.post(url, data=body, headers={"Content-Type": "application/json"}) as got:
            async for piece, _ in got.content.iter_chunks():
                pieces.append(piece)
        assert len(pieces) > 1
        answer = vendor.read_sealed(200, b"".join(pieces))
        assert answer.opened.ok
        assert answer.code == "LT-ORDER-UNKNOWN"

    play(main)
