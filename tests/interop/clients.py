"""Small hospitals in other languages that send one whole order each: what they are, what they need, how to run one.

`python tests/interop/clients.py --table` prints what docs/interop.md shows, with the versions found here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # tests are no package
from by_path import module_at  # noqa: E402

prepare = module_at(HERE / "prepare.py")
LINE_LIMIT_S = 30


@dataclass(frozen=True)
class Client:
    """`command` is followed by `order BLOCK.json` or by `tool`; `missing()` says what this machine lacks, or nothing.

    `keys` and `profile`: in which form it is handed its keys, and how the centre writes to it.
    `wire`: what its messages look like, held against the recorded bytes (names: the checks in test_clients.py).
    """

    name: str
    language: str
    crypto: str
    command: Callable[[], list[str]]
    versions: tuple[tuple[str, ...], ...]
    missing: Callable[[], str]
    wire: Mapping[str, Any]
    keys: Mapping[str, str] = field(default_factory=dict)
    profile: Mapping[str, Any] = field(default_factory=dict)
    noted: tuple[str, ...] = ()
    """Advisory facts of the simulator that its messages have by right."""


def _python(name: str) -> Callable[[], list[str]]:
    return lambda: [sys.executable, str(HERE / "python" / "hospital.py"), name]


def _package(name: str) -> tuple[str, ...]:
    return (
        sys.executable,
        "-c",
        f"from importlib.metadata import version; print('{name}', version('{name}'))",
    )


CLIENTS: tuple[Client, ...] = (
    Client(
        "php", "PHP", "written here, on GMP", lambda: ["php", str(HERE / "php" / "hospital.php")],
        (("php", "--version"),), prepare.missing_php,
        wire={"timestamp": "10n", "hex": "lower", "text": "php", "space": "none", "money": "text", "fsi": "text input",
              "authorised": "userQuery", "order": "serial", "empties": True, "more": [],
              "also": {"`rxCircFlag` 不写 absent": r"\A(?!.*rxCircFlag)"}},
        keys={"private": "33"},
        profile={"fields.rx_circ_flag": "optional"},
    ),
    Client(
        "csharp", "C#", "written here, on System.Numerics", lambda: ["mono", str(prepare.CSHARP / "build" / "hospital.exe")],
        (("mono", "--version"), ("mcs", "--version")), prepare.missing_csharp,
        wire={"timestamp": "13", "hex": "upper", "text": "capitals", "space": "none", "money": "number", "fsi": "paths",
              "authorised": "modeA", "order": "uuid36", "empties": False, "more": [],
              "also": {"四位小数 four decimals": r'"pric":12\.5000\b', "`chrgBchno` 36": r'"chrgBchno":"[0-9a-f-]{36}"'}},
        keys={"public": "64"},
        profile={"fields.decimals": 4, "envelope.timestamp_out": "13", "envelope.response_code": "string", "envelope.response_success": False},
        noted=("note.order_number", "note.decimals"),
    ),
    Client(
        "gmssl", "Python", "gmssl", _python("gmssl"), (_package("gmssl"),), prepare.missing_gmssl,
        wire={"timestamp": "14n", "hex": "lower", "text": "ascii", "space": "blank", "money": "number", "fsi": "text/plain",
              "authorised": "userQuery", "order": "serial", "empties": True, "more": ["extra"], "also": {}},
        profile={"envelope.response_code": "string", "envelope.enc_case": "lower"},
    ),
    Client(
        "gmalg", "Python", "gmalg", _python("gmalg"), (_package("gmalg"),), prepare.missing_gmalg,
        wire={"timestamp": "13n", "hex": "upper", "text": "raw", "space": "break", "money": "number", "fsi": "callService",
              "authorised": "modeA", "order": "uuid32", "empties": True, "more": ["channelList", "transType", "type"],
              "also": {"时间为毫秒 times in ms": r'"begntime" : \d{13},'}},
        keys={"private": "33", "public": "64"},
        profile={"fields.date_forms": ["iso", "14", "13"], "envelope.timestamp_out": "13n", "envelope.response_app_id": False},
        noted=("note.order_number", "amounts.refund_sum"),
    ),
)  # fmt: skip


@dataclass
class Running:
    """A client under way: `lines` are what it said so far."""

    process: subprocess.Popen[str]
    said: Queue[dict[str, Any] | None]
    lines: list[dict[str, Any]] = field(default_factory=list)

    def next(self) -> dict[str, Any] | None:
        """Its next line, None when it ended. Raises AssertionError after LINE_LIMIT_S of silence."""
        try:
            line = self.said.get(timeout=LINE_LIMIT_S)
        except Empty:
            raise AssertionError(f"nothing said for {LINE_LIMIT_S} s after {self.lines[-1:]}") from None
        if line is not None:
            self.lines.append(line)
        return line

    def tell(self, value: Any) -> None:
        """One JSON line on its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(value) + "\n")
        self.process.stdin.flush()

    def rest(self) -> Iterator[dict[str, Any]]:
        """Its remaining lines until it ends by itself."""
        while (line := self.next()) is not None:
            yield line


