"""A fact is one thing observed about a message. Opening yields all of them and decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.protocol.text.said import Text, stored


@dataclass(frozen=True, slots=True)
class Fact:
    """`name` is dotted and stable (rules cite it); `ok` says whether it is as the protocol wants;
    `note` is one sentence for people; `data` holds JSON values only, never a secret.
    """

    name: str
    ok: bool
    note: Text = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The form in evidence: `{"n", "ok", "note"?, "note_said"?, "d"?}`."""
        out: dict[str, Any] = {"n": self.name, "ok": self.ok}
        if self.note:
            out |= stored("note", self.note)
        if self.data:
            out["d"] = dict(self.data)
        return out


Facts = tuple[Fact, ...]


def first_bad(facts: Iterable[Fact]) -> Fact | None:
    """The first fact that is not as the protocol wants, in the order they were observed."""
    return next((fact for fact in facts if not fact.ok), None)


def named(facts: Iterable[Fact], name: str) -> Fact | None:
    """The fact called `name`, or None when it was not observed."""
    return next((fact for fact in facts if fact.name == name), None)
