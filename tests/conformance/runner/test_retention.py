"""Old raw bodies go, and nothing else."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from conformance.declaration import Declaration, Driver
from conformance.declared_persons import Persons
from conformance.mistake import Mistake
from conformance.runner import session
from conformance.runner.retention import expire, line
from conformance.runner.run_scenario import BEIJING
from conformance.runner.simulators import Choice
from conformance.scenario import Plan
from simulator.protocol.text.said import Text

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=BEIJING)


def make(runs: Path, name: str, age_days: float | None = None, evidence: bool = True) -> Path:
    folder = runs / name
    (folder / "raw").mkdir(parents=True)
    (folder / "raw" / "000001.json").write_text("{}", encoding="utf-8")
    (folder / "report.html").write_text("x", encoding="utf-8")
    if evidence:
        (folder / "evidence.jsonl").write_text("", encoding="utf-8")
    if age_days is not None:
        started = (NOW - timedelta(days=age_days)).isoformat()
        (folder / "manifest.json").write_text(json.dumps({"started": started}), encoding="utf-8")
    return folder


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)).replace("\\", "/") for path in folder.rglob("*")}


def test_only_raw_of_old_runs_is_deleted(tmp_path: Path) -> None:
    kept = [
        make(tmp_path, "young", 29.9),
        make(tmp_path, "20261101-000000-ab12"),
        make(tmp_path, "no-date"),
        make(tmp_path, "20200101-000000-no-evidence", 999, evidence=False),
        make(tmp_path, "99999999-999999-x"),
    ]
    (tmp_path / "loose.txt").write_text("x", encoding="utf-8")
    before = [files(folder) for folder in kept]
    old = make(tmp_path, "b-old", 30.1)
    named = make(tmp_path, "20261001-101010-ffff")
    rest = files(old) - {"raw", "raw/000001.json"}
    assert expire(tmp_path, 30, NOW) == ["20261001-101010-ffff", "b-old"]
    assert files(old) == rest
    assert files(named) == {"evidence.jsonl", "report.html"}
    assert [files(folder) for folder in kept] == before
    assert (tmp_path / "loose.txt").is_file()
    assert expire(tmp_path, 30, NOW) == []
    assert expire(tmp_path / "nowhere", 30, NOW) == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    folder, target = make(tmp_path / "runs", "old", 99), tmp_path / "elsewhere"
    target.mkdir()
    (target / "keep.txt").write_text("x", encoding="utf-8")
    (folder / "raw" / "000001.json").unlink()
    (folder / "raw").rmdir()
    try:
        (folder / "raw").symlink_to(target, target_is_directory=True)
    except OSError:
        pytest.skip("links cannot be made here")
    assert expire(tmp_path / "runs", 30, NOW) == []
    assert (target / "keep.txt").is_file()


def test_one_line_says_what_was_deleted() -> None:
    assert line([], 30) == ""
    assert str(line(["a"], 30)) == "已删除 a 的原始报文 raw/ (保留 30 天)"
    assert str(line(["a", "b"], 0)) == "已删除 a 等 2 次运行 的原始报文 raw/ (保留 0 天)"


def test_it_happens_before_anything_of_a_run(tmp_path: Path) -> None:
    old = make(tmp_path, "20200101-000000-ab12")
    told: list[Text] = []
    declaration = Declaration(
        "v.yaml", "H1", "医院", "509999", ("A",), (), (), Driver("http", 1), retain_days=7
    )
    wish = session.Wish(
        declaration, tmp_path, Plan("A", "t", "A", "insurance_app", ()), (),
        Choice(tmp_path / "home", url="http://127.0.0.1:1", token="t"), tmp_path, progress=lambda _what, detail: told.append(detail.get("text", "")),
    )  # fmt: skip
    with pytest.raises(Mistake, match="连不上"):
        asyncio.run(session.perform(wish))
    assert str(told[0]) == "已删除 20200101-000000-ab12 的原始报文 raw/ (保留 7 天)"
    assert files(old) == {"evidence.jsonl", "report.html"}


def test_a_run_without_the_list_of_its_persons_does_not_begin(tmp_path: Path) -> None:
    persons = Persons("import", (), "p.csv")
    declaration = Declaration(
        "v.yaml", "H1", "医院", "509999", ("A",), (), (), Driver("http", 1), persons=persons
    )
    wish = session.Wish(declaration, tmp_path, Plan("A", "t", "A", "insurance_app", ()), (), runs=tmp_path)
    with pytest.raises(Mistake, match="人员名单还没有"):
        asyncio.run(session.perform(wish))
    assert list(tmp_path.iterdir()) == []
