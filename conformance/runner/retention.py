"""Raw bodies are kept for `retain_days`; the rest of a run folder is never touched (contracts 6)."""

from __future__ import annotations

import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import orjson

from conformance.runner.run_scenario import BEIJING
from simulator.protocol.text.said import Said, Text

RAW = "raw"
EVIDENCE = "evidence.jsonl"
_STAMP = re.compile(r"(\d{8}-\d{6})(?:-|$)")


def expire(runs: Path, days: int, now: datetime | None = None) -> list[str]:
    """Delete `raw/` of the runs in `runs` that are older than `days`; the names of those runs, oldest first.

    Only a folder with evidence is a run; one whose age nobody wrote down is left alone.
    """
    oldest = (now or datetime.now(BEIJING)) - timedelta(days=days)
    gone = []
    for folder in sorted(runs.iterdir()) if runs.is_dir() else ():
        raw = folder / RAW
        if not (folder / EVIDENCE).is_file() or not raw.is_dir() or raw.is_symlink():
            continue
        begun = _begun(folder)
        if begun is not None and begun < oldest:
            shutil.rmtree(raw, ignore_errors=True)
            gone += [] if raw.exists() else [folder.name]
    return gone


def line(gone: list[str], days: int) -> Text:
    """What was done, in one line; empty when nothing was."""
    if not gone:
        return ""
    shown = gone[0] if len(gone) == 1 else Said("{} 等 {} 次运行", gone[0], len(gone))
    return Said("已删除 {} 的原始报文 raw/ (保留 {} 天)", shown, days)


def _begun(folder: Path) -> datetime | None:
    """When the run began: as its manifest says, else as its name does."""
    try:
        stated = datetime.fromisoformat(str(orjson.loads((folder / "manifest.json").read_bytes())["started"]))
        return stated if stated.tzinfo else stated.replace(tzinfo=BEIJING)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    stamp = _STAMP.match(folder.name)
    try:
        return datetime.strptime(stamp[1], "%Y%m%d-%H%M%S").replace(tzinfo=BEIJING) if stamp else None
    except ValueError:
        return None
