"""Evidence records as messages and exchanges. Pure.

Whatever stands in a record, reading never raises: members that are missing or of another type read as empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from conformance.evidence.values import child, rows, text, whole
from simulator.protocol.text.said import Text

Record = Mapping[str, Any]

SEALED = ("6201", "6202", "6203", "6301", "6401")
HARMLESS = ("hold_response", "member_order")
"""Faults that leave what a message says as it was."""
NO_ANSWER = ("drop_response", "reset", "hang", "half_body", "connection_lost")
"""Faults and losses after which no answer of an exchange is still to come."""
GENUINE = ("", "plan", "repeat", "unknown_fields")
"""Kinds of notices that tell the truth about their order, sealed by the platform afresh."""


@dataclass(frozen=True)
class Message:
    """One message record."""

    record: Record

    @cached_property
    def seq(self) -> int:
        """The record number."""
        return whole(self.record, "seq") or 0

    @property
    def ours(self) -> bool:
        """Whether we sent it."""
        return text(self.record, "dir") == "out"

    @property
    def interface(self) -> str:
        """6201 … or userQuery."""
        return text(self.record, "interface")

    @property
    def link(self) -> int | None:
        """The number of the request that a response answers."""
        return whole(self.record, "link")

    @property
    def status(self) -> int | None:
        """The HTTP status of a response."""
        return whole(child(self.record, "http"), "status")

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """The business object, of a small record what its interface keeps of it; inside a 两定 `input` or `output`."""
        found = child(self.record, "keep") or child(self.record, "view", "data")
        for name in ("input", "output"):
            found = child(found, name) or found
        return found

    @property
    def opened(self) -> bool:
        """Whether a business object could be read."""
        return bool(child(self.record, "view", "data")) or isinstance(self.record.get("keep"), Mapping)

    @cached_property
    def facts(self) -> Mapping[str, Record]:
        """The facts by name; of two with one name the bad one."""
        found: dict[str, Record] = {}
        for fact in rows(self.record, "facts"):
            name = text(fact, "n")
            if name not in found or fact.get("ok") is False:
                found[name] = fact
        return found

    def bad(self, name: str) -> Record | None:
        """The fact `name` when it was observed and is not as the protocol wants."""
        fact = self.facts.get(name)
        return fact if fact is not None and fact.get("ok") is False else None

    def good(self, name: str) -> bool:
        """Whether the fact `name` was observed and is as the protocol wants."""
        return name in self.facts and self.facts[name].get("ok") is True

    def differs(self, field: str) -> Mapping[str, Any]:
        """Where a masked field departs from what is known of its person: `{field, at, length, known}`, or nothing."""
        found = (child(fact, "d") for fact in rows(self.record, "facts") if text(fact, "n") == "differs")
        return next((one for one in found if text(one, "field") == field), {})

    @property
    def outcome(self) -> Mapping[str, Any]:
        """`{ok, code, message}` of an answer as its transport understands it; empty for a request."""
        return child(self.record, "outcome")

    @property
    def stamped_ms(self) -> int | None:
        """The time that the sender wrote into the message, Unix milliseconds; None when it has none that can be read."""
        return whole(child(self.facts.get("env.time_form"), "d"), "ms")

    @property
    def wire(self) -> str:
        """Wire time as ISO text (contracts 3)."""
        return text(child(self.record, "t"), "wire")

    @property
    def mono_ms(self) -> float:
        """Measured time in milliseconds (contracts 3)."""
        return (whole(child(self.record, "t"), "mono_ns") or 0) / 1e6


@dataclass(frozen=True)
class Mark:
    """What the simulator noted about one notice: why it was sent, what spoiled it, whether it was accepted.

    `reached`: whether the institution may have read it, answered or not. `why`: what the simulator noted of its failure.
    """

    kind: str = "plan"
    faults: tuple[str, ...] = ()
    accepted: bool = False
    reached: bool = False
    why: Text = ""


@dataclass(frozen=True)
class Exchange:
    """A request with its answer. `faults`: the names of those that fired on it; `mark` of a notice of ours."""

    request: Message
    response: Message | None = None
    faults: tuple[str, ...] = ()
    mark: Mark | None = None

    @property
    def seq(self) -> int:
        """The number of the request."""
        return self.request.seq

    @property
    def end(self) -> int:
        """The number of the answer, or of the request when there was none."""
        return self.response.seq if self.response else self.request.seq

    @property
    def person(self) -> str:
        """Whose it is, by the simulator's id; empty when it could not be attributed."""
        return text(self.request.record, "person")

    @property
    def interface(self) -> str:
        """Which interface."""
        return self.request.interface

    @property
    def data(self) -> Mapping[str, Any]:
        """What was asked."""
        return self.request.data

    @property
    def answer(self) -> Mapping[str, Any]:
        """What was answered."""
        return self.response.data if self.response else {}

    @property
    def records(self) -> tuple[int, ...]:
        """The numbers of request and answer."""
        return (self.request.seq, self.response.seq) if self.response else (self.request.seq,)

    @property
    def outcome(self) -> Mapping[str, Any]:
        """`{ok, code, message}` of the answer, empty without one."""
        return self.response.outcome if self.response else {}

    @property
    def code(self) -> str:
        """The answered code, as the transport understands it; empty when there was no readable answer."""
        return text(self.outcome, "code")

    @property
    def accepted(self) -> bool:
        """Whether the answer says yes."""
        return self.outcome.get("ok") is True

    @property
    def refused(self) -> bool:
        """Whether a readable answer says no."""
        return bool(self.code) and not self.accepted

    @property
    def kind(self) -> str:
        """Why we sent this notice: `plan`, or the kind that a scenario injected; empty for the vendor's requests."""
        return self.mark.kind if self.mark else ""

    @property
    def acknowledged(self) -> bool:
        """Whether the institution accepted this notice (contracts 10)."""
        return self.mark is not None and self.mark.accepted

    @property
    def may_be_read(self) -> bool:
        """Whether the institution may have read this notice: it answered, or was too slow to answer."""
        return self.response is not None or (self.mark is not None and self.mark.reached)

    @property
    def genuine(self) -> bool:
        """Whether nothing was scripted or spoiled on it."""
        faults = (*self.faults, *(self.mark.faults if self.mark else ()))
        return all(name in HARMLESS for name in faults) and self.kind in GENUINE

    @property
    def verified(self) -> bool:
        """Whether the request opened and its signature verified."""
        return self.request.good("sign.verify")
