"""What the interop tests share: the built clients, and the known answers of the sheet."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from by_path import module_at

HERE = Path(__file__).resolve().parent
ASK_LIMIT_S = 120

Ask = Callable[[str, Sequence[dict[str, Any]]], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def clients() -> ModuleType:
    return module_at(HERE / "clients.py")


@pytest.fixture(scope="session")
def prepare(clients: ModuleType) -> ModuleType:
    module: ModuleType = clients.prepare
    return module


@pytest.fixture(scope="session")
def built(prepare: ModuleType) -> Callable[[str], None]:
    """Builds a client once; a missing tool skips the test, under the gate it fails it."""
    done: set[str] = set()

    def build(language: str) -> None:
        if language in done:
            return
        missing, make = next((missing, make) for name, missing, make in prepare.TOOLS if name == language)
        why = missing()
        if why:
            (pytest.fail if os.environ.get("LIANTIAO_CI") == "1" else pytest.skip)(
                f"interop {language}: {why}"
            )
        make()
        done.add(language)

    return build


@pytest.fixture(scope="session")
def ask(clients: ModuleType, prepare: ModuleType, built: Callable[[str], None]) -> Ask:
    """`ask("node", [{"op": ...}, ...])` -> one `{"ok": ...}` or `{"error": text}` for each."""

    def run(language: str, asked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        built(language)
        command = {
            "node": ["node", str(HERE / "node" / "tool.mjs")],
            "java": ["java", "-Dfile.encoding=UTF-8", "-cp", prepare.classpath(), "Tool"],
            **{client.name: [*client.command(), "tool"] for client in clients.CLIENTS},
        }[language]
        done = subprocess.run(
            [shutil.which(command[0]) or command[0], *command[1:]],
            input=json.dumps(list(asked)), capture_output=True, text=True, encoding="utf-8",
            timeout=ASK_LIMIT_S, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        assert len(answers) == len(asked)
        return answers

    return run


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((HERE / "vectors.json").read_text(encoding="utf-8"))
    return loaded
