"""The text of the business object in the manners of its scopes; what is written once is not written again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from json import loads
from operator import itemgetter
from typing import Any, Final

from simulator.protocol.diagnosis.escapes import ESCAPES
from simulator.protocol.diagnosis.held import HELD, emptied
from simulator.protocol.diagnosis.leaves import Leaf, Way
from simulator.protocol.diagnosis.manner import NAMES, Manner, Spaces, ordered
from simulator.protocol.text import jsontext

FourWays = tuple[Way, Way, Way, Way]
"""Of the members of `data`, of objects below it, of what is inside arrays, of values directly in arrays."""
GROWTH: Final = 8
"""Nothing that a nested value becomes is longer than the whole object so many times."""
VISIT: Final = 32
"""Bytes of work that looking at an object or array costs."""
MEMBER: Final = 16
"""Bytes of work that one member costs beside its text."""
Members = list[str | None]
Parts = Sequence[str | None]


def _nothing(_: Any) -> Any:
    return ()


class Node:
    """An object or an array. `scope`: 0 data, 1 below it, 2 inside arrays (an array itself too)."""

    __slots__ = (
        "children",
        "held",
        "level",
        "members",
        "names",
        "nodes",
        "orders",
        "picked",
        "prefixes",
        "right",
        "scope",
        "shows",
        "value",
        "written",
    )

    def __init__(self, value: Any, scope: int, level: int) -> None:
        self.value, self.scope, self.level = value, scope, level
        self.written: dict[Any, str] = {}
        self.members: dict[Any, Members] = {}
        self.right: str | None = None
        self.shows: frozenset[str] = frozenset()
        self.held: dict[tuple[str, str], str | None] = {}
        self.orders: dict[tuple[str, str], list[int]] = {}
        self.prefixes: dict[int, list[str]] = {}
        inner = 1 if isinstance(value, dict) and scope < 2 else 2
        self.names: list[str] | None = list(value) if isinstance(value, dict) else None
        members = value.values() if isinstance(value, dict) else value
        self.children = [_node(one, inner, level + 1) for one in members]
        self.nodes = [one for one in self.children if isinstance(one, Node)]
        kinds = sorted({one.kind for one in self.children if isinstance(one, Leaf)})
        self.picked: Callable[[Any], Any] = itemgetter(*kinds) if kinds else _nothing


def _node(value: Any, scope: int, level: int) -> Leaf | Node:
    if isinstance(value, dict):
        return Node(value, scope, level)
    if isinstance(value, (list, tuple)):
        return Node(value, 2, level)
    return Leaf(value)


class Body:
    """The business object, written in any manners. `work`: bytes written so far, MEMBER for each member."""

    def __init__(self, data: Any) -> None:
        self.root = _node(data, 0, 0)
        self.work = 0
        self.longest = GROWTH * len(jsontext.dumps(data)) + 4096
        self.fields: tuple[set[str], ...] = (set(), set(), set(), set())
        self._fields: frozenset[str] = frozenset()
        if isinstance(self.root, Node):
            _fields(self.root, self.fields)

    def text(self, ways: FourWays, fields: frozenset[str]) -> str | None:
        """The compact or spaced JSON of it all, or None when the manner leaves an empty object out."""
        if isinstance(self.root, Leaf):
            return self.root.write(ways[0].manner)
        self._fields = fields
        text = self._node(self.root, ways)
        return None if text == "{}" and ways[0].manner.object == "drop" else text

    def parts(self, ways: FourWays, fields: frozenset[str]) -> Members:
        """The members of `data` as written, in the order as sent; none when it is no object."""
        root = self.root
        if isinstance(root, Leaf) or root.names is None:
            return []
        self._fields = fields
        held = [self._inner(one, ways[0].manner, ways) for one in root.nodes]
        return self._members(root, ways[0], ways[0], held, root.picked(ways[0].subs))

    def both(
        self, right: Parts, one: Parts, other: Parts, ways: FourWays, fields: frozenset[str]
    ) -> str | None:
        """The text under two sets of changes together, from the parts under each and under none.

        A member that one of them leaves alone is as the other has it. For changes that touch neither names nor spaces.
        """
        root, way = self.root, ways[0]
        assert isinstance(root, Node)
        self._fields = fields
        members: Members = []
        for at, (mine, first, second) in enumerate(zip(right, one, other, strict=True)):
            if first == mine:
                members.append(second)
            elif second == mine:
                members.append(first)
            else:
                members.append(self._member(root, at, way, ways))
        text = _joined(root, members, way)
        self.work += len(text)
        return None if text == "{}" and way.manner.object == "drop" else text

    def _member(self, node: Node, at: int, way: Way, ways: FourWays) -> str | None:
        child = node.children[at]
        text = child.under(way) if isinstance(child, Leaf) else self._inner(child, way.manner, ways)
        return None if text is None else _prefixes(node, way)[at] + text

    def pairs(self, ways: FourWays, fields: frozenset[str]) -> list[tuple[str, str]]:
        """The members of `data` as (name, text) in their order, texts without quotation marks."""
        root = self.root
        if isinstance(root, Leaf) or root.names is None:
            return []
        self._fields = fields
        texts = self._fragments(root, ways, [self._inner(one, ways[0].manner, ways) for one in root.nodes])
        names = _names(root.names, ways[0].manner.names)
        return [
            (names[at], _unquoted(text))
            for at in _order(root, ways[0].manner)
            if (text := texts[at]) is not None
        ]

    def _node(self, node: Node, ways: FourWays) -> str:
        self.work += VISIT
        if node.right is not None and node.shows.isdisjoint(self._fields):
            return node.right
        way = ways[node.scope]
        own = way if node.names is not None else ways[3]
        held = [self._inner(one, way.manner, ways) for one in node.nodes]
        leaves = node.picked(own.subs)
        key = (way.joint, way.prefix, leaves, *held)
        text = node.written.get(key)
        if text is None:
            members = self._members(node, way, own, held, leaves)
            text = node.written[key] = _joined(node, members, way)
            self.work += len(text) + MEMBER * len(members)
        if not self._fields:
            node.right = text
        return text

    def _members(self, node: Node, way: Way, own: Way, held: Members, leaves: Any) -> Members:
        """What stands between the commas, in the order as sent; None for what is left out."""
        if node.names is None:
            return _fragments(node, own, held)
        key = (way.prefix, leaves, *held)
        members = node.members.get(key)
        if members is None:
            texts = _fragments(node, own, held)
            prefixes = _prefixes(node, way)
            members = [
                None if text is None else before + text for before, text in zip(prefixes, texts, strict=True)
            ]
            node.members[key] = members
        return members

    def _fragments(self, node: Node, ways: FourWays, held: Members) -> Members:
        return _fragments(node, ways[node.scope] if node.names is not None else ways[3], held)

    def _inner(self, child: Node, manner: Manner, ways: FourWays) -> str | None:
        """A nested object or array as a member of what holds it."""
        text = self._node(child, ways)
        if text == "{}":
            return emptied(manner.object, bool(child.value), text)
        if text == "[]" and not (manner.list == "text_sent" and manner.array == "drop"):
            return emptied(manner.array, bool(child.value), text)
        how = manner.list if child.names is None else manner.container
        if how == "json":
            return text
        if len(text) > self.longest:  # text inside text doubles its escapes at every level
            return None
        if (how, text) not in child.held:
            child.held[how, text] = HELD[how](child.value, text)
        return child.held[how, text]


_ARRAYS: Final = frozenset({"list", "array"})
_OBJECTS: Final = frozenset({"container", "object"})


def _fields(node: Node, fields: tuple[set[str], ...]) -> None:
    """Put into `fields` which choices the values of each level can show, and into each node those of all that it holds."""
    own = {"spaces", "items"} if node.names is None else {"spaces", "order", "names", "escape"}
    leaves: set[str] = set()
    below: set[str] = set()
    for child in node.children:
        if isinstance(child, Node):
            own |= _OBJECTS if child.names is not None else _ARRAYS
            _fields(child, fields)
            below |= child.shows
        else:
            leaves |= child.fields()
    fields[node.scope].update(own)
    fields[node.scope if node.names is not None else 3].update(leaves)
    node.shows = frozenset(own | leaves | below)


def _fragments(node: Node, own: Way, held: Members) -> Members:
    """The text of every member, None for what is left out."""
    subs, out, rest = own.subs, [], iter(held)
    for child in node.children:
        if type(child) is Leaf:
            sub = subs[child.kind]
            written = child.written
            out.append(written[sub] if sub in written else child.under(own))
        else:
            out.append(next(rest))
    return out


def _joined(node: Node, members: Members, way: Way) -> str:
    manner, spaces = way.manner, way.spaces
    if node.names is None:
        if manner.items == "sorted_sent":
            sent = [jsontext.dumps(one) for one in node.value]
            members = [members[at] for at in sorted(range(len(sent)), key=sent.__getitem__)]
        if manner.items in _CUT:
            members = _CUT[manner.items](members)
        parts = [text for text in members if text is not None]
        if manner.items in ("sorted", "reversed"):
            parts = sorted(parts) if manner.items == "sorted" else parts[::-1]
        return _wrapped("[", parts, "]", spaces, node, jackson=manner.spaces.startswith("jackson"))
    parts = [text for at in _placed(node, members, manner) if (text := members[at]) is not None]
    return _wrapped("{", parts, "}", spaces, node)


_CUT: Final[dict[str, Callable[[Members], Members]]] = {
    "first": lambda members: members[:1],
    "not_last": lambda members: members[:-1] if len(members) > 1 else members,
}
"""Elements of an array that are signed."""


def _names(names: list[str], choice: str) -> list[str]:
    return names if choice == "sent" else [NAMES[choice](name) for name in names]


def _order(node: Node, manner: Manner) -> list[int]:
    key = (manner.order, manner.names)
    order = node.orders.get(key)
    if order is None:
        order = node.orders[key] = ordered(_names(node.names or [], manner.names), manner.order)
    return order


def _placed(node: Node, members: Members, manner: Manner) -> list[int]:
    """The order of the members; of a HashMap it depends on how many are left."""
    if manner.order != "hash_kept":
        return _order(node, manner)
    kept = [at for at, text in enumerate(members) if text is not None]
    names = _names(node.names or [], manner.names)
    return [kept[at] for at in ordered([names[at] for at in kept], manner.order)]


def _prefixes(node: Node, way: Way) -> list[str]:
    prefixes = node.prefixes.get(way.prefix)
    if prefixes is None:
        write, colon = ESCAPES[way.manner.escape], way.spaces.colon
        prefixes = [write(name) + colon for name in _names(node.names or [], way.manner.names)]
        node.prefixes[way.prefix] = prefixes
    return prefixes


def _unquoted(text: str) -> str:
    if text[:1] == '"':
        try:
            return str(loads(text))
        except ValueError:
            return text[1:-1]
    return text


def _wrapped(
    opening: str, parts: list[str], closing: str, spaces: Spaces, node: Node, *, jackson: bool = False
) -> str:
    if not parts:
        return opening + closing
    if jackson:
        return f"{opening} {', '.join(parts)} {closing}"
    if not spaces.line:
        return f"{opening}{spaces.inner}{spaces.comma.join(parts)}{spaces.last}{spaces.inner}{closing}"
    level = node.level
    if spaces.colon == " : ":  # arrays do not indent
        level = _object_level(node)
    inner = spaces.line + spaces.unit * (level + 1)
    comma = spaces.comma.rstrip() + inner
    return f"{opening}{inner}{comma.join(parts)}{spaces.line}{spaces.unit * level}{closing}"


def _object_level(node: Node) -> int:
    return node.level - node.level // 2 if node.scope == 2 else node.level
