"""`doctor`: one cause is one line, and a clock is off only from two seconds."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from aiohttp import web

from conformance.cli.doctor import clock_skew, reach, unreachable
from conformance.declaration import Declaration, Driver
from conformance.runner.contract import Check


def declared(driver: str, notify: str) -> Declaration:
    made = Driver("http", 2, url=driver, token="t", timeout_ms=2000)
    return Declaration(
        "v.yaml", "H1", "医院", "509999", ("A",), (), ("outpatient",), made, notify_6302=notify
    )


def checked(driver: str, notify: str) -> list[Check]:
    return asyncio.run(reach(declared(driver, notify)))


def closed_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def test_a_program_that_is_down_is_one_line_for_all_its_addresses() -> None:
    base = f"http://127.0.0.1:{closed_port()}"
    (only,) = checked(base, f"{base}/notify")
    assert (only.id, only.state) == ("driver_url", "bad")
    assert str(only.name) == "驱动地址、通知地址"
    assert "没有程序在听" in str(only.text)
    assert unreachable([only])


def test_two_programs_that_are_down_are_two_lines() -> None:
    found = checked(f"http://127.0.0.1:{closed_port()}", f"http://127.0.0.1:{closed_port()}/notify")
    assert [one.id for one in found] == ["driver_url", "notify_url"]


def answering(work: Any) -> Any:
    async def all_of_it() -> Any:
        async def said(_request: web.Request) -> web.Response:
            return web.Response(status=404)

        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", said)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            return await work(f"http://127.0.0.1:{runner.addresses[0][1]}")
        finally:
            await runner.cleanup()

    return asyncio.run(all_of_it())


def test_a_vendor_that_answers_has_one_line_for_each_address_and_one_for_its_clock() -> None:
    found = answering(lambda base: reach(declared(base, f"{base}/notify")))
    assert [(one.id or str(one.name), one.state) for one in found] == [
        ("driver_url", "ok"), ("notify_url", "ok"), ("时钟", "ok"),
    ]  # fmt: skip
    assert not unreachable(found)


@pytest.mark.parametrize(
    ("seconds", "state"),
    [(0, "ok"), (-1, "ok"), (2, "hint"), (-60, "hint"), (400, "bad"), (3600, "bad"), (-28800, "bad")],
)
def test_a_clock_is_off_from_two_seconds(seconds: int, state: str) -> None:
    ours = datetime.now(UTC).replace(microsecond=0)
    check = clock_skew(format_datetime(ours + timedelta(seconds=seconds), usegmt=True), ours)
    assert check is not None
    assert check.state == state


def test_no_date_says_nothing() -> None:
    assert clock_skew("", datetime.now(UTC)) is None
