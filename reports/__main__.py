"""`python -m reports RUN_DIR [--lang zh|en]`: write the reports of a run and print where they are."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from reports import render_all
from reports.read import RunFolderError
from simulator.protocol.text.said import Said


def main() -> int:
    """Exit 0 when written, 2 when the folder is not a run."""
    parser = argparse.ArgumentParser(
        prog="python -m reports", description=str(Said("由运行目录生成 HTML, docx, JSON 报告"))
    )
    parser.add_argument("run_dir", type=Path, help="runs/RUN")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    given = parser.parse_args()
    try:
        written = render_all(given.run_dir, given.lang)
    except RunFolderError as error:
        print(error, file=sys.stderr)
        return 2
    for kind, path in written.items():
        print(f"{kind}: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
