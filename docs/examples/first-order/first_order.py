"""A hospital's first order in a hundred lines: authorise, register, upload (6201), order (6202), query (6301).

`python first_order.py vendor-H50999900001.json person.json`: the block that `liantiao init` wrote, and what
`liantiao person --json` printed. Needs Python and the package gmssl; nothing of liantiao.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path

from gmssl.sm2 import CryptSM2
from gmssl.sm4 import SM4_DECRYPT, SM4_ENCRYPT, CryptSM4

BEIJING = timezone(timedelta(hours=8))


def now(form="%Y%m%d%H%M%S"):
    return datetime.now(BEIJING).strftime(form)


def post(url, value, headers=()):
    body = json.dumps(value, ensure_ascii=False).encode("utf-8")
    request = urllib.request.Request(url, body, {"Content-Type": "application/json", **dict(headers)})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def cleaned(value):
    """As docs/protocol/canonical.md says: empties go, everything else is text, names in order."""
    if isinstance(value, dict):
        rest = {name: cleaned(value[name]) for name in sorted(value)}
        return {name: item for name, item in rest.items() if item not in (None, "", [])}
    if isinstance(value, list):
        return [item for item in map(cleaned, value) if item not in (None, "", [])]
    return str(value).lower() if isinstance(value, bool) else value if value is None else str(value)


def text_to_sign(envelope, data, secret):
    members = {
        name: value for name, value in envelope.items() if name not in ("signData", "encData", "extra")
    }
    members = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in members.items()
        if value not in (None, "")
    }
    if data is not None:
        members["data"] = json.dumps(cleaned(data), ensure_ascii=False, separators=(",", ":"))
    return "&".join(f"{name}={members[name]}" for name in sorted(members)) + f"&key={secret}"


def sm4(key, text, mode):
    cipher = CryptSM4()
    cipher.set_key(key, mode)
    return cipher.crypt_ecb(text)


class Hospital:
    def __init__(self, block):
        self.block = block
        derived = sm4(block["appId"][:16].encode(), block["appSecret"].encode(), SM4_ENCRYPT).hex().upper()
        self.key = derived[:16].encode()
        private = base64.b64decode(block["institutionPrivateKey"]).hex()[-64:]
        self.own = CryptSM2(private, base64.b64decode(block["institutionPublicKey"]).hex()[-128:])
        self.platform = CryptSM2("0" * 64, base64.b64decode(block["platformPublicKey"]).hex()[-128:])

    def url(self, number):
        path = self.block["paths"][number].replace("{partnerId}", self.block["partnerId"])
        return self.block["base"] + path

    def centre(self, number, data):
        """A 6xxx request: sign the plaintext, encrypt, send; verify the answer before using it."""
        outer = {
            "appId": self.block["appId"],
            "version": "2.0.1",
            "encType": "SM4",
            "signType": "SM2",
            "timestamp": now(),
        }
        signed = self.own.sign_with_sm3(text_to_sign(outer, data, self.block["appSecret"]).encode())
        outer["signData"] = base64.b64encode(bytes.fromhex(signed)).decode()
        cipher = sm4(self.key, json.dumps(data, ensure_ascii=False).encode(), SM4_ENCRYPT)
        outer["encData"] = cipher.hex().upper()
        answer = post(self.url(number), outer)
        if str(answer.get("code")) != "0":
            raise SystemExit(f"{number} {answer.get('code')}: {answer.get('message')}")
        found = json.loads(sm4(self.key, bytes.fromhex(answer["encData"]), SM4_DECRYPT))
        text = text_to_sign(answer, found, self.block["appSecret"]).encode()
        if not self.platform.verify_with_sm3(base64.b64decode(answer["signData"]).hex(), text):
            raise SystemExit(f"{number}: the signature of the answer does not verify")
        return found

    def fsi(self, number, data, region=""):
        """1101, 2201, 2202: the common header around `input`."""
        code, moment = self.block["orgCodg"], now()
        header = {
            "infno": number, "msgid": f"{code}{moment}{time.time_ns() // 1000 % 10000:04d}", "infver": "V1.0",
            "mdtrtarea_admvs": self.block["region"], "insuplc_admdvs": region, "recer_sys_code": "FSI", "opter_type": "1",
            "opter": "0001", "opter_name": "收费员", "inf_time": now("%Y-%m-%d %H:%M:%S"), "fixmedins_code": code,
            "fixmedins_name": self.block["orgName"], "sign_no": "",
        }
        answer = post(self.url(number), {**header, "input": {"data": data}})
        if str(answer["infcode"]) != "0":
            raise SystemExit(f"{number}: {answer['err_msg']}")
        return answer["output"]

    def authorised(self, auth_code, openid, way="modeA"):
        """`modeA` for the insurance app and its H5, `userQuery` for the WeChat page."""
        ms = str(time.time_ns() // 1_000_000)
        signed = hmac.new(
            self.block["partnerSecret"].encode(), (self.block["partnerId"] + ms).encode(), hashlib.sha256
        )
        headers = {"god-portal-timestamp": ms, "god-portal-signature": signed.hexdigest()}
        answer = post(self.url(way), {"qrcode": auth_code, "openid": openid}, headers)
        if str(answer["code"]) != "0":
            raise SystemExit(f"{way} {answer['code']}: {answer['message']}")
        return answer["pay_auth_no"]


def first_order(hospital, person):
    block, serial, moment = hospital.block, f"{time.time_ns() // 1000}", now("%Y-%m-%d %H:%M:%S")
    auth = hospital.authorised(person["auth_code"], person["openid"])
    known = hospital.fsi("1101", {"mdtrt_cert_type": "01", "mdtrt_cert_no": auth})
    psn, insured = known["baseinfo"]["psn_no"], known["insuinfo"][0]
    region = insured["insuplc_admdvs"]
    visit = hospital.fsi("2201", {
        "psn_no": psn, "insutype": insured["insutype"], "begntime": moment, "mdtrt_cert_type": "01",
        "mdtrt_cert_no": auth, "ipt_otp_no": f"MZ{serial}", "atddr_no": "D001", "dr_name": "测试医师",
        "dept_code": "A001", "dept_name": "内科", "caty": "A03",
    }, region)["data"]["mdtrt_id"]
    line = {
        "feedetlSn": "1", "psnNo": psn, "chrgBchno": f"PC{serial}", "rxCircFlag": "0", "feeOcurTime": moment,
        "medListCodg": "XN05BAD000000000000000001", "medinsListCodg": "YP0001", "detItemFeeSumamt": "25.00", "cnt": "2",
        "pric": "12.50", "bilgDeptCodg": "A001", "bilgDeptName": "内科", "bilgDrCodg": "D001", "bilgDrName": "测试医师",
    }
    order = hospital.centre("6201", {
        "orgCodg": block["orgCodg"], "payAuthNo": auth, "psnNo": psn, "insutype": insured["insutype"], "insuCode": region,
        "medOrgOrd": f"MO{serial}", "begntime": moment, "idNo": person["id_no"], "userName": person["name"],
        "idType": "01", "iptOtpNo": f"MZ{serial}", "deptCode": "A001", "deptName": "内科", "caty": "A03",
        "mdtrtId": visit, "medType": "11", "feeType": "01", "medfeeSumamt": "25.00", "acctUsedFlag": "1",
        "psnSetlway": "01", "chrgBchno": f"PC{serial}", "pubHospRfomFlag": "0", "feedetailList": [line],
    })
    print("6201 accepted:", order["payOrdId"])
    placed = hospital.centre("6202", {
        "payAuthNo": auth, "payOrdId": order["payOrdId"], "payToken": order["payToken"], "orgCodg": block["orgCodg"],
        "orgBizSer": f"YW{serial}", "chrgBchno": f"PC{serial}", "feeType": "01", "mdtrtId": visit, "acctUsedFlag": "1",
    })
    amounts = "cash {ownPayAmt} account {psnAcctPay} fund {fundPay}".format(**placed)
    print("6202 accepted: state", placed["ordStas"], amounts)
    found = hospital.centre("6301", {
        "payOrdId": order["payOrdId"], "payToken": order["payToken"], "orgCodg": block["orgCodg"],
        "idNo": person["id_no"], "userName": person["name"], "idType": "01",
    })
    print("6301: state", found["ordStas"])


if __name__ == "__main__":
    vendor, who = (json.loads(Path(name).read_text("utf-8-sig")) for name in sys.argv[1:3])
    first_order(Hospital(vendor), who)
