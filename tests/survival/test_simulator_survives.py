"""Kill it, tear its files, flood it: the evidence stays a chain and the simulator keeps answering.

Real processes on loopback; every wait has a limit; only processes started here are stopped.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from evidence_writer import walked

pytestmark = pytest.mark.survival
CODE = "H50999900001"
PATH_6301 = "/org/local/api/hos/query_order_info"


class Simulator:
    """A simulator process with the helpers these tests need."""

    def __init__(self, process: subprocess.Popen[str], ready: dict[str, Any]) -> None:
        self.process = process
        self.base = ready["base"]
        self.headers = {"X-Liantiao-Control": Path(ready["control_token_file"]).read_text("utf-8").strip()}

    async def control(self, session: aiohttp.ClientSession, method: str, path: str, body: Any = None) -> Any:
        async with session.request(method, self.base + path, json=body, headers=self.headers) as answer:
            assert answer.status < 300, (path, answer.status, await answer.text())
            return await answer.json()


@contextmanager
def simulator(home: Path) -> Iterator[Simulator]:
    command = [sys.executable, "-m", "simulator", "--port", "0", "--home", str(home)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    try:
        assert process.stdout is not None
        yield Simulator(process, json.loads(process.stdout.readline()))
    finally:
        process.kill()
        process.wait(timeout=10)
        if process.stdout is not None:
            process.stdout.close()


async def opened(sim: Simulator, session: aiohttp.ClientSession, run: str) -> None:
    await sim.control(session, "POST", "/control/institutions", {"code": CODE, "name": "联调示范医院"})
    await sim.control(session, "POST", "/control/runs", {"run": run, "institutions": [CODE]})


async def persons(sim: Simulator, session: aiohttp.ClientSession, run: str, count: int) -> None:
    body = {"flow": "f", "institution": CODE, "alias": "甲", "spec": {"insutype": "310"}}
    for _ in range(count):
        await sim.control(session, "POST", f"/control/runs/{run}/persons", body)


def evidence(home: Path, run: str) -> Path:
    return home / "journals" / run / "evidence.jsonl"


def test_killed_in_the_middle_of_writing_the_chain_goes_on(tmp_path: Path) -> None:
    home = tmp_path / "home"

    async def first(sim: Simulator) -> None:
        async with aiohttp.ClientSession() as session:
            await opened(sim, session, "r1")
            await persons(sim, session, "r1", 5)
            record = {"kind": "step", "flow": "f", "what": "wait", "d": {}}
            writing = [
                asyncio.ensure_future(sim.control(session, "POST", "/control/runs/r1/records", record))
                for _ in range(200)
            ]
            await asyncio.wait(writing, return_when=asyncio.FIRST_COMPLETED)
            sim.process.kill()
            await asyncio.gather(*writing, return_exceptions=True)

    with simulator(home) as sim:
        asyncio.run(first(sim))
    file = evidence(home, "r1")
    before = file.read_bytes()
    whole = before[: before.rfind(b"\n") + 1].splitlines(keepends=True)
    found = walked(whole)
    held = found.heads["sim-1"].count
    assert found.problem == ""
    assert held > 0
    file.write_bytes(before + b'{"schema":2,"torn')

    async def second(sim: Simulator) -> list[dict[str, Any]]:
        async with aiohttp.ClientSession() as session:
            await opened(sim, session, "r1")
            records = await sim.control(session, "GET", "/control/runs/r1/records?after=0&wait_ms=0")
            found: list[dict[str, Any]] = records["records"]
            return found

    with simulator(home) as sim:
        records = asyncio.run(second(sim))
    assert [record["seq"] for record in records] == list(range(1, len(records) + 1))
    assert len(records) > held
    assert any(record["kind"] == "run" and record.get("what") == "repaired" for record in records)
    assert walked(file.read_bytes().splitlines(keepends=True)).problem == ""


def test_altered_evidence_is_not_continued(tmp_path: Path) -> None:
    home = tmp_path / "home"

    async def write(sim: Simulator) -> None:
        async with aiohttp.ClientSession() as session:
            await opened(sim, session, "r1")
            await persons(sim, session, "r1", 2)

    with simulator(home) as sim:
        asyncio.run(write(sim))
    file = evidence(home, "r1")
    file.write_bytes(file.read_bytes().replace(b'"run"', b'"rum"', 1))

    async def again(sim: Simulator) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session:
            await sim.control(session, "POST", "/control/institutions", {"code": CODE})
            body = {"run": "r1", "institutions": [CODE]}
            async with session.post(sim.base + "/control/runs", json=body, headers=sim.headers) as answer:
                return answer.status, await answer.text()

    with simulator(home) as sim:
        status, text = asyncio.run(again(sim))
    assert 400 <= status < 500
    assert "哈希链" in text


def test_a_flood_of_rubbish_and_idle_connections_leaves_it_answering(tmp_path: Path) -> None:
    bodies = (
        b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 5000, b'{"appId":1}', b'{"a":' * 900 + b"1" + b"}" * 900,
        b'{"encData":"zz","signData":"??","appId":"x"}', b"A" * 5_000_000,
    )  # fmt: skip

    async def flood(sim: Simulator) -> tuple[list[int], int]:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
            await opened(sim, session, "r1")
            host, port = sim.base.removeprefix("http://").split(":")
            idle = [await asyncio.open_connection(host, int(port)) for _ in range(100)]
            for _, writer in idle:
                writer.write(
                    b"POST " + PATH_6301.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
                )

            async def one(body: bytes) -> int:
                async with session.post(sim.base + PATH_6301, data=body) as answer:
                    text = await answer.text()
                    assert json.loads(text)["code"] != 0
                    assert "Traceback" not in text
                    return answer.status

            statuses = list(await asyncio.gather(*(one(body) for body in bodies for _ in range(20))))
            async with session.get(sim.base + "/health") as answer:
                healthy = answer.status
            for _, writer in idle:
                writer.close()
            return statuses, healthy

    with simulator(tmp_path / "home") as sim:
        statuses, healthy = asyncio.run(flood(sim))
        assert sim.process.poll() is None
    assert set(statuses) == {200}
    assert len(statuses) == 200
    assert healthy == 200
