"""English is complete: every sentence a user may meet has it, and what commands print with --lang en has no Chinese."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.cli.english import catalogue, english_of
from simulator.protocol.text.phrases import SLOT
from simulator.protocol.text.said import chinese

ROOT = Path(__file__).resolve().parents[3]
Literals = Callable[[Path], list[tuple[str, tuple[ast.AST, ...]]]]

FOLDERS = (
    "conformance",
    "conformance/drivers",
    "conformance/runner",
    "simulator",
    "simulator/control",
    "simulator/profiles",
    "simulator/shell",
)
"""Folders whose every module speaks to users; of the others the modules that the catalogue names."""
DATA = {
    "联调示范医院", "联调{}", "合同测试", "合同测试药品", "是", "预验", "必", "[默认: ",
    "liantiao init --code H50999900001 --name 联调示范医院", "<html><body>系统繁忙，请稍后再试</body></html>",
}  # fmt: skip
"""Names, and what a person types: no sentences."""
SILENT = {
    "conformance/feedback.py": "its other literals are the names in forms",
    "conformance/conclusion.py": "written into the manifest and the verdicts, which are Chinese",
    "conformance/finding.py": "written into the verdicts, which are Chinese",
    "conformance/evidence/flow_view.py": "written into the verdicts, which are Chinese",
    "conformance/judgement.py": "written into the verdicts, which are Chinese",
    "conformance/pytest_plugin.py": "JUnit and Allure carry the Chinese of the verdicts",
    "simulator/__main__.py": "help of a module that users do not call",
    "simulator/shell/evidence.py": "written into the evidence, which is Chinese",
    "simulator/shell/exchange.py": "written into the evidence, which is Chinese",
    "simulator/shell/notifier.py": "written into the evidence, which is Chinese",
    "conformance/cli/explain_text.py": "Chinese and English of their own, test_explain holds both",
    "conformance/cli/usage.py": "click says the same in English",
}
"""Modules whose sentences are in files, not on the screen."""


def modules() -> list[str]:
    named = [name for name in catalogue() if name.endswith(".py")]
    found = [str(file.relative_to(ROOT)) for folder in FOLDERS for file in (ROOT / folder).glob("*.py")]
    cli_modules = [str(file.relative_to(ROOT)) for file in (ROOT / "conformance/cli").glob("*.py")]
    return sorted({*named, *found, *cli_modules} - SILENT.keys())


def has_both(around: tuple[ast.AST, ...]) -> bool:
    """Whether it is a `Said` (its English is in the catalogue), or the English stands beside it in a pair or a table."""
    return any(_pairs(node) for node in around)


def _pairs(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", "") == "Said"
    beside: list[ast.expr] = list(node.elts) if isinstance(node, ast.Tuple) else []
    if isinstance(node, ast.Dict):  # Chinese -> English; a Chinese value under an English key is no pair
        beside = [value for key, value in zip(node.keys, node.values, strict=True) if _chinese_constant(key)]
    return any(
        isinstance(one, ast.Constant) and str(one.value).strip() and not chinese(str(one.value))
        for one in beside
    )


def _chinese_constant(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and chinese(str(node.value))


@pytest.mark.parametrize("module", modules())
def test_every_sentence_has_english(module: str, chinese_literals: Literals) -> None:
    left = [
        text
        for text, around in chinese_literals(ROOT / module)
        if text not in DATA
        and "\n" not in text  # a whole file or page: held by a test of its own
        and not has_both(around)
        and chinese(english_of(SLOT.sub("0", text)))
        and chinese(english_of(SLOT.sub("", text)))
    ]
    assert not left, f"add them to conformance/cli/english.yaml under {module}: {left}"


def test_the_catalogue_has_no_chinese_in_its_english_and_fills_every_slot() -> None:
    assert any(catalogue().values())
    for rows in catalogue().values():
        for key, text in rows.items():
            assert not chinese(text), key
            assert len(SLOT.findall(key)) == len(SLOT.findall(text)), key


def test_no_sentence_of_the_catalogue_is_orphaned(chinese_literals: Literals) -> None:
    """A section named after a module holds only what that module says."""
    assert any(name.endswith(".py") for name in catalogue())
    for name, rows in catalogue().items():
        if not name.endswith(".py"):
            continue
        literals = [text for text, _ in chinese_literals(ROOT / name)]
        literals += [
            text.replace("{{", "{").replace("}}", "}") for text in literals
        ]  # a template for format()
        pieces = "\n".join(piece for text in literals for piece in SLOT.split(text))
        for key in rows:
            longest = max(SLOT.split(key), key=len)
            assert longest.strip() in pieces, f"{name}: {key}"
