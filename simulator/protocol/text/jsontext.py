"""JSON text read so that nothing of it is lost: numbers keep their lexical form, oddities become facts.

`parse` never raises, whatever the bytes. `dumps` writes compact raw UTF-8 with numbers as they were read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from json.encoder import encode_basestring as _quoted
from typing import Any, Final

from simulator.protocol.model.profile import Profile
from simulator.protocol.text.said import Said, Text, listed
from simulator.protocol.wire.facts import Fact, Facts, first_bad


class Num(str):
    """A JSON number by its text: `Num("12.50")`. Never goes through a binary double (sheet 3.2)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one text: bytes, nesting depth, characters of one number, members and items in all, and `tokens`: marks.

    A mark is one of `" , : [ {`, wherever it stands: counting them costs nothing and bounds what counting members costs.
    """

    bytes: int = 4_194_304
    depth: int = 32
    number_chars: int = 40
    members: int = 20_000
    tokens: int = 200_000

    @classmethod
    def of(cls, profile: Profile) -> Limits:
        """The profile's `limits.*`."""
        return cls(
            profile["limits.body_bytes"],
            profile["limits.depth"],
            profile["limits.number_chars"],
            profile["limits.members"],
            profile["limits.tokens"],
        )


@dataclass(frozen=True, slots=True)
class Parsed:
    """The value (None when the text could not be read, or is `null`) and the facts, in the order of `parse`."""

    value: Any
    facts: Facts

    @property
    def read(self) -> bool:
        """Whether there is a value at all: reading ends early at the fact that says why not."""
        return was_read(self.facts)

    @property
    def bad(self) -> Fact | None:
        """The first fact that is not well, or None."""
        return first_bad(self.facts)


def was_read(facts: Iterable[Fact]) -> bool:
    """Whether a text was read to its end: then, and only then, the fact `….numbers` was stated."""
    return any(fact.name.endswith(".numbers") for fact in facts)


def unfit_numbers(facts: Iterable[Fact]) -> bool:
    """Whether a text that was read holds numbers that nobody should reckon with: too long, or none at all."""
    return any(not fact.ok and fact.name.endswith((".numbers", ".finite")) for fact in facts)


# A string, also an unfinished one: brackets inside strings are no depth.
_STRING: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_NOT_OPENERS: Final = bytes(byte for byte in range(256) if byte not in b"[{")
_NOT_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in b"[{]}")
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_PAIR: Final = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_MARKS: Final = (b'"', b",", b":", b"[", b"{")
_BOM: Final = b"\xef\xbb\xbf"


