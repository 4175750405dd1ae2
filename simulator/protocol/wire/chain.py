"""The codec of evidence lines: one record a line, each bound to the one before of its writer by a hash (contracts 6).

`hash` is SM3 (hex) of the canonical JSON of the record without `hash`: members sorted by name, no spaces, UTF-8
unescaped. A line is that same text with `hash` put in its place, so taking the member `"hash":"…",` out of a line
gives the hashed text back. `prev` is the hash before it, "" first; `seq` counts from 1. Every writer has a chain of
its own, and lines of several may stand in one file. Records of kind `seal` close a file: their writer's chain starts at
the last hash of the others, and nothing but a seal may follow one. The codec stands here because the writer of the simulator and the
judge both need it and neither may import the other.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.text.said import Said, Text

SCHEMA: Final = 2
"""The version of the record schema (`schemas/evidence.json`)."""
SEAL: Final = "seal"
"""The kind of the records that say what a run folder was when it was judged or rendered."""
MOST_LINE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain of one writer stands: how many records, and the hash of the last."""

    count: int = 0
    hash: str = ""


@dataclass(slots=True)
class Walk:
    """What reading lines came to so far. `problem`: one clause about line `line`; `torn`: a cut last line.

    `last`: the hash of the last record; `sealed`: the last seal; `seals`: where the chain of seals stands.
    """

    heads: dict[str, Head] = field(default_factory=dict)
    last: str = ""
    sealed: Mapping[str, Any] = field(default_factory=dict)
    seals: Head = Head()
    line: int = 0
    problem: Text = ""
    torn: bool = False

    @property
    def writers(self) -> tuple[Mapping[str, Any], ...]:
        """`{"writer", "count", "head"}` of every chain but that of the seals, as the manifest states it."""
        return tuple({"writer": n, "count": h.count, "head": h.hash} for n, h in self.heads.items())


def canonical(record: Mapping[str, Any]) -> bytes:
    """The canonical JSON of a record: what the hash is taken over."""
    try:
        return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # integers beyond 64 bits, lone surrogates: rare, and hostile
        return json.dumps(_clean(record), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def chained(record: Mapping[str, Any], prev: str) -> dict[str, Any]:
    """`record` with `prev` and `hash`, as a writer makes it."""
    body = {**record, "prev": prev}
    body.pop("hash", None)
    return {**body, "hash": sm3(canonical(body)).hex()}


def line_of(record: Mapping[str, Any]) -> bytes:
    """The line of a chained record, with its newline."""
    return canonical(record) + b"\n"


def walk(lines: Iterable[bytes], found: Walk) -> Iterator[dict[str, Any]]:
    """The records that hold, one by one, with `found` filled in as they come. The first that does not hold ends it.

    Seals are held against their chain and are not given: `found.sealed` is the last.
    """
    for line in lines:
        found.line += 1
        if not line.strip():
            continue
        record = _parsed(line)
        if record is None and not line.endswith(b"\n"):
            found.torn = True
            return
        sealing = record is not None and record.get("kind") == SEAL
        head = _head(record or {}, found)
        found.problem = _broken(record, head)
        if not found.problem and canonical(record or {}) != line.rstrip(b"\n"):
            found.problem = Said("不是写入时的字节, 该行被改动")
        if not found.problem and found.seals.count and not sealing:
            found.problem = Said("封存之后又有记录")
        if found.problem or record is None:
            return
        found.last = record["hash"]
        if sealing:
            found.seals, found.sealed = Head(head.count + 1, found.last), record
            continue
        found.heads[str(record.get("writer", ""))] = Head(head.count + 1, found.last)
        yield record


def _head(record: Mapping[str, Any], found: Walk) -> Head:
    """What the record must follow."""
    if record.get("kind") == SEAL:
        return found.seals if found.seals.count else Head(0, found.last)
    return found.heads.get(str(record.get("writer", "")), Head())


def _parsed(line: bytes) -> dict[str, Any] | None:
    if len(line) > MOST_LINE_BYTES:
        return None
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return record if isinstance(record, dict) else None


def _broken(record: Mapping[str, Any] | None, head: Head) -> Text:
    """What does not hold about this record, or the empty text."""
    if record is None:
        return Said("不是 JSON 对象")
    if record.get("seq") != head.count + 1:
        return Said("记录号应为 {}, 实为 {}", head.count + 1, repr(record.get("seq")))
    if record.get("prev") != head.hash:
        return Said("与前一条记录的哈希不相接, 证据被改动或缺行")
    body = {key: value for key, value in record.items() if key != "hash"}
    if sm3(canonical(body)).hex() != record.get("hash"):
        return Said("哈希不符, 该条记录被改动")
    return ""


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
