"""report.json against its schema, render_all, the texts, and: any run renders."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import reports
import schemas
from locales import LANGUAGES
from reports import model, render_docx, render_html, render_json
from reports.words import Words, table

SOURCES = Path(reports.__file__).parent


def _check(value) -> None:
    schema = schemas.load("report")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(json.dumps(value)))


def test_json_fits_its_schema(report):
    value = json.loads(render_json.render(report))
    _check(value)
    assert value["headline"]["label"] == "预验"
    assert len(value["cases"]) == 219
    assert not re.search(r"~[0-9a-f]{10}", json.dumps(value))


def test_json_of_nothing_fits_too():
    _check(render_json.model(model.build({}, [], [])))


def test_render_all_writes_three_files_twice_the_same(run_dir, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    for name in ("manifest.json", "evidence.jsonl", "verdicts.jsonl"):
        (folder / name).write_bytes((run_dir / name).read_bytes())
    first = {kind: path.read_bytes() for kind, path in reports.render_all(folder).items()}
    again = {kind: path.read_bytes() for kind, path in reports.render_all(folder).items()}
    assert set(first) == {"html", "docx", "json"}
    assert first == again


def test_command_line_says_a_mistake_in_one_line(tmp_path):
    ran = subprocess.run([sys.executable, "-m", "reports", str(tmp_path)], capture_output=True, timeout=60)
    assert ran.returncode == 2
    assert ran.stderr.count(b"\n") == 1
    assert b"Traceback" not in ran.stderr


def test_sample_run_has_the_shapes_of_the_seams(sample_run):
    manifest, records, verdicts = sample_run.make()
    for name, rows in (("manifest", [manifest]), ("evidence", records), ("verdict", verdicts)):
        validator = jsonschema.Draft202012Validator(schemas.load(name))
        for row in rows:
            validator.validate(row)


def test_every_text_is_in_both_languages():
    assert table()
    english = Words("en")
    for key, zh in table().items():
        en = english(key)
        assert zh, key
        assert en, key
        assert set(re.findall(r"\{\w+\}", zh)) == set(re.findall(r"\{\w+\}", en)), key
        assert not re.search("[\u4e00-\u9fff]", en), key


def test_every_text_used_exists():
    used = {
        (path.name, key)
        for path in (*SOURCES.glob("*.py"), *SOURCES.glob("templates/*.j2"))
        for key in re.findall(
            r"\b(?:t|words)\(['\"]([\w./]+)['\"](?!\s*[~+])", path.read_text(encoding="utf-8")
        )
        if not key.endswith(".")
    }
    assert {name.rpartition(".")[2] for name, _ in used} == {"py", "j2"}
    assert {(name, key) for name, key in used if key not in table()} == set()


def test_an_unknown_language_is_our_error():
    with pytest.raises(ValueError, match="zh"):
        Words("de")
    assert LANGUAGES == ("zh", "en")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["~0123456789", "6"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def _spoilt(value, path, other):
    """`value` with the member at `path` (chosen modulo what is there) replaced or removed."""
    value = copy.deepcopy(value)
    at = value
    for step in path:
        keys = list(at) if isinstance(at, dict) else list(range(len(at))) if isinstance(at, list) else []
        if not keys:
            break
        key = keys[step % len(keys)]
        if isinstance(at[key], dict | list) and step % 3:
            at = at[key]
            continue
        if other is None and isinstance(at, dict):
            del at[key]
        else:
            at[key] = other
        break
    return value


@pytest.fixture(scope="module")
def small(sample_run):
    """Three flows, twelve cases: enough of everything, quick to render."""
    manifest, records, verdicts = sample_run.make()
    manifest["cases"] = manifest["cases"][::18]
    keep = {"refund/whole", "security/signature", "identity/check_only", ""}
    records = [record for record in records if record["flow"] in keep]
    return manifest, records, [row for row in verdicts if row["flow"] in keep or row["verdict"] != "pass"]


@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_any_run_renders(small, data):
    parts = list(small)
    for _ in range(data.draw(st.integers(1, 6))):
        which = data.draw(st.integers(0, 2))
        path = data.draw(st.lists(st.integers(0, 400), min_size=1, max_size=8))
        parts[which] = _spoilt(parts[which], path, data.draw(JSON))
    manifest = parts[0]
    records = [record for record in parts[1] if isinstance(record, dict)]
    verdicts = [row for row in parts[2] if isinstance(row, dict)]
    built = model.build(manifest, records, verdicts)
    assert render_html.render(built, data.draw(st.sampled_from(LANGUAGES)))
    if data.draw(st.integers(0, 3)) == 0:
        assert render_docx.render(built)
    _check(render_json.model(built))


@settings(max_examples=30, deadline=None)
@given(JSON, st.lists(JSON, max_size=4), st.lists(JSON, max_size=4))
def test_any_json_renders(manifest, records, verdicts):
    built = model.build(manifest, records, verdicts)
    assert render_html.render(built)
    _check(render_json.model(built))
