"""Edit anything in the folder of a real run: `verify` ends with 1 and names the file, or says what judging again gives.

`LIANTIAO_TAMPER` edits instead of 60; the seed is printed. Figures: `pytest -m survival tests/survival/test_tampering.py -s`.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from conformance import cli
from conformance.run_seal import seal
from conformance.runner import manifest
from conformance.verify import verify

pytestmark = pytest.mark.survival
DECLARATION = """\
schema: 1
institution: {{code: H50999900001, name: 联调示范医院, region: "509999"}}
modes: [A]
services: [registration, outpatient, refund, cancel, merge]
driver: {{kind: http, level: 2, hooks: [clock, fail_booking]}}
command: {command}
timers: {{converge_ms: 6000}}
"""
ROUNDS = int(os.environ.get("LIANTIAO_TAMPER", "60"))
LOGS = (".log", "vendor.yaml")
"""Not checked (contracts 6: logs are left out), and what was given to the run."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a hospital that takes the amounts of a notice as they are: it has fails to be edited away."""
    place = tmp_path_factory.mktemp("tamper")
    command = [sys.executable, "-m", "conformance.reference", "--port", "0", "--mutant", "trust_notice"]
    file = place / "vendor.yaml"
    file.write_text(DECLARATION.format(command=json.dumps(command)), encoding="utf-8")
    arguments = [
        "run",
        "--declaration",
        str(file),
        "--home",
        str(place / "home"),
        "--runs",
        str(place / "runs"),
    ]
    code = cli.invoke(
        [*arguments, "--json", "--trust", "--only", "notify/altered", "--only", "pay/clinic_mixed"]
    )
    assert code == 1
    return next((place / "runs").iterdir())


def wrong(folder: Path) -> list[str]:
    return [f"{one.what}: {one.text}" for one in verify(folder) if not one.ok]


def changed(old: bytes, chance: random.Random) -> bytes:
    """One byte other, gone or more, or a line gone."""
    at = chance.randrange(len(old))
    way = chance.choice(("flip", "gone", "more", "line"))
    if way == "flip":
        return old[:at] + bytes([old[at] ^ (1 << chance.randrange(7))]) + old[at + 1 :]
    if way == "gone":
        return old[:at] + old[at + 1 :]
    if way == "more":
        return old[:at] + bytes([chance.randrange(33, 127)]) + old[at:]
    lines = old.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def test_every_edit_of_every_file_is_found_and_named(folder: Path) -> None:
    assert wrong(folder) == []
    seed = int(os.environ.get("LIANTIAO_SEED", "1"))
    chance = random.Random(seed)
    files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.endswith(LOGS))
    kinds: dict[str, list[Path]] = {}
    for path in files:
        kinds.setdefault(path.relative_to(folder).parts[0], []).append(path)
    counted: Counter[str] = Counter()
    begun = time.monotonic()
    for number in range(ROUNDS):
        kind = sorted(kinds)[number % len(kinds)]
        path = chance.choice(kinds[kind])
        old = path.read_bytes()
        new = changed(old, chance)
        path.write_bytes(new)
        found = wrong(folder)
        path.write_bytes(old)
        if new == old:
            continue
        assert found, (number, path, seed)
        named = path.name if path.parent == folder else kind
        assert any(named in line or "证据链" in line or path.name in line for line in found), (path, found)
        counted[kind] += 1
    assert wrong(folder) == []
    print(
        f"\nseed {seed}: {sum(counted.values())} edits found, {dict(counted)}, {time.monotonic() - begun:.1f} s"
    )


def test_a_fail_that_is_edited_away_under_a_new_seal_is_found_by_judging_again(folder: Path) -> None:
    path, row = folder / "verdicts.jsonl", manifest.read(folder)
    before = (
        path.read_bytes(),
        (folder / "manifest.json").read_bytes(),
        (folder / "evidence.jsonl").read_bytes(),
    )
    assert b'"verdict":"fail"' in before[0]
    path.write_bytes(before[0].replace(b'"verdict":"fail"', b'"verdict":"pass"'))
    row["conclusion"] |= {"text": "通过", "exit": 0, "id": "pass"}
    for one in (*row["cases"], *row["requirements"]):
        one["verdict"] = "pass" if one["verdict"] == "fail" else one["verdict"]
    manifest.write(folder, row)
    assert seal(folder, "report") == ""
    found = wrong(folder)
    assert any("verdicts.jsonl" in line and "fail" in line for line in found), found
    assert any("结论写的是 通过" in line for line in found), found
    path.write_bytes(before[0])
    (folder / "manifest.json").write_bytes(before[1])
    (folder / "evidence.jsonl").write_bytes(before[2])
    assert wrong(folder) == []
