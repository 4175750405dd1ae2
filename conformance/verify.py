"""Hold a run folder against itself: chain, manifest, commitments, citations (contracts 6). Changes nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from conformance import evidence
from conformance.evidence import Evidence
from conformance.reading import child, rows, text, whole
from simulator.protocol.crypto.ciphers import sm3

MOST_NAMED = 10
"""Findings of one kind that are named one by one; the rest is a number."""
MOST_RAW_BYTES = 64 * 1024 * 1024
MOST_LINE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was looked at: `what` it is, whether it holds, and one Chinese line."""

    what: str
    ok: bool
    text: str


def verify(folder: Path) -> list[Checked]:
    """Everything that can be checked without judging again. Raises OSError when evidence.jsonl cannot be read."""
    read = evidence.read(folder / "evidence.jsonl")
    found = [_chain(read)]
    if read.torn:
        found.append(Checked("证据链", False, "最后一行不完整, 写入时被打断"))
    found += _manifest(folder / "manifest.json", read)
    found += _raw(folder / "raw", read)
    found += _verdicts(folder / "verdicts.jsonl", read)
    return found


def _chain(read: Evidence) -> Checked:
    if read.problem:
        return Checked("证据链", False, read.problem)
    heads = ", ".join(f"{row['writer']} 末尾 {text(row, 'head')[:12]}" for row in read.writers)
    return Checked("证据链", True, f"{len(read.records)} 条记录首尾相接 ({heads or '空'})")


def _manifest(path: Path, read: Evidence) -> Iterator[Checked]:
    try:
        manifest = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        yield Checked("清单", False, f"{path.name} 读不出 ({type(error).__name__})")
        return
    if not isinstance(manifest, dict):
        yield Checked("清单", False, f"{path.name} 不是 JSON 对象")
        return
    bad = list(_against(manifest, read)) if not read.problem else []
    for line in bad:
        yield Checked("清单", False, line)
    if not bad and not read.problem:
        yield Checked("清单", True, "记录数与末尾哈希同证据一致")


def _against(manifest: Mapping[str, Any], read: Evidence) -> Iterator[str]:
    stated = {text(row, "writer"): row for row in rows(child(manifest, "evidence"), "writers")}
    have = {text(row, "writer"): row for row in read.writers}
    for name in (*stated, *(name for name in have if name not in stated)):
        ours, theirs = have.get(name), stated.get(name)
        if theirs is None:
            yield f"没有登记写入者 {name}, 证据里有它的 {whole(ours or {}, 'count')} 条记录"
        elif ours is None:
            yield f"登记了写入者 {name}, 证据里没有它的记录"
        elif whole(ours, "count") != whole(theirs, "count"):
            yield f"{name} 登记 {whole(theirs, 'count')} 条, 证据里 {whole(ours, 'count')} 条, 末尾被截断或追加"
        elif text(ours, "head") != text(theirs, "head"):
            yield f"{name} 的末尾哈希与登记的不同, 证据被整体换过"
    run = text(manifest, "run")
    other = next((text(record, "run") for record in read.records if text(record, "run") != run), "")
    if other:
        yield f"清单属于运行 {run}, 证据里有运行 {other} 的记录"


def _raw(folder: Path, read: Evidence) -> Iterator[Checked]:
    messages = {whole(r, "seq") or 0: text(r, "c") for r in read.records if r.get("kind") == "message"}
    if not folder.is_dir():
        yield Checked("原文承诺", True, "没有 raw/ 目录 (未保存或已过保留期), 未核对")
        return
    bad, seen = [], set()
    for path in sorted(folder.glob("*.json")):
        seq = int(path.stem) if path.stem.isascii() and path.stem.isdigit() else 0
        seen.add(seq)
        if seq not in messages:
            if not read.problem:
                bad.append(f"raw/{path.name} 不属于任何报文记录")
        elif problem := _commitment(path, messages[seq]):
            bad.append(f"raw/{path.name}: {problem}")
    bad += [f"记录 {seq} 的原文不在 raw/ 里" for seq in messages if seq not in seen]
    yield from _named("原文承诺", bad)
    if not bad:
        yield Checked("原文承诺", True, f"{len(messages)} 条报文的原文与 c = SM3(salt || raw) 一致")


def _commitment(path: Path, stated: str) -> str:
    """Why these bytes are not those the record committed to, or ""."""
    try:
        if path.stat().st_size > MOST_RAW_BYTES:
            return f"超过 {MOST_RAW_BYTES} 字节"
        entry = orjson.loads(path.read_bytes())
        content = bytes.fromhex(entry["salt"]) + base64.b64decode(entry["raw"], validate=True)
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError, binascii.Error) as error:
        return f"读不出 ({type(error).__name__})"
    return "" if sm3(content).hex() == stated else "与记录里的承诺不符, 原文或盐被改动"


def _verdicts(path: Path, read: Evidence) -> Iterator[Checked]:
    if not path.is_file():
        yield Checked("判定引用", True, "没有 verdicts.jsonl (尚未判定), 未核对")
        return
    present = {whole(record, "seq") for record in read.records}
    bad, count = [], 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = orjson.loads(line) if len(line) <= MOST_LINE_BYTES else None
            except orjson.JSONDecodeError:
                row = None
            cited = row.get("records") if isinstance(row, dict) else None
            if not isinstance(row, dict) or not isinstance(cited, list):
                bad.append(f"{path.name} 第 {number} 行不是判定")
                continue
            count += 1
            gone = [seq for seq in cited if seq not in present]
            if gone:
                where = f"{text(row, 'requirement')} {text(row, 'scenario')}".strip()
                bad.append(f"第 {number} 行 {where} 引用的记录 {gone[0]} 不存在")
    yield from _named("判定引用", bad)
    if not bad:
        yield Checked("判定引用", True, f"{count} 条判定引用的记录都在")


def _named(what: str, bad: list[str]) -> Iterator[Checked]:
    for line in bad[:MOST_NAMED]:
        yield Checked(what, False, line)
    if len(bad) > MOST_NAMED:
        yield Checked(what, False, f"另有 {len(bad) - MOST_NAMED} 处同样的问题")
