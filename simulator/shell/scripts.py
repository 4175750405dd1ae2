"""What is armed for a person or an institution: faults and scripted replies, each for some messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from simulator.faults import FAULTS, Fault
from simulator.faults.scripted_reply import ReplyScript
from simulator.faults.triggers import Trigger
from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.text.said import Said, listed
from simulator.protocol.wire.raw import RawMessage
from simulator.shell.limits import SCRIPTS

ANY = "*"
ALWAYS = 100
BY_NAME: Mapping[str, Fault] = {fault.name: fault for fault in FAULTS}


class ScriptError(ValueError):
    """A fault or reply that cannot be armed; one line `field: what to write`."""


@dataclass(frozen=True, slots=True)
class ArmedFault:
    """A fault that waits for `times` more messages of `interface` (`*`: any). `number` tells it from the others.

    It acts on `probability` of 100 of them; of several the one with the lowest `order` acts first.
    """

    name: str
    interface: str
    times: int
    params: Mapping[str, int]
    probability: int = ALWAYS
    order: int = 0
    number: int = 0

    @property
    def fault(self) -> Fault:
        """What it does."""
        return BY_NAME[self.name]


@dataclass(frozen=True, slots=True)
class ArmedReply:
    """A scripted reply that waits for `times` more messages of `interface`."""

    script: ReplyScript
    interface: str
    times: int


@dataclass(frozen=True, slots=True)
class Sent:
    """The newest notice of this name and key as it went out."""

    name: str
    key: str
    raw: RawMessage


@dataclass(frozen=True, slots=True)
class Scripts:
    """What is armed for a person, or for an institution in a run; the first armed is the first used.

    `triggered`: the cases that a message armed, each with its order: never twice. `sent`: what a replay repeats.
    """

    faults: tuple[ArmedFault, ...] = ()
    replies: tuple[ArmedReply, ...] = ()
    triggered: tuple[tuple[str, str], ...] = ()
    sent: tuple[Sent, ...] = ()
    counted: int = 0

    def with_fault(
        self, name: str, interface: str, times: int, params: Mapping[str, Any],
        transport: str = "", probability: int = ALWAYS, order: int = 0,
    ) -> Scripts:  # fmt: skip
        """With one more fault, or for no more `times` without those of its name and interface.

        `transport`: the wire form of its interface, empty when any is meant.

        Raises ScriptError for an unknown name, a form that it cannot spoil, a wrong parameter or too many.
        """
        fault = BY_NAME.get(name)
        if fault is None:
            raise ScriptError(Said("name: 没有故障 {}，可用：{}", repr(name[:40]), listed("、", BY_NAME)))
        if transport and not fault.spoils(transport):
            raise ScriptError(
                Said(
                    "interface: {} 不能用于 {}，它只作用于 {} 报文",
                    fault.name,
                    interface,
                    listed("、", fault.transports),
                )
            )
        if times < 1:
            left = (one for one in self.faults if (one.name, one.interface) != (name, interface))
            return replace(self, faults=tuple(left))
        self._room()
        number = self.counted + 1
        armed = ArmedFault(name, interface, times, _params(fault, params), probability, order, number)
        return replace(self, faults=(*self.faults, armed), counted=number)

    def with_reply(self, script: ReplyScript, interface: str, times: int) -> Scripts:
        """With one more scripted reply, or for no more `times` without those of its interface.

        Raises ScriptError when there are too many.
        """
        if times < 1:
            return replace(self, replies=tuple(one for one in self.replies if one.interface != interface))
        self._room()
        return replace(self, replies=(*self.replies, ArmedReply(script, interface, times)))

    def with_trigger(self, trigger: Trigger) -> Scripts:
        """With what a row of the trigger table says; its policy is the caller's to apply."""
        after = self
        if trigger.fault:
            after = after.with_fault(trigger.fault, trigger.interface, trigger.times, trigger.params)
        if trigger.reply is not None:
            after = after.with_reply(trigger.reply, trigger.interface, trigger.times)
        return after

    def waiting(self, interface: str, transport: str, stage: str) -> list[ArmedFault]:
        """The faults of this stage that wait for a message of this interface."""
        return [
            armed
            for armed in self.faults
            if armed.fault.stage == stage
            and _fits(armed.interface, interface)
            and armed.fault.spoils(transport)
        ]

    def used(self, number: int) -> tuple[Scripts, ArmedFault | None]:
        """The fault of this number acts, so it is used up by one: it as it is now, or None when it is used up already."""
        found = next((one for one in self.faults if one.number == number), None)
        if found is None:
            return self, None
        now = replace(found, times=found.times - 1)
        faults = tuple(now if one.number == number else one for one in self.faults)
        return replace(self, faults=tuple(one for one in faults if one.times > 0)), now

    def reply_taken(self, interface: str) -> tuple[Scripts, ReplyScript | None]:
        """The scripted reply for a message of this interface, used up by one, or None."""
        for place, armed in enumerate(self.replies):
            if _fits(armed.interface, interface):
                left = (replace(armed, times=armed.times - 1),) if armed.times > 1 else ()
                replies = (*self.replies[:place], *left, *self.replies[place + 1 :])
                return replace(self, replies=replies), armed.script
        return self, None

    def with_triggered(self, case: tuple[str, str]) -> Scripts:
        """With this case of this order among those that a message armed."""
        return self if case in self.triggered else replace(self, triggered=(*self.triggered, case))

    def with_sent(self, name: str, key: str, raw: RawMessage) -> Scripts:
        """With this as the newest notice of its name and key."""
        others = tuple(one for one in self.sent if (one.name, one.key) != (name, key))
        return replace(self, sent=(*others, Sent(name, key, raw)))

    def sent_as(self, name: str, key: str) -> RawMessage | None:
        """How the newest notice of this name and key went out."""
        return next((one.raw for one in self.sent if (one.name, one.key) == (name, key)), None)

    def _room(self) -> None:
        if len(self.faults) + len(self.replies) >= SCRIPTS:
            raise ScriptError(Said("times: 待用的故障与应答已达上限 {} 个", SCRIPTS))


def acts(armed: ArmedFault, stage: str, number: int, entropy: bytes) -> bool:
    """Whether the `number`-th fault that waits at this stage acts; `entropy` decides about those of now and then."""
    if armed.probability >= ALWAYS:
        return True
    drawn = sm3(entropy + f"{stage} {number}".encode())
    return int.from_bytes(drawn[:8], "big") % ALWAYS < armed.probability


def _fits(wanted: str, interface: str) -> bool:
    return wanted in (ANY, interface)


def _params(fault: Fault, given: Mapping[str, Any]) -> dict[str, int]:
    known = {param.name: param for param in fault.params}
    for name in given:
        if name not in known:
            raise ScriptError(
                Said(
                    "with.{}: {} 没有此参数，可用：{}",
                    name[:40],
                    fault.name,
                    listed("、", known) if known else Said("无"),
                )
            )
    values = {name: given.get(name, param.default) for name, param in known.items()}
    for name, value in values.items():
        low, high = known[name].low, known[name].high
        if type(value) is not int or not low <= value <= high:
            raise ScriptError(Said("with.{}: 应为 {} 到 {} 的整数", name, low, high))
    return values
