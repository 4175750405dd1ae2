"""Reading a run folder. What cannot be read becomes a sentence in the report, not an exception."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from conformance.evidence.reader import stream
from conformance.evidence.records import Record
from conformance.evidence.values import text
from reports.timeline_parts import File
from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.text.said import Said, Text

RECORD_LIMIT = 200_000
"""Evidence records that one report reads; a load run keeps its own summary."""
LINE_LIMIT = 16 * 1024 * 1024
"""Bytes of one line; message bodies are at most 4 MB."""


class RunFolderError(ValueError):
    """The folder is not a run: one Chinese sentence that says what to do."""


def manifest(run_dir: Path) -> dict[str, Any]:
    """The manifest of the run. Raises RunFolderError when there is none that can be read."""
    path = run_dir / "manifest.json"
    if not path.is_file():
        raise RunFolderError(
            Said("{}: 没有这个文件; 请给出 runs/<编号> 目录 (liantiao run 结束时生成)", path)
        )
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise RunFolderError(
            Said("{}: 不是可读的 JSON ({}); 请重新运行或检查磁盘", path, str(error)[:200])
        ) from error
    if not isinstance(value, dict):
        raise RunFolderError(Said("{}: 最外层应为 JSON 对象", path))
    return value


def evidence(path: Path, problems: list[Text]) -> tuple[list[Record], tuple[Mapping[str, Any], ...]]:
    """The records of the evidence as far as its chains hold, at most `RECORD_LIMIT`, and `{writer, count, head}` of each.

    What does not hold, and a cut last line, is reported; nothing behind a break is read.
    """
    if not path.is_file():
        problems.append(Said("{}: 缺少此文件", path.name))
        return [], ()
    held = stream(path)
    records = iter(held)
    out = list(islice(records, RECORD_LIMIT))
    if next(records, None) is not None:
        problems.append(Said("{}: 只读取前 {} 条", path.name, RECORD_LIMIT))
    if held.problem:
        problems.append(Said("{}; 其后的记录不可信, 未计入报告", held.problem))
    if held.torn:
        problems.append(Said("{}: 最后一行不完整, 写入时被打断", path.name))
    return out, held.writers


def verdicts(path: Path, problems: list[Text]) -> list[dict[str, Any]]:
    """The verdict lines, at most `RECORD_LIMIT`; each unreadable line is reported."""
    out: list[dict[str, Any]] = []
    if not path.is_file():
        problems.append(Said("{}: 缺少此文件", path.name))
        return out
    bad: list[int] = []
    with path.open("rb") as source:
        for at, line in enumerate(source, 1):
            if len(out) >= RECORD_LIMIT:
                problems.append(Said("{}: 只读取前 {} 条", path.name, RECORD_LIMIT))
                break
            try:
                value = json.loads(line.decode("utf-8")) if len(line) <= LINE_LIMIT else None
            except (ValueError, RecursionError):
                value = None
            if isinstance(value, dict):
                out.append(value)
            else:
                bad.append(at)
    if bad:
        places = ", ".join(map(str, bad[:10])) + (" …" if len(bad) > 10 else "")
        problems.append(Said("{}: {} 行无法读取 (第 {} 行), 未计入报告", path.name, len(bad), places))
    return out


def files(run_dir: Path, writers: Iterable[Mapping[str, Any]]) -> tuple[File, ...]:
    """What the report rests on: each chain of the evidence by its last hash, the verdicts by the SM3 of the file.

    The evidence as a file and the manifest get a seal after the report is written, and the manifest its digest.
    """
    path = run_dir / "evidence.jsonl"
    size = path.stat().st_size if path.is_file() else 0
    chains = [
        File(f"{path.name} ({text(row, 'writer')} 1-{row.get('count')})", size, text(row, "head"))
        for row in writers
    ]
    stated = [path for path in (run_dir / "verdicts.jsonl",) if path.is_file()]
    return (*chains, *(File(path.name, path.stat().st_size, sm3(path.read_bytes()).hex()) for path in stated))
