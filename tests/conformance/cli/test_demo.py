"""The demo leaves a declaration with which every scenario of it can be run again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from conformance.cli.demo import reference_declaration, written


@pytest.mark.parametrize("mode", ["A", "B1"])
def test_the_declaration_in_the_run_folder_says_what_the_demo_ran(mode: str, tmp_path: Path) -> None:
    wanted = reference_declaration(mode=mode)
    found = written(wanted, tmp_path, "pay/clinic_mixed")
    assert found.file == str(tmp_path / "vendor.yaml")
    assert replace(found, file=wanted.file) == wanted
    head = (tmp_path / "vendor.yaml").read_text(encoding="utf-8").splitlines()[1]
    assert head == f"#   liantiao run --declaration {found.file} --only pay/clinic_mixed"
