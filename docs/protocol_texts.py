"""The prose of docs/protocol/, Chinese and English side by side: what no table and no code says."""

from __future__ import annotations

OVERVIEW = """# 协议 / The protocol

这里是我们所知的医保移动支付协议。官方文本没有公开, 各条来自公开代码、厂商与渠道文档, 每项写明依据; 标 `assumed` 的是我们的假定, 可在[地方版选项](../profile.md)里改。

This is the protocol of mobile medical payment as far as we know it. No official text is public; every item says what it rests on, and whatever is `assumed` is ours and can be changed in a [profile](../profile.md).

- [第一笔订单](../first-order.zh-CN.md) / [the first order](../first-order.md)
- [报文外层](envelope.md) The envelope · [签名原文](canonical.md) The text to be signed · [密钥、签名、加密与向量 T1–T4](signing.md) Keys, signature, encryption, vectors
- [一笔订单的全部报文](order.md) One whole order as messages · [订单状态](../order-states.md) Order states · [金额、时限与幂等](amounts.md) Amounts, times, idempotency
- [两定接口外层](fsi.md) The fsi envelope · [微信支付 APIv3](wechat.md) WeChat Pay APIv3 · [资料来源与标记](sources.md) Sources and marks · [拒绝代码](../codes/README.md) Refusal codes

一笔门诊移动支付的顺序: 授权(`userQuery`)或展码(1162) → 1101 → 2201 → 6201 → 6202 → 患者确认 → 6302 通知与 6301 查询 → 院内入账; 未付可 6401 撤销, 已付用 6203 退费, 最后可 2202 撤销挂号。

The order of one outpatient payment: authorisation (`userQuery`) or a shown code (1162) → 1101 → 2201 → 6201 → 6202 → the patient confirms → 6302 notice and 6301 query → booking in the hospital. Unpaid: 6401 revokes. Paid: 6203 refunds, then 2202 may cancel the registration.

## 已知的编号, 未提供 Known numbers that are not offered

6101(凭证解析)只见编号与名称; 6204(订单信息同步)只见名称, 推测为结算后的同步; 6303 未见。对账文件的取得方式未知。收银台下单、V1(`hos.*`)与个别省的网关另有写法, 尚未提供。

Of 6101 (credential parsing) only number and name are known, of 6204 (order synchronisation) the name; 6303 was not found. How a reconciliation file is fetched is unknown. The cashier service, the V1 dialect (`hos.*`) and some provincial gateways differ and are not offered yet.

## 字段表 Field tables

"""

ENVELOPE = """## 规则 Rules

| 项 | item | 规则 | rule | 依据 basis |
| --- | --- | --- | --- | --- |
| 传输 | transport | HTTP POST, UTF-8 JSON, 每个接口一个路径; 业务对象直接放在 `data`, 不套两定公共头 | HTTP POST, UTF-8 JSON, a path for each interface; the business object is `data` itself, without the fsi header | M |
| 加密后 | after encryption | 去掉 `data`, 换成 `encData` | `data` goes, `encData` stands instead | M |
| 时间 | timestamp | 14 位北京时间、13 位毫秒、10 位秒都见过; 签名与发送用同一个值 | 14 digits of Beijing time, 13 (ms) and 10 (s) digits were all seen; sign and send the same value | M |
| `code` | `code` | `0` 为成功, 数字或文本都要能读; 先看协议字段, 再看业务结果, 最后看订单状态 | `0` is success, as number or text; judge protocol first, then the business result, then the order state | S |
| 失败应答 | failures | 可能没有 `encData` 和 `signData`; 此时拒绝, 不入账, 能查则查 6301 | may come without `encData` and `signData`: reject, book nothing, ask 6301 where you can | S; 签名的失败是假定 signed failures are assumed |
| HTTP 200 | HTTP 200 | 不表示已付; 只有订单状态表示 | does not mean paid; the order state does | M |
| 窗口 | window | 未公布; 缺省 300 秒, 见选项 `envelope.window_ms` | not published; 300 s by default, option `envelope.window_ms` | assumed |
| `message` 长度 | length of `message` | 未公布; 模拟器的说明最多 1000 字, 更长时只列字段名 | not published; the simulator says at most 1,000 characters, then names only | assumed |

检查顺序: HTTP 与 JSON → 外层字段 → appId → 算法 → 时间 → 解密 → 解析 → 验签 → 字段表 → 业务状态(假定, 由客户端的处理推出)。

Order of checks: HTTP and JSON → envelope members → appId → algorithms → time → decryption → parsing → signature → field table → business state (assumed, from how clients handle errors).

"""

