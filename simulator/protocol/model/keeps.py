"""What of a message's business object rules need: a projection by paths, for records that carry nothing else.

A path names members from the outside in, `baseinfo.psn_no`; `[]` after a name goes into every object of an array,
`insuinfo[].insutype`, and `feedetailList[]` alone keeps how many objects there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Keeps:
    """The paths of an interface's request and of its answer."""

    request: tuple[str, ...] = ()
    response: tuple[str, ...] = ()

    def of(self, part: str) -> tuple[str, ...]:
        """Those of `request` or `response`."""
        return self.request if part == "request" else self.response


NOTHING = Keeps()
"""Of an interface whose content no rule reads."""


def projected(data: Any, paths: Iterable[str]) -> dict[str, Any] | None:
    """The members of a business object at `paths`; None where there is no object or an empty one."""
    if not isinstance(data, Mapping) or not data:
        return None
    kept: dict[str, Any] = {}
    for path in paths:
        _keep(kept, data, path)
    return kept


def _keep(kept: dict[str, Any], data: Mapping[str, Any], path: str) -> None:
    name, _, rest = path.partition(".")
    inside, array = name.removesuffix("[]"), name.endswith("[]")
    value = data.get(inside)
    if array and isinstance(value, (list, tuple)):
        objects = [item for item in value if isinstance(item, Mapping)]
        rows = kept.setdefault(inside, [{} for _ in objects])
        for row, item in zip(rows, objects, strict=True):
            if rest:
                _keep(row, item, rest)
    elif rest and isinstance(value, Mapping) and not array:
        _keep(kept.setdefault(inside, {}), value, rest)
    elif not rest and not array and inside in data:
        kept[inside] = value
