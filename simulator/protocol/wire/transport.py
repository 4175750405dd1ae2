"""A transport: one wire form as a value of pure functions, owned by the package of its role (design 9.1).

The shell knows no form: it asks a transport who calls, has the message opened, the answer and the notice made, and
the peer's answer read. The vendor's side of the same form is its `Mirror`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from simulator.protocol.model.profile import Profile
from simulator.protocol.model.step import Institution, Notify, Reply
from simulator.protocol.text.said import Said, Text
from simulator.protocol.wire.opened import Opened
from simulator.protocol.wire.outcome import AnswerOutcome
from simulator.protocol.wire.raw import Headers, RawMessage

if TYPE_CHECKING:
    from simulator.protocol.model.interface import Interface

JSON_HEADERS: Final[Headers] = (("Content-Type", "application/json;charset=UTF-8"),)
Texts = Mapping[str, str]
Draw = Callable[[int], bytes]
"""So many fresh random bytes."""


class CredentialError(ValueError):
    """A credential that is of no use; `field` names it, the text is one sentence."""

    def __init__(self, field: str, why: Text) -> None:
        super().__init__(why)
        self.field = field


def demand(own: Texts, *names: str, filled: bool = False) -> None:
    """Raise CredentialError for the first of these members that is no text, or empty where it must be filled."""
    for name in names:
        if not isinstance(own.get(name), str) or (filled and not own[name]):
            raise CredentialError(name, Said("缺少, 应为文本"))


@dataclass(frozen=True, slots=True)
class Caller:
    """One institution as a transport sees it.

    `keys`: this transport's own key value; `neighbours`: those of all its callers by credential, to name a swapped
    key; `signer`: what signs in place of one's own key, None: one's own.
    """

    institution: Institution
    keys: Any = None
    neighbours: Mapping[str, Any] = field(default_factory=dict)
    signer: Any = None


class Directory(Protocol):
    """The callers of one transport."""

    def find(self, credential: str) -> Caller | None:
        """The caller that this credential names."""


@dataclass(frozen=True, slots=True)
class Identified:
    """Who calls, or nobody, and the outer form as far as it was read for that (the transport's own value)."""

    caller: Caller | None
    outer: Any = None


def _nothing(_draw: Draw) -> Texts:
    return {}


def _as_before(own: Texts, _draw: Draw) -> Texts:
    return own


def _no_members(_platform: Texts, _own: Texts) -> Texts:
    return {}


def _never(_profile: Profile, _draw: Draw) -> Texts:
    return {}


@dataclass(frozen=True, slots=True)
class Issue:
    """What a transport issues, as texts that the file of identities holds. The defaults issue nothing.

    `platform`: our side's own, once a home; `make`: an institution's; `rotate`: the same with new keys;
    `keys(platform, own)`: the key value made of them, raises CredentialError; `credential(code, own)`: what finds the
    caller; `block(platform, own)`: members of the vendor block; `stranger`: a signer that is nobody's, None: nothing
    is signed; `asked_for`: what an institution that has nothing of this transport is given because a profile asks;
    `ours_asked_for`: our side's own for those, made with the first of them where `platform` gave nothing.
    """

    platform: Callable[[Draw], Texts] = _nothing
    make: Callable[[Draw], Texts] = _nothing
    rotate: Callable[[Texts, Draw], Texts] = _as_before
    keys: Callable[[Texts, Texts], Any] = _no_members
    credential: Callable[[str, Texts], str] = lambda code, _own: code
    block: Callable[[Texts, Texts], Texts] = _no_members
    stranger: Callable[[Draw], Any] | None = None
    asked_for: Callable[[Profile, Draw], Texts] = _never
    ours_asked_for: Callable[[Draw], Texts] = _nothing


@dataclass(frozen=True, slots=True)
class PeerCall:
    """What a vendor asks: interface, where, the business object, and `more` that only this form has (header members)."""

    interface: str
    target: str
    data: Mapping[str, Any]
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mirror:
    """The vendor's side of a transport: reference hospital, load users, tests. `caller` holds the vendor's keys.

    `request(call, caller, profile, now_ms, entropy)` makes the HTTP request; `read_reply` and `read_notice`
    `(raw, caller, profile, now_ms)` open what the other side sends.
    """

    request: Callable[[PeerCall, Caller, Profile, int, bytes], RawMessage]
    read_reply: Callable[[RawMessage, Caller, Profile, int], Opened]
    read_notice: Callable[[RawMessage, Caller, Profile, int], Opened] | None = None


@dataclass(frozen=True, slots=True)
class Transport:
    """One wire form. Nothing here raises for what a peer sent.

    `identify(raw, directory, profile)`: from headers, target and outer members only; the profile is the
    simulator's, for the limits that hold before anything is read. `open(raw, identified, interface, profile,
    now_ms)` under the institution's wire options. `reply(reply, opened, interface, caller, profile, now_ms,
    entropy)` makes the whole answer, `notice(notify, target, caller, profile, now_ms, entropy)` a whole request of
    ours; `acknowledged(notify, answer, profile)` reads what came back. `show(raw)`: the outer view of a message of
    ours, secrets out, None when it is not of this form. `options`: prefixes of the wire options. `kept_headers`: names
    of the headers that its signature covers, beginnings if they end with `-` or `_`; evidence keeps them, masked.
    `message_chars`: how long the sentence of a refusal may be.
    """

    name: str
    issue: Issue
    identify: Callable[[RawMessage, Directory, Profile], Identified]
    open: Callable[[RawMessage, Identified, Interface, Profile, int], Opened]
    reply: Callable[[Reply, Opened, Interface, Caller | None, Profile, int, bytes], RawMessage]
    outcome: Callable[[RawMessage], AnswerOutcome]
    show: Callable[[RawMessage], Mapping[str, Any] | None]
    mirror: Mirror
    notice: Callable[[Notify, str, Caller, Profile, int, bytes], RawMessage] | None = None
    acknowledged: Callable[[Notify, RawMessage, Profile], AnswerOutcome] | None = None
    options: tuple[str, ...] = ()
    kept_headers: tuple[str, ...] = ()
    message_chars: int = 1_000  # no length is published for `message` (assumed)

    def keeps(self, header: str) -> bool:
        """Whether evidence keeps this header."""
        name = header.lower()
        return any(
            name.startswith(kept) if kept.endswith(("-", "_")) else name == kept for kept in self.kept_headers
        )


def answer_of(body: bytes, status: int = 200, headers: Headers = JSON_HEADERS) -> RawMessage:
    """An answer of ours; whose request it answers is for the shell to say."""
    return RawMessage("", "", headers, body, status)