FSI = """## 规则 Rules

| 项 | item | 规则 | rule | 依据 basis |
| --- | --- | --- | --- | --- |
| 地址 | address | 每个交易一个路径, 或单一入口 `/fsi/api/rsfComIfsService/callService` 由 `infno` 选择 | a path for each transaction, or the single entry `/fsi/api/rsfComIfsService/callService` chosen by `infno` | H |
| 类型 | content type | `application/json` 或 `text/plain` | `application/json` or `text/plain` | H |
| `msgid` | `msgid` | 机构编码 12 位 + `yyyyMMddHHmmss` 14 位 + 顺序号 4 位, 共 30 位, 不重复 | institution code 12 + `yyyyMMddHHmmss` 14 + serial 4 = 30 characters, unique | H |
| `insuplc_admdvs` | `insuplc_admdvs` | 输入含 `psn_no` 时必填, 取 1101 的返回 | required once the input holds `psn_no`; from the answer of 1101 | H |
| `infcode` | `infcode` | 0 成功, -1 失败, 数字或文本; 不以 `err_msg` 判断成败 | 0 success, -1 failure, number or text; never judge by `err_msg` | H |
| `err_msg` 长度 | length of `err_msg` | 200 个字符: 我们的代码在前, 放不下时只列字段名 | 200 characters: our code first, names only where more does not fit | H |
| 网关 `x-tif` | gateway `x-tif` | `fsi.auth: x-tif`: 请求头 `x-tif-paasid`(账号)、`x-tif-timestamp`(Unix 秒)、`x-tif-nonce`、`x-tif-signature` = 小写十六进制 SHA256(时间 + 密钥 + 随机串 + 时间), 报文体不签 | headers account, Unix seconds, nonce, and the lower-case hex of SHA256(time + secret + nonce + time); the body is not signed | H |
| 网关 `_api_*` | gateway `_api_*` | `fsi.auth: api`: `_api_signature` = base64 的 HMAC-SHA1(密钥, 原文); 原文是 `_api_access_key`、`_api_name`、`_api_timestamp`(毫秒)、`_api_version` 按名排序的 `名=值`, 以 `&` 相连, JSON 报文体不签 | base64 of HMAC-SHA1(secret, the four parameters sorted by name as `name=value` joined by `&`); milliseconds; a JSON body is not signed | H |
| 网关 `x-ca` | gateway `x-ca` | `fsi.auth: x-ca`: `x-ca-key`(账号)、`x-ca-signature` = `秒:` 加大写十六进制 HMAC-SM3(密钥, 秒 + 换行 + 报文体) | account, and `seconds:` with the upper-case hex of HMAC-SM3(secret, seconds + line feed + body) | M |
| 网关签名不对时 | a wrong gateway signature | 应答指出原因(次序、分隔符、缺项、密钥、算法、大小写、编码、取了两次时间 …), 事实 `gateway.signature` 的 `cause`; 不选 `fsi.auth` 则不看这些请求头 | the answer names the cause (order, separators, a missing part, secret, algorithm, case, encoding, a time taken twice …), `cause` of the fact `gateway.signature`; without `fsi.auth` these headers are not looked at | liantiao |
| `inf_time` | `inf_time` | 北京时间; 差整小时只提示(容器在 UTC), 不拒绝 | Beijing time; whole hours off is a note (a container in UTC), no refusal | liantiao |
| `sign_no` | `sign_no` | 签到流水; 选项 `fsi_signin` 未要求时可空 | sign-in serial; may be empty unless `fsi_signin` asks for it | assumed |

"""

