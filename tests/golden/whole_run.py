"""`make golden`: whole runs of the product, compared with what they said before (tests/golden/whole_run.txt).

A line is `run | what | name | value`: the conclusion, each case, each requirement, each scenario's outcome, the states
of each of its orders, and each of its verdicts; no text, record number or time. Where a value may differ from run to
run without anything being wrong (whether a poll was needed, say), the line lists what was seen, `-` for no line.

`compare` runs once and exits 1 for each line that is not as stored. `record --times N` runs N times and writes the
file anew: a commit of its own, which lists each changed line and why.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("whole_run.txt")
ROOT = Path(__file__).parents[2]
RUN_LIMIT_S = 300
ABSENT = "-"
MUTANTS = ("book_on_6202", "refusal_as_success")
RUNS: tuple[tuple[str, ...], ...] = (
    ("demo", "--plan", "A"),
    ("demo", "--plan", "B1"),
    ("mutants", *(part for name in MUTANTS for part in ("--only", name))),
)
Lines = dict[str, str]


def perform(arguments: tuple[str, ...], folder: Path) -> None:
    """One command of the product; its exit code is among what is compared by way of the conclusion."""
    command = [sys.executable, "-c", "from conformance.cli import main; main()", *arguments]
    subprocess.run(
        [*command, "--runs", str(folder)],
        check=False,
        timeout=RUN_LIMIT_S,
        stdout=subprocess.DEVNULL,
        cwd=ROOT,
    )


def once() -> Lines:
    """Every line of one fresh round of RUNS."""
    lines: Lines = {}
    for arguments in RUNS:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
            perform(arguments, Path(place))
            folders = sorted(path.parent for path in Path(place).rglob("manifest.json"))
            if len(folders) != (len(MUTANTS) if arguments[0] == "mutants" else 1):
                sys.exit(f"{' '.join(arguments)}: {len(folders)} run folders")
            for folder in folders:
                name = f"mutant {_mutant(folder)}" if arguments[0] == "mutants" else f"plan {arguments[-1]}"
                lines |= {f"{name} | {key}": value for key, value in of_run(folder)}
    return lines


def _mutant(folder: Path) -> str:
    return next(name for name in MUTANTS if folder.name.endswith(f"-{name}"))


def of_run(folder: Path) -> Iterator[tuple[str, str]]:
    """(key, value) of everything that must stay the same in one run folder."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    yield "conclusion | exit", str(manifest["conclusion"]["exit"])
    yield "conclusion | text", manifest["conclusion"]["text"]
    for row in manifest["cases"]:
        yield f"case | {row['id']}", row["verdict"]
    for row in manifest["requirements"]:
        yield f"requirement | {row['id']}", row["verdict"]
    for row in manifest["scenarios"]:
        yield f"scenario | {row['id']}", row["outcome"]
    for flow, orders in states(folder).items():
        for number, chain in enumerate(orders, 1):
            yield f"order | {flow} {number}", chain
    seen: dict[str, list[str]] = {}
    for row in rows(folder / "verdicts.jsonl"):
        seen.setdefault(f"verdict | {row['scenario']} {row['requirement']}", []).append(row["verdict"])
    for key, verdicts in seen.items():
        yield key, " ".join(verdicts)


def states(folder: Path) -> dict[str, list[str]]:
    """The states of each order of each flow, in the order of creation."""
    found: dict[str, dict[str, list[str]]] = {}
    for record in rows(folder / "evidence.jsonl"):
        if record["kind"] == "world" and record.get("what") == "order":
            orders = found.setdefault(record["flow"], {})
            orders.setdefault(record["d"]["key"], []).append(record["d"]["after"])
    return {flow: [">".join(chain) for chain in orders.values()] for flow, orders in found.items()}


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a `.jsonl` file."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def stored() -> dict[str, tuple[str, ...]]:
    """What may be seen, by key."""
    pairs = (line.rsplit(" | ", 1) for line in FILE.read_text(encoding="utf-8").splitlines() if line)
    return {key: tuple(values.split(" or ")) for key, values in pairs}


def differences(allowed: Mapping[str, tuple[str, ...]], fresh: Lines) -> list[str]:
    """One line for each key that is not as stored."""
    return [
        f"{key}: stored {' or '.join(allowed.get(key, (ABSENT,)))}, now {fresh.get(key, ABSENT)}"
        for key in sorted({*allowed, *fresh})
        if fresh.get(key, ABSENT) not in allowed.get(key, (ABSENT,))
    ]


def record(times: int) -> None:
    """Write the file anew from several rounds."""
    rounds = [once() for _ in range(times)]
    keys = sorted({key for lines in rounds for key in lines})
    text = ""
    for key in keys:
        values = sorted({lines.get(key, ABSENT) for lines in rounds})
        text += f"{key} | {' or '.join(values)}\n"
    FILE.write_text(text, encoding="utf-8", newline="\n")
    loose = sum(" or " in line.rsplit(" | ", 1)[1] for line in text.splitlines())
    print(f"{FILE.name}: {len(keys)} lines from {times} rounds, {loose} of them not always the same")


def main() -> int:
    """`compare`, or `record --times N`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("what", choices=("compare", "record"))
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    if given.what == "record":
        record(given.times)
        return 0
    allowed = stored()
    found = differences(allowed, once())
    for line in found:
        print(line)
    print(f"golden: {len(allowed)} lines, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
