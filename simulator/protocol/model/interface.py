"""One interface of one role, the notices it may send, and the opened request that it acts on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.protocol.model.endpoint import Endpoints
from simulator.protocol.model.keeps import NOTHING, Keeps
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Institution, Reply, Step
from simulator.protocol.text.said import Text
from simulator.protocol.wire.facts import Facts
from simulator.protocol.wire.transport import Transport


@dataclass(frozen=True, slots=True)
class Request:
    """One opened message. `data`: the business object (6xxx `data`, fsi `input`, userQuery body).

    `header`: the envelope without data/encData/signData, the fsi common header, or the HTTP headers.
    """

    interface: str
    data: Mapping[str, Any]
    header: Mapping[str, Any]
    institution: Institution
    facts: Facts = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """One kind of notice to the institution.

    `endpoint`: its key in the declaration's `endpoints`; `subject`: what the evidence calls the number it is about.
    `draft`: the event that composes one to be sent on purpose, `{key, as_settled}`: about `key` or, if empty, about what
    came last; `as_settled`: complete also where nothing happened yet. It replies `{key, data}`, or refuses when there
    is nothing to tell. Empty: it cannot be sent on purpose.
    """

    name: str
    endpoint: str
    subject: str
    interface: Interface
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """Where a message that makes an order states its total, and the number that the institution gave the order."""

    amount: str
    order: str


Pairs = tuple[tuple[str, str], ...]
"""(kind, value) of identifiers."""


def _none(_data: Mapping[str, Any]) -> Pairs:
    return ()


@dataclass(frozen=True, slots=True)
class Interface:
    """One interface of one role: a row of the catalogue.

    `path`: its address in the documents, empty for what only we send; `endpoints`: all addresses by profile.
    `schema` names `schemas/messages/<schema>.request.json` and `.response.json`. `locate(data)` lists
    (kind, value) pairs, best first, by which the shard is found. `stands_for`: numbers that a message to it may
    state besides its own. `total`: of one that makes an order. `unique(data)`: the numbers in it that the institution
    makes itself and must not use for two persons; the step is told which of them are taken.
    """

    number: str
    role: str
    path: str
    name: Text
    transport: Transport
    endpoints: Endpoints
    schema: str
    locate: Callable[[Mapping[str, Any]], Pairs]
    act: Callable[[Shard, Request, Context], Step]
    source: str
    status: str
    keeps: Keeps = NOTHING
    """What of its business objects rules need: a small record carries exactly that (contracts 6)."""
    nobody: Text = ""
    """What the platform is seen to say when a message names nobody it knows; clients match on the words."""
    stands_for: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    total: Total | None = None
    unique: Callable[[Mapping[str, Any]], Pairs] = _none
    whole: Callable[[tuple[Shard, ...], Request, Context], Reply] | None = None
    """Of one that asks about the institution and no person (a bill): answers from the shards of all its persons in the
    run, changes nothing, and takes the place of `locate` and `act`. Its `Context.now_ms` is the latest of theirs."""
