"""Chinese sentences with Chinese punctuation, whatever the sentence was typed with. Pure."""

from __future__ import annotations

import re

_CJK = "\u2e80-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
_MARKS = str.maketrans(",;:!?", "，；：！？")
_AFTER = re.compile(rf"(?<=[{_CJK}])([,;:!?])(?:[ ]+|(?=[{_CJK}\"']|$))", re.MULTILINE)
_BEFORE = re.compile(rf"([,;:!?])[ ]+(?=[{_CJK}「《])")
_CLOSED = re.compile(r"(?<=[）」》])([,;:])[ ]*")
_JOIN = re.compile(r"(?<=[0-9A-Za-z%.#])([;:])[ ]+(?![a-z-]+=|//)")
"""Between two parts of a Chinese sentence that end and begin with a code; not inside JSON or a media type."""
_PAIR = re.compile(r"[ ]?\(([^()\n]*)\)[ ]?")
_HAS = re.compile(f"[{_CJK}]")


def full_width(said: str) -> str:
    """`said` with full-width marks and brackets wherever they belong to Chinese words; codes stay as they are."""
    if not _HAS.search(said):
        return said
    said = _PAIR.sub(lambda hit: _pair(hit, said), said)
    for pattern in (_AFTER, _BEFORE, _CLOSED, _JOIN):
        said = pattern.sub(lambda hit: hit[1].translate(_MARKS), said)
    return said


def _pair(hit: re.Match[str], said: str) -> str:
    """Brackets that hold Chinese or stand beside it."""
    before, after = said[: hit.start()][-1:], said[hit.end() :][:1]
    beside = any(_HAS.match(one) for one in (before, after, hit[1][:1], hit[1][-1:]) if one)
    if not beside and not _HAS.search(hit[1]):
        return hit[0]
    return f"（{hit[1]}）"
