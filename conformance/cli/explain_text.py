"""How an explanation reads: a checklist of facts, the causes with what to do, the text to be signed."""

from __future__ import annotations

import json
from collections.abc import Sequence

from conformance.cli.terminal import english, out, shown
from reports.words import Words
from simulator.protocol.codes.family import page_of
from simulator.protocol.codes.table import BY_CODE
from simulator.protocol.diagnosis.deviation import Named
from simulator.protocol.diagnosis.nearest import Nearest
from simulator.protocol.text.said import Said, listed
from simulator.protocol.wire.facts import Fact
from simulator.protocol.wire.opened import ADVISORY
from simulator.protocol.wire.why_refused import Difference, Explanation, masked

KINDS = {"request": Said("请求"), "response": Said("应答")}
SENDERS = {"institution": Said("机构"), "platform": Said("平台")}


def show(found: Explanation, size: int, *, with_text: bool = False) -> None:
    """Print the whole explanation."""
    what = listed(" ", (part for part in (found.interface, KINDS[found.kind]) if part))
    out(Said("报文: {}, 由{}发出, {} 字节", what, SENDERS[found.sender], size))
    words = Words("en" if english() else "zh")
    for fact in found.facts:
        _line(fact, words)
    out()
    reasons = found.reasons
    out(Said("被拒原因: {} 处", len(reasons)) if reasons else Said("报文可以被接受"))
    for fact in reasons:
        _reason(found, fact, words)
    if found.diagnosis is not None and found.diagnosis.causes:
        _named(found.diagnosis.causes)
        for other in found.diagnosis.equals:
            out(Said("同样符合的另一种:"))
            _named(other)
    elif found.diagnosis is not None:
        for key, digest in found.diagnosis.digests:
            out(Said("按密钥 {} 读出, 签名所签的杂凑值是 {}", key, digest))
    if found.diagnosis is not None:
        whole = Said("在限额之内找完") if found.diagnosis.whole else Said("限额用完, 没有全部试过")
        out(Said("试过 {} 种写法, 杂凑 {} 字节; {}", found.diagnosis.tried, found.diagnosis.hashed, whole))
        if not found.diagnosis.causes and not found.diagnosis.whole:
            out(Said("用 --thorough 找得更远"))
    _answer(found)
    if with_text or found.difference is not None:
        _signed(found)
    elif any(fact.name.startswith("sign.") for fact in reasons) and found.text is not None:
        out(Said("用 --text 看应签的原文, 用 --my-text FILE 与您签名的原文逐字比较"))
    if found.opened.data is not None:
        out(Said("业务数据:"))
        out(json.dumps(found.opened.data, ensure_ascii=False, indent=2))


def _line(fact: Fact, words: Words) -> None:
    mark = Said("通过") if fact.ok else Said("提示") if fact.name in ADVISORY else Said("不符")
    out(f"[{shown(mark)}] {fact.name:<18} {words.label('fact', fact.name)}")
    if fact.note:
        out(f"       {shown(fact.note)}")


def _reason(found: Explanation, fact: Fact, words: Words) -> None:
    code = found.code(fact)
    causes = fact.data.get("causes") or [fact.data]
    known = " + ".join(str(one["cause"]) for one in causes if one.get("cause"))
    cause = f" {known}" if known else ""
    out(f"- {fact.name}{cause}: {shown(fact.note) or words.label('fact', fact.name)}")
    out(Said("  如何确认: {}", code.confirm))
    out(Said("  如何修改: {}  (docs/{})", code.fix, page_of(code.code)))


def _answer(found: Explanation) -> None:
    """What an answer says, when it is a refusal of ours."""
    envelope = found.opened.outer or {}
    code = BY_CODE.get(str(envelope.get("code", "")))
    if found.kind != "response" or code is None:
        return
    out(Said("应答是拒绝 {}: {}", code.code, code.sentence))
    out(Said("  如何修改: {}  (docs/{})", code.fix, page_of(code.code)))


def _signed(found: Explanation) -> None:
    if found.text is None:
        out(Said("解不开密文, 写不出应签的原文"))
        return
    out(Said("应签的原文 (appSecret 已隐去):"))
    out(masked(found.text))
    if found.difference is not None:
        _difference(found.difference)
    if found.nearest is not None and (found.difference is None or found.difference.at >= 0):
        _near(found.nearest)


def _named(causes: Sequence[Named]) -> None:
    """Each mistake with the first character that it changes."""
    for one in causes:
        out(f"* {one.cause}: {shown(one.said)}")
        if one.right or one.offered:
            out(Said("  应为: {}", one.right))
            out(Said("  签的: {}", one.offered))


def _near(one: Nearest) -> None:
    """What is wrong in the user's own text, as far as the grammar knows it."""
    if one.causes:
        whole = Said("您的原文里的错误:")
        out(whole if one.whole else Said("最接近您的原文的写法:"))
        for cause in one.causes:
            out(f"* {cause.cause}: {shown(cause.said)}")
    if not one.whole:
        out(Said("此后第一处说不清的不同, 第 {} 个字符:", one.at + 1))
        out(Said("  最接近的: {}", one.right))
        out(Said("  您的: {}", one.mine))


def _difference(one: Difference) -> None:
    if one.at < 0:
        out(Said("您的原文与应签的原文完全一致: 问题在私钥、用户标识或签名编码"))
    elif one.in_secret:
        out(Said("到 &key= 为止一致, 其后的 appSecret 不同 (或您的文件里已隐去)"))
    else:
        out(Said("第 {} 个字符起不同:", one.at + 1))
        out(Said("  应为: {}", one.expected))
        out(Said("  您的: {}", one.mine))
    if one.signed is not None:
        yes, no = Said("报文里的签名正是对您这份原文做的"), Said("报文里的签名不是对您这份原文做的")
        out(yes if one.signed else no)
