"""PyPI wechatpayv3, unmodified: keys by its constructor, the way to the simulator by environment variables.

One JSON object a line in, one a line out; the first line holds the vendor block. The client writes its host into its
code, so HTTPS_PROXY and REQUESTS_CA_BUNDLE (which `requests` reads) lead it to a TLS proxy before the simulator.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys

from wechatpayv3 import WeChatPay, WeChatPayType

block, pay = {}, None


def told(answer):
    status, text = answer
    return {"status": status, "data": json.loads(text) if text else None}


def start(given, mode):
    global block, pay
    block = given
    public = (
        {}
        if mode == "certificate"
        else {"public_key": given["wxPublicKey"], "public_key_id": given["wxPublicKeyId"]}
    )
    pay = WeChatPay(
        wechatpay_type=WeChatPayType.JSAPI, mchid=given["wxMchid"], private_key=given["wxPrivateKey"],
        cert_serial_no=given["wxSerialNo"], appid=given["wxAppid"], apiv3_key=given["wxApiV3Key"], timeout=(10, 30),
        **public,
    )  # fmt: skip
    return {"ready": True}


def prepay(order):
    names = ("description", "out_trade_no", "amount", "payer", "notify_url")
    return told(pay.pay(**{name: order[name] for name in names}))


def query(number):
    return told(pay.query(out_trade_no=number))


def close(number):
    return told(pay.close(out_trade_no=number))


def refund(refund):
    return told(pay.refund(**refund))


def refund_query(number):
    return told(pay.query_refund(out_refund_no=number))


def bill(day):
    asked = told(pay.trade_bill(bill_date=day))
    if asked["status"] != 200:
        return asked
    _, packed = pay.download_bill(asked["data"]["download_url"])
    text = gzip.decompress(packed)
    right = hashlib.sha1(text).hexdigest() == asked["data"]["hash_value"]
    return {"status": 200, "right": right, "text": text.decode()}


def notice(headers, body):
    read = pay.callback(headers, body)
    if not read:
        return {"verified": False}
    return {"verified": True, "event_type": read["event_type"], "data": read["resource"]}


OPS = {one.__name__: one for one in (start, prepay, query, close, refund, refund_query, bill, notice)}

for line in sys.stdin:
    asked = json.loads(line)
    try:
        answer = OPS[asked.pop("op")](**asked)
    except Exception as error:
        answer = {"failed": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
