"""What a run says while it goes on, on standard error: a line a scenario, and how far it came when it was cut short."""

from __future__ import annotations

import asyncio
import sys
import unicodedata
from collections.abc import Mapping
from typing import Any

from conformance.cli import terminal
from conformance.cli.terminal import note, shown
from conformance.runner.run import Progress
from simulator.protocol.text.said import Said, Text

_STANDS = {
    "passed": Said("通过"),
    "failed": Said("不通过"),
    "blocked": Said("阻塞"),
    "review": Said("待确认"),
    "skipped": Said("未执行"),
    "n/a": Said("不适用"),
    "ran": Said("已运行"),
}
WORD_CELLS = 7
REASON_CHARS = 160

_STAGES = {
    "simulator": Said("启动模拟器 …"),
    "vendor": Said("连接被测系统 …"),
    "scenarios": Said("运行场景 …"),
}


def progress(what: str, detail: Mapping[str, Any]) -> None:
    """One line a scenario, on standard error."""
    if what == "waiting":
        note(detail["text"])
        return
    if what == "stage":
        note(_STAGES[detail["name"]])
        return
    width = len(str(detail["total"]))
    title = (terminal.english() and detail.get("title_en")) or detail["title"]
    state, why = standing(detail)
    reason = f"  {' '.join(shown(why).split())[:REASON_CHARS]}" if why else ""
    word = shown(_STANDS[state])
    note(
        f"[{detail['done']:>{width}}/{detail['total']}] {padded(word, WORD_CELLS)} {detail['id']}  {title}{reason}"
    )


def standing(detail: Mapping[str, Any]) -> tuple[str, Text]:
    """How a scenario stands when it has just ended, and why: by its first judgement, else by what became of it."""
    word, outcome = detail.get("word"), detail["outcome"]
    if outcome in ("skipped", "n/a"):
        return outcome, detail["reason"]
    if word is not None and word.state == "failed":
        return "failed", Said("{}: {}", word.requirement, word.observed)
    if outcome == "error":
        return "blocked", detail["reason"]
    if word is None:
        return "ran", detail["reason"]
    return word.state, Said("{}: {}", word.requirement, word.observed) if word.requirement else ""


def padded(word: str, cells: int) -> str:
    """`word` filled up to so many cells of the terminal: a Chinese character takes two."""
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in word)
    return word + " " * max(0, cells - len(word) - wide)


async def ask_person(text: Text, within_s: float) -> str:
    """Show a prompt and read one line; "" when nobody answered in time."""
    note(text)
    try:
        return await asyncio.wait_for(asyncio.to_thread(sys.stdin.readline), within_s)
    except TimeoutError:
        return ""


class Interruption:
    """Hears the progress of a run, and knows what to say when it was cut short."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._detail: Mapping[str, Any] = {}

    def hear(self, what: str, detail: Mapping[str, Any]) -> None:
        """Pass it on, or keep it."""
        if what == "interrupted":
            self._detail = detail
        else:
            self._progress(what, detail)

    def tell(self, *, as_json: bool) -> None:
        """How many scenarios had ended, and how to judge them."""
        if not self._detail:
            return
        done, total, folder = (self._detail[name] for name in ("done", "total", "folder"))
        again = f"liantiao judge {folder}"
        note(Said("运行中断: {} 个场景中 {} 个已结束; 判定已有的证据: {}", total, done, again))
        if as_json:
            found = {"folder": folder, "ended": done, "scenarios": total, "judge": again}
            terminal.machine({"interrupted": found, "exit": terminal.UNFINISHED})
