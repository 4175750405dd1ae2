from __future__ import annotations

import json

import pytest
from lxml import html

from reports import load, model, read, render_html
from reports.full_width import full_width
from reports.report_parts import ORDER, TROUBLE, worst


def test_roll_up_is_worst_first_and_nothing_is_never_a_pass():
    assert worst(["pass", "skip"]) == "skip"
    assert worst(["n/a", "pass"]) == "pass"
    assert worst(["fail", "error", "warn"]) == "fail"
    assert worst([]) == "skip"


def test_headline_is_the_judges(report):
    made = report.conclusion
    assert (made.text, made.exit) == ("不通过", 1)
    assert made.must_executed < made.must_applicable
    assert dict(made.counts)["fail"] == 3
    assert sum(share.must for share in made.shares) == made.must_applicable


def test_every_troubled_verdict_is_in_exactly_one_finding(report):
    inside = [row.anchor for one in report.findings for row in one.rows]
    assert sorted(inside) == sorted(row.anchor for row in report.verdicts if row.verdict in TROUBLE)
    assert report.findings[0].first.verdict == "fail"
    assert report.findings[0].first.level == "MUST"


def test_same_cause_shares_a_finding(sample_run):
    manifest, records, verdicts = sample_run.make()
    fail = next(row for row in verdicts if row["requirement"] == "ENV-SIGN-001" and row["verdict"] == "fail")
    more = [{**fail, "scenario": f"pay/x{n}", "observed": f"第 {n} 处"} for n in range(60)]
    built = model.build(manifest, records, [*verdicts, *more])
    one = next(one for one in built.findings if one.first.requirement == "ENV-SIGN-001")
    assert len(one.rows) == 61


def test_all_cases_are_listed_and_unknown_words_do_not_pass(sample_run):
    manifest, records, verdicts = sample_run.make()
    manifest["cases"][0]["verdict"] = "splendid"
    manifest["cases"][1].pop("verdict")
    built = model.build(manifest, records, verdicts)
    assert len(built.cases) == 219
    assert [case.verdict for case in built.cases[:2]] == ["skip", "skip"]


def test_a_scenario_without_verdicts_is_not_executed(sample_run):
    manifest, records, _ = sample_run.make()
    built = model.build(manifest, records, [])
    assert {one.verdict for one in built.scenarios} == {"skip"}


def test_orders_take_amounts_from_the_centre_and_are_valid_three_days(report):
    mixed = next(one for one in report.orders if one.flow == "pay/clinic_mixed")
    assert (mixed.total, mixed.fund, mixed.account, mixed.cash) == ("60.00", "35.00", "10.00", "15.00")
    assert (mixed.state, mixed.composition) == ("6", "mixed")
    assert mixed.created[:10] == "2026-11-22"
    assert mixed.valid_until[:10] == "2026-11-25"
    assert mixed.med_org_ord.startswith("MO")


def test_a_tampered_answer_does_not_change_the_order(sample_run):
    manifest, records, verdicts = sample_run.make()
    for record in records:
        if record["kind"] == "message" and record["interface"] == "6202" and record["part"] == "response":
            record["view"]["data"]["fundPay"] = "9999.00"
    built = model.build(manifest, records, verdicts)
    assert "9999.00" not in {one.fund for one in built.orders}


def test_business_types_are_apart(report):
    kinds = {biz: [one for one in report.authorisations if one.biz == biz] for biz in ("04106", "04107")}
    assert [one.decision for one in kinds["04106"]] == ["refuse"]
    assert "7201" in str(kinds["04106"][0].answer)
    assert len(kinds["04107"]) == 11


def test_refund_with_its_answer(report):
    (one,) = report.refunds
    assert (one.kind, one.total, one.answer) == ("ALL", "60.00", "SUCC")


def test_times_of_the_vendor_are_its_own(report):
    notice = next(one for one in report.latencies if (one.who, one.name) == ("vendor", "6302"))
    assert notice.p50 == 21.0


