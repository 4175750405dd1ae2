"""The evidence writer: a chain that shows tampering, a torn tail that is repaired and told, reads by number."""

from __future__ import annotations

import asyncio
import json
import os

import pytest
from evidence_writer import walked

from conformance.evidence import reader
from simulator.protocol.crypto.ciphers import sm3
from simulator.shell import journal as module
from simulator.shell.journal import Journal, JournalError


def fill(folder, count=5):
    book = Journal(folder, "r1")
    for number in range(count):
        book.append({"kind": "step", "what": "x", "d": {"n": number, "文": "字"}})
    book.close()
    return folder / "evidence.jsonl"


def test_each_record_is_linked_to_the_one_before(tmp_path):
    lines = fill(tmp_path).read_bytes().splitlines()
    prev = ""
    for seq, line in enumerate(lines, 1):
        record = json.loads(line)
        assert (record["seq"], record["prev"], record["run"], record["writer"]) == (seq, prev, "r1", "sim-1")
        told = record["hash"]
        assert sm3(line.replace(f'"hash":"{told}",'.encode(), b"", 1)).hex() == told
        prev = told


def test_the_readers_of_the_judge_agree(tmp_path):
    path = fill(tmp_path)
    held = reader.stream(path)
    assert (len(list(held)), held.problem, held.torn) == (5, "", False)


@pytest.mark.parametrize("line", range(5))
def test_an_altered_record_is_found_at_its_line(tmp_path, line):
    path = fill(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[line] = lines[line].replace(b'"n":', b'"n":1')
    found = walked(lines)
    assert (sum(head.count for head in found.heads.values()), found.line) == (line, line + 1)
    assert "被改动" in str(found.problem)
    path.write_bytes(b"".join(lines))
    with pytest.raises(JournalError, match=f"第 {line + 1} 行"):
        Journal(tmp_path, "r1")


@pytest.mark.parametrize("change", [
    lambda lines: lines[:2] + lines[3:],
    lambda lines: [lines[1], lines[0], *lines[2:]],
    lambda lines: [*lines, lines[-1]],
    lambda lines: [*lines[:1], b"{}\n", *lines[1:]],
    lambda lines: [*lines[:1], b"no json\n", *lines[1:]],
    lambda lines: [*lines[:1], b"[]\n", *lines[1:]],
])  # fmt: skip
def test_removed_swapped_repeated_or_foreign_lines_are_found(tmp_path, change):
    path = fill(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(change(lines)))
    with pytest.raises(JournalError, match=r"第 \d 行"):
        Journal(tmp_path, "r1")


@pytest.mark.parametrize("cut", [1, 7, 60])
def test_a_torn_tail_is_cut_off_kept_aside_and_told(tmp_path, cut):
    path = fill(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    book = Journal(tmp_path, "r1")
    assert book.torn_bytes > 0
    assert book.last_seq == 4
    assert (tmp_path / "torn-5.bin").read_bytes() == whole.splitlines(keepends=True)[-1][:-cut]
    assert book.append({"kind": "run", "what": "repaired", "d": {}}) == 5
    book.close()
    assert walked(path.read_bytes().splitlines(keepends=True)).problem == ""


def test_reopening_goes_on_with_number_chain_and_mask(tmp_path):
    fill(tmp_path)
    first = Journal(tmp_path, "r1")
    second_key = first.mask_key
    assert first.append({"kind": "step"}) == 6
    first.close()
    again = Journal(tmp_path, "r1")
    assert (again.last_seq, again.mask_key) == (6, second_key)
    again.close()


def test_reading_from_memory_and_from_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "RECORDS_IN_MEMORY", 3)
    book = Journal(tmp_path, "r1")
    for number in range(10):
        book.append({"kind": "step", "d": {"n": number}})

    def numbers(after, limit):
        return [json.loads(line)["seq"] for line in book.read(after, limit)]

    assert numbers(0, 4) == [1, 2, 3, 4]
    assert numbers(5, 100) == [6, 7, 8, 9, 10]
    assert numbers(8, 100) == [9, 10]
    assert numbers(10, 5) == []
    assert numbers(99, 5) == []
    book.close()
    assert numbers(0, 2) == [1, 2]


def test_hostile_values_are_written_and_verified(tmp_path):
    book = Journal(tmp_path, "r1")
    book.append(
        {"kind": "step", "d": {"big": 10**30, "lone": "\ud800", "nan": float("nan"), "deep": [[[{}]]]}}
    )
    book.append({"kind": "step", "d": {"control": "\x00\x1f\u2028", "slash": "</script>", "quote": '"\\'}})
    book.close()
    lines = (tmp_path / "evidence.jsonl").read_bytes().splitlines(keepends=True)
    found = walked(lines)
    assert (found.writers, found.problem) == (({"writer": "sim-1", "count": 2, "head": book.head},), "")


def test_limit_and_closing_are_stated(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "RECORDS", 2)
    book = Journal(tmp_path, "r1")
    book.append({"kind": "step"})
    book.append({"kind": "step"})
    with pytest.raises(JournalError, match="上限 2"):
        book.append({"kind": "step"})
    book.close()
    with pytest.raises(JournalError, match="已结束"):
        book.append({"kind": "step"})


def test_waiting_ends_with_news_with_closing_or_with_time(tmp_path):
    async def main():
        book = Journal(tmp_path, "r1")
        waiting = asyncio.create_task(book.wait(0, 30))
        await asyncio.sleep(0)
        book.append({"kind": "step"})
        await waiting
        await book.wait(0, 30)
        await book.wait(1, 0)
        closing = asyncio.create_task(book.wait(1, 30))
        await asyncio.sleep(0)
        book.close()
        await closing

    asyncio.run(main())


@pytest.mark.skipif(os.name == "nt", reason="modes are a POSIX thing")
def test_files_are_their_owners_only(tmp_path):
    fill(tmp_path / "journals" / "r1")
    for path in (tmp_path / "journals" / "r1").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path.name
    assert (tmp_path / "journals" / "r1").stat().st_mode & 0o077 == 0


class FullDisk:
    """A file that takes `room` bytes more, then nothing: as a short write, or as an error."""

    def __init__(self, file, room, raises):
        self.file, self.room, self.raises = file, room, raises

    def write(self, line):
        if len(line) <= self.room:
            return self.file.write(line)
        written = self.file.write(line[: self.room])
        if self.raises:
            raise OSError(28, "full")
        return written

    def __getattr__(self, name):
        return getattr(self.file, name)


@pytest.mark.parametrize("raises", [False, True])
def test_half_a_line_on_a_full_disk_is_taken_back_and_the_chain_goes_on(tmp_path, raises):
    path = fill(tmp_path)
    book = Journal(tmp_path, "r1")
    disk = book._file
    book._file = FullDisk(disk, 10, raises)
    with pytest.raises(JournalError, match="写不下去"):
        book.append({"kind": "step", "what": "x", "d": {}})
    book._file = disk
    assert book.append({"kind": "step", "what": "x", "d": {}}) == 6
    book.close()
    held = reader.stream(path)
    assert (len(list(held)), held.problem, held.torn) == (6, "", False)
