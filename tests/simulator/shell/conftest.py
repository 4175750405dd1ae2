"""A running simulator on a free loopback port, a tiny vendor that speaks its protocols, and a notice endpoint."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from jsonschema import Draft202012Validator

from simulator.control.openapi import ROUTES
from simulator.control.route import Route
from simulator.protocol.crypto.keys import parse_private_key, parse_public_key
from simulator.protocol.text.times import beijing14, beijing_dt
from simulator.protocol.wire import envelope, fsi, portal
from simulator.protocol.wire.raw import RawMessage
from simulator.serving import running
from simulator.shell.memory_store import MemoryStore
from simulator.shell.profiles import load_profile

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package

PROFILE = load_profile()
_counter = itertools.count(1)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def route_of(method: str, path: str) -> Route | None:
    """The control route that takes a call."""
    bare = path.partition("?")[0].rstrip("/")
    known = [one for one in ROUTES if one.method == method]
    return next((one for one in known if re.fullmatch(re.sub(r"{\w+}", "[^/]+", one.path), bare)), None)


def misfit(method: str, path: str, value: object) -> str | None:
    """What of an answer is not as the control API promises, None when all is."""
    route = route_of(method, path)
    assert route is not None, (method, path)
    error = next(Draft202012Validator(dict(route.answer)).iter_errors(value), None)
    return error and f"{route.name}: {error.json_path}: {error.message}"


@dataclass
class Answer:
    """`ok` by the protocol of the message; `data` the business object; `raw` what came over the wire."""

    status: int
    body: bytes
    data: dict | None = None
    code: str = ""
    message: str = ""
    opened: object = None

    @property
    def ok(self) -> bool:
        return self.status == 200 and self.code == "0"


@dataclass
class Vendor:
    """One institution's client, with the keys of its block."""

    lab: Lab
    block: dict
    received: list = field(default_factory=list)
    answer_status: int = 200
    answer_body: str = '{"success":true}'
    on_notice: object = None

    @property
    def code(self) -> str:
        return self.block["orgCodg"]

    @property
    def keys(self) -> envelope.ChannelKeys:
        own = parse_private_key(self.block["institutionPrivateKey"])
        peer = parse_public_key(self.block["platformPublicKey"])
        return envelope.ChannelKeys(self.block["appId"], self.block["appSecret"], own, peer)

    def sealed(self, data: dict, **style) -> bytes:
        entropy = next(_counter).to_bytes(16, "big")
        return envelope.seal_request(data, self.keys, PROFILE, now_ms(), entropy, **style)

    async def post(
        self, number: str, body: bytes, headers: dict | None = None, path: str = ""
    ) -> tuple[int, bytes]:
        url = self.lab.base + (path or self.block["paths"][number])
        headers = {"Content-Type": "application/json", **(headers or {})}
        async with self.lab.client.post(url, data=body, headers=headers) as got:
            return got.status, await got.read()

    async def centre(self, number: str, data: dict, headers: dict | None = None, **style) -> Answer:
        status, body = await self.post(number, self.sealed(data, **style), headers)
        return self.read_sealed(status, body)

    def read_sealed(self, status: int, body: bytes) -> Answer:
        raw = RawMessage("POST", "/", (), body, status)
        opened = envelope.open_sealed(raw, {self.keys.app_id: self.keys}, PROFILE, now_ms(), "response")
        outer = opened.outer or {}
        return Answer(status, body, opened.data, str(outer.get("code")), str(outer.get("message")), opened)

    async def fsi(self, number: str, data: dict, region: str = "", **header) -> Answer:
        body = fsi.seal_fsi_request({**self.header(number, region), **header}, {"data": data})
        status, body = await self.post(number, body)
        value = json.loads(body)
        return Answer(status, body, value["output"], str(value["infcode"]), value["err_msg"])

    def header(self, number: str, region: str) -> dict:
        return {
            "infno": number, "msgid": f"{self.code}{beijing14(now_ms())}{next(_counter) % 10000:04d}",
            "mdtrtarea_admvs": self.block["region"], "insuplc_admdvs": region, "recer_sys_code": "YBXT",
            "infver": "V1.0", "opter_type": "3", "opter": "001", "opter_name": "自助",
            "inf_time": beijing_dt(now_ms()), "fixmedins_code": self.code, "fixmedins_name": self.block["orgName"],
        }  # fmt: skip

    async def user_query(self, auth_code: str, openid: str) -> Answer:
        stamp = str(now_ms())
        headers = {
            "god-portal-timestamp": stamp,
            "god-portal-signature": portal.sign_portal(
                self.block["partnerId"], self.block["partnerSecret"], stamp
            ),
        }
        path = self.block["paths"]["userQuery"].replace("{partnerId}", self.block["partnerId"])
        status, body = await self.post("userQuery", json.dumps({"qrcode": auth_code, "openid": openid}).encode(),
                                       headers, path)  # fmt: skip
        value = json.loads(body)
        return Answer(status, body, value, str(value["code"]), value["message"])

    async def notice(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = tuple((name.lower(), value) for name, value in request.headers.items())
        raw = RawMessage("POST", request.path, headers, body)
        opened = envelope.open_sealed(raw, {self.keys.app_id: self.keys}, PROFILE, now_ms())
        self.received.append((body, opened))
        self.lab.news.set()
        if self.on_notice:
            await self.on_notice()
        return web.Response(status=self.answer_status, text=self.answer_body, content_type="application/json")

    async def until_notices(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.received) < count:
                self.lab.news.clear()
                await self.lab.news.wait()

    async def enrol(self, person: Person) -> None:
        """authorise, 1101, 2201: what every 6201 rests on."""
        code = (await person.act("authorise", {"biz": "04107", "channel": "wechat"}))["auth_code"]
        auth = await self.user_query(code, person.openid)
        assert auth.ok, auth
        person.auth = auth.data["pay_auth_no"]
        cert = {"mdtrt_cert_type": "01", "mdtrt_cert_no": person.auth}
        told = await self.fsi(
            "1101", {**cert, "psn_cert_type": "01", "certno": person.id_no, "psn_name": person.name}
        )
        assert told.ok, told
        person.psn_no = told.data["baseinfo"]["psn_no"]
        insured = told.data["insuinfo"][0]
        person.insutype, person.region = insured["insutype"], insured["insuplc_admdvs"]
        visit = {
            **cert, "psn_no": person.psn_no, "insutype": person.insutype, "begntime": beijing_dt(now_ms()),
            "ipt_otp_no": f"OP{next(_counter)}", "atddr_no": "D0001", "dr_name": "王医生", "dept_code": "0301",
            "dept_name": "内科", "caty": "A03",
        }  # fmt: skip
        opened = await self.fsi("2201", visit, person.region)
        assert opened.ok, opened
        person.mdtrt_id = opened.data["data"]["mdtrt_id"]

    def upload(self, person: Person, yuan: str = "30.00") -> dict:
        number = f"M{next(_counter):012d}"
        line = {
            "feedetlSn": f"{number}-1", "mdtrtId": person.mdtrt_id, "psnNo": person.psn_no, "chrgBchno": f"B{number}",
            "feeOcurTime": beijing_dt(now_ms()), "medListCodg": "A001", "medinsListCodg": "L001",
            "medinsListName": "阿莫西林胶囊", "medChrgitmType": "09", "cnt": "1", "pric": yuan,
            "detItemFeeSumamt": yuan, "rxCircFlag": "0", "listType": "101", "bilgDeptCodg": "0301",
            "bilgDeptName": "内科", "bilgDrCodg": "D0001", "bilgDrName": "王医生",
        }  # fmt: skip
        return {
            "orgCodg": self.code, "orgId": self.code, "psnNo": person.psn_no, "insutype": person.insutype,
            "insuCode": person.region, "medOrgOrd": number, "initRxOrd": "", "rxCircFlag": "0",
            "begntime": beijing_dt(now_ms()), "idNo": person.id_no, "userName": person.name, "idType": "01",
            "ecToken": "", "iptOtpNo": "OP1", "atddrNo": "D0001", "drName": "王医生", "deptCode": "0301",
            "deptName": "内科", "caty": "A03", "mdtrtId": person.mdtrt_id, "chrgBchno": f"B{number}",
            "medType": "11", "feeType": "02", "pubHospRfomFlag": "1", "medfeeSumamt": yuan, "acctUsedFlag": "1", "psnSetlway": "01",
            "payAuthNo": person.auth, "uldLatlnt": "118.096435,24.485407", "mdtrtCertType": "01",
            "diseinfoList": [{"diagType": "1", "diagSrtNo": "1", "diagCode": "J06.900", "diagName": "上呼吸道感染",
                              "diagDept": "0301", "diseDorNo": "D0001", "diseDorName": "王医生",
                              "diagTime": beijing_dt(now_ms()), "valiFlag": "1"}],
            "feedetailList": [line],
        }  # fmt: skip

    def order(self, person: Person, uploaded: dict, given: dict) -> dict:
        return {
            "payAuthNo": person.auth, "payOrdId": given["payOrdId"], "payToken": given["payToken"],
            "orgCodg": self.code, "orgBizSer": f"S{next(_counter)}", "chrgBchno": uploaded["chrgBchno"],
            "feeType": uploaded["feeType"], "medOrgOrd": uploaded["medOrgOrd"], "psnNo": person.psn_no,
            "mdtrtId": person.mdtrt_id, "insutype": person.insutype, "setlLatlnt": "118.096435,24.485407",
            "acctUsedFlag": "1", "ecToken": "", "idNo": person.id_no, "userName": person.name, "idType": "01",
        }  # fmt: skip

    async def pay(self, person: Person, yuan: str = "30.00") -> tuple[dict, dict]:
        """6201 and 6202; the given order numbers and the amounts."""
        uploaded = self.upload(person, yuan)
        made = await self.centre("6201", uploaded)
        assert made.ok, made
        placed = await self.centre("6202", self.order(person, uploaded, made.data))
        assert placed.ok, placed
        return made.data, placed.data

    def query(self, person: Person, given: dict) -> dict:
        return {"payOrdId": given["payOrdId"], "payToken": given["payToken"], "orgCodg": self.code,
                "idNo": person.id_no, "userName": person.name, "idType": "01"}  # fmt: skip


@dataclass
class Person:
    lab: Lab
    run: str
    person: str
    name: str
    id_no: str
    openid: str
    flow: str
    auth: str = ""
    psn_no: str = ""
    insutype: str = ""
    region: str = ""
    mdtrt_id: str = ""

    async def act(self, what: str, body: dict, method: str = "POST", status: int = 200) -> dict:
        path = f"/control/runs/{self.run}/persons/{self.person}/{what}".rstrip("/")
        return await self.lab.control(method, path, body, status)


@dataclass
class Lab:
    base: str
    token: str
    client: aiohttp.ClientSession
    news: asyncio.Event
    vendors: dict = field(default_factory=dict)
    hook: str = ""

    async def control(self, method: str, path: str, body: object = None, status: int = 200, **query) -> dict:
        headers = {"X-Liantiao-Control": self.token}
        async with self.client.request(
            method, self.base + path, json=body, headers=headers, params=query
        ) as got:
            value = await got.json()
            assert got.status == status, (method, path, got.status, value)
        wrong = misfit(method, path, value) if status == 200 else None
        assert wrong is None, (method, path, wrong)
        return value

    async def vendor(
        self, code: str = "H50999900001", notify: bool = True, profile: dict | None = None
    ) -> Vendor:
        """`profile`: the options that the institution's credentials are made by."""
        body = {"code": code, "profile": profile or {}}
        block = await self.control("POST", "/control/institutions", body)
        vendor = self.vendors.setdefault(block["orgCodg"], Vendor(self, block))
        url = f"{self.hook}/notify/{vendor.code}" if notify else "none"
        await self.control("PUT", f"/control/institutions/{vendor.code}/endpoints", {"notify_6302": url})
        return vendor

    async def run(self, vendor: Vendor, name: str = "", profile: dict | None = None) -> str:
        body = {"institutions": [vendor.code], "profile": profile or {}}
        return (await self.control("POST", "/control/runs", {**body, "run": name} if name else body))["run"]

    async def person(
        self, run: str, vendor: Vendor, flow: str = "pay/one", identity: dict | None = None, **spec
    ) -> Person:
        body = {"flow": flow, "institution": vendor.code, "alias": "甲", "spec": spec}
        body |= {"identity": identity} if identity else {}
        made = await self.control("POST", f"/control/runs/{run}/persons", body)
        names = ("person", "name", "id_no", "openid", "flow")
        return Person(self, run, **{name: made[name] for name in names})

    async def records(self, run: str, after: int = 0) -> list[dict]:
        return (await self.control("GET", f"/control/runs/{run}/records", after=after))["records"]


@pytest.fixture
def make_store(request):
    """The store of `play`: in memory, or the class that a test module names by BOTH_STORES."""
    return getattr(request, "param", MemoryStore)


@pytest.fixture
def play(tmp_path, make_store):
    """Run `main(lab)` against a fresh simulator; `home` keeps its files."""

    def start(main, home=tmp_path / "home", **options):
        async def inside():
            options.setdefault("store", make_store())
            async with running(home, port=0, **options) as ready, aiohttp.ClientSession() as client:
                lab = Lab(ready.base, ready.control_token, client, asyncio.Event())

                async def notice(request):
                    return await lab.vendors[request.match_info["code"]].notice(request)

                app = web.Application()
                app.router.add_post("/notify/{code}", notice)
                runner = web.AppRunner(app, access_log=None)
                await runner.setup()
                site = web.TCPSite(runner, "127.0.0.1", 0)
                await site.start()
                lab.hook = f"http://127.0.0.1:{runner.addresses[0][1]}"
                try:
                    return await main(lab)
                finally:
                    await runner.cleanup()

        return asyncio.run(inside())

    return start
