"""CPU of the simulator per sealed 6301 query (request, record, act, answer, record), beside an echo on the same loop.

    python benchmarks/cycle.py [requests]

Server and echo run in a thread of their own, so that the CPU clock of that thread counts them and not the client.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
from aiohttp import web

from simulator.protocol.crypto.keys import parse_private_key, parse_public_key
from simulator.protocol.wire.envelope import ChannelKeys, seal_request
from simulator.shell.profiles import load_profile

try:
    from simulator.serving import running
except ImportError:  # before the composition moved out of the shell
    from simulator.shell.app import running  # type: ignore[attr-defined,no-redef]

PROFILE = load_profile()
ROUNDS = 5
CONTROL = "X-Liantiao-Control"


async def echo(request: web.Request) -> web.Response:
    """The same bytes back: what HTTP alone costs."""
    return web.Response(body=await request.read(), content_type="application/json")


class Server:
    """The simulator and the echo on one loop in one thread."""

    def __init__(self, home: Path) -> None:
        self.ready = threading.Event()
        self.home = home
        self.thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)
        self.thread.start()
        self.ready.wait(30)

    async def _main(self) -> None:
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application()
        app.router.add_post("/echo", echo)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.echo = f"http://127.0.0.1:{runner.addresses[0][1]}/echo"
        async with running(self.home, port=0) as ready:
            self.base, self.token = ready.base, ready.control_token
            self.ready.set()
            await self.stop.wait()
        await runner.cleanup()

    def cpu_ns(self) -> int:
        """CPU that the server's thread has used so far."""

        async def read() -> int:
            return time.thread_time_ns()

        return asyncio.run_coroutine_threadsafe(read(), self.loop).result()

    def close(self) -> None:
        """Stop the thread."""
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(30)


async def drive(server: Server, count: int) -> list[tuple[float, float]]:
    """(CPU us of one cycle, of one echo) of each round."""
    async with aiohttp.ClientSession(headers={CONTROL: server.token}) as client:

        async def control(method: str, path: str, body: object) -> dict:
            async with client.request(method, server.base + path, json=body) as got:
                return await got.json()

        block = await control("POST", "/control/institutions", {"code": "H50999900001"})
        await control("POST", "/control/runs", {"run": "bench", "institutions": [block["orgCodg"]]})
        person = await control(
            "POST", "/control/runs/bench/persons", {"flow": "f", "institution": block["orgCodg"]}
        )
        keys = ChannelKeys(
            block["appId"], block["appSecret"], parse_private_key(block["institutionPrivateKey"]),
            parse_public_key(block["platformPublicKey"]),
        )  # fmt: skip
        url = server.base + block["paths"]["6301"]
        data = {"payOrdId": "ORD0", "payToken": "T0", "orgCodg": block["orgCodg"], "idNo": person["id_no"],
                "userName": person["name"], "idType": "01"}  # fmt: skip

        def sealed(number: int) -> bytes:
            return seal_request(data, keys, PROFILE, time.time_ns() // 1_000_000, number.to_bytes(8, "big"))

        async def cost(post: Callable[[bytes], Awaitable[bytes]], bodies: list[bytes]) -> float:
            before = server.cpu_ns()
            for body in bodies:
                await post(body)
            return (server.cpu_ns() - before) / len(bodies) / 1000

        async def to(address: str, body: bytes) -> bytes:
            async with client.post(address, data=body, headers={"Content-Type": "application/json"}) as got:
                return await got.read()

        rows = []
        for turn in range(ROUNDS + 1):  # the first warms up
            bodies = [sealed(turn * count + number) for number in range(count)]
            answer = json.loads(await to(url, sealed(10**9 + turn)))
            assert answer["code"] == "LT-ORDER-UNKNOWN", answer  # opened, verified, attributed, acted
            rows.append(
                (await cost(lambda b: to(url, b), bodies), await cost(lambda b: to(server.echo, b), bodies))
            )
        return rows[1:]


def main(count: int) -> None:
    """Print the median and its ratio."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            rows = asyncio.run(drive(server, count))
        finally:
            server.close()
    for cycle, bare in rows:
        print(f"cycle {cycle:7.0f} us   echo {bare:6.0f} us   ratio {cycle / bare:5.2f}")
    ratios = sorted(cycle / bare for cycle, bare in rows)
    print(f"median ratio {ratios[len(ratios) // 2]:.2f} ({count} requests a round)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
