"""Checks the SM2, SM3 and SM4 code and the canonical text against the pages: T1 to T4 and every corner."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from signers import sm, tree
from signers.plan import Context, Plan, envelope_of, signed_text

INSTITUTION = "WjhjpzEf3XLvXfZXFE9zxrZixGutuyTsAC2OusToNBU="
CENTRE = "yBW73jL3nu/WA9Cke4uW8zAV/pJk47qNt88ynL9t8yU="
APP_ID, APP_SECRET = "43AF047BBA47FC8A1AE8EFB232BDBBCB", "4117E877F5FA0A0188891283E4B617D5"
NONCE = int("1122334455667788990011223344556677889900112233445566778899001122", 16)
TICK = chr(96)


def main(folder: str) -> int:
    """Prints one line for every check that fails; the exit code is 1 where one does."""
    bad, seen = [], 0
    text = Path(folder, "signing.md").read_text("utf-8")
    for title in ("T2", "T3", "T4"):
        part = text.split(f"## {title} ")[1].split("## T")[0]
        plain, to_sign, z, e, _, sign, enc = re.findall(r"```text\n(.*?)\n```", part, re.DOTALL)
        d = sm.read_private(CENTRE if title == "T4" else INSTITUTION)
        q = sm.public_point(d)
        envelope: dict[str, tree.Tree] = {
            "appId": APP_ID,
            "version": "2.0.1",
            "encType": "SM4",
            "signType": "SM2",
        }
        envelope["timestamp"] = re.findall(r"timestamp=(\d+)", to_sign)[0]
        if title == "T4":
            envelope |= {"code": tree.Num("0"), "message": "成功", "success": True}
        context = Context(envelope, tree.parse(plain), APP_ID, APP_SECRET, d, q)
        number = sm.digest_number(sm.za(q) + to_sign.encode())
        pair = sm.sign_number(number, d, NONCE)
        key = sm.message_key(APP_ID, APP_SECRET)
        checks = {
            "text": signed_text(Plan(), context) == to_sign,
            "za": sm.za(q).hex() == z,
            "e": f"{number:064x}" == e,
            "sign": pair is not None and sm.b64(b"".join(v.to_bytes(32, "big") for v in pair)) == sign,
            "verify": pair is not None and sm.verify_number(number, *pair, q),
            "enc": sm.sm4_ecb_raw(key, sm.pkcs7(plain.encode())).hex().upper() == enc,
            "dec": sm.sm4_ecb_decrypt(key, bytes.fromhex(enc)).decode() == plain,
        }
        seen += len(checks)
        bad += [f"{title} {name}" for name, good in checks.items() if not good]
    page = Path(folder, "canonical.md").read_text("utf-8")
    corners = [line.split(" | ") for line in page.split("## 外层")[0].splitlines() if line.count(TICK) >= 4]
    for row in (r for r in corners if len(r) >= 5 and r[2].startswith(TICK + "{")):
        plain = row[2].strip(TICK)
        try:
            data = tree.parse(plain if not re.search(r'[,{]\\[nt]"?', plain) else eval_blanks(plain))
        except ValueError as error:
            bad.append(f"corner {row[1]}: {error}")
            continue
        for family, column in ((False, 3), (True, 4)):
            expected = row[column].strip(" |").strip(TICK)
            expected = "" if expected.startswith("(空") else expected
            context = Context({}, data, "", "S", 1, sm.G)
            got = signed_text(Plan(bare=family), context)
            got = got.removesuffix("key=S").removesuffix("&")
            got = "" if got == "data={}" and not expected else visible(got)
            seen += 1
            if got != expected:
                bad.append(f"corner {row[1]} bare={family}: {got} <> {expected}")
    print(f"{seen} checks, {len(bad)} bad", *bad, sep="\n")
    assert envelope_of({"a": 1, "signData": "x"}) == {"a": 1}
    return 1 if bad else 0


def visible(text: str) -> str:
    """The page writes DEL and the line separators as escapes, although they stay raw in the signed text."""
    return re.sub("[\x7f\u2028\u2029]", lambda m: f"\\u{ord(m[0]):04x}", text)


def eval_blanks(text: str) -> str:
    """The page writes the white space between members as escapes."""
    return text.replace(",\\n\\t", ",\n\t")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
