"""The one shape of a fault: a pure function over one wire message, and what may come out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson

from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage

Stage = Literal["before_open", "before_act", "after_seal"]
MAX_HOLD_MS = 30_000  # longer than any client time-out worth testing, short enough not to pile up sockets


@dataclass(frozen=True, slots=True)
class Drop:
    """The message is lost: the connection is closed without an answer."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The message is sent `ms` later (real milliseconds, at most MAX_HOLD_MS)."""

    raw: RawMessage
    ms: int


@dataclass(frozen=True, slots=True)
class Hang:
    """Nothing is answered and the connection stays open for `ms` (at most MAX_HOLD_MS), or until the caller leaves."""

    ms: int


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection is reset (RST) instead of an answer."""


@dataclass(frozen=True, slots=True)
class Half:
    """The head promises the whole body; the connection ends in the middle of it."""

    raw: RawMessage


@dataclass(frozen=True, slots=True)
class Drip:
    """The body comes in pieces over `ms` (at most MAX_HOLD_MS)."""

    raw: RawMessage
    ms: int


Ending = Drop | Hang | Reset | Half | Drip
Outcome = RawMessage | Hold | Ending


def settled(outcome: Outcome) -> tuple[RawMessage | None, int, Ending | None]:
    """What is answered (None: nothing), how many ms later, and how the sending ends when it is not simply whole."""
    if isinstance(outcome, RawMessage):
        return outcome, 0, None
    if isinstance(outcome, Hold):
        return outcome.raw, outcome.ms, None
    return (outcome.raw if isinstance(outcome, (Half, Drip)) else None), 0, outcome


@dataclass(frozen=True, slots=True)
class Param:
    """One whole number that a fault takes by `with`, and its bounds."""

    name: str
    default: int
    low: int
    high: int
    about: Said


@dataclass(frozen=True, slots=True)
class Fault:
    """One perturbation of one message.

    `stage` before_open changes the bytes of a request; before_act looks at a request that stays as it is
    and answers in its stead (a result with a status) or loses it; after_seal changes the answer.
    For a notice of ours the first two act on what we send and the last on what the institution answers.
    `ends` says that nothing is left for another fault of the same message to act on: it was lost, or a gateway
    answered. `foreign_key` asks the shell to sign with a key that is not ours; `apply` then leaves the bytes alone.
    `transports`: names of the wire forms that it can spoil, empty: any.
    """

    name: str
    stage: Stage
    about: Said
    apply: Callable[[RawMessage, Mapping[str, int], bytes], Outcome]
    params: tuple[Param, ...] = ()
    foreign_key: bool = False
    ends: bool = False
    transports: tuple[str, ...] = ()

    def spoils(self, transport: str) -> bool:
        """Whether it can spoil a message of this wire form."""
        return not self.transports or transport in self.transports


def edited(raw: RawMessage, change: Callable[[dict[str, Any]], None]) -> RawMessage:
    """`raw` with its JSON object changed in place by `change`; unchanged when the body is no JSON object."""
    try:
        value = orjson.loads(raw.body)
    except orjson.JSONDecodeError:
        return raw
    if not isinstance(value, dict):
        return raw
    change(value)
    return replace(raw, body=orjson.dumps(value))


def other_digit(text: str, position: int) -> str:
    """`text` with the character at `position` (from the end when beyond it) replaced by another hex digit."""
    place = position % len(text)
    return text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]
