"""Which simulator a command uses (contracts 2), one function for all of them, and how its end is agreed on."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from conformance.mistake import Mistake
from conformance.runner.child import STOP_S, Child, ChildError, last_line, start
from conformance.runner.control import Control, ControlError
from simulator.profiles.build import ProfileError
from simulator.protocol.model.role import transports_of
from simulator.protocol.text.said import Said, Text, said_of
from simulator.roles import ROLES
from simulator.shell.attached import RENEW_S
from simulator.shell.home_lock import Listen, health, holder, read_listen
from simulator.shell.identities import Identities, IdentityError, open_identities
from simulator.shell.profiles import load_profile

TRIES = 3
"""Of a home whose simulator comes or goes at this moment."""
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


def identities_of(home: Path) -> Identities:
    """The identities of `home`, made when there are none. Raises Mistake."""
    try:
        return open_identities(home, transports_of(ROLES))
    except IdentityError as error:
        raise Mistake(said_of(error), file=str(home)) from None
    except OSError as error:
        raise Mistake(
            Said("身份目录不可用 ({}), 换一个 --home", error.strerror or error), file=str(home)
        ) from None


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


async def _found(choice: Choice, log: Path, starts_vendor: bool) -> tuple[str, str, Child | None]:
    """Address, control token, and the process when we started it."""
    if choice.url:
        return await asyncio.to_thread(_named, choice)
    if starts_vendor or choice.free or choice.temporary:
        return await _started(choice, log, Listen(port=0))
    for last in range(TRIES - 1, -1, -1):
        running = await asyncio.to_thread(_of_home, choice)
        if running is not None:
            return *running, None
        try:
            return await _started(choice, log, read_listen(choice.home))
        except ChildError:
            if not last or await asyncio.to_thread(_of_home, choice) is None:
                raise
    raise AssertionError("the last try returns or raises")


def _named(choice: Choice) -> tuple[str, str, None]:
    """The simulator at a URL. The token of our home goes only to the simulator of our home."""
    url = choice.url.rstrip("/")
    answer = health(url)
    if answer is None:
        raise Mistake(
            Said("{} 连不上, 先启动它 (liantiao serve), 或去掉 --simulator", url), field="--simulator"
        )
    if choice.token:
        return url, choice.token, None
    own = identities_of(choice.home)
    if answer.get("platform") != own.fingerprint:
        text = Said("{} 不是 {} 的模拟器, 用同一个 --home, 或给出 --control-token", url, choice.home)
        raise Mistake(text, field="--simulator")
    return url, own.control_token, None


def _of_home(choice: Choice) -> tuple[str, str] | None:
    """Address and token of the running simulator of the home; None when none runs and its address is free."""
    own, listen = identities_of(choice.home), read_listen(choice.home)
    held = holder(choice.home, own.fingerprint)
    base = held.base if held is not None else listen.base
    answer = health(base)
    if answer is None:
        return None
    if answer.get("platform") != own.fingerprint:
        text = Said("{} 已被别的程序占用; 结束它, 或用 --port 0, 或用 liantiao serve --port 另选一个", base)
        raise Mistake(text)
    if choice.profile and answer.get("profile") != _profile_name(choice.profile):
        text = Said(
            "{} 的模拟器用的是 {}; 用这个参数重新启动 serve, 或用 --port 0", base, answer.get("profile")
        )
        raise Mistake(text, field="--profile")
    return base, own.control_token


def _profile_name(given: str) -> str:
    try:
        return load_profile(given).name
    except ProfileError as error:
        raise Mistake(said_of(error), field="--profile") from None


async def _started(choice: Choice, log: Path, listen: Listen) -> tuple[str, str, Child]:
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
            raise ChildError(Said("模拟器没有启动: {} (输出在 {})", last_line(log), log))
        token = await asyncio.to_thread(Path(str(ready["control_token_file"])).read_text, "utf-8")
    except BaseException:
        await child.stop()
        raise
    return str(ready["listen"]), token.strip(), child


@contextlib.asynccontextmanager
async def _lease(control: Control) -> AsyncIterator[None]:
    """Keep a simulator that is not ours from ending while we use it."""
    name = secrets.token_hex(8)

    async def renewing() -> None:
        while True:
            await asyncio.sleep(RENEW_S)
            with contextlib.suppress(ControlError):
                await control.attach(name)

    await control.attach(name)
    task = asyncio.create_task(renewing(), name="lease")
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
        if not await child.ended(wait_s) and (await asyncio.to_thread(health, base) or {}).get("attached"):
            return
    await child.stop()
