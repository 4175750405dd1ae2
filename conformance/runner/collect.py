"""Pull the records of a run, write them down as they come, and let steps wait for one of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import IO, Self

from conformance.evidence.records import Record
from conformance.runner.control import Control, ControlError
from conformance.runner.private import append_private, private_folder, write_private
from simulator.protocol.text.said import Said, Text, said_of
from simulator.protocol.wire.chain import line_of

DRAIN_ROUNDS = 200


class Collector:
    """Writes `evidence.jsonl` and `raw/` of one run. Use as an async context manager."""

    def __init__(self, control: Control, run: str, folder: Path, *, with_raw: bool = True) -> None:
        self.control, self.run, self.folder, self._with_raw = control, run, folder, with_raw
        self.by_flow: dict[str, list[Record]] = {}
        self.count = 0
        self.head = ""
        self.writer = ""
        self.problem: Text = ""
        self._next = 0
        self._written = 0
        self._messages: list[int] = []
        self._news = asyncio.Condition()
        self.hear: Callable[[Record], object] = lambda _record: None
        """Told every record once, in their order."""

    async def __aenter__(self) -> Self:
        private_folder(self.folder)
        self._file: IO[bytes] = append_private(self.folder / "evidence.jsonl")
        self._task = asyncio.create_task(self._follow(), name=f"records of {self.run}")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})
        self._file.close()

    def wrote(self, seq: int) -> None:
        """Note the number of a record of our own: whoever waits from now on must have seen all before it."""
        self._written = max(self._written, seq)

    async def until(self, flow: str, wanted: Callable[[list[Record]], bool], within_s: float) -> bool:
        """Wait until `wanted` holds for the records of `flow`; False when it does not within the limit.

        Nothing is decided on records older than what this process itself wrote last.
        """
        present = self._written

        def holds() -> bool:
            return self._next >= present and wanted(self.by_flow.get(flow, []))

        try:
            async with asyncio.timeout(within_s), self._news:
                await self._news.wait_for(holds)
        except TimeoutError:
            return holds()
        return True

    async def finish(self) -> None:
        """Take what is still to come, then fetch the raw bodies."""
        self._task.cancel()
        await asyncio.wait({self._task})
        for _ in range(DRAIN_ROUNDS):
            if not await self._pull(wait_ms=0):
                break
        self._file.flush()
        if self._with_raw:
            await self._fetch_raw()

    async def _follow(self) -> None:
        failures = 0
        while failures < 3:
            try:
                await self._pull()
                failures = 0
            except ControlError as error:
                failures += 1
                self.problem = said_of(error)
                await asyncio.sleep(0.2)

    async def _pull(self, wait_ms: int = 10_000) -> bool:
        reply = await self.control.records(self.run, self._next, wait_ms=wait_ms)
        records = reply.get("records") or []
        for record in records:
            self._write(record)
        self._next = int(reply.get("next", self._next))
        if records:
            self._file.flush()
            async with self._news:
                self._news.notify_all()
        return bool(records)

    def _write(self, record: Record) -> None:
        self._file.write(line_of(record))
        self.count += 1
        self.head, self.writer = str(record.get("hash", "")), str(record.get("writer", ""))
        self.by_flow.setdefault(str(record.get("flow", "")), []).append(record)
        self.hear(record)
        if record.get("kind") == "message":
            self._messages.append(int(record["seq"]))

    async def _fetch_raw(self) -> None:
        folder = private_folder(self.folder / "raw")
        missing, after = set(self._messages), 0
        try:
            while after < self._next:
                reply = await self.control.raws(self.run, after)
                for one in reply["raw"]:
                    seq = int(one.pop("seq"))
                    write_private(folder / f"{seq:06d}.json", json.dumps(one, separators=(",", ":")))
                    missing.discard(seq)
                after = max(after + 1, int(reply["next"]))
        except ControlError as error:
            self.problem = said_of(error)
            return
        if missing:
            self.problem = Said("记录 {} 没有保存原始报文", min(missing))