class _Reader:
    """The hooks of one parse and what they noticed."""

    def __init__(self, number_chars: int) -> None:
        self.number_chars = number_chars
        self.repeated: list[str] = []
        self.infinite: list[str] = []
        self.long_numbers = 0
        self.decode = json.JSONDecoder(
            object_pairs_hook=self.members,
            parse_float=self.number,
            parse_int=self.number,
            parse_constant=self.constant,
        ).decode

    def members(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        out = dict(pairs)
        if len(out) != len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen and len(self.repeated) < 8:
                    self.repeated.append(key[:64])
                seen.add(key)
        return out

    def number(self, text: str) -> Num:
        if len(text) > self.number_chars:
            self.long_numbers += 1
        return Num(text)

    def constant(self, text: str) -> Num:
        self.infinite.append(text)
        return Num(text)


def parse(body: bytes, limits: Limits, prefix: str = "body") -> Parsed:
    """Read JSON and state `utf8`, `json`, `depth`, `unique_keys`, `finite`, `numbers` under `prefix`.

    A repeated member keeps its last value. A text that cannot be read ends the list at the fact that says why: one over
    a limit is not read at all (`tokens`, `members`, `depth`).
    """
    facts: list[Fact] = []

    def stop(name: str, note: Text, **data: Any) -> Parsed:
        facts.append(Fact(f"{prefix}.{name}", False, note, data))
        return Parsed(None, tuple(facts))

    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        told = Said("第 {} 字节起不是 UTF-8: 请以 UTF-8 发送, 勿用 GBK", error.start)
        return stop("utf8", told, at=error.start)
    if _has_lone_surrogate(text):
        return stop("utf8", Said("含有不成对的 \\uD8xx 代理项, 不能表示为 UTF-8"), form="lone_surrogate")
    facts.append(Fact(f"{prefix}.utf8", True))

    over, note = _over(body, limits)
    if over:
        facts.append(Fact(f"{prefix}.json", True))
        return stop(over, note)
    reader = _Reader(limits.number_chars)
    bom = body.startswith(_BOM)
    try:
        value = reader.decode(text[1:] if bom else text)
    except ValueError as error:
        at = getattr(error, "pos", 0) + bom
        return stop("json", Said("不是合法的 JSON: 第 {} 个字符附近", at), at=at, empty=not body.strip())
    except RecursionError:
        facts.append(Fact(f"{prefix}.json", True))
        return stop("depth", Said("嵌套超过 {} 层", limits.depth))
    note = Said("以 BOM(EF BB BF)开头: JSON 报文不带 BOM") if bom else ""
    facts += (
        Fact(f"{prefix}.json", not bom, note, {"form": "bom"} if bom else {}),
        Fact(f"{prefix}.depth", True),
        _fact(prefix, "unique_keys", reader.repeated, _repeated, "names"),
        _fact(prefix, "finite", reader.infinite[:8], _infinite, "values"),
    )
    long = reader.long_numbers
    note = Said("{} 个数字超过 {} 个字符", long, limits.number_chars) if long else ""
    facts.append(Fact(f"{prefix}.numbers", not long, note))
    return Parsed(value, tuple(facts))


def _repeated(names: Said) -> Said:
    return Said("同一对象里成员重名: {}", names)


def _infinite(values: Said) -> Said:
    return Said("JSON 没有这样的数: {}", values)


def _fact(prefix: str, name: str, found: list[str], told: Callable[[Said], Said], key: str) -> Fact:
    if not found:
        return Fact(f"{prefix}.{name}", True)
    return Fact(f"{prefix}.{name}", False, told(listed(", ", found)), {key: found})


def _has_lone_surrogate(text: str) -> bool:
    """Whether a \\u escape outside a pair survives decoding; a doubled backslash is no escape."""
    if _SURROGATE.search(text) is None:
        return False
    escapes = text.replace("\\\\", " ") if "\\\\" in text else text
    return _SURROGATE.search(_PAIR.sub(" ", escapes)) is not None


def _over(body: bytes, limits: Limits) -> tuple[str, Text]:
    """Which limit of the structure is passed and one sentence about it; empty texts when none is."""
    if sum(map(body.count, _MARKS)) > limits.tokens:
        return "tokens", Said("引号、逗号、冒号和左括号合计超过 {} 个", limits.tokens)
    if deeper_than(body, limits.depth):
        return "depth", Said("嵌套超过 {} 层", limits.depth)
    if _members(body) > limits.members and _members(_STRING.sub(b"", body)) > limits.members:
        return "members", Said("成员和元素合计超过 {} 个", limits.members)
    return "", ""


def _members(text: bytes) -> int:
    return text.count(b",") + text.count(b"[") + text.count(b"{")


def deeper_than(body: bytes, depth: int) -> bool:
    """Whether brackets outside of texts nest deeper, told without reading the JSON."""
    if len(body.translate(None, _NOT_OPENERS)) <= depth:  # too few brackets to be deep
        return False
    level = 0
    for byte in _STRING.sub(b"", body).translate(None, _NOT_BRACKETS):
        level += 1 if byte in b"[{" else -1
        if level > depth:
            return True
    return False


def dumps(value: Any) -> str:
    """Write compact JSON, raw UTF-8, `/` not escaped, `Num` and int bare, members in their order.

    Raises TypeError for a float (amounts are never binary) or anything else that is no JSON value here.
    """
    if type(value) is str:
        return _quoted(value)
    if isinstance(value, dict):
        members = [
            f"{_quoted(name)}:{_quoted(member) if type(member) is str else dumps(member)}"
            for name, member in value.items()
        ]
        return f"{{{','.join(members)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(dumps, value))}]"
    if isinstance(value, str):
        return str(value) if isinstance(value, Num) else _quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    raise TypeError(f"not a JSON value here: {type(value).__name__}")
