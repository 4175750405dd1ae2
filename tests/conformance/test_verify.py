"""A run folder is what the run wrote, or one line says where it is not."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from evidence_writer import Writer, message

from conformance import cli
from conformance.verify import verify
from simulator.protocol.crypto.ciphers import sm3

SALT = bytes(range(16))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path / "r1")


def make(place: Path, messages: int = 3) -> Path:
    (place / "raw").mkdir(parents=True)
    told = Writer()
    told.add("run", what="begin", flow="f", d={})
    for seq in range(2, messages + 2):
        content = f'{{"n":{seq}}}'.encode()
        fields = message("6301", "request", {}, ours=False, c=sm3(SALT + content).hex())
        told.add("message", flow="f", **fields)
        entry = {"salt": SALT.hex(), "raw": base64.b64encode(content).decode()}
        (place / "raw" / f"{seq:06d}.json").write_text(json.dumps(entry), encoding="utf-8")
    lines, prev = told.lines(), told.records[-1]["hash"]
    (place / "evidence.jsonl").write_bytes(b"".join(lines))
    manifest = {
        "run": "r1",
        "evidence": {"writers": [{"writer": "sim-1", "count": len(lines), "head": prev}]},
    }
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    rows = [{"requirement": "PAY-SUM-001", "scenario": "pay/x", "records": [2, 3]}, {"records": []}]
    (place / "verdicts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return place


def wrong(folder: Path) -> list[str]:
    return [f"{one.what}: {one.text}" for one in verify(folder) if not one.ok]


def test_a_folder_as_it_was_written_holds(folder: Path) -> None:
    found = verify(folder)
    assert wrong(folder) == []
    assert [str(one.what) for one in found] == ["证据链", "清单", "封存", "原文承诺", "判定引用", "重算"]
    assert str(found[0].text).startswith("4 条记录首尾相接 (sim-1 末尾 ")
    assert str(found[3].text) == "3 条报文的原文与 c = SM3(salt || raw) 一致"


def change(name: str, edit: Callable[[str], str]) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        path = folder / name
        path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")

    return act


def without_last(text: str) -> str:
    return "".join(text.splitlines(keepends=True)[:-1])


def other_chain(folder: Path) -> None:
    old = (folder / "manifest.json").read_bytes()
    for path in (folder / "raw").iterdir():
        path.unlink()
    (folder / "raw").rmdir()
    rebuilt = make(folder / "again")
    told = Writer()
    for line in (rebuilt / "evidence.jsonl").read_bytes().splitlines():
        told.add(**{**json.loads(line), "flow": "other"})
    (folder / "evidence.jsonl").write_bytes(b"".join(told.lines()))
    (folder / "manifest.json").write_bytes(old)


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (change("evidence.jsonl", lambda text: text.replace('"flow":"f"', '"flow":"g"', 1)),
         ["证据链: evidence.jsonl 第 1 行: 哈希不符, 该条记录被改动", "第 1 行 PAY-SUM-001 pay/x 引用的记录 2 不存在"]),
        (change("evidence.jsonl", lambda text: text[:-30]),
         ["证据链: 最后一行不完整", "清单: sim-1 登记 4 条, 证据里 3 条, 末尾被截断或追加", "raw/000004.json 不属于任何报文记录"]),
        (change("evidence.jsonl", without_last),
         ["清单: sim-1 登记 4 条, 证据里 3 条, 末尾被截断或追加", "raw/000004.json 不属于任何报文记录"]),
        (other_chain, ["清单: sim-1 的末尾哈希与登记的不同, 证据被整体换过"]),
        (change("manifest.json", lambda text: text.replace('"r1"', '"r2"')), ["清单: 清单属于运行 r2, 证据里有运行 r1 的记录"]),
        (change("manifest.json", lambda text: text.replace("sim-1", "sim-2")),
         ["清单: 登记了写入者 sim-2, 证据里没有它的记录", "清单: 没有登记写入者 sim-1, 证据里有它的 4 条记录"]),
        (change("manifest.json", lambda text: "["), ["清单: manifest.json 读不出 (JSONDecodeError)"]),
        (change("manifest.json", lambda text: "[]"), ["清单: manifest.json 不是 JSON 对象"]),
        (change("raw/000003.json", lambda text: text.replace(SALT.hex(), "00" * 16)),
         ["原文承诺: raw/000003.json: 与记录里的承诺不符, 原文或盐被改动"]),
        (change("raw/000003.json", lambda text: "{}"), ["原文承诺: raw/000003.json: 读不出 (KeyError)"]),
        (lambda folder: (folder / "raw" / "000002.json").unlink(), ["原文承诺: 记录 2 的原文不在 raw/ 里"]),
        (lambda folder: (folder / "raw" / "000001.json").write_text("{}"), ["原文承诺: raw/000001.json 不属于任何报文记录"]),
        (change("verdicts.jsonl", lambda text: text.replace("[2, 3]", "[2, 99]")),
         ["判定引用: 第 1 行 PAY-SUM-001 pay/x 引用的记录 99 不存在"]),
        (change("verdicts.jsonl", lambda text: text + "nonsense\n[]\n"),
         ["判定引用: verdicts.jsonl 第 3 行不是判定", "判定引用: verdicts.jsonl 第 4 行不是判定"]),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_named(folder: Path, act: Callable[[Path], object], says: list[str]) -> None:
    act(folder)
    found = wrong(folder)
    assert len(found) == len(says), found
    assert all(expected in line for expected, line in zip(says, found, strict=True)), found


def test_bodies_that_were_deleted_as_a_whole_are_not_missed(folder: Path) -> None:
    for path in (folder / "raw").iterdir():
        path.unlink()
    (folder / "raw").rmdir()
    assert wrong(folder) == []
    assert "未核对" in str(verify(folder)[3].text)


def test_many_faults_of_one_kind_are_counted(tmp_path: Path) -> None:
    folder = make(tmp_path / "r1", messages=30)
    for path in (folder / "raw").iterdir():
        path.write_text("{}", encoding="utf-8")
    found = wrong(folder)
    assert len(found) == 11
    assert found[-1] == "原文承诺: 另有 20 处同样的问题"


def test_the_command_ends_with_0_or_1_and_speaks_to_machines(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.invoke(["verify", str(folder)]) == 0
    assert capsys.readouterr().out.count("[一致]") == 6
    (folder / "raw" / "000002.json").unlink()
    assert cli.invoke(["verify", str(folder), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], [row["ok"] for row in told["checks"]].count(False)) == (False, 1)
    (folder / "evidence.jsonl").unlink()
    assert cli.invoke(["verify", str(folder)]) == 2
    assert "evidence.jsonl: 读不到" in capsys.readouterr().err
