"""What the judge says is in the language of the report: findings, reasons, notes; Chinese stays the stored text."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from docx import Document
from lxml import html

from reports import decoded, model, render_docx, render_html, render_json
from reports.full_width import full_width
from reports.report_parts import Report
from reports.words import Words
from simulator.protocol.text.said import Said, stored

EXPECTED = Said("6202 的 chrgBchno 与同一订单的 6201 相同")
OBSERVED = Said("{} (观察到记录 {}, 静止 {} 秒)", Said("6201 为 {}, 6202 为 {}", Said("空"), "B<2>"), 88, 1.5)
REASON = Said("只用于模式 {}, 声明为 {}", "C", "A")
SKIPPED = Said("需要驱动级别 {}, 声明为 {}", 2, 1)
ENDED = Said("第 {} 步需要 {}, 但没有这个值", 3, "$a.b")
NOTE = Said("{}: {}{}", Said("必选要求不通过"), "PAY-BATCH-001", "")
ZH = {
    "expected": "6202 的 chrgBchno 与同一订单的 6201 相同",
    "observed": "6201 为 空, 6202 为 B<2> (观察到记录 88, 静止 1.5 秒)",
    "reason": "只用于模式 C, 声明为 A",
    "skipped": "需要驱动级别 2, 声明为 1",
    "note": "必选要求不通过: PAY-BATCH-001",
}
EN = {
    "expected": "chrgBchno of 6202 is that of the order's 6201",
    "observed": "6201 has nothing, 6202 has B<2> (observed up to record 88, quiet for 1.5 s)",
    "reason": "only for mode C, declared: A",
    "skipped": "needs driver level 2, 1 is declared",
    "note": "required, failed: PAY-BATCH-001",
}


def _printed(sentences: dict[str, str]) -> dict[str, str]:
    """As a report prints them: Chinese punctuation in Chinese sentences."""
    return {name: full_width(text) for name, text in sentences.items()}


@pytest.fixture(scope="module")
def said(sample_run: Any) -> Report:
    """The sample with sentences of the judge in every place where a run has them."""
    manifest, records, verdicts = sample_run.make()
    fail = next(row for row in verdicts if row["verdict"] == "fail")
    fail |= {**stored("expected", EXPECTED), **stored("observed", OBSERVED)}
    skip = next(row for row in verdicts if row["verdict"] == "skip")
    skip |= stored("observed", SKIPPED)
    case = next(row for row in manifest["cases"] if row["verdict"] == "n/a")
    case |= stored("reason", REASON)
    manifest["conclusion"] |= {"notes": [str(NOTE), "备注"], "notes_said": [NOTE.as_json()]}
    end = next(row for row in records if (row["kind"], row.get("what")) == ("scenario", "end"))
    end["d"] = {"outcome": "error", **stored("reason", ENDED)}
    failure = next(row for row in records if (row["kind"], row.get("what")) == ("run", "end"))
    failure["d"] = {"where": "x", **stored("error", ENDED)}
    return model.build(manifest, records, verdicts)


@pytest.mark.parametrize(("lang", "wanted", "other"), [("zh", ZH, EN), ("en", EN, ZH)])
def test_html_says_the_judges_sentences(said: Report, lang: str, wanted: Any, other: Any) -> None:
    wanted, other = _printed(wanted), _printed(other)
    text = html.fromstring(render_html.render(said, lang)).text_content()
    assert [part for part in wanted.values() if part not in text] == []
    assert [part for part in other.values() if part in text] == []
    assert "备注" in text, "a note without a sentence stays what it is"


@pytest.mark.parametrize(("lang", "wanted", "other"), [("zh", ZH, EN), ("en", EN, ZH)])
def test_docx_says_the_judges_sentences(said: Report, lang: str, wanted: Any, other: Any) -> None:
    wanted, other = _printed(wanted), _printed(other)
    doc = Document(io.BytesIO(render_docx.render(said, lang)))
    parts = [paragraph.text for paragraph in doc.paragraphs]
    parts += [cell.text for table in doc.tables for row in table.rows for cell in row.cells]
    text = "\n".join(parts)
    for name in ("observed", "reason", "note"):
        assert wanted[name] in text
        assert other[name] not in text


def test_a_record_says_its_sentence_once(said: Report) -> None:
    ends = [event for event in said.events.values() if "第 3 步" in str(event.detail)]
    ends.sort(key=lambda event: event.kind, reverse=True)
    assert [event.kind for event in ends] == ["scenario", "run"]
    assert "step 3" in decoded.note(ends[0], Words("en"))
    assert "第 3 步" not in decoded.note(ends[0], Words("en"))
    assert "第 3 步" in decoded.note(ends[0], Words("zh"))
    assert decoded.note(ends[1], Words("zh")) == "where x，error 第 3 步需要 $a.b，但没有这个值"


def test_json_is_for_machines_and_chinese(said: Report) -> None:
    text = json.dumps(json.loads(render_json.render(said)), ensure_ascii=False)
    assert [part for part in ZH.values() if part not in text] == []
    assert "chrgBchno of 6202" not in text


@pytest.mark.parametrize(
    ("lang", "has", "lacks"), [("zh", "当天挂号", "Registered today"), ("en", "Registered today", "当天挂号")]
)
def test_a_case_is_said_in_the_language_of_the_report(
    sample_run: Any, lang: str, has: str, lacks: str
) -> None:
    manifest, records, verdicts = sample_run.make()
    case = next(row for row in manifest["cases"] if row["verdict"] == "pass" and row["scenarios"])
    for name in ("title", "steps", "expected"):
        case |= {name: f"当天挂号 {name}", f"{name}_en": f"Registered today {name}"}
    made = model.build(manifest, records, verdicts)
    page = render_html.render(made, lang)
    document = Document(io.BytesIO(render_docx.render(made, lang)))
    cells = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    for name in ("title", "steps", "expected"):
        assert f"{has} {name}" in page
        assert f"{lacks} {name}" not in page
        assert f"{has} {name}" in cells
        assert f"{lacks} {name}" not in cells
