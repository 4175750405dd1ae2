"""Processes of ours: the ready line, its absence, and the end."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from conformance.runner.child import ChildError, start
from simulator.protocol.text.said import Said, Text, stored

READY = 'import threading; print("starting", flush=True); print(\'{"ready":true,"driver":"http://x"}\', flush=True); threading.Event().wait()'


def test_the_ready_line_is_read_and_the_process_stopped(tmp_path: Path) -> None:
    async def work() -> tuple[dict[str, object], bool, int | None]:
        child = await start("x", [sys.executable, "-c", READY], tmp_path / "log")
        ready = await child.ready()
        running = child.running
        await child.stop()
        return ready, running, child.process.returncode

    ready, running, code = asyncio.run(work())
    assert ready["driver"] == "http://x"
    assert running
    assert code is not None
    assert (tmp_path / "log").read_text(encoding="utf-8").startswith("starting")


def test_several_ready_lines_in_one(tmp_path: Path) -> None:
    async def work() -> dict[str, object]:
        child = await start(
            "x",
            [sys.executable, "-c", 'print(\'[{"ready":true,"n":1},{"ready":true,"n":2}]\')'],
            tmp_path / "log",
        )
        ready = await child.ready()
        await child.stop()
        return ready

    assert asyncio.run(work())["all"] == [{"ready": True, "n": 1}, {"ready": True, "n": 2}]


def test_an_end_without_a_ready_line_is_told(tmp_path: Path) -> None:
    async def work() -> dict[str, object]:
        child = await start(
            "x", [sys.executable, "-c", "import sys; sys.exit('端口被占用')"], tmp_path / "log"
        )
        ready = await child.ready()
        await child.stop()
        return ready

    assert asyncio.run(work()) == {}
    assert (tmp_path / "log").stat().st_size > 0


def test_a_process_that_says_nothing_is_late(tmp_path: Path) -> None:
    async def work() -> None:
        child = await start(
            "模拟器", [sys.executable, "-c", "import threading; threading.Event().wait()"], tmp_path / "log"
        )
        try:
            await child.ready(0.2)
        finally:
            await child.stop()

    with pytest.raises(ChildError, match="模拟器 在 0 秒内没有就绪"):
        asyncio.run(work())


def test_no_such_program_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ChildError, match="启动不了"):
        asyncio.run(start("x", ["liantiao-no-such-program"], tmp_path / "log"))


def test_why_it_did_not_get_ready_is_a_sentence(tmp_path: Path) -> None:
    """What a child of ours says in the place of the ready line; a vendor's last words stay its own."""

    async def work(code: str) -> tuple[dict[str, object], Text]:
        child = await start("x", [sys.executable, "-c", code], tmp_path / "log")
        return await child.ready(), child.last_words

    why = Said("端口应在 0 到 65535 之间")
    line = json.dumps({"ready": False, **stored("error", why)})
    assert asyncio.run(work(f"print({line!r})")) == ({}, why)
    assert asyncio.run(work("print('out of paper')")) == ({}, "out of paper")
