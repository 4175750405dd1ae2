"""Which simulator a command uses (contracts 2): the running one of the home, its own, or none at all."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path

import pytest

from conformance.mistake import Mistake
from conformance.runner.simulators import Choice, simulator
from simulator.protocol.text.said import Text
from simulator.shell.home_lock import FILE, Listen, health, write_listen


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        write_listen(tmp_path / "home", Listen(port=one.getsockname()[1]))
    return tmp_path / "home"


def lock_of(home: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((home / FILE).read_text(encoding="utf-8"))
    return found


def test_the_second_command_uses_the_simulator_of_the_first_and_it_ends_after_both(
    home: Path, tmp_path: Path
) -> None:
    said: list[Text] = []

    async def work() -> tuple[dict[str, object] | None, dict[str, object] | None]:
        second = simulator(Choice(home), tmp_path / "second.log", said.append)
        async with simulator(Choice(home), tmp_path / "first.log", said.append) as first:
            assert lock_of(home)["base"] == first.base
            control = await second.__aenter__()
            assert control.base == first.base
        between = await asyncio.to_thread(health, first.base)
        await control.institution("H50999900001", "甲", "509999")
        await second.__aexit__(None, None, None)
        for _ in range(100):
            if not (home / FILE).exists():
                break
            await asyncio.sleep(0.1)
        return between, await asyncio.to_thread(health, first.base)

    between, after = asyncio.run(work())
    assert between is not None
    assert between["attached"] == 1
    assert after is None
    assert [str(line).endswith("(已在运行)") for line in said] == [False, True]


def test_a_port_of_somebody_else_is_one_line(home: Path, tmp_path: Path) -> None:
    async def work() -> None:
        port = json.loads((home / "listen.json").read_text(encoding="utf-8"))["port"]
        server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", port)
        async with server, simulator(Choice(home), tmp_path / "log"):
            pass

    with pytest.raises(Mistake, match="已被别的程序占用"):
        asyncio.run(work())


def test_a_vendor_of_ours_and_port_0_do_not_disturb_what_runs(home: Path, tmp_path: Path) -> None:
    async def work() -> None:
        async with simulator(Choice(home), tmp_path / "1.log") as running:
            async with (
                simulator(Choice(home), tmp_path / "2.log", starts_vendor=True) as with_vendor,
                simulator(Choice(home, free=True), tmp_path / "3.log") as free,
            ):
                assert len({running.base, with_vendor.base, free.base}) == 3
            assert lock_of(home)["base"] == running.base

    asyncio.run(work())


def test_the_token_of_the_home_goes_to_no_other_simulator(home: Path, tmp_path: Path) -> None:
    async def work() -> None:
        async with (
            simulator(Choice(tmp_path / "other"), tmp_path / "1.log", starts_vendor=True) as other,
            simulator(Choice(home, url=other.base), tmp_path / "2.log"),
        ):
            pass

    with pytest.raises(Mistake, match=r"不是 .* 的模拟器"):
        asyncio.run(work())


def test_another_profile_than_the_running_one_has_is_said(home: Path, tmp_path: Path) -> None:
    async def work() -> None:
        async with (
            simulator(Choice(home), tmp_path / "1.log"),
            simulator(Choice(home, "dup-reject"), tmp_path / "2.log"),
        ):
            pass

    with pytest.raises(Mistake, match="用的是 base"):
        asyncio.run(work())


def test_a_temporary_home_is_gone_when_its_simulator_is(tmp_path: Path) -> None:
    async def work() -> None:
        async with simulator(Choice(tmp_path / "home", temporary=True), tmp_path / "log"):
            assert (tmp_path / "home" / "identities.json").is_file()

    asyncio.run(work())
    assert not (tmp_path / "home").exists()


def test_the_control_token_is_in_no_log(home: Path, tmp_path: Path) -> None:
    async def work() -> None:
        async with simulator(Choice(home), tmp_path / "log"):
            pass

    asyncio.run(work())
    token = (home / "control-token").read_text(encoding="utf-8").strip()
    assert len(token) > 20
    assert token not in (tmp_path / "log").read_text(encoding="utf-8")
