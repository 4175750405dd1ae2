"""What of a declaration this version cannot run, said before anything runs (by `doctor`, and by every command that runs)."""

from __future__ import annotations

from collections.abc import Iterator

from conformance import ledger
from conformance.declaration import Declaration
from conformance.mistake import Mistake
from conformance.runner import catalogue
from simulator.protocol.text.said import Said, Text

Found = Iterator[tuple[str, Text]]
"""(dotted field, what is wrong and what to write)."""


def unfit(declaration: Declaration) -> list[Mistake]:
    """Every value that a later step would refuse, or that nothing here can do, in the order of the file."""
    checks = (_modes, _driver, _deviations)
    found = [pair for one in checks for pair in one(declaration)]
    return [Mistake(text, file=declaration.file, field=field) for field, text in found]


def _modes(declaration: Declaration) -> Found:
    plans = catalogue.plan_names()
    for mode in declaration.modes:
        if mode not in plans:
            yield (
                "modes",
                Said("本版本没有模式 {} 的计划, 可用: {}; 从 modes 里删去它", mode, ", ".join(plans)),
            )


def _driver(declaration: Declaration) -> Found:
    driver = declaration.driver
    if driver.level == 0:
        yield (
            "driver.level",
            Said("level 0 什么场景也不运行: 写 1 (kind: manual 时由人点击), 能回答 order_state 的写 2"),
        )
    if driver.kind == "manual" and driver.level == 2:
        yield "driver.level", Said("kind: manual 只到 level 1: order_state 要不断读取, 人跟不上; 写 level: 1")
    if driver.mapping is None:
        return
    if driver.level == 2 and "order_state" not in driver.mapping.rows:
        text = Said(
            "level 2 要回答 order_state, 映射文件 {} 里没有它: 补上, 或写 level: 1", driver.mapping.file
        )
        yield "driver.level", text
    for hook in driver.hooks:
        if hook not in driver.mapping.rows:
            yield (
                "driver.hooks",
                Said("映射文件 {} 里没有 {}: 补上, 或从 hooks 里删去", driver.mapping.file, hook),
            )


def _deviations(declaration: Declaration) -> Found:
    if not declaration.deviations:
        return
    known = {row.id for row in ledger.load().requirements}
    for at, row in enumerate(declaration.deviations):
        if row["requirement"] not in known:
            text = Said("没有要求 {}, 用 liantiao list requirements 查看", row["requirement"])
            yield f"deviations[{at + 1}].requirement", text
