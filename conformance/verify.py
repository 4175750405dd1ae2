"""Hold a run folder against itself: chain, seal, manifest, commitments, citations, verdicts (contracts 6). Changes nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from conformance.evidence.reader import EvidenceStream, stream
from conformance.evidence.values import child, rows, text, whole
from conformance.recompute import UNREADABLE, differences, not_recomputed
from conformance.run_seal import unlike
from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.text.said import Said, Text, listed

MOST_NAMED = 10
"""Findings of one kind that are named one by one; the rest is a number."""
MOST_RAW_BYTES = 64 * 1024 * 1024
MOST_LINE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was looked at: `what` it is, whether it holds, and one Chinese line."""

    what: Said
    ok: bool
    text: Text


@dataclass(slots=True)
class _Passed:
    """What one pass over the evidence leaves: its chains, what the messages commit to, and whose records they are."""

    chains: EvidenceStream
    commitments: dict[int, str] = field(default_factory=dict)
    runs: dict[str, None] = field(default_factory=dict)

    @property
    def problem(self) -> Text:
        return self.chains.problem

    @property
    def last(self) -> int:
        """The highest record number."""
        return max((whole(row, "count") or 0 for row in self.chains.writers), default=0)


def verify(folder: Path) -> list[Checked]:
    """Everything that can be checked, judging again included. Raises OSError when evidence.jsonl cannot be read."""
    passed = _walked(folder)
    found = [*_chains(passed), *_manifest(folder / "manifest.json", passed), *_sealed(folder, passed)]
    found += _raw(folder / "raw", passed)
    found += _verdicts(folder / "verdicts.jsonl", passed)
    if not passed.problem:
        found += _recomputed(folder)
    return found


REPORTED = ("verdicts.jsonl",)
"""The derived files that a report rests on."""


def fit_to_report(folder: Path) -> list[Checked]:
    """What a report rests on: the chain, the manifest, the verdicts; nothing is judged again. Raises OSError."""
    passed = _walked(folder)
    found = [*_chains(passed), *_manifest(folder / "manifest.json", passed)]
    found += _sealed(folder, passed, REPORTED)
    return [one for one in found if not one.ok]


def evidence_problems(folder: Path) -> list[Text]:
    """Why the evidence is not what the run wrote; a cut last line of a run that never ended is none. Raises OSError."""
    passed = _walked(folder)
    try:
        manifest = orjson.loads((folder / "manifest.json").read_bytes())
    except (OSError, orjson.JSONDecodeError):
        manifest = {}
    stated = bool(rows(child(manifest, "evidence"), "writers")) if isinstance(manifest, dict) else False
    cut = list(_against(manifest, passed)) if stated and not passed.problem else []
    return [passed.problem] if passed.problem else [*cut]


def _walked(folder: Path) -> _Passed:
    passed = _Passed(stream(folder / "evidence.jsonl"))
    for record in passed.chains:
        passed.runs[text(record, "run")] = None
        if record.get("kind") == "message":
            passed.commitments[whole(record, "seq") or 0] = text(record, "c")
    return passed


def _chains(passed: _Passed) -> Iterator[Checked]:
    yield _chain(passed)
    if passed.chains.torn:
        yield Checked(Said("证据链"), False, Said("最后一行不完整, 写入时被打断"))


def _sealed(folder: Path, passed: _Passed, only: Sequence[str] = ()) -> Iterator[Checked]:
    """The manifest and the derived files against the last seal; a break before it is said by the chain already."""
    if passed.problem or passed.chains.torn:
        return
    bad = list(unlike(folder, passed.chains, only))
    yield from _named(Said("封存"), bad)
    if not bad:
        count, at = passed.chains.found.seals.count, child(passed.chains.sealed, "t")
        yield Checked(
            Said("封存"),
            True,
            Said("清单与所列文件同第 {} 次封存 ({}) 一致", count, text(at, "wire"))
            if count
            else Said("尚未判定, 没有封存, 未核对"),
        )


