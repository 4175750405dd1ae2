"""Messages and salts: found by their commitment, on disk before anything looks into them, deleted in time."""

from __future__ import annotations

import base64
import os
import time
from dataclasses import replace

from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.rawbytes import parsed
from simulator.shell import rawstore as module
from simulator.shell.rawstore import RawStore

RAW = RawMessage("POST", "/a", (("X-A", "1"), ("x-a", "2")), b"body")


def test_commitment_proves_the_body(tmp_path):
    store = RawStore(tmp_path)
    told = store.put(RAW)
    entry = store.get(told)
    content = base64.b64decode(entry["raw"])
    assert parsed(content) == RAW
    assert sm3(bytes.fromhex(entry["salt"]) + content).hex() == told
    assert store.put(RAW) != told
    assert store.get("00") is None
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) > 0
    store.close()


def test_files_turn_over_and_the_index_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "RAW_FILE_BYTES", 300)
    monkeypatch.setattr(module, "RAW_INDEXED", 2)
    store = RawStore(tmp_path)
    told = [store.put(replace(RAW, body=bytes([number]) * 50)) for number in range(4)]
    assert len(list(tmp_path.iterdir())) > 1
    assert store.get(told[0]) is None
    assert parsed(base64.b64decode(store.get(told[3])["raw"])).body == b"\x03" * 50
    store.close()


def test_old_files_are_deleted_at_start(tmp_path):
    old, new = tmp_path / "raw-1.jsonl", tmp_path / "raw-2.jsonl"
    old.write_bytes(b"")
    new.write_bytes(b"")
    past = time.time() - 31 * 86_400
    os.utime(old, (past, past))
    RawStore(tmp_path).close()
    assert [path.name for path in tmp_path.iterdir()] == ["raw-2.jsonl"]
