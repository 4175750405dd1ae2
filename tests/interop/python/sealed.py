"""The sealed envelope of the 6xxx interfaces in Python: text to sign, seal, open (sheet 2, 3, 4). Nothing of liantiao."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import gm

BEIJING = timezone(timedelta(hours=8))
UNSIGNED = ("signData", "encData", "extra")
WINDOW_S = 300


class Num(str):
    """A JSON number in the digits it was written with: 12.50 stays 12.50."""

    __slots__ = ()


def read(text: str) -> Any:
    """JSON with numbers as Num. Raises ValueError."""
    return json.loads(text, parse_int=Num, parse_float=Num)


def write(
    value: Any, *, ascii_only: bool = False, comma: str = ",", colon: str = ":", text: type | None = None
) -> str:
    """JSON; `text`: every scalar is quoted (the signed form)."""

    def quoted(one: str) -> str:
        return json.dumps(one, ensure_ascii=ascii_only)

    def written(one: Any) -> str:
        if isinstance(one, dict):
            return "{" + comma.join(quoted(name) + colon + written(item) for name, item in one.items()) + "}"
        if isinstance(one, list):
            return "[" + comma.join(map(written, one)) + "]"
        if isinstance(one, Num) and not text:
            return str(one)
        if isinstance(one, str):
            return quoted(str(one))
        bare = plain(one)
        return quoted(bare) if text else bare

    return written(value)


def plain(value: Any) -> str:
    """A scalar by its text: true, false, digits."""
    if value is None:
        return "null"
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _units(name: str) -> bytes:
    return name.encode("utf-16-be")  # code units, not code points


def cleaned(value: Any) -> Any:
    """Null, empty text and empty array go at every level, empty objects stay, members in code-unit order."""
    if isinstance(value, dict):
        rest = {name: cleaned(value[name]) for name in sorted(value, key=_units)}
        return {name: item for name, item in rest.items() if not _empty(item)}
    if isinstance(value, list):
        return [item for item in map(cleaned, value) if not _empty(item)]
    return value


def _empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def signed_text(envelope: dict[str, Any], secret: str) -> str:
    """`envelope` with the plaintext `data`; the text ends with `&key=` and the appSecret."""
    parts = []
    for name in sorted(envelope, key=_units):
        value = envelope[name]
        if name in UNSIGNED or _empty(value):
            continue
        nested = isinstance(value, dict | list)
        parts.append(f"{name}={write(cleaned(value), text=str) if nested else plain(value)}")
    return "&".join([*parts, f"key={secret}"])


@dataclass(frozen=True)
class Style:
    """How this hospital's software happens to write: all of it within the protocol."""

    stamp: Callable[[float], Any]
    body: Callable[[Any], str]
    lower: bool = False
    more: dict[str, Any] = field(default_factory=dict)
    """Further members of the envelope."""


@dataclass(frozen=True)
class Channel:
    """One institution's side: appId, appSecret, its own scalar, the platform's point."""

    crypto: gm.Crypto
    app_id: str
    secret: str
    own: int
    peer: bytes
    style: Style

    @property
    def key(self) -> bytes:
        return gm.message_key(self.crypto, self.app_id, self.secret)

    def seal(self, data: Any, now: float) -> str:
        """Signed first, then encrypted; `data` itself does not travel."""
        envelope = {
            "appId": self.app_id,
            "version": "2.0.1",
            "encType": "SM4",
            "signType": "SM2",
            "timestamp": self.style.stamp(now),
            **self.style.more,
            "data": data,
        }
        envelope["signData"] = gm.sign(self.crypto, signed_text(envelope, self.secret), self.own)
        cipher = gm.encrypt(self.crypto, self.key, self.style.body(envelope.pop("data")))
        return write({**envelope, "encData": cipher.lower() if self.style.lower else cipher})

    def open(self, body: str, now: float) -> dict[str, Any]:
        """The envelope with `data` opened. Raises ValueError for whatever cannot be believed."""
        envelope = read(body)
        if not isinstance(envelope, dict) or envelope.get("appId", self.app_id) != self.app_id:
            raise ValueError("不是发给本机构的信封")
        envelope.pop("data", None)
        if "encData" in envelope:
            envelope["data"] = read(gm.decrypt(self.crypto, self.key, envelope["encData"]))
        if not gm.verify(
            self.crypto, signed_text(envelope, self.secret), envelope.get("signData"), self.peer
        ):
            raise ValueError("平台签名验证不通过")
        if not abs(moment(str(envelope.get("timestamp", ""))) - now) <= WINDOW_S:
            raise ValueError("时间戳超出窗口")
        return envelope


def moment(text: str) -> float:
    """Unix seconds of 14 digits of Beijing time, 13 (ms) or 10 (s); not a number for anything else."""
    if text.isascii() and text.isdigit():
        if len(text) == 14:
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING).timestamp()
        if len(text) in (10, 13):
            return int(text) / 10 ** (len(text) - 10)
    return float("nan")


def beijing(form: str, now: float | None = None) -> str:
    return datetime.fromtimestamp(now or time.time(), BEIJING).strftime(form)
