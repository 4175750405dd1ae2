"""What is armed for a person or an institution: faults and scripted replies, each for some messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.faults import FAULTS, Fault
from simulator.faults.scripted_reply import ReplyScript
from simulator.faults.triggers import Trigger
from simulator.protocol.crypto.ciphers import sm3
from simulator.shell.limits import SCRIPTS

ANY = "*"
ALWAYS = 100
BY_NAME: Mapping[str, Fault] = {fault.name: fault for fault in FAULTS}


class ScriptError(ValueError):
    """A fault or reply that cannot be armed; one Chinese line `field: what to write`."""


@dataclass(slots=True)
class ArmedFault:
    """A fault that waits for `times` more messages of `interface` (`*`: any).

    It acts on `probability` of 100 of them; of several the one with the lowest `order` acts first.
    """

    fault: Fault
    interface: str
    times: int
    params: Mapping[str, int]
    probability: int = ALWAYS
    order: int = 0


@dataclass(slots=True)
class ArmedReply:
    """A scripted reply that waits for `times` more messages of `interface`."""

    script: ReplyScript
    interface: str
    times: int


@dataclass(slots=True)
class Scripts:
    """The armed faults and replies of one scope. The first armed is the first used."""

    faults: list[ArmedFault] = field(default_factory=list)
    replies: list[ArmedReply] = field(default_factory=list)

    def arm_fault(
        self, name: str, interface: str, times: int, params: Mapping[str, Any],
        transport: str = "", probability: int = ALWAYS, order: int = 0,
    ) -> None:  # fmt: skip
        """Arm a fault; `transport`: the wire form of its interface, empty when any is meant.

        Raises ScriptError for an unknown name, a form that it cannot spoil, a wrong parameter or too many.
        """
        fault = BY_NAME.get(name)
        if fault is None:
            raise ScriptError(f"name: 没有故障 {name[:40]!r}，可用：{'、'.join(BY_NAME)}")
        if transport and not fault.spoils(transport):
            raise ScriptError(
                f"interface: {fault.name} 不能用于 {interface}，它只作用于 {'、'.join(fault.transports)} 报文"
            )
        self._room()
        self.faults.append(ArmedFault(fault, interface, times, _params(fault, params), probability, order))

    def arm_reply(self, script: ReplyScript, interface: str, times: int) -> None:
        """Arm a scripted reply. Raises ScriptError when there are too many."""
        self._room()
        self.replies.append(ArmedReply(script, interface, times))

    def arm_trigger(self, trigger: Trigger) -> None:
        """Arm what a row of the trigger table says; its policy is the caller's to apply."""
        if trigger.fault:
            self.arm_fault(trigger.fault, trigger.interface, trigger.times, trigger.params)
        if trigger.reply is not None:
            self.arm_reply(trigger.reply, trigger.interface, trigger.times)

    def waiting(self, interface: str, transport: str, stage: str) -> list[ArmedFault]:
        """The faults of this stage that wait for a message of this interface."""
        return [
            armed
            for armed in self.faults
            if armed.fault.stage == stage
            and _fits(armed.interface, interface)
            and armed.fault.spoils(transport)
        ]

    def use(self, armed: ArmedFault) -> None:
        """The fault acts: it is used up by one."""
        armed.times -= 1
        self.faults = [one for one in self.faults if one.times > 0]

    def take_reply(self, interface: str) -> ReplyScript | None:
        """The scripted reply for this message, used up by one, or None."""
        found = next((armed for armed in self.replies if _fits(armed.interface, interface)), None)
        if found is None:
            return None
        found.times -= 1
        self.replies = [armed for armed in self.replies if armed.times > 0]
        return found.script

    def clear(self) -> None:
        """Disarm everything."""
        self.faults.clear()
        self.replies.clear()

    def _room(self) -> None:
        if len(self.faults) + len(self.replies) >= SCRIPTS:
            raise ScriptError(f"times: 待用的故障与应答已达上限 {SCRIPTS} 个")


def acting(
    scopes: Sequence[Scripts], interface: str, transport: str, entropy: bytes, *stages: str
) -> Iterator[ArmedFault]:
    """The faults that act on one message, by stage, `order`, scope and arming; each is used up when it is taken.

    After one that ends the exchange none follows; whoever stops taking leaves the rest armed. `entropy` decides
    about those that act now and then only; one that does not act is not used up.
    """
    for stage in stages:
        waiting = [(scope, armed) for scope in scopes for armed in scope.waiting(interface, transport, stage)]
        for number, (scope, armed) in enumerate(sorted(waiting, key=lambda pair: pair[1].order)):
            if not _acts(armed, stage, number, entropy):
                continue
            scope.use(armed)
            yield armed
            if armed.fault.ends:
                return


def _acts(armed: ArmedFault, stage: str, number: int, entropy: bytes) -> bool:
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
            raise ScriptError(f"with.{name[:40]}: {fault.name} 没有此参数，可用：{'、'.join(known) or '无'}")
    values = {name: given.get(name, param.default) for name, param in known.items()}
    for name, value in values.items():
        low, high = known[name].low, known[name].high
        if type(value) is not int or not low <= value <= high:
            raise ScriptError(f"with.{name}: 应为 {low} 到 {high} 的整数")
    return values
