"""The one shape of behaviour: `act(shard, request or event, context) -> Step(shard', effects)`.

A shard is everything one person owns in one run (see `shard.py`). What one handler returns is the first part
of a step; `stepping.py` makes it whole. Interface functions never touch a socket, a clock or a random
source: times and identifiers come in by `Context`, and what must happen outside goes out as effects,
which the shell performs in order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulator.protocol.model.profile import Profile
from simulator.protocol.text.said import Text

if TYPE_CHECKING:
    from simulator.protocol.model.shard import Shard


@dataclass(frozen=True, slots=True)
class Institution:
    """The caller, known from its credentials. `region` is the 6-digit 就医地 division."""

    code: str
    name: str
    region: str
    app_id: str
    partner_id: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is not a message: a due timer, a patient's act, the answer to a notice."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """The two times a step may use (contracts 3), new identifiers, and the options. Both times are Unix ms.

    `now_ms`: timer time, virtual per person: expiry and schedules, never printed. `wire_ms`: the machine's
    clock: everything that is printed into a message, so that `advance` never dates one in the future.
    `ids(kind)` makes a new identifier, dated by `wire_ms` where its pattern holds a date. Kinds: ORD, AUTH
    (sheet 2.3 patterns), TOKEN, EC, MDTRT, PSN, REFD, HIFEFD, SETL, REVS, CODE.
    `taken`: those of the numbers that `Interface.unique` names in this message which already belong to another
    person of this institution in this run, as (kind, value). `hosts`: those of the addresses that the institution
    declared; a notice goes to no other, whatever address an order carries (contracts 2).
    """

    now_ms: int
    wire_ms: int
    ids: Callable[[str], str]
    profile: Profile
    taken: frozenset[tuple[str, str]] = frozenset()
    hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reply:
    """The business answer. `code` "0" is success, else one of our codes (`codes.py`)."""

    code: str
    message: Text
    data: Mapping[str, Any] | None = None
    success: bool = True
    after_notice: bool = False
    """Hold this answer until the notices of the same step were delivered (MP-NTF-07), at most 5 s."""


@dataclass(frozen=True, slots=True)
class Notify:
    """Send a notice of this name to the institution. `key`: what it is about, an order number.

    `result_event` comes back as an event `{name, key, attempt, accepted, status}`; empty: nobody waits for it.
    `url`: the address that the order itself carried; empty: the declared one.
    """

    name: str
    key: str
    data: Mapping[str, Any]
    attempt: int = 1
    result_event: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Give `event` back to this shard at timer time `at_ms`. A later one with the same `key` replaces it."""

    at_ms: int
    event: Event
    key: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """From now on, a message that carries this identifier belongs to this shard; its first owner in a run keeps it.

    Kinds: payAuthNo, ecToken, authCode, ecCode, mdtrtId, payOrdId, medOrgOrd, orgBizSer, appRefdSn, psnNo, idNo, and
    setlId, refdSn, hiRefdSn, by which no message is found. `unique`: a number that this world makes (`Context.ids`); where
    somebody of the institution has it, whichever run they are in, the step is done again with another number.
    """

    kind: str
    value: str
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """For the evidence: something of the world changed (`what`: order, auth, visit, bank, refund)."""

    what: str
    key: str
    before: str
    after: str
    why: Text
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tell:
    """Give `event` to another role of the same shard within this step; `back` comes to the teller with its result.

    The result stands in `back.args["result"]`: what the told handler put into `Step.result`, or `{"status": "absent"}`
    when this world has no such role. `stepping` takes these out; a finished step holds none.
    """

    role: str
    event: Event
    back: Event | None = None


Effect = Reply | Notify | Schedule | Index | Changed | Tell


@dataclass(frozen=True, slots=True)
class Step:
    """The new shard and what must happen. A refusal returns the shard it was given.

    `result`: what a told handler answers to the role that told it.
    """

    shard: Shard
    effects: tuple[Effect, ...] = ()
    result: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reply(self) -> Reply | None:
        """The answer among the effects, if there is one."""
        return next((effect for effect in self.effects if isinstance(effect, Reply)), None)


def reply_only(shard: Shard, code: str, message: Text) -> Step:
    """A refusal: the shard as it was, and the sentence that says why."""
    return Step(shard, (Reply(code, message, None, success=False),))
