"""Print the processor time of a short command, from the start of the interpreter to its end: `python -m benchmarks.startup`.

The command is `liantiao explain` in processes of their own: on a body that holds nothing (the start alone), and on the example of
the guide, whose wrong signature is searched; `--help` loads every command and is printed beside them. The first call, which may compile or read from a cold disk, does not count. Each figure is the processor time,
user and system, of one process, and the clock time beside it for orientation: that depends on what else the machine does.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "docs" / "examples" / "explain"
COMMANDS = {
    "explain, start": ["explain", "{empty}", "--keys", str(EXAMPLE / "keys.json")],
    "explain, search": [
        "explain",
        str(EXAMPLE / "query.http"),
        "--keys",
        str(EXAMPLE / "keys.json"),
        "--any-time",
    ],
    "--version": ["--version"],
    "--help": ["--help"],
}
HEAVY = ("aiohttp", "docx", "faker", "hypothesis", "jinja2", "jsonschema", "pytest")
"""Packages that none of the short commands needs."""
CODE = "import atexit, os, sys; from conformance.cli import main; {report}main(sys.argv[1:])"
REPORT = "atexit.register(lambda: print(sorted({{{names}}} & sys.modules.keys()), file=sys.stderr)); "


def once(arguments: list[str], code: str) -> tuple[float, float, str]:
    """Processor seconds and clock seconds of one call, and its standard error."""
    before, began = os.times(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
    )
    after, ended = os.times(), time.perf_counter()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return spent, ended - began, done.stderr.strip()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=9, choices=range(1, 100), metavar="1-99")
    calls = parser.parse_args().calls
    print(f"processor time of one call, median of {calls} (smallest - largest); clock time beside it")
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.json"
        empty.write_text("{}", encoding="utf-8")
        show(calls, str(empty))


def show(calls: int, empty: str) -> None:
    """One line for each command."""
    names = ", ".join(repr(name) for name in HEAVY)
    for name, words in COMMANDS.items():
        arguments = [word.replace("{empty}", empty) for word in words]
        _, _, heavy = once(arguments, CODE.format(report=REPORT.format(names=names)))
        timed = [once(arguments, CODE.format(report="")) for _ in range(calls)]
        spent = sorted(one[0] for one in timed)
        print(
            f"{name:<15} {statistics.median(spent):6.3f} s ({spent[0]:.3f} - {spent[-1]:.3f})"
            f"   clock {statistics.median(one[1] for one in timed):.3f} s   heavy imports: {heavy.splitlines()[-1]}"
        )


if __name__ == "__main__":
    main()
