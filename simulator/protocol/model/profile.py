"""A profile: the values that differ between provinces, each with its source and confidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STATUSES = ("official", "channel-official", "provincial", "vendor-code", "vendor-code-single", "assumed")


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its value, what it means and where the value comes from."""

    value: Any
    about: str
    status: str
    source: str
    origin: str = ""
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """Options by dotted name. `profile["envelope.user_id"]` is the value; an unknown name is our error."""

    name: str
    options: Mapping[str, Option]
    overrides: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        option = self.options[name]
        return self.overrides.get(name, option.value)

    def with_overrides(self, more: Mapping[str, Any]) -> Profile:
        """The same profile with `more` on top. Raises KeyError for a name that no option has."""
        for name in more:
            self.options[name]
        return Profile(self.name, self.options, {**self.overrides, **more})
