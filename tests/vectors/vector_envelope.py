"""The set `envelope`: whole messages, healthy and refused, in both directions, with the fact that refuses each first."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from vector_known import sheet
from vector_shape import Group, note, vector_set

from simulator.faults.hostile_notices import HOSTILE
from simulator.protocol.crypto import ciphers, sm2
from simulator.protocol.crypto.keys import parse_private_key
from simulator.protocol.text import jsontext
from simulator.protocol.text.canonical import BARE, SDK, Style, write
from simulator.protocol.text.times import wire_timestamp
from simulator.protocol.wire.seal import seal_request, seal_response
from simulator.protocol.wire.signature import ChannelKeys, to_der
from simulator.shell.profiles import load_profile

NOW_MS: Final = 1_767_229_200_000  # 2026-01-01 09:00:00 in Beijing, the time of T2
WINDOW_MS: Final = 300_000
GIVEN: Final = sheet()
PROFILE: Final = load_profile()
OWN = {name: parse_private_key(GIVEN[name]["private"]) for name in ("institution", "centre")}
APP: Final = (GIVEN["appId"], GIVEN["appSecret"])
VENDOR: Final = ChannelKeys(*APP, OWN["institution"], OWN["centre"].public)
CENTRE: Final = ChannelKeys(*APP, OWN["centre"], OWN["institution"].public)
KEY: Final = ciphers.message_key(*APP)
ORDER: Final = (
    '{"payOrdId":"ORD1","medfeeSumamt":12.50,"userName":"测试","memo":"","lines":[{"b":1,"a":"x"}]}'
)
NOTICE: Final = {
    "callType": "02", "payOrdId": "ORD1", "medOrgOrd": "MO1", "traceTime": "20260101090000", "feeSumamt": "12.50", "ownPayAmt": "2.50",
    "psnAcctPay": "3.00", "fundPay": "7.00", "setlType": "ALL", "ordStas": "6", "orgCode": "H50999900001",
}  # fmt: skip

NOTES = {
    "Healthy": note("BASIC", "没有毛病的报文", "nothing is wrong", "拒绝它的实现不能联调", "who refuses it cannot take part", "centre sheet 2 to 5"),
    "WireForms": note("DIALECT", "并存的写法: 时间的三种形式, 密文大小写, 成员顺序, 空白", "forms in use side by side: three forms of time, either case of the cipher text, member order, blanks", "能用的客户端被拒", "working clients are refused", "centre sheet 2.1, 2.3, 4"),
    "NotSigned": note("DIALECT", "extra 不参加签名, 其他成员都参加", "extra is not signed, every other member is", "验签失败", "the signature does not verify", "centre sheet 3.1 (1)"),
    "AnswerForms": note("DIALECT", "答复的并存写法: code 为数或文本, 失败没有 data, 没有 appId", "answers: code as number or text, failures without data, no appId", "答复读不出", "answers cannot be read", "centre sheet 2.2"),
    "Transport": note("ENCODING", "方法或内容类型不是接口规定的", "another method or content type than the interface has", "网关可能丢弃", "a gateway may drop it", "centre sheet 1"),
    "NotJson": note("ENCODING", "不是 JSON, 或不是 UTF-8", "not JSON, or not UTF-8", "500 而不是拒绝", "a 500 instead of a refusal", "RFC 8259 2, 8.1"),
    "DuplicateNames": note("EDGE_CASE", "同名成员", "a repeated member", "验的与记的不是同一个值", "what is verified is not what is booked", "RFC 8259 4"),
    "Resource": note("RESOURCE", "嵌套、数字、大小没有限度", "nesting, numbers, size without a limit", "内存或栈耗尽", "memory or stack runs out", "RFC 8259 9"),
    "Incomplete": note("MISSING_STEP", "缺成员或为空", "members missing or empty", "500 而不是拒绝", "a 500 instead of a refusal", "centre sheet 2.1, 2.2"),
    "WrongType": note("MISSING_STEP", "成员的 JSON 类型不对", "members of another JSON type", "500 而不是拒绝", "a 500 instead of a refusal", "centre sheet 2.1"),
    "UnknownApp": note("MISSING_STEP", "appId 不认识", "an unknown appId", "为不存在的应用签了名", "an answer is signed for nobody", "centre sheet 5"),
    "WrongVersion": note("MISSING_STEP", "版本或算法不对", "another version or algorithm", "另一种方言被当作这一种", "another dialect is taken for this one", "centre sheet 2.1"),
    "PlainText": note("MISSING_STEP", "密文之外又有明文 data", "plaintext data beside the cipher text", "个人信息外泄", "personal data leaks", "centre sheet 2.1"),
    "WrongTime": note("MISSING_STEP", "时间的形式不对, 或超出窗口", "a time of a wrong form, or outside the window", "旧报文被接受", "old messages are accepted", "centre sheet 2.1, 11"),
    "CipherForm": note("ENCODING", "密文的编码不对或不是整块", "cipher text in another encoding, or no whole blocks", "解密崩溃", "decryption crashes", "centre sheet 4"),
    "CipherModified": note("MISSING_STEP", "密文被改动, 填充不对", "cipher text changed, wrong padding", "乱码入账", "garbage is booked", "centre sheet 4"),
    "CipherKey": note("WRONG_PRIMITIVE", "报文密钥推导错", "the message key derived wrongly", "解不开", "it cannot be read", "centre sheet 4, 15 (13, 14)"),
    "PlainForm": note("ENCODING", "解出来的不是 JSON 对象", "what is decrypted is no JSON object", "500 而不是拒绝", "a 500 instead of a refusal", "centre sheet 4"),
    "NoSignature": note("MISSING_STEP", "没有签名, 或不是文本", "no signature, or one that is no text", "没有签名的报文被接受", "unsigned messages are accepted", "centre sheet 3"),
    "SignatureForm": note("ENCODING", "签名不是 64 字节的 base64", "a signature that is no base64 of 64 bytes", "解码的错误被当作验过", "an error of decoding is taken for a pass", "centre sheet 3.1 (8)"),
    "SignatureValue": note("MISSING_STEP", "签名的值不对", "a signature of wrong values", "伪造的报文被接受", "forged messages are accepted", "GB/T 32918.2 7.1"),
    "SignedText": note("DIALECT", "签名原文的写法不对", "the signed text is written otherwise", "验签失败", "the signature does not verify", "centre sheet 3.1, 3.2, 15"),
    "UserId": note("WRONG_PRIMITIVE", "用户标识不对", "another user id", "验签失败", "the signature does not verify", "centre sheet 3.1"),
    "WrongKey": note("BASIC", "另一把私钥签名", "signed by another key", "任何人都能签", "anybody may sign", "centre sheet 3.3, 15 (16)"),
    "ModifiedMessage": note("BASIC", "签名之后被改动", "changed after it was signed", "改动的内容被接受", "changed content is accepted", "centre sheet 3.1"),
}  # fmt: skip
OF_HOSTILE: Final = {
    "another_key": "WrongKey", "id_empty": "UserId", "no_key_tail": "SignedText", "not_the_text": "SignedText", "other_amounts": "ModifiedMessage", "time_changed": "ModifiedMessage",
    "member_added": "ModifiedMessage", "cipher_bit": "CipherModified", "cipher_raw_key": "CipherKey", "other_app": "UnknownApp",
}  # fmt: skip
BY_FACT: Final = {
    "sign.verify": "SignatureValue", "sign.encoding": "SignatureForm", "sign.present": "NoSignature", "enc.hex": "CipherForm", "enc.json": "PlainForm",
}  # fmt: skip
Edit = Callable[[dict[str, Any]], Any]


def group(receiver: str, part: str) -> Group:
    """Messages to one side under the published identity, at one time."""
    keys = {name: GIVEN[name] for name in ("appId", "appSecret", "institution", "centre")}
    return Group("EnvelopeMessage", {**keys, "receiver": receiver, "part": part, "nowMs": NOW_MS})


def sealed(data: str = ORDER, /, **style: Any) -> bytes:
    """A request about `data` (JSON text); `plain` encrypts another text than the compact one of it."""
    return seal_request(jsontext.parse(data.encode(), jsontext.Limits()).value, VENDOR, PROFILE, NOW_MS, b"vectors", **style)  # fmt: skip


def edited(body: bytes, edit: Edit) -> str:
    value = json.loads(body, parse_float=str)
    edit(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def put(**members: Any) -> Edit:
    return lambda value: value.update(members)


def without(name: str) -> Edit:
    return lambda value: value.pop(name)


class Adding:
    """Adds messages to a group."""

    def __init__(self, where: Group) -> None:
        self.where = where

    def good(self, comment: str, flag: str, body: bytes | str, data: str | None = ORDER, **more: Any) -> None:
        self.where.add(
            "valid", comment, flag, body=body if isinstance(body, str) else body.decode(), data=data, **more
        )

    def bad(self, comment: str, flag: str, fact: str, body: bytes | str, **more: Any) -> None:
        if isinstance(body, bytes):
            try:
                body = body.decode()
            except UnicodeDecodeError:
                self.where.add("invalid", comment, flag, bodyHex=body.hex(), bad=fact, **more)
                return
        self.where.add("invalid", comment, flag, body=body, bad=fact, **more)


def requests() -> Group:
    made = group("centre", "request")
    add, good = Adding(made), sealed()
    add.good("a request", "Healthy", good)
    add.good(
        "content type with charset",
        "WireForms",
        good,
        headers=[["Content-Type", "application/json; charset=utf-8"]],
    )
    add.good("lower-case cipher text", "WireForms", sealed(enc_case="lower"))
    for form, name in (("13", "13 digits"), ("13n", "13 digits as a number"), ("10", "10 digits")):
        add.good(f"time of {name}", "WireForms", sealed(timestamp_form=form))
    for name, shift in (("late", -WINDOW_MS), ("early", WINDOW_MS)):
        add.good(
            f"as {name} as is allowed", "WireForms", sealed(timestamp=wire_timestamp(NOW_MS + shift, "14"))
        )
    add.good("another member order", "WireForms", sealed(order=("signData", "encData", "timestamp", "appId")))
    add.good("indented", "WireForms", json.dumps(json.loads(good), ensure_ascii=False, indent=2))
    add.good("blanks around it", "WireForms", b" \r\n" + good + b"\n")
    add.good("indented plaintext", "WireForms", sealed(plain=json.dumps(json.loads(ORDER, parse_float=str), ensure_ascii=False, indent=1).replace('"12.50"', "12.50")))  # fmt: skip
    add.good(
        "escaped Chinese in the plaintext", "WireForms", sealed(plain=ORDER.replace("测试", "\\u6d4b\\u8bd5"))
    )
    add.good("empty data beside the cipher text", "WireForms", edited(good, put(data="")))
    add.good("extra added after signing", "NotSigned", edited(good, put(extra="x")))
    add.good("another member, signed", "NotSigned", sealed(members={"transType": "x"}))
    for method in ("GET", "PUT"):
        add.bad(method, "Transport", "http.post", good, method=method)
    add.bad("a form", "Transport", "http.json_type", good, headers=[["content-type", "application/x-www-form-urlencoded"]])  # fmt: skip
    add.bad("no content type", "Transport", "http.json_type", good, headers=[])
    for name, body in (("empty", b""), ("cut off", good[:-1]), ("something after it", good + b"x"), ("single quotes", good.replace(b'"', b"'")), ("byte order mark", b"\xef\xbb\xbf" + good), ("two messages", good + good)):  # fmt: skip
        add.bad(f"body: {name}", "NotJson", "body.json", body)
    add.bad("body: a byte that is no UTF-8", "NotJson", "body.utf8", good.replace(b'"SM4"', b'"\xff"'))
    add.bad("a repeated member", "DuplicateNames", "body.unique_keys", good[:-1] + b',"version":"2.0.1"}')
    add.bad("a repeated member by escape", "DuplicateNames", "body.unique_keys", good[:-1] + b',"\\u0076ersion":"2.0.1"}')  # fmt: skip
    add.bad("500 arrays deep", "Resource", "body.depth", "[" * 500 + "]" * 500)
    add.bad("a number of 500 digits", "Resource", "body.numbers", good[:-1] + b',"x":' + b"1" * 500 + b"}")
    for text in ("[]", "null", "true", "0", '"text"', "{}"):
        add.bad(f"top level {text}", "WrongType", "env.fields", text)
    for name in ("appId", "version", "encType", "signType", "timestamp", "encData"):
        add.bad(f"{name} missing", "Incomplete", "env.fields", edited(good, without(name)))
        add.bad(f"{name} empty", "Incomplete", "env.fields", edited(good, put(**{name: ""})))
    for name, value in (
        ("appId", 1),
        ("appId", ["x"]),
        ("version", {"a": 1}),
        ("encType", True),
        ("signType", "x" * 65),
    ):
        shown = json.dumps(value)[:20]
        add.bad(f"{name} = {shown}", "WrongType", "env.fields", edited(good, put(**{name: value})))
    add.bad("unknown appId", "UnknownApp", "env.app_known", edited(good, put(appId="0" * 32)))
    add.bad("appId in lower case", "UnknownApp", "env.app_known", edited(good, put(appId=APP[0].lower())))
    add.bad("signType RSA", "WrongVersion", "env.sign_type", edited(good, put(signType="RSA")))
    add.bad("encType AES", "WrongVersion", "env.enc_type", edited(good, put(encType="AES")))
    add.bad("encType sm4", "WrongVersion", "env.enc_type", edited(good, put(encType="sm4")))
    add.bad("version 9.9.9", "WrongVersion", "env.version", edited(good, put(version="9.9.9")))
    add.bad("plaintext beside it", "PlainText", "env.plain_absent", sealed(keep_plain=True))
    for stamp in ("2026-01-01T09:00:00", "2026-01-01 09:00:00", "20261301090000", "20260230090000", "9", "-1", True, {"a": 1}):  # fmt: skip
        add.bad(f"time {json.dumps(stamp)}", "WrongTime", "env.time_form", edited(good, put(timestamp=stamp)))
    for name, shift in (("eight hours late", -28_800_000), ("eight hours early", 28_800_000), ("a second too late", -WINDOW_MS - 1000), ("a second too early", WINDOW_MS + 1000)):  # fmt: skip
        add.bad(name, "WrongTime", "env.time_window", sealed(timestamp=wire_timestamp(NOW_MS + shift, "14")))
    cipher = json.loads(good)["encData"]
    for name, value in (("odd length", cipher[:-1]), ("half a block", cipher[:-16]), ("base64", base64.b64encode(bytes.fromhex(cipher)).decode()), ("letters beyond F", "G" + cipher[1:]), ("a blank inside", cipher[:32] + " " + cipher[32:]), ("a number", 12345678), ("true", True), ("0x", "0x" + cipher)):  # fmt: skip
        add.bad(f"cipher text: {name}", "CipherForm", "enc.hex", edited(good, put(encData=value)))
    add.bad("cipher text: one bit of the last block", "CipherModified", "enc.decrypt", edited(good, put(encData=cipher[:-1] + ("1" if cipher[-1] == "0" else "0"))))  # fmt: skip
    add.bad("cipher text: the last block gone", "CipherModified", "enc.decrypt", edited(good, put(encData=cipher[:-32])))  # fmt: skip
    whole = ciphers.sm4_encrypt(APP[0][:16].encode(), APP[1].encode())
    for name, key in (("raw bytes", whole[:16]), ("lower-case hex", whole.hex()[:16].encode()), ("base64", base64.b64encode(whole)[:16]), ("appId", APP[0][:16].encode()), ("appSecret", APP[1][:16].encode()), ("zeros", bytes(16))):  # fmt: skip
        add.bad(f"message key: {name}", "CipherKey", "enc.decrypt", sealed(sm4_key=key))
    for name, plain, fact in (("no JSON", "paid", "enc.json"), ("empty", "", "enc.json"), ("an array", "[]", "enc.json"), ("null", "null", "enc.json"), ("a text of JSON", '"{}"', "enc.json"), ("NaN", '{"a":NaN}', "enc.finite"), ("a repeated name", '{"a":"1","a":"2"}', "enc.unique_keys"), ("100 deep", '{"a":' + "[" * 100 + "]" * 100 + "}", "enc.depth")):  # fmt: skip
        add.bad(f"plaintext: {name}", "PlainForm", fact, sealed(plain=plain))
    signatures(add, good)
    return made


def signatures(add: Adding, good: bytes) -> None:
    """What is signed, with what, and how it is written."""
    right = base64.b64decode(json.loads(good)["signData"])
    for name, value in (("missing", None), ("empty", ""), ("a number", 1), ("an array", []), ("true", True)):
        add.bad(f"signData {name}", "NoSignature", "sign.present", edited(good, put(signData=value)))
    line = base64.b64encode(right).decode()
    for name, text in (("DER", base64.b64encode(to_der(right)).decode()), ("hex", right.hex()), ("a line break", line[:76] + "\r\n" + line[76:]), ("no padding characters", line.rstrip("=")), ("URL alphabet, no padding", base64.urlsafe_b64encode(right).decode().rstrip("=")), ("32 bytes", base64.b64encode(right[:32]).decode()), ("65 bytes", base64.b64encode(right + b"\0").decode()), ("base64 of hex", base64.b64encode(right.hex().encode()).decode()), ("not base64", "!" * 88)):  # fmt: skip
        add.bad(f"signature as {name}", "SignatureForm", "sign.encoding", edited(good, put(signData=text)))
    for name, raw in (("swapped", right[32:] + right[:32]), ("zeros", bytes(64)), ("all ones", b"\xff" * 64), ("one bit", right[:-1] + bytes([right[-1] ^ 1])), ("reversed", right[::-1])):  # fmt: skip
        add.bad(f"signature {name}", "SignatureValue", "sign.verify", edited(good, put(signData=base64.b64encode(raw).decode())))  # fmt: skip
    for name, style in (
        ("ignoring case", Style(order="nocase")),  ("empties kept", Style(empties="keep")), ("empty text kept", Style(empties="keep_text")), ("no tail", Style(tail="none")),
        ("the raw secret", Style(tail="raw")), ("escaped Chinese", Style(ascii_only=True)), ("blanks", Style(spaces="after")), ("indented", Style(spaces="indent2")), ("doubles", Style(doubles="js")), ("as sent", Style(order="wire")),
    ):  # fmt: skip
        plain = ORDER.replace('"userName"', '"Zed":"1","userName"')
        add.bad(f"signed text: {name}", "SignedText", "sign.verify", sealed(plain, sign=style))
    add.where.add(
        "acceptable", "signed text: numbers bare", "SignedText", body=sealed(sign=BARE).decode(), data=ORDER
    )
    add.bad(
        "signed text: another time", "SignedText", "sign.verify", sealed(signed_timestamp="20260101085959")
    )
    clients(add)
    for name, user in (("appSecret", APP[1]), ("appId", APP[0]), ("empty", "")):
        add.bad(f"user id: {name}", "UserId", "sign.verify", sealed(user_id=user.encode()))
    add.bad("signed by the receiver", "WrongKey", "sign.verify", sealed(signer=OWN["centre"]))
    add.bad("signed without Z_A", "SignedText", "sign.verify", edited(good, put(signData=base64.b64encode(sm2.sign(VENDOR.own, b"", b"", b"")).decode())))  # fmt: skip
    add.bad("a member added", "ModifiedMessage", "sign.verify", edited(good, put(orgCodg="H0")))
    other = json.loads(sealed(ORDER.replace("12.50", "12.51")))["encData"]
    add.bad(
        "the cipher text of another amount",
        "ModifiedMessage",
        "sign.verify",
        edited(good, put(encData=other)),
    )
    add.bad(
        "another time sent", "ModifiedMessage", "sign.verify", edited(good, put(timestamp="20260101090001"))
    )


def clients(add: Adding) -> None:
    """What clients of the field sign instead (centre sheet 22): each message differs from the good one in its text only."""
    data = '{"payOrdId":"ORD1","diseinfoList":[],"extData":{},"lines":[{"memo":"","b":1,"a":"x"}]}'
    good = sealed(data)
    add.good("empty members of every kind", "Healthy", good, data)
    head = {name: member for name, member in json.loads(good).items() if name not in ("encData", "signData")}
    right = write(head, jsontext.parse(data.encode(), jsontext.Limits()).value, APP[1], SDK)
    for name, old, new in (
        ("empty array kept", '{"extData"', '{"diseinfoList":[],"extData"'),
        ("empty array as text", '{"extData"', '{"diseinfoList":"","extData"'),
        ("empty text kept inside arrays", '"b":"1"}', '"b":"1","memo":""}'),
        ("objects inside arrays as sent", '[{"a":"x","b":"1"}]', '[{"memo":"","b":"1","a":"x"}]'),
    ):
        assert right.count(old) == 1, (name, right)
        raw = sm2.sign(VENDOR.own, right.replace(old, new).encode(), sm2.DEFAULT_USER_ID, b"vectors")
        line = base64.b64encode(raw).decode()
        add.bad(f"a client's text: {name}", "SignedText", "sign.verify", edited(good, put(signData=line)))


def answers() -> Group:
    made = group("institution", "response")
    add, data = Adding(made), {"payOrdId": "ORD1", "ordStas": "1", "feeSumamt": "12.50"}
    text = json.dumps(data, separators=(",", ":"))

    def answer(code: str = "0", success: bool = True, body: Mapping[str, Any] | None = data, options: Mapping[str, Any] | None = None, **style: Any) -> bytes:  # fmt: skip
        profile = PROFILE.with_overrides(dict(options or {}))
        return seal_response(code, "成功" if success else "失败", success, body, CENTRE, profile, NOW_MS, b"vectors", **style)  # fmt: skip

    good = answer()
    add.good("an answer", "Healthy", good, text, status=200)
    add.good(
        "code as text", "AnswerForms", answer(options={"envelope.response_code": "string"}), text, status=200
    )
    add.good("no appId", "AnswerForms", answer(options={"envelope.response_app_id": False}), text, status=200)
    add.good(
        "no success", "AnswerForms", answer(options={"envelope.response_success": False}), text, status=200
    )
    add.good(
        "a signed failure without data", "AnswerForms", answer("LT-ORDER", False, None), None, status=200
    )
    add.good("time of 13 digits", "WireForms", answer(timestamp_form="13"), text, status=200)
    add.bad("an unsigned answer", "NoSignature", "sign.present", answer(signed=False), status=200)
    add.bad("code missing", "Incomplete", "env.fields", edited(good, without("code")), status=200)
    add.bad("code an object", "WrongType", "env.fields", edited(good, put(code={})), status=200)
    for name, edit in (("code changed", put(code=1)), ("success changed", put(success=False)), ("message changed", put(message="失败")), ("code taken as text", put(code="00"))):  # fmt: skip
        add.bad(name, "ModifiedMessage", "sign.verify", edited(good, edit), status=200)
    add.bad("signed with the institution's own key", "WrongKey", "sign.verify", answer(signer=OWN["institution"]), status=200)  # fmt: skip
    add.bad("data of another order", "ModifiedMessage", "sign.verify", edited(good, put(encData=json.loads(answer(body={**data, "ordStas": "6"}))["encData"])), status=200)  # fmt: skip
    add.bad("an HTML page", "NotJson", "body.json", "<html><body>502 Bad Gateway</body></html>", status=200)
    add.bad(
        "eight hours late", "WrongTime", "env.time_window", answer(timestamp="20260101010000"), status=200
    )
    return made


def notices() -> Group:
    made = group("institution", "request")
    add = Adding(made)
    add.good("a 6302", "Healthy", seal_request(NOTICE, CENTRE, PROFILE, NOW_MS, b"vectors"), json.dumps(NOTICE, separators=(",", ":")))  # fmt: skip
    add.good("a 6302 with unknown members", "WireForms", seal_request({**NOTICE, "newMember": "1"}, CENTRE, PROFILE, NOW_MS, b"vectors"), None)  # fmt: skip
    for hostile in HOSTILE:
        flag = OF_HOSTILE.get(hostile.name) or BY_FACT[hostile.bad]
        add.bad(f"hostile: {hostile.name}", flag, hostile.bad, hostile.body(NOTICE, CENTRE, PROFILE, NOW_MS, b"vectors"))  # fmt: skip
    return made


def make() -> dict[str, Any]:
    return vector_set(
        "SM2-SM3-SM4 envelope", "报文", "Messages",
        (
            "May `receiver` believe this message at `nowMs`? POST and application/json unless said. `bad`: the first fact that does not hold, by the names of liantiao; `data`: what is inside.",
            "The `hostile:` notices are those that the scenario notify/hostile sends to a vendor under its own keys.",
            "A published documentation identity and throw-away keys, no live credential.",
        ),
        NOTES, (requests(), answers(), notices()),
    )  # fmt: skip
