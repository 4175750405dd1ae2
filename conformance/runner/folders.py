"""Where the files of a command line stand unless it says otherwise, below the current folder."""

from __future__ import annotations

HOME = ".liantiao"
PREVIOUS = "previous-"
"""Before the code of an institution: what it had before `keys rotate`, beside its vendor block."""
RUNS = "runs"
