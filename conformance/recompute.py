"""Judge a run folder again beside it and hold what it says against what stands there. Changes nothing in the folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from conformance import rulebook
from conformance.conclusion import CONCLUSIONS
from conformance.evidence.values import child, text
from conformance.judge_run import judge_into
from conformance.mistake import Mistake
from conformance.remembered import remembered
from conformance.runner import catalogue
from conformance.verdict_file import FILE as VERDICTS
from conformance.version import version
from simulator.protocol.text.said import Said, Text

CONCLUDED = ("conclusion", "cases", "requirements", "strangers", "root_causes")
_SAYS = ("requirement", "scenario", "flow", "verdict")


def not_recomputed(manifest: Mapping[str, Any]) -> Text:
    """Why judging again would say nothing about an edit, or ""."""
    judged = child(manifest, "judged")
    if child(manifest, "from_raw"):
        return Said("判定依据由原文重算的事实 (--from-raw), 未重算")
    if (text(judged, "version"), text(judged, "rules")) != (version(), rulebook.digest()):
        return Said(
            "由 liantiao {} 的规则判定, 与现在的不同, 未重算; 用那个版本核对, 或重新判定",
            text(judged, "version") or "?",
        )
    return ""


def differences(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Said]:
    """What the folder says and its evidence does not. Raises OSError; Mistake or KeyError for a manifest that is none."""
    plan = catalogue.plan(text(manifest, "plan") or "A")
    with TemporaryDirectory() as name:
        place = Path(name)
        found, _ = judge_into(folder, place, manifest, remembered(manifest), plan)
        yield from _lines(folder / VERDICTS, place / VERDICTS)
    for member in CONCLUDED:
        ours = _plain(getattr(found, member))
        if _plain(manifest.get(member)) != ours:
            yield from _member(member, manifest.get(member), ours)


def _lines(stated: Path, ours: Path) -> Iterator[Said]:
    with stated.open("rb") as one, ours.open("rb") as other:
        for number, (theirs, mine) in enumerate(zip_longest(one, other), 1):
            if theirs != mine:
                says, should = _brief(theirs), _brief(mine)
                if says == should:
                    yield Said("{} 第 {} 行 ({}) 与由证据重算的不同", stated.name, number, says)
                    return
                yield Said("{} 第 {} 行写的是 {}, 由证据重算是 {}", stated.name, number, says, should)
                return  # one line too many moves all that follow


def _brief(line: bytes | None) -> Text:
    if line is None:
        return Said("没有这一行")
    try:
        row = orjson.loads(line)
        return " ".join(str(row[name]) for name in _SAYS if row.get(name))
    except (orjson.JSONDecodeError, AttributeError, TypeError):
        return Said("不是判定")


def _member(name: str, stated: Any, ours: Any) -> Iterator[Said]:
    """The first row that differs, by its id and verdict; of the conclusion its text."""
    if name == "conclusion":
        says, should = (CONCLUSIONS.get(text(one, "text"), "?") for one in (_object(stated), ours))
        yield Said("清单的结论写的是 {}, 由证据重算是 {}", says, should)
        return
    rows: list[Any] = stated if isinstance(stated, list) else []
    theirs: Any
    mine: Any
    for theirs, mine in zip_longest(rows, ours, fillvalue={}):
        if theirs != mine:
            says, should = _row(theirs), _row(mine)
            if says == should:
                yield Said("清单的 {} 与由证据重算的不同", name)
            else:
                yield Said("清单的 {} 写的是 {}, 由证据重算是 {}", name, says, should)
            return


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _row(row: Any) -> str:
    return f"{row.get('id', '-')} {row.get('verdict', '-')}" if isinstance(row, Mapping) else "-"


def _plain(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value))


UNREADABLE = (OSError, Mistake, KeyError, TypeError, ValueError, AttributeError)
"""What a manifest that somebody rewrote can make of reading it as a declaration."""
