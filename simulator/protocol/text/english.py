"""The facts, causes and key errors of this package in English: Chinese sentence -> English sentence.

The Chinese sentences stand where they are made; a test finds every one of them here and no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    # transport and text
    "应使用 POST, 收到 {}": "must be POST, got {}",
    "Content-Type 应为 application/json, 收到 {}": "Content-Type must be application/json, got {}",
    "(无)": "(none)",
    "{} 个字节": "{} bytes",
    "Content-Type 含有 ASCII 以外的字节": "Content-Type holds bytes beyond ASCII",
    "HTTP 状态 {}": "HTTP status {}",
    "报文 {} 字节, 上限 {} 字节": "the body has {} bytes, the limit is {}",
    "以 BOM(EF BB BF)开头: JSON 报文不带 BOM": "begins with a BOM (EF BB BF): JSON has none",
    "{} 个数字超过 {} 个字符": "{} numbers have more than {} characters",
    "成员和元素合计超过 {} 个": "more than {} members and elements",
    "引号、逗号、冒号和左括号合计超过 {} 个": "more than {} quotes, commas, colons and opening brackets",
    "含有不成对的 \\uD8xx 代理项, 不能表示为 UTF-8": "holds a lone surrogate \\uD8xx, which UTF-8 cannot carry",
    "同一对象里成员重名: {}": "an object repeats the member {}",
    "JSON 没有这样的数: {}": "JSON has no such number: {}",
    "嵌套超过 {} 层": "nested more than {} levels deep",
    "第 {} 字节起不是 UTF-8: 请以 UTF-8 发送, 勿用 GBK": "not UTF-8 from byte {} on: send UTF-8, not GBK",
    "不是合法的 JSON: 第 {} 个字符附近": "not JSON near character {}",
    # envelope
    "报文最外层应为 JSON 对象": "the outermost value must be a JSON object",
    "解密后的 data 应为 JSON 对象": "the decrypted data must be a JSON object",
    "解密后{}": "after decryption: {}",
    "{} 应为 {}, 收到 {}": "{} must be {}, got {}",
    "报文缺少字段 {}": "members missing: {}",
    "{}字段类型不对 {}": "{}members of the wrong type: {}",
    "appId 未登记: 请核对接入反馈单上的渠道 id": "the appId is not registered: compare the channel id you were given",
    "已有密文 encData, 报文里不应再带明文 data": "plaintext data must not stand beside encData",
    "timestamp 应为 yyyyMMddHHmmss(北京时间) 或 13 位毫秒数": (
        "timestamp must be yyyyMMddHHmmss (Beijing time) or 13 digits of milliseconds"
    ),
    "此处不用 {} 格式的 timestamp": "the {} form of timestamp is not used here",
    "timestamp 与本机相差整 {} 小时: 多半是时区不对, 14 位时间应为北京时间": (
        "timestamp is off by {} whole hours: probably the time zone; 14 digits are Beijing time"
    ),
    "timestamp {} {} 秒, 允许 {} 秒: 请校时并每次重新取时间": (
        "timestamp is {1} s {0}, {2} s are allowed: set the clock and take the time anew for each message"
    ),
    "超前": "ahead",
    "落后": "behind",
    "encData 应为十六进制文本, 长度为 32 的倍数, 收到 {} 个字符": (
        "encData must be hexadecimal text of a multiple of 32 characters, got {} characters"
    ),
    "此签名已收到过: 每次发送都应重新取时间并重新签名": (
        "this signature was received before: take the time and sign anew for every message"
    ),
    "缺少 signData: 报文没有签名": "signData is missing: the message is not signed",
    "验签失败: {}": "the signature does not verify: {}",
    "签名原文里的数字没有加引号(此处放行, 别的地方可能验签失败)": (
        "numbers stand bare in the signed text (accepted here, may be refused elsewhere)"
    ),
    # form of signData
    "signData 有 {} 个字符, 应为 88 个": "signData has {} characters instead of 88",
    "signData 是十六进制, 应为 64 字节 r||s 的 base64": "signData is hexadecimal instead of base64 of 64 bytes r||s",
    "signData 是 ASN.1 DER({} 字节), 应为 r||s 共 64 字节": "signData is ASN.1 DER ({} bytes) instead of 64 bytes r||s",
    "signData 解出 {} 字节, 应为 r||s 共 64 字节, 各左补零到 32 字节": (
        "signData decodes to {} bytes instead of 64: r||s, each padded with zeros on the left to 32"
    ),
    "signData 的 base64 末尾多余位不为零": "the spare bits at the end of signData's base64 are not zero",
    "signData 不是 base64": "signData is not base64",
    "signData 的 base64 {}": "the base64 of signData {}",
    "含换行或空格": "holds line breaks or spaces",
    "不是标准字符表或缺补位": "has another alphabet or lacks its padding",
    "r 或 s 不足 32 字节时没有左补零, signData 只有 {} 字节": (
        "r or s was not padded with zeros on the left to 32 bytes: signData has {} bytes only"
    ),
    # causes of a signature that does not verify (sheet 15)
    "排序时忽略了大小写; 应按 ASCII 码区分大小写排序": "keys were sorted without regard to case; sort by ASCII code",
    "data 里的数字或布尔值没有加引号; 签名原文中应写成字符串": (
        "numbers or booleans of data stand bare; in the signed text they are quoted"
    ),
    "签名原文里留着空值(null、空串、空数组); 应逐层去掉": (
        "the signed text keeps empty values (null, empty text, empty array); drop them at every level"
    ),
    "签名原文里留着空字符串; 应逐层去掉": "the signed text keeps empty texts; drop them at every level",
    "签名原文末尾缺少 &key=appSecret": "the signed text does not end with &key=appSecret",
    "签名原文末尾直接接了 appSecret, 缺少 &key=": "the signed text ends with the appSecret alone, without &key=",
    "签名原文里的汉字被转成了 \\uXXXX; 应保留原字符": (
        "Chinese was escaped as \\uXXXX in the signed text; keep the characters"
    ),
    "签名原文的 JSON 在冒号和逗号后有空格; 应紧凑书写": (
        "the JSON of the signed text has spaces after colons and commas; write it compactly"
    ),
    "签名原文的 JSON 带换行和缩进({} 格); 应紧凑书写": (
        "the JSON of the signed text has line breaks and an indent of {}; write it compactly"
    ),
    "数字经过了浮点数, 写法变了(如 12.50 成 12.5); 应按密文里的原样书写": (
        "numbers went through a float and changed (12.50 became 12.5); write them as they are sent"
    ),
    "数字经过了 double, 写法变了(如 12 成 12.0); 应按密文里的原样书写": (
        "numbers went through a double and changed (12 became 12.0); write them as they are sent"
    ),
    "各级成员没有排序; 应按 ASCII 码升序": "members are not sorted; sort them by ASCII code at every level",
    "只排了最外层, data 内部没有排序; 应逐层排序": "only the top level is sorted, data is not; sort every level",
    "签名原文里的 / 被转成了 \\/; 应保留原字符": "/ was escaped as \\/ in the signed text; keep the character",
    "签名原文里去掉了空对象 {}; 应保留": "empty objects {} were dropped from the signed text; keep them",
    "签名原文缺少应答字段 {}; 除三个排除项外都要签名": (
        "the signed text lacks the answer's {}; everything but the three excluded members is signed"
    ),
    "签名原文缺少 data; 应先签名后加密": "the signed text lacks data; sign before encrypting",
    "签名原文里的 data 用了密文; 应先对明文签名, 再加密": (
        "the signed text holds data as cipher text; sign the plaintext, then encrypt"
    ),
    "签名原文里的 data 是加密前的原文, 没有排序、去空、转字符串": (
        "the signed text holds data as it was sent, not sorted, cleaned and quoted"
    ),
    "签名原文缺少 {}": "the signed text lacks {}",
    "签名用的 timestamp 与报文里的不是同一个值(取了两次时间)": (
        "the timestamp that was signed is not the one that was sent (the time was taken twice)"
    ),
    "只对签名原文做了 SM3, 没有前置 Z_A(用户标识与公钥的杂凑)": (
        "SM3 was taken of the text alone, without Z_A (hash of user id and public key) before it"
    ),
    "用户标识用了{}, 应为{}": "the user id is {} instead of {}",
    "空值": "the empty text",
    "约定值": "the agreed one",
    "{}; 且{}": "{}; and {}",
    "{}; 且 {}": "{}; and {}",
    "签名能用接收方自己的公钥验证: 两方密钥用反了": (
        "it verifies with the receiver's own public key: the keys of the two sides are swapped"
    ),
    "签名是用另一个应用的私钥做的: 请换成本 appId 的私钥": (
        "it was signed with the private key of another app: use the one of this appId"
    ),
    "已试过所有已知错误写法仍不符: 请核对 appSecret、私钥是否与登记一致, 并逐字比较签名原文": (
        "none of the known mistakes fits: compare appSecret and private key with what is registered, "
        "and the signed text letter by letter"
    ),
    # causes of a cipher text that does not open
    "应取 SM4(appSecret) 大写十六进制的前 16 个字符": (
        "it must be the first 16 characters of SM4(appSecret) as capital hexadecimal"
    ),
    "SM4 密钥用了密文的前 16 个原始字节; {}": "the SM4 key is the first 16 raw bytes of the cipher text; {}",
    "SM4 密钥取自小写十六进制; {}": "the SM4 key was taken from small hexadecimal; {}",
    "SM4 密钥取自 base64; {}": "the SM4 key was taken from base64; {}",
    "SM4 密钥直接用了 appId 的前 16 个字符; {}": "the SM4 key is the first 16 characters of the appId itself; {}",
    "SM4 密钥直接用了 appSecret 的前 16 个字符; {}": "the SM4 key is the first 16 characters of the appSecret itself; {}",
    "推导密钥时用了 appId 的全部 32 个字符; 应只用前 16 个字符, {}": (
        "the key was derived with all 32 characters of the appId; use the first 16 only, {}"
    ),
    "密文是用另一个应用的密钥加密的": "it was encrypted with the key of another app",
    "密钥正确, 但末尾不是 PKCS#7 填充(补零或未填充)": "the key is right, but the padding is not PKCS#7 (zeros or none)",
    "用约定的密钥和已知错误密钥都解不开: 请核对 appId、appSecret 与密文是否完整": (
        "neither the agreed key nor a known wrong one opens it: compare appId and appSecret, and that nothing is cut off"
    ),
    "SM4 密钥应为 16 字节, 现为 {} 字节": "an SM4 key has 16 bytes, this one {}",
    "密文长度应为 16 的正整数倍, 现为 {} 字节": "the cipher text must be a multiple of 16 bytes, it has {}",
    "解密后的填充不是 PKCS#7: 密钥不对, 或密文被改动": (
        "the padding after decryption is not PKCS#7: a wrong key, or the cipher text was changed"
    ),
    "appId 至少 16 个 ASCII 字符, 报文密钥由其前 16 个字符推出": (
        "an appId has at least 16 ASCII characters: the message key is derived from the first 16"
    ),
    # keys
    "私钥": "private key",
    "公钥": "public key",
    "SM2 公钥不是 sm2p256v1 曲线上的点: 抄错, 或不是国密密钥": (
        "the SM2 public key is no point of sm2p256v1: miscopied, or a key of another curve"
    ),
    "SM2 {}太长: 不超过 {} 个字符": "the SM2 {} is too long: at most {} characters",
    "SM2 {}为空": "the SM2 {} is empty",
    "SM2 {}既不是 base64 也不是十六进制": "the SM2 {} is neither base64 nor hexadecimal",
    "SM2 私钥不在 1 到 n-2 的范围内": "the SM2 private key is not between 1 and n-2",
    "SM2 公钥应为 65 字节(04 开头)或 64 字节的 base64, 解出的是 {} 字节": (
        "an SM2 public key is base64 of 65 bytes (beginning with 04) or 64, this one decodes to {}"
    ),
    "密钥不是 32 字节的标量, 也不是 PKCS#8 或 SEC 1 编码的 SM2 私钥": (
        "the key is neither a scalar of 32 bytes nor an SM2 private key in PKCS#8 or SEC 1"
    ),
    "公钥不是 65 字节的点, 也不是 SPKI 编码的 SM2 公钥": (
        "the public key is neither a point of 65 bytes nor an SM2 public key in SPKI"
    ),
    # fields and amounts
    "字段不符 {} 处, 见 docs/{}: {}": "{} fields differ, see docs/{}: {}",
    "另有 {} 处": "{} more",
    "缺少 {}": "missing {}",
    "{} 等 {} 处": "{} (in {} places)",
    "{}({})": "{} ({})",
    "{} | {}": "{} | {}",
    "不能为空": "must not be empty",
    "缺少, 请补上{}": "missing, add it{}",
    "不认识的键: {}": "unknown keys: {}",
    "不认识的键, {}": "unknown key, {}",
    "是不是 {}?": "did you mean {}?",
    "可用的键: {}": "there are: {}",
    "写成{}": "write {}",
    "写成 {}": "write {}",
    "写成 {} 之一": "write one of {}",
    "{} 或留空": "{} or leave it empty",
    " 或留空": " or leave it empty",
    "形如 {}": "something like {}",
    "不能小于 {}": "must not be less than {}",
    "要大于 {}": "must be more than {}",
    "不能大于 {}": "must not be more than {}",
    "要小于 {}": "must be less than {}",
    "字数不能少于 {}": "must have at least so many characters: {}",
    "字数不能多于 {}": "must have at most so many characters: {}",
    "项数不能少于 {}": "must have at least so many entries: {}",
    "项数不能多于 {}": "must have at most so many entries: {}",
    "同一项写了两次, 只保留一处": "the same entry stands twice, keep one",
    "不符合要求 ({})": "not as required ({})",
    "{}, 例如 {}": "{}, for example {}",
    ", 例如 {}": ", for example {}",
    "{} (现在是 {})": "{} (it is {})",
    "{} 或 {}": "{} or {}",
    "文本(加引号)": "text (in quotes)",
    "整数": "a whole number",
    "数字": "a number",
    "true 或 false": "true or false",
    "列表 [..]": "a list [..]",
    "键值结构": "keys with values",
    "空": "nothing",
    "正则表达式": "a regular expression",
    "此报文尚无字段表": "there is no field table for this message yet",
    "金额应为非负、最多两位小数的元: {}": "amounts are yuan, not negative, two decimals at most: {}",
    "明细合计 {} 元, medfeeSumamt {} 元, 相差 {} 元": "the lines add up to {} yuan, medfeeSumamt is {} yuan, {} yuan apart",
    "{} = {} 元, {} = {} 元": "{} = {} yuan, {} = {} yuan",
    # what sentences are put together with
    "{}; {}": "{}; {}",
    "{}: {}": "{}: {}",
}
