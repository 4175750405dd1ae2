"""docs/protocol/wechat.md: how a vendor signs to WeChat Pay APIv3 and reads what comes back, with values made by the code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from simulator.channels.wechat.card_holder import id_digest
from simulator.channels.wechat.errors import CODES, NUMBERS
from simulator.channels.wechat.transport import EVENTS
from simulator.protocol.model.role import interfaces_of
from simulator.protocol.text.said import Text
from simulator.protocol.wire.apiv3 import SCHEME, answer_text, request_text
from simulator.roles import ROLES

SAMPLE = "119999199001010012"
Table = Callable[[Sequence[str], Iterable[Sequence[str]]], str]

HEAD = """# 微信支付 APIv3 / WeChat Pay APIv3

医保移动支付 2.0 的现金部分与混合订单走微信支付 APIv3。模拟器签发商户号、AppID、商户私钥与证书序列号、APIv3 密钥, 以及平台的两把密钥(微信支付公钥与平台证书); 都在厂商配置块的 `wx…` 成员里, 都是合成的。厂商只改主机与密钥。

商户只签发给要它的机构: `liantiao init --profile wechat`、`liantiao serve --profile wechat`, 或者自己的地方版、`vendor.yaml` 的 `profile:`、控制接口 `POST /control/institutions` 与 `POST /control/runs` 的 `profile` 里写 `wechat_api.merchant: issued`。签发之后一直有效, `liantiao keys rotate` 换新密钥, 商户号不变。缺省(`none`)不签发, 配置块里没有 `wx…` 成员, 也不生成 RSA 密钥; 这时各接口(`GET /v3/certificates` 也是)按未登记的商户号拒绝: 401 `SIGN_ERROR`。以前的主目录保留已签发的商户。

The cash part and the mixed order of 移动医保支付 2.0 use WeChat Pay APIv3. The simulator issues merchant number, app id, merchant key and serial, APIv3 key, and the platform's two keys (public-key id and certificate); all stand in the `wx…` members of the vendor block, all synthetic. A vendor changes host and keys only.

Only an institution that asks has a merchant: `liantiao init --profile wechat`, `liantiao serve --profile wechat`, or `wechat_api.merchant: issued` in a profile of your own, under `profile:` of `vendor.yaml` or in `profile` of `POST /control/institutions` and `POST /control/runs` of the control API. It is kept from then on; `liantiao keys rotate` makes new keys, the number stays. By default (`none`) nothing is issued, the block has no `wx…` members and no RSA key is made; each interface, `GET /v3/certificates` too, then refuses as for an unknown merchant: 401 `SIGN_ERROR`. A home of before keeps the merchants it has.

"""

SIGNING = f"""## 请求签名 Signing a request

