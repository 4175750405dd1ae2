"""Scenarios: data only. Loading, `$name.path` references, one-line mistakes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.complaint import check
from conformance.drivers.call import actions
from conformance.endings import MEMBERS
from conformance.prelude import Texts, expand
from conformance.yamltext import Document, Path, parse
from simulator.protocol.text.said import Said

VERBS = (
    "call", "parallel", "authorise", "show_code", "patient", "policy", "fault", "reply", "advance", "notice",
    "wait", "observe",
)  # fmt: skip
MODES = ("A", "B1")
"""The modes of a scenario that names none; a test holds them within those of its cases."""
BUILT_IN = ("mode", "channel", "run", "flow", "today", "unpaid_ms")
_REFERENCE = re.compile(r"\$([^\s.$]+)((?:\.[^\s.$]+)*)\Z")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its verb, the verb's arguments, the name its outcome is kept under, what is expected."""

    verb: str
    args: Any
    save: str = ""
    expect: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    when: Mapping[str, Any] = field(default_factory=dict)
    """Saved answers with the states they must have (one or several), or the step is left out."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One file under scenarios/. `expect` is judged afterwards, never by the runner."""

    id: str
    title: str
    title_en: str
    purpose: str
    covers: tuple[str, ...]
    requirements: tuple[str, ...]
    modes: tuple[str, ...]
    services: tuple[str, ...]
    without_services: tuple[str, ...]
    level: int
    hooks: tuple[str, ...]
    exclusive: bool
    persons: Mapping[str, Mapping[str, Any]]
    steps: tuple[Step, ...]
    expect: tuple[Mapping[str, Any], ...]
    notices: bool = False
    """It is about 6302: n/a for a hospital that only polls (contracts 7)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which scenarios a mode runs, and the six that a mutant always runs (`smoke`)."""

    id: str
    title: str
    mode: str
    channel: str
    scenarios: tuple[str, ...]
    smoke: tuple[str, ...] = ()
    title_en: str = ""


def load(text: str, file: str, preludes: Texts = dict) -> Scenario:
    """Read one scenario, `given` replaced by the steps it stands for. Raises Mistake for the first thing to mend."""
    document = parse(text, file)
    check(document, "scenario")
    value = document.value
    parts = [*([expand(document, preludes)] if "given" in value else []), document]
    known = [*BUILT_IN, *value["persons"]]
    steps = tuple(
        _step(part, ("steps", index), row, known, value["persons"])
        for part in parts
        for index, row in enumerate(part.value.get("steps", ()))
    )
    for index, row in enumerate(value.get("expect", ())):
        _known_person(document, ("expect", index, "person"), row["person"], value["persons"])
        _endings(document, ("expect", index), row)
    return Scenario(
        id=value["id"],
        title=value["title"],
        title_en=value.get("title_en", ""),
        purpose=value["purpose"],
        covers=tuple(value["covers"]),
        requirements=tuple(value.get("requirements", ())),
        modes=tuple(value.get("modes", MODES)),
        services=tuple(value.get("services", ())),
        without_services=tuple(value.get("without_services", ())),
        level=value.get("level", 1),
        hooks=tuple(value.get("hooks", ())),
        exclusive=value.get("exclusive", False),
        persons=value["persons"],
        steps=steps,
        expect=tuple(value.get("expect", ())),
        notices=value.get("notices", False),
    )


def _step(
    document: Document, path: Path, row: Mapping[str, Any], known: list[str], persons: Mapping[str, Any]
) -> Step:
    verbs = [verb for verb in VERBS if verb in row]
    if len(verbs) != 1:
        raise document.mistake(path, Said("每一步写一个动词: {}", ", ".join(VERBS)))
    verb, args = verbs[0], row[verbs[0]]
    inner = args if verb == "parallel" else [{"call": args}] if verb == "call" else []
    base = (*path, verb)
    for index, item in enumerate(inner):
        place = (*base, index, "call") if verb == "parallel" else base
        _check_call(document, place, item["call"], persons)
    if isinstance(args, dict):
        for role in ("person", "owner"):
            if role in args:
                _known_person(document, (*base, role), args[role], persons)
        if verb == "fault" and ("person" in args) == ("institution" in args):
            raise document.mistake(base, Said("写 person: 别名 或 institution: true 之一"))
    for place, name in names(args, base):
        if name not in known:
            raise document.mistake(place, Said("${} 在这一步之前没有 save, 可用: {}", name, ", ".join(known)))
    for index, item in enumerate(inner if verb == "parallel" else ()):
        _save(document, (*base, index), item, known)
    for name in row.get("when", {}):
        if name not in known:
            raise document.mistake(
                (*path, "when"), Said("${} 在这一步之前没有 save, 可用: {}", name, ", ".join(known))
            )
    _save(document, path, row, known)
    return Step(
        verb, args, row.get("save", ""), row.get("expect", {}), row.get("text", ""), row.get("when", {})
    )


