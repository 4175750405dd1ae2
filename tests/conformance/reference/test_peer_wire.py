"""The client side on a real socket: what is no answer, how often it is tried, what goes out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from conformance.reference import peer_wire
from conformance.reference.change import with_points
from conformance.reference.config import PROFILE, Config
from conformance.reference.healthy import HEALTHY
from simulator.protocol.crypto.keys import private_key_from_seed
from simulator.protocol.wire.envelope import ChannelKeys, open_sealed, seal_response
from simulator.protocol.wire.raw import RawMessage

HOSPITAL, PLATFORM = private_key_from_seed(b"hospital"), private_key_from_seed(b"platform")
SECRETS = ("APPID0123456789AAPPID0123456789A", "SECRET0123456789SECRET0123456789")
OURS = ChannelKeys(*SECRETS, HOSPITAL, PLATFORM.public)
THEIRS = ChannelKeys(*SECRETS, PLATFORM, HOSPITAL.public)
PATHS = {name: f"/{name}" for name in ("6301", "1101", "1162", "userQuery")}


def sealed(code="0", success=True, data=None, keys=THEIRS):
    return seal_response(code, "m", success, data, keys, PROFILE, peer_wire.now_ms(), b"e")


def talk(answers: list, work: Callable[[peer_wire.Wire], Awaitable]) -> tuple[object, list[web.Request]]:
    """Run `work` against a peer that gives these (status, body) in turn; the last one again and again."""
    got: list = []

    async def peer(request: web.Request) -> web.Response:
        got.append((request.path, dict(request.headers), await request.read()))
        status, body = answers.pop(0) if len(answers) > 1 else answers[0]
        return web.Response(status=status, body=body, content_type="application/json")

    async def story():
        app = web.Application()
        app.router.add_post("/{tail:.*}", peer)
        async with TestServer(app) as server, aiohttp.ClientSession() as session:
            config = Config(str(server.make_url("")).rstrip("/"), "H50999900001", "示范医院", "509999", OURS,
                            "12345678", "s" * 32, "t", PATHS)  # fmt: skip
            practice = with_points(resending={"pause_s": lambda _: 0.0})(HEALTHY)
            return await work(peer_wire.Wire(config, practice, session))

    return asyncio.run(story()), got


def ask(attempts=3):
    return lambda peer: peer.sealed("6301", lambda n: {"payOrdId": "ORD1", "n": str(n)}, attempts)


def test_a_verified_answer_is_read():
    answer, got = talk([(200, sealed(data={"ordStas": "1"}))], ask())
    assert (answer.outcome, dict(answer.data)) == ("ok", {"ordStas": "1"})
    (path, headers, body) = got[0]
    assert (path, headers["Content-Type"]) == ("/6301", "application/json; charset=utf-8")
    raw = RawMessage("POST", path, (("content-type", "application/json"),), body)
    opened = open_sealed(raw, {THEIRS.app_id: THEIRS}, PROFILE, peer_wire.now_ms())
    assert opened.ok, opened.bad
    assert opened.data == {"payOrdId": "ORD1", "n": "0"}


def test_a_verified_refusal_is_a_refusal_and_not_repeated():
    answer, got = talk([(200, sealed(code="500", success=False))], ask())
    assert (answer.outcome, answer.code, len(got)) == ("refused", "500", 1)


MALLORY = ChannelKeys(*SECRETS, private_key_from_seed(b"mallory"), HOSPITAL.public)
UNBELIEVABLE = {
    "5xx": (502, b""),
    "5xx with a good body": (503, sealed(data={"ordStas": "6"})),
    "no JSON": (200, b"<html>"),
    "empty": (200, b""),
    "not an object": (200, b"[]"),
    "unsigned failure": (200, b'{"code":500,"message":"x","success":false}'),
    "signed by another": (200, sealed(data={"ordStas": "6"}, keys=MALLORY)),
    "plaintext": (200, b'{"code":0,"success":true,"data":{"ordStas":"6"}}'),
    "deep": (200, b"[" * 200_000),
}


@pytest.mark.parametrize("name", UNBELIEVABLE)
def test_what_cannot_be_believed_is_unknown_and_tried_three_times(name):
    answer, got = talk([UNBELIEVABLE[name]], ask())
    assert (answer.outcome, len(got)) == ("unknown", 3)
    assert len({body for _, _, body in got}) == 3


def test_an_answer_without_end_is_cut_off(monkeypatch):
    monkeypatch.setattr(peer_wire, "MAX_BODY", 1000)
    answer, _ = talk([(200, b"x" * 5000)], ask(1))
    assert answer == peer_wire.LOST


def test_the_common_header_of_a_transaction():
    reply = {"infcode": "0", "err_msg": "success", "output": {"baseinfo": {"psn_no": "P"}}}
    answer, got = talk([(200, json.dumps(reply).encode())], lambda peer: peer.fsi("1101", {"a": "b"}))
    assert (answer.outcome, answer.data["baseinfo"]) == ("ok", {"psn_no": "P"})
    sent = json.loads(got[0][2])
    assert (sent["infno"], sent["input"], sent["fixmedins_code"]) == (
        "1101",
        {"data": {"a": "b"}},
        "H50999900001",
    )
    assert len(sent["msgid"]) == 30
    assert sent["msgid"].startswith("H50999900001")


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ({"infcode": 0, "output": None}, "ok"),
        ({"infcode": -1, "err_msg": "无此人"}, "refused"),
        ({"code": 0, "data": {"ecToken": "E"}}, "ok"),
        ({"code": 401, "message": "gateway"}, "refused"),
        ({"output": {}}, "unknown"),
        ([], "unknown"),
    ],
)
def test_transaction_answers(body, outcome):
    answer, got = talk([(200, json.dumps(body).encode())], lambda peer: peer.fsi("1162", {"ecQrCode": "x"}))
    assert answer.outcome == outcome
    assert len(got) == (2 if outcome == "unknown" else 1)
    assert json.loads(got[0][2]) == {"ecQrCode": "x"}


def test_the_portal_headers_of_an_exchange():
    reply = {"code": 0, "message": "success", "data": {"pay_auth_no": "AUTH1"}}
    answer, got = talk([(200, json.dumps(reply).encode())], lambda peer: peer.user_query("modeA", "c", "o"))
    assert (answer.outcome, answer.data["pay_auth_no"]) == ("ok", "AUTH1")
    (path, headers, body) = got[0]
    assert path == "/userQuery"
    assert json.loads(body) == {"qrcode": "c", "openid": "o"}
    assert len(headers["god-portal-signature"]) == 64


def test_a_peer_that_is_not_there_is_unknown():
    async def story():
        async with aiohttp.ClientSession() as session:
            config = Config("http://127.0.0.1:9", "H1", "x", "509999", OURS, "1", "2", "t", PATHS)
            peer = peer_wire.Wire(config, HEALTHY, session)
            return await peer.sealed("6301", lambda _: {}), await peer.user_query("userQuery", "c", "o")

    assert asyncio.run(story()) == (peer_wire.LOST, peer_wire.LOST)


def test_numbers_are_short_and_never_repeat():
    peer = peer_wire.Wire(None, HEALTHY, None)  # type: ignore[arg-type]
    numbers = [peer.number("L") for _ in range(1000)]
    assert len(set(numbers)) == 1000
    assert {len(number) for number in numbers} == {20}
