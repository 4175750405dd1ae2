"""What failed, each requirement once: with its first scenario, record and cause, beneath the one that is its root cause."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.cli.terminal import english, out, shown
from conformance.verdict_file import FILE
from simulator.protocol.text.said import Said, Text, said_in

SHOWN = 10
"""Root causes that the terminal names; the report and `--json` have them all."""
CHARS = 240
BAD = ("fail", "waiting", "error")
Row = Mapping[str, Any]


def findings(folder: Path) -> list[dict[str, Any]]:
    """One row a requirement that failed or was blocked, in the order of the file, fails first; `[]` without verdicts.

    `caused_by`: the requirement that is the root of every finding of this one, else empty.
    """
    try:
        lines = (folder / FILE).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    rows = [json.loads(line) for line in lines]
    by_id = {row["id"]: row for row in rows if row.get("id")}
    first: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        if row["verdict"] not in BAD:
            continue
        found = first.setdefault((row["verdict"], row["requirement"]), _first(row))
        found["scenarios"] += 1
        root = _root(row, by_id)
        if found["caused_by"] not in (root, None):
            root = ""
        found["caused_by"] = root
    return sorted(first.values(), key=lambda row: BAD.index(row["verdict"]))


def _first(row: Row) -> dict[str, Any]:
    names = (
        "verdict",
        "requirement",
        "level",
        "title",
        "title_en",
        "scenario",
        "flow",
        "domain",
        "replay",
        "quote",
    )
    texts = ("expected", "observed", "cause", "fix")
    found: dict[str, Any] = {name: row.get(name, "") for name in names}
    for name in texts:
        found |= {key: row[key] for key in (name, f"{name}_said", f"{name}_en") if row.get(key)}
    records = list(row.get("records") or ())
    known = row.get("deviation")
    return {**found, "records": records, "deviation": known, "scenarios": 0, "caused_by": None}


def _root(row: Row, by_id: Mapping[str, Row]) -> str:
    """The requirement of the line that this one follows from; the empty text for a root."""
    seen = {row.get("id")}
    while (above := by_id.get(row.get("consequence_of") or "")) is not None and above.get("id") not in seen:
        row = above
        seen.add(row.get("id"))
    name = str(row["requirement"])
    return name if len(seen) > 1 else ""


def show(found: Sequence[Row]) -> None:
    """The roots with what follows from each."""
    names = {row["requirement"] for row in found}
    roots = [row for row in found if not row["caused_by"] or row["caused_by"] not in names]
    failed = sum(row["verdict"] == "fail" for row in found)
    if failed:
        out(Said("不通过的要求 {} 项, 原因 {} 个:", failed, sum(row["verdict"] == "fail" for row in roots)))
    elif found:
        out(Said("阻塞的要求 {} 项:", len(found)))
    for row in roots[:SHOWN]:
        _show(row, [one["requirement"] for one in found if one["caused_by"] == row["requirement"]])
    if len(roots) > SHOWN:
        out(Said("  … 另有 {} 个, 见报告", len(roots) - SHOWN))


def _show(row: Row, follows: Sequence[str]) -> None:
    title = (english() and row["title_en"]) or row["title"]
    records = row["records"]
    where: Text = Said("记录 {}", records[0]) if records else Said("无记录")
    scenario = row["scenario"] or shown(Said("整次运行"))
    more = Said(", 共 {} 处", row["scenarios"]) if row["scenarios"] > 1 else ""
    known = Said(" (已登记偏差)") if row["deviation"] else ""
    word = Said("不通过") if row["verdict"] == "fail" else Said("阻塞")
    out(Said("  [{}] {} {} ({}, {}{}){}", word, row["requirement"], title, scenario, where, more, known))
    out(Said("      实为: {}", _short(said_in(row, "observed"))))
    cause = (english() and row.get("cause_en")) or said_in(row, "cause")
    if cause:
        out(Said("      可能原因: {}", _short(cause)))
    if row["quote"]:
        out(Said("      应答原文: {}", _short(str(row["quote"]))))
    if follows:
        out(Said("      由此引起: {}", ", ".join(dict.fromkeys(follows))))


def _short(text: Text) -> str:
    said = " ".join(shown(text).split())
    return said if len(said) <= CHARS else said[:CHARS] + "…"