def _save(document: Document, path: Path, row: Mapping[str, Any], known: list[str]) -> None:
    """Keep the name under which `row` saves its outcome; one name stands for one thing."""
    name = row.get("save")
    if name in known:
        raise document.mistake(
            (*path, "save"), Said("{} 已经用过 (步骤、given、persons 或内建的名字), 换一个", name)
        )
    if name is not None:
        known.append(name)


def _check_call(document: Document, path: Path, args: Mapping[str, Any], persons: Mapping[str, Any]) -> None:
    row = actions().get(args["action"])
    if row is None:
        raise document.mistake(
            (*path, "action"), Said("驱动合同里没有这个动作, 可用: {}", ", ".join(actions()))
        )
    if "openid_of" in args:
        _known_person(document, (*path, "openid_of"), args["openid_of"], persons)
    if "person" in args:
        _known_person(document, (*path, "person"), args["person"], persons)
    elif row["patient"]:
        raise document.mistake((*path, "person"), Said("{} 要写明 person", args["action"]))


def _endings(document: Document, path: Path, row: Mapping[str, Any]) -> None:
    """One name stands for one ending of a row; what stands beside `endings` holds for all and is not said again."""
    known: list[str] = []
    for index, one in enumerate(row.get("endings", ())):
        place = (*path, "endings", index)
        if one["is"] in known:
            raise document.mistake((*place, "is"), Said("{} 已经写过, 合成一条或换一个名字", one["is"]))
        known.append(one["is"])
        for name in MEMBERS:
            if name in one and name in row:
                raise document.mistake((*place, name), Said("endings 旁边已经写了 {}, 两处留一处", name))


def _known_person(document: Document, path: Path, alias: str, persons: Mapping[str, Any]) -> None:
    if alias not in persons:
        raise document.mistake(path, Said("persons 里没有 {}, 有: {}", alias, ", ".join(persons)))


def holds(when: Mapping[str, Any], saved: Mapping[str, Any]) -> bool:
    """Whether every answer that a step depends on is there, in a state that the step is for."""
    return all(
        isinstance(saved.get(name), Mapping)
        and saved[name].get("state") in (states if isinstance(states, list) else [states])
        for name, states in when.items()
    )


class UnresolvedError(LookupError):
    """A reference whose path is not in what was saved: `reference` as written."""

    def __init__(self, reference: str) -> None:
        self.reference = reference
        super().__init__(reference)


def resolve(value: Any, saved: Mapping[str, Any]) -> Any:
    """`value` with every whole-value `$name.path.0.x` replaced from `saved`. Raises UnresolvedError.

    `$$text` is the literal text `$text`.
    """
    if isinstance(value, str):
        if value.startswith("$$"):
            return value[1:]
        hit = _REFERENCE.match(value)
        return _reach(value, hit[1], hit[2], saved) if hit else value
    if isinstance(value, dict):
        return {key: resolve(item, saved) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, saved) for item in value]
    return value


def names(value: Any, path: Path) -> list[tuple[Path, str]]:
    """Every reference in `value`: where it stands and the name before the first dot."""
    if isinstance(value, str):
        hit = _REFERENCE.match(value)
        return [(path, hit[1])] if hit else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [pair for key, item in items for pair in names(item, (*path, key))]


def _reach(reference: str, name: str, dots: str, saved: Mapping[str, Any]) -> Any:
    if name not in saved:
        raise UnresolvedError(reference)
    found = saved[name]
    for part in filter(None, dots.split(".")):
        if isinstance(found, Mapping) and part in found:
            found = found[part]
        elif isinstance(found, (list, tuple)) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            raise UnresolvedError(reference)
    return found
