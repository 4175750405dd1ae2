"""What a scenario was meant to show: by its begin record, or by its file where it never began. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.evidence.values import text
from conformance.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Meant:
    """What the judge knows of a scenario; all empty for a flow that no scenario opened.

    `covers`: case ids; `requirements`: those it was written for.
    """

    id: str = ""
    title: str = ""
    title_en: str = ""
    covers: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()


def by_file(scenario: Scenario) -> Meant:
    """As the file says today."""
    return Meant(scenario.id, scenario.title, scenario.title_en, scenario.covers, scenario.requirements)


def by_record(scenario: str, begin: Mapping[str, Any]) -> Meant:
    """As it was meant when it ran; `begin` is the `d` of its begin record."""
    covers, requirements = _texts(begin, "covers"), _texts(begin, "requirements")
    return Meant(scenario, text(begin, "title"), text(begin, "title_en"), covers, requirements)


def _texts(begin: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = begin.get(name)
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, (list, tuple)) else ()
