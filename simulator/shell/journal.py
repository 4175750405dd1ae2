"""The evidence writer of one run: `<home>/journals/<run>/evidence.jsonl`, append-only, one writer a run.

How a line is written and bound to the one before it stands in `simulator.protocol.wire.chain`.
"""

from __future__ import annotations

import asyncio
import secrets
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from simulator.protocol.text.said import Said
from simulator.protocol.wire.chain import SCHEMA, Head, Walk, chained, line_of, walk
from simulator.shell.files import append_to, append_whole, private_folder, replace_file
from simulator.shell.limits import EVIDENCE_BYTES, RECORDS, RECORDS_AN_ANSWER, RECORDS_IN_MEMORY, TAIL_BYTES

FILE = "evidence.jsonl"
WRITER = "sim-1"


class JournalError(Exception):
    """The journal cannot be continued; the text is one line naming file and line."""


class Journal:
    """Append records of one run, keep the tail for long polls, read older ones from the file. `hear` is told each line.

    `most`: bytes that the file may have; beyond, nothing is written.

    Raises JournalError when the file on disk was altered; a torn last line is cut off and reported.
    """

    def __init__(
        self, folder: Path, run: str, hear: Callable[[str, bytes], object] = lambda _run, _line: None,
        most: int = EVIDENCE_BYTES,
    ) -> None:  # fmt: skip
        self.run = run
        self._most = most
        self._hear = hear
        self.folder = private_folder(folder)
        self.mask_key = _secret(self.folder / "mask.key")
        self._path = self.folder / FILE
        self._starts = array("Q")
        self._size = 0
        self.head = ""
        torn = self._reopen()
        self._file = append_to(self._path)
        self._tail: deque[bytes] = deque()
        self._tail_bytes = 0
        self._news = asyncio.Event()
        self.closed = False
        self.torn_bytes = torn

    @property
    def last_seq(self) -> int:
        """The number of the newest record, 0 when there is none."""
        return len(self._starts)

    def append(self, record: Mapping[str, Any]) -> int:
        """Write one record and return its number. Raises JournalError when closed, at the limit, or the disk is full."""
        if self.closed:
            raise JournalError(Said("运行 {} 已结束，不能再写证据", self.run))
        if len(self._starts) >= RECORDS:
            raise JournalError(Said("运行 {} 的证据已达上限 {} 条，请另开一个运行", self.run, RECORDS))
        seq = len(self._starts) + 1
        full = chained({"schema": SCHEMA, "writer": WRITER, "seq": seq, **record, "run": self.run}, self.head)
        line = line_of(full)
        if self._size + len(line) > self._most:
            raise JournalError(
                Said(
                    "运行 {} 的证据已达上限 {} 字节（选项 disk.evidence_bytes），请另开一个运行",
                    self.run,
                    self._most,
                )
            )
        try:
            append_whole(self._file, line, self._size)
        except OSError as error:
            raise JournalError(
                Said("运行 {} 的证据写不下去：{}", self.run, error.strerror or error)
            ) from None
        self.head = full["hash"]
        self._starts.append(self._size)
        self._size += len(line)
        self._keep(line)
        self._hear(self.run, line)
        self._news.set()
        self._news = asyncio.Event()
        return seq

    def _keep(self, line: bytes) -> None:
        self._tail.append(line)
        self._tail_bytes += len(line)
        while self._tail and (len(self._tail) > RECORDS_IN_MEMORY or self._tail_bytes > TAIL_BYTES):
            self._tail_bytes -= len(self._tail.popleft())

    def read(self, after: int, limit: int = RECORDS_AN_ANSWER) -> list[bytes]:
        """The lines of records `after`+1 …, at most `limit`."""
        last = min(len(self._starts), after + limit)
        if after >= last:
            return []
        oldest = len(self._starts) - len(self._tail)
        if after >= oldest:
            return [self._tail[index - oldest] for index in range(after, last)]
        end = self._starts[last] if last < len(self._starts) else self._size
        with self._path.open("rb") as file:
            file.seek(self._starts[after])
            return file.read(end - self._starts[after]).splitlines(keepends=True)

    async def wait(self, after: int, timeout_s: float) -> None:
        """Return when a record beyond `after` exists, or after `timeout_s`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout_s
        while self.last_seq <= after and not self.closed and (left := until - loop.time()) > 0:
            try:
                async with asyncio.timeout(left):
                    await self._news.wait()
            except TimeoutError:
                return

    def close(self) -> None:
        """Close the file; the records stay readable."""
        if not self.closed:
            self.closed = True
            self._file.close()
            self._tail.clear()
            self._news.set()

    def _reopen(self) -> int:
        """Take up the records that are there; the length of a torn last line, which is put aside."""
        if not self._path.exists():
            return 0
        found = Walk()
        with self._path.open("rb") as file:
            for _ in walk(self._whole(file), found):
                pass
            torn = file.read()
        head = found.heads.get(WRITER, Head())
        if found.problem or head.count != len(self._starts):
            raise JournalError(
                Said(
                    "{} 第 {} 行与哈希链不符，证据被改动，不能续写：请另开一个运行",
                    self._path.name,
                    found.line,
                )
            )
        self.head = head.hash
        if torn:
            replace_file(self.folder / f"torn-{self.last_seq + 1}.bin", torn)
            with self._path.open("r+b") as file:
                file.truncate(self._size)
        return len(torn)

    def _whole(self, file: BinaryIO) -> Iterator[bytes]:
        """The lines with their newline, noting where each begins; the file is left at what comes after them."""
        while (line := file.readline()).endswith(b"\n"):
            self._starts.append(self._size)
            self._size += len(line)
            yield line
        file.seek(self._size)


def _secret(path: Path) -> bytes:
    if not path.exists():
        replace_file(path, secrets.token_bytes(32))
    return path.read_bytes()
