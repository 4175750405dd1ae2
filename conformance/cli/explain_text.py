"""How an explanation reads: a checklist of facts, the causes with what to do, the text to be signed."""

from __future__ import annotations

import json

from conformance.cli.terminal import both, english, out, said
from conformance.why_refused import Difference, Explanation, masked
from reports.words import Words
from simulator.protocol.codes.family import page_of
from simulator.protocol.codes.table import BY_CODE
from simulator.protocol.wire.facts import Fact
from simulator.protocol.wire.opened import ADVISORY

KINDS = {"request": ("请求", "request"), "response": ("应答", "answer")}
SENDERS = {"institution": ("机构", "institution"), "platform": ("平台", "platform")}


def show(found: Explanation, size: int, *, with_text: bool = False) -> None:
    """Print the whole explanation."""
    what = " ".join(part for part in (found.interface, both(*KINDS[found.kind])) if part)
    sender = both(*SENDERS[found.sender])
    out(both(f"报文: {what}, 由{sender}发出, {size} 字节", f"message: {what} of the {sender}, {size} bytes"))
    words = Words("en" if english() else "zh")
    for fact in found.facts:
        _line(fact, words)
    out()
    reasons = found.reasons
    out(
        both(f"被拒原因: {len(reasons)} 处", f"reasons to refuse: {len(reasons)}")
        if reasons
        else both("报文可以被接受", "the message can be accepted")
    )
    for fact in reasons:
        _reason(found, fact, words)
    _answer(found)
    if with_text or found.difference is not None:
        _signed(found)
    elif any(fact.name.startswith("sign.") for fact in reasons) and found.text is not None:
        out(
            both(
                "用 --text 看应签的原文, 用 --my-text FILE 与您签名的原文逐字比较",
                "--text shows the text to be signed, --my-text FILE compares it with yours",
            )
        )
    if found.opened.data is not None:
        out(both("业务数据:", "business data:"))
        out(json.dumps(found.opened.data, ensure_ascii=False, indent=2))


def _line(fact: Fact, words: Words) -> None:
    hint = both("提示", "hint") if fact.name in ADVISORY else both("不符", "BAD ")
    mark = both("通过", "ok  ") if fact.ok else hint
    out(f"[{mark}] {fact.name:<18} {words.label('fact', fact.name)}")
    if fact.note:
        out(f"       {said(fact.note)}")


def _reason(found: Explanation, fact: Fact, words: Words) -> None:
    code = found.code(fact)
    cause = f" {fact.data['cause']}" if fact.data.get("cause") else ""
    out(f"- {fact.name}{cause}: {said(fact.note) or words.label('fact', fact.name)}")
    if english():
        out(f"  {code.code}: {code.help_en}")
        return
    out(f"  如何确认: {code.confirm}")
    out(f"  如何修改: {code.fix}  (docs/{page_of(code.code)})")


def _answer(found: Explanation) -> None:
    """What an answer says, when it is a refusal of ours."""
    envelope = found.opened.outer or {}
    code = BY_CODE.get(str(envelope.get("code", "")))
    if found.kind != "response" or code is None:
        return
    out(both(f"应答是拒绝 {code.code}: {code.zh}", f"the answer is a refusal, {code.code}: {code.en}"))
    out(both(f"  如何修改: {code.fix}  (docs/{page_of(code.code)})", f"  {code.help_en}"))


def _signed(found: Explanation) -> None:
    if found.text is None:
        out(
            both(
                "解不开密文, 写不出应签的原文",
                "the content cannot be read, so the text to be signed is unknown",
            )
        )
        return
    out(both("应签的原文 (appSecret 已隐去):", "the text to be signed (appSecret masked):"))
    out(masked(found.text))
    if found.difference is not None:
        _difference(found.difference)


def _difference(one: Difference) -> None:
    if one.at < 0:
        out(
            both(
                "您的原文与应签的原文完全一致: 问题在私钥、用户标识或签名编码",
                "your text is the right one: look at the private key, the user id or the encoding of the signature",
            )
        )
    elif one.in_secret:
        out(
            both(
                "到 &key= 为止一致, 其后的 appSecret 不同 (或您的文件里已隐去)",
                "equal up to &key=, the appSecret behind it differs (or is masked in your file)",
            )
        )
    else:
        out(both(f"第 {one.at + 1} 个字符起不同:", f"different from character {one.at + 1} on:"))
        out(both(f"  应为: {one.expected}", f"  right: {one.expected}"))
        out(both(f"  您的: {one.mine}", f"  yours: {one.mine}"))
    if one.signed is not None:
        yes = both("报文里的签名正是对您这份原文做的", "the signature of the message was made over your text")
        no = both(
            "报文里的签名不是对您这份原文做的", "the signature of the message was not made over your text"
        )
        out(yes if one.signed else no)
