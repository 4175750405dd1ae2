"""A full disk, a short write, a limit of bytes: nothing is acknowledged that is not in the chain, and the chain goes on."""

from __future__ import annotations

import errno
import io
import json

import aiohttp
import pytest
from evidence_writer import walked

from simulator.protocol.wire.raw import RawMessage
from simulator.shell import journal as journal_module
from simulator.shell import rawstore as raw_module
from simulator.shell.evidence import bounded
from simulator.shell.files import append_whole
from simulator.shell.journal import Journal, JournalError
from simulator.shell.rawstore import RawStore


class Disk:
    """`full` decides from a line whether the device has room for it."""

    def __init__(self, monkeypatch, *modules):
        self.full = lambda _line: False
        for module in modules:
            monkeypatch.setattr(module, "append_whole", self.append)

    def append(self, file, line, size):
        if self.full(line):
            raise OSError(errno.ENOSPC, "No space left on device")
        append_whole(file, line, size)


async def enrolled(lab, **profile):
    vendor = await lab.vendor()
    run = await lab.run(vendor, "r1", profile=profile)
    person = await lab.person(run, vendor)
    await vendor.enrol(person)
    return vendor, person


def chain(home):
    lines = (home / "journals" / "r1" / "evidence.jsonl").read_bytes().splitlines(keepends=True)
    found = walked(lines)
    assert found.problem == ""
    assert not found.torn
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("module", [journal_module, raw_module], ids=["evidence", "raw"])
def test_a_full_disk_refuses_in_the_form_of_the_message_and_goes_on_with_room(
    play, tmp_path, monkeypatch, module
):
    disk = Disk(monkeypatch, module)

    async def main(lab):
        vendor, person = await enrolled(lab)
        disk.full = lambda _line: True
        told = await vendor.centre("6201", vendor.upload(person))
        assert (told.status, told.code) == (200, "LT-INTERNAL")
        assert "证据" in told.message
        assert "内部错误" not in told.message
        assert (await person.act("", {}, "GET"))["orders"] == []
        disk.full = lambda _line: False
        assert (await vendor.centre("6201", vendor.upload(person))).ok
        assert len((await person.act("", {}, "GET"))["orders"]) == 1

    play(main, home=tmp_path / "h")
    chain(tmp_path / "h")


def test_what_was_committed_when_the_disk_filled_is_in_the_chain_once_there_is_room(
    play, tmp_path, monkeypatch
):
    disk = Disk(monkeypatch, journal_module)

    async def main(lab):
        vendor, person = await enrolled(lab)
        disk.full = lambda line: b'"what":"order"' in line
        with pytest.raises(aiohttp.ClientError):  # no answer: the vendor cannot know
            await vendor.centre("6201", vendor.upload(person))
        assert len((await person.act("", {}, "GET"))["orders"]) == 1
        disk.full = lambda _line: False
        await vendor.centre("6201", vendor.upload(person))  # any message of the run

    play(main, home=tmp_path / "h")
    recovered = [record for record in chain(tmp_path / "h") if record.get("recovered")]
    assert [record["what"] for record in recovered] == ["order"]


def test_the_evidence_of_a_run_has_a_limit_that_is_named(play, tmp_path):
    async def main(lab):
        vendor, person = await enrolled(lab, **{"disk.evidence_bytes": 60_000})
        answers = []
        while not answers or (answers[-1].code != "LT-INTERNAL" and len(answers) < 50):
            answers.append(await vendor.centre("6301", {"payOrdId": "x" * 1_000}))
        assert 1 < len(answers) < 50
        told = await lab.control(
            "POST", "/control/runs/r1/records", {"kind": "step", "d": {"n": "x" * 5_000}}, 409
        )
        assert "disk.evidence_bytes" in told["error"]
        await person.act("", {}, "GET")

    play(main, home=tmp_path / "h")
    chain(tmp_path / "h")


class Short(io.RawIOBase):
    """A device that takes `room` bytes and no more."""

    def __init__(self, held, more):
        self.kept, self.room = b"x" * held, held + more

    def writable(self):
        return True

    def write(self, line):
        part = bytes(line)[: self.room - len(self.kept)]
        self.kept += part
        return len(part)

    def truncate(self, size=None):
        self.kept = self.kept[:size]
        return len(self.kept)


def test_a_short_write_is_an_error_at_once_and_leaves_whole_lines(tmp_path):
    book = Journal(tmp_path / "r1", "r1")
    book.append({"kind": "step", "what": "one"})
    real, before = book._file, book.head
    size = book._size
    book._file = Short(size, 20)
    with pytest.raises(JournalError, match="写不下去"):
        book.append({"kind": "step", "what": "two"})
    assert (book._file.kept, book.head, book.last_seq) == (b"x" * size, before, 1)
    book._file = real
    assert book.append({"kind": "step", "what": "three"}) == 2
    book.close()
    assert (
        walked((tmp_path / "r1" / "evidence.jsonl").read_bytes().splitlines(keepends=True))
        .heads["sim-1"]
        .count
        == 2
    )


def test_raw_messages_have_a_limit_over_all_files_and_restarts(tmp_path):
    raw = RawMessage("POST", "/", (), b"x" * 300)
    store = RawStore(tmp_path, 1_500)
    kept = [store.put(raw), store.put(raw)]
    with pytest.raises(JournalError, match=r"1500 字节（选项 disk.raw_bytes）"):
        store.put(raw)
    assert all(store.get(one) for one in kept)
    store.close()
    with pytest.raises(JournalError):
        RawStore(tmp_path, 1_500).put(raw)


def test_lines_in_memory_are_bounded_by_bytes_and_read_from_the_file_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(journal_module, "TAIL_BYTES", 3_000)
    book = Journal(tmp_path / "r1", "r1")
    for number in range(40):
        book.append({"kind": "step", "what": "x" * 100, "n": number})
    assert len(b"".join(book._tail)) <= 3_000
    assert [json.loads(line)["n"] for line in book.read(0)] == list(range(40))
    book.close()
    assert not book._tail
    assert [json.loads(line)["n"] for line in book.read(38)] == [38, 39]


def test_the_view_of_a_huge_message_is_cut_where_it_says_so():
    small = {"outer": {"a": "1"}, "data": {"t": "x" * 5_000}}
    assert bounded(small, 10_000) is small
    huge = {"outer": {"a": "1"}, "data": {"t": "字" * 900_000, "rows": [{"n": "1"}]}}
    cut = bounded(huge, 3_000_000)
    assert cut["data"] == {"t": "字" * 1_000 + "…(900000)", "rows": [{"n": "1"}]}
    many = {"outer": None, "data": [{"t": "\u0000" * 900} for _ in range(2_000)]}
    assert bounded(many, 2_000_000) == {"outer": None, "data": "…(2000000)"}
