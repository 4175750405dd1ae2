"""Wire times: which form a timestamp has and which instant it names. 14-digit text is Beijing time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Final

from simulator.protocol.text.said import Said

BEIJING: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017  (reads the same on every version)
_MS: Final = timedelta(milliseconds=1)

_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\Z", re.ASCII)
_DIGITS: Final = re.compile(r"[0-9]{1,14}\Z")


def parse_timestamp(value: object) -> tuple[str, int] | None:
    """Name the form (`"14"`, `"13"`, `"10"`, `"iso"`) and the Unix milliseconds of a wire timestamp.

    Text or number alike (sheet 2.1, pitfall 18). `14` is yyyyMMddHHmmss and `iso` yyyy-MM-dd HH:mm:ss, both
    Beijing time; `13` and `10` are Unix milliseconds and seconds. None when it is no such time.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    text = str(value)
    if _ISO.match(text):
        return _calendar("iso", re.sub("[^0-9]", "", text))
    if not _DIGITS.match(text):
        return None
    if len(text) == 14:
        return _calendar("14", text)
    if len(text) == 13:
        return "13", int(text)
    if len(text) == 10:
        return "10", int(text) * 1000
    return None


def _calendar(form: str, digits: str) -> tuple[str, int] | None:
    parts = (digits[:4], digits[4:6], digits[6:8], digits[8:10], digits[10:12], digits[12:])
    year, month, day, hour, minute, second = map(int, parts)
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=BEIJING)
    except ValueError:
        return None
    return form, (moment - _EPOCH) // _MS


def _beijing(unix_ms: int) -> datetime:
    return (_EPOCH + unix_ms * _MS).astimezone(BEIJING)


def beijing14(unix_ms: int) -> str:
    """Write Unix milliseconds as Beijing yyyyMMddHHmmss."""
    return _beijing(unix_ms).strftime("%Y%m%d%H%M%S")


def beijing17(unix_ms: int) -> str:
    """Write Unix milliseconds as Beijing yyyyMMddHHmmssSSS (fsi `refmsg_time`, `respond_time`)."""
    return f"{beijing14(unix_ms)}{unix_ms % 1000:03d}"


def beijing_dt(unix_ms: int) -> str:
    """Write Unix milliseconds as Beijing yyyy-MM-dd HH:mm:ss."""
    return _beijing(unix_ms).strftime("%Y-%m-%d %H:%M:%S")


def beijing_rfc(unix_ms: int) -> str:
    """Write Unix milliseconds as RFC 3339 with the offset of Beijing: `2026-11-29T10:00:00+08:00` (WeChat)."""
    return _beijing(unix_ms).strftime("%Y-%m-%dT%H:%M:%S+08:00")


def wire_timestamp(unix_ms: int, form: str) -> str | int:
    """Write an instant in one of the forms of `envelope.timestamp_out`: `14`, `13`, `10`, `iso`, `13n` (number).

    Raises ValueError for another form.
    """
    if form == "14":
        return beijing14(unix_ms)
    if form == "13":
        return str(unix_ms)
    if form == "13n":
        return unix_ms
    if form == "10":
        return str(unix_ms // 1000)
    if form == "iso":
        return beijing_dt(unix_ms)
    raise ValueError(Said("envelope.timestamp_out 应为 14, 13, 13n, 10 或 iso, 不是 {}", repr(form)))
