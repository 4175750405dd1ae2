"""The commands of README and guide in their printed order, against a vendor that knows nothing but the block of `init`."""

from __future__ import annotations

import json
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "docs/guide.md")
TWINS = {"README.md": "README.zh-CN.md", "docs/guide.md": "docs/guide.zh-CN.md"}
FENCE = re.compile(r"^```([a-z]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LIMIT_S = 120
ONE = "pay/clinic_mixed"
"""The scenario that stands for a whole plan: the plan itself is run by test_whole_run."""


def commands(page: str) -> list[list[str]]:
    """The words of the commands from `init` up to the end of the fence that ends with a whole run."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = [block for language, block in FENCE.findall(text) if not language]
    first = next(at for at, block in enumerate(blocks) if block.startswith("liantiao init"))
    found: list[list[str]] = []
    for block in blocks[first:]:
        lines = [line.split("  #")[0].strip() for line in block.splitlines()]
        found += [shlex.split(line)[1:] for line in lines]
        if any(words[0] == "run" for words in found):
            return found
    raise AssertionError(page)


def liantiao(*words: str) -> list[str]:
    return [sys.executable, "-c", "from conformance.cli import main; main()", *words]


def free_port() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


@contextmanager
def running(command: list[str], folder: Path, sign: str) -> Iterator[list[str]]:
    """A process in its own window: what it said on standard output up to the line that has `sign`."""
    with (folder / "window.err").open("ab") as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8", cwd=folder
        )
    assert process.stdout is not None
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if sign in line:
                break
        yield said
    finally:
        process.terminate()
        process.wait(LIMIT_S)
        process.stdout.close()


@pytest.mark.golden
@pytest.mark.parametrize("page", PAGES)
def test_the_printed_order_works(page: str, tmp_path: Path) -> None:
    simulator, vendor = free_port(), free_port()  # those of the page may be taken on a machine that tests
    with ExitStack() as windows:
        for name, *rest in commands(page):
            more = []
            if name == "init":
                more = ["--port", simulator, "--driver", f"http://127.0.0.1:{vendor}"]
            elif name == "serve":
                said = windows.enter_context(running(liantiao(name, *rest), tmp_path, "control token"))
                assert f"127.0.0.1:{simulator}" in said[0]
                block = next((tmp_path / ".liantiao").glob("vendor-*.json"))
                assert '"appSecret"' not in said[-1]
                own = [
                    sys.executable,
                    "-m",
                    "conformance.reference",
                    "--config",
                    str(block),
                    "--port",
                    vendor,
                ]
                windows.enter_context(running(own, tmp_path, '"ready"'))
                continue
            elif name == "run" and "--only" not in rest:
                more = ["--only", ONE]
            elif name == "report":
                rest = [str(next((tmp_path / "runs").iterdir()))]
            done = subprocess.run(
                liantiao(name, *rest, *more), capture_output=True, cwd=tmp_path, timeout=LIMIT_S,
                stdin=subprocess.DEVNULL, encoding="utf-8",
            )  # fmt: skip
            assert done.returncode in ((0, 3) if name == "run" else (0,)), (name, done.stdout, done.stderr)
            if name == "run":
                assert f"127.0.0.1:{simulator}" in done.stderr
    for run in (tmp_path / "runs").iterdir():
        rows = [json.loads(line) for line in (run / "verdicts.jsonl").read_text("utf-8").splitlines()]
        assert [row for row in rows if row["verdict"] == "fail"] == []
        assert sum(row["verdict"] == "pass" for row in rows) > 10


@pytest.mark.parametrize("page", PAGES)
def test_the_chinese_page_has_the_same_order(page: str) -> None:
    def names(of: str) -> list[str]:
        return [words[0] for words in commands(of)]

    assert names(page) == names(TWINS[page])
    assert [name for name in names(page) if name != "person"][:4] == ["init", "serve", "doctor", "run"]
