"""Contract tests of a vendor's driver: what every hook must do before a scenario can trust it."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from conformance.declaration import Declaration
from conformance.drivers import http
from conformance.drivers.call import Answer, Call, actions, read_json
from conformance.runner.driver_io import VendorDriver
from simulator.protocol.text.said import Said, Text

PATIENT: Mapping[str, str] = {
    "name": "合同测试",
    "id_type": "01",
    "id_no": "509999199001010015",
    "openid": "liantiao-contract-test",
    "phone": "19900000000",
}
"""A person who cannot exist: the division is not assigned."""

ITEM = {"code": "A001", "name": "合同测试药品", "cnt": "1", "price_text": "1.00"}


@dataclass(frozen=True, slots=True)
class Check:
    """`state`: ok, bad or hint. `text` says what was seen and, when bad, what to do. `id`: stable, for machines."""

    name: Text
    state: str
    text: Text
    id: str = ""


@dataclass(frozen=True, slots=True)
class Bench:
    """One vendor under contract test. `run` is fresh, so nothing of an earlier test is replayed."""

    driver: VendorDriver
    declaration: Declaration
    run: str

    async def send(
        self, call: Call, token: str | None = None, body: bytes | None = None
    ) -> http.HttpReply | Answer:
        """Send `call`, with another token or another body if asked."""
        built = http.build(call, self.declaration.driver.token if token is None else token)
        return await self.driver.send(built if body is None else replace(built, body=body))

    def call(self, action: str, call_id: str, **args: Any) -> Call:
        """A call of this bench, with the patient where the action has one."""
        patient = PATIENT if actions()[action]["patient"] else None
        return Call(action, self.run, call_id, args, "doctor/contract" if patient else "", patient)


Test = Callable[[Bench], Awaitable[Check]]


async def _answers(bench: Bench) -> Check | None:
    """The one cause that would fail every test: nobody is there, or nobody whom our token lets in."""
    call = bench.call("hospital_info", "c-there")
    reply = await bench.send(call)
    if isinstance(reply, Answer):
        return Check(Said("驱动口"), "bad", reply.problem)
    if reply.status == 401:
        return Check(Said("驱动口"), "bad", Said("令牌正确仍应答 401: 被测系统要认接入参数里的 driverToken"))
    answer = http.read(call, reply)
    if answer.state == "error" and not isinstance(_value(reply), dict):
        return Check(Said("驱动口"), "bad", answer.problem)
    return None


async def _info(bench: Bench) -> Check:
    reply = await bench.send(bench.call("hospital_info", "c-info"))
    answer = reply if isinstance(reply, Answer) else http.read(bench.call("hospital_info", "c-info"), reply)
    if answer.state != "done":
        return Check("hospital_info", "bad", answer.problem or Said("state 应为 done, 实为 {}", answer.state))
    code = answer.result.get("code")
    if code != bench.declaration.code:
        return Check(
            "hospital_info", "bad", Said("code 是 {}, 声明是 {}, 两处写成一致", code, bench.declaration.code)
        )
    lacking = [name for name in bench.declaration.services if name not in answer.result.get("services", ())]
    if lacking:
        return Check(
            "hospital_info", "bad", Said("services 没有声明里的 {}, 两处写成一致", ", ".join(lacking))
        )
    return Check("hospital_info", "ok", Said("形状正确, 与声明一致"))


async def _token(bench: Bench) -> Check:
    for token, what in (("", Said("没有令牌")), ("liantiao-wrong-token", Said("令牌错误"))):
        reply = await bench.send(bench.call("hospital_info", "c-token"), token=token)
        status = reply.http_status if isinstance(reply, Answer) else reply.status
        if status != 401:
            return Check(
                Said("令牌"),
                "bad",
                Said("{}时应答 401, 实为 {}; 驱动口不得对任何人开放", what, status or Said("无应答")),
            )
    return Check(Said("令牌"), "ok", Said("缺少或错误时 401"))


async def _malformed(bench: Bench) -> Check:
    call = bench.call("create_patient", "c-malformed")
    bodies = (
        (b"{", Said("不是 JSON")),
        (b'{"run":"r"}', Said("缺少 call_id 与 patient")),
        (http.encode({"run": bench.run, "call_id": "c-m2", "args": {}}), Said("缺少 patient 与 flow")),
    )
    for body, what in bodies:
        reply = await bench.send(call, body=body)
        status = reply.http_status if isinstance(reply, Answer) else reply.status
        if status != 400:
            return Check(
                Said("格式错误"), "bad", Said("{}时应答 400, 实为 {}", what, status or Said("无应答"))
            )
    return Check(Said("格式错误"), "ok", Said("一律 400"))


async def _unknown(bench: Bench) -> Check:
    reply = await bench.send(Call("no_such_action", bench.run, "c-unknown"))
    status = reply.http_status if isinstance(reply, Answer) else reply.status
    if status != 501:
        return Check(Said("未知动作"), "bad", Said("不提供的动作应答 501, 实为 {}", status or Said("无应答")))
    return Check(Said("未知动作"), "ok", "501")


async def _replay(bench: Bench) -> Check:
    await bench.send(bench.call("create_patient", "c-patient"))
    call = bench.call("prescribe", "c-replay", items=[ITEM])
    first, second = await bench.send(call), await bench.send(call)
    if isinstance(first, Answer) or isinstance(second, Answer):
        return Check(Said("call_id 重放"), "bad", Said("prescribe 没有应答"))
    if first.status == 501:
        return Check(Said("call_id 重放"), "hint", Said("不提供 prescribe, 未测"))
    if (first.status, _value(first)) != (second.status, _value(second)):
        return Check(Said("call_id 重放"), "bad", Said("同一 call_id 的重复调用应得到同一应答, 实为新的一次"))
    third = await bench.send(bench.call("prescribe", "c-replay-2", items=[ITEM]))
    if isinstance(third, http.HttpReply) and _bill(third) == _bill(first) != "":
        return Check(Said("call_id 重放"), "bad", Said("不同 call_id 是两次操作, 不得返回同一 bill_id"))
    return Check(Said("call_id 重放"), "ok", Said("重复得同一应答, 新 call_id 为新操作"))


async def _conflict(bench: Bench) -> Check:
    call = bench.call("prescribe", "c-replay", items=[{**ITEM, "price_text": "2.00"}])
    reply = await bench.send(call)
    if isinstance(reply, Answer):
        return Check("CALL_CONFLICT", "bad", reply.problem)
    if reply.status == 501:
        return Check("CALL_CONFLICT", "hint", Said("不提供 prescribe, 未测"))
    answer = http.read(call, reply)
    if reply.status != 409 or answer.code != "CALL_CONFLICT":
        text = Said(
            "同一 call_id 换了 args 应为 409 CALL_CONFLICT, 实为 {}", f"{reply.status} {answer.code}".rstrip()
        )
        return Check("CALL_CONFLICT", "bad", text)
    return Check("CALL_CONFLICT", "ok", "409")


async def _unknown_bill(bench: Bench) -> Check:
    call = bench.call("unpaid_detail", "c-bill", bill_id="liantiao-no-such-bill")
    reply = await bench.send(call)
    if isinstance(reply, Answer):
        return Check(Said("未知单据"), "bad", reply.problem)
    answer = http.read(call, reply)
    if reply.status == 501:
        return Check(Said("未知单据"), "hint", Said("不提供 unpaid_detail, 未测"))
    if reply.status != 422 or answer.code != "BILL_UNKNOWN":
        return Check(
            Said("未知单据"),
            "bad",
            Said("应为 422 BILL_UNKNOWN, 实为 {}", f"{reply.status} {answer.code}".rstrip()),
        )
    return Check(Said("未知单据"), "ok", "422 BILL_UNKNOWN")


async def _level(bench: Bench) -> Check:
    if bench.declaration.driver.level < 2:
        return Check("order_state", "hint", Said("声明为 level 1, 未测"))
    call = bench.call("order_state", "c-state")
    reply = await bench.send(call)
    if isinstance(reply, Answer):
        return Check("order_state", "bad", reply.problem)
    answer = http.read(call, reply)
    if answer.state == "refused" and answer.code == "BILL_UNKNOWN":
        return Check("order_state", "ok", Said("没有订单时 BILL_UNKNOWN"))
    if answer.state != "done":
        return Check(
            "order_state", "bad", answer.problem or Said("level 2 要回答 order_state, 实为 {}", answer.state)
        )
    return Check("order_state", "ok", Said("可读"))


TESTS: tuple[tuple[str, Test], ...] = (
    ("hospital_info", _info),
    ("token", _token),
    ("malformed", _malformed),
    ("unknown_action", _unknown),
    ("replay", _replay),
    ("conflict", _conflict),
    ("unknown_bill", _unknown_bill),
    ("order_state", _level),
)


async def check_all(declaration: Declaration, base: Path) -> list[Check]:
    """Run every contract test, in order: the later ones use what the earlier ones made.

    Where one cause would fail them all there is one line, at the start or in the midst of them.
    """
    async with VendorDriver(declaration.driver, base) as driver:
        bench = Bench(driver, declaration, f"doctor-{secrets.token_hex(4)}")
        found: list[Check] = []
        for name, test in (("", None), *TESTS):
            check = replace(await test(bench), id=name) if test else None
            nobody = await _answers(bench) if check is None or check.state == "bad" else None
            if nobody is not None:
                left = Said("{}; 其余 {} 项测试未做", nobody.text, len(TESTS) - len(found))
                return [*found, replace(nobody, text=left, id="driver")]
            found += [check] if check else []
        return found


async def preflight(declaration: Declaration, base: Path) -> Text:
    """What makes a run pointless before it began (nobody there, wrong token, another institution), or ""."""
    if declaration.driver.kind == "manual":
        return ""
    async with VendorDriver(declaration.driver, base) as driver:
        answer = await driver.perform(Call("hospital_info", f"preflight-{secrets.token_hex(4)}", "c1"))
    if answer.state == "error":
        return answer.problem
    code = answer.result.get("code", declaration.code)
    if code != declaration.code:
        return Said("hospital_info 的 code 是 {}, 声明是 {}, 两处写成一致", code, declaration.code)
    return ""


def _value(reply: http.HttpReply) -> Any:
    try:
        return read_json(reply.body)
    except ValueError:
        return None


def _bill(reply: http.HttpReply) -> str:
    value = _value(reply)
    result = value.get("result") if isinstance(value, dict) else None
    return str(result.get("bill_id", "")) if isinstance(result, dict) else ""
