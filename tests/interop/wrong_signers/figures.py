"""From graded answers (`score.py --output`) to the small file of figures: counts, times, mistakes that were not exact.

python figures.py GRADES... > score-first.json
"""

from __future__ import annotations

import json
import statistics
import sys
from collections import Counter
from pathlib import Path
from typing import Any


def figures(names: list[str]) -> dict[str, Any]:
    """Per file: grades, seconds, and for each grade but `exactly` the mistakes with how often."""
    out: dict[str, Any] = {}
    for name in names:
        rows = [json.loads(line) for line in Path(name).read_text("utf-8").splitlines()]
        times = sorted(row["seconds"] for row in rows)
        missed: dict[str, Counter[str]] = {}
        for row in rows:
            if row["grade"] != "exactly":
                made = "+".join(f"{one['name']}@{one['scope']}" for one in row["mistakes"])
                missed.setdefault(row["grade"], Counter())[made] += 1
        out[Path(name).stem] = {
            "cases": len(rows),
            "lossy": sum(bool(row.get("lossy")) for row in rows),
            "grades": dict(Counter(row["grade"] for row in rows)),
            "seconds": {
                "median": statistics.median(times),
                "p95": times[min(len(times) - 1, int(len(times) * 0.95))],
                "max": times[-1],
            },
            "not exact": {grade: dict(sorted(found.items())) for grade, found in sorted(missed.items())},
        }
    return out


if __name__ == "__main__":
    print(json.dumps(figures(sys.argv[1:]), ensure_ascii=False, indent=1))
