"""Whole messages and salts, owner-only, found again by their commitment `c = SM3(salt || raw)`.

`raw` is the message from its start line to its body (`protocol.wire.rawbytes`). It is stored before anything looks into it. Files older than RAW_KEPT_DAYS are deleted at start.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections import OrderedDict
from pathlib import Path
from typing import BinaryIO

import orjson

from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.rawbytes import whole
from simulator.shell.files import append_to, append_whole, private_folder
from simulator.shell.journal import JournalError
from simulator.shell.limits import RAW_BYTES, RAW_FILE_BYTES, RAW_INDEXED, RAW_KEPT_DAYS


class RawStore:
    """Append messages, `most` bytes in all files; give back (salt, raw) for a commitment."""

    def __init__(self, folder: Path, most: int = RAW_BYTES) -> None:
        self._folder = private_folder(folder)
        oldest = time.time() - RAW_KEPT_DAYS * 86_400
        for path in self._folder.glob("raw-*.jsonl"):
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
        self._most = most
        self._held = sum(path.stat().st_size for path in self._folder.glob("raw-*.jsonl"))
        self._file: BinaryIO | None = None
        self._path = self._folder
        self._at: OrderedDict[str, tuple[Path, int, int]] = OrderedDict()
        self._size = RAW_FILE_BYTES

    def put(self, raw: RawMessage) -> str:
        """Store the message with a fresh salt and return its commitment (hex). Raises JournalError."""
        salt = secrets.token_bytes(16)
        content = whole(raw)
        commitment = sm3(salt + content).hex()
        line = (
            orjson.dumps({"c": commitment, "salt": salt.hex(), "raw": base64.b64encode(content).decode()})
            + b"\n"
        )
        if self._held + len(line) > self._most:
            raise JournalError(
                Said(
                    "原始报文已达上限 {} 字节（选项 disk.raw_bytes），请删去 {} 里的旧文件后重新启动",
                    self._most,
                    self._folder.name,
                )
            )
        try:
            self._append(line)
        except OSError as error:
            raise JournalError(Said("原始报文写不下去：{}", error.strerror or error)) from None
        self._held += len(line)
        self._at[commitment] = (self._path, self._size, len(line))
        self._size += len(line)
        if len(self._at) > RAW_INDEXED:
            self._at.popitem(last=False)
        return commitment

    def _append(self, line: bytes) -> None:
        if self._file is None or self._size + len(line) > RAW_FILE_BYTES:
            self.close()
            self._path = self._folder / f"raw-{time.time_ns()}.jsonl"
            self._file, self._size = append_to(self._path), 0
        append_whole(self._file, line, self._size)

    def get(self, commitment: str) -> dict[str, str] | None:
        """`{"salt": hex, "raw": base64}`, or None when it is not (or no longer) kept."""
        found = self._at.get(commitment)
        if found is None:
            return None
        path, start, length = found
        try:
            with path.open("rb") as file:
                file.seek(start)
                entry: dict[str, str] = orjson.loads(file.read(length))
        except (OSError, orjson.JSONDecodeError):
            return None
        return {"salt": entry["salt"], "raw": entry["raw"]}

    def close(self) -> None:
        """Close the open file."""
        if self._file is not None:
            self._file.close()
            self._file = None
