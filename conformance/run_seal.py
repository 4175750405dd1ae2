"""Seal a run folder: say in the chain what every file was when it was last judged or rendered (contracts 6).

The manifest lists the derived files with their digests, the seal is a record at the end of the evidence with the digest of
the manifest. Nobody has signed it: whoever can write the folder can seal it again, so `verify` also judges again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from conformance.evidence.reader import FILE as EVIDENCE
from conformance.evidence.reader import EvidenceStream, stream
from conformance.evidence.values import child, rows, text, whole
from conformance.runner import manifest as manifests
from conformance.runner.run_scenario import BEIJING
from conformance.version import version
from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.text.said import Said, Text
from simulator.protocol.wire.chain import SCHEMA, SEAL, chained, line_of

WRITER = "seal-1"
DERIVED = ("verdicts.jsonl", "flows.idx.jsonl", "report*.html", "report*.docx", "report*.json", "junit*.xml")
"""The files that judging and rendering make, by name; `allure` is a folder and has one digest."""
FOLDERS = ("allure",)
MOST_BYTES = 512 * 1024 * 1024
"""Bytes of one derived file; a larger one is none of ours."""


def derived(folder: Path) -> Iterator[dict[str, Any]]:
    """`{name, size, sm3}` of each derived file that is there; of a folder over the names and digests of its files."""
    for pattern in DERIVED:
        for path in sorted(folder.glob(pattern)):
            yield {"name": path.name, "size": path.stat().st_size, "sm3": _digest(path)}
    for name in FOLDERS:
        files = sorted(path for path in (folder / name).rglob("*") if path.is_file())
        if files:
            lines = (f"{path.relative_to(folder).as_posix()} {_digest(path)}\n" for path in files)
            size = sum(path.stat().st_size for path in files)
            yield {"name": f"{name}/", "size": size, "sm3": sm3("".join(lines).encode()).hex()}


def seal(folder: Path, what: str, held: EvidenceStream | None = None) -> Text:
    """Complete the manifest and append the seal; why that could not be, or "". `what`: `judge` or `report`.

    A chain that does not hold is not sealed: nothing can follow its break. A cut last line is put aside first.
    `held`: the evidence, when it was just read to its end. Raises OSError when a file cannot be read or written.
    """
    path = folder / EVIDENCE
    if held is None:
        held = _walked(stream(path))
    if held.problem:
        return Said("没有封存: {}", held.problem)
    if held.torn:
        _put_aside(path)
    written = manifests.read(folder)
    ours = child(written, "rendered")  # a Word report that somebody edited stays one, sealed again or not
    written["files"] = [{**row, "sm3": text(ours, row["name"]) or row["sm3"]} for row in derived(folder)]
    manifests.write(folder, written)
    at = datetime.now(BEIJING).isoformat(timespec="milliseconds")
    record = {
        "schema": SCHEMA,
        "writer": WRITER,
        "seq": held.found.seals.count + 1,
        "kind": SEAL,
        "what": what,
        "run": text(written, "run"),
        "t": {"wire": at},
        "d": {"manifest": _digest(folder / manifests.FILE), "version": version()},
    }
    prev = held.found.seals.hash or held.found.last
    with path.open("ab") as file:
        file.write(line_of(chained(record, prev)))
    return ""


def unlike(folder: Path, held: EvidenceStream, only: Iterable[str] = ()) -> Iterator[Said]:
    """What is not as it was sealed: the manifest and the derived files it lists (of `only` when names are given).

    `held` was read to its end. Nothing is said of a folder that was not judged yet.
    """
    try:
        written = manifests.read(folder)
    except (OSError, ValueError):
        return  # said where the manifest is looked at
    if not held.sealed:
        if "conclusion" in written:
            yield Said("已判定, 但证据末尾没有封存记录, 请重新判定 (liantiao judge)")
        return
    if text(child(held.sealed, "d"), "manifest") != _digest(folder / manifests.FILE):
        yield Said("{} 封存之后被改动", manifests.FILE)
    listed = {text(row, "name"): row for row in rows(written, "files")}
    have = {text(row, "name"): row for row in derived(folder)}
    for name in (*listed, *(name for name in have if name not in listed)):
        if only and name not in only:
            continue
        if name not in have:
            yield Said("{} 不见了", name)
        elif name not in listed:
            yield Said("{} 不是判定或出报告时生成的", name)
        elif not _same(listed[name], have[name]):
            yield Said("{} 封存之后被改动", name)


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return (whole(one, "size"), text(one, "sm3")) == (whole(other, "size"), text(other, "sm3"))


def _walked(held: EvidenceStream) -> EvidenceStream:
    for _ in held:
        pass
    return held


def _digest(path: Path) -> str:
    """SM3 of a file in hex; "" of one that is larger than MOST_BYTES."""
    return sm3(path.read_bytes()).hex() if path.stat().st_size <= MOST_BYTES else ""


def _put_aside(path: Path) -> None:
    """Move a cut last line into `torn.bin`, so that the next line begins a line of its own."""
    with path.open("r+b") as file:
        whole_until = file.read().rfind(b"\n") + 1
        file.seek(whole_until)
        (path.parent / "torn.bin").write_bytes(file.read())
        file.truncate(whole_until)