CANONICAL = """# 签名原文 / The text to be signed

1. 取外层, `data` 用明文; 去掉 `signData`、`encData`、`extra`。
2. 去掉顶层值为 null、空文本、空数组的成员。
3. 其余成员按名称的 ASCII(UTF-16 码元)升序, 区分大小写。
4. 文本原样(不加引号), 数字与布尔写其文字; 对象与数组写成下述紧凑 JSON。
5. 以 `名=值` 用 `&` 连接, 末尾加 `&key=` 与 appSecret。全程不做 URL 编码。

`data` 内(`sdk` 一族, 我们发出的都是它): 各级都去掉 null、空文本、空数组, 留下空对象; 各级成员升序; 数字与布尔加引号, 数字保持密文里的写法(12.50 不写成 12.5); 汉字不转义, `/` 不转义, 没有空格。`bare` 一族不加引号且去掉空对象: 选项 `envelope.canonical` 缺省为 `either`, 收到时两种都验, bare 的放行并给出提示, 别的地方可能拒绝。

1. Take the envelope with plaintext `data`; leave out `signData`, `encData`, `extra`.
2. Leave out top-level members that are null, empty text or an empty array.
3. Sort the rest by name in ASCII (UTF-16 code unit) order, capitals apart.
4. Text as it is (no quotes), numbers and booleans by their text; objects and arrays as the compact JSON below.
5. Join `name=value` with `&`, then `&key=` and the appSecret. Nothing is URL-encoded.

Inside `data` (the `sdk` family: what we send): null, empty text and empty arrays go at every level, empty objects stay; members are sorted at every level; numbers and booleans are quoted, numbers as they were sent (12.50 never becomes 12.5); Chinese and `/` are not escaped, there are no blanks. The `bare` family leaves them unquoted and drops empty objects: option `envelope.canonical` is `either` by default, both verify when received, a bare one is accepted with a note and may be refused elsewhere.

依据 basis: M, V (3.1, 3.2); 空数组清洗后的情形、嵌套数组、指数、控制字符、重名成员为假定 (assumed: arrays that become empty, nested arrays, exponents, control characters, repeated names), 以下由代码算出 (computed by the code). 拿不准时一律用文本发送。 When in doubt send every value as text.

## `data` 的各种情形 Corners of `data`

appSecret 为 `S`, 省去末尾的 `&key=S`。 The appSecret is `S`; the tail `&key=S` is left out.

"""

CORNERS = {
    "an empty object": "空对象",
    "an object that becomes empty": "清洗后变空的对象",
    "an array that becomes empty": "清洗后变空的数组",
    "an array of empty arrays": "空数组的数组",
    "an array of an empty object": "含空对象的数组",
    "nested arrays keep their order": "嵌套数组保持次序",
    "objects inside arrays are sorted and cleaned": "数组里的对象同样排序、去空",
    "numbers keep their text": "数字保持写法",
    "exponents keep their text": "指数保持写法",
    "a number beyond double precision": "超出双精度的数",
    '0 and "0" are not empty': '0、"0"、false 不是空值',
    "blank text is not empty": "空格与制表符不是空文本",
    "booleans": "布尔值",
    "control characters are escaped as JSON does": "控制字符按 JSON 转义",
    "quote, backslash and slash": "引号、反斜杠与斜杠",
    "escaped Chinese in the plaintext becomes raw": "明文里转义的汉字还原",
    "characters outside the BMP stay raw": "基本平面以外的字",
    "line separators stay raw": "行分隔符不转义",
    "names are ordered by code unit, capitals first": "按码元排序, 大写在前",
    "names outside ASCII: UTF-16 code units, not code points": "非 ASCII 名称按 UTF-16 码元",
    "a name that is a prefix comes first": "短名在前",
    "a repeated name: the last value counts": "重名取最后一个",
    "a text that looks like JSON stays a text": "像 JSON 的文本仍是文本",
    "URL characters are not encoded": "不做 URL 编码",
    "a single empty object": "整个 data 为空对象",
    "all members empty": "成员全空",
    "empty name": "空名称",
    "whitespace of the plaintext is not kept": "不保留明文的空白",
}

