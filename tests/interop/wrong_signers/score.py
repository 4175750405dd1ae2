"""Scores a diagnosis program on the cases: exactly, vaguely, wrongly or unknown, by set and by mistake.

    python score.py CASES... --ask package.module:function [--mapping mapping.json] [--workers 2]

`function(case)` gets {"message", "keys", "kind", "interface"} and returns
{"causes": [{"cause", "scope"}], "equals": [[{"cause", "scope"}, ...], ...], "ok": bool}: the answer, other
answers that the program holds to be equally good, and whether it found the message healthy.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import json
import multiprocessing
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Cause = tuple[str, str]
Answer = tuple[Cause, ...]
Case = dict[str, Any]
Mapping = dict[str, list[Any]]
GRADES = ("exactly", "vaguely", "wrongly", "unknown")
SHOWN = ("message", "keys", "kind", "interface")


def dummy(case: Case) -> dict[str, Any]:
    """Knows nothing."""
    return {"causes": [], "equals": [], "ok": False}


@dataclass
class Result:
    """The grade of one case, with the reason and the time it took."""

    case: Case
    grade: str
    reason: str
    seconds: float
    answer: dict[str, Any]


def read_answer(items: Iterable[Any]) -> Answer:
    """Causes as pairs, from objects, from pairs or from texts like cause@scope."""
    out: list[Cause] = []
    for item in items:
        if isinstance(item, dict):
            out.append((str(item["cause"]), str(item.get("scope") or "")))
        elif isinstance(item, str):
            name, _, scope = item.partition("@")
            out.append((name, scope))
        else:
            out.append((str(item[0]), str(item[1] if len(item) > 1 else "")))
    return tuple(out)


def read_equals(value: Any) -> list[Answer]:
    """The other answers; one that is a single cause may stand without its list."""
    out = []
    for item in value or ():
        alone = isinstance(item, (dict, str)) or (item and isinstance(item[0], str) and "@" not in item[0])
        out.append(read_answer([item] if alone else item))
    return out


def accepted(label: str, mapping: Mapping) -> list[Answer]:
    """The answers that name one mistake (name@scope): each is one cause or several together.

    In mapping.json a name, or name@scope, has a list; an entry is {"cause", "scope"} or a list of such. The
    scope "=" is that of the mistake, "*" is any.
    """
    name, _, scope = label.partition("@")
    out = []
    for entry in mapping.get(label, mapping.get(name, [])):
        causes = read_answer(entry if isinstance(entry, list) and not _is_pair(entry) else [entry])
        out.append(tuple((c, scope if s == "=" else s) for c, s in causes))
    return out


def _is_pair(entry: list[Any]) -> bool:
    return len(entry) == 2 and all(isinstance(part, str) for part in entry)


def truths(case: Case, mapping: Mapping) -> list[Answer]:
    """All right answers of a case: its own mistakes, and others that give the same bytes."""
    own = "+".join(m["name"] + ("@" + m["scope"] if m["scope"] else "") for m in case["mistakes"])
    out: list[Answer] = []
    for labels in [own, *case.get("same_as", [])]:
        parts = [accepted(label.removeprefix("bare:"), mapping) for label in labels.split("+")]
        out += [tuple(itertools.chain(*chosen)) for chosen in itertools.product(*parts)]
    return out


def pieces(case: Case, mapping: Mapping) -> list[Answer]:
    """The right names of each single mistake in answers that hold two."""
    found = []
    own = "+".join(m["name"] + ("@" + m["scope"] if m["scope"] else "") for m in case["mistakes"])
    for labels in [own, *case.get("same_as", [])]:
        if "+" in labels:
            for label in labels.split("+"):
                found += accepted(label, mapping)
    return found


def _fits(given: Cause, wanted: Cause, by_scope: bool) -> bool:
    return given[0] == wanted[0] and (not by_scope or wanted[1] in ("*", given[1]))


def covers(given: Answer, wanted: Answer, by_scope: bool = True) -> bool:
    """Whether every given cause is another one of the wanted."""
    if len(given) > len(wanted):
        return False
    return any(
        all(_fits(g, w, by_scope) for g, w in zip(given, order, strict=False))
        for order in itertools.permutations(wanted, len(given))
    )


def same(given: Answer, wanted: Answer, by_scope: bool = True) -> bool:
    """Whether the given causes are just the wanted ones."""
    return len(given) == len(wanted) and covers(given, wanted, by_scope)


def grade(case: Case, answer: dict[str, Any], mapping: Mapping) -> tuple[str, str]:
    """The grade of an answer and the reason for it."""
    main = read_answer(answer.get("causes") or ())
    equals = [e for e in read_equals(answer.get("equals")) if e and set(e) != set(main)]
    if not case["mistakes"]:
        if main:
            return "wrongly", "a mistake was named in a healthy message"
        return ("exactly", "healthy") if answer.get("ok") else ("unknown", "healthy, not seen as such")
    if answer.get("ok") and not main:
        return "wrongly", "taken for healthy"
    if not main and not equals:
        return "unknown", ""
    right = truths(case, mapping)
    given = [a for a in (main, *equals) if a]
    hits = [a for a in given if any(same(a, t) for t in right)]
    if hits:
        if len(hits) == len(given):
            return "exactly", ""
        return "vaguely", "among equals" if hits[0] == main else "only as an equal one"
    if any(same(a, t, False) for a in given for t in right):
        return "vaguely", "other scope"
    parts = pieces(case, mapping)
    if any(covers(a, t) for a in given for t in right) or any(same(a, t) for a in given for t in parts):
        return "vaguely", "part"
    if any(covers(a, t, False) for a in given for t in right + parts):
        return "vaguely", "part with other scope"
    return "wrongly", "named: " + "; ".join(" + ".join("@".join(c) for c in a) for a in given[:3])


_ASK: Callable[[Case], dict[str, Any]] = dummy


def load(name: str) -> None:
    """Finds the function to be asked (once in every worker)."""
    global _ASK
    if name:
        module, _, function = name.partition(":")
        sys.path.insert(0, str(Path.cwd()))
        _ASK = getattr(importlib.import_module(module), function or "ask")


def ask_one(case: Case) -> tuple[dict[str, Any], float]:
    """Asks about one case, showing only what a captured message shows."""
    shown = {name: case[name] for name in SHOWN}
    start = time.perf_counter()
    try:
        answer = _ASK(shown)
    except Exception as error:  # a program that fails is part of the score
        answer = {"causes": [], "equals": [], "ok": False, "error": repr(error)}
    return answer, time.perf_counter() - start


def run(cases: list[Case], name: str, mapping: Mapping, workers: int) -> list[Result]:
    """Asks about all cases and grades the answers."""
    if workers > 1:
        with multiprocessing.Pool(workers, load, (name,)) as pool:
            answers = list(pool.imap(ask_one, cases, chunksize=1))
    else:
        load(name)
        answers = [ask_one(case) for case in cases]
    out = []
    for case, (answer, seconds) in zip(cases, answers, strict=True):
        verdict, reason = grade(case, answer, mapping)
        out.append(Result(case, verdict, str(answer.get("error") or reason), seconds, answer))
    return out


def row(name: str, found: Counter[str]) -> str:
    """One line of a table."""
    total = sum(found.values())
    cells = (f"{found[g]:5} {100 * found[g] / total:5.1f}%" for g in GRADES)
    return f"{name:58.58}{total:6}  " + "  ".join(cells)


def report(results: list[Result], mapping: Mapping, worst: int, every: bool) -> None:
    """Prints the tables."""
    head = " " * 58 + " cases  " + "  ".join(f"{g:>12}" for g in GRADES)
    sets: dict[str, Counter[str]] = defaultdict(Counter)
    mistakes: dict[str, Counter[str]] = defaultdict(Counter)
    reasons: Counter[str] = Counter()
    for result in results:
        case = result.case
        group = f"{case['set']} ({case['language']})"
        sets[group][result.grade] += 1
        sets[f"{case['set']} (all)"][result.grade] += 1
        if case.get("lossy"):
            sets["lossy, of the above"][result.grade] += 1
        if case.get("base") == "bare":
            sets["bare family, of the above"][result.grade] += 1
        if result.grade == "vaguely":
            reasons[result.reason] += 1
        for mistake in case["mistakes"]:
            mistakes[mistake["name"]][result.grade] += 1
    print(head, *(row(name, found) for name, found in sorted(sets.items())), sep="\n")
    if reasons:
        print("vaguely because:", ", ".join(f"{name} {count}" for name, count in reasons.most_common()))
    names = {m["name"] for r in results for m in r.case["mistakes"]}
    without = sorted(n for n in names if not any(k.partition("@")[0] == n and v for k, v in mapping.items()))
    print(f"{len(names)} mistakes, {len(without)} without an entry in the mapping")
    ranked = sorted(mistakes.items(), key=lambda item: (item[1]["exactly"] / sum(item[1].values()), item[0]))
    print("\nper mistake, worst first:", head, sep="\n")
    print(*(row(name, found) for name, found in (ranked if every else ranked[:worst])), sep="\n")
    bad = [r for r in results if r.grade == "wrongly"] + [r for r in results if r.grade == "unknown"]
    print(f"\nworst cases ({min(worst, len(bad))} of {len(bad)}):")
    for result in bad[:worst]:
        made = "+".join(m["name"] + "@" + m["scope"] for m in result.case["mistakes"]) or "healthy"
        print(f"  {result.case['id']:18} {result.grade:8} {made}  {result.reason}")
    times = sorted(result.seconds for result in results)
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    print(
        f"\nseconds per case: median {statistics.median(times):.3f}, p95 {p95:.3f}, max {times[-1]:.3f}, "
        f"sum {sum(times):.1f}"
    )


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Scores a diagnosis program on cases.")
    parser.add_argument("cases", nargs="+", help="files of cases, one a line")
    parser.add_argument("--ask", default="", help="module:function; without it a dummy that knows nothing")
    parser.add_argument("--mapping", default=str(Path(__file__).with_name("mapping.json")))
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--worst", type=int, default=40, help="how many lines the worst lists have")
    parser.add_argument("--every", action="store_true", help="shows every mistake in the table")
    parser.add_argument("--limit", type=int, help="only the first cases of every file")
    parser.add_argument("--output", help="writes every grade and answer to a file, one a line")
    arguments = parser.parse_args()
    mapping = json.loads(Path(arguments.mapping).read_text("utf-8"))
    cases: list[Case] = []
    for name in arguments.cases:
        lines = Path(name).read_text("utf-8").splitlines()
        cases += [json.loads(line) for line in lines[: arguments.limit]]
    results = run(cases, arguments.ask, mapping, arguments.workers)
    report(results, mapping, arguments.worst, arguments.every)
    if arguments.output:
        with Path(arguments.output).open("w", encoding="utf-8") as stream:
            for r in results:
                kept: Case = {n: r.case[n] for n in ("id", "mistakes", "same_as", "lossy") if n in r.case}
                kept |= {"grade": r.grade, "reason": r.reason, "seconds": round(r.seconds, 4)}
                stream.write(json.dumps(kept | {"answer": r.answer}, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