def started(client: Client, block: Path, errors: Path) -> Running:
    """Starts `order`; standard error goes to the file `errors`."""
    command = client.command()
    process = subprocess.Popen(
        [shutil.which(command[0]) or command[0], *command[1:], "order", str(block)], env={**os.environ, "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors.open("wb"), text=True, encoding="utf-8",
    )  # fmt: skip
    said: Queue[dict[str, Any] | None] = Queue()

    def follow() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.put(json.loads(line))
        said.put(None)

    threading.Thread(target=follow, daemon=True).start()
    return Running(process, said)


STEPS = ("1101", "2201", "6201", "6202", "6302", "6301", "6203", "6301")
"""After the authorisation; from 6201 on every answer and notice is verified. test_clients.py holds each order against it."""
VENDORS = (
    (
        "node",
        "JavaScript (Node)",
        "sm-crypto",
        (("node", "--version"), ("npm", "ls", "--prefix", "node", "sm-crypto")),
    ),
    ("java", "Java", "BouncyCastle", (("java", "-version"), ("dpkg-query", "-W", "libbcprov-java"))),
)
"""Whole vendors, driven by `liantiao run` (test_vendors.py)."""
NAMES = (*(one[0] for one in VENDORS), *(one.name for one in CLIENTS))
ELSE_HELD = ("T1-T4", "原文 texts", "互开 seal, open", "改动 tampered")
"""What test_vectors.py and test_node_envelope.py ask of every one of them."""
WORDS: Mapping[str, Mapping[str, str]] = {
    "timestamp": {"10n": "10 位数字 10 digits, number", "13": "13 位文本 13 digits, text", "13n": "13 位数字 13 digits, number",
                  "14n": "14 位数字 14 digits, number"},
    "hex": {"upper": "大写 capitals", "lower": "小写 small"},
    "text": {"php": "`\\u4e2d` `\\/`", "capitals": "`\\u4E2D` `\\u003C`", "ascii": "`\\u4e2d`", "raw": "原字 raw"},
    "space": {"none": "紧凑 compact", "blank": "空格 blanks", "break": "换行 line breaks"},
    "money": {"text": "文本 text", "number": "数字 number"},
    "fsi": {"paths": "各自路径 own paths", "text input": "`input` 为文本 `input` as text", "text/plain": "text/plain", "callService": "callService"},
    "order": {"serial": "流水号 serial", "uuid32": "UUID 32", "uuid36": "UUID 36"},
}  # fmt: skip
LOOKS = {
    "timestamp": "时间 timestamp", "hex": "encData", "text": "明文 plaintext", "space": "空白 blanks", "money": "金额 amounts",
    "fsi": "1101, 2201", "order": "medOrgOrd",
}  # fmt: skip


MISTAKES = json.loads((HERE / "mistakes.json").read_text(encoding="utf-8"))["cases"]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def page(made: str) -> str:
    """docs/interop.md."""
    steps = [*dict.fromkeys(STEPS)]
    done = [(one.name, one.language, one.crypto, str(one.wire["authorised"]), *["✓"] * (len(steps) + len(ELSE_HELD)), "")
            for one in CLIENTS]  # fmt: skip
    done += [
        (name, language, crypto, "modeA", *["✓"] * (len(steps) + len(ELSE_HELD)), "✓")
        for name, language, crypto, _ in VENDORS
    ]
    keys = {one.name: f"{one.keys.get('private', '32')}, {one.keys.get('public', '65')}" for one in CLIENTS}
    return "\n".join((
        "# 互通 Interoperability\n", made,
        "别人的语言、别人的(或另写的)密码实现, 不含 liantiao 的一行代码, 由 `make interop` 对真实的 `serve` 走完一笔订单: 授权、1101、2201、6201、6202、"
        "先来一条伪造的 6302 (必须不信)、再来真的、6301、6203。每个应答和通知都由它自己的代码验签, 模拟器对它的请求除提示外没有一处不符。✓ 是所要求的, 缺一即失败; "
        "`python tests/interop/clients.py --table` 另打印本机的版本。\n",
        "In other languages, on cryptography of others (or written once more), without a line of liantiao: `make interop` takes each "
        "through a whole order against a real `serve`: authorisation, 1101, 2201, 6201, 6202, a forged 6302 first (which it must not "
        "believe), then the true one, 6301, 6203. Each verifies every answer and notice by its own code, and the simulator finds no "
        "fault in its requests, notes apart. ✓ is what is asked: one missing is a failure. `python tests/interop/clients.py --table` prints the versions found here as well.\n",
        _table(["客户端 client", "语言 language", "密码 cryptography", "授权 authorised by", *steps, *ELSE_HELD, "`liantiao run`"], done),
        "\nT1-T4: [文档向量 the vectors](protocol/signing.md) 逐字节相同 byte for byte; 原文: 300 份随机 `data` 的签名原文一致 the signed text of "
        "300 random documents; 互开: 双方互封互开 sealed by one, opened by the other; 改动: 被改的应答一概不信 no altered answer is believed.\n",
        "## 写法 How they write\n",
        "都在协议之内, 各不相同, 由记录的字节核对。 All of it within the protocol, each another way, held against the recorded bytes.\n",
        _table(["客户端 client", *LOOKS.values(), "外层多出 more members", "另 also", "密钥字节 key bytes", "中心的写法 the centre's ways"],
               [(one.name, *(WORDS[part][str(one.wire[part])] for part in LOOKS), ", ".join(f"`{name}`" for name in one.wire["more"]) or "-",
                 ", ".join(one.wire["also"]) or "-", keys[one.name], "<br>".join(f"`{name}`: {json.dumps(value)}" for name, value in one.profile.items()) or "-") for one in CLIENTS]),
        "\n## 语言自己的错 What the languages do wrong by themselves\n",
        "`tests/interop/mistakes.json`: PHP 与 C# 各自容易犯的签名与加密错误, 每条一个错处, 由 PHP 与 mono 做出, 给诊断作回归; "
        "`python tests/interop/mistakes.py --score` 打印说中多少, `--send` 发给真实的 `serve` 并打印拒绝的话。\n",
        "`tests/interop/mistakes.json`: mistakes of signing and encryption that come naturally in PHP and C#, one in each message, made by PHP "
        "and mono, as regression input of the diagnosis. `python tests/interop/mistakes.py --score` prints how many are named, `--send` "
        "posts them to a real `serve` and prints what the refusal says.\n",
        _table(["语言 language", "名称 name", "做了什么 what was done"],
               [(one["language"], f"`{one['name']}`", one["done"].replace("|", "\\|")) for one in MISTAKES if one["name"] != "none"]),
        "",
    ))  # fmt: skip


def _version(command: tuple[str, ...]) -> str:
    if shutil.which(command[0]) is None:
        return f"{command[0]}: -"
    done = subprocess.run(
        [shutil.which(command[0]) or command[0], *command[1:]], cwd=HERE, capture_output=True, text=True, encoding="utf-8",
        errors="replace", timeout=60, check=False,
    )  # fmt: skip
    said = (done.stdout or done.stderr).strip().splitlines()
    line = said[1] if command[:2] == ("npm", "ls") and len(said) > 1 else said[0] if said else "-"
    return re.sub(r"\s*\(.*|[`├└─]+ *", "", line).strip()


def versions() -> Iterator[str]:
    """One line for each client: what it runs on here."""
    rows = [(one.name, one.versions) for one in CLIENTS] + [
        (name, commands) for name, *_, commands in VENDORS
    ]
    for name, commands in rows:
        yield f"{name}: {'; '.join(_version(command) for command in commands)}"


if __name__ == "__main__":
    if sys.argv[1:] != ["--table"]:
        sys.exit("python tests/interop/clients.py --table")
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(page(""))
    print("\n".join(versions()))