SIGNING = """# 密钥、签名与加密 / Keys, signature and encryption

**报文密钥**: 取 appId 前 16 个字符(ASCII)作 SM4 密钥, 以 ECB/PKCS#7 加密整个 appSecret; 结果写成大写十六进制, 前 16 个**字符**的 ASCII 字节就是报文密钥。

**签名**: SM2/SM3 签[签名原文](canonical.md)的 UTF-8 字节, 用户标识 `1234567812345678`, 用发送方私钥; r、s 各左补零到 32 字节相接, base64 共 88 个字符。机构用渠道私钥签、用平台公钥验; 中心反之。先签名, 后加密。

**加密**: `data` 的 JSON 文本(不必排序)以 SM4-ECB/PKCS#7 用报文密钥加密, 写成十六进制, 发大写, 大小写都收。应答与通知用同一密钥。

**密钥格式**: 私钥为 32 字节(或前补 00 的 33 字节)的 base64; 公钥为 04 开头 65 字节或 64 字节的 base64; 曲线 sm2p256v1。

**Message key**: the first 16 characters of the appId (ASCII) are an SM4 key; encrypt the whole appSecret with ECB/PKCS#7; of the result in capital hexadecimal the first 16 **characters** are, as ASCII bytes, the message key.

**Signature**: SM2 with SM3 over the UTF-8 bytes of the [text to be signed](canonical.md), user id `1234567812345678`, with the sender's private key; r and s, each padded on the left to 32 bytes, joined, base64, 88 characters. The institution signs with its channel key and verifies with the platform's public key, the centre the other way round. Sign first, then encrypt.

**Encryption**: the JSON text of `data` (need not be sorted) with SM4-ECB/PKCS#7 under the message key, as hexadecimal: send capitals, accept both. Answers and notices use the same key.

**Forms of keys**: private: base64 of 32 bytes (or 33 with a leading 00); public: base64 of 65 bytes beginning with 04, or of 64; curve sm2p256v1.

依据 basis: M, V (3.1, 3.3, 4). 中心自己的签名未曾得到验证, 用户标识是选项 `envelope.user_id`。 No signature made by a real centre was verified; the user id is the option `envelope.user_id`.

常见错误与它们的名称见 [explain](../explain.md)。 Known mistakes and their names: [explain](../explain.md).

## 向量的密钥 Keys of the vectors

文档样例与一次性密钥, 不是任何机构的参数。 Sample values and throw-away keys, nobody's parameters.

"""

