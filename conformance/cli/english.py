"""The sentences of the harness and the simulator in English: the shipped catalogue and the protocol core's."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml

from simulator.protocol.text.english import ENGLISH
from simulator.protocol.text.phrases import Phrases


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Section -> Chinese sentence -> English sentence, as `english.yaml` has them."""
    text = resources.files("conformance.cli").joinpath("english.yaml").read_text(encoding="utf-8")
    return {str(name): dict(rows) for name, rows in yaml.safe_load(text).items()}


@cache
def _phrases() -> Phrases:
    rows = {key: said for section in catalogue().values() for key, said in section.items()}
    return Phrases({**ENGLISH, **rows})


def english_of(text: str) -> str:
    """`text` in English, as far as the catalogue knows it; names and values stay as they are."""
    return _phrases()(text)
