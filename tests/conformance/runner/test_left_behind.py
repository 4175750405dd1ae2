"""The vendor of a run that was killed is named by the next one; files of a run and of a home are their owner's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.runner.left_behind import FILE, alive, left_behind, started, stopped
from conformance.runner.private import append_private, private_folder, write_private


def test_what_still_runs_is_named_and_what_has_ended_is_forgotten(tmp_path: Path) -> None:
    running, gone = tmp_path / "20261129-1", tmp_path / "20261129-2"
    for folder in (running, gone):
        folder.mkdir()
    code = "import sys; sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as process:
        started(running, process.pid, ["node", "vendor.mjs"])
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait(30)
        started(gone, ended.pid, ["x"])
        (one,) = left_behind(tmp_path)
        assert (one.pid, one.folder, one.command) == (process.pid, running, "node vendor.mjs")
        assert f"进程 {process.pid} (node vendor.mjs)" in str(one.said)
        assert not (gone / FILE).exists()
        assert alive(process.pid)
    stopped(running)
    assert list(left_behind(tmp_path)) == []


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"pid": "x", "command": []}', '{"pid": -1, "command": ["x"]}']
)
def test_a_file_of_no_use_is_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / FILE).write_text(text, encoding="utf-8")
    assert list(left_behind(tmp_path)) == []


@pytest.mark.skipif(os.name != "posix", reason="owners as POSIX knows them")
def test_files_are_their_owners_and_links_are_not_written_through(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "a" / "b")
    write_private(folder / "f", "x")
    append_private(folder / "g").close()
    assert [path.stat().st_mode & 0o777 for path in (folder, folder / "f", folder / "g")] == [
        0o700,
        0o600,
        0o600,
    ]
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    for write in (lambda path: write_private(path, "x"), append_private):
        with pytest.raises(OSError, match="link"):
            write(folder / "link")
    assert not (tmp_path / "elsewhere").exists()