请求头 `Authorization: {SCHEME} mchid="…",nonce_str="…",signature="…",timestamp="…",serial_no="…"`, 五项次序不限。原文五行, **每行都以换行结尾**: 方法(大写)、路径与查询(与发出的一字不差, 不含主机)、时间戳(秒)、随机串、报文体(GET 为空行)。用商户私钥做 SHA256 with RSA(PKCS#1 v1.5), base64。时间戳允许的偏差见选项 `wechat_api.window_ms`; 同一随机串只收一次(`wechat_api.nonce_once`, 假定)。

The header `Authorization: {SCHEME} …` has five items in any order. The text has five lines, **each with its line feed**: method in capitals, path and query exactly as sent without the host, time in seconds, nonce, body (an empty line for GET). SHA256 with RSA (PKCS#1 v1.5) with the merchant key, Base64. For the clock see option `wechat_api.window_ms`; a nonce is taken once (`wechat_api.nonce_once`, assumed).

验签失败时, 应答的 `message` 说出能认出的原因: 少了查询参数、用了解码后的地址、带了主机名、最后一行没有换行、报文体再次序列化、SHA-1、另一商户的私钥。

When a signature fails, `message` names the cause where it can be told: query left out, decoded address, host included, last line feed missing, body serialised again, SHA-1, another merchant's key.

"""

ANSWERS = """## 应答与通知 Answers and notices

三行原文(`Wechatpay-Timestamp`、`Wechatpay-Nonce`、报文体, 每行以换行结尾), 用 `Wechatpay-Serial` 所指的密钥验 `Wechatpay-Signature`: `PUB_KEY_ID_` 开头是微信支付公钥, 否则是平台证书(`GET /v3/certificates`)。请求头带 `Wechatpay-Serial` 时应答用它所指的那一把, 否则按选项 `wechat_api.platform_key`。204 的报文体为空行。商户号未登记的拒绝没有签名; 账单文件不签名。**先验签, 再解密**。签名以 `WECHATPAY/SIGNTEST/` 开头的是探测流量, 必须按验签失败处理。

Three lines (`Wechatpay-Timestamp`, `Wechatpay-Nonce`, body, each with its line feed), verified with the key that `Wechatpay-Serial` names: `PUB_KEY_ID_…` is the WeChat Pay public key, anything else the platform certificate (`GET /v3/certificates`). An answer uses the key that the request's `Wechatpay-Serial` names, else option `wechat_api.platform_key`. The body line of 204 is empty. A refusal of an unknown merchant is unsigned, and so is the bill file. **Verify first, then decrypt.** A signature that begins with `WECHATPAY/SIGNTEST/` is a probe and must fail.

通知的 `resource` 用 AEAD_AES_256_GCM: 密钥为 32 字节 APIv3 密钥, `nonce` 12 字节, 附加数据 `associated_data`, 密文 base64 末 16 字节为标签。敏感字段(`payer`、`relative` 的 `name`、`id_digest`)用 RSA-OAEP(SHA-1)加密, 请求头 `Wechatpay-Serial` 指明用了哪一把。

The `resource` of a notice is AEAD_AES_256_GCM: 32-byte APIv3 key, 12-byte `nonce`, `associated_data`, Base64 with a 16-byte tag at the end. Sensitive fields (`name` and `id_digest` of `payer` and `relative`) are RSA-OAEP (SHA-1); the request header `Wechatpay-Serial` says with which key.

"""

MIXED = """## 一笔混合订单 One mixed order

1. `userQuery` 得到 `pay_auth_no`; 1101、2201、6201、6202 使中心订单到状态 1, 得到四部分金额。
2. 有现金时 JSAPI 下单, `amount.total` 为 `wechat_pay_cash_fee`, 得到 `prepay_id`。
3. `POST /v3/med-ins/orders`: `out_trade_no` 与预支付单相同, `serial_no` 是 6201 的 `medOrgOrd`, 四项金额与 6202 相同。模拟器以同样的办法核对: 不一致时拒绝, 中心订单不动; 一致时订单的现金改由微信收取。
4. 参保人输入一次密码: 控制接口 `POST …/persons/{person}/act` `{"act": "wechat.pay"}`, 或 `do` `confirm`。现金、医保两部分都成功才算成功, 中心到 6, 通知 `callback_url`、`notify_url` 与 6302。
5. 零钱不足: 什么也不动, 中心回到 1。医保局在扣款之后拒绝: 混合 FAIL、自费 SUCCESS、医保 FAIL; 商户须自行全额退现金, 到账后中心转 15。
6. 退费: 医保部分走 6203 (`HI`), 再以 `POST /v3/med-ins/refunds/notify` 上报; 现金走 `/v3/refund/domestic/refunds`, 两处 `out_refund_no` 相同。

缺省的参保人策略 6202 之后自己确认, 现金由银行扣; 要由微信收现金, 人员策略写 `confirm: never`。服务商模式、微信 1.0 (XML) 尚未提供。

1. `userQuery` gives `pay_auth_no`; 1101, 2201, 6201 and 6202 bring the centre's order to state 1 with its four amounts.
2. With cash: JSAPI prepay, `amount.total` is `wechat_pay_cash_fee`, gives `prepay_id`.
3. `POST /v3/med-ins/orders`: `out_trade_no` is that of the prepay, `serial_no` the `medOrgOrd` of 6201, the four amounts those of 6202. The simulator compares: where they differ it refuses and the centre's order stays; else the cash of the order is WeChat's to collect.
4. One password: `POST …/persons/{person}/act` `{"act": "wechat.pay"}` of the control API, or `do` `confirm`. Both legs succeed or the order does not: the centre goes to 6, and `callback_url`, `notify_url` and 6302 are told.
5. An empty wallet moves nothing, the centre's order is back at 1. A bureau that refuses after the cash: mixed FAIL, cash SUCCESS, insurance FAIL; the merchant refunds the whole cash, and when it has arrived the centre's order becomes 15.
6. Refund: the insurance part by 6203 (`HI`), then reported by `POST /v3/med-ins/refunds/notify`; the cash by `/v3/refund/domestic/refunds`, with the same `out_refund_no`.

By default a person confirms by himself after 6202 and the bank is debited; for WeChat to collect write the policy `confirm: never`. Partner mode and WeChat 1.0 (XML) are not offered yet.

### 证件号码摘要 Digest of an identity number

`id_digest` 是证件号码(字母大写, 15 位先换成 18 位)的 MD5, 小写十六进制, 再加密。 MD5 in lower-case hex of the number in capitals and 18 characters, then sealed.

"""


def page(made: str, table: Table, in_english: Callable[[Text], str]) -> str:
    """The whole page."""
    rows = [
        (f"`{one.number}`", f"`{_method(one)} {one.path}`" if one.path else "通知 notice", str(one.name),
         in_english(one.name), one.source)
        for one in interfaces_of(ROLES) if one.role == "wechat"
    ]  # fmt: skip
    codes = [
        (f"`{code}`", str(row.status), str(row.about), in_english(row.about), row.mark)
        for code, row in CODES.items()
    ]
    events = [(f"`{name}`", f"`{event}`", f"`{original}`") for name, (event, original, _) in EVENTS.items()]
    return (
        made + HEAD
        + "## 接口 Interfaces\n\n"
        + table(("编号 number", "地址 address", "名称", "name", "出处 source"), rows) + "\n"
        + SIGNING
        + "### 原文示例 An example of the text\n\n"
        + _fence(request_text("POST", "/v3/pay/transactions/jsapi", "1700000000", "N0001", b'{"a":1}'))
        + ANSWERS
        + "### 应答原文示例 An example of the answer's text\n\n"
        + _fence(answer_text("1700000000", "N0002", b'{"prepay_id":"wx1"}'))
        + table(("通知 notice", "event_type", "original_type"), events) + "\n"
        + MIXED + _fence(f"{SAMPLE} -> {id_digest(SAMPLE)}".encode())
        + "## 错误 Errors\n\n"
        + "错误体 `{code, message[, detail]}`; 内部编号是 `Request-ID` 最后一个 `-` 之后的数字。 "
        + "The body is `{code, message[, detail]}`; the internal number follows the last `-` of `Request-ID`.\n\n"
        + table(("code", "HTTP", "含义", "meaning", "依据 mark"), codes) + "\n"
        + table(("内部编号 number", "含义", "meaning"),
                [(str(number), str(said), in_english(said)) for number, said in NUMBERS.items()])
    )  # fmt: skip


def _method(one: object) -> str:
    from simulator.shell.profiles import load_profile

    return one.endpoints(load_profile())[0].method  # type: ignore[attr-defined]


def _fence(text: bytes) -> str:
    shown = text.decode().replace("\n", "\\n\n")
    return f"```text\n{shown}```\n\n"
