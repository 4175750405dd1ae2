"""What is generated below docs/ is what the tables say now."""

from __future__ import annotations

from pathlib import Path

from by_path import module_at

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_every_generated_page_is_fresh() -> None:
    texts: dict[str, str] = module_at(DOCS / "generate.py").pages()
    assert {"profile.md", "faults.md", "interfaces.md", "requirements.md", "order-states.md"} <= set(texts)
    stale = [
        name
        for name, text in texts.items()
        if not (DOCS / name).is_file() or (DOCS / name).read_text(encoding="utf-8") != text
    ]
    gone = [page.name for page in (DOCS / "codes").glob("*.md") if f"codes/{page.name}" not in texts]
    assert not stale, f"run `make docs`: {stale}"
    assert not gone, f"run `make docs`: {gone}"


def test_no_link_between_pages_is_broken() -> None:
    import re

    root = DOCS.parent
    pages = [root / "README.md", root / "README.zh-CN.md", root / "ARCHITECTURE.md", *DOCS.rglob("*.md")]
    broken = [
        f"{page.relative_to(root)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken
