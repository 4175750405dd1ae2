"""Makes the generated sets of conformance/vectors: `python tests/vectors/vector_make.py` (the same bytes every time)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent))

import vector_amounts
import vector_envelope
import vector_known
import vector_notices
import vector_sm2
import vector_sm3
import vector_sm4
import vector_text

FOLDER: Final = Path(__file__).parents[2] / "conformance" / "vectors"
SETS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "known_answers": vector_known.make,
    "sm2_verify": vector_sm2.make,
    "sm3": vector_sm3.make,
    "sm4": vector_sm4.make,
    "canonical_text": vector_text.make,
    "envelope": vector_envelope.make,
    "amounts": vector_amounts.make,
    "notice_answers": vector_notices.make,
}


def text_of(made: Mapping[str, Any]) -> str:
    """The file: a line a test, so that a change is a line of a diff."""
    head = {name: value for name, value in made.items() if name != "testGroups"}
    lines = [json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ",", ' "testGroups": [']
    for at, group in enumerate(made["testGroups"]):
        key = json.dumps(group["key"], ensure_ascii=False)
        lines.append(f'  {{"type": "{group["type"]}", "key": {key}, "tests": [')
        tests = [f"   {json.dumps(test, ensure_ascii=False)}" for test in group["tests"]]
        lines += [",\n".join(tests), "  ]}" + ("," if at + 1 < len(made["testGroups"]) else "")]
    return "\n".join([*lines, " ]", "}", ""])


def main() -> int:
    """Writes every set anew and says how large it is."""
    for name, make in SETS.items():
        made = make()
        text = text_of(made)
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8", newline="\n")
        print(f"{name}: {made['numberOfTests']} tests, {len(text.encode()) / 1000:.0f} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
