"""Sealed and opened across independent implementations: ours and every client under tests/interop.

One 6301 over real HTTP (Node, Java), every pair of us with a client as sealer and opener, tampered answers that none
may believe, and the signed text of many generated documents written by all.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from by_path import module_at

from simulator.protocol.crypto.keys import parse_private_key, parse_public_key
from simulator.protocol.model.profile import Profile
from simulator.protocol.text import jsontext
from simulator.protocol.text.canonical import sign_text
from simulator.protocol.wire.envelope import ChannelKeys, Opened, open_sealed, seal_request, seal_response
from simulator.protocol.wire.raw import RawMessage
from simulator.shell.profiles import load_profile

pytestmark = pytest.mark.interop
SERVING = ("node", "java")
"""Those whose tool posts by itself; the others send a whole order in test_clients.py."""
LANGUAGES = module_at(Path(__file__).with_name("clients.py")).NAMES
DOCUMENTS = 300
SEALED = 12
BASE = load_profile()


def profile(**overrides: Any) -> Profile:
    """Our shipped profile, the strict canonical family; `__` in a name stands for the dot."""
    given = {name.replace("__", "."): value for name, value in overrides.items()}
    return BASE.with_overrides({"envelope.canonical": "sdk", **given})


def sides(vectors: dict[str, Any]) -> tuple[ChannelKeys, ChannelKeys]:
    """The channel as the centre sees it and as the institution sees it."""
    app = (vectors["appId"], vectors["appSecret"])
    ours, theirs = vectors["centre"], vectors["institution"]
    return (
        ChannelKeys(*app, parse_private_key(ours["private"]), parse_public_key(theirs["public"])),
        ChannelKeys(*app, parse_private_key(theirs["private"]), parse_public_key(ours["public"])),
    )


def vendor(vectors: dict[str, Any]) -> dict[str, Any]:
    return {
        "appId": vectors["appId"],
        "appSecret": vectors["appSecret"],
        "private": vectors["institution"]["private"],
        "public": vectors["centre"]["public"],
    }


def opened_by_us(body: bytes, keys: ChannelKeys, kind: Any = "request") -> Opened:
    raw = RawMessage(
        "POST", "/6301", (("content-type", "application/json"),), body, None if kind == "request" else 200
    )
    return open_sealed(raw, {keys.app_id: keys}, profile(), int(time.time() * 1000), kind)


QUERY = {
    "payOrdId": "ORD000000202601010900000000001", "payToken": "PT0001", "orgCodg": "H00000000001",
    "idNo": "110101190001011234", "userName": "测试", "idType": "01", "expContent": "", "extData": None,
}  # fmt: skip
ANSWER = {
    "payOrdId": QUERY["payOrdId"],
    "ordStas": "6",
    "feeSumamt": jsontext.Num("12.50"),
    "ownPayAmt": "2.50",
}


@contextmanager
def centre(keys: ChannelKeys) -> Iterator[tuple[str, list[Opened]]]:
    """A centre that answers any sealed request with ANSWER; yields its address and what it opened."""
    seen: list[Opened] = []

    async def answer(request: web.Request) -> web.Response:
        opened = opened_by_us(await request.read(), keys)
        seen.append(opened)
        now = int(time.time() * 1000)
        body = seal_response("0", "成功", True, ANSWER, keys, profile(), now, b"interop-entropy")
        return web.Response(body=body, content_type="application/json")

    loop = asyncio.new_event_loop()
    address: list[str] = []
    ready = threading.Event()

    async def start() -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/{tail:.*}", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        address.append(f"http://{host}:{port}")
        ready.set()
        return runner

    def serve() -> None:
        asyncio.set_event_loop(loop)
        runner = loop.run_until_complete(start())
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield address[0], seen
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


@pytest.mark.parametrize("language", SERVING)
def test_a_6301_over_http(language: str, ask: Any, vectors: dict[str, Any]) -> None:
    """The client seals and posts, we open it without one bad fact; the client verifies and opens our answer."""
    with centre(sides(vectors)[0]) as (base, seen):
        url = f"{base}/org/local/api/hos/query_order_info"
        plain = json.dumps(QUERY, ensure_ascii=False)
        [answer] = ask(language, [{"op": "post", "url": url, "plain": plain, **vendor(vectors)}])
    assert [fact for opened in seen for fact in opened.facts if not fact.ok] == []
    assert seen[0].data == QUERY
    assert answer["ok"]["code"] == "0"
    assert answer["ok"]["message"] == "成功"
    assert answer["ok"]["data"] == jsontext.dumps(ANSWER), "12.50 keeps its text all the way"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_they_seal_we_open_and_what_we_seal_they_open(
    language: str, ask: Any, vectors: dict[str, Any]
) -> None:
    ours, _ = sides(vectors)
    now = int(time.time() * 1000)
    documents = [jsontext.dumps(document(random.Random(seed))) for seed in range(SEALED)]
    theirs = ask(
        language, [{"op": "seal", "plain": one, "now_ms": now, **vendor(vectors)} for one in documents]
    )
    for one, sealed in zip(documents, theirs, strict=True):
        opened = opened_by_us(sealed["ok"].encode("utf-8"), ours)
        assert [fact for fact in opened.facts if not fact.ok] == [], one
        assert ordered(opened.data) == ordered(read(one))
    bodies = [seal_request(read(one), ours, profile(), now, b"e%d" % at) for at, one in enumerate(documents)]
    lower = profile(envelope__enc_case="lower", envelope__timestamp_out="13")
    bodies += [seal_request(read(one), ours, lower, now, b"f%d" % at) for at, one in enumerate(documents)]
    asked = [
        {"op": "open", "body": body.decode("utf-8"), "now_ms": now, **vendor(vectors)} for body in bodies
    ]
    answers = [ordered(read(one["ok"])) for one in ask(language, asked)]
    assert answers == [ordered(read(one)) for one in documents * 2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_do_not_believe_what_was_tampered_with(language: str, ask: Any, vectors: dict[str, Any]) -> None:
    ours, theirs = sides(vectors)
    now = int(time.time() * 1000)
    good = seal_response("0", "成功", True, dict(ANSWER), ours, profile(), now, b"x")
    secret = vectors["appSecret"].encode()
    bad = {
        "code": good.replace(b'"code":0', b'"code":1'),
        "success": good.replace(b"true", b"false"),
        "message": good.replace("成功".encode(), "成了".encode()),
        "unsigned": seal_response("0", "成功", True, dict(ANSWER), ours, profile(), now, b"x", signed=False),
        "foreign key": seal_response(
            "0", "成功", True, dict(ANSWER), ours, profile(), now, b"x", signer=theirs.own
        ),
        "user id": seal_response("0", "成功", True, dict(ANSWER), ours, profile(), now, b"x", user_id=secret),
        "DER": seal_response("0", "成功", True, dict(ANSWER), ours, profile(), now, b"x", sign_form="der"),
        "stale": seal_response("0", "成功", True, dict(ANSWER), ours, profile(), now - 3_600_000, b"x"),
        "not JSON": b"<html>",
        "short cipher": good.replace(b'"encData":"', b'"encData":"A'),
    }
    asked = [
        {"op": "open", "body": body.decode(), "now_ms": now, **vendor(vectors)}
        for body in (good, *bad.values())
    ]
    answers = ask(language, asked)
    assert "ok" in answers[0]
    believed = [name for name, answer in zip(bad, answers[1:], strict=True) if "error" not in answer]
    assert believed == []


def test_one_signed_text_in_every_language(ask: Any, vectors: dict[str, Any]) -> None:
    """Generated documents: empties, numbers of every form, code-unit order, escapes, Chinese, characters beyond the BMP."""
    secret = vectors["appSecret"]
    head = json.dumps(
        {
            "appId": vectors["appId"],
            "version": "2.0.1",
            "encType": "SM4",
            "extra": "x",
            "code": 0,
            "success": True,
        }
    )
    plains = [jsontext.dumps(document(random.Random(1000 + seed))) for seed in range(DOCUMENTS)]
    asked = [{"op": "sign_text", "envelope": head, "plain": plain, "appSecret": secret} for plain in plains]
    ours = [sign_text(read(head), read(plain), secret) for plain in plains]
    for language in LANGUAGES:
        texts = [answer.get("ok", answer) for answer in ask(language, asked)]
        differing = [(a, b, c) for a, b, c in zip(plains, ours, texts, strict=True) if b != c]
        assert differing == [], language


def read(text: str) -> Any:
    parsed = jsontext.parse(text.encode("utf-8"), jsontext.Limits())
    assert parsed.bad is None
    return parsed.value


def ordered(value: Any) -> str:
    """The text with members in one order: JavaScript puts integer-like names first; numbers keep their text."""

    def sort(item: Any) -> Any:
        if isinstance(item, dict):
            return {name: sort(item[name]) for name in sorted(item)}
        return [sort(one) for one in item] if isinstance(item, list) else item

    return jsontext.dumps(sort(value))


KEYS = (
    "medOrgOrd", "medType", "medfeeSumamt", "mdtrtId", "A", "a", "_", "Z1", "0", "10", "9", "中文", "é", "\ue000", "\U00010000", "x y",
)  # fmt: skip
TEXTS = (
    "",
    "0",
    "测试",
    "a/b",
    '"quoted"',
    "back\\slash",
    "line\nbreak",
    "tab\t",
    "\x01",
    "\x7f",
    "&key=x",
    "=",
    "\U0001f600",
    "null",
    " ",
    "\u2028",
    "<&>",
)
NUMBERS = (
    "0",
    "-0",
    "1",
    "12.5",
    "12.50",
    "100",
    "1E+2",
    "1e-7",
    "0.10",
    "123456789012345678901234567890",
    "-3.1400",
)


def document(dice: random.Random) -> dict[str, Any]:
    """A JSON object of at most four levels. Corners that the sheet leaves open (arrays in arrays, arrays of
    nothing but empties) do not occur.
    """
    made = _object(dice, 0)
    made["payOrdId"] = "ORD1"
    return made


def _object(dice: random.Random, level: int) -> dict[str, Any]:
    names = dice.sample(KEYS, dice.randint(0, 7))
    return {name: _value(dice, level + 1) for name in names}


def _scalar(dice: random.Random) -> Any:
    kind = dice.randrange(5)
    if kind == 0:
        return jsontext.Num(dice.choice(NUMBERS))
    return dice.choice(TEXTS) if kind < 3 else dice.choice((True, False, None))


def _value(dice: random.Random, level: int) -> Any:
    kind = dice.randrange(6)
    if kind == 0 and level < 4:
        return _object(dice, level)
    if kind == 1 and level < 4:
        return [_object(dice, level) for _ in range(dice.randint(0, 3))]
    if kind == 2:
        return ["1", *(_scalar(dice) for _ in range(dice.randint(0, 3)))]
    return _scalar(dice)
