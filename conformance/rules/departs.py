"""How a number that was sent departs from the one it should be, both as evidence shows them. Pure."""

from __future__ import annotations

from conformance.evidence.records import Message
from conformance.evidence.values import whole
from conformance.finding import EMPTY
from simulator.protocol.text.said import Said, Text

TAIL = "~"


def departs(message: Message, field: str, sent: str, right: Text) -> Said:
    """`field` of `message` is `sent` and should be `right`; with the first character that differs, counted from 1.

    Where the values are masked the writer has noted it (fact `differs`); what evidence shows of both says it otherwise.
    """
    noted = message.differs(field)
    if sent and noted:
        at, size, known = (whole(noted, name) or 0 for name in ("at", "length", "known"))
        return Said(
            "{} 为 {}, 应为 {}, 第 {} 位起不同(收到 {} 位, 应为 {} 位)", field, sent, right, at, size, known
        )
    shown, other = _shown(sent), _shown(str(right))
    pairs = enumerate(zip(shown, other, strict=False), 1)
    at = next((at for at, (one, two) in pairs if one != two), 0)
    if at and "*" not in (shown[at - 1], other[at - 1]):
        return Said("{} 为 {}, 应为 {}, 第 {} 位起不同", field, sent, right, at)
    return Said("{} 为 {}, 应为 {}", field, sent or EMPTY, right or EMPTY)


def _shown(value: str) -> str:
    return value.rpartition(TAIL)[0] or value
