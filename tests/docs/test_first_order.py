"""A stranger's first order: the example of docs/first-order.md against a real `serve`, and the page against the example."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.protocol.wire.schema_facts import schema_fact

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs/examples/first-order/first_order.py"
PAGES = ("docs/first-order.md", "docs/first-order.zh-CN.md")
LIANTIAO = [sys.executable, "-c", "from conformance.cli import main; main()"]
WAIT_S = 60


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A `serve` on a free port: what it printed."""
    command = [*LIANTIAO, "serve", "--port", "0", "--json", "--home", str(tmp_path / "home")]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
    )
    assert process.stdout
    text = ""
    for line in process.stdout:
        text += line
        if line == "}\n":
            break
    try:
        yield json.loads(text)
    finally:
        process.terminate()
        process.wait(WAIT_S)


def test_the_example_has_its_first_order_accepted_without_a_refusal(
    serving: dict[str, Any], tmp_path: Path
) -> None:
    token = Path(serving["control_token_file"]).read_text(encoding="utf-8").strip()
    asked = [*LIANTIAO, "person", "--simulator", serving["base"], "--control-token", token, "--json"]
    person = subprocess.run(asked, capture_output=True, check=True, timeout=WAIT_S).stdout
    (tmp_path / "person.json").write_bytes(person)
    (tmp_path / "vendor.json").write_text(json.dumps(serving["vendor"]), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(EXAMPLE), "vendor.json", "person.json"],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=WAIT_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert [line.split(":")[0] for line in said] == ["6201 accepted", "6202 accepted", "6301"]
    again = subprocess.run(
        [sys.executable, str(EXAMPLE), "vendor.json", "person.json"],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=WAIT_S, check=False,
    )  # fmt: skip
    assert "LT-CODE-USED" in again.stderr, "a code is exchanged once"


def test_the_example_knows_nothing_of_ours() -> None:
    source = EXAMPLE.read_text(encoding="utf-8")
    assert not re.search(
        r"^(import|from) (simulator|conformance|reports|schemas|locales)", source, re.MULTILINE
    )
    assert len(source.splitlines()) < 180


@pytest.mark.parametrize("page", PAGES)
def test_the_page_shows_the_code_of_the_example_and_a_true_refusal(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    source = EXAMPLE.read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        assert any(textwrap.indent(block, " " * deep) in source for deep in (0, 4, 8)), block
    refusal = re.search(r"LT-SCHEMA: (.*)", text)
    assert refusal
    known = json.loads((ROOT / "schemas/messages/centre/6201.request.json").read_text(encoding="utf-8"))
    upload = {
        name: known["properties"][name]["examples"][0]
        for name in known["required"]
        if name != "feedetailList"
    }
    row = known["properties"]["feedetailList"]["items"]
    upload["feedetailList"] = [{name: row["properties"][name]["examples"][0] for name in row["required"]}]
    assert schema_fact("centre/6201.request", upload).ok, "the examples of the schema are a message"
    del upload["psnNo"]
    assert refusal[1] == str(schema_fact("centre/6201.request", {**upload, "medType": ""}).note)


def test_both_pages_have_the_same_content() -> None:
    shapes = []
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        links = {link.replace(".zh-CN", "") for link in re.findall(r"\]\(([^)]+)\)", text)}
        shapes.append(
            (
                re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL),
                links,
                len(re.findall(r"^## ", text, re.MULTILINE)),
            )
        )
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize(
    "page",
    ["README.md", "README.zh-CN.md", "docs/guide.md", "docs/guide.zh-CN.md", "docs/protocol/README.md"],
)
def test_the_first_order_is_reachable(page: str) -> None:
    assert "first-order" in (ROOT / page).read_text(encoding="utf-8")
