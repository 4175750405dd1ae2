"""Where an interface answers: method, path template, and what tells it from others on the same path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from simulator.protocol.model.profile import Profile
from simulator.protocol.wire.raw import RawMessage


@dataclass(frozen=True, slots=True)
class Select:
    """An interface is chosen when `read` gives `value`: a member of the body, a header, a parameter."""

    read: Callable[[RawMessage, Profile], str]
    value: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`template`: a path whose `{param}` segments are any text, `{rest...}` one segment or more.

    Without `select` it takes what no other one takes.
    """

    method: str
    template: str
    select: Select | None = None


Endpoints = Callable[[Profile], tuple[Endpoint, ...]]


def at(template: str, method: str = "POST") -> Endpoints:
    """One address whatever the profile says."""
    return lambda _profile: (Endpoint(method, template),)


def nowhere(_profile: Profile) -> tuple[Endpoint, ...]:
    """Nobody calls it here: a notice of ours."""
    return ()


def segments(path: str) -> tuple[str, ...]:
    """The parts of a path between slashes, decoded."""
    return tuple(unquote(part) for part in path.split("/"))


REST: Final = "{rest...}"


def parameters(template: str, path: str) -> Mapping[str, str] | None:
    """What stands for the `{param}` segments of `template` in an undecoded `path`; None when it does not match."""
    wanted, got = template.split("/"), segments(path)
    if REST in wanted:  # as many segments as are left over stand for it
        at, over = wanted.index(REST), len(got) - len(wanted) + 1
        if over < 1 or not all(got[at : at + over]):
            return None
        got = (*got[:at], REST, *got[at + over :])
    if len(wanted) != len(got):
        return None
    found: dict[str, str] = {}
    for name, value in zip(wanted, got, strict=True):
        if name.startswith("{") and name.endswith("}"):
            found[name[1:-1]] = value
        elif name != value:
            return None
    return found
