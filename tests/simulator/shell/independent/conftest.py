"""A client that is not ours, and the stage it plays on: requests sealed by `gmssl`, answers verified by `gmalg`.

Written from the text of the sheet; nothing of the product's own envelope is used for what is spoilt.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import datetime, timedelta, timezone
from itertools import count
from types import SimpleNamespace
from typing import Any

import gmalg
import pytest
from gmssl import sm2, sm4

USER_ID = b"1234567812345678"
_nonce = count(2**200)
_number = count(1)


# --- the sheet's rules, written once more


def cleaned(value: Any) -> Any:
    """Sheet 3.2, SDK family: keys sorted, empties dropped, scalars quoted."""
    if isinstance(value, dict):
        kept = {key: cleaned(value[key]) for key in sorted(value)}
        return {key: member for key, member in kept.items() if member not in (None, "", [])}
    if isinstance(value, list):
        return [member for member in map(cleaned, value) if member not in (None, "", [])]
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else value if isinstance(value, str) else str(value)


def text_of(envelope: dict[str, Any], data: Any, secret: str) -> bytes:
    members = {
        key: value for key, value in envelope.items() if key not in ("signData", "encData", "extra", "data")
    }
    if data is not None:
        members["data"] = json.dumps(cleaned(data), ensure_ascii=False, separators=(",", ":"))
    pairs = [f"{key}={cleaned(members[key])}" for key in sorted(members) if members[key] not in (None, "")]
    return ("&".join(pairs) + f"&key={secret}").encode()


def sm4_ecb(key: bytes, content: bytes, decrypt: bool = False) -> bytes:
    cipher = sm4.CryptSM4()
    cipher.set_key(key, sm4.SM4_DECRYPT if decrypt else sm4.SM4_ENCRYPT)
    return bytes(cipher.crypt_ecb(content))


def beijing(seconds: float = 0) -> str:
    return (datetime.now(timezone(timedelta(hours=8))) + timedelta(seconds=seconds)).strftime("%Y%m%d%H%M%S")


class Client:
    """An institution's own client."""

    def __init__(self, block: dict[str, Any]) -> None:
        self.block = block
        self.app_id, self.secret = block["appId"], block["appSecret"]
        self.private = base64.b64decode(block["institutionPrivateKey"])[-32:]
        self.public = base64.b64decode(block["institutionPublicKey"])[-64:]
        self.platform = base64.b64decode(block["platformPublicKey"])[-64:]
        self.key = sm4_ecb(self.app_id[:16].encode(), self.secret.encode()).hex().upper()[:16].encode()

    def sign(self, text: bytes, private: bytes | None = None) -> str:
        signer = sm2.CryptSM2(private_key=(private or self.private).hex(), public_key="")
        signer.public_key = (
            self.public.hex()
        )  # the constructor strips zeros and fours of an X that begins with 04
        return base64.b64encode(bytes.fromhex(signer.sign_with_sm3(text, f"{next(_nonce):064x}"))).decode()

    def seal(
        self, data: Any, key: bytes | None = None, private: bytes | None = None, **members: Any
    ) -> dict[str, Any]:
        outer = {
            "appId": self.app_id,
            "version": "2.0.1",
            "encType": "SM4",
            "signType": "SM2",
            "timestamp": beijing(),
        }
        outer |= members
        plain = json.dumps(data, ensure_ascii=False).encode()
        sealed = sm4_ecb(key or self.key, plain).hex().upper()
        return {**outer, "signData": self.sign(text_of(outer, data, self.secret), private), "encData": sealed}

    def open(self, answer: dict[str, Any], verify: bool) -> dict[str, Any]:
        data = None
        if answer.get("encData"):
            data = json.loads(sm4_ecb(self.key, bytes.fromhex(answer["encData"]), decrypt=True))
        if verify:
            raw = base64.b64decode(answer["signData"], validate=True)
            judge = gmalg.SM2(None, USER_ID, b"\x04" + self.platform)
            assert len(raw) == 64
            assert judge.verify(text_of(answer, data, self.secret), raw[:32], raw[32:]), (
                "the answer is the platform's"
            )
        return data or {}


# --- the stage: one person with an order to pay, an order to refund, a code to exchange, a visit to cancel


