"""The evidence writer of one run: `<home>/journals/<run>/evidence.jsonl`, hash-chained, append-only.

`hash` is SM3 (hex) of the canonical JSON of the record without `hash`: members sorted by name, no spaces, UTF-8
unescaped. A line is that same text with `hash` put in its place, so taking the member `"hash":"…",` out of a line
gives the hashed text back. `prev` is the hash before it, "" first. One writer a run.
"""

from __future__ import annotations

import asyncio
import json
import math
import secrets
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from simulator.protocol.crypto.ciphers import sm3
from simulator.shell.files import append_to, private_folder, replace_file
from simulator.shell.limits import RECORDS, RECORDS_AN_ANSWER, RECORDS_IN_MEMORY

FILE = "evidence.jsonl"
WRITER = "sim-1"


class JournalError(Exception):
    """The journal cannot be continued; `str()` is one Chinese line naming file and line."""


def canonical(record: Mapping[str, Any]) -> bytes:
    """The canonical JSON of a record: what the hash is taken over."""
    try:
        return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # integers beyond 64 bits, lone surrogates: rare, and hostile
        return json.dumps(_clean(record), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def chained(record: dict[str, Any]) -> bytes:
    """The line of a record that already has its `prev`: `hash` added, canonical order, newline at the end."""
    body = canonical(record)
    record["hash"] = sm3(body).hex()
    return canonical(record) + b"\n"


def check_chain(lines: Iterable[bytes]) -> tuple[int, str, int | None]:
    """Walk the chain: (records that hold, last hash, number of the first line that does not hold or None)."""
    head, held = "", 0
    for line in lines:
        try:
            record = orjson.loads(line)
            stated = record.pop("hash")
            linked = (record["prev"], record["seq"], record["writer"]) == (head, held + 1, WRITER)
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            return held, head, held + 1
        if not linked or sm3(canonical(record)).hex() != stated:
            return held, head, held + 1
        head, held = stated, held + 1
    return held, head, None


class Journal:
    """Append records of one run, keep the tail for long polls, read older ones from the file.

    Raises JournalError when the file on disk was altered; a torn last line is cut off and reported.
    """

    def __init__(self, folder: Path, run: str) -> None:
        self.run = run
        self.folder = private_folder(folder)
        self.mask_key = _secret(self.folder / "mask.key")
        self._path = self.folder / FILE
        self._starts: list[int] = []
        self._size = 0
        self.head = ""
        torn = self._reopen()
        self._file = append_to(self._path)
        self._tail: deque[bytes] = deque(maxlen=RECORDS_IN_MEMORY)
        self._news = asyncio.Event()
        self.closed = False
        self.torn_bytes = torn

    @property
    def last_seq(self) -> int:
        """The number of the newest record, 0 when there is none."""
        return len(self._starts)

    def append(self, record: Mapping[str, Any]) -> int:
        """Write one record and return its number. Raises JournalError when closed or at the limit."""
        if self.closed:
            raise JournalError(f"运行 {self.run} 已结束，不能再写证据")
        if len(self._starts) >= RECORDS:
            raise JournalError(f"运行 {self.run} 的证据已达上限 {RECORDS} 条，请另开一个运行")
        seq = len(self._starts) + 1
        head = {"schema": 1, "writer": WRITER, "seq": seq, "prev": self.head}
        full = {**head, **record, "run": self.run}
        line = chained(full)
        self._file.write(line)
        self.head = full["hash"]
        self._starts.append(self._size)
        self._size += len(line)
        self._tail.append(line)
        self._news.set()
        self._news = asyncio.Event()
        return seq

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
            self._news.set()

    def _reopen(self) -> int:
        if not self._path.exists():
            return 0
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        lines = whole.splitlines(keepends=True)
        held, self.head, bad = check_chain(lines)
        if bad is not None:
            raise JournalError(
                f"{self._path.name} 第 {bad} 行与哈希链不符，证据被改动，不能续写：请另开一个运行"
            )
        for line in lines:
            self._starts.append(self._size)
            self._size += len(line)
        torn = content[len(whole) :]
        if torn:
            replace_file(self.folder / f"torn-{held + 1}.bin", torn)
            replace_file(self._path, whole)
        return len(torn)


def _secret(path: Path) -> bytes:
    if not path.exists():
        replace_file(path, secrets.token_bytes(32))
    return path.read_bytes()


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {_clean(str(key)): _clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 63:
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None  # as orjson writes it
    return value
