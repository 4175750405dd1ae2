"""Set the clock of one process while it works: on PYTHONPATH, with `JUMPING_CLOCK=module:calls:seconds` in the environment.

The wall clock of `python -m module` goes `seconds` further after it was read `calls` times; measured time goes on.
"""

import itertools
import os
import sys
import time

_module, _, _rest = os.environ.get("JUMPING_CLOCK", "").partition(":")
_started = sys.orig_argv[sys.orig_argv.index("-m") + 1] if "-m" in sys.orig_argv else ""
if _module and _started == _module:
    _calls, _seconds = (int(part) for part in _rest.split(":"))
    _real_ns, _count = time.time_ns, itertools.count()
    time.time_ns = lambda: _real_ns() + (_seconds * 10**9 if next(_count) >= _calls else 0)
