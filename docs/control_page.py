"""The page of the control API: every route with what it asks and answers, as the OpenAPI document has it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from simulator.control.openapi import ROUTES
from simulator.control.route import Route
from simulator.shell import limits


def page(made: str) -> str:
    """`control.md`; `made`: the line that says who writes it."""
    return (
        f"# 控制接口 Control API\n\n{made}\n"
        "人、脚本和页面让模拟器做事的接口。地址与令牌由 `liantiao serve` 打印; 令牌放在请求头 `X-Liantiao-Control`, 不放在地址里。"
        '形状见 `GET /control/openapi.json` (OpenAPI 3.1)。出错时是 `{"error": "字段: 应写什么"}`; 每个路径都可加 `?lang=en`。'
        "其他名称 (`Host`) 和其他来源 (`Origin`) 的浏览器请求得到 403; 自己的名称在启动时用 `--public` 声明。\n\n"
        "What a person, a script or the page may make the simulator do. `liantiao serve` prints address and token; the token travels in the header "
        "`X-Liantiao-Control`, never in the address. The shapes are in `GET /control/openapi.json` (OpenAPI 3.1). A mistake is answered "
        '`{"error": "field: what to write"}`; every path takes `?lang=en`. A browser that comes by another name (`Host`) or from '
        "another origin is answered 403; a name of your own is declared at the start with `--public`.\n\n"
        "运行 `_simulator` 是模拟器自己的记录: 不属于任何运行的报文在这里, 只能读。事件流 `GET /control/events` 的事件: `hello`, `record`, `missed` "
        f"(错过的条数); 上限: 窗口 {limits.WINDOWS} 个, 共同保留最近 {limits.FEED_RECORDS} 条或 {limits.FEED_BYTES // 2**20} MB, "
        f"{limits.WINDOW_STALLS_S:.0f} 秒不读即断开; 粘贴说明的报文不超过 {limits.EXPLAIN_CHARS} 个字符。\n\n"
        "The run `_simulator` is the simulator's own log: messages that belong to no run are there, to be read only. Events of `GET /control/events`: "
        f"`hello`, `record`, `missed` (how many); limits: {limits.WINDOWS} windows, the newest {limits.FEED_RECORDS} records or "
        f"{limits.FEED_BYTES // 2**20} MB kept for all of them, a reader who takes nothing for {limits.WINDOW_STALLS_S:.0f} s is cut off; "
        f"a pasted message has at most {limits.EXPLAIN_CHARS} characters.\n\n" + "\n".join(_routes())
    )


def _routes() -> Iterable[str]:
    for route in ROUTES:
        yield f"## `{route.method} {route.path}`\n\n{route.about}{_query(route)}\n"
        if route.asks is not None:
            yield f"请求体 body:\n\n{_json(route.sample)}\n"
        yield f"应答 answer:\n\n{_json(route.example)}\n"


def _query(route: Route) -> str:
    names = [*route.texts, *route.query]
    open_ = " (无需令牌 no token)" if route.open else ""
    return f"{open_}" + (f"; 查询 query: {', '.join(f'`{name}`' for name in names)}" if names else "")


def _json(value: object) -> str:
    return f"```json\n{json.dumps(value, ensure_ascii=False, indent=2)}\n```"
