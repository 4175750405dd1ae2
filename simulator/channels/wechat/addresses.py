"""The addresses that an order carries for its notices (channels sheet 1b.1, 1c; contracts 2)."""

from __future__ import annotations

from urllib.parse import urlsplit

from simulator.channels.wechat.errors import refuse
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Step
from simulator.protocol.text.said import Said


def check(shard: Shard, name: str, url: str, ctx: Context) -> Step | None:
    """Why notices cannot go to this address: no query string, its host one of those that the institution declared."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        return refuse(shard, "PARAM_ERROR", Said("{} 应为不带查询参数的 http 或 https 地址", name))
    if ctx.profile["wechat.https_notify"] and parts.scheme != "https":
        return refuse(shard, "PARAM_ERROR", Said("{} 应为 https 地址", name))
    if host not in ctx.hosts:
        sentence = Said("{} 的主机 {} 未登记; 请在 endpoints 里登记 wallet_notify", name, host[:100])
        return refuse(shard, "PARAM_ERROR", sentence)
    return None
