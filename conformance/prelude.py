"""Preludes: the steps that many scenarios begin with, kept once under a name. `given: paid` stands for them.

A value `<name>` in the steps of a prelude is a parameter: what the scenario gives, or the default, is put in its
place as it is. There are no expressions, and a prelude rests on no other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.complaint import check
from conformance.mistake import Mistake
from conformance.yamltext import Document, Path, parse
from simulator.protocol.text.said import Said, Text

Texts = Callable[[], Mapping[str, str]]
"""Gives the text of every file of a kind by its name; asked for only where one is needed."""
_PARAMETER = re.compile(r"<([a-z_]+)>\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given(Document):
    """A scenario whose `steps` are those of its prelude; `lines` are the prelude's.

    What is wrong with a value that was put in (`puts`: its path in the steps -> in the scenario) is said of
    the scenario `asked`, everything else of the prelude.
    """

    asked: Document
    puts: Mapping[Path, Path]

    def mistake(self, path: Path, message: Text) -> Mistake:
        """A mistake at `path`, to be raised."""
        for depth in range(len(path), 0, -1):
            if path[:depth] in self.puts:
                return self.asked.mistake((*self.puts[path[:depth]], *path[depth:]), message)
        return Document.mistake(self, path, message)


def expand(asked: Document, preludes: Texts) -> Given:
    """The steps that `given` of the checked scenario `asked` stands for. Raises Mistake."""
    wish = asked.value["given"]
    given, place = (wish, ("given", "name")) if isinstance(wish, dict) else ({"name": wish}, ("given",))
    name, texts = given["name"], preludes()
    if name not in texts:
        raise asked.mistake(place, Said("没有前置过程 {}, 可用: {}", name, ", ".join(sorted(texts))))
    prelude = _read(name, texts[name])
    values = _values(asked, prelude.value["parameters"], {key: given[key] for key in given if key != "name"})
    puts = {path: ("given", parameter) for path, parameter in _places(prelude)}
    rest = {key: value for key, value in asked.value.items() if key != "given"}
    value = {**rest, "steps": _put(prelude.value["steps"], values)}
    found = Given(prelude.file, value, prelude.lines, asked=asked, puts=puts)
    check(found, "scenario")
    return found


def _read(name: str, text: str) -> Document:
    """One prelude, whose parameters are all declared and all used. Raises Mistake."""
    prelude = parse(text, f"scenarios/preludes/{name}.yaml")
    check(prelude, "prelude")
    if prelude.value["name"] != name:
        raise prelude.mistake(("name",), Said("写成文件名 {} (现在是 {})", name, prelude.value["name"]))
    places = _places(prelude)
    for path, parameter in places:
        if parameter not in prelude.value["parameters"]:
            raise prelude.mistake(path, Said("parameters 里没有 {}, 请补上", parameter))
    for parameter in prelude.value["parameters"]:
        if parameter not in {used for _, used in places}:
            raise prelude.mistake(("parameters", parameter), Said("步骤里没有用到 <{}>, 请删去", parameter))
    return prelude


def _values(
    asked: Document, parameters: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any]
) -> dict[str, Any]:
    for key in given:
        if key not in parameters:
            raise asked.mistake(("given", key), Said("前置过程没有这个参数, 可用: {}", ", ".join(parameters)))
    for key, row in parameters.items():
        if key not in given and "default" not in row:
            raise asked.mistake(("given", key), Said("缺少, 请补上: {}", row["about"]))
    return {key: given.get(key, row.get("default")) for key, row in parameters.items()}


def _places(prelude: Document) -> list[tuple[Path, str]]:
    """Where in the steps a parameter stands, and which."""
    return list(_walk(prelude.value["steps"], ("steps",)))


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    hit = _PARAMETER.match(value) if isinstance(value, str) else None
    if hit:
        yield path, hit[1]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _walk(item, (*path, key))


def _put(value: Any, values: Mapping[str, Any]) -> Any:
    hit = _PARAMETER.match(value) if isinstance(value, str) else None
    if hit:
        return values[hit[1]]
    if isinstance(value, dict):
        return {key: _put(item, values) for key, item in value.items()}
    return [_put(item, values) for item in value] if isinstance(value, list) else value
