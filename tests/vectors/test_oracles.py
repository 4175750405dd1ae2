"""Unrelated implementations against the sets of primitives; what they answer otherwise stands in deviations.json."""

from __future__ import annotations

import os
import shutil

import pytest
import vector_deviations as deviations

ASKED = {"gmssl": 370, "gmalg": 230, "cryptography": 155, "openssl": 330}
"""At least so many tests: an oracle that is not asked agrees with everything."""

PINNED = ("gmssl", "gmalg")
"""Their versions are ours to choose (constraints.txt). Another OpenSSL may come with the system: its answers count."""


def agreed(name: str) -> None:
    oracle, version = deviations.PYTHON[name]
    told = deviations.table()[name]
    count, rows = deviations.seen(deviations.one_by_one(oracle))
    hint = f"{name} {version()}; the table is of {told['version']}: python tests/vectors/vector_deviations.py"
    assert rows == deviations.without_reasons(told["deviations"]), hint
    if name in PINNED:
        assert version() == told["version"], hint
    assert count >= ASKED[name]


@pytest.mark.parametrize("name", ["gmssl", "gmalg", "cryptography"])
def test_a_library_deviates_exactly_where_the_table_says(name: str) -> None:
    agreed(name)


@pytest.mark.interop
def test_the_openssl_command_deviates_exactly_where_the_table_says() -> None:
    if not shutil.which("openssl"):
        (pytest.fail if os.environ.get("LIANTIAO_CI") == "1" else pytest.skip)(
            "interop openssl: 没有命令 openssl"
        )
    agreed("openssl")


def test_every_deviation_has_its_reason() -> None:
    for name, told in deviations.table().items():
        for row in told["deviations"]:
            assert row["why"], (name, row["flag"])
            assert row["why_en"], (name, row["flag"])
            assert row["tests"]
            assert len(set(row["tests"])) == len(row["tests"])
