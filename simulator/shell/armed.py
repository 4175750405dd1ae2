"""Use what is armed: read it from the store, change it there, and do it again when somebody else was faster."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TypeVar

from simulator.faults.scripted_reply import ReplyScript
from simulator.shell.limits import TRIES
from simulator.shell.scripts import ArmedFault, Scripts, acts
from simulator.shell.store import Conflict, Store
from simulator.shell.stored import Hosting, Key

Value = TypeVar("Value", Scripts, Hosting)


async def changed(store: Store, key: Key, kind: type[Value], change: Callable[[Value], Value]) -> Value:
    """Put `change` of what stands under the key (of a fresh one, if nothing does) in its place.

    Raises Conflict after TRIES, or when the run is not open.
    """
    for left in reversed(range(TRIES)):
        before = await store.value(key, kind)
        after = change(kind() if before is None else before)
        if after == before:
            return after
        try:
            await store.put(key, before, after)
        except Conflict:
            if not left:
                raise
        else:
            return after
    raise AssertionError("TRIES is at least 1")


async def reply_taken(store: Store, key: Key, interface: str) -> ReplyScript | None:
    """The scripted reply for this message of a person, used up by one, or None."""
    scripts = await store.value(key, Scripts)
    if scripts is None or not scripts.replies:
        return None
    found: list[ReplyScript | None] = []

    def take(scripts: Scripts) -> Scripts:
        after, script = scripts.reply_taken(interface)
        found.append(script)
        return after

    await changed(store, key, Scripts, take)
    return found[-1]


async def acting(
    store: Store, scopes: Sequence[Key], interface: str, transport: str, entropy: bytes, *stages: str
) -> AsyncIterator[ArmedFault]:
    """The faults that act on one message, by stage, `order`, scope and arming; each is used up when it is taken.

    After one that ends the exchange none follows; whoever stops taking leaves the rest armed. `entropy` decides
    about those that act now and then only; one that does not act is not used up.
    """
    kept = [(key, found) for key in scopes if (found := await store.value(key, Scripts)) and found.faults]
    for stage in stages if kept else ():
        waiting = [
            (key, armed) for key, scripts in kept for armed in scripts.waiting(interface, transport, stage)
        ]
        for number, (key, armed) in enumerate(sorted(waiting, key=lambda pair: pair[1].order)):
            if not acts(armed, stage, number, entropy):
                continue
            used = await _used(store, key, armed.number)
            if used is None:  # another message was faster
                continue
            yield used
            if used.fault.ends:
                return


async def _used(store: Store, key: Key, number: int) -> ArmedFault | None:
    found: list[ArmedFault | None] = []

    def use(scripts: Scripts) -> Scripts:
        after, armed = scripts.used(number)
        found.append(armed)
        return after

    await changed(store, key, Scripts, use)
    return found[-1]
