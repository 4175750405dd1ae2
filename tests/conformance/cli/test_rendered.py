"""What only the institution knows comes from `report:`; an edited Word report is not overwritten unasked; a name says the language."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from judged_folder import judged_folder

from conformance import cli
from conformance.cli.init import declaration_text
from conformance.declaration import Declaration, Driver, load
from conformance.mistake import Mistake
from conformance.run_seal import seal
from conformance.verify import verify

CASE = "pay/clinic_mixed"
REPORT = {
    "channel": "国家医保服务平台 APP", "vendor": "示范软件", "merchant": "示范银行 / 898000000000001",
    "network": "医保专线", "environment": "安卓 14", "institution_level": "三级甲等", "application": "示范公众号",
    "channel_code": "CH00000001", "guide": "《某省接入指南》", "keys": "存于密码机", "date": "2026-12-01", "version": "1.2",
    "contacts": [{"name": "李工", "role": "信息科", "phone": "0000-00000000"}],
    "authors": {"written": "李工", "checked": "王主任", "approved": "赵院长"},
}  # fmt: skip
VENDOR = Declaration(
    "vendor.yaml", "H1", "院", "509999", ("A",), (), ("outpatient",), Driver("http", 2), report=REPORT
)


@pytest.fixture
def folder(tmp_path: Path, story: Any) -> Path:
    """A judged run of one scenario whose declaration has a `report:`."""
    place = judged_folder(tmp_path / "r1", story(CASE), VENDOR, CASE)
    seal(place, "judge")
    return place


def _text(path: Path) -> str:
    doc = Document(io.BytesIO(path.read_bytes()))
    return "\n".join(node.text or "" for node in doc.element.body.iter() if node.tag.endswith("}t"))


def test_report_fills_what_only_the_institution_knows(folder: Path) -> None:
    assert cli.invoke(["report", str(folder)]) == 0
    said = _text(folder / "report.docx")
    for part in ("国家医保服务平台 APP", "示范软件", "医保专线", "安卓 14", "三级甲等", "示范公众号", "《某省接入指南》",
                 "存于密码机", "2026-12-01", "1.2", "李工，信息科，0000-00000000", "王主任", "赵院长"):  # fmt: skip
        assert part in said, part
    assert "示范银行 / 898*********001" in said
    assert "898000000000001" not in said + (folder / "manifest.json").read_text(encoding="utf-8")


def test_an_edited_report_is_not_overwritten_unasked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.invoke(["report", str(folder)]) == 0
    assert cli.invoke(["report", str(folder)]) == 0, "what we wrote ourselves is written again"
    doc = Document(str(folder / "report.docx"))
    doc.add_paragraph("院方补充")
    doc.save(str(folder / "report.docx"))
    mine = (folder / "report.docx").read_bytes()
    capsys.readouterr()
    assert cli.invoke(["report", str(folder)]) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert cli.invoke(["judge", str(folder)]) in (0, 1, 3)
    assert (folder / "report.docx").read_bytes() == mine
    assert cli.invoke(["report", str(folder), "--report-lang", "en"]) == 0, "another language is another file"
    assert cli.invoke(["report", str(folder), "--overwrite"]) == 0
    assert (folder / "report.docx").read_bytes() != mine
    assert [one for one in verify(folder) if not one.ok] == []


def test_the_file_name_says_the_language(folder: Path) -> None:
    assert cli.invoke(["report", str(folder)]) == 0
    assert cli.invoke(["report", str(folder), "--report-lang", "en"]) == 0
    assert {path.name for path in folder.glob("report*")} == {
        "report.html", "report.docx", "report.en.html", "report.en.docx", "report.json",
    }  # fmt: skip
    assert '<html lang="zh' in (folder / "report.html").read_text(encoding="utf-8")
    assert '<html lang="en' in (folder / "report.en.html").read_text(encoding="utf-8")


def test_the_block_can_be_written_after_the_run(folder: Path, tmp_path: Path) -> None:
    later = tmp_path / "later.yaml"
    text = declaration_text(
        code="H50999900001", name='"院"', region="509999", mode="A", driver="http://127.0.0.1:9",
        notify="http://127.0.0.1:9/n", ruleset=1,
    )  # fmt: skip
    later.write_text(text + 'report: {vendor: "后来写的厂商"}\n', encoding="utf-8")
    assert cli.invoke(["report", str(folder), "--declaration", str(later)]) == 0
    said = _text(folder / "report.docx")
    assert "后来写的厂商" in said
    assert "示范软件" not in said


@pytest.mark.parametrize(
    ("block", "field"),
    [
        ("{vendour: x}", "report.vendour"),
        ('{date: "1.12.2026"}', "report.date"),
        ("{contacts: [{role: x}]}", "report.contacts"),
        ("{authors: {writen: x}}", "report.authors.writen"),
    ],
)
def test_a_mistake_in_the_block_is_named(block: str, field: str) -> None:
    text = (
        "schema: 1\ninstitution: {code: H50999900001}\ndriver: {kind: manual}\n"
        f"endpoints: {{notify_6302: none}}\nreport: {block}\n"
    )
    with pytest.raises(Mistake) as caught:
        load(text, "vendor.yaml", {}, lambda _: "")
    assert field in str(caught.value), str(caught.value)


def test_init_shows_the_block_as_a_comment() -> None:
    text = declaration_text(
        code="H50999900001", name='"院"', region="509999", mode="A", driver="x", notify="y", ruleset=1
    )
    assert "\n# report:\n" in text
    shown = json.loads(
        (Path(__file__).parents[3] / "schemas" / "declaration.json").read_text(encoding="utf-8")
    )
    for name in shown["properties"]["report"]["properties"]:
        assert name in text, name
