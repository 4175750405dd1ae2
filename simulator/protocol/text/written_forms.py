"""One line of a log or a file as it may be read: as it is, and with what was escaped or encoded in it undone. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

PLAIN, ESCAPED, URL, BASE64 = "plain", "json", "url", "base64"
FORMS: Final = (PLAIN, ESCAPED, URL, BASE64)
SHORTEST: Final = 12
"""Characters of a run that may be base64; below, any word is one."""
LONGEST: Final = 64 * 1024
"""Of one run: what is longer is a file, not a value."""
_UNICODE: Final = re.compile(r"\\+u([0-9A-Fa-f]{4})")
_PERCENT: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{12,65536}={0,2}")


def written_forms(line: str) -> Iterator[tuple[str, str]]:
    """(form, text): the line itself, then what it says once JSON escapes, percent signs or base64 are undone."""
    yield PLAIN, line
    if _UNICODE.search(line):
        yield ESCAPED, _UNICODE.sub(lambda hit: chr(int(hit[1], 16)), line)
    if _PERCENT.search(line):
        yield URL, unquote(line, errors="replace")
    decoded = " ".join(filter(None, map(_decoded, _BASE64.findall(line))))
    if decoded:
        yield BASE64, decoded


def _decoded(run: str) -> str:
    """What a run of base64 says, if that is text; else empty."""
    bare = run.rstrip("=").replace("-", "+").replace("_", "/")
    if len(bare) < SHORTEST or len(bare) % 4 == 1:
        return ""
    try:
        text = base64.b64decode(bare + "=" * (-len(bare) % 4)).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return text if text.isprintable() or "\n" in text else ""
