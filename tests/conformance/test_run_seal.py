"""Whoever edits a judged folder is found out: by the seal, or, when the seal was made again, by judging again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from judged_folder import judged_folder

import schemas
from conformance import cli
from conformance.declaration import Declaration, Driver
from conformance.evidence.reader import stream
from conformance.judge_run import judge_run
from conformance.run_seal import seal
from conformance.runner import catalogue, manifest
from conformance.verify import fit_to_report, verify
from simulator.protocol.crypto.ciphers import sm3

VENDOR = Declaration("vendor.yaml", "H1", "院", "509999", ("A",), (), ("outpatient",), Driver("http", 2))
CASE = "pay/clinic_mixed"


def wrong(folder: Path) -> list[str]:
    return [f"{one.what}: {one.text}" for one in verify(folder) if not one.ok]


@pytest.fixture
def folder(tmp_path: Path, story: Any) -> Path:
    """A judged run of one scenario, a report beside it."""
    place = judged_folder(tmp_path / "r1", story(CASE), VENDOR, CASE)
    (place / "report.html").write_text("<p>report</p>", encoding="utf-8")
    (place / "allure").mkdir()
    (place / "allure" / "a.json").write_text("{}", encoding="utf-8")
    seal(place, "report")
    return place


def test_a_folder_as_it_was_sealed_holds_and_says_what_was_checked(folder: Path) -> None:
    assert wrong(folder) == []
    assert [str(one.what) for one in verify(folder)] == [
        "证据链",
        "清单",
        "封存",
        "原文承诺",
        "判定引用",
        "重算",
    ]
    written = manifest.read(folder)
    jsonschema.Draft202012Validator(schemas.load("manifest")).validate(written)
    assert [row["name"] for row in written["files"]] == [
        "verdicts.jsonl",
        "flows.idx.jsonl",
        "report.html",
        "allure/",
    ]


def test_a_seal_fits_the_schema_and_is_no_record_of_the_run(folder: Path) -> None:
    last = json.loads((folder / "evidence.jsonl").read_bytes().splitlines()[-1])
    jsonschema.Draft202012Validator(schemas.load("evidence")).validate(last)
    assert (last["kind"], last["seq"], last["what"]) == ("seal", 2, "report")
    held = stream(folder / "evidence.jsonl")
    assert all(record["kind"] != "seal" for record in held)
    assert [row["writer"] for row in held.writers] == ["sim-1"]
    assert held.sealed["hash"] == last["hash"]


def test_judging_and_sealing_again_changes_no_verdict(folder: Path) -> None:
    before = (folder / "verdicts.jsonl").read_bytes()
    judge_run(folder, VENDOR, catalogue.plan("A"))
    assert (folder / "verdicts.jsonl").read_bytes() == before
    assert wrong(folder) == []


def edit(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        path = folder / name
        changed = change(path.read_bytes())
        assert changed != path.read_bytes()
        path.write_bytes(changed)

    return act


def conclusion(folder: Path) -> None:
    row = manifest.read(folder)
    row["conclusion"]["text"] = "通过" if row["conclusion"]["text"] != "通过" else "不通过"
    manifest.write(folder, row)


def a_case(folder: Path) -> None:
    row = manifest.read(folder)
    row["cases"][3]["verdict"] = "pass" if row["cases"][3]["verdict"] != "pass" else "fail"
    manifest.write(folder, row)


def a_verdict(folder: Path) -> None:
    path = folder / "verdicts.jsonl"
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    one = next(line for line in lines if line["requirement"] != "EXP-STATE-001")
    one["verdict"] = "pass" if one["verdict"] != "pass" else "fail"
    path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))


def less(folder: Path) -> None:
    path = folder / "verdicts.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))


EDITS = {
    "verdict": (a_verdict, "verdicts.jsonl"),
    "verdict gone": (less, "verdicts.jsonl"),
    "conclusion": (conclusion, "manifest.json"),
    "case": (a_case, "manifest.json"),
    "report": (edit("report.html", lambda old: old + b" "), "report.html"),
    "report gone": (lambda folder: (folder / "report.html").unlink(), "report.html"),
    "another report": (lambda folder: (folder / "report.docx").write_bytes(b"x"), "report.docx"),
    "allure": (edit("allure/a.json", lambda old: b"[]"), "allure/"),
    "index": (edit("flows.idx.jsonl", lambda old: old + b"{}\n"), "flows.idx.jsonl"),
    "seal": (
        edit("evidence.jsonl", lambda old: old.replace(b'"what":"report"', b'"what":"judge"')),
        "evidence.jsonl",
    ),
    "no seal": (
        edit(
            "evidence.jsonl",
            lambda old: b"".join(x for x in old.splitlines(keepends=True) if b'"seal"' not in x),
        ),
        "没有封存记录",
    ),
    "an older seal": (
        edit("evidence.jsonl", lambda old: b"".join(old.splitlines(keepends=True)[:-1])),
        "manifest.json",
    ),
    "a record after the seal": (
        edit("evidence.jsonl", lambda old: old + old.splitlines(keepends=True)[-3]),
        "evidence.jsonl",
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_named(folder: Path, name: str) -> None:
    act, says = EDITS[name]
    act(folder)
    found = wrong(folder)
    assert found
    assert any(says in line for line in found), found


@pytest.mark.parametrize("name", ["verdict", "verdict gone", "conclusion", "case"])
def test_an_edit_under_a_seal_made_again_is_found_by_judging_again(folder: Path, name: str) -> None:
    EDITS[name][0](folder)
    assert seal(folder, "report") == ""
    found = wrong(folder)
    assert found
    assert all(line.startswith("重算: ") for line in found), found


def test_what_was_judged_by_other_rules_is_said_to_be_not_recomputed(folder: Path) -> None:
    row = manifest.read(folder)
    row["judged"]["version"] = "9.9"
    manifest.write(folder, row)
    assert any("manifest.json 封存之后被改动" in line for line in wrong(folder))
    seal(folder, "report")
    assert wrong(folder) == []
    assert "由 liantiao 9.9 的规则判定, 与现在的不同, 未重算" in str(verify(folder)[-1].text)


@pytest.mark.parametrize("name", ["verdict", "conclusion", "no seal", "seal", "a record after the seal"])
def test_no_report_is_made_of_what_does_not_hold(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    EDITS[name][0](folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert cli.invoke(["report", str(folder)]) == 1
    assert "没有出报告" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_an_edited_word_report_stays_named_when_the_folder_is_judged_again(folder: Path) -> None:
    (folder / "report.docx").write_bytes(b"as we wrote it")
    row = manifest.read(folder)
    row["rendered"] = {"report.docx": sm3(b"as we wrote it").hex()}
    manifest.write(folder, row)
    seal(folder, "report")
    assert wrong(folder) == []
    (folder / "report.docx").write_bytes(b"filled in by hand")
    judge_run(folder, VENDOR, catalogue.plan("A"))
    assert wrong(folder) == ["封存: report.docx 封存之后被改动"]


def test_an_edited_report_is_no_reason_to_refuse_another(folder: Path) -> None:
    EDITS["report"][0](folder)
    assert fit_to_report(folder) == []


def test_a_cut_last_line_is_put_aside_before_the_seal(folder: Path) -> None:
    path = folder / "evidence.jsonl"
    records = [line for line in path.read_bytes().splitlines(keepends=True) if b'"kind":"seal"' not in line]
    path.write_bytes(b"".join(records)[:-20])
    row = manifest.read(folder)
    row["evidence"] = {"writers": []}
    manifest.write(folder, row)
    judge_run(folder, VENDOR, catalogue.plan("A"))
    assert (folder / "torn.bin").read_bytes() == records[-1][:-20]
    assert len(path.read_bytes().splitlines()) == len(records) - 1 + 1
    assert stream(path).problem == ""
    assert manifest.read(folder)["evidence"]["torn"] is True


@pytest.mark.parametrize("name", ["a byte", "a line", "the end"])
def test_evidence_that_is_not_what_the_run_wrote_is_not_judged_again(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Judging half of the evidence would overwrite what the whole had said."""
    path = folder / "evidence.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    records = [line for line in lines if b'"kind":"seal"' not in line]
    changed = {
        "a byte": b"".join(lines).replace(b'"kind":"message"', b'"kind":"massage"', 1),
        "a line": b"".join([*lines[:7], *lines[8:]]),
        "the end": b"".join(records[:-2]),
    }[name]
    original = path.read_bytes()
    path.write_bytes(changed)
    before = {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}
    assert cli.invoke(["judge", str(folder)]) == 1
    assert "没有重新判定" in capsys.readouterr().err
    assert {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()} == before
    path.write_bytes(original)
    assert wrong(folder) == []


def test_a_link_in_the_folder_is_not_followed(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "elsewhere"
    target.write_text("mine", encoding="utf-8")
    (folder / "report.html").unlink()
    (folder / "report.html").symlink_to(target)
    for command in ("report", "judge", "verify"):
        assert cli.invoke([command, str(folder)]) == 2
        assert "符号链接" in capsys.readouterr().err
    assert target.read_text(encoding="utf-8") == "mine"
