"""Makes every explained case of either language again from its mistakes' names and compares.

Two programs written apart thus agree on what each mistake means. Read are files made with --explain.
"""

from __future__ import annotations

import base64
import binascii
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from signers import cases, sm, tree
from signers.mistakes import BY_LABEL, Mistake
from signers.plan import Context, cipher_text, digest, signed_text

MARKS = ("previous", "app", "third")


def context_of(case: dict[str, Any]) -> Context:
    """The context of a case, from what the case shows."""
    keys = case["keys"]
    own, peer = "institution", "platform"
    if case["kind"] == "response":
        own, peer = peer, own
    d, peer_d = (sm.read_private(keys[f"{side}PrivateKey"]) for side in (own, peer))
    others = [
        {
            "mark": mark,
            "appId": o["appId"],
            "appSecret": o["appSecret"],
            "d": sm.read_private(o["privateKey"]),
        }
        for mark, o in zip(MARKS, keys.get("others", []), strict=False)
    ]
    body = tree.parse(case["message"])
    return Context(
        envelope=body,
        data=tree.parse(case["plain"]),
        app_id=keys["appId"],
        secret=keys["appSecret"],
        private=d,
        public=sm.public_point(d),
        plain=case["plain"],
        interface=case["interface"],
        kind=case["kind"],
        draw=case["draw"],
        platform=(peer_d, sm.public_point(peer_d)),
        others=others,
        lower_hex=case["lower_hex"],
        enc_data=body["encData"],
    )


def differences(case: dict[str, Any]) -> list[str]:
    """What differs between the case and the same case made here."""
    made: list[Mistake] = []
    for mistake in case["mistakes"]:
        label = mistake["name"] + ("@" + mistake["scope"] if mistake["scope"] else "")
        made.append(BY_LABEL[label])
    context = context_of(case)
    plan = cases.make_plan(tuple(made), case["base"] == "bare")
    out = []
    text = signed_text(plan, context)
    if text != case["signed_text"]:
        out.append("text")
    if cipher_text(plan, context) != context.enc_data:
        out.append("encData")
    if plan.form == "base64" and plan.formula == "sm2" and not out:
        e = digest(plan, context, plan.encode(text))
        try:
            raw = base64.b64decode(context.envelope["signData"], validate=True)
        except (binascii.Error, ValueError):
            return ["base64"]
        numbers = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        known = all(m.name != "signed_with_unknown_key" for m in made)
        if known and not sm.verify_number(e, *numbers, sm.public_point(plan.private(context))):
            out.append("signature")
    return out


def main(names: list[str]) -> int:
    """Prints what differs, by mistake."""
    bad: Counter[str] = Counter()
    seen = 0
    for name in names:
        for text in Path(name).read_text("utf-8").splitlines():
            case = json.loads(text)
            seen += 1
            for what in differences(case):
                bad["+".join(m["name"] + "@" + m["scope"] for m in case["mistakes"]) + " " + what] += 1
    print(f"{seen} cases, {sum(bad.values())} differences")
    for what, count in bad.most_common(60):
        print(count, what)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
