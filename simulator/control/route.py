"""One row of the control API, and the shapes that several rows share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.control.api import Body, Control, Values
from simulator.protocol.text.fields import text
from simulator.protocol.text.said import Said
from simulator.shell.scripts import BY_NAME

Schema = Mapping[str, Any]
Call = Callable[[Control, Values, Body], Awaitable[Any]]

TEXT: Schema = {"type": "string", "maxLength": 200}
FLOW: Schema = {"type": "string", "minLength": 1, "maxLength": 200}
RUN_NAME: Schema = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", "examples": ["run-1"]}
CODE: Schema = {"type": "string", "pattern": "^[A-Z][0-9A-Z]{11}$", "examples": ["H50999900001"]}
TIMES: Schema = {"type": "integer", "minimum": 0, "maximum": 100_000}
"""How many messages more something acts on; 0 takes back what is armed under the same name and interface."""
COUNT: Schema = {"type": "integer", "minimum": 0}
WHOLE: Schema = {"type": "integer"}
OBJECT: Schema = {"type": "object"}
BOOL: Schema = {"type": "boolean"}
ANY: Schema = {}
FAULT: Mapping[str, Schema] = {
    "name": {"enum": list(BY_NAME)}, "interface": TEXT, "times": TIMES, "with": OBJECT,
    "probability": {"type": "integer", "minimum": 1, "maximum": 100},
    "order": {"type": "integer", "minimum": 0, "maximum": 1000},
}  # fmt: skip
ENDPOINTS: Schema = {
    "type": "object",
    "additionalProperties": {
        "type": "string",
        "pattern": "^(none|https?://[^\\s]+)?$",
        "maxLength": 2000,
        "examples": ["http://127.0.0.1:8081/notify"],
    },
}
RUN = "/control/runs/{run}"
PERSON = RUN + "/persons/{person}"


@dataclass(frozen=True, slots=True)
class Route:
    """`call(control, values, body)` gives the answer, which is as `answer` says; `values` are those of path and query.

    `asks`: the shape of the body, None for a call without one; `sample`: an example of a body; `example`: one of an
    answer. `query` are whole numbers with their most, `texts` other values of the query. `open`: without the token. `streams`: server-sent events,
    each with data as `answer` says. Every route takes `lang` (zh, en) for the sentences in its answer.
    """

    method: str
    path: str
    call: Call
    about: str
    answer: Schema
    example: Any
    asks: Schema | None = None
    sample: Any = None
    query: Mapping[str, int] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    open: bool = False
    streams: bool = False

    @property
    def name(self) -> str:
        """The name of the call."""
        return self.call.__name__


def shape(required: tuple[str, ...] = (), **members: Schema) -> Schema:
    """An object with these members and no others."""
    return {
        "type": "object",
        "properties": members,
        "required": list(required),
        "additionalProperties": False,
    }


def told(**members: Schema) -> Schema:
    """An answer: an object that has all these members and no others, but the sentences behind texts (`why_said`)."""
    return {**shape(tuple(members), **members), "patternProperties": {"_said$": OBJECT}}


def having(*required: str, **members: Schema) -> Schema:
    """An object with these members and, as the simulator grows, others; the `required` ones are always there."""
    return {"type": "object", "properties": members, "required": list(required)}


def listing(items: Schema) -> Schema:
    """An array of these."""
    return {"type": "array", "items": items}


def by_name(items: Schema) -> Schema:
    """An object of these under names that the simulator chooses."""
    return {"type": "object", "additionalProperties": items}


def whole(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    """A whole number of the query between 0 and `most`. Raises ValueError `name: what to write`."""
    given = text(query, name)
    if not given:
        return min(default, most)
    if not given.isascii() or not given.isdigit() or len(given) > 16 or int(given) > most:
        raise ValueError(Said("{}: 应为 0 到 {} 的整数", name, most))
    return int(given)