AMOUNTS = """# 金额、时限与幂等 / Amounts, times, idempotency

金额以元为单位, 最多两位小数, 非负; 文本或数字都可, 建议文本。 Amounts are yuan with two decimals at most, not negative, as text or number; text is safer.

## 恒等式 Sums

| 恒等式 sum | 依据 basis |
| --- | --- |
| Σ `feedetailList[].detItemFeeSumamt` = `medfeeSumamt` | M |
| `fulamtOwnpayAmt` + `preselfpayAmt` + `inscpScpAmt` = `medfeeSumamt`, 三项都有时 when all three are there | S |
| `feeSumamt` = `ownPayAmt` + `psnAcctPay` + `fundPay` + `othFeeAmt`(缺为 0, absent counts as 0) | M |
| `hospPartAmt`、`acctMulaidPay`、`selfAcctPay`、`deposit` 是明细, 不进总额; `delvFee` 在总额之外。 Details, not parts of the total; `delvFee` is outside | M / S |
| `acctMulaidPay` + `selfAcctPay` = `psnAcctPay` | assumed |
| `deposit` ≤ `ownPayAmt` | S |
| 6203: `totlRefdAmt` = `cashRefdAmt` + `psnAcctRefdAmt` + `fundRefdAmt`; ALL 各项全退, CASH 只有现金, HI 没有现金。 ALL: all parts, CASH: cash only, HI: no cash | S, 有反例 with counter-examples |
| `pric` × `cnt` ≈ `detItemFeeSumamt`: 不符只提示。 A difference is a note only | assumed |

## 时限 Times

| 项 | item | 值 value | 依据 basis |
| --- | --- | --- | --- |
| 授权码 `payAuthNo` 有效期, 单次使用 | lifetime of `payAuthNo`, single use | 数分钟; 缺省 10 分钟 minutes; 10 by default | S; 时长 assumed |
| `ecToken` 有效期 | lifetime of `ecToken` | 未知; 缺省同上 unknown; as above | assumed |
| 订单有效期 | lifetime of an order | 未知; 选项 `order.ttl_ms` unknown; an option | assumed |
| `revsToken` | `revsToken` | 1 小时 1 hour | S |
| 6302 重发 | 6302 repeats | 未知; 缺省 5 次 unknown; 5 by default | assumed |
| 6301 轮询 | polling of 6301 | 每单每秒至多一次, 6202 后 30 秒内开始 at most once a second, first within 30 s | assumed |

## 幂等 Idempotency

| 号 number | 规则 rule | 依据 basis |
| --- | --- | --- |
| `medOrgOrd` (6201) | 机构内唯一; 同号同内容得第一次的结果, 同号不同内容被拒。 Unique; the same content answers the first pair, other content is refused | 唯一 M, 重复 assumed |
| `orgBizSer` (6202) | 每次请求唯一, 不等于 `medOrgOrd`。 Unique for every request | S |
| `chrgBchno` (6202) | 与 6201 相同。 As in 6201 | S |
| `appRefdSn` (6203) | 每笔退费唯一; 重复即查询。 Unique for every refund; repeating it is the query | M, 重复 assumed |
| `payAuthNo`、`ecToken` | 由第一次被接受的 6201 绑定到该订单。 Bound to the order by the first accepted 6201 | S, 细节 assumed |
"""

SOURCES = """# 资料来源与标记 / Sources and marks

规则、代码页、选项、字段表与报告里的出处由“事实表 + 章节”与方括号编号组成, 例如 `mobile-payment-centre 6.1`、`centre/M [1][3]`。下面说明每张表的章节在哪一页, 每个编号是什么资料。资料都是公开的代码、网页与文件; 我们只取事实, 不取文字。没有公开的官方文本。

A citation in a rule, a code page, an option, a field table or a report is a sheet of facts with a section, and numbers in brackets: `mobile-payment-centre 6.1`, `centre/M [1][3]`. Below stands on which page a section is found and what each number means. All are public code, pages and documents; we took facts and no text. No official text is public.

<a id="marks"></a>
## 标记 Marks

"""

MARKS = (
    ("centre M", "至少两个独立来源一致", "two independent sources agree", "vendor-code"),
    ("centre V", "由运行代码验证", "checked by running code", "vendor-code"),
    ("centre S", "一个来源", "one source", "vendor-code-single"),
    (
        "centre I, R, U",
        "推断 / 由同类接口类推 / 未知",
        "inferred / taken from sibling interfaces / unknown",
        "assumed",
    ),
    (
        "institution H",
        "两个以上来源一致, 或有真实样例",
        "two or more sources, or a captured sample",
        "vendor-code",
    ),
    ("institution M", "一个可信来源", "one credible source", "vendor-code-single"),
    ("institution L, U", "推断 / 未知", "inferred / unknown", "assumed"),
    ("channels H", "渠道官方文档或 SDK", "official documents or SDK of the channel", "channel-official"),
    ("channels M", "集成商代码", "code of integrators", "vendor-code-single"),
    ("channels L, unknown", "推断 / 未知", "inferred / unknown", "assumed"),
    (
        "acceptance H, M",
        "主管部门、招标文件、渠道文档",
        "authorities, tenders, channels",
        "provincial / channel-official",
    ),
    ("acceptance L", "单个网页或代码", "one page or one code", "vendor-code-single"),
    ("acceptance PROPOSED, UNVERIFIED", "我们的建议", "proposed by us", "assumed"),
)

