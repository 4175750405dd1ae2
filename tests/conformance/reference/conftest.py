"""A hospital whose peers are a script: no socket, no clock that matters, no pause."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import pytest

from conformance.drivers.call import read_answer
from conformance.reference.answers import DriverReply, PeerAnswer, ReceivedCall, Refused
from conformance.reference.change import with_points
from conformance.reference.config import PROFILE, Config
from conformance.reference.driver import BY_NAME, read_call, reply_body
from conformance.reference.healthy import HEALTHY
from conformance.reference.hospital import Hospital, wall_ms
from conformance.reference.practice import Practice
from simulator.protocol.crypto.keys import private_key_from_seed
from simulator.protocol.wire.envelope import ChannelKeys, seal_request
from simulator.protocol.wire.raw import RawMessage

OWN, PLATFORM = private_key_from_seed(b"hospital"), private_key_from_seed(b"platform")
KEYS = ChannelKeys(
    "APPID0123456789AAPPID0123456789A", "SECRET0123456789SECRET0123456789", OWN, PLATFORM.public
)
PATIENT = {"name": "测试甲", "id_type": "01", "id_no": "119999199001010012", "openid": "o-1"}
ITEMS = [
    {"code": "A001", "name": "阿莫西林", "cnt": "2", "price_text": "30.00"},
    {"code": "B001", "name": "检查", "cnt": "1", "price_text": "20.50"},
    {"code": "C001", "name": "自费项目", "cnt": 1, "price_text": "5"},
]
TOTAL = 8550
AMOUNTS = {"feeSumamt": "85.50", "fundPay": "50.00", "psnAcctPay": "10.50", "ownPayAmt": "25.00"}
SETTLED = {
    "ordStas": "6", "callType": "02", "payOrdId": "ORD1", "traceTime": "2026-01-01 00:00:00", "setlType": "ALL",
    "revsToken": "REVS1", "hiDocSn": "DOC1", **AMOUNTS,
}  # fmt: skip
LOST, REFUSED = PeerAnswer("unknown"), PeerAnswer("refused", code="LT-X", message="不予支付")


def ok(**data: Any) -> PeerAnswer:
    return PeerAnswer("ok", data)


DEFAULTS: Mapping[str, PeerAnswer] = {
    "userQuery": ok(pay_auth_no="AUTH1", family_pay_auth_no="", user_card_no=PATIENT["id_no"]),
    "1101": ok(baseinfo={"psn_no": "P1"}, insuinfo=[{"insutype": "310", "insuplc_admdvs": "509999"}]),
    "2201": ok(data={"mdtrt_id": "M1"}),
    "2202": ok(),
    "1162": ok(ecToken="EC1", baseinfo={"certno": PATIENT["id_no"]}),
    "6201": ok(payOrdId="ORD1", payToken="TOK1"),
    "6202": ok(payOrdId="ORD1", ordStas="1", **AMOUNTS),
    "6301": ok(**SETTLED),
    "6401": ok(success=True),
    "6203": ok(refStatus="SUCC"),
}


class Script:
    """Stands for `wire.Wire`: answers by a script, the default answer when the script is empty, and a log."""

    def __init__(self, practice: Practice) -> None:
        self.practice, self.serial = practice, 0
        self.next: dict[str, list[PeerAnswer]] = {}
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def number(self, letter: str) -> str:
        self.serial += 1
        return f"{letter}{self.serial:07d}"

    def say(self, interface: str, *answers: PeerAnswer) -> None:
        self.next.setdefault(interface, []).extend(answers)

    def of(self, interface: str) -> list[dict[str, Any]]:
        return [data for name, data in self.sent if name == interface]

    @property
    def order(self) -> list[str]:
        return [name for name, _ in self.sent]

    def _answer(self, interface: str, data: Mapping[str, Any]) -> PeerAnswer:
        self.sent.append((interface, dict(data)))
        queue = self.next.get(interface)
        return queue.pop(0) if queue else DEFAULTS[interface]

    async def sealed(
        self, interface: str, compose: Callable[[int], Mapping[str, Any]], attempts: int = 1
    ) -> PeerAnswer:
        answer = LOST
        for attempt in range(attempts):
            await asyncio.sleep(0)
            answer = self._answer(interface, compose(attempt))
            if answer.outcome != "unknown":
                break
        return answer

    async def fsi(
        self, infno: str, data: Mapping[str, Any], insured_region: str = "", attempts: int = 2
    ) -> PeerAnswer:
        answer = LOST
        for _ in range(attempts):
            await asyncio.sleep(0)
            answer = self._answer(infno, data)
            if answer.outcome != "unknown":
                break
        return answer

    async def user_query(self, path: str, code: str, openid: str) -> PeerAnswer:
        await asyncio.sleep(0)
        return self._answer("userQuery", {"path": path, "qrcode": code, "openid": openid})


class Bench:
    """One hospital and what a test does with it."""

    def __init__(self) -> None:
        quick = {"poll_pause_s": lambda _: None, "query_spacing_s": 0.0, "pause_s": lambda _: 0.0}
        practice = with_points(resending=quick)(HEALTHY)
        self.wire = Script(practice)
        config = Config("http://localhost", "H50999900001", "示范医院", "509999", KEYS, "12345678", "s" * 32, "t", {
            name: f"/{name}" for name in ("6201", "6202", "6203", "6301", "6401", "1101", "2201", "2202", "1162", "userQuery")
        })  # fmt: skip
        self.hospital = Hospital(config, practice, self.wire)  # type: ignore[arg-type]
        self.calls = 0

    @property
    def books(self) -> Any:
        return self.hospital.books

    async def act(self, action: str, **args: Any) -> DriverReply:
        """A driver call through its own form check; a refusal is its reply."""
        self.calls += 1
        row = BY_NAME[action]
        body = {"run": "r", "flow": "f", "call_id": str(self.calls), "patient": PATIENT, "args": args}
        call: ReceivedCall = read_call(row, json.dumps(body).encode("utf-8"))
        try:
            made = row.act(self.hospital, call)
            reply = made if isinstance(made, DriverReply) else await made
        except Refused as refusal:
            reply = refusal.reply()
        read = read_answer(action, reply.status, json.loads(json.dumps(reply_body(row, reply))))
        assert read.state == reply.state, read.problem
        return reply

    async def bill(self, items: Any = ITEMS) -> str:
        return str((await self.act("prescribe", items=items)).result["bill_id"])

    async def pay(self, *bills: str, **args: Any) -> DriverReply:
        known = {"mode": "A", "channel": "insurance_app", "auth_code": f"code-{self.calls}"}
        return await self.act("pay", bill_ids=list(bills), **{**known, **args})

    async def paid(self) -> str:
        """A bill that is paid and booked."""
        bill = await self.bill()
        await self.pay(bill)
        await self.settle()
        return bill

    async def settle(self) -> None:
        from conformance.reference import settlement_desk

        await settlement_desk.ask(self.hospital, self.last)

    async def idle(self) -> None:
        """Wait for whatever the hospital does in the background."""
        while self.hospital.tasks:
            await asyncio.gather(*self.hospital.tasks, return_exceptions=True)

    async def refund(self, bill: str, **args: Any) -> DriverReply:
        self.wire.say("userQuery", ok(pay_auth_no=f"AUTH-R{self.calls}", user_card_no=PATIENT["id_no"]))
        return await self.act("refund_bill", bill_id=bill, **{"auth_code": f"fresh-{self.calls}", **args})

    @property
    def last(self) -> Any:
        return list(self.books.orders.values())[-1]

    def notice(self, signer: Any = PLATFORM, **changes: Any) -> RawMessage:
        """A sealed 6302 of the last order."""
        data = {name: value for name, value in SETTLED.items() if name != "ordStas"}
        data = {**data, "medOrgOrd": self.last.med_org_ord, "orgCode": "H50999900001", **changes}
        keys = ChannelKeys(KEYS.app_id, KEYS.app_secret, signer, OWN.public)
        body = seal_request(data, keys, PROFILE, wall_ms(), b"entropy")
        return RawMessage("POST", "/notify/6302", (("content-type", "application/json"),), body)


@pytest.fixture(scope="session")
def run() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Run one coroutine to its end."""
    return asyncio.run


@pytest.fixture(scope="session")
def bench() -> type[Bench]:
    """The class: `bench()` makes a hospital that neither pauses nor polls by itself."""
    return Bench
