"""Where an unrelated implementation answers otherwise than a vector says: by name, with its version, exactly.

`deviations.json` holds for each oracle its version and rows of {set, type, flag, seen, tests, why, why_en}. After a new
version or new vectors: `python tests/vectors/vector_deviations.py` writes the rows anew, keeps the reasons that stand
and leaves the others empty, which a test refuses.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

import vector_oracles as oracles  # noqa: E402
from vector_asked import NOT_ASKED, Question, each_test, questions  # noqa: E402

from conformance import vectors  # noqa: E402

FILE: Final = Path(__file__).with_name("deviations.json")
PRIMITIVES: Final = ("sm2_verify", "sm3", "sm4")
Rows = list[dict[str, Any]]
AskAll = Callable[[Sequence[Question]], Sequence[Any]]
"""All questions of a set at once: values, None for a refusal, NOT_ASKED."""

PYTHON: Final[Mapping[str, tuple[oracles.Oracle, Callable[[], str]]]] = {
    "gmssl": (oracles.GMSSL, lambda: oracles.version("gmssl")),
    "gmalg": (oracles.GMALG, lambda: oracles.version("gmalg")),
    "cryptography": (oracles.CRYPTOGRAPHY, lambda: ""),  # OpenSSL inside; no version of it has deviated
    "openssl": (oracles.OPENSSL, oracles.openssl_version),
}


def one_by_one(oracle: oracles.Oracle) -> AskAll:
    return lambda asked: [oracles.ask(oracle, question) for question in asked]


def accepted(name: str, ask_all: AskAll) -> Iterable[tuple[Mapping[str, Any], Mapping[str, Any], bool]]:
    """(group, test, whether every answer fits) of each test of a set that the oracle was asked."""
    cases = [(group, test, questions(group, test)) for group, test in each_test(vectors.load(name))]
    answers = iter(ask_all([question for _, _, asked in cases for question, _ in asked]))
    for group, test, asked in cases:
        given = [(next(answers), judge) for _, judge in asked]
        given = [(answer, judge) for answer, judge in given if answer != NOT_ASKED]
        if given:
            yield group, test, all(answer is not None and judge(answer) for answer, judge in given)


def seen(ask_all: AskAll, names: Iterable[str] = PRIMITIVES) -> tuple[int, Rows]:
    """How many tests were asked, and the rows of those whose answer is not the vector's."""
    rows: dict[tuple[str, ...], list[str]] = {}
    count = 0
    for name in names:
        for group, test, ok in accepted(name, ask_all):
            count += 1
            if test["result"] != "acceptable" and ok != (test["result"] == "valid"):
                where = (name, group["type"], test["flags"][0], "accepted" if ok else "refused")
                rows.setdefault(where, []).append(test["comment"])
    return count, [
        {"set": name, "type": kind, "flag": flag, "seen": what, "tests": tests}
        for (name, kind, flag, what), tests in rows.items()
    ]


def without_reasons(rows: Iterable[Mapping[str, Any]]) -> Rows:
    return [{key: value for key, value in row.items() if key not in ("why", "why_en")} for row in rows]


def table() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return loaded


def record(found: Mapping[str, tuple[str, Rows]]) -> int:
    """Writes the rows of these oracles anew; returns how many have no reason yet."""
    made = table() if FILE.exists() else {}
    empty = 0
    for name, (version, rows) in found.items():
        old = {tuple(row[key] for key in ("set", "type", "flag", "seen")): row for row in made.get(name, {}).get("deviations", ())}  # fmt: skip
        for row in rows:
            before = old.get(tuple(row[key] for key in ("set", "type", "flag", "seen")), {})
            row.update(why=before.get("why", ""), why_en=before.get("why_en", ""))
            empty += not row["why"]
        made[name] = {"version": version, "deviations": rows}
    FILE.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    return empty


def main() -> int:
    """Records the oracles of Python and the openssl command; Node and Java: tests/interop/test_vector_oracles.py."""
    found = {name: (version(), seen(one_by_one(oracle))[1]) for name, (oracle, version) in PYTHON.items()}
    empty = record(found)
    print("\n".join(f"{name} {version}: {len(rows)} rows" for name, (version, rows) in found.items()))
    print(f"{empty} rows without a reason")
    return 1 if empty else 0


if __name__ == "__main__":
    sys.exit(main())