def test_chain_is_compared_with_the_manifest(sample_run, tmp_path):
    folder = sample_run.write(tmp_path / "r")
    assert load(folder).writers[0].agrees
    lines = (folder / "evidence.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "evidence.jsonl").write_bytes(b"".join(lines[:-1]))
    assert not load(folder).writers[0].agrees


def test_unreadable_lines_are_said_not_raised(sample_run, tmp_path):
    folder = sample_run.write(tmp_path / "r")
    with (folder / "evidence.jsonl").open("ab") as file:
        file.write(b'{"torn": \n[1]\n\xff\xfe\n' + b"[" * 100_000 + b"\n")
    with (folder / "verdicts.jsonl").open("ab") as file:
        file.write(b'{"torn": \n[1]\n\xff\xfe\n' + b"[" * 100_000 + b"\n")
    problems = [str(line) for line in load(folder).problems]
    assert any("不是 JSON 对象; 其后的记录不可信" in line for line in problems)
    assert any("4 行无法读取" in line for line in problems)
    (folder / "verdicts.jsonl").unlink()
    assert any("verdicts.jsonl: 缺少此文件" in str(line) for line in load(folder).problems)


def test_nothing_behind_a_break_of_the_chain_is_reported(sample_run, tmp_path):
    folder = sample_run.write(tmp_path / "r")
    path = folder / "evidence.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    whole = load(folder)
    path.write_bytes(b"".join([*lines[:20], lines[20].replace(b"2026-11-22T", b"2026-11-23T"), *lines[21:]]))
    broken = load(folder)
    assert (whole.problems, len(whole.writers)) == ((), 1)
    assert "第 21 行" in str(broken.problems[0])
    assert len(broken.orders) < len(whole.orders)
    path.write_bytes(b"".join(lines)[:-40])
    assert "最后一行不完整" in str(load(folder).problems[0])


@pytest.mark.parametrize("content", [None, "", "[]", "{", '"x"'])
def test_a_folder_that_is_no_run_is_one_line(tmp_path, content):
    if content is not None:
        (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(read.RunFolderError) as caught:
        load(tmp_path)
    assert "\n" not in str(caught.value)


def test_secrets_of_a_declaration_are_not_carried(report):
    assert "must-not-show" not in json.dumps(report.run.declaration, ensure_ascii=False)
    assert dict(report.run.declaration)["driver.token"] == "******"


def test_unattributed_messages_have_their_own_flow(report):
    odd = next(flow for flow in report.flows if flow.id == "")
    assert any(event.bad for event in odd.events)
    assert odd.verdict == ""


def test_counts_name_only_known_verdicts(report):
    assert {name for name, _ in report.conclusion.counts} <= set(ORDER)


def test_a_consequence_stands_beneath_its_cause(sample_run):
    manifest, records, verdicts = sample_run.make()
    fail = next(row for row in verdicts if row["requirement"] == "ENV-SIGN-001" and row["verdict"] == "fail")
    fail |= {"id": "f/ENV-SIGN-001", "quote": "验签失败", "quote_record": 7, "fix_en": "sort by bytes"}
    after = {
        **fail,
        "requirement": "PAY-BOOK-001",
        "id": "f/PAY-BOOK-001",
        "consequence_of": "f/ENV-SIGN-001",
    }
    later = {**after, "requirement": "EXP-STATE-001", "id": "f/EXP", "consequence_of": "f/PAY-BOOK-001"}
    orphan = {**after, "requirement": "RFD-X-001", "id": "f/RFD", "consequence_of": "of another flow"}
    built = model.build(manifest, records, [*verdicts, after, later, orphan])
    one = next(one for one in built.findings if one.first.id == "f/ENV-SIGN-001")
    assert set(one.consequences) == {"PAY-BOOK-001", "EXP-STATE-001"}
    roots = {one.first.id for one in built.findings}
    assert "f/RFD" in roots, "what nothing explains is a finding of its own"
    assert not {"f/PAY-BOOK-001", "f/EXP"} & roots
    for lang, fix in (("zh", fail["fix"]), ("en", "sort by bytes")):
        text = (
            html.fromstring(render_html.render(built, lang))
            .get_element_by_id(one.first.anchor)
            .text_content()
        )
        assert "EXP-STATE-001" in text
        assert "验签失败" in text
        assert full_width(fix) in full_width(text)
