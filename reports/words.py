"""The texts of reports, by key and language. Chinese is the first language, English is complete."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

LANGUAGES = ("zh", "en")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser, where it can be had: seven times as fast."""


@cache
def table() -> Mapping[str, tuple[str, str]]:
    """All texts: key to (中文, English). Shipped as `texts*.yaml` beside this module."""
    out: dict[str, tuple[str, str]] = {}
    for name in ("texts.yaml", "texts_docx.yaml", "texts_wire.yaml"):
        source = resources.files("reports").joinpath(name).read_text(encoding="utf-8")
        for key, pair in yaml.load(source, Loader=_LOADER).items():
            out[str(key)] = (str(pair[0]), str(pair[1]))
    return out


class Words:
    """`words(name, n=3)` is the text in the chosen language; `words.label("verdict", "pass")` a code's name."""

    def __init__(self, lang: str = "zh") -> None:
        if lang not in LANGUAGES:
            raise ValueError(f"lang 应为 zh 或 en, 而不是 {lang!r}")
        self.lang = lang
        self._at = LANGUAGES.index(lang)

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key`. An unknown key is our own error (KeyError)."""
        said = table()[key][self._at]
        return said.format(**values) if values else said

    def label(self, space: str, code: str) -> str:
        """The name of a code in a space (`verdict`, `state`, `fact` …); the code itself if it has none."""
        pair = table().get(f"{space}.{code}")
        return pair[self._at] if pair else code

    def known(self, space: str, code: str) -> str:
        """Like `label`, but empty for a code without a name."""
        pair = table().get(f"{space}.{code}")
        return pair[self._at] if pair else ""

    def pick(self, zh: str, en: str) -> str:
        """The text in this language when a run brings both; Chinese when there is no English one."""
        return en if self.lang == "en" and en else zh

    def must_cases(self, cases: Mapping[str, int]) -> str:
        """The sentence about required cases, which a good conclusion over requirements does not cover."""
        if not cases.get("must"):
            return ""
        executed, passed = cases.get("executed", 0), cases.get("pass", 0)
        left = max(0, cases["must"] - executed)
        return self("sum.mustcases", must=cases["must"], executed=executed, open=left, **{"pass": passed})
