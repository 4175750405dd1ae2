"""What a person reads is a sentence with its English: no Chinese literal stands outside `Said(…)`, but for what is named here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("simulator", "conformance", "reports", "locales", "schemas")
IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
WRAPPERS = ("Said",)

MODULES = {
    "simulator/protocol/codes/page_text.py": "pages in two languages, the English of their frame beside it",
    "simulator/channels/wechat/bill_columns.py": "the title rows of a file, sent on the wire",
    "simulator/centre/setl.py": "names of funds: the field's own code list, sent on the wire",
    "simulator/protocol/codes/citation.py": "a pattern of what the sources of the sheets are cited by",
    "simulator/faults/not_json.py": "the page of a gateway, sent on the wire",
    "conformance/feedback.py": "names of the cells of a form that is read",
    "conformance/coverage.py": "the levels of the catalogue of cases, as cases.yaml has them",
    "conformance/conclusion.py": "the words that a conclusion is compared by; reports have them by key",
    "conformance/rules/wording.py": "patterns that the vendor's own words are searched by",
    "reports/docx_paper.py": "names of fonts",
    "reports/full_width.py": "the ranges of characters that it changes",
    "reports/model.py": "words of a manifest that are compared",
}
"""Module -> why its Chinese literals are data."""
FOLDERS = {
    "conformance/reference": "a hospital: its texts are what a vendor answers and shows; its own mistakes are Said",
}
VALUES = {
    "联调示范医院": "the name of the synthetic institution",
    "联调": "how the names of synthetic institutions begin",
    "合同测试": "the name of a synthetic person",
    "合同测试药品": "the name of a synthetic drug",
    "预验": "a value of the manifest",
    "必": "a value of cases.yaml",
    "是": "what a person types",
    "否": "what a person types",
    "未能归属的报文": "the title of what no scenario has, in verdicts.jsonl beside its English",
    "整次运行": "the title of what the whole run has, in verdicts.jsonl beside its English",
    "[默认: ": "click's own word, replaced where Chinese is shown",
}
"""Literal -> why it is a value and no sentence."""


def bare(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, text) of the Chinese literals that no `Said` holds; docstrings are for engineers."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in WRAPPERS:
            for argument in node.args[1:]:
                yield from bare(ast.Tuple([argument], ast.Load()))
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and IDEOGRAPH.search(node.value):
            yield node.lineno, node.value
        yield from bare(node)


def literals(file: Path) -> list[tuple[int, str]]:
    return list(bare(ast.parse(file.read_text(encoding="utf-8"))))


def product() -> list[Path]:
    return [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]


def is_data(name: str) -> bool:
    return name in MODULES or any(name.startswith(f"{folder}/") for folder in FOLDERS)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_chinese_stands_outside_a_sentence(package: str) -> None:
    left = []
    for file in sorted((ROOT / package).rglob("*.py")):
        name = file.relative_to(ROOT).as_posix()
        if not is_data(name):
            found = [
                one
                for one in literals(file)
                if one[1] not in VALUES and "\n" not in one[1] and "liantiao " not in one[1]
            ]
            left += [f"{name}:{line}: {text!r}" for line, text in found]
    assert not left, "say it with Said(…), or name it here and why it is data"


def test_what_is_named_here_is_still_there() -> None:
    """An exception that nothing needs any more goes."""
    found = {file.relative_to(ROOT).as_posix(): {text for _, text in literals(file)} for file in product()}
    assert not [name for name in MODULES if not found.get(name)]
    assert not [
        folder
        for folder in FOLDERS
        if not any(name.startswith(f"{folder}/") and texts for name, texts in found.items())
    ]
    everywhere = set().union(*found.values())
    assert not VALUES.keys() - everywhere


def test_a_bare_literal_is_seen() -> None:
    seen = list(bare(ast.parse('def f():\n    """文"""\n    x = g(Said("好 {}", "坏"), f"糟{1}")\n')))
    assert [text for _, text in seen] == ["坏", "糟"]
