"""The sentences of the harness and the simulator in English."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml

import locales
from simulator.protocol.text.english import ENGLISH
from simulator.protocol.text.phrases import Phrases
from simulator.protocol.text.said import Text, render
from simulator.protocol.wire import field_words


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Section -> Chinese sentence -> English sentence, as `english.yaml` has them: what comes as finished text."""
    text = resources.files("conformance.cli").joinpath("english.yaml").read_text(encoding="utf-8")
    return {str(name): dict(rows) for name, rows in yaml.safe_load(text).items()}


@cache
def _phrases() -> Phrases:
    rows = {key: said for section in catalogue().values() for key, said in section.items()}
    return Phrases({**field_words.english(), **ENGLISH, **rows})


def english_of(text: Text) -> str:
    """`text` in English; of a finished text as much as the catalogue knows; names and values stay as they are."""
    return render(text, locales.lookup("en"), _phrases())
