"""Our own refusal codes `LT-…`: the official table of the centre's codes is not public (sheet 14).

The rows stand in `codes_message` (a message that cannot be opened) and `codes_business` (a request that is
refused for what it asks). The pages below docs/codes/, one a family (`code_family`), are generated from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from simulator.protocol.codes.business import BUSINESS
from simulator.protocol.codes.message import MESSAGE
from simulator.protocol.codes.row import Code
from simulator.protocol.model.profile import Profile
from simulator.protocol.text.said import Text, listed
from simulator.protocol.wire.facts import Fact
from simulator.protocol.wire.schema_facts import shortened

__all__ = ["BY_CODE", "CODES", "Code", "on_the_wire", "refusal"]

CODES: Final[tuple[Code, ...]] = MESSAGE + BUSINESS
BY_CODE: Final[Mapping[str, Code]] = {row.code: row for row in CODES}
_BY_FACT: Final[Mapping[str, Code]] = {name: row for row in CODES for name in row.facts}
_OTHER: Final = "LT-MESSAGE"


TOGETHER: Final = ("env.", "fsi.header", "schema", "amounts.")
"""Facts that do not hide one another, by how their names begin: an answer says them all."""


def refusal(fact: Fact, *also: Fact, most: int = 1_000) -> tuple[str, Text]:
    """The code and the sentence, of about `most` characters at most, that answer bad facts.

    The first decides; what else is wrong is said too, as far as neither hides the other. The sentence is a fact's
    own where it has one.
    """
    row = _BY_FACT.get(fact.name) or BY_CODE[_OTHER]
    told = (
        [one.note for one in also if one.note and _apart(one, fact)] if fact.name.startswith(TOGETHER) else []
    )
    rest = sum(len(str(note)) + 2 for note in told)
    own = shortened(fact, max(most - rest, most // 2)) or row.sentence
    return row.code, listed("; ", (own, *told)) if told else own


def _apart(one: Fact, first: Fact) -> bool:
    return one.name.startswith(TOGETHER) and not (one.name == "amounts.form" and first.name == "schema")


def on_the_wire(code: str, message: Text, profile: Profile) -> tuple[str, str]:
    """The code and message that really go out: `codes.override` of the profile may replace either.

    A sentence goes out in Chinese. An entry is a text (the code) or `{"code", "message"}`.
    """
    other = profile["codes.override"].get(code)
    if other is None:
        return code, str(message)
    if isinstance(other, str):
        return other, str(message)
    return str(other.get("code", code)), str(other.get("message", message))
