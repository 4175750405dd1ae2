"""Control route of what happens, as it happens: server-sent events over all runs and the simulator's own log.

The newest records are kept once for all windows (`shell.feed`); a window has a place in them and nothing else. One that
falls behind is told how many it missed, and can read them by `GET records`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from time import monotonic
from typing import Any

import orjson

from simulator.control.api import Body, Control, Values
from simulator.control.records_api import RECORD, SEEN
from simulator.control.route import Route
from simulator.control.spoken import CHINESE, language_of, spoken
from simulator.protocol.text.said import Said
from simulator.shell.feed import Feed, Heard
from simulator.shell.limits import WINDOW_BEAT_S, WINDOW_LOOK_S, WINDOWS
from simulator.shell.open_runs import WorldError

BEAT = b": \n\n"


class Window:
    """One reader of the feed. `run`: only records of this one, if it is named. Closed by whoever opened it."""

    def __init__(self, control: Control, after: int, run: str, language: str) -> None:
        self._control = control
        self._place = after
        self._run = run
        self._language = language
        control.windows += 1

    def close(self) -> None:
        """The reader has gone."""
        self._control.windows -= 1

    async def chunks(self, gone: Callable[[], bool]) -> AsyncIterator[bytes]:
        """The events, one at a time, until the reader has `gone` or the simulator ends."""
        feed, spoke = self._control.world.runs.feed, monotonic()
        yield _event(feed, self._place, "hello", {"oldest": feed.oldest, "newest": feed.newest})
        while not feed.closed and not gone():
            missed = feed.oldest - 1 - self._place
            if missed > 0:
                self._place = feed.oldest - 1
                yield _event(feed, self._place, "missed", {"records": missed})
            batch = feed.after(self._place)
            for heard in batch:
                self._place, spoke = heard.number, monotonic()
                if self._run in ("", heard.run):
                    yield _event(feed, heard.number, "record", self._said(heard))
            if not batch:
                await feed.wait(self._place, WINDOW_LOOK_S)
            if monotonic() - spoke > WINDOW_BEAT_S:
                spoke = monotonic()
                yield BEAT

    def _said(self, heard: Heard) -> Any:
        line = heard.line.rstrip(b"\n")
        return (
            orjson.Fragment(line) if self._language == CHINESE else spoken(orjson.loads(line), self._language)
        )


async def events(control: Control, values: Values, _body: Body) -> Any:
    """A window on what happens; it begins after the event that `after` names, else with the oldest that is kept."""
    if control.windows >= WINDOWS:
        raise WorldError(Said("同时打开的窗口已达上限 {} 个，请先关掉一些", WINDOWS), 503)
    feed = control.world.runs.feed
    boot, _, number = values.get("after", "").partition(".")
    again = boot == feed.boot and number.isascii() and number.isdigit() and len(number) <= 16
    place = min(int(number), feed.newest) if again else feed.oldest - 1
    return Window(control, place, values.get("run", ""), language_of(values))


def _event(feed: Feed, number: int, name: str, data: Any) -> bytes:
    """One event of the stream; its id is where a reader who comes back goes on."""
    head = f"id: {feed.boot}.{number}\nevent: {name}\ndata: ".encode()
    return head + orjson.dumps(data) + b"\n\n"


ROUTES: tuple[Route, ...] = (
    Route("GET", "/control/events", events,
          "records as they are written, of all runs and of none (run _simulator), as server-sent events: hello, record, missed",
          RECORD, SEEN, texts=("after", "run"), streams=True),
)  # fmt: skip
