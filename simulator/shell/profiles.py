"""Read a profile: one of ours by name, or a YAML file."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from simulator.profiles.build import BASE, ProfileError, profile_from
from simulator.protocol.model.profile import Profile
from simulator.protocol.text.said import Said, listed

LINKS = 4  # an `extends` chain longer than this is a mistake

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser, where it can be had: seven times as fast."""


def load_profile(name: str = BASE) -> Profile:
    """The profile called `name`, or the one in the file `name`. Raises ProfileError, one line file and field."""
    return _load(name, LINKS)


def names() -> list[str]:
    """The profiles that ship."""
    folder = resources.files("simulator.profiles")
    return sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml"))


def _load(name: str, links: int) -> Profile:
    if links == 0:
        raise ProfileError(Said("{}: extends: 互相引用或层数过多", name))
    document = _document(name)
    base = document.get("extends") if isinstance(document, dict) else None
    parent = _load(str(base), links - 1) if base else None
    return profile_from(document, name, parent)


def _document(name: str) -> Any:
    if name in names():
        source = resources.files("simulator.profiles").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    else:
        try:
            source = Path(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise ProfileError(
                Said("{}: 没有这个地方版或文件读不到，自带的有：{}", name, listed(" ", names()))
            ) from None
    try:
        return yaml.load(source, Loader=_LOADER)
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise ProfileError(Said("{}: 第 {} 行: 不是合法的 YAML", name, line)) from None
