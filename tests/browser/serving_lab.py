"""A running simulator with a small vendor (that of tests/simulator/shell), in a thread of its own, for pages to look at."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web
from by_path import module_at

from simulator.serving import running

LIMIT_S = 20.0
"""For anything that the vendor does, and for start and end."""
CODE = "H50999900001"
HAND = f"hand-{CODE}"
SHELL = Path(__file__).parents[1] / "simulator" / "shell" / "conftest.py"


def _vendor_module() -> Any:
    return module_at(SHELL)


class ServingLab:
    """`do(work)` runs `work(lab)` beside the simulator and gives its result; `base`, `token`: what serve prints; `world`: inside."""

    def __init__(self, home: Path, port: int = 0) -> None:
        self.base = self.token = ""
        self.lab: Any = None
        self.world: Any = None
        self.vendor: Any = None
        self._loop = asyncio.new_event_loop()
        self._begun: Future[None] = Future()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._run, args=(home, port), name="simulator", daemon=True)
        self._thread.start()
        self._begun.result(LIMIT_S)

    @property
    def link(self) -> str:
        """The address without its fragment."""
        return f"{self.base}/"

    def _run(self, home: Path, port: int) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve(home, port))
        except BaseException as error:
            if not self._begun.done():
                self._begun.set_exception(error)
            raise
        finally:
            self._loop.close()

    async def _serve(self, home: Path, port: int) -> None:
        module = _vendor_module()
        async with running(home, port=port) as ready, ClientSession() as client:
            self.base, self.token, self.world = ready.base, ready.control_token, ready.world
            lab = self.lab = module.Lab(ready.base, ready.control_token, client, asyncio.Event())
            app = web.Application()
            app.router.add_post("/notify/{code}", self._notice)
            runner = web.AppRunner(app, access_log=None)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            lab.hook = f"http://127.0.0.1:{runner.addresses[0][1]}"
            self.vendor = await lab.vendor(CODE)
            self._begun.set_result(None)
            await self._end.wait()
            await runner.cleanup()

    async def _notice(self, request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse = await self.lab.vendors[request.match_info["code"]].notice(request)
        return answer

    def do(self, work: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
        """The result of `work(lab)`."""
        return asyncio.run_coroutine_threadsafe(work(self.lab), self._loop).result(LIMIT_S)

    def control(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """One control call."""
        return self.do(lambda lab: lab.control(method, path, body, **query))

    def person(self, name: str) -> Any:
        """A person of the run by hand whom the page has made, as the vendor's client knows them: by what the page shows."""
        return _vendor_module().Person(self.lab, HAND, name, "", "", "", "hand")

    def close(self) -> None:
        """End the simulator."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(LIMIT_S)
        assert not self._thread.is_alive()
