"""The fingerprint by which the simulator of a home is told from every other before anything secret is sent to it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping

from simulator.protocol.crypto.ciphers import sm3

CHARS = 32


def home_print(platform: Mapping[str, Mapping[str, str]]) -> str:
    """Of the platform's credentials by transport, as `identities.json` holds them; says nothing of the keys among them."""
    text = json.dumps(platform, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return sm3(b"liantiao home" + text.encode()).hex()[:CHARS]
