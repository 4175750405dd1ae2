"""WeChat Pay's own client libraries against the simulator, unmodified: constructor arguments and environment only.

npm `wechatpay-axios-plugin` takes a base URL; PyPI `wechatpayv3` writes its host into its code and reaches us through a
TLS proxy of this test (`wechat/tls_proxy.py`), by HTTPS_PROXY and REQUESTS_CA_BUNDLE. Each lives the life that it offers:
its own verification of our signatures, certificates and sealed resources must pass, and ours of its requests.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from by_path import module_at

from simulator.channels.wechat.card_holder import id_digest
from simulator.protocol.crypto.keys import parse_private_key, parse_public_key
from simulator.protocol.text.times import beijing_dt
from simulator.protocol.wire import envelope, fsi, portal
from simulator.protocol.wire.apiv3 import PROBE
from simulator.protocol.wire.raw import RawMessage
from simulator.serving import running
from simulator.shell.profiles import load_profile

pytestmark = pytest.mark.interop
HERE = Path(__file__).resolve().parent / "wechat"
ANSWER_S, CODE, FLOW = 30, "H50999900001", "pay/one"
PROFILE = load_profile()
proxy = module_at(HERE / "tls_proxy.py")


@dataclass
class Client:
    """A client library in a process of its own: one object in, one out."""

    process: asyncio.subprocess.Process

    async def __call__(self, op: str, **args: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"op": op, **args}).encode() + b"\n")
        line = await asyncio.wait_for(self.process.stdout.readline(), ANSWER_S)
        assert line, "the client has ended"
        answer: dict[str, Any] = json.loads(line)
        return answer


@dataclass
class Stage:
    """A simulator, its control API, a notice endpoint, and one person of a run."""

    base: str
    token: str
    http: aiohttp.ClientSession
    hook: str
    got: list[tuple[dict[str, str], str]]
    news: asyncio.Event
    block: dict[str, Any] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=dict)

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"X-Liantiao-Control": self.token}
        async with self.http.request(method, self.base + path, json=body, headers=headers) as got:
            value = await got.json()
            assert got.status == 200, value
            return value

    async def act(self, what: str, body: Any) -> Any:
        return await self.control("POST", f"/control/runs/r1/persons/{self.person['person']}/{what}", body)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(ANSWER_S):
            while len(self.got) < count:
                self.news.clear()
                await self.news.wait()

    async def records(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.control("GET", "/control/runs/r1/records?after=0"))[
            "records"
        ]
        return found

    def order(self, number: str = "WX00000001", total: int = 5_000) -> dict[str, Any]:
        return {
            "appid": self.block["wxAppid"], "mchid": self.block["wxMchid"], "description": "门诊缴费",
            "out_trade_no": number, "notify_url": f"{self.hook}/wallet/paid",
            "amount": {"total": total, "currency": "CNY"}, "payer": {"openid": self.person["openid"]},
        }  # fmt: skip


@asynccontextmanager
async def staged(home: Path, mode: str) -> AsyncIterator[Stage]:
    got: list[tuple[dict[str, str], str]] = []
    news = asyncio.Event()

    async def take(request: web.Request) -> web.Response:
        got.append((dict(request.headers), (await request.read()).decode()))
        news.set()
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/wallet/{rest}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with running(home, port=0) as ready, aiohttp.ClientSession() as http:
        stage = Stage(ready.base, ready.control_token, http, hook, got, news)
        asked = {
            "code": CODE,
            "name": "甲医院",
            "region": "509999",
            "profile": {"wechat_api.merchant": "issued"},
        }
        stage.block = await stage.control("POST", "/control/institutions", asked)
        where = {"wallet_notify": f"{hook}/wallet/any"}
        await stage.control("PUT", f"/control/institutions/{CODE}/endpoints", where)
        options = {"wechat_api.platform_key": mode}
        await stage.control(
            "POST", "/control/runs", {"run": "r1", "institutions": [CODE], "profile": options}
        )
        spec = {"balance": 500, "ratio": 50, "policy": {"confirm": "never"}}
        stage.person = await stage.control(
            "POST",
            "/control/runs/r1/persons",
            {"flow": FLOW, "institution": CODE, "alias": "甲", "spec": spec},
        )
        try:
            yield stage
        finally:
            await runner.cleanup()


@asynccontextmanager
async def client(name: str, stage: Stage, folder: Path, mode: str) -> AsyncIterator[Client]:
    """One of the two libraries, started with the vendor block."""
    if name == "wechatpayv3":
        prepare = module_at(HERE.parent / "prepare.py")
        command = [str(prepare.WECHAT_PYTHON), str(HERE / "python_client.py")]
        async with (
            proxy.proxying(folder, int(stage.base.rpartition(":")[2])) as way,
            _started(command, {**os.environ, **way}, stage, mode) as one,
        ):
            yield one
        return
    command = [shutil.which("node") or "node", str(HERE / "axios_client.mjs")]
    async with _started(command, dict(os.environ), stage, mode) as one:
        yield one


@asynccontextmanager
async def _started(command: list[str], env: dict[str, str], stage: Stage, mode: str) -> AsyncIterator[Client]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, env=env, cwd=HERE, limit=2**20
    )
    one = Client(process)
    try:
        assert await one("start", given=stage.block, mode=mode) == {"ready": True}
        yield one
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait_for(process.wait(), ANSWER_S)


CLIENTS = ("wechatpayv3", "wechatpay-axios-plugin")
MODES = ("public_key", "certificate")


def lived(
    built: Callable[[str], None], folder: Path, name: str, mode: str, main: Callable[[Client, Stage], Any]
) -> list[dict[str, Any]]:
    """Build the client, run `main` and return the records of the run; every request of the client was in order."""
    built(name)

    async def whole() -> list[dict[str, Any]]:
        async with staged(folder / "home", mode) as stage, client(name, stage, folder, mode) as one:
            await main(one, stage)
            return await stage.records()

    records = asyncio.run(whole())
    asked = [r for r in records if r["kind"] == "message" and r["dir"] == "in" and r["part"] == "request"]
    assert asked
    assert [
        (r["interface"], f) for r in asked for f in r["facts"] if f["n"].startswith("wx.") and not f["ok"]
    ] == []
    return records


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", CLIENTS)
def test_the_whole_life_of_the_cash_part(
    built: Callable[[str], None], tmp_path: Path, name: str, mode: str
) -> None:
    async def main(pay: Client, stage: Stage) -> None:
        made = await pay("prepay", order=stage.order())
        assert made["status"] == 200, made
        assert made["data"]["prepay_id"].startswith("wx")
        assert (await pay("query", number="WX00000001"))["data"]["trade_state"] == "NOTPAY"
        await stage.act("act", {"act": "wechat.pay"})
        await stage.until(1)
        headers, body = stage.got[0]
        told = await pay("notice", headers=headers, body=body)
        assert (told["verified"], told["event_type"]) == (True, "TRANSACTION.SUCCESS"), told
        seen = (await pay("query", number="WX00000001"))["data"]
        assert (seen["trade_state"], seen["transaction_id"]) == ("SUCCESS", told["data"]["transaction_id"])
        back = {"out_trade_no": "WX00000001", "out_refund_no": "RF1", "notify_url": f"{stage.hook}/wallet/back",
                "amount": {"refund": 2_000, "total": 5_000, "currency": "CNY"}}  # fmt: skip
        assert (await pay("refund", refund=back))["data"]["status"] == "PROCESSING"
        await stage.act("advance", {"ms": 1_000})
        await stage.until(2)
        told = await pay("notice", headers=stage.got[1][0], body=stage.got[1][1])
        assert (told["verified"], told["event_type"]) == (True, "REFUND.SUCCESS"), told
        assert (await pay("refund_query", number="RF1"))["data"]["status"] == "SUCCESS"
        await stage.act("advance", {"ms": 2 * 86_400_000})
        bill = await pay("bill", day=seen["success_time"][:10])
        assert (bill["status"], bill.get("right")) == (200, True), bill
        assert bill["text"].count("WX00000001") == 2
        other = await pay("prepay", order=stage.order("WX00000002"))
        assert other["status"] == 200
        assert (await pay("close", number="WX00000002"))["status"] == 204
        assert (await pay("query", number="WX00000002"))["data"]["trade_state"] == "CLOSED"

    lived(built, tmp_path, name, mode, main)


@pytest.mark.parametrize("name", CLIENTS)
def test_an_error_reaches_the_client_in_the_channels_form(
    built: Callable[[str], None], tmp_path: Path, name: str
) -> None:
    async def main(pay: Client, stage: Stage) -> None:
        wrong = await pay("prepay", order={**stage.order(), "payer": {"openid": "o-nobody"}})
        assert (wrong["status"], wrong["data"]["code"]) == (400, "PARAM_ERROR"), wrong
        missing = await pay("query", number="WX99999999")
        assert (missing["status"], missing["data"]["code"]) == (404, "ORDER_NOT_EXIST")

    lived(built, tmp_path, name, "public_key", main)


@pytest.mark.parametrize("name", CLIENTS)
@pytest.mark.parametrize("how", ["probe", "altered", "other_key"])
def test_the_client_does_not_believe_a_notice_that_is_not_ours(
    built: Callable[[str], None], tmp_path: Path, name: str, how: str
) -> None:
    async def main(pay: Client, stage: Stage) -> None:
        await pay("prepay", order=stage.order())
        await stage.act("act", {"act": "wechat.pay"})
        await stage.until(1)
        headers, body = stage.got[0]
        assert (await pay("notice", headers=headers, body=body))["verified"]
        if how == "altered":
            body = body.replace("TRANSACTION.SUCCESS", "TRANSACTION.SUCCESs")
        elif how == "probe":
            headers = {**headers, "Wechatpay-Signature": PROBE + headers["Wechatpay-Signature"]}
        else:
            headers = {**headers, "Wechatpay-Signature": "A" * 342 + "=="}
        told = await pay("notice", headers=headers, body=body)
        assert not told.get("verified"), told

    lived(built, tmp_path, name, "public_key", main)


# the mixed order: only the npm client offers calls of any path


@dataclass
class Hospital:
    """As much of a hospital as brings an order to state 1."""

    stage: Stage

    async def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> bytes:
        head = {"Content-Type": "application/json", **(headers or {})}
        async with self.stage.http.post(self.stage.base + path, data=body, headers=head) as got:
            return await got.read()

    @property
    def keys(self) -> envelope.ChannelKeys:
        block = self.stage.block
        own, peer = (
            parse_private_key(block["institutionPrivateKey"]),
            parse_public_key(block["platformPublicKey"]),
        )
        return envelope.ChannelKeys(block["appId"], block["appSecret"], own, peer)

    async def centre(self, number: str, data: dict[str, Any]) -> dict[str, Any]:
        now = time.time_ns() // 1_000_000
        sealed = envelope.seal_request(data, self.keys, PROFILE, now, os.urandom(32))
        body = await self.post(self.stage.block["paths"][number], sealed)
        opened = envelope.open_sealed(
            RawMessage("POST", "/", (), body, 200), {self.keys.app_id: self.keys}, PROFILE, now, "response"
        )
        assert opened.data, body
        return dict(opened.data)

    async def transact(self, number: str, data: dict[str, Any], region: str) -> dict[str, Any]:
        now = time.time_ns() // 1_000_000
        header = {
            "infno": number, "msgid": f"{CODE}{beijing_dt(now)}".replace("-", "").replace(":", "").replace(" ", "") + "0001",
            "mdtrtarea_admvs": "509999", "insuplc_admdvs": region, "recer_sys_code": "YBXT", "infver": "V1.0",
            "opter_type": "3", "opter": "001", "opter_name": "自助", "inf_time": beijing_dt(now), "fixmedins_code": CODE,
            "fixmedins_name": "甲医院",
        }  # fmt: skip
        body = await self.post(
            self.stage.block["paths"][number], fsi.seal_fsi_request(header, {"data": data})
        )
        output: dict[str, Any] = json.loads(body)["output"]
        return output

    async def authorise(self) -> str:
        block, person = self.stage.block, self.stage.person
        code = (await self.stage.act("authorise", {"biz": "04107", "channel": "wechat"}))["auth_code"]
        stamp = str(time.time_ns() // 1_000_000)
        headers = {
            "god-portal-timestamp": stamp,
            "god-portal-signature": portal.sign_portal(block["partnerId"], block["partnerSecret"], stamp),
        }
        path = block["paths"]["userQuery"].replace("{partnerId}", block["partnerId"])
        asked = json.dumps({"qrcode": code, "openid": person["openid"]}).encode()
        return str(json.loads(await self.post(path, asked, headers))["pay_auth_no"])

    async def placed(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """6201 and 6202: what was uploaded, and the numbers and amounts of the order."""
        person, auth = self.stage.person, await self.authorise()
        cert = {"mdtrt_cert_type": "01", "mdtrt_cert_no": auth}
        known = await self.transact(
            "1101",
            {**cert, "psn_cert_type": "01", "certno": person["id_no"], "psn_name": person["name"]},
            "509999",
        )
        psn, insured = known["baseinfo"]["psn_no"], known["insuinfo"][0]
        today = beijing_dt(time.time_ns() // 1_000_000)
        visit = await self.transact("2201", {
            **cert, "psn_no": psn, "insutype": insured["insutype"], "begntime": today, "ipt_otp_no": "OP1",
            "atddr_no": "D0001", "dr_name": "王医生", "dept_code": "0301", "dept_name": "内科", "caty": "A03",
        }, insured["insuplc_admdvs"])  # fmt: skip
        mdtrt = visit["data"]["mdtrt_id"]
        line = {
            "feedetlSn": "L1", "mdtrtId": mdtrt, "psnNo": psn, "chrgBchno": "B1", "feeOcurTime": today, "cnt": "1",
            "medListCodg": "A001", "medinsListCodg": "L001", "pric": "30.00", "detItemFeeSumamt": "30.00",
            "rxCircFlag": "0", "bilgDeptCodg": "0301", "bilgDeptName": "内科", "bilgDrCodg": "D0001", "bilgDrName": "王医生",
        }  # fmt: skip
        uploaded = {
            "orgCodg": CODE, "payAuthNo": auth, "psnNo": psn, "insutype": insured["insutype"],
            "insuCode": insured["insuplc_admdvs"], "medOrgOrd": "MO0000000001", "begntime": today,
            "idNo": person["id_no"], "userName": person["name"], "idType": "01", "iptOtpNo": "OP1", "deptCode": "0301",
            "deptName": "内科", "caty": "A03", "mdtrtId": mdtrt, "medType": "11", "feeType": "02", "medfeeSumamt": "30.00",
            "acctUsedFlag": "1", "psnSetlway": "01", "chrgBchno": "B1", "pubHospRfomFlag": "0", "feedetailList": [line],
        }  # fmt: skip
        given = await self.centre("6201", uploaded)
        asked = {
            "payAuthNo": auth, "payOrdId": given["payOrdId"], "payToken": given["payToken"], "orgCodg": CODE,
            "orgBizSer": "S1", "chrgBchno": "B1", "feeType": "02", "mdtrtId": mdtrt, "acctUsedFlag": "1",
        }  # fmt: skip
        return uploaded, {**given, **await self.centre("6202", asked)}


@pytest.mark.parametrize("mode", MODES)
def test_a_mixed_order_by_the_npm_client(built: Callable[[str], None], tmp_path: Path, mode: str) -> None:
    async def main(pay: Client, stage: Stage) -> None:
        uploaded, order = await Hospital(stage).placed()
        fund, account, cash = (
            int(Decimal(order[name]) * 100) for name in ("fundPay", "psnAcctPay", "ownPayAmt")
        )
        made = await pay("prepay", order=stage.order(total=cash))
        person = stage.person
        data = {
            "mix_pay_type": "CASH_AND_INSURANCE", "order_type": "DIAG_PAY", "appid": stage.block["wxAppid"],
            "openid": person["openid"], "out_trade_no": "WX00000001", "serial_no": uploaded["medOrgOrd"],
            "pay_order_id": order["payOrdId"], "pay_auth_no": uploaded["payAuthNo"], "city_id": "509999",
            "geo_location": "118.096435,24.485407", "med_inst_name": "甲医院", "med_inst_no": CODE,
            "med_ins_order_create_time": "2026-11-29T09:00:00+08:00", "total_fee": fund + account + cash,
            "med_ins_gov_fee": fund, "med_ins_self_fee": account, "med_ins_other_fee": 0, "med_ins_cash_fee": cash,
            "wechat_pay_cash_fee": cash, "callback_url": f"{stage.hook}/wallet/mixed",
            "prepay_id": made["data"]["prepay_id"],
        }  # fmt: skip
        who = {"name": person["name"], "digest": id_digest(person["id_no"])}
        mixed = await pay("mixed", order=data, **who)
        assert (mixed["status"], mixed["data"]["mix_pay_status"]) == (200, "MIX_PAY_CREATED"), mixed
        await stage.act("act", {"act": "wechat.pay"})
        await stage.act("advance", {"ms": 2_000})
        await stage.until(2)
        told = [await pay("notice", headers=headers, body=body) for headers, body in stage.got]
        assert {one["event_type"] for one in told} == {"TRANSACTION.SUCCESS", "MEDICAL_INSURANCE.SUCCESS"}, (
            told
        )
        assert (await pay("mixed_query", number="WX00000001"))["data"]["mix_pay_status"] == "MIX_PAY_SUCCESS"
        report = {
            "med_refund_total_fee": fund + account, "med_refund_gov_fee": fund, "med_refund_self_fee": account,
            "med_refund_other_fee": 0, "refund_time": "2026-11-29T11:00:00+08:00", "out_refund_no": "RF1",
        }  # fmt: skip
        number = mixed["data"]["mix_trade_no"]
        assert (await pay("mixed_refund", number=number, report=report))["status"] == 204
        back = {
            "out_trade_no": "WX00000001",
            "out_refund_no": "RF1",
            "amount": {"refund": cash, "total": cash, "currency": "CNY"},
        }
        assert (await pay("refund", refund=back))["status"] == 200
        await stage.act("advance", {"ms": 1_000})
        assert (await pay("mixed_query", number="WX00000001"))["data"]["mix_pay_status"] == "MIX_PAY_REFUND"

    records = lived(built, tmp_path, "wechatpay-axios-plugin", mode, main)
    orders = [r["d"]["after"] for r in records if r["kind"] == "world" and r["what"] == "order"]
    assert orders[-1] == "6"


def test_the_clients_are_used_and_not_patched() -> None:
    """Public names only, nothing of a library is assigned to, and no file of it lies here."""
    python, node = (HERE / name for name in ("python_client.py", "axios_client.mjs"))
    for path in (python, node):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?:WeChatPay|Wechatpay|pay|Rsa|Aes|Formatter)\.[\w.]*\s*=[^=>]", text), (
            path.name
        )
        assert not re.search(r"monkeypatch|setattr|mock|Reflect\.set|prototype|defineProperty", text), (
            path.name
        )
        assert not re.search(r"\bpay\._|\._core|_gate_way", text), path.name
