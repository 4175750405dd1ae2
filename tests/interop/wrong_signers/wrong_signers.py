"""Makes the examination in Python: wrong signers, one case a line of JSON. See README.md."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from collections.abc import Iterator
from pathlib import Path

from signers import cases
from signers.mistakes import ALL, LOSSY
from signers.registry import WHERE

COUNTS = {"singles": 540, "pairs": 420, "keys": 120, "healthy": 72}


def run(job: cases.Job) -> cases.Case | None:
    """Does one job (a function of its own, for the worker processes)."""
    return job[0](*job[1])


def generate(
    seed: int, chosen: str, first: int, count: int, explain: bool, workers: int
) -> Iterator[cases.Case]:
    """The cases of one set, in a fixed order whatever the number of workers."""
    work = cases.jobs(seed, chosen, count, explain)[first:]
    if workers <= 1:
        yield from (case for case in map(run, work) if case)
        return
    with multiprocessing.Pool(workers) as pool:
        yield from (case for case in pool.imap(run, work, chunksize=4) if case)


def catalogue() -> dict[str, dict[str, object]]:
    """Every mistake with its words, for the README, for Node and for mapping.json."""
    return {
        m.label: {
            "name": m.name,
            "scope": m.scope,
            "words": m.words,
            "family": m.family,
            "kind": m.kind,
            "lossy": m.name in LOSSY,
            "touches": sorted(m.touches),
        }
        for m in ALL
    }


def table() -> str:
    """The list of mistakes in Markdown, as it stands in README.md."""
    found: dict[str, tuple[str, list[str], str]] = {}
    for m in ALL:
        words = m.words.removesuffix(f": {WHERE[m.scope]}.") if m.scope else m.words
        _, scopes, _ = found.setdefault(m.name, (words.rstrip("."), [], m.family))
        scopes.append(m.scope or '""')
    lines = ["| name | scopes | family | words |", "| --- | --- | --- | --- |"]
    for name, (words, scopes, family) in found.items():
        escaped = words.replace("|", "\\|").replace("<", "&lt;")
        lines.append(f"| `{name}` | {', '.join(scopes)} | {family} | {escaped} |")
    return "\n".join(lines)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", dest="chosen", choices=sorted(COUNTS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, help="how many cases are tried")
    parser.add_argument("--first", type=int, default=0, help="the index of the first case that is tried")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--explain", action="store_true", help="adds the signed text to every case")
    parser.add_argument("--verify", metavar="FILE", help="checks that the messages of a file are correct")
    parser.add_argument("--catalogue", action="store_true", help="prints every mistake as JSON")
    parser.add_argument("--table", action="store_true", help="prints every mistake as Markdown")
    arguments = parser.parse_args()
    if arguments.table:
        print(table())
        return 0
    if arguments.catalogue:
        print(json.dumps(catalogue(), ensure_ascii=False, indent=1))
        return 0
    if arguments.verify:
        read = [json.loads(text) for text in Path(arguments.verify).read_text("utf-8").splitlines()]
        bad = [case["id"] for case in read if not cases.verify(case)]
        print(f"{len(read) - len(bad)} of {len(read)} verified", *bad)
        return 1 if bad else 0
    if not arguments.chosen:
        parser.error("--set is missing")
    count = arguments.count or COUNTS[arguments.chosen]
    for case in generate(
        arguments.seed, arguments.chosen, arguments.first, count, arguments.explain, arguments.workers
    ):
        sys.stdout.write(cases.line(case) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
