"""What logs, configuration and source hold, as scan records say it: judged once for the whole run (MP-PRV, MP-SEC-12/13). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Record
from conformance.evidence.values import child, rows, text, whole
from conformance.finding import Finding, Rule, absent, failed, passed
from simulator.protocol.text.masked_kinds import WORDS
from simulator.protocol.text.said import Said, Text, listed, said_in

LOG, CONFIGURATION, SOURCE = "log", "configuration", "source"
CREDENTIALS = ("token", "authorisation", "code", "secret", "key")
KEYS = ("secret", "key")
KEY_BLOCK, TEST_ADDRESS, TEST_FLAG = "key_block", "test_address", "test_flag"
CALLED: Mapping[str, Text] = {
    **WORDS,
    KEY_BLOCK: Said("PEM 私钥"),
    TEST_ADDRESS: Said("模拟器地址"),
    TEST_FLAG: Said("测试环境标志"),
}
MOST_PLACES = 3


def ids_in_logs(flow: FlowView) -> Finding:
    """PRV-LOG-001."""
    return _clean(flow, LOG, ("id_no",), (), Said("日志里没有本次运行的完整证件号码"))


def persons_in_logs(flow: FlowView) -> Finding:
    """PRV-LOG-002."""
    return _clean(flow, LOG, ("name", "phone"), (), Said("日志里没有本次运行的完整姓名与电话"))


def credentials_in_logs(flow: FlowView) -> Finding:
    """PRV-LOG-003."""
    return _clean(flow, LOG, CREDENTIALS, (), Said("日志里没有本次运行的令牌、授权号、授权码和密钥"))


def tests_in_configuration(flow: FlowView) -> Finding:
    """PRV-CONF-001: a flag may be another thing's; it is for a person to look at."""
    expected = Said("生产配置里没有测试密钥、测试地址和测试环境标志")
    return _clean(flow, CONFIGURATION, (*KEYS, "token", TEST_ADDRESS), (TEST_FLAG, KEY_BLOCK), expected)


def keys_in_source(flow: FlowView) -> Finding:
    """PRV-CODE-001: a private key in text form that is not of this run may be one of the vendor's own tests."""
    return _clean(flow, SOURCE, KEYS, (KEY_BLOCK,), Said("源代码里没有密钥"))


def _clean(flow: FlowView, what: str, bad: Sequence[str], odd: Sequence[str], expected: Text) -> Finding:
    """No artefact of a kind holds one of `bad`; of `odd` a person judges. Unread ones are no proof."""
    found = [one for one in flow.records if (text(one, "kind"), text(one, "what")) == ("scan", what)]
    if not found:
        return absent(expected, Said("没有扫描记录"))
    for kinds in (bad, odd):
        hit = next((one for one in found if _of(one, kinds)), None)
        if hit is not None and kinds is bad:
            return failed(expected, _places(hit, kinds), [_seq(hit)])
        if hit is not None:
            return Finding(
                "review", expected, Said("{}, 由人判断", _places(hit, kinds)), (_seq(hit),), "vendor"
            )
    unread = next((one for one in found if text(child(one, "d"), "problem")), None)
    if unread is not None:
        detail = child(unread, "d")
        said = Said("{}: {}", text(detail, "file"), said_in(detail, "problem"))
        return Finding("skip", expected, said, (_seq(unread),), "configuration")
    read = sum(whole(child(one, "d"), "bytes") or 0 for one in found)
    known = sum(_known(child(found[-1], "d"), kind) for kind in bad)
    if not known:
        return Finding("skip", expected, Said("本次运行没有产生可查找的值"), (), "inconclusive")
    files = listed("、", [text(child(one, "d"), "file") for one in found])
    said = Said("{} 共 {} 字节, 查找 {} 个值, 没有", files, read, known)
    left = sum(whole(child(one, "d"), "left_out") or 0 for one in found)
    if left:
        more = Said("{}; 超过上限的 {} 字节没有读", said, left)
        return Finding("warn", expected, more, tuple(map(_seq, found)))
    return passed(expected, said, map(_seq, found))


def _of(record: Record, kinds: Sequence[str]) -> list[tuple[str, int]]:
    """(kind, lines) of what was found."""
    leaks = {text(row, "kind"): whole(row, "lines") or 0 for row in rows(child(record, "d"), "leaks")}
    return [(kind, leaks[kind]) for kind in kinds if leaks.get(kind)]


def _places(record: Record, kinds: Sequence[str]) -> Text:
    detail = child(record, "d")
    counted = [Said("{} {} 行", CALLED[kind], count) for kind, count in _of(record, kinds)]
    hits = [row for row in rows(detail, "hits") if text(row, "kind") in kinds][:MOST_PLACES]
    where = [
        Said("{} 第 {} 行「{}」", text(row, "file"), whole(row, "line") or 0, text(row, "excerpt"))
        for row in hits
    ]
    return Said("{} 里有{}: {}", text(detail, "file"), listed("、", counted), listed("; ", where))


def _known(detail: Mapping[str, Any], kind: str) -> int:
    return sum(whole(row, "values") or 0 for row in rows(detail, "known") if text(row, "kind") == kind)


def _seq(record: Record) -> int:
    return whole(record, "seq") or 0


RULES: tuple[tuple[str, Rule], ...] = (
    ("scanned.ids_in_logs", ids_in_logs),
    ("scanned.persons_in_logs", persons_in_logs),
    ("scanned.credentials_in_logs", credentials_in_logs),
    ("scanned.tests_in_configuration", tests_in_configuration),
    ("scanned.keys_in_source", keys_in_source),
)
