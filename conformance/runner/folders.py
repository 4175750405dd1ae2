"""Where the files of a command line stand unless it says otherwise, below the current folder."""

from __future__ import annotations

HOME = ".liantiao"
RUNS = "runs"
