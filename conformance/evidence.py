"""Read `evidence.jsonl` and verify its hash chain (contracts 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from conformance.reading import text
from conformance.records import Record
from simulator.protocol.crypto.ciphers import sm3

MOST_RECORDS = 1_000_000
MOST_LINE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Evidence:
    """The records that hold, in order; `problem` is one Chinese line when the chain breaks, `torn` a cut last line."""

    records: tuple[Record, ...]
    problem: str = ""
    torn: bool = False
    writers: tuple[Mapping[str, Any], ...] = ()


def read(path: Path) -> Evidence:
    """Read one file. A broken chain ends the reading there; the records before it hold. Raises OSError."""
    with path.open("rb") as file:
        return read_lines(file, path.name)


def read_lines(lines: Iterable[bytes], name: str = "evidence.jsonl") -> Evidence:
    """Like `read`, from lines."""
    records: list[Record] = []
    heads: dict[str, tuple[int, str]] = {}
    problem, torn = "", False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        record = _parse(line)
        if record is None and not line.endswith(b"\n"):
            torn = True
            break
        problem = _broken(record, heads) if len(records) < MOST_RECORDS else f"超过 {MOST_RECORDS} 条记录"
        if problem or record is None:
            problem = f"{name} 第 {number} 行: {problem}"
            break
        writer = text(record, "writer")
        heads[writer] = (heads.get(writer, (0, ""))[0] + 1, text(record, "hash"))
        records.append(record)
    writers = tuple({"writer": name, "count": count, "head": head} for name, (count, head) in heads.items())
    return Evidence(tuple(records), problem, torn, writers)


def chained(record: Mapping[str, Any], prev: str) -> dict[str, Any]:
    """`record` with `prev` and `hash`, as the writer makes it."""
    body = {**record, "prev": prev}
    body.pop("hash", None)
    return {**body, "hash": sm3(_canonical(body)).hex()}


def _parse(line: bytes) -> dict[str, Any] | None:
    if len(line) > MOST_LINE_BYTES:
        return None
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return record if isinstance(record, dict) else None


def _broken(record: Mapping[str, Any] | None, heads: Mapping[str, tuple[int, str]]) -> str:
    """What does not hold about this record, or the empty text."""
    if record is None:
        return "不是 JSON 对象"
    count, head = heads.get(text(record, "writer"), (0, ""))
    if record.get("seq") != count + 1:
        return f"记录号应为 {count + 1}, 实为 {record.get('seq')!r}"
    if record.get("prev") != head:
        return "与前一条记录的哈希不相接, 证据被改动或缺行"
    body = {key: value for key, value in record.items() if key != "hash"}
    if sm3(_canonical(body)).hex() != record.get("hash"):
        return "哈希不符, 该条记录被改动"
    return ""


def _canonical(body: Mapping[str, Any]) -> bytes:
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
