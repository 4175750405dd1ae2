"""CPU time of a whole run: harness, simulator, reference hospital, reports.

python benchmarks/run_cpu.py [--plan A] [--runs 1]
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--plan", default="A")
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as place:
            before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            command = [
                sys.executable,
                "-c",
                "from conformance.cli import main; main()",
                "demo",
                "--plan",
                options.plan,
                "--runs",
                place,
                "--json",
            ]
            done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - begun
        user, system = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
        print(
            f"plan {options.plan}: exit {done.returncode}, {wall:.1f} s, CPU {user + system:.1f} s (user {user:.1f}, system {system:.1f})"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
