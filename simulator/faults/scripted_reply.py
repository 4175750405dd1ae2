"""Change a business answer by a script: this is how recorded answers are replayed and odd ones are told.

The answer is sealed afterwards for the vendor under test, so its signature is right unless the script says not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.protocol.model.step import Reply
from simulator.protocol.text.jsontext import Num
from simulator.protocol.text.said import Text


@dataclass(frozen=True, slots=True)
class ReplyScript:
    """What to change: None or empty leaves it. `set` and `unset` take dotted paths (`extData.setlinfo.0.setlId`).

    `instead`: the request does not act at all and only the scripted answer is given.
    """

    code: str | None = None
    message: Text | None = None
    success: bool | None = None
    data: Mapping[str, Any] | None = None
    set: Mapping[str, Any] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    unsigned: bool = False
    instead: bool = False


EMPTY = Reply("0", "success", {})


def scripted(reply: Reply, script: ReplyScript) -> Reply:
    """`reply` as the script wants it. Paths that lead nowhere are created by `set` and ignored by `unset`."""
    data: Any = reply.data if script.data is None else _exact(script.data)
    for path, value in script.set.items():
        data = _with(data if isinstance(data, Mapping) else {}, path.split("."), value)
    for path in script.unset:
        data = _without(data, path.split("."))
    return replace(
        reply,
        code=reply.code if script.code is None else script.code,
        message=reply.message if script.message is None else script.message,
        success=_success(reply, script),
        data=data,
    )


def patched(data: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`data` with the dotted paths of `changes` set; a null value takes the member out."""
    out: Any = data
    for path, value in changes.items():
        parts = path.split(".")
        out = _without(out, parts) if value is None else _with(out, parts, value)
    return dict(out)


def _success(reply: Reply, script: ReplyScript) -> bool:
    if script.success is not None:
        return script.success
    return reply.success if script.code is None else script.code == "0"


def _fits(head: str, node: list[Any]) -> bool:
    return head.isascii() and head.isdigit() and len(head) < 8 and int(head) < len(node)


def _exact(value: Any) -> Any:
    """Binary doubles as decimals by their shortest text: nothing that is sealed is a double."""
    if isinstance(value, float):
        return Num(repr(value))
    if isinstance(value, Mapping):
        return {key: _exact(item) for key, item in value.items()}
    return [_exact(item) for item in value] if isinstance(value, list) else value


def _with(node: Any, path: list[str], value: Any) -> Any:
    if not path:
        return _exact(value)
    head, rest = path[0], path[1:]
    if isinstance(node, list) and _fits(head, node):
        place = int(head)
        return [*node[:place], _with(node[place], rest, value), *node[place + 1 :]]
    base = node if isinstance(node, Mapping) else {}
    return {**base, head: _with(base.get(head), rest, value)}


def _without(node: Any, path: list[str]) -> Any:
    head, rest = path[0], path[1:]
    if isinstance(node, list) and _fits(head, node):
        place = int(head)
        middle = [_without(node[place], rest)] if rest else []
        return [*node[:place], *middle, *node[place + 1 :]]
    if not isinstance(node, Mapping) or head not in node:
        return node
    if not rest:
        return {key: value for key, value in node.items() if key != head}
    return {**node, head: _without(node[head], rest)}
