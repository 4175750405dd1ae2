"""Driver calls over real sockets, processes and functions: whatever goes wrong is an `error` answer."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from aiohttp import web

import schemas
from conformance.declaration import Declaration, Driver
from conformance.drivers.call import Answer, Call
from conformance.mistake import Mistake
from conformance.runner import contract
from conformance.runner.driver_io import VendorDriver, load_act

TOKEN = "tok"
CALL = Call("hospital_info", "r1", "c1")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def stub_vendor() -> Handler:
    """The smallest vendor that keeps the contract: what `doctor --driver` must find nothing against."""
    replies: dict[tuple[str, str], tuple[Any, web.Response]] = {}
    bills = iter(range(1, 1000))
    schema = schemas.load("driver")
    call_shape = jsonschema.Draft202012Validator({**schema, "$ref": "#/$defs/call"})

    async def act(request: web.Request) -> web.StreamResponse:
        if request.headers.get("X-Liantiao-Token") != TOKEN:
            return web.json_response({"message": "token"}, status=401)
        action = request.match_info["action"]
        row = schema["actions"].get(action)
        if row is None or row["optional"]:
            return web.json_response({}, status=501)
        try:
            body = await request.json()
        except ValueError:
            return web.json_response({"message": "not JSON"}, status=400)
        if not call_shape.is_valid(body) or (row["patient"] and not ("patient" in body and "flow" in body)):
            return web.json_response({"message": "shape"}, status=400)
        key = (body["run"], body["call_id"])
        if row["kind"] == "act" and key in replies:
            before, reply = replies[key]
            if before != (action, body):
                refused = {
                    "state": "refused",
                    "code": "CALL_CONFLICT",
                    "message": "x",
                    "patient_state": "failed",
                }
                return web.json_response(refused, status=409)
            return web.json_response(text=reply.text)
        reply = answer(action, body)
        if row["kind"] == "act":
            replies[key] = ((action, body), reply)
        return reply

    def answer(action: str, body: Any) -> web.Response:
        match action:
            case "hospital_info":
                result: Any = {
                    "code": "H1",
                    "name": "医院",
                    "region": "509999",
                    "services": ["outpatient"],
                    "contract": 1,
                }
            case "create_patient":
                result = {"patient_id": "P1", "created": True}
            case "prescribe":
                result = {"bill_id": f"B{next(bills)}", "total": 100}
            case "order_state" | "unpaid_detail":
                refused = {
                    "state": "refused",
                    "code": "BILL_UNKNOWN",
                    "message": "x",
                    "patient_state": "failed",
                }
                return web.json_response(refused, status=422)
            case _:
                return web.json_response({}, status=501)
        return web.json_response({"state": "done", "result": result})

    return act


async def serving(handler: Handler, work: Callable[[str], Awaitable[Any]]) -> Any:
    app = web.Application()
    app.router.add_route("*", "/liantiao/v1/actions/{action}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        return await work(f"http://127.0.0.1:{runner.addresses[0][1]}")
    finally:
        await runner.cleanup()


def perform(driver: Driver, call: Call = CALL, folder: Path = Path()) -> Answer:
    async def work() -> Answer:
        async with VendorDriver(driver, folder) as vendor:
            return await vendor.perform(call)

    return asyncio.run(work())


def over_http(handler: Handler, call: Call = CALL, timeout_ms: int = 2000, token: str = TOKEN) -> Answer:
    async def work(url: str) -> Answer:
        async with VendorDriver(
            Driver("http", 1, url=url, token=token, timeout_ms=timeout_ms), Path()
        ) as vendor:
            return await vendor.perform(call)

    found = asyncio.run(serving(handler, work))
    assert isinstance(found, Answer)
    return found


def test_a_call_over_http() -> None:
    answer = over_http(stub_vendor())
    assert (answer.state, answer.result["code"]) == ("done", "H1")


def test_a_wrong_token_is_named() -> None:
    assert "令牌" in str(over_http(stub_vendor(), token="other").problem)


def test_a_vendor_that_hangs_is_given_up_in_time() -> None:
    async def hang(_request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    assert str(over_http(hang, timeout_ms=100).problem).endswith("连上了, 但 0.1 秒内没有应答")


def test_a_vendor_that_hangs_up_is_an_error() -> None:
    async def abort(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    assert "就断开" in str(over_http(abort).problem)


@pytest.mark.parametrize("patience", ["none", "until the next request"])
def test_a_vendor_that_closes_idle_connections_fails_no_call(patience: str) -> None:
    """Both ends of the race: the vendor closes before we could write again, or just as we do."""
    connections = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        head = await reader.readuntil(b"\r\n\r\n")
        size = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(size)
        body = b'{"state":"done","result":{"found":true}}'
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: keep-alive\r\n")
        writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        if patience != "none":
            await reader.read(1)  # a second request on this connection, or its end
        writer.close()

    async def work() -> list[Answer]:
        async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            async with VendorDriver(Driver("http", 1, url=url, token=TOKEN), Path()) as vendor:
                calls = [Call("query_patient", "r", f"c{at}", {}, "f", {}) for at in range(5)]
                return [await vendor.perform(call) for call in calls]

    answers = asyncio.run(work())
    assert [(answer.state, answer.problem) for answer in answers] == [("done", "")] * 5
    assert connections == 5


def test_an_endless_answer_is_cut() -> None:
    async def endless(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x" * (5 * 1024 * 1024))

    assert "超过" in str(over_http(endless).problem)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://no.such.host.invalid"])
def test_nobody_there_is_an_error(url: str) -> None:
    answer = perform(Driver("http", 1, url=url, token=TOKEN, timeout_ms=2000))
    assert answer.state == "error"


PROGRAM = """
import json, sys
call = json.load(sys.stdin)
print(json.dumps({"state": "done", "result": {"found": call["action"] == "query_patient"}}))
"""


def test_a_program_is_a_driver() -> None:
    driver = Driver("command", 1, command=(sys.executable, "-c", PROGRAM))
    answer = perform(driver, Call("query_patient", "r", "c"))
    assert (answer.state, answer.result) == ("done", {"found": True})


def test_a_program_that_hangs_or_is_not_there_is_an_error() -> None:
    hang = Driver(
        "command",
        1,
        command=(sys.executable, "-c", "import threading; threading.Event().wait()"),
        timeout_ms=300,
    )
    assert str(perform(hang).problem) == "驱动程序 300 毫秒内没有结束"
    assert "启动不了" in str(perform(Driver("command", 1, command=("liantiao-no-such-program",))).problem)


def test_a_python_file_is_a_driver(tmp_path: Path) -> None:
    (tmp_path / "d.py").write_text(
        "def act(action, request):\n    return {'state': 'done', 'result': {'found': True}}\n",
        encoding="utf-8",
    )
    answer = perform(Driver("python", 1, module="d.py"), Call("query_patient", "r", "c"), tmp_path)
    assert answer.state == "done"


@pytest.mark.parametrize(
    "text, line", [("x = 1", "没有函数 act"), ("1/0", "ZeroDivisionError"), (None, "读不到")]
)
def test_a_python_file_that_is_no_driver_is_a_mistake(tmp_path: Path, text: str | None, line: str) -> None:
    file = tmp_path / "d.py"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(Mistake, match=line):
        load_act(file)


def test_without_a_person_to_ask_manual_offers_nothing() -> None:
    assert perform(Driver("manual", 0)).state == "not_offered"


def checks_of(handler: Handler, **declared: Any) -> dict[str, contract.Check]:
    async def work(url: str) -> list[contract.Check]:
        driver = Driver("http", declared.pop("level", 2), url=url, token=TOKEN, timeout_ms=2000)
        made = Declaration(
            "v.yaml", declared.pop("code", "H1"), "医院", "509999", ("A",), (), ("outpatient",), driver
        )
        return await contract.check_all(made, Path())

    return {str(check.name): check for check in asyncio.run(serving(handler, work))}


def test_a_vendor_that_keeps_the_contract_has_nothing_against_it() -> None:
    checks = checks_of(stub_vendor())
    assert len(checks) == len(contract.TESTS)
    assert {check.state for check in checks.values()} == {"ok"}, checks


def test_the_contract_tests_can_fail() -> None:
    async def careless(_request: web.Request) -> web.StreamResponse:
        return web.json_response({"state": "done", "result": {"bill_id": "B", "total": 1}})

    checks = checks_of(careless)
    assert {check.name for check in checks.values() if check.state != "bad"} == set(), checks


def test_one_cause_that_fails_every_test_is_one_line() -> None:
    async def locked(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=401)

    async def proxy(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=404, text="<html>nginx</html>", content_type="text/html")

    for handler, said in ((locked, "driverToken"), (proxy, "HTTP 404")):
        checks = checks_of(handler)
        assert [check.id for check in checks.values()] == ["driver"]
        assert said in str(checks["驱动口"].text)
        assert f"其余 {len(contract.TESTS)} 项测试未做" in str(checks["驱动口"].text)


def test_a_vendor_that_dies_in_the_midst_is_one_line_after_what_was_seen() -> None:
    healthy = stub_vendor()
    seen: list[str] = []

    async def mortal(request: web.Request) -> web.StreamResponse:
        seen.append(request.path)
        if len(seen) > 4 and request.transport is not None:
            request.transport.close()
        return await healthy(request)

    checks = list(checks_of(mortal).values())
    assert [check.state for check in checks][-2:] == ["ok", "bad"]
    assert checks[-1].id == "driver"


def test_a_vendor_of_another_institution_is_named() -> None:
    check = checks_of(stub_vendor(), code="H2")["hospital_info"]
    assert str(check.text) == "code 是 H1, 声明是 H2, 两处写成一致"
