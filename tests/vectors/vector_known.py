"""The set `known_answers`: T1 to T4 of the protocol sheet, section 17. Their values are the sheet's; nothing is computed here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from vector_shape import Group, note, vector_set

SHEET: Final = Path(__file__).parents[1] / "interop" / "vectors.json"
DIGESTS: Final = {
    "T2": {
        "z": "f84e7c69776dae259b6445b6119e10fef73390a5cbf97856656e9b62ff833967",
        "e": "cb3bb8beef13b61a638414e19be2858c8fe4f8c90a355c3bd1146d614ff13f17",
    },
    "T3": {"e": "7e28faa2e07dd52db3f1271110b4b34779ddef4b7717d4e826a83c19315bd45b"},
}
ABOUT: Final = {
    "T2": ("a 6301, unsorted and with empties", "EmptyMembers"),
    "T3": ("numbers, booleans, arrays, empties, capitals", "QuotedScalars EmptyMembers CaseSensitiveOrder"),
    "T4": ("an answer of the centre", "AnswerFields"),
}

NOTES = {
    "KeyDerivation": note("WRONG_PRIMITIVE", "报文密钥: SM4(appId 前 16 字符, appSecret) 的大写十六进制的前 16 个字符", "the message key: first 16 characters of the upper-case hex of SM4(first 16 of appId, appSecret)", "双方解不开", "the two sides cannot read each other", "centre sheet 4, 17 (T1)"),
    "EmptyMembers": note("DIALECT", "null、空文本、空数组不参加签名", "null, empty text and empty arrays are not signed", "验签失败", "the signature does not verify", "centre sheet 3.1, 3.2"),
    "QuotedScalars": note("DIALECT", "data 里的数与布尔加引号", "numbers and booleans inside data are quoted", "验签失败", "the signature does not verify", "centre sheet 3.2"),
    "CaseSensitiveOrder": note("DIALECT", "区分大小写排序", "sorted with regard to case", "每个 6201 验签失败", "no 6201 verifies", "centre sheet 3.2, 15"),
    "AnswerFields": note("DIALECT", "答复的 code、message、success 参加签名", "code, message and success of an answer are signed", "答复验不过", "answers do not verify", "centre sheet 15 (15)"),
}  # fmt: skip


def sheet() -> dict[str, Any]:
    """The identity and the cases of the sheet, as the independent clients read them too."""
    loaded: dict[str, Any] = json.loads(SHEET.read_text(encoding="utf-8"))
    return loaded


def make() -> dict[str, Any]:
    given = sheet()
    derived = Group("MessageKey", {})
    derived.add(
        "valid", "T1", "KeyDerivation", appId=given["appId"], appSecret=given["appSecret"],
        cipher=given["T1"]["secret_cipher"], key=given["T1"]["message_key"].encode().hex(),
    )  # fmt: skip
    sealed = Group(
        "SealedMessage", {name: given[name] for name in ("appId", "appSecret", "institution", "centre")}
    )
    for case in given["cases"]:
        about, flags = ABOUT[case["name"]]
        sealed.add(
            "valid", f"{case['name']}: {about}", flags, signer=case["signer"], envelope=case["envelope"], data=case["plain"],
            nonce=given["nonce"], text=case["sign_text"], **DIGESTS.get(case["name"], {}), signData=case["signature"], encData=case["cipher"],
        )  # fmt: skip
    return vector_set(
        "SM2-SM3-SM4 envelope", "协议表的向量 T1 至 T4", "T1 to T4 of the protocol sheet",
        (
            "SealedMessage: `envelope` and the plaintext `data`, signed by `signer` with the nonce of known answers, give `text`, `signData`, `encData`; `z` and `e` in hex.",
            "A published documentation identity and throw-away keys, no live credential.",
        ),
        NOTES, (derived, sealed),
    )  # fmt: skip