def _recomputed(folder: Path) -> Iterator[Checked]:
    """The verdicts and the conclusion, judged again from the evidence under the rules that judged it."""
    what = Said("重算")
    try:
        manifest = orjson.loads((folder / "manifest.json").read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return  # said where the manifest is looked at
    if not isinstance(manifest, dict) or "conclusion" not in manifest:
        yield Checked(what, True, Said("尚未判定, 未重算"))
        return
    reason = not_recomputed(manifest)
    try:
        bad = [] if reason else list(differences(folder, manifest))
    except UNREADABLE as error:
        yield Checked(what, False, Said("清单不能据以重算 ({})", type(error).__name__))
        return
    yield from _named(what, bad)
    if not bad:
        yield Checked(what, True, reason or Said("判定与结论由证据重算, 与所写的一致"))


def _chain(passed: _Passed) -> Checked:
    if passed.problem:
        return Checked(Said("证据链"), False, passed.problem)
    writers = passed.chains.writers
    heads = listed(", ", (Said("{} 末尾 {}", row["writer"], text(row, "head")[:12]) for row in writers))
    count = sum(whole(row, "count") or 0 for row in writers)
    return Checked(
        Said("证据链"), True, Said("{} 条记录首尾相接 ({})", count, heads if writers else Said("空"))
    )


def _manifest(path: Path, passed: _Passed) -> Iterator[Checked]:
    try:
        manifest = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        yield Checked(Said("清单"), False, Said("{} 读不出 ({})", path.name, type(error).__name__))
        return
    if not isinstance(manifest, dict):
        yield Checked(Said("清单"), False, Said("{} 不是 JSON 对象", path.name))
        return
    bad = list(_against(manifest, passed)) if not passed.problem else []
    for line in bad:
        yield Checked(Said("清单"), False, line)
    if not bad and not passed.problem:
        yield Checked(Said("清单"), True, Said("记录数与末尾哈希同证据一致"))


def _against(manifest: Mapping[str, Any], passed: _Passed) -> Iterator[Said]:
    stated = {text(row, "writer"): row for row in rows(child(manifest, "evidence"), "writers")}
    have = {text(row, "writer"): row for row in passed.chains.writers}
    for name in (*stated, *(name for name in have if name not in stated)):
        ours, theirs = have.get(name), stated.get(name)
        if theirs is None:
            yield Said("没有登记写入者 {}, 证据里有它的 {} 条记录", name, whole(ours or {}, "count"))
        elif ours is None:
            yield Said("登记了写入者 {}, 证据里没有它的记录", name)
        elif whole(ours, "count") != whole(theirs, "count"):
            yield Said(
                "{} 登记 {} 条, 证据里 {} 条, 末尾被截断或追加",
                name,
                whole(theirs, "count"),
                whole(ours, "count"),
            )
        elif text(ours, "head") != text(theirs, "head"):
            yield Said("{} 的末尾哈希与登记的不同, 证据被整体换过", name)
    run = text(manifest, "run")
    other = next((name for name in passed.runs if name != run), "")
    if other:
        yield Said("清单属于运行 {}, 证据里有运行 {} 的记录", run, other)


def _raw(folder: Path, passed: _Passed) -> Iterator[Checked]:
    messages = passed.commitments
    if not folder.is_dir():
        yield Checked(Said("原文承诺"), True, Said("没有 raw/ 目录 (未保存或已过保留期), 未核对"))
        return
    bad, seen = [], set()
    for path in sorted(folder.glob("*.json")):
        seq = int(path.stem) if path.stem.isascii() and path.stem.isdigit() else 0
        seen.add(seq)
        if seq not in messages:
            if not passed.problem:
                bad.append(Said("raw/{} 不属于任何报文记录", path.name))
        elif problem := _commitment(path, messages[seq]):
            bad.append(Said("raw/{}: {}", path.name, problem))
    bad += [Said("记录 {} 的原文不在 raw/ 里", seq) for seq in messages if seq not in seen]
    yield from _named(Said("原文承诺"), bad)
    if not bad:
        yield Checked(
            Said("原文承诺"), True, Said("{} 条报文的原文与 c = SM3(salt || raw) 一致", len(messages))
        )


def _commitment(path: Path, stated: str) -> Text:
    """Why these bytes are not those the record committed to, or ""."""
    try:
        if path.stat().st_size > MOST_RAW_BYTES:
            return Said("超过 {} 字节", MOST_RAW_BYTES)
        entry = orjson.loads(path.read_bytes())
        body = base64.b64decode(entry["raw"], validate=True)
        if base64.b64encode(body).decode() != entry["raw"]:
            return Said("不是写入时的样子")
        content = bytes.fromhex(entry["salt"]) + body
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError, binascii.Error) as error:
        return Said("读不出 ({})", type(error).__name__)
    return "" if sm3(content).hex() == stated else Said("与记录里的承诺不符, 原文或盐被改动")


def _verdicts(path: Path, passed: _Passed) -> Iterator[Checked]:
    if not path.is_file():
        yield Checked(Said("判定引用"), True, Said("没有 verdicts.jsonl (尚未判定), 未核对"))
        return
    bad, count = [], 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = orjson.loads(line) if len(line) <= MOST_LINE_BYTES else None
            except orjson.JSONDecodeError:
                row = None
            cited = row.get("records") if isinstance(row, dict) else None
            if not isinstance(row, dict) or not isinstance(cited, list):
                bad.append(Said("{} 第 {} 行不是判定", path.name, number))
                continue
            count += 1
            gone = [seq for seq in cited if not (isinstance(seq, int) and 1 <= seq <= passed.last)]
            if gone:
                where = f"{text(row, 'requirement')} {text(row, 'scenario')}".strip()
                bad.append(Said("第 {} 行 {} 引用的记录 {} 不存在", number, where, gone[0]))
    yield from _named(Said("判定引用"), bad)
    if not bad:
        yield Checked(Said("判定引用"), True, Said("{} 条判定引用的记录都在", count))


def _named(what: Said, bad: Sequence[Text]) -> Iterator[Checked]:
    for line in bad[:MOST_NAMED]:
        yield Checked(what, False, line)
    if len(bad) > MOST_NAMED:
        yield Checked(what, False, Said("另有 {} 处同样的问题", len(bad) - MOST_NAMED))
