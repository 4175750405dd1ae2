"""Answer a driver call in time, and go on with its work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from conformance.reference.answers import DriverReply
from conformance.reference.hospital import Hospital


async def within(
    hospital: Hospital, work: Coroutine[Any, Any, DriverReply], late: Callable[[], DriverReply]
) -> DriverReply:
    """The result of `work`, or `late()` when it takes longer than the practice answers; the work goes on."""
    task = hospital.spawn(work)
    try:
        return await asyncio.wait_for(asyncio.shield(task), hospital.practice.showing.answer_within_s)
    except TimeoutError:
        task.add_done_callback(_swallow)
        return late()


def _swallow(task: asyncio.Task[DriverReply]) -> None:
    """A refusal that came after its call was answered is in the order's state already."""
    if not task.cancelled():
        task.exception()
