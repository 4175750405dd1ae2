"""The texts of reports, by key: Chinese beside the reports, English from the catalogue under the same key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import yaml

import locales
from locales import LANGUAGES
from reports.display import shown, starred
from reports.full_width import full_width
from simulator.protocol.text.said import Text, render

FILES = ("texts.yaml", "texts_docx.yaml", "texts_wire.yaml", "texts_members.yaml")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser, where it can be had: seven times as fast."""


@cache
def table() -> Mapping[str, str]:
    """All texts: key to 中文. Shipped beside this module."""
    out: dict[str, str] = {}
    for name in FILES:
        source = resources.files("reports").joinpath(name).read_text(encoding="utf-8")
        rows = yaml.load(source, Loader=_LOADER)
        out |= {str(key): str(said) for key, said in rows.items()}
    return out


class Words:
    """`words(name, n=3)` is the text in the chosen language; `words.label("verdict", "pass")` a code's name."""

    def __init__(self, lang: str = "zh") -> None:
        if lang not in LANGUAGES:
            raise ValueError(f"lang must be zh or en, not {lang!r}")
        self.lang = lang
        self._known = locales.catalogue(lang)
        self._typed: dict[str, str] = {}

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key`. An unknown key is our own error (KeyError)."""
        said = self._typed.get(key)
        if said is None:
            said = self._typed[key] = self.typed(self._known.pgettext(key, table()[key]))
        return said.format(**values) if values else said

    def typed(self, said: str) -> str:
        """A Chinese text that came with a run, with Chinese punctuation; anything else as it is."""
        return full_width(said) if self.lang == "zh" else said

    def label(self, space: str, code: str) -> str:
        """The name of a code in a space (`verdict`, `state`, `fact` …); the code itself if it has none."""
        return self.known(space, code) or code

    def known(self, space: str, code: str) -> str:
        """Like `label`, but empty for a code without a name."""
        key = f"{space}.{code}"
        return self(key) if key in table() else ""

    def say(self, text: Text) -> str:
        """A sentence that came with a run, in this language and safe to show."""
        return starred(self.typed(shown(render(text, locales.lookup(self.lang)))))

    def listed(self, names: Sequence[str]) -> str:
        """Things of one kind, one after the other."""
        return self("list.comma").join(names)

    def joined(self, *parts: str) -> str:
        """The parts of one sentence that are not empty."""
        return self("list.part").join(part for part in parts if part)

    def sentences(self, parts: Sequence[str]) -> str:
        """Short sentences in one line."""
        return self("list.sentence").join(part for part in parts if part)

    def interface(self, name: str) -> str:
        """The number and the name of an interface: `6201 费用明细上传`."""
        return f"{self.label('number', name)} {self.known('interface', name)}".strip()

    def pick(self, zh: str, en: str) -> str:
        """The text in this language when a run brings both; Chinese when there is no English one."""
        return en if self.lang == "en" and en else zh

    def either(self, zh: str, en: str) -> str:
        """`pick`, the Chinese one with Chinese punctuation."""
        return self.typed(self.pick(zh, en))

    def must_cases(self, cases: Mapping[str, int]) -> str:
        """The sentence about required cases, which a good conclusion over requirements does not cover."""
        if not cases.get("must"):
            return ""
        executed, passed = cases.get("executed", 0), cases.get("pass", 0)
        left = max(0, cases["must"] - executed)
        return self("sum.mustcases", must=cases["must"], executed=executed, open=left, **{"pass": passed})