class Stage:
    def __init__(self, lab: Any, vendor: Any, run: str, person: Any) -> None:
        self.lab, self.vendor, self.run, self.person = lab, vendor, run, person
        self.client = Client(vendor.block)
        self.seq = 0

    async def state(self) -> dict[str, Any]:
        return await self.person.act("", {}, "GET")

    async def fresh(self) -> list[dict[str, Any]]:
        records = await self.lab.records(self.run, self.seq)
        self.seq = records[-1]["seq"] if records else self.seq
        return records

    async def refused(self) -> dict[str, dict[str, Any]]:
        """The facts that are not well of the one request since the last look; it changed nothing."""
        records = await self.fresh()
        assert not [one for one in records if one["kind"] in ("world", "run")], records
        asked = next(one for one in records if one["kind"] == "message" and one["dir"] == "in")
        return {fact["n"]: fact for fact in asked["facts"] if not fact["ok"]}

    async def base(self, number: str) -> Any:
        person, vendor = self.person, self.vendor
        if number == "6201":
            await vendor.enrol(person)
            return vendor.upload(person)
        if number in ("6202", "6401"):
            await vendor.enrol(person)
            uploaded = vendor.upload(person)
            given = (await vendor.centre("6201", uploaded)).data
            return vendor.order(person, uploaded, given) if number == "6202" else vendor.query(person, given)
        if number in ("6203", "6301"):
            await vendor.enrol(person)
            given, placed = await vendor.pay(person)
            await person.act("do", {"do": "confirm"})
            await person.act("advance", {"ms": 5000})
            if number == "6301":
                return vendor.query(person, given)
            code = (await person.act("authorise", {"biz": "04107", "channel": "wechat"}))["auth_code"]
            auth = (await vendor.user_query(code, person.openid)).data["pay_auth_no"]
            return {
                "payOrdId": given["payOrdId"], "appRefdSn": f"R{next(_number)}", "appRefdTime": beijing(),
                "totlRefdAmt": "30.00", "cashRefdAmt": placed["ownPayAmt"], "psnAcctRefdAmt": placed["psnAcctPay"],
                "fundRefdAmt": placed["fundPay"], "refdType": "ALL", "payAuthNo": auth, "orgCodg": vendor.code,
            }  # fmt: skip
        if number == "userQuery":
            code = (await person.act("authorise", {"biz": "04107", "channel": "wechat"}))["auth_code"]
            return {"qrcode": code, "openid": person.openid}
        if number == "1162":
            code = (await person.act("show-code", {}))["ec_code"]
            return {"orgId": vendor.code, "businessType": "01301", "operatorId": "1", "operatorName": "甲",
                    "officeId": "1", "officeName": "收费处", "ecQrCode": code}  # fmt: skip
        await vendor.enrol(person)
        cert = {"mdtrt_cert_type": "01", "mdtrt_cert_no": person.auth}
        if number == "1101":
            return {
                "data": {
                    **cert,
                    "card_sn": "",
                    "psn_cert_type": "01",
                    "certno": person.id_no,
                    "psn_name": person.name,
                }
            }
        if number == "2202":
            visit = (await vendor.fsi("2201", self.visit(cert)["data"], person.region)).data["data"]
            return {
                "data": {
                    "psn_no": person.psn_no,
                    "mdtrt_id": visit["mdtrt_id"],
                    "ipt_otp_no": visit["ipt_otp_no"],
                }
            }
        return self.visit(cert)

    def visit(self, cert: dict[str, str]) -> dict[str, Any]:
        return {"data": {
            **cert, "psn_no": self.person.psn_no, "insutype": self.person.insutype, "begntime": "2026-09-21 09:00:00",
            "ipt_otp_no": f"NN{next(_number)}", "atddr_no": "D1", "dr_name": "王医生", "dept_code": "0301",
            "dept_name": "内科", "caty": "A03",
        }}  # fmt: skip

    async def send(self, number: str, body: Any, **header: Any) -> dict[str, Any]:
        """The answer as JSON, whatever the form; a refusal has `code` and `message`."""
        block, headers, path = self.vendor.block, {}, self.vendor.block["paths"][number]
        if number == "userQuery":
            stamp = str(time.time_ns() // 1_000_000)
            mac = hmac.new(
                block["partnerSecret"].encode(), f"{block['partnerId']}{stamp}".encode(), hashlib.sha256
            )
            headers = {"god-portal-timestamp": stamp, "god-portal-signature": mac.hexdigest()}
            path = path.replace("{partnerId}", block["partnerId"])
        elif number in ("1101", "2201", "2202"):
            region = self.person.region or block["region"]
            msgid = f"{self.vendor.code}{beijing()}{next(_number) % 10_000:04d}"
            body = {**self.vendor.header(number, region), "msgid": msgid, "input": body, **header}
            body = {key: value for key, value in body.items() if value is not ...}
        elif number != "1162":
            body = self.client.seal(body)
        return await self.post(number, json.dumps(body, ensure_ascii=False).encode(), headers, path)

    async def post(
        self, number: str, body: bytes, headers: dict[str, str] | None = None, path: str = ""
    ) -> dict[str, Any]:
        status, answer = await self.vendor.post(number, body, headers, path)
        assert status == 200, (number, status, answer)
        told = json.loads(answer)
        if "infcode" in told:
            code, _, message = (told["err_msg"] or "").partition(" ")
            assert len(told["err_msg"]) <= 200
            return {"code": code or told["infcode"], "message": message, "raw": told}
        if number == "userQuery":
            code, _, message = told["message"].partition(" ")
            return {"code": code if told["code"] else 0, "message": message, "raw": told}
        return {"code": told["code"], "message": told["message"], "raw": told}


@pytest.fixture
def stage(play: Any) -> Any:
    """`stage(act)` runs `act(Stage)` against a fresh simulator."""

    def start(act: Any) -> None:
        async def main(lab: Any) -> None:
            vendor = await lab.vendor(notify=False)
            run = await lab.run(vendor)
            person = await lab.person(run, vendor, policy={"confirm": "never"})
            await act(Stage(lab, vendor, run, person))

        play(main)

    return start


@pytest.fixture
def bench(stage: Any) -> Any:
    """The parts that tests build bad messages from."""
    return SimpleNamespace(stage=stage, Client=Client, text_of=text_of, sm4_ecb=sm4_ecb, beijing=beijing)
