"""Which simulator a command uses (contracts 2), one function for all of them, and how its end is agreed on."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.mistake import Mistake
from conformance.runner.child import STOP_S, Child, ChildError, start
from conformance.runner.control import Control, ControlError
from conformance.runner.home import SimulatorHome, profile_name, read_home
from simulator.protocol.text.said import Said, Text

TRIES = 3
"""Of a home whose simulator comes or goes at this moment."""
HEALTH_S = 5.0
RENEWALS = 3
"""Of a lease before it ends."""
Tell = Callable[[Text], object]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a command says of its simulator. `url`, `token`: one that runs somewhere; without a token that of the home.

    `free`: one of its own on a free port with a state of its own; `temporary`: `home` is deleted at its end.
    """

    home: Path
    profile: str = ""
    url: str = ""
    token: str = ""
    free: bool = False
    temporary: bool = False


@contextlib.asynccontextmanager
async def simulator(
    choice: Choice, log: Path, tell: Tell = lambda _text: None, *, starts_vendor: bool = False
) -> AsyncIterator[Control]:
    """The simulator that `choice` means, for as long as the block lasts; `tell` hears its address. Raises SET_UP_ERRORS.

    With `starts_vendor` one of our own on a free port: the vendor learns the address when it is started.
    """
    base, token, child = await _found(choice, log, starts_vendor)
    tell(Said("模拟器: {} (已在运行)", base) if child is None else Said("模拟器: {}", base))
    try:
        async with Control(base, token) as control:
            if child is None:
                async with _lease(control):
                    yield control
            else:
                yield control
    finally:
        if child is not None:
            await _leave(child, base)


@contextlib.asynccontextmanager
async def running_one(choice: Choice) -> AsyncIterator[Control]:
    """The simulator of the home, or at the URL, which must be running. Raises SET_UP_ERRORS."""
    home = await asyncio.to_thread(read_home, choice.home)
    found = await _named(choice) if choice.url else await _of_home(choice, home)
    if found is None:
        raise Mistake(Said("没有在运行的模拟器, 先在另一个窗口运行 liantiao serve"), file=str(choice.home))
    async with Control(*found[:2]) as control:
        yield control


async def _found(choice: Choice, log: Path, starts_vendor: bool) -> tuple[str, str, Child | None]:
    """Address, control token, and the process when we started it."""
    if choice.url:
        return await _named(choice)
    if starts_vendor or choice.free or choice.temporary:
        return await _started(choice, log, SimulatorHome(port=0))
    for last in range(TRIES - 1, -1, -1):
        home = await asyncio.to_thread(read_home, choice.home)
        running = await _of_home(choice, home)
        if running is not None:
            return running
        try:
            return await _started(choice, log, home)
        except ChildError:  # somebody was faster?
            if not last or await _health(home.listen) is None:
                raise
    raise AssertionError("the last try returns or raises")


async def _health(base: str) -> Mapping[str, Any] | None:
    """What answers `/control/health` at `base`: `{}` when it is no simulator, None when nothing listens there."""
    async with Control(base, "") as stranger:
        try:
            async with asyncio.timeout(HEALTH_S):
                return await stranger.whose()
        except TimeoutError:
            return {}
        except ControlError as error:
            return {} if error.answered else None


async def _named(choice: Choice) -> tuple[str, str, None]:
    """The simulator at a URL. The token of our home goes only to the simulator of our home."""
    answer = await _health(choice.url)
    if answer is None:
        text = Said("{} 连不上, 先启动它 (liantiao serve), 或去掉 --simulator", choice.url)
        raise Mistake(text, field="--simulator")
    if choice.token:
        return choice.url, choice.token, None
    own = await asyncio.to_thread(read_home, choice.home)
    if not own.platform or answer.get("platform") != own.platform:
        text = Said("{} 不是 {} 的模拟器, 用同一个 --home, 或给出 --control-token", choice.url, choice.home)
        raise Mistake(text, field="--simulator")
    return choice.url, own.token, None


async def _of_home(choice: Choice, home: SimulatorHome) -> tuple[str, str, None] | None:
    """Address and token of the running simulator of the home; None when none runs and its address is free."""
    for base in (home.served_at, home.listen):
        answer = await _health(base) if base else None
        if answer is not None and home.platform and answer.get("platform") == home.platform:
            break
    else:
        if answer is not None:
            raise Mistake(
                Said(
                    "{} 已被别的程序占用; 结束它, 或用 --port 0, 或用 liantiao serve --port 另选一个",
                    home.listen,
                )
            )
        return None
    if choice.profile and answer.get("profile") != profile_name(choice.profile):
        text = Said(
            "{} 的模拟器用的是 {}; 用这个参数重新启动 serve, 或用 --port 0", base, answer.get("profile")
        )
        raise Mistake(text, field="--profile")
    return base, home.token, None


async def _started(choice: Choice, log: Path, listen: SimulatorHome) -> tuple[str, str, Child]:
    """A simulator of our own. Raises ChildError."""
    command = [sys.executable, "-m", "simulator", "--with-parent", "--home", str(choice.home)]
    command += ["--host", listen.host, "--port", str(listen.port)]
    command += ["--public", listen.public] if listen.public else []
    command += ["--profile", choice.profile] if choice.profile else []
    command += ["--temporary"] if choice.temporary else []
    command += ["--apart"] if choice.free and not choice.temporary else []
    child = await start(Said("模拟器"), command, log, ours=True)
    try:
        ready = await child.ready()
        if not ready:
            raise ChildError(Said("模拟器没有启动: {} (输出在 {})", child.last_words, log))
        token = await asyncio.to_thread(Path(str(ready["control_token_file"])).read_text, "utf-8")
    except BaseException:
        await child.stop()
        raise
    return str(ready["listen"]), token.strip(), child


@contextlib.asynccontextmanager
async def _lease(control: Control) -> AsyncIterator[None]:
    """Keep a simulator that is not ours from ending while we use it."""
    name = secrets.token_hex(8)

    async def renewing(every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            with contextlib.suppress(ControlError):
                await control.attach(name)

    lease = await control.attach(name)
    task = asyncio.create_task(renewing(float(lease["lease_s"]) / RENEWALS), name="lease")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(ControlError):
            await control.detach(name)


async def _leave(child: Child, base: str) -> None:
    """End our simulator, unless another run has attached itself to it: then it ends after that one."""
    child.let_go()
    for wait_s in (0.0, STOP_S):
        if not await child.ended(wait_s) and (await _health(base) or {}).get("attached"):
            return
    await child.stop()
