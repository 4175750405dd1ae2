"""The parameter set of a provincial 接入反馈单: JSON or lines `名称: 值`, keys in every encoding (contracts 2). Pure.

Test parameters only: whatever is marked as production is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from conformance.mistake import Mistake
from simulator.protocol.crypto.ciphers import CipherError, message_key
from simulator.protocol.crypto.keys import KeyFormatError, parse_private_key, parse_public_key
from simulator.protocol.text.said import Said, said_of

MOST_CHARS = 200_000
DEPTH = 6
NAMES: Mapping[str, tuple[str, ...]] = {
    "app_id": ("appid", "渠道appid", "渠道id", "渠道编号", "渠道编码", "应用id", "应用编号", "chnlid", "appcode", "orgappid"),
    "app_secret": ("appsecret", "secret", "密钥", "数字密钥", "渠道密钥", "渠道数字密钥", "应用密钥", "appkey"),
    "private": ("渠道私钥", "机构私钥", "应用私钥", "私钥", "privatekey", "channelprivatekey", "institutionprivatekey",
                "prikey", "sm2privatekey", "apppriv", "渠道sm2私钥"),
    "public": ("渠道公钥", "机构公钥", "应用公钥", "公钥", "publickey", "channelpublickey", "institutionpublickey",
               "pubkey", "sm2publickey", "渠道sm2公钥"),
    "platform": ("平台公钥", "中心公钥", "移动支付中心公钥", "platformpublickey", "platpublickey", "platformpubkey",
                 "平台sm2公钥"),
    "channel_code": ("机构渠道认证编码", "渠道认证编码", "orgchnlcrtfcodg"),
    "code": ("机构编码", "定点医药机构编码", "定点机构编码", "医疗机构编码", "医药机构编码", "orgcodg", "orgcode"),
    "name": ("机构名称", "定点医药机构名称", "医疗机构名称", "orgname"),
}  # fmt: skip
"""Our name -> the names it is found under, in lower case without blanks, `_`, `-` and what stands in brackets."""
SECRET = ("app_secret", "private", "public", "platform")
_BY_NAME = {name: ours for ours, names in NAMES.items() for name in names}
MOST_NAME = 60
_MARKS = ":：=\t"
_BEGIN, _END, _DASHES = "-----BEGIN ", "-----END ", "-----"
_HARMLESS = re.compile(r"非生产|non[-_ ]?prod(uction)?", re.IGNORECASE)
_PRODUCTION = re.compile(r"生产|正式环境|(?<![a-z])(prod|prd|production)(?![a-z])", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_APP_ID = re.compile(r"[0-9A-Za-z_-]{16,64}")
_CODE = re.compile(r"[A-Z][0-9A-Z]{11}")
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Parameters:
    """What was found. `private` may be empty: the vendor keeps it and gives only its public key.

    Keys are in the form the platform issues (base64). `platform` is the other platform's public key, or empty.
    `ignored`: names that mean nothing to us.
    """

    app_id: str
    app_secret: str
    private: str
    public: str
    platform: str = ""
    channel_code: str = ""
    code: str = ""
    name: str = ""
    ignored: tuple[str, ...] = ()


def read(text: str, file: str, file_name: str = "") -> Parameters:
    """The parameter set in `text`. Raises Mistake: a line for each thing, with the name as it stands in the file.

    `file` as the user named it; `file_name` is its last part, looked at for a mark of production.
    """
    if len(text) > MOST_CHARS:
        raise Mistake(Said("超过 {} 个字符", MOST_CHARS), file=file)
    _refuse_production(Said("文件名"), file_name, file)
    found: dict[str, tuple[str, str]] = {}
    ignored = []
    for name, value in _pairs(text, file):
        ours = _BY_NAME.get(_plain(name))
        _refuse_production(Said("名称"), name, file, name)
        if ours not in SECRET:
            _refuse_production(Said("值"), value, file, name)
        if ours is None or not value:
            ignored.append(name)
        elif found.setdefault(ours, (name, value))[1] != value:
            raise Mistake(Said("与 {} 是同一项而值不同, 只保留一处", found[ours][0]), file=file, field=name)
    return _checked(found, tuple(ignored), file)


def _checked(found: Mapping[str, tuple[str, str]], ignored: tuple[str, ...], file: str) -> Parameters:
    wrong = [
        Mistake(Said("缺少, 请补上; 反馈单里常写作 {}", " / ".join(NAMES[ours][:3])), file=file, field=shown)
        for ours, shown in (("app_id", "appId"), ("app_secret", Said("密钥 (appSecret)")))
        if ours not in found
    ]
    if "private" not in found and "public" not in found:
        text = Said("缺少, 写渠道私钥; 私钥不便给出时写渠道公钥")
        wrong.append(Mistake(text, file=file, field=Said("渠道私钥")))
    said, value = dict.fromkeys(NAMES, ""), dict.fromkeys(NAMES, "")
    for ours, (name, text_of) in found.items():
        said[ours], value[ours] = name, text_of

    def key(ours: str, parse: Callable[[str], Key]) -> Key | None:
        try:
            return parse(value[ours]) if value[ours] else None
        except KeyFormatError as error:
            wrong.append(Mistake(said_of(error), file=file, field=said[ours]))
            return None

    own = key("private", parse_private_key)
    public, platform = key("public", parse_public_key), key("platform", parse_public_key)
    if own is not None and public is not None and own.public != public:
        hint = Said(", 它是平台公钥") if public == platform else ""
        unlike = Said("不是由渠道私钥得出的公钥{}, 核对后改正", hint)
        wrong.append(Mistake(unlike, file=file, field=said["public"]))
    if "app_id" in found and not _APP_ID.fullmatch(value["app_id"]):
        wrong.append(Mistake(Said("写 16 到 64 个字母或数字"), file=file, field=said["app_id"]))
    elif "app_id" in found and "app_secret" in found:
        try:
            message_key(value["app_id"], value["app_secret"])
        except CipherError as error:
            wrong.append(Mistake(said_of(error), file=file, field=said["app_secret"]))
    if value["code"] and not _CODE.fullmatch(value["code"]):
        wrong.append(Mistake(Said("写 12 位机构编码, 例如 H50999900001"), file=file, field=said["code"]))
    if wrong:
        raise Mistake.of(wrong, len(wrong))
    own_public = own.public if own is not None else public
    assert own_public is not None
    return Parameters(
        app_id=value["app_id"],
        app_secret=value["app_secret"],
        private=own.text if own is not None else "",
        public=own_public.text,
        platform=platform.text if platform is not None else "",
        channel_code=value["channel_code"],
        code=value["code"],
        name=value["name"],
        ignored=ignored,
    )


def _refuse_production(where: Said, text: str, file: str, field: str = "") -> None:
    hit = _PRODUCTION.search(_HUMP.sub("_", _HARMLESS.sub("", text)))
    if hit:
        raise Mistake(
            Said("{}里有 {}: 生产参数一律不接受, 只导入测试环境的参数", where, hit.group()),
            file=file,
            field=field,
        )


def _pairs(text: str, file: str) -> Iterator[tuple[str, str]]:
    """(name, value) in the order of the file."""
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith(("{", "[")):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            raise Mistake(Said("不是 JSON, 也不是 名称: 值 的各行"), file=file) from None
        yield from _of_json(value, DEPTH)
        return
    for line in _unfolded(text).splitlines():
        name, value = _split(line)
        if 0 < len(name) <= MOST_NAME:
            yield name, value.strip("\"'“”,; ")


def _unfolded(text: str) -> str:
    """Every PEM block on the line of its name: its base64 alone. Reads the text once."""
    out, at = [], 0
    while (begin := text.find(_BEGIN, at)) >= 0:
        head = text.find(_DASHES, begin + len(_BEGIN), begin + len(_BEGIN) + MOST_NAME)
        end = text.find(_END, begin)
        tail = text.find(_DASHES, end + len(_END), end + len(_END) + MOST_NAME)
        if end < 0:
            break
        if min(head, tail) < 0 or head > end:
            out.append(text[at : begin + len(_BEGIN)])
            at = begin + len(_BEGIN)
            continue
        out.append(text[at:begin].rstrip())
        out.append("".join(text[head + len(_DASHES) : end].split()))
        at = tail + len(_DASHES)
    return "".join((*out, text[at:]))


def _split(line: str) -> tuple[str, str]:
    """Name and value of `name: value`, `name：value`, `name = value` or `name<tab>value`; no name where there is no mark."""
    line = line.strip()
    at = next((place for place, char in enumerate(line[: MOST_NAME + 60]) if char in _MARKS), -1)
    return (line[:at].rstrip(), line[at:].lstrip(_MARKS + " ")) if at >= 0 else ("", "")


def _of_json(value: Any, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and depth:
        for name, inner in value.items():
            if isinstance(inner, (Mapping, list)):
                yield str(name), ""
                yield from _of_json(inner, depth - 1)
            else:
                yield str(name), "" if inner is None else str(inner)
    elif isinstance(value, list) and depth:
        for inner in value:
            yield from _of_json(inner, depth - 1)


def _plain(name: str) -> str:
    """Lower case, without blanks, `_`, `-`, `.` and what stands in brackets."""
    name = name[: 2 * MOST_NAME]  # a bracket that is never closed is looked for from each that is opened
    bare = re.sub(r"[(（\[【].*?[)）\]】]", "", name) or name
    return re.sub(r"[\s_.\-*`\"'“”]", "", bare).lower()
