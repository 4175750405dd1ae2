"""Find scenarios, preludes and plans: ours from the package, a vendor's own from a folder."""

from __future__ import annotations

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from conformance.mistake import Mistake
from conformance.plan import load as load_plan
from conformance.scenario import Plan, Scenario, load
from simulator.protocol.text.said import Said

PLANS, PRELUDES = "plans", "preludes"


def _root(folder: Path | None) -> Traversable:
    return resources.files("scenarios") if folder is None else folder


def _read(place: Traversable, shown: str) -> str:
    try:
        return place.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Mistake(Said("不是 UTF-8 编码"), file=shown) from None
    except OSError as error:
        raise Mistake(Said("读不到 ({})", error.strerror or error), file=shown) from None


def scenario(name: str, folder: Path | None = None) -> Scenario:
    """The scenario `pay/clinic_mixed`. Raises Mistake."""
    return _shipped(name) if folder is None else _scenario(name, folder)


@cache
def _shipped(name: str) -> Scenario:
    """A scenario of the package: those do not change while a process runs, and running and judging both read it."""
    return _scenario(name, None)


def _scenario(name: str, folder: Path | None) -> Scenario:
    place = _place(folder, name)
    shown = f"scenarios/{name}.yaml"
    if not place.is_file():
        raise Mistake(Said("没有这个场景, 用 liantiao list scenarios 查看"), file=shown)
    found = load(_read(place, shown), shown, lambda: preludes(folder))
    if found.id != name:
        raise Mistake(Said("写成文件所在位置 {} (现在是 {})", name, found.id), file=shown, field="id")
    return found


def _place(folder: Path | None, name: str) -> Traversable:
    place = _root(folder)
    *folders, stem = name.split("/")
    for part in folders:
        place = place.joinpath(part)
    return place.joinpath(f"{stem}.yaml")


def plan(name: str, folder: Path | None = None) -> Plan:
    """The plan `A`. Raises Mistake."""
    place = _root(folder).joinpath(PLANS).joinpath(f"{name}.yaml")
    shown = f"scenarios/plans/{name}.yaml"
    if not place.is_file():
        raise Mistake(Said("没有计划 {}, 可用: {}", name, ", ".join(plan_names(folder))), file=shown)
    return load_plan(_read(place, shown), shown, lambda: _texts(folder, PLANS))


def plan_names(folder: Path | None = None) -> list[str]:
    """The ids of the plans there are."""
    return sorted(_files(folder, PLANS))


def preludes(folder: Path | None = None) -> dict[str, str]:
    """The text of every prelude by its name; a folder's own stand beside ours and before them."""
    ours = _texts(None, PRELUDES)
    return ours if folder is None else {**ours, **_texts(folder, PRELUDES)}


def _texts(folder: Path | None, kind: str) -> dict[str, str]:
    files = _files(folder, kind)
    return {name: _read(place, f"scenarios/{kind}/{name}.yaml") for name, place in files.items()}


def _files(folder: Path | None, kind: str) -> dict[str, Traversable]:
    """The YAML files of one kind by their names without the ending."""
    place = _root(folder).joinpath(kind)
    entries = place.iterdir() if place.is_dir() else ()
    return {entry.name.removesuffix(".yaml"): entry for entry in entries if entry.name.endswith(".yaml")}


def scenario_names(folder: Path | None = None) -> list[str]:
    """The ids of the scenarios there are, in order."""
    found = []
    for group in _root(folder).iterdir():
        if group.is_dir() and group.name not in (PLANS, PRELUDES) and not group.name.startswith(("_", ".")):
            names = [entry.name for entry in group.iterdir() if entry.name.endswith(".yaml")]
            found += [f"{group.name}/{name.removesuffix('.yaml')}" for name in names]
    return sorted(found)


def of_plan(chosen: Plan, folder: Path | None = None) -> list[Scenario]:
    """The scenarios of a plan, in its order. Raises Mistake."""
    return [scenario(name, folder) for name in chosen.scenarios]
