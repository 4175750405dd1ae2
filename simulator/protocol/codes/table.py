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
from simulator.protocol.text.said import Text
from simulator.protocol.wire.facts import Fact

__all__ = ["BY_CODE", "CODES", "Code", "on_the_wire", "refusal"]

CODES: Final[tuple[Code, ...]] = MESSAGE + BUSINESS
BY_CODE: Final[Mapping[str, Code]] = {row.code: row for row in CODES}
_BY_FACT: Final[Mapping[str, Code]] = {name: row for row in CODES for name in row.facts}
_OTHER: Final = "LT-MESSAGE"


def refusal(fact: Fact) -> tuple[str, Text]:
    """The code and the sentence that answer a bad fact; the sentence is the fact's own where it has one."""
    row = _BY_FACT.get(fact.name) or BY_CODE[_OTHER]
    return row.code, fact.note or row.zh


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
