"""What scan records say of logs, configuration and source; the values themselves stay with the simulator."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.cli.demo import reference_declaration
from conformance.runner import scanning
from simulator.shell.known_values import KnownValues
from simulator.shell.searching import search

ID, NAME, SECRET = "119999199001010012", "欧阳测试", "AB" * 16


class Told:
    """The two routes that scanning uses, over the search itself."""

    def __init__(self) -> None:
        self.known = KnownValues(b"run")
        self.known.learn_from({"name": NAME, "id_no": ID, "app_secret": SECRET}, "P1")
        self.records: list[dict[str, Any]] = []

    async def search(self, _run: str, text: str) -> dict[str, Any]:
        return search(self.known, text).as_json(self.known.counted)

    async def record(self, _run: str, record: dict[str, Any]) -> int:
        self.records.append(record)
        return len(self.records)


def scanned(
    base: Path, given: dict[str, Any], during=lambda: None, captured: Path | None = None
) -> list[dict[str, Any]]:
    declared = replace(reference_declaration(), artefacts=given)
    told = Told()
    found = scanning.artefacts(declared, base, captured)
    during()
    asyncio.run(scanning.scan(told, "r", "H1", base, found, ("127.0.0.1:18630",)))  # type: ignore[arg-type]
    assert not any(value in json.dumps(told.records, ensure_ascii=False) for value in (ID, NAME, SECRET))
    return told.records


def leaks(record: dict[str, Any]) -> dict[str, int]:
    return {row["kind"]: row["lines"] for row in record["d"]["leaks"]}


def test_a_log_is_scanned_from_where_it_stood(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text(f"{ID}\n", encoding="utf-8")

    def during() -> None:
        with log.open("a", encoding="utf-8") as file:
            file.write(f"ok\nname={NAME}\n")

    (record,) = scanned(tmp_path, {"logs": ["app.log"]}, during)
    assert (record["kind"], record["what"], leaks(record)) == ("scan", "log", {"name": 1})
    assert record["d"]["hits"][0]["line"] == 2
    assert record["d"]["problem"] == ""


def test_the_output_of_a_vendor_that_we_started_counts_from_its_start(tmp_path: Path) -> None:
    log = tmp_path / "raw.log"
    log.write_text(f"config: {SECRET.lower()}\n", encoding="utf-8")
    (record,) = scanned(tmp_path, {"logs": ["stdout"]}, captured=log)
    assert (record["d"]["file"], leaks(record)) == ("stdout", {"secret": 1})


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"logs": ["stdout"]}, "stdout 只在"),
        ({"logs": ["gone.log"]}, "读不到"),
        ({"logs": ["old.log"]}, "没有写入"),
        ({"configuration": "gone.yaml"}, "读不到"),
        ({"source": "gone"}, "读不到"),
    ],
)
def test_what_could_not_be_read_says_so(given: dict[str, Any], why: str, tmp_path: Path) -> None:
    (tmp_path / "old.log").write_text("old\n", encoding="utf-8")
    (record,) = scanned(tmp_path, given)
    assert why in record["d"]["problem"]


def test_a_configuration_is_looked_at_for_our_address_and_for_flags_too(tmp_path: Path) -> None:
    lines = (
        "base: http://127.0.0.1:18630/x",
        "spring.profiles.active=test",
        "testOnBorrow: true",
        f"secret: {SECRET}",
    )
    (tmp_path / "prod.yaml").write_text("\n".join(lines), encoding="utf-8")
    (record,) = scanned(tmp_path, {"configuration": "prod.yaml"})
    assert leaks(record) == {"secret": 1, "test_address": 1, "test_flag": 1}


def test_a_private_key_in_text_form_is_seen_in_source(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "k.pem").write_text("-----BEGIN EC " + "PRIVATE KEY-----\nabc\n", encoding="utf-8")
    (record,) = scanned(tmp_path, {"source": "src"})
    assert leaks(record) == {"key_block": 1}
