"""Allure's results are held until the session ends and written once, readable: each was written, read, changed and written again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import allure_commons
import orjson
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import TestResult
from attr import asdict


def held_results() -> list[Any]:
    """Where the results of this session go from now on, in place of a file each; attachments and containers are written."""
    held: list[Any] = []
    for plugin in allure_commons.plugin_manager.get_plugins():
        if isinstance(plugin, AllureFileLogger):
            _hold(plugin, held)
    return held


def _hold(logger: Any, held: list[Any]) -> None:
    write = logger._report_item

    def put(item: Any) -> None:
        if isinstance(item, TestResult):
            held.append(item)
        else:
            write(item)

    logger._report_item = put


def write_results(
    folder: Path, held: Sequence[Any], readable: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    """One file for each result, as `readable` wants it."""
    for item in held:
        told = asdict(item, filter=lambda _, value: value or value is False)
        name = item.file_pattern.format(prefix=uuid4())
        (folder / name).write_bytes(orjson.dumps(readable(told)))
