"""`docs/limits.md`: every limit of the shell and of a message, read from the one module and the profile that hold them."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

from simulator.shell import limits, profiles

UNITS = (("_BYTES_AN_ANSWER", "字节 bytes"), ("_BYTES_AT_ONCE", "字节 bytes"), ("_BYTES", "字节 bytes"), ("_MS", "毫秒 ms"),
         ("_DAYS", "天 days"), ("_CHARS", "字符 characters"), ("_S", "秒 s"))  # fmt: skip
OPTIONS = ("limits.", "disk.")
COMMANDS = {
    "CONNECTIONS_UNKNOWN": "`--connections`", "DESCRIPTORS_KEPT": "`--connections`, `--per-peer`",
    "EVIDENCE_BYTES": "`disk.evidence_bytes`", "RAW_BYTES": "`disk.raw_bytes`",
}  # fmt: skip
"""What of it a user can set, and by which option."""


def rows() -> Iterator[tuple[str, str, str, str, str]]:
    """(name, value, unit, option, why) of every constant of `simulator.shell.limits`, in its order."""
    source = Path(limits.__file__).read_text(encoding="utf-8")
    comments = {
        token.start[0]: token.string.removeprefix("#").strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        name = node.targets[0].id
        why = next(
            (comments[line] for line in range(node.lineno, (node.end_lineno or 0) + 1) if line in comments),
            "",
        )
        unit = next((unit for ending, unit in UNITS if name.endswith(ending)), "")
        value = getattr(limits, name)
        shown = f"{value:,}" if isinstance(value, int) else f"{value:g}"
        yield name, shown, unit, COMMANDS.get(name, ""), why


def page(made: str) -> str:
    """The whole page."""
    base = profiles.load_profile()
    options = [
        f"| `{name}` | {option.value:,} | {option.about} |"
        for name, option in base.options.items()
        if name.startswith(OPTIONS)
    ]
    fixed = [
        f"| `{name}` | {value} | {unit} | {option} | {why} |" for name, value, unit, option, why in rows()
    ]
    return "\n".join([
        f"# 上限 Limits\n\n{made}",
        "每个数量、大小和等待都有上限; 到达上限时拒绝并说明, 不会停止服务。报文先数后读: 超限的报文按代码 `LT-BODY-…` 拒绝, 不再解析。",
        "`python benchmarks/hostile.py` 打印每种敌意报文占用事件循环的毫秒数, `python tests/survival/hostile_peer.py` 打印连接与模糊测试的数字。\n",
        "Every count, size and wait has a limit; what is over it is refused with a sentence and nothing stops. A message is measured "
        "before it is read. `python benchmarks/hostile.py` prints how long each kind of hostile message holds the loop.\n",
        "连接总数缺省为进程描述符上限减 64(至多 4,000), 一个地址至多其一半。 Connections in all: 64 below what the process may open "
        "(4,000 at most); half of that from one address.\n",
        "## 可设的 Options of a profile\n",
        "| 选项 option | 缺省 default | 含义 meaning |",
        "| --- | --- | --- |",
        *options,
        "\n## 全部 All\n",
        "| 名称 name | 缺省 default | 单位 unit | 可设 option | 原因 why |",
        "| --- | --- | --- | --- | --- |",
        *fixed,
        "",
    ])  # fmt: skip
