"""How a process of ours ends by itself: with whoever started it, or when it is asked to. The one module with signals.

Whoever starts us keeps the other end of our standard input open. When it is gone, killed or not, the system closes
that end on every platform, and a thread that reads to the end of the stream sees it.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

STDIN = 0
PIECE = 4096


def with_parent(call: Callable[[], object]) -> None:
    """Call `call`, in a thread of its own, when the standard input has ended. What is read is dropped."""

    def read() -> None:
        try:
            while os.read(STDIN, PIECE):
                pass
        except OSError:  # there is none
            pass
        call()

    threading.Thread(target=read, name="parent", daemon=True).start()


def terminate_gently() -> None:
    """A request to terminate ends the process as Ctrl-C does, once; those that follow are ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a job of a script in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _as_interrupt)


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.raise_signal(signal.SIGINT)
