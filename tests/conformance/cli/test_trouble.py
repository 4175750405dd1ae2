"""What the machine refuses is set-up: exit code 2, one line that says what to do; 4 is for faults of ours."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conformance import cli
from conformance.cli import terminal
from conformance.cli.demo import reference_declaration
from conformance.cli.trouble import trouble
from conformance.runner import catalogue, manifest
from conformance.runner.child import last_line

LIANTIAO = [sys.executable, "-c", "from conformance.cli import main; main()"]
posix = pytest.mark.skipif(os.name != "posix", reason="/dev/full and rights as POSIX has them")


@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EADDRINUSE, errno.EMFILE, errno.ENOTDIR]
)
def test_each_refusal_says_what_to_do(number: int) -> None:
    found = trouble(ExceptionGroup("tasks", [OSError(number, os.strerror(number), "runs/x")]))
    assert found is not None
    assert str(found).startswith("runs/x: ")


@pytest.mark.parametrize(
    "error", [ValueError("x"), OSError(errno.ECONNRESET, "x"), OSError("x"), FileNotFoundError(2, "x")]
)
def test_a_fault_of_ours_stays_one(error: Exception) -> None:
    assert trouble(error) is None


def test_a_command_that_meets_one_exits_2_and_a_fault_of_ours_4(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for error, code in ((PermissionError(errno.EACCES, "denied", "runs"), 2), (RuntimeError("bug"), 4)):

        def broken(*_: object, error: Exception = error, **__: object) -> int:
            raise error

        monkeypatch.setattr(cli.cli, "main", broken)
        assert cli.invoke(["list"]) == code
        assert len(capsys.readouterr().err.splitlines()) == 1


@posix
def test_a_closed_pipe_and_a_full_disk_behind_the_output() -> None:
    full = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" > /dev/full', "sh", *LIANTIAO, "list", "requirements"],
        stderr=subprocess.PIPE, encoding="utf-8", timeout=60,
    )  # fmt: skip
    with subprocess.Popen(
        [*LIANTIAO, "list", "requirements"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read().decode()
    assert (full.returncode, process.returncode) == (2, 2)
    for text in (full.stderr, told):
        assert "标准输出写不下去" in text
        assert len(text.splitlines()) == 1


@posix
def test_a_missing_evidence_file_and_a_folder_that_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r").mkdir()
    for content in ("{", "[]", '{"schema": 1, "plan": "A"}'):
        (tmp_path / "r" / "manifest.json").write_text(content, encoding="utf-8")
        assert cli.invoke(["judge", "r"]) == 2
        assert capsys.readouterr().err.splitlines()[-1].startswith("错误: r")
    whole = manifest.skeleton("r", "", reference_declaration(), catalogue.plan("A"), {})
    manifest.write(tmp_path / "r", whole)
    assert cli.invoke(["judge", "r"]) == 2
    assert "evidence.jsonl" in capsys.readouterr().err
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert cli.invoke(["demo", "--runs", "file/runs"]) == 2
    assert "file/runs" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "meant"), [("rnu", "run"), ("verfy", "verify"), ("docter", "doctor"), ("fly", "demo, init")]
)
def test_a_mistyped_command_is_suggested(typed: str, meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.invoke([typed]) == 2
    line = capsys.readouterr().err.strip()
    assert line.startswith(f"错误: 没有命令 {typed}, ")
    assert meant in line
    terminal.choose_language([])


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_last_words_of_a_child_are_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "log").write_bytes("第一行\n端口被占用\n".encode(encoding))
    assert last_line(tmp_path / "log") == "端口被占用"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (
            "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\nKeyError: 'port'\n",
            "KeyError: 'port'",
        ),
        (
            'Traceback (most recent call last):\n  File "a.py", line 1\n    raise app.err.ConfigError(x)\napp.err.ConfigError: no key\n\nclosing\n',
            "app.err.ConfigError: no key",
        ),
        (
            "node:net:1\n      throw er;\n      ^\n\nError: listen EADDRINUSE: address already in use :::8080\n    at Server.x (node:net:1:2)\n"
            "  code: 'EADDRINUSE',\n  port: 8080\n}\n\nNode.js v18.19.0\n",
            "Error: listen EADDRINUSE: address already in use :::8080",
        ),
        (
            'Exception in thread "main" java.lang.RuntimeException: start\n\tat a.B.c(B.java:1)\nCaused by: java.net.BindException: Address already in use\n'
            "\tat a.D.e(D.java:2)\n\t... 12 more\n",
            "Caused by: java.net.BindException: Address already in use",
        ),
        (
            "panic: open key.pem: no such file\n\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:3 +0x1\nexit status 2\n",
            "panic: open key.pem: no such file",
        ),
        (
            "2026-01-01 00:00:00 [ERROR] 私钥读不出\n2026-01-01 00:00:01 [INFO] bye\n",
            "2026-01-01 00:00:00 [ERROR] 私钥读不出",
        ),
        ("one\n  at two\n", "one"),
        ("at one\n  {\n", "starting"),
    ],
)
def test_the_line_that_names_the_error_is_shown(tmp_path: Path, said: str, meant: str) -> None:
    (tmp_path / "log").write_text("starting\n" + said, encoding="utf-8")
    assert last_line(tmp_path / "log") == meant


def test_nothing_said_is_told(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"\n \n")
    assert str(last_line(tmp_path / "log")) == "没有输出"
