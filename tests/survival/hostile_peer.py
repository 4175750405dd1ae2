"""A hostile peer against a simulator in its own process: fuzzed messages, connections, slow heads, and what they came to.

    python tests/survival/hostile_peer.py [seconds]

Prints messages sent, changes of state (0 is right), the worst answer, open connections, memory. The short forms of these
stand in `test_hostile_peer.py`. Only the process started here is stopped.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from simulator.protocol.crypto.keys import parse_private_key, parse_public_key
from simulator.protocol.wire.envelope import ChannelKeys, seal_request
from simulator.shell.profiles import load_profile

PROFILE = load_profile()
CODE = "H50999900001"
CENTRE = "/org/local/api/hos/"
PATHS = tuple(
    CENTRE + tail for tail in ("uldFeeInfo", "pay_order", "refund_Order", "query_order_info", "revoke_order")
)
FSI_PATHS = (
    "/fsi/api/fsiPsnInfoService/queryPsnInfo", "/fsi/api/rsfComIfsService/callService",
    "/fsi/api/outpatientDocInfoService/outpatientRregistration",
)  # fmt: skip
ANSWER_S = 60.0
BAD_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, "", " ", "\x00", "\ud800", "'; DROP", "1E+999", "９", "x" * 5_000, [], {}, [[]], {"a": {}},
)  # fmt: skip


@dataclass
class Figures:
    """What was sent and what came back."""

    sent: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    worst_s: float = 0.0
    changed: int = 0
    highest: int = 0
    memory: int = 0

    def line(self, what: str) -> str:
        told = ", ".join(f"{name} {count}" for name, count in self.answers.most_common(6))
        return (
            f"{what}: {self.sent} sent, {self.changed} changes of state, worst answer {1000 * self.worst_s:.0f} ms, "
            f"{self.highest} connections at once, {self.memory >> 20} MB; {told}"
        )


class Peer:
    """A simulator process, the vendor block of one institution with a person, and raw ways to reach it."""

    def __init__(self, process: asyncio.subprocess.Process, ready: dict[str, Any], home: Path) -> None:
        self.process, self.base, self.home = process, ready["base"], home
        host, _, port = self.base.removeprefix("http://").partition(":")
        self.host, self.port = host, int(port)
        self.headers = {"X-Liantiao-Control": Path(ready["control_token_file"]).read_text("utf-8").strip()}

    async def control(self, client: aiohttp.ClientSession, method: str, path: str, body: Any = None) -> Any:
        async with client.request(method, self.base + path, json=body, headers=self.headers) as answer:
            told = await answer.json()
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status} {told}")
            return told

    async def prepared(self, client: aiohttp.ClientSession) -> None:
        self.block = await self.control(client, "POST", "/control/institutions", {"code": CODE})
        await self.control(client, "POST", "/control/runs", {"run": "r1", "institutions": [CODE]})
        body = {"flow": "f", "institution": CODE, "alias": "甲", "spec": {"insutype": "310"}}
        self.person = await self.control(client, "POST", "/control/runs/r1/persons", body)

    async def state(self, client: aiohttp.ClientSession) -> Any:
        return await self.control(client, "GET", f"/control/runs/r1/persons/{self.person['person']}")

    @property
    def keys(self) -> ChannelKeys:
        own = parse_private_key(self.block["institutionPrivateKey"])
        return ChannelKeys(
            self.block["appId"],
            self.block["appSecret"],
            own,
            parse_public_key(self.block["platformPublicKey"]),
        )

    def memory(self) -> int:
        """Resident bytes of the process; 0 where the system does not tell."""
        with suppress(OSError, ValueError, IndexError):
            pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
            return pages * 4096
        return 0

    async def said(self, sent: bytes, figures: Figures) -> None:
        """Send bytes, read the answer to its end, count it."""
        began = time.perf_counter()
        kind = "nothing"
        writer = None
        try:
            async with asyncio.timeout(ANSWER_S):
                reader, writer = await asyncio.open_connection(self.host, self.port)
                writer.write(sent)
                writer.write_eof()  # or a length that is too great would be waited for
                head = await reader.readuntil(b"\r\n")
                kind = head.split()[1].decode()
                while await reader.read(65_536):
                    pass
        except TimeoutError:
            kind = "hang"
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            if writer is not None:
                writer.close()
        figures.sent += 1
        figures.answers[kind] += 1
        figures.worst_s = max(figures.worst_s, time.perf_counter() - began)


@asynccontextmanager
async def peer(home: Path, *options: str, wrapper: tuple[str, ...] = ()) -> AsyncIterator[Peer]:
    """A simulator process; `wrapper`: what starts it instead of `-m simulator` (limits of the system)."""
    command = wrapper or ("-m", "simulator")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, "--port", "0", "--home", str(home), *options, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            ready = json.loads(await process.stdout.readline())
        yield Peer(process, ready, home)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def posted(path: str, body: bytes, more: bytes = b"") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
    return head.encode() + more + b"Content-Length: %d\r\n\r\n" % len(body) + body


def fuzzed(one: Peer, draw: random.Random) -> bytes:
    """One hostile request: a good envelope or header with something wrong in it, or rubbish."""
    data = {"payOrdId": "x", "orgCodg": CODE, "idNo": one.person["id_no"], "medOrgOrd": "M1", "psnNo": "1"}
    envelope = json.loads(
        seal_request(data, one.keys, PROFILE, time.time_ns() // 1_000_000, draw.randbytes(8))
    )
    header = {"infno": "1101", "msgid": "1", "fixmedins_code": CODE, "input": {"data": {"psn_no": "1"}}}
    kinds: tuple[Callable[[], bytes], ...] = (
        lambda: posted(draw.choice(PATHS), _mutated(envelope, draw)),
        lambda: posted(draw.choice(FSI_PATHS), _mutated(header, draw)),
        lambda: posted(draw.choice(PATHS), _flipped(json.dumps(envelope).encode(), draw)),
        lambda: posted(draw.choice(PATHS + FSI_PATHS), draw.randbytes(draw.randrange(2_000))),
        lambda: _flipped(posted(draw.choice(PATHS), json.dumps(envelope).encode()), draw),
        lambda: posted(draw.choice(PATHS), b'{"a":' * draw.randrange(60) + b"1"),
        lambda: posted(draw.choice(PATHS), json.dumps(envelope).encode(), b"X-A: " + draw.randbytes(20).hex().encode() + b"\r\n"),
    )  # fmt: skip
    return draw.choice(kinds)()


def _mutated(value: dict[str, Any], draw: random.Random) -> bytes:
    changed = dict(value)
    for _ in range(draw.randrange(1, 4)):
        name = draw.choice([*changed, "extra"])
        if draw.random() < 0.3:
            changed.pop(name, None)
        else:
            changed[name] = draw.choice(BAD_VALUES)
    return json.dumps(changed).encode("utf-8", "surrogatepass")


def _flipped(content: bytes, draw: random.Random) -> bytes:
    out = bytearray(content)
    for _ in range(draw.randrange(1, 6)):
        out[draw.randrange(len(out))] = draw.randrange(256)
    return bytes(out[: draw.randrange(len(out) // 2, len(out)) + 1])


async def fuzz(
    home: Path, seconds: float, seed: int = 1, most: int = 1_000_000, at_once: int = 16
) -> Figures:
    """Hostile messages for so long, or so many: none may change a person, none may go without an answer or a close."""
    figures, draw = Figures(), random.Random(seed)
    async with peer(home) as one, aiohttp.ClientSession() as client:
        await one.prepared(client)
        before, until = await one.state(client), time.monotonic() + seconds

        async def work() -> None:
            while time.monotonic() < until and figures.sent < most:
                await one.said(fuzzed(one, draw), figures)

        await asyncio.gather(*(work() for _ in range(at_once)))
        figures.changed += await one.state(client) != before
        figures.memory, figures.highest = one.memory(), at_once
    return figures


async def flood(home: Path, count: int, *options: str, wrapper: tuple[str, ...] = ()) -> Figures:
    """So many connections that never let go, then whether somebody else is answered."""
    figures = Figures()
    async with peer(home, *options, wrapper=wrapper) as one, aiohttp.ClientSession() as client:
        await one.prepared(client)
        held = []
        for _ in range(count):
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(5):
                    held.append(await asyncio.open_connection(one.host, one.port))
        for _, writer in held:
            with suppress(OSError):
                writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nA: ")
        figures.sent = len(held)
        waiting = [asyncio.ensure_future(_first(reader)) for reader, _ in held]
        await asyncio.wait(waiting, timeout=1.0)
        for task in waiting:
            figures.answers[task.result() if task.done() else "open"] += 1
            task.cancel()
        figures.highest, figures.memory = figures.answers["open"], one.memory()
        for _, writer in held:
            writer.close()
        began = time.perf_counter()
        async with asyncio.timeout(ANSWER_S):
            while True:
                with suppress(aiohttp.ClientError, RuntimeError):
                    await one.state(client)
                    break
                await asyncio.sleep(0.05)
        figures.worst_s = time.perf_counter() - began
    return figures


async def _first(reader: asyncio.StreamReader) -> str:
    try:
        head = await reader.readuntil(b"\r\n")
    except (OSError, asyncio.IncompleteReadError):
        return "closed"
    return head.split()[1].decode()


async def slow(home: Path, count: int) -> Figures:
    """Slow heads and bodies of one address, and how quickly others are answered meanwhile."""
    figures = Figures()
    async with peer(home) as one, aiohttp.ClientSession() as client:
        await one.prepared(client)
        before = await one.state(client)
        slowly = [await asyncio.open_connection(one.host, one.port) for _ in range(count)]
        for turn in range(20):
            for number, (_, writer) in enumerate(slowly):
                with suppress(OSError):
                    head = b"POST " + PATHS[0].encode() + b" HTTP/1.1\r\nHost: x\r\n"
                    body = head + b"Content-Length: 4000000\r\n\r\n{"
                    writer.write((body if number % 2 else head) if not turn else b"a")
            await one.said(posted(PATHS[3], b"{}"), figures)
        figures.changed += await one.state(client) != before
        figures.highest, figures.memory = count, one.memory()
        for _, writer in slowly:
            writer.close()
    return figures


LIMITED = """import resource, sys
name, most = sys.argv[1], int(sys.argv[2])
resource.setrlimit(getattr(resource, name), (most, resource.getrlimit(getattr(resource, name))[1]))
from simulator.__main__ import main
sys.exit(main(sys.argv[3:]))
"""
"""A simulator under a limit of the system: name of the limit, value, then its own options."""


def limited(name: str, most: int) -> tuple[str, ...]:
    return ("-c", LIMITED, name, str(most))


def main(seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        print(asyncio.run(fuzz(home / "fuzz", seconds, int(time.time()))).line("fuzz"), flush=True)
        print(asyncio.run(flood(home / "flood", 1_500)).line("flood of 1,500 connections"), flush=True)
        print(asyncio.run(slow(home / "slow", 300)).line("300 slow connections"), flush=True)
        for most in (100, 200):
            told = asyncio.run(flood(home / f"few{most}", 400, "--connections", "10000", "--per-peer", "10000",
                                     wrapper=limited("RLIMIT_NOFILE", most)))  # fmt: skip
            print(told.line(f"400 connections with {most} descriptors"), flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60)
