"""From a profile document (already read YAML) to a `Profile`; a mistake is one Chinese line with file and field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.profiles.shapes import SHAPES
from simulator.protocol.model.profile import STATUSES, Option, Profile

BASE = "base"
_OPTION_MEMBERS = ("value", "about", "status", "source", "origin", "choices")
_TOP_BASE = ("schema", "name", "title", "about", "options")
_TOP_VARIANT = ("schema", "name", "title", "about", "extends", "set")


class ProfileError(ValueError):
    """A profile that cannot be used; the text is one line `file: field: what to write`."""


def profile_from(document: Any, name: str, base: Profile | None = None) -> Profile:
    """The profile that `document` describes; `name` is its file name for messages.

    A document with `options` stands alone. One with `extends` needs `base`, the profile it names.
    Raises ProfileError.
    """
    if not isinstance(document, Mapping):
        raise ProfileError(f"{name}: (全文): 写一个 YAML 对象, 以 schema: 1 开头")
    if document.get("schema") != 1:
        raise ProfileError(f"{name}: schema: 写 1")
    variant = "extends" in document
    for member in document:
        allowed = _TOP_VARIANT if variant else _TOP_BASE
        if member not in allowed:
            raise ProfileError(f"{name}: {member}: 没有这个字段, 可用: {' '.join(allowed)}")
    title = document.get("name", name)
    if not isinstance(title, str) or not title:
        raise ProfileError(f"{name}: name: 写地方版名称")
    if not variant:
        return Profile(title, _options(document.get("options"), name))
    if base is None:
        raise ProfileError(f"{name}: extends: 找不到所依据的地方版 {document['extends']!r}")
    changes = document.get("set")
    if not isinstance(changes, Mapping):
        raise ProfileError(f"{name}: set: 写要改的选项, 例如 order.duplicate: reject")
    checked = checked_overrides(changes, base, f"{name}: set.")
    return Profile(title, base.options, {**base.overrides, **checked})


def checked_overrides(changes: Mapping[str, Any], base: Profile, where: str = "profile.") -> dict[str, Any]:
    """`changes` when every name is an option and every value has its kind. Raises ProfileError."""
    for option, value in changes.items():
        known = base.options.get(option)
        if known is None:
            near = [item for item in sorted(base.options) if item.split(".")[0] == str(option).split(".")[0]]
            raise ProfileError(
                f"{where}{option}: 没有这个选项, 可用: {' '.join(near or sorted(base.options))}"
            )
        wrong = _wrong(value, known.value, known.choices) or shape_of(option, value)
        if wrong:
            raise ProfileError(f"{where}{option}: {wrong}")
    return dict(changes)


def _options(found: Any, name: str) -> dict[str, Option]:
    if not isinstance(found, Mapping) or not found:
        raise ProfileError(f"{name}: options: 写选项, 每项有 value about status source")
    return {
        str(option): _option(entry, str(option), f"{name}: options.{option}")
        for option, entry in found.items()
    }


def _option(entry: Any, name: str, where: str) -> Option:
    if not isinstance(entry, Mapping):
        raise ProfileError(f"{where}: 写 value about status source 四项")
    for member in entry:
        if member not in _OPTION_MEMBERS:
            raise ProfileError(f"{where}.{member}: 没有这个字段, 可用: {' '.join(_OPTION_MEMBERS)}")
    if "value" not in entry:
        raise ProfileError(f"{where}.value: 写默认值")
    for member in ("about", "source"):
        if not isinstance(entry.get(member), str) or not entry[member]:
            raise ProfileError(f"{where}.{member}: 写一句文字")
    if entry.get("status") not in STATUSES:
        raise ProfileError(f"{where}.status: 写 {' '.join(STATUSES)} 之一, 不是 {entry.get('status')!r}")
    choices = entry.get("choices", ())
    if not isinstance(choices, (list, tuple)):
        raise ProfileError(f"{where}.choices: 写一个列表")
    wrong = _wrong(entry["value"], entry["value"], tuple(choices)) or shape_of(name, entry["value"])
    if wrong:
        raise ProfileError(f"{where}.value: {wrong}")
    return Option(
        entry["value"],
        entry["about"],
        entry["status"],
        entry["source"],
        str(entry.get("origin", "")),
        tuple(choices),
    )


def shape_of(option: str, value: Any) -> str:
    """What is wrong with the inside of a value whose kind is right; empty when nothing is."""
    check = SHAPES.get(option)
    return check(value) if check else ""


def _wrong(value: Any, like: Any, choices: tuple[Any, ...]) -> str:
    if choices and value not in choices:
        return f"写 {' '.join(map(str, choices))} 之一, 不是 {value!r}"
    if isinstance(like, bool):
        return "" if isinstance(value, bool) else f"写 true 或 false, 不是 {value!r}"
    if isinstance(like, int):
        fits = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return "" if fits else f"写非负整数, 不是 {value!r}"
    if isinstance(like, str):
        return "" if isinstance(value, str) else f"写带引号的文本, 不是 {value!r}"
    if isinstance(like, list):
        return _wrong_list(value, like)
    return "" if isinstance(value, Mapping) else f"写一个对象, 不是 {value!r}"


def _wrong_list(value: Any, like: list[Any]) -> str:
    if not isinstance(value, list):
        return f"写一个列表, 不是 {value!r}"
    if like:
        found = next((wrong for item in value if (wrong := _wrong(item, like[0], ()))), "")
        return f"列表里的每项: {found}" if found else ""
    return ""