INTRO: dict[str, tuple[str, str, str]] = {
    "6201": (
        "上传费用明细并建立支付订单(状态 0)。`payAuthNo` 与 `ecToken` 至少一个; `mdtrtId` 取自 2201, `psnNo`、`insutype`、`insuCode` 取自 1101。被接受的第一次上传绑定授权。",
        "Uploads the fee lines and makes the payment order (state 0). One of `payAuthNo` and `ecToken` must be there; `mdtrtId` comes from 2201, `psnNo`, `insutype`, `insuCode` from 1101. The first accepted upload binds the authorisation.",
        "Upload of fee details",
    ),
    "6202": (
        "对订单预结算并下单(状态 1), 应答给出四部分金额。`orgBizSer` 每次不同, `chrgBchno` 与 6201 相同。",
        "Pre-settles and places the order (state 1); the answer has the four amounts. `orgBizSer` differs every time, `chrgBchno` is that of 6201.",
        "Payment order",
    ),
    "6203": (
        "退费: `ALL` 全退, `CASH` 只退现金, `HI` 只退医保。`ecToken` 与 `payAuthNo` 恰有其一(用 `revsToken` 冲正时都不需要, 假定)。`EXP` 是结果未定, 不是失败。",
        "Refund: `ALL` everything, `CASH` cash only, `HI` insurance only. Exactly one of `ecToken` and `payAuthNo` (neither when `revsToken` reverses, assumed). `EXP` means undecided, not failed.",
        "Refund",
    ),
    "6301": (
        "查询结算结果。未结算(0、1、2)时可以只有 `payOrdId` 与 `ordStas`; 只有 `ordStas` 6 表示全部完成。",
        "Asks for the settlement result. Before settlement (0, 1, 2) there may be `payOrdId` and `ordStas` alone; only `ordStas` 6 means that all is done.",
        "Query of the settlement result",
    ),
    "6302": (
        "中心发往机构的结算结果通知, 用同一外层、平台私钥签名。任何 2xx 且不是明确失败的应答算接受(假定); 会重复, 也可能早于 6202 的应答到达。",
        "The centre's notice to the institution, in the same envelope, signed with the platform key. Any 2xx that is no explicit failure counts as accepted (assumed); it may repeat and may come before the answer to 6202.",
        "Notice of the settlement result",
    ),
    "6401": (
        "撤销上传。状态 0、1 可以撤销(推断), 结果为 12。",
        "Revokes the upload. States 0 and 1 may be revoked (inferred); the result is 12.",
        "Revocation of the upload",
    ),
    "wxPrepay": (
        "微信 JSAPI 下单, 得到 `prepay_id`。签名、错误与通知见[微信支付 APIv3](wechat.md)。同一 `out_trade_no` 再次提交: 内容相同且未支付时得到原来的 `prepay_id`(假定), 否则拒绝。",
        "JSAPI prepay of WeChat, gives `prepay_id`. Signature, errors and notices: [WeChat Pay APIv3](wechat.md). The same `out_trade_no` again: equal content of an unpaid order gets the first `prepay_id` (assumed), anything else is refused.",
        "JSAPI prepay of WeChat",
    ),
    "wxMedIns": (
        "医保混合下单: 把 6201/6202 的订单与微信预支付单合成一笔, 用户一次密码。必有与不得有的字段由 `mix_pay_type` 决定; `wechat_pay_cash_fee = med_ins_cash_fee + 加收 - 减免`, `total_fee = gov + self + other + wechat_pay_cash_fee + 减免`。四项金额须与 6202 一致, `serial_no` 是 6201 的 `medOrgOrd`。成功后通知 `callback_url`; 没有失败通知, 应主动查询。",
        "The mixed order: joins the order of 6201/6202 and the WeChat prepay, one password. `mix_pay_type` decides which members must and must not be there; `wechat_pay_cash_fee = med_ins_cash_fee + additions - reductions`, `total_fee = gov + self + other + wechat_pay_cash_fee + reductions`. The four amounts are those of 6202, `serial_no` is `medOrgOrd` of 6201. Success is told to `callback_url`; there is no notice of failure, so query.",
        "Mixed order of WeChat and insurance",
    ),
    "wxMedInsRefund": (
        "商户向微信上报医保部分已退(名为 notify, 方向是商户到微信)。同一退款单号重复上报以最后一次为准; 不同单号是否累加见选项 `wechat.med_refund_parts`。应答 204。",
        "The merchant reports to WeChat that the insurance part was refunded (it is called notify, but the merchant sends it). The same refund number again replaces the report; whether several numbers add up: option `wechat.med_refund_parts`. Answer 204.",
        "Report of an insurance refund",
    ),
    "wxRefund": (
        "退微信支付的现金部分, 可部分、可多次; 受理为 `PROCESSING`, 到账后为 `SUCCESS` 并发通知。医保部分从不由渠道退。",
        "Refunds the cash part paid by WeChat, in part and several times; accepted as `PROCESSING`, then `SUCCESS` with a notice. The insurance part is never refunded by the channel.",
        "Refund of the cash part by WeChat",
    ),
    "envelope": (
        "6xxx 接口的外层, 机构到中心与中心到机构(6302)相同。",
        "The outer form of the 6xxx interfaces, from institution to centre and back (6302).",
        "The envelope of 6xxx",
    ),
    "fsi": (
        "1101、2201、2202 的公共报文头; 业务内容在 `input` 的命名节点里。",
        "The common header of 1101, 2201, 2202; the content stands in named nodes of `input`.",
        "The fsi envelope",
    ),
    "1101": (
        "由凭证取得人员、参保与身份信息。移动支付用 `mdtrt_cert_type` 01, `mdtrt_cert_no` 写 payAuthNo 或 ecToken。应答的 `psn_no`、`insutype`、`insuplc_admdvs` 用于其后的全部请求。",
        "The person behind a certificate. Mobile payment sends `mdtrt_cert_type` 01 and payAuthNo or ecToken as `mdtrt_cert_no`. `psn_no`, `insutype`, `insuplc_admdvs` of the answer serve in all later requests.",
        "Basic data of a person",
    ),
    "2201": (
        "门诊挂号, 得到就诊 ID `mdtrt_id`。从不绑定授权。路径里的双 r 是原样。",
        "Outpatient registration; gives the visit id `mdtrt_id`. Never binds an authorisation. The double r of the path is as it is.",
        "Outpatient registration",
    ),
    "2202": (
        "撤销挂号; 该次就诊还有未撤、未退的订单时被拒。",
        "Cancels a registration; refused while the visit has orders that are open or paid.",
        "Cancellation of a registration",
    ),
    "userQuery": (
        "用授权页带回的 authCode 换取支付授权码。路径末段是 8 位 `partnerId`。请求头: `god-portal-timestamp` 为 13 位毫秒, `god-portal-signature` 为 HMAC-SHA256 的小写十六进制, 密钥 partnerSecret, 原文 partnerId 紧接时间; 正文不签名。",
        "Exchanges the authCode of the authorisation page for the payment authorisation number. The last segment of the path is the 8-digit `partnerId`. Headers: `god-portal-timestamp` has 13 digits (ms), `god-portal-signature` is HMAC-SHA256 in small hexadecimal, key partnerSecret, text partnerId followed by the timestamp; the body is not signed.",
        "Exchange of an authorisation code",
    ),
    "1162": (
        "由扫到的码取得人员与 `ecToken`。请求体就是业务对象, 没有公共报文头; 应答用两定应答外层。",
        "From a scanned code to the person and `ecToken`. The body is the business object without a common header; the answer has the outer form of fsi answers.",
        "Decoding of the e-credential",
    ),
}
