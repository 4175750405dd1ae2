"""Two small Python hospitals, `gmssl` and `gmalg`: one whole order each, told in JSON lines. Nothing of liantiao.

python hospital.py gmssl order BLOCK.json     one order; the person is read from standard input
python hospital.py gmalg tool                 known answers: a JSON array of {op, ...} in, results out
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import gm
from sealed import Channel, Num, Style, beijing, read, signed_text, write

LIMIT_S = 20
CRYPTO: dict[str, gm.Crypto] = {"gmssl": gm.Gmssl(), "gmalg": gm.Gmalg()}
STYLES = {
    # json.dumps as it comes: blanks after , and :, Chinese as \u4e2d; a number of 14 digits as time; small hexadecimal
    "gmssl": Style(
        lambda now: Num(beijing("%Y%m%d%H%M%S", now)),
        lambda data: write(data, ascii_only=True, comma=", ", colon=": "),
        lower=True,
        more={"extra": "never signed"},
    ),
    # milliseconds as a number, raw Chinese, line breaks between members, one envelope member nobody knows (signed like any other)
    "gmalg": Style(
        lambda now: int(now * 1000),
        lambda data: write(data, comma=",\n", colon=" : "),
        more={"type": "web", "transType": "", "channelList": []},
    ),
}
# What each sends beyond the required members, and how it writes an amount; all of it is signed.
MONEY: dict[str, Callable[[str], Any]] = {"gmssl": float, "gmalg": Num}  # 25.0 and 25.00, both without quotes
MORE: dict[str, dict[str, Any]] = {
    "gmssl": {"diseCodg": "", "diseName": "", "uldLatlnt": "106.551556,29.563009", "extData": {"terminal": {}}},
    "gmalg": {"expContent": None, "diseinfoList": [], "extData": {"urgent": False, "weight": Num("1.50"), "tags": ["a/b", ""]}},
}  # fmt: skip
ORDER_NUMBER: dict[str, Callable[[], str]] = {
    "gmssl": lambda: f"MO{time.time_ns() // 1000}",
    "gmalg": lambda: uuid.uuid4().hex,
}


def say(step: str, **more: Any) -> None:
    print(json.dumps({"step": step, **more}), flush=True)


def portal_signature(partner: str, secret: str, ms: str) -> str:
    return hmac.new(secret.encode(), (partner + ms).encode(), hashlib.sha256).hexdigest()


class Hospital:
    """The block that the simulator issued, and how to speak to the addresses in it."""

    def __init__(self, name: str, block: dict[str, Any]) -> None:
        self.name, self.block = name, block
        own, peer = (
            gm.private_key(block["institutionPrivateKey"]),
            gm.public_key(block["platformPublicKey"]),
        )
        self.channel = Channel(CRYPTO[name], block["appId"], block["appSecret"], own, peer, STYLES[name])

    def post(self, number: str, body: str, headers: dict[str, str] | None = None) -> str:
        path = self.block["paths"][number].replace("{partnerId}", self.block["partnerId"])
        sent = {"Content-Type": "application/json", **(headers or {})}
        request = urllib.request.Request(self.block["base"] + path, body.encode("utf-8"), sent)
        with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
            return str(answer.read().decode("utf-8"))

    def authorised(self, code: str, openid: str) -> str:
        way, ms = ("userQuery", "modeA")[self.name == "gmalg"], str(int(time.time() * 1000))
        signature = portal_signature(self.block["partnerId"], self.block["partnerSecret"], ms)
        answer = read(
            self.post(
                way,
                write({"qrcode": code, "openid": openid}),
                {"god-portal-timestamp": ms, "god-portal-signature": signature},
            )
        )
        if str(answer["code"]) != "0":
            sys.exit(f"{way} {answer['code']}: {answer['message']}")
        say(way)
        return str(answer["pay_auth_no"])

    def fsi(self, number: str, data: dict[str, Any], region: str = "") -> Any:
        code = self.block["orgCodg"]
        header = {
            "infno": number, "msgid": f"{code}{beijing('%Y%m%d%H%M%S')}{time.time_ns() // 1000 % 10000:04d}", "infver": "V1.0",
            "mdtrtarea_admvs": self.block["region"], "insuplc_admdvs": region, "recer_sys_code": "FSI", "opter_type": "1",
            "opter": "0001", "opter_name": "收费员", "inf_time": beijing("%Y-%m-%d %H:%M:%S"), "fixmedins_code": code,
            "fixmedins_name": self.block["orgName"], "sign_no": "",
        }  # fmt: skip
        entry = number if self.name == "gmssl" else "callService"  # one path each, or one for all
        kind = "text/plain" if self.name == "gmssl" else "application/json"  # as some toolkits send it
        answer = read(self.post(entry, write({**header, "input": {"data": data}}), {"Content-Type": kind}))
        if str(answer["infcode"]) != "0":
            sys.exit(f"{number}: {answer['err_msg']}")
        say(number)
        return answer["output"]

    def centre(self, number: str, data: dict[str, Any]) -> dict[str, Any]:
        answer = self.channel.open(self.post(number, self.channel.seal(data, time.time())), time.time())
        if str(answer.get("code")) != "0":
            sys.exit(f"{number} {answer.get('code')}: {answer.get('message')}")
        found: dict[str, Any] = answer["data"]
        say(number, verified=True, data={name: found[name] for name in SHOWN if name in found})
        return found


SHOWN = ("payOrdId", "ordStas", "feeSumamt", "ownPayAmt", "psnAcctPay", "fundPay", "refStatus", "setlType")
AMOUNTS = ("feeSumamt", "ownPayAmt", "psnAcctPay", "fundPay")


def notices(channel: Channel) -> tuple[ThreadingHTTPServer, dict[str, Any], threading.Event]:
    """A server for 6302; the first notice that verifies is kept. One that does not is answered 400 and said."""
    kept: dict[str, Any] = {}
    came = threading.Event()

    class Notice(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8")
            try:
                data = channel.open(body, time.time())["data"]
            except (ValueError, KeyError) as error:
                say("6302", verified=False, why=str(error))
                self.answer(400, {"success": False, "message": str(error)})
                return
            say("6302", verified=True, data={name: data[name] for name in SHOWN if name in data})
            kept.update(data)
            came.set()
            self.answer(200, {"success": True, "message": "ok"})

        def answer(self, status: int, value: dict[str, Any]) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Standard error is for failures."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Notice)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, kept, came


def order(name: str, block: dict[str, Any]) -> None:
    """Authorise, 1101, 2201, 6201, 6202, wait for a believable 6302, 6301, 6203 with a new authorisation."""
    hospital, money = Hospital(name, block), MONEY[name]
    server, notice, came = notices(hospital.channel)
    say("ready", notify=f"http://127.0.0.1:{server.server_port}/notice")
    person = json.loads(sys.stdin.readline())
    serial, now = f"{time.time_ns() // 1000}", beijing("%Y-%m-%d %H:%M:%S")
    moment: Any = int(time.time() * 1000) if name == "gmalg" else now  # a date column by its getTime()
    auth = hospital.authorised(person["auth_code"], person["openid"])
    known = hospital.fsi("1101", {"mdtrt_cert_type": "01", "mdtrt_cert_no": auth})
    psn, insured = known["baseinfo"]["psn_no"], known["insuinfo"][0]
    region = insured["insuplc_admdvs"]
    visit = hospital.fsi("2201", {
        "psn_no": psn, "insutype": insured["insutype"], "begntime": now, "mdtrt_cert_type": "01", "mdtrt_cert_no": auth,
        "ipt_otp_no": f"MZ{serial}", "atddr_no": "D001", "dr_name": "测试医师", "dept_code": "A001", "dept_name": "内科",
        "caty": "A03",
    }, region)["data"]["mdtrt_id"]  # fmt: skip
    line = {
        "feedetlSn": "1", "psnNo": psn, "chrgBchno": f"PC{serial}", "rxCircFlag": "0", "feeOcurTime": moment,
        "medListCodg": "XN05BAD000000000000000001", "medinsListCodg": "YP0001", "detItemFeeSumamt": money("25.00"), "cnt": 2,
        "pric": money("12.50"), "bilgDeptCodg": "A001", "bilgDeptName": "内科", "bilgDrCodg": "D001", "bilgDrName": "测试医师",
        "memo": None,
    }  # fmt: skip
    who = {"idNo": person["id_no"], "userName": person["name"], "idType": "01", "orgCodg": block["orgCodg"]}
    number = ORDER_NUMBER[name]()
    made = hospital.centre("6201", {
        **who, "payAuthNo": auth, "psnNo": psn, "insutype": insured["insutype"], "insuCode": region, "medOrgOrd": number,
        "begntime": moment, "iptOtpNo": f"MZ{serial}", "deptCode": "A001", "deptName": "内科", "caty": "A03", "mdtrtId": visit,
        "medType": "11", "feeType": "01", "medfeeSumamt": money("25.00"), "acctUsedFlag": "1", "psnSetlway": "01",
        "chrgBchno": f"PC{serial}", "pubHospRfomFlag": "0", "feedetailList": [line], **MORE[name],
    })  # fmt: skip
    token = {"payOrdId": made["payOrdId"], "payToken": made["payToken"]}
    placed = hospital.centre("6202", {
        **token, "payAuthNo": auth, "orgCodg": block["orgCodg"], "orgBizSer": f"YW{serial}", "chrgBchno": f"PC{serial}",
        "feeType": "01", "mdtrtId": visit, "acctUsedFlag": "1",
    })  # fmt: skip
    if not came.wait(LIMIT_S):
        sys.exit(f"6302: {LIMIT_S} 秒内没有可信的通知")
    asked = hospital.centre("6301", {**token, **who})
    for other in (notice, asked):
        if other["medOrgOrd"] != number or any(
            Decimal(other[one]) != Decimal(placed[one]) for one in AMOUNTS
        ):
            sys.exit("6302/6301 与 6202 不一致")
    if asked["ordStas"] != "6":
        sys.exit(f"6301: 状态 {asked['ordStas']}")
    again = hospital.authorised(person["refund_auth_code"], person["openid"])
    parts = (
        {"psnAcctRefdAmt": Num(placed["psnAcctPay"]), "fundRefdAmt": Num(placed["fundPay"])}
        if name == "gmssl"
        else {"psnAcctRefdAmt": "", "fundRefdAmt": None}  # ALL: the centre knows them
    )
    hospital.centre("6203", {
        "payOrdId": made["payOrdId"], "appRefdSn": f"TF{serial}", "appRefdTime": beijing("%Y%m%d%H%M%S"), "payAuthNo": again,
        "totlRefdAmt": money("25.00"), "cashRefdAmt": Num(placed["ownPayAmt"]), "refdType": "ALL", **parts,
    })  # fmt: skip
    hospital.centre("6301", {**token, **who})
    say("end")


def channel_of(name: str, one: dict[str, Any]) -> Channel:
    own = gm.private_key(one["private"]) if "private" in one else 0
    peer = gm.public_key(one["public"]) if "public" in one else b""
    return Channel(CRYPTO[name], one["appId"], one["appSecret"], own, peer, STYLES[name])


def tool(name: str) -> None:
    """What the other languages' tools do, under the same names."""
    crypto = CRYPTO[name]

    def key(one: dict[str, Any]) -> bytes:
        return gm.message_key(crypto, one["appId"], one["appSecret"])

    operations: dict[str, Callable[[dict[str, Any]], Any]] = {
        "message_key": lambda one: key(one).decode("ascii"),
        "encrypt": lambda one: gm.encrypt(crypto, key(one), one["plain"]),
        "decrypt": lambda one: gm.decrypt(crypto, key(one), one["cipher"]),
        "sign_text": lambda one: signed_text(
            {**read(one["envelope"]), "data": read(one["plain"])}, one["appSecret"]
        ),
        "sign": lambda one: gm.sign(
            crypto, one["text"], gm.private_key(one["private"]), int(one["nonce"], 16)
        ),
        "verify": lambda one: gm.verify(
            crypto,
            one["text"],
            one["signature"],
            gm.public_key(one["public"]),
            one.get("userId", gm.USER_ID.decode()).encode(),
        ),
        "seal": lambda one: channel_of(name, one).seal(read(one["plain"]), one["now_ms"] / 1000),
        "open": lambda one: write(channel_of(name, one).open(one["body"], one["now_ms"] / 1000)["data"]),
        "portal": lambda one: portal_signature(one["partnerId"], one["partnerSecret"], one["now_ms"]),
    }
    answers = []
    for one in json.loads(sys.stdin.read()):
        try:
            answers.append({"ok": operations[one["op"]](one)})
        except (ValueError, KeyError, TypeError) as error:
            answers.append({"error": f"{type(error).__name__}: {error}"})
    print(json.dumps(answers))


if __name__ == "__main__":
    if sys.argv[2] == "tool":
        tool(sys.argv[1])
    else:
        order(sys.argv[1], json.loads(Path(sys.argv[3]).read_text("utf-8")))
