"""Reading a run folder. What cannot be read becomes a sentence in the report, not an exception."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from reports.timeline_parts import File
from simulator.protocol.text.said import Said, Text

RECORD_LIMIT = 200_000
"""Evidence records that one report reads; a load run keeps its own summary."""
LINE_LIMIT = 16 * 1024 * 1024
"""Bytes of one line; message bodies are at most 4 MB."""
_HANDED_IN = ("manifest.json", "evidence.jsonl", "verdicts.jsonl", "junit.xml")


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


def lines(path: Path, problems: list[Text]) -> list[dict[str, Any]]:
    """The JSON objects of a `.jsonl` file, at most `RECORD_LIMIT`; each unreadable line is reported."""
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
            if not line.strip():
                continue
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


def sm3(path: Path) -> str:
    """SM3 of a file in hex, or empty when this Python's OpenSSL has no SM3."""
    try:
        digest = hashlib.new("sm3")
    except ValueError:
        return ""
    with path.open("rb") as source:
        while block := source.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def files(run_dir: Path) -> tuple[File, ...]:
    """The files that a report can cite, with size and SM3."""
    paths = [path for path in map(run_dir.joinpath, _HANDED_IN) if path.is_file()]
    segments = run_dir / "evidence"
    if segments.is_dir():
        paths += sorted(segments.glob("*.jsonl"))
    return tuple(File(path.relative_to(run_dir).as_posix(), path.stat().st_size, sm3(path)) for path in paths)
