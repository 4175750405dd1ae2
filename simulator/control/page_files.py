"""The page of `serve` at `/`: its files as they are served. They hold nothing of a run; what it shows comes over the API."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import orjson
import yaml
from aiohttp import web

from simulator.control.api import Control
from simulator.control.asker import stranger
from simulator.shell.app import error_answer
from simulator.shell.peers import peer_of

HOME = "/"
WORDS = "words.js"
PARTS = ("base", "calls", "exchanges", "detail", "diagram", "people", "explain", "keys", "start")
FILES: Mapping[str, tuple[str, str]] = {
    HOME: ("index.html", "text/html"),
    "/page/page.css": ("page.css", "text/css"),
    f"/page/{WORDS}": (WORDS, "text/javascript"),
    **{f"/page/{name}.js": (f"{name}.js", "text/javascript") for name in PARTS},
}
"""Path -> (file, media type)."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


@cache
def words() -> dict[str, list[str]]:
    """Key -> [Chinese, English]."""
    text = resources.files("simulator.control.page").joinpath("words.yaml").read_text(encoding="utf-8")
    found: dict[str, list[str]] = yaml.safe_load(text)
    return found


@cache
def content(name: str) -> bytes:
    """The bytes of one file."""
    if name == WORDS:
        return b"window.Liantiao = { words: " + orjson.dumps(words()) + b" };\n"
    return resources.files("simulator.control.page").joinpath(name).read_bytes()


class PageDoor:
    """The handler of FILES. Who asks is checked as for the control API; no token: nothing is shown without one."""

    def __init__(self, control: Control) -> None:
        self._control = control

    async def get(self, request: web.Request) -> web.StreamResponse:
        """One file."""
        refused = stranger(request.headers, self._control.hosts)
        if refused is not None:
            asked = f"{request.method[:16]} {request.path[:200]}"
            self._control.world.runs.turned_away(403, refused, asked, peer=peer_of(request.transport))
            return error_answer(403, refused)
        name, form = FILES[request.path]
        return web.Response(body=content(name), content_type=form, charset="utf-8", headers=HEADERS)
