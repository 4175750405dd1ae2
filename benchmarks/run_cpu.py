"""CPU time of a whole run (harness, simulator, reference hospital, reports), or of what comes after one.

python benchmarks/run_cpu.py [--plan A] [--runs 1]
python benchmarks/run_cpu.py --folder runs/<id> --declaration vendor.yaml    judge, reports, JUnit and Allure of a copy
"""

from __future__ import annotations

import argparse
import importlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def used(who: int) -> float:
    now = resource.getrusage(who)
    return now.ru_utime + now.ru_stime


def whole(plan: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        before, begun = used(resource.RUSAGE_CHILDREN), time.monotonic()
        command = [sys.executable, "-c", "from conformance.cli import main; main()", "demo", "--plan", plan]
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        done = subprocess.run(
            [*command, "--runs", place, "--json"],
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**environment, "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "liantiao-pycache")},
        )
        spent, wall = used(resource.RUSAGE_CHILDREN) - before, time.monotonic() - begun
    print(f"plan {plan}: exit {done.returncode}, {wall:.1f} s, CPU {spent:.1f} s")


def afterwards(folder: Path, declaration: Path) -> None:
    from conformance.runner import session

    run = importlib.import_module("conformance.cli.run")
    declared = session.read_declaration(declaration)
    plan, _ = session.choose(declared, "")
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / folder.name
        shutil.copytree(folder, copy)
        at = used(resource.RUSAGE_SELF)
        session.judge(copy, declared, plan)
        judged = used(resource.RUSAGE_SELF)
        run.render(copy, "zh")
        rendered = used(resource.RUSAGE_SELF)
        children = used(resource.RUSAGE_CHILDREN)
        run.finish_pytest(run.start_pytest(copy, Path(place)))
        collected = used(resource.RUSAGE_CHILDREN) - children
    total = rendered - at + collected
    print(
        f"judge {judged - at:.1f} s, reports {rendered - judged:.1f} s, JUnit and Allure {collected:.1f} s: CPU {total:.1f} s"
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--plan", default="A")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--declaration", type=Path, default=Path("vendor.yaml"))
    options = parser.parse_args()
    for _ in range(options.runs):
        if options.folder is not None:
            afterwards(options.folder, options.declaration)
        else:
            whole(options.plan)
    return 0


if __name__ == "__main__":
    sys.exit(main())
