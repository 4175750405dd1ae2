"""An answer in the language of the reader: every sentence that stands beside its text is said again (decision 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

import locales
from simulator.protocol.text.said import Said, Text, from_json, render

CHINESE, ENGLISH = locales.LANGUAGES
SAID = "_said"


def language_of(values: Mapping[str, str]) -> str:
    """The language that a caller asks for by `lang`; Chinese for whoever asks for nothing. Raises ValueError."""
    wanted = values.get("lang") or CHINESE
    if wanted not in locales.LANGUAGES:
        raise ValueError(Said("lang: 写 {} 或 {}", CHINESE, ENGLISH))
    return wanted


def sentence(text: Text, language: str) -> str:
    """A sentence in this language; a finished text stays."""
    return str(text) if language == CHINESE else render(text, locales.lookup(language))


def spoken(answer: Any, language: str) -> Any:
    """A JSON answer in which each text that has its sentence beside it is said in this language."""
    if language == CHINESE:
        return answer
    return _spoken(orjson.loads(orjson.dumps(answer)), language)


def _spoken(node: Any, language: str) -> Any:
    if isinstance(node, list):
        return [_spoken(one, language) for one in node]
    if not isinstance(node, dict):
        return node
    out = {}
    for name, value in node.items():
        found = from_json(node.get(name + SAID)) if isinstance(value, str) else None
        out[name] = _spoken(value, language) if found is None else sentence(found, language)
    return out
