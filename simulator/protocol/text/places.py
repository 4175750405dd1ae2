"""Addresses and names that people give: whether a URL can be called and whether every system can store a name. Pure."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from simulator.protocol.text.said import Said

SCHEMES: Final = ("http", "https")
MOST_HOST: Final = 253
_LABEL: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\Z")
_NUMBERS: Final = re.compile(r"[0-9.]+\Z")
_NOT_STORED: Final = frozenset('<>:"/\\|?*')
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in "123456789¹²³")}
)


def url_fault(url: str) -> Said | None:
    """Why nothing can be sent to this absolute URL, None when something can: scheme, host, port, form."""
    if any(char <= " " or char == "\x7f" for char in url):
        return Said("地址里不能有空格或控制字符")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return Said("端口应在 1 到 65535 之间, IPv6 地址写在方括号里")
    if parts.scheme not in SCHEMES:
        return Said("地址应以 http:// 或 https:// 开头")
    if port == 0:
        return Said("端口应在 1 到 65535 之间, IPv6 地址写在方括号里")
    if parts.username is not None or parts.password is not None:
        return Said("地址里不写用户名和密码")
    if parts.fragment:
        return Said("地址里不写 # 之后的部分")
    if not _is_host(host):
        return Said("主机名 {} 不对: 写域名或 IP 地址", host[:60] or '""')
    return None


def _is_host(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        labels = host.rstrip(".").split(".")
        known = len(host) <= MOST_HOST and all(_LABEL.match(label) for label in labels)
        return known and not _NUMBERS.match(host)
    return True


def name_fault(name: str) -> Said | None:
    """Why Windows cannot store a file of this name, None when every system can."""
    if name.partition(".")[0].rstrip().lower() in _DEVICES:
        return Said("{} 在 Windows 上是设备名, 换一个名称", name[:60])
    if not name or name[-1] in ". " or any(char < " " or char in _NOT_STORED for char in name):
        return Said('名称不能为空, 不能以点或空格结尾, 不能含有 <>:"/\\|?*')
    return None
