"""The control API answers no page of somebody else: foreign names lead here by DNS, foreign origins by a browser."""

from __future__ import annotations

import asyncio
import socket

import aiohttp
import pytest

from simulator.control.asker import hosts_of, stranger
from simulator.serving import running

OURS = hosts_of("http://0.0.0.0:18630", "http://sim.test:18630/x", "Sim2.Test")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:1", "localhost", "LOCALHOST:80", "localhost.:80", "[::1]:80", "192.168.1.7:18630", "sim.test", "sim2.test:1"],
)  # fmt: skip
def test_names_of_this_machine_and_addresses_may_ask(host: str) -> None:
    assert stranger({"Host": host}, OURS) is None
    assert stranger({"Host": host, "Origin": f"http://{host}"}, OURS) is None


@pytest.mark.parametrize(
    "host",
    [
        "evil.test",
        "evil.test:18630",
        "127.0.0.1.evil.test",
        "",
        "[::1",
        "a@evil.test",
        "localhost@evil.test",
        "1",
    ],
)
def test_other_names_may_not(host: str) -> None:
    refused = stranger({"Host": host}, OURS)
    assert refused is not None
    assert "Host" in str(refused)


@pytest.mark.parametrize(
    "origin", ["http://evil.test", "null", "http://127.0.0.1:2", "http://127.0.0.1", "127.0.0.1:1", ""]
)
def test_other_origins_may_not(origin: str) -> None:
    refused = stranger({"Host": "127.0.0.1:1", "Origin": origin}, OURS)
    assert refused is not None
    assert "Origin" in str(refused)


def test_a_refused_page_gets_our_error_and_stands_in_the_log_with_its_address(play):
    async def main(lab):
        for headers in ({"Host": "evil.test"}, {"Origin": "http://evil.test"}):
            async with lab.client.get(lab.base + "/control/runs", headers=headers) as got:
                assert got.status == 403
                assert "evil.test" in (await got.json())["error"]
        told = [r["d"] for r in await lab.records("_simulator") if r.get("what") == "turned_away"]
        assert [(one["status"], one["asked"]) for one in told] == [(403, "GET /control/runs")] * 2
        assert all(one["peer"].startswith("127.0.0.1:") for one in told)
        vendor = await lab.vendor()
        async with lab.client.post(
            lab.base + vendor.block["paths"]["6201"], data=b"{}", headers={"Host": "simulator:18630"}
        ) as got:
            assert got.status == 200, "the protocol is called by servers, under any name"

    play(main)


def test_the_declared_public_name_may_ask(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    async def main():
        async with (
            running(tmp_path, port=port, public="http://sim.test:1"),
            aiohttp.ClientSession() as client,
            client.get(f"http://127.0.0.1:{port}/health", headers={"Host": "sim.test:1"}) as got,
        ):
            assert got.status == 200

    asyncio.run(main())
