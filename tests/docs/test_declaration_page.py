"""The page of vendor.yaml: its example is read, and every key of the schema is named."""

from __future__ import annotations

import re
from pathlib import Path

from conformance import declaration
from schemas import load

PAGE = Path(__file__).resolve().parents[2] / "docs" / "declaration.md"


def test_the_example_is_read() -> None:
    text = PAGE.read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert example

    def no_file(name: str) -> str:
        raise FileNotFoundError(name)

    found = declaration.load(example[1], "vendor.yaml", {}, no_file)
    assert (found.driver.url, found.parallel, len(found.persons.listed)) == ("http://127.0.0.1:8080", 2, 2)


def test_every_key_is_named() -> None:
    text = PAGE.read_text(encoding="utf-8")
    schema = load("declaration")
    names = set(schema["properties"]) | {
        name for part in ("endpoints", "artefacts", "ui") for name in schema["properties"][part]["properties"]
    }
    assert not [name for name in names - {"schema"} if f"`{name}`" not in text]


def test_every_service_is_said() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert not [
        name
        for name in load("declaration")["properties"]["services"]["items"]["enum"]
        if f"| `{name}` |" not in text
    ]
