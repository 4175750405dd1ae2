"""Kill the command with -9, at several moments: no simulator, no hospital, no temporary home with keys stays behind.

Real processes; every wait has a limit. Linux only: what is left is found in /proc by a mark in the environment.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.runner import catalogue

pytestmark = [
    pytest.mark.survival,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc"),
]
MARK = "LIANTIAO_TEST_MARK"
LIMIT_S = 60.0
LIANTIAO = [sys.executable, "-c", "from conformance.cli import main; main()"]


class Marked:
    """The processes of one test: everything that inherited its mark."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.mark = folder, secrets.token_hex(8)
        self.temporary = folder / "tmp"
        self.temporary.mkdir()

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, MARK: self.mark, "TMPDIR": str(self.temporary)}
        with (self.folder / "said").open("ab") as said:
            return subprocess.Popen(
                [*LIANTIAO, *words], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                stdout=said, stderr=said,
            )  # fmt: skip

    def said(self) -> str:
        return (self.folder / "said").read_text(encoding="utf-8", errors="replace")

    def alive(self) -> list[int]:
        wanted, found = f"{MARK}={self.mark}".encode(), []
        for place in Path("/proc").iterdir():
            if place.name.isdigit() and int(place.name) != os.getpid():
                try:
                    if wanted in (place / "environ").read_bytes().split(b"\0"):
                        found.append(int(place.name))
                except OSError:
                    continue
        return found

    def until(self, holds: object, what: str) -> None:
        end = time.monotonic() + LIMIT_S
        while not holds():  # type: ignore[operator]
            assert time.monotonic() < end, (what, self.said())
            time.sleep(0.05)

    def keys(self) -> list[Path]:
        return [
            path for path in self.temporary.rglob("*") if path.name in ("identities.json", "control-token")
        ]


@pytest.fixture
def marked(tmp_path: Path) -> Iterator[Marked]:
    one = Marked(tmp_path)
    yield one
    for pid in one.alive():
        os.kill(pid, signal.SIGKILL)


PLANNED = len(catalogue.plan("A").scenarios)
"""How many scenarios a demo begins."""


@pytest.mark.parametrize("moment", ["启动模拟器", "模拟器: ", "运行场景", f" 3/{PLANNED}]"])
def test_a_killed_demo_leaves_nothing(marked: Marked, moment: str) -> None:
    demo = marked.start("demo")
    marked.until(lambda: moment in marked.said(), moment)
    demo.kill()
    demo.wait(LIMIT_S)
    marked.until(lambda: not marked.alive(), "processes")
    assert marked.keys() == []


def test_a_killed_run_leaves_no_simulator_and_the_home_free(marked: Marked) -> None:
    assert marked.start("init", "--port", "19632").wait(LIMIT_S) == 0
    file = marked.folder / "vendor.yaml"
    text = (
        file.read_text(encoding="utf-8").replace("  kind: http", "  kind: manual").replace("  hooks: []", "")
    )
    file.write_text("\n".join(line for line in text.splitlines() if "  url:" not in line), encoding="utf-8")
    run = marked.start("run", "--only", "pay/clinic_mixed")
    marked.until(lambda: "运行场景" in marked.said(), "running")
    assert (marked.folder / ".liantiao" / "serve.lock").exists()
    run.kill()
    run.wait(LIMIT_S)
    marked.until(lambda: not marked.alive(), "processes")
    assert not (marked.folder / ".liantiao" / "serve.lock").exists()


def test_a_killed_serve_leaves_its_home_to_the_next(marked: Marked) -> None:
    assert marked.start("init", "--port", "19633").wait(LIMIT_S) == 0
    for _ in range(2):
        serve = marked.start("serve")
        marked.until(lambda: "control token" in marked.said(), "ready")
        serve.kill()
        serve.wait(LIMIT_S)
        marked.until(lambda: not marked.alive(), "processes")
        (marked.folder / "said").write_bytes(b"")


@pytest.mark.parametrize("words", [["serve", "--port", "0"], ["demo"]])
def test_a_request_to_terminate_is_no_traceback(marked: Marked, words: list[str]) -> None:
    process = marked.start(*words)
    marked.until(lambda: "control token" in marked.said() or "运行场景" in marked.said(), "running")
    process.terminate()
    assert process.wait(LIMIT_S) == (0 if words[0] == "serve" else 3)
    assert "Traceback" not in marked.said()
    marked.until(lambda: not marked.alive(), "processes")
    assert marked.keys() == []


def test_an_interrupted_run_is_judged_by_what_had_ended(marked: Marked) -> None:
    demo = marked.start("demo")
    marked.until(lambda: f" 9/{PLANNED}]" in marked.said(), "nine scenarios")
    demo.terminate()
    assert demo.wait(LIMIT_S) == 3
    line = next(line for line in marked.said().splitlines() if "个场景中" in line)
    ended = int(line.split("个场景中")[1].split("个")[0])
    assert ended >= 9
    folder = line.split("liantiao judge ")[1].strip()
    assert marked.start("judge", folder, "--json").wait(LIMIT_S) == 3
    rows = json.loads((marked.folder / folder / "manifest.json").read_text(encoding="utf-8"))["scenarios"]
    assert sum(row["outcome"] != "error" for row in rows) >= 9
    assert len(rows) == PLANNED


def test_the_vendor_of_a_killed_run_is_named_by_the_next(marked: Marked) -> None:
    sleeping = json.dumps([sys.executable, "-c", "import time; time.sleep(600)"])
    (marked.folder / "vendor.yaml").write_text(
        "schema: 1\ninstitution: {code: H50999900001}\ndriver: {kind: http, level: 1}\n"
        f"endpoints: {{notify_6302: none}}\ncommand: {sleeping}\n",
        encoding="utf-8",
    )
    run = marked.start("run")
    marked.until(lambda: list(marked.folder.glob("runs/*/started.json")), "the vendor")
    (note,) = marked.folder.glob("runs/*/started.json")
    run.kill()
    run.wait(LIMIT_S)
    pid = json.loads(note.read_text(encoding="utf-8"))["pid"]
    marked.until(lambda: marked.alive() == [pid], "only the vendor")
    again = marked.start("run")
    marked.until(lambda: f"进程 {pid}" in marked.said(), "its name")
    again.terminate()
    again.wait(LIMIT_S)
    marked.until(lambda: marked.alive() == [pid], "the second vendor has ended")


def test_the_token_is_shown_to_a_terminal_only(marked: Marked) -> None:
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, MARK: marked.mark}
    with subprocess.Popen(
        [*LIANTIAO, "serve", "--port", "0"], cwd=marked.folder, env=environment, stdin=subprocess.DEVNULL,
        stdout=theirs, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        os.close(theirs)
        said = b""
        while b"#token=" not in said or not said.endswith(b"\n"):
            said += os.read(ours, 4096)
        process.terminate()
    os.close(ours)
    token = (marked.folder / ".liantiao" / "control-token").read_bytes().strip()
    assert b"control token: " + token in said
    assert b"/#token=" + token in said
    serve = marked.start("serve", "--port", "0")
    marked.until(lambda: "control token" in marked.said(), "ready")
    serve.terminate()
    serve.wait(LIMIT_S)
    assert token.decode() not in marked.said()
    assert "control token: .liantiao" in marked.said()
