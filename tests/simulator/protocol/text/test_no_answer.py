"""A peer that gave no answer: connected but late, refused, out of reach, cut short are told apart, with the limit."""

from __future__ import annotations

import asyncio
import errno
import socket

import aiohttp
import pytest

from simulator.protocol.text.no_answer import connect_s, no_answer, unconnected

KEY = aiohttp.client_reqrep.ConnectionKey("127.0.0.1", 9, False, None, None, None, None)


def refused_for_real() -> BaseException:
    async def call() -> BaseException:
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))  # bound, and nobody listens
            url = f"http://127.0.0.1:{held.getsockname()[1]}/"
            async with aiohttp.ClientSession() as client:
                try:
                    await client.get(url)
                except aiohttp.ClientError as error:
                    return error
        raise AssertionError

    return asyncio.run(call())


@pytest.mark.parametrize(
    ("error", "said", "never_connected"),
    [
        (TimeoutError(), "连上了, 但 5 秒内没有应答", False),
        (aiohttp.ConnectionTimeoutError(), "4.5 秒内连不上, 地址不通或被防火墙丢弃", True),
        (refused_for_real(), "连接被拒绝, 该地址没有程序在监听", True),
        (aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(-2, "no")), "主机名解析不了", True),
        (
            aiohttp.ClientConnectorError(KEY, OSError(errno.ENETUNREACH, "no")),
            "连不上 (OSError)",
            True,
        ),
        (
            aiohttp.ServerDisconnectedError(),
            "连上了, 但没有给出完整的应答就断开 (ServerDisconnectedError)",
            False,
        ),
    ],
)
def test_what_kept_the_answer_away_is_said(error: BaseException, said: str, never_connected: bool) -> None:
    assert str(no_answer(error, 5)) == said
    assert unconnected(error) is never_connected


def test_a_short_limit_still_tells_late_from_out_of_reach() -> None:
    assert connect_s(0.1) < 0.1
