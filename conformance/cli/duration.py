"""A length of time on the command line: `31m`, `1860s`, `1h`, or bare seconds."""

from __future__ import annotations

import re
from typing import Final

from conformance.mistake import Mistake
from simulator.protocol.text.said import Said

MOST_S: Final = 86_400
_FORM: Final = re.compile(r"([0-9]{1,6})(s|m|h|)\Z", re.ASCII)
_SECONDS: Final = {"": 1, "s": 1, "m": 60, "h": 3600}


def seconds(text: str, option: str) -> float:
    """The length in seconds, at most a day. Raises Mistake, which names the option."""
    match = _FORM.match(text)
    found = int(match[1]) * _SECONDS[match[2]] if match else MOST_S + 1
    if found > MOST_S:
        raise Mistake(Said("写成 31m、1860s 或 1h, 最长一天 (现在是 {})", text[:40]), field=option)
    return float(found)
