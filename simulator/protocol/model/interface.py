"""One interface of one role, and the opened request that it acts on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from simulator.protocol.model.keeps import NOTHING, Keeps
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Institution, Step
from simulator.protocol.wire.facts import Facts


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


Form = Literal["sealed", "fsi", "portal", "plain"]


@dataclass(frozen=True, slots=True)
class Interface:
    """One interface of one role: a row of the catalogue.

    `form`: how it is wrapped: `sealed` (SM2/SM4 envelope), `fsi` (两定 common header), `portal`
    (god-portal HMAC headers), `plain`. `schema` names `schemas/messages/<schema>.request.json` and
    `.response.json`. `locate(data)` lists (kind, value) pairs, best first, by which the shard is found.
    """

    number: str
    role: str
    path: str
    name: str
    form: Form
    schema: str
    locate: Callable[[Mapping[str, Any]], tuple[tuple[str, str], ...]]
    act: Callable[[Shard, Request, Context], Step]
    source: str
    status: str
    keeps: Keeps = NOTHING
    """What of its business objects rules need: a small record carries exactly that (contracts 6)."""
    nobody: str = ""
    """What the platform is seen to say when a message names nobody it knows; clients match on the words."""
