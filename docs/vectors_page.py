"""`docs/vectors.md`: the sets, their flags, how to use and replay them, and what other implementations answer otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from conformance import vectors
from simulator.faults.hostile_notices import HOSTILE

DEVIATIONS = Path(__file__).parents[1] / "tests" / "vectors" / "deviations.json"
Table = Callable[[Sequence[str], Iterable[Sequence[str]]], str]

INTRO_ZH = """测试向量是已知答案和恶意输入: 拿去跑自己的代码, 比对着报文猜要快。每个集合是包里的一个 JSON 文件(`conformance/vectors/*.json`), 形状同 Wycheproof, 由
`schemas/vectors.json` 规定; 除国标和协议表的已知答案外, 值都是我们自己生成的; 密钥是公开的一次性密钥, 没有真实凭证。`liantiao list vectors` 列出集合, 加 `--json` 给程序读。

- `testGroups[]`: 共用一把 `key` 的一组, `type` 决定每个测试有哪些成员; `header` 用一两句话说明要问什么。
- `tests[]`: `tcId`、`comment`、`flags`、输入和 `result`。`valid` 必须接受, `invalid` 必须拒绝且只有一个原因(一个 flag), `acceptable` 收不收都行。
- `notes`: 每个 flag 的错误种类(`bugType`)、含义、后果和出处。
- 字节一律是小写十六进制(密钥文本和 `signData` 是 base64); 报文、`data`、金额是线上的 JSON 文本, 数字照原样写, 不要经过浮点。

```python
import base64, json
from importlib import resources

made = json.loads(
    resources.files("conformance.vectors").joinpath("sm2_verify.json").read_text(encoding="utf-8")
)
for group in made["testGroups"]:
    for test in group["tests"]:
        if group["type"] == "Sm2Verify":
            user = bytes.fromhex(test["id"]) if "id" in test else b"1234567812345678"
            print(test["tcId"], test["result"], group["key"]["public"], user, test["msg"], test["sig"])
```
"""
REPLAY_ZH = """## 对被测系统重放

向量里的密钥是公开的, 被测系统不认识。所以恶意通知不是重放原字节, 而是用该机构的密钥、对它自己的订单现做: `liantiao run --only notify/hostile` 在订单等待支付时把下面 {count} 种通知逐一送到
6302 地址, 任何一种被接受(2xx 且不是明确的失败), 或之后入账, 要求 `NTF-SIGN-001` 不通过。只收每个正确的实现都必须拒绝的: 方言和宽容不在其内。这个场景不在各模式的计划里, 用 `--only` 点名。
控制接口的 `notices` 用 `{{"kind": "hostile", "vectors": ["one_bit_der"]}}` 只送其中几种。

{names}

签名、解密、金额等集合不能经过驱动重放: 驱动约定里没有"用这把密钥验这个签名"的动作, 也不应当为此在产品里开口; 请在自己的单元测试里读 JSON。若要收进约定, 需加两个可选的测试动作,
`verify_vector {{set, tcId, group, test}} -> {{accepted}}` 与 `sign_vector {{private, text}} -> {{signature}}`, 没有 `patient`, 答 501 表示不提供。
"""
INTRO_EN = """## In English

Test vectors are known answers and hostile inputs to run your own code against. A set is one JSON file of the package (`conformance/vectors/*.json`) in the shape of Wycheproof,
fixed by `schemas/vectors.json`. But for the known answers of the standards and of the protocol sheet all values are made by us; the keys are published throw-away keys. `liantiao list vectors` lists the sets, `--json` for programs.

- `testGroups[]` share a `key`; `type` says which members a test has, `header` what is asked.
- `tests[]`: `tcId`, `comment`, `flags`, input and `result`: `valid` must be accepted, `invalid` must be refused and has exactly one reason (one flag), `acceptable` may go either way.
- `notes`: for each flag the class of the bug, what it is, its effect and where that stands.
- Bytes are lower-case hex (key texts and `signData` base64); messages, `data` and amounts are JSON text as on the wire, numbers as written: keep them away from doubles.

**Replay.** Nobody under test knows the published keys, so hostile notices are not replayed byte for byte but made afresh with the institution's keys for its own order: `liantiao run --only notify/hostile`
sends the {count} kinds above while the order waits for payment. If one is accepted, or booked afterwards, requirement `NTF-SIGN-001` fails. Only what every correct receiver refuses is among them.
The scenario is in no plan: name it with `--only`. `{{"kind": "hostile", "vectors": [...]}}` to `notices` of the control API sends some.
The other sets cannot go through the driver: the contract has no action "verify this under that key", and a product should not open one. Two optional test actions would have to be added,
`verify_vector {{set, tcId, group, test}} -> {{accepted}}` and `sign_vector {{private, text}} -> {{signature}}`, without `patient`, 501 where not offered.

**Made and held.** `python tests/vectors/vector_make.py` makes every file again, byte for byte; tests compare. `python tests/vectors/vector_deviations.py` records what the oracles answer.
"""
ORACLES = """## 别的实现怎么答 What others answer

`make test` 让 gmssl、gmalg、cryptography 回答, `make interop` 让 openssl 命令、sm-crypto、BouncyCastle 和互通测试的两个客户端回答。与向量不同之处逐条写在这里, 与实际所见差一条测试就失败。选库时值得一看。

`make test` asks gmssl, gmalg and cryptography, `make interop` the openssl command, sm-crypto, BouncyCastle and both clients of the interop tests. Whatever differs from the vectors
stands here by name; a test fails when the table is not exactly what is seen.

"""


def page(made: str, table: Table) -> str:
    """The whole page."""
    names = "、".join(f"`{one.name}`" for one in HOSTILE)
    parts = [
        f"# 测试向量 Test vectors\n\n{made}\n",
        INTRO_ZH,
        "\n",
        table(
            ("集合 set", "内容", "content", "测试 tests", "valid / invalid / acceptable"),
            [
                (f"[`{one['id']}`](#{one['id']})", one["title"], one["title_en"], str(one["tests"]),
                 " / ".join(str(one[result]) for result in vectors.RESULTS))
                for one in map(vectors.summary, vectors.SETS)
            ],
        ),
        "\n",
        REPLAY_ZH.format(count=len(HOSTILE), names=names),
        "\n",
        INTRO_EN.format(count=len(HOSTILE)),
        "\n",
        ORACLES,
        *deviations(table),
        "\n## 各集合的 flag Flags of each set\n",
        *(flags(name, table) for name in vectors.SETS),
    ]  # fmt: skip
    return "".join(parts)


def deviations(table: Table) -> Iterable[str]:
    """One table for each oracle that differs."""
    told: dict[str, Any] = json.loads(DEVIATIONS.read_text(encoding="utf-8"))
    for name, one in told.items():
        title = f"{name} {one['version']}".strip()
        if not one["deviations"]:
            yield f"**{title}**: 没有不同。 No difference.\n\n"
            continue
        rows = [
            (f"`{row['type']}` `{row['flag']}`", {"accepted": "接受 accepted", "refused": "拒绝 refused"}[row["seen"]],
             str(len(row["tests"])), listed(row["tests"]), f"{row['why']}<br>{row['why_en']}")
            for row in one["deviations"]
        ]  # fmt: skip
        yield f"**{title}**\n\n"
        yield table(("测试 tests of", "所见 seen", "个 count", "名字 names", "原因 why"), rows) + "\n"


def listed(names: Sequence[str], most: int = 6) -> str:
    """The first names; the whole list stands in tests/vectors/deviations.json."""
    rest = len(names) - most
    return "; ".join(names[:most]) + (f"; … (+{rest})" if rest > 0 else "")


def flags(name: str, table: Table) -> str:
    """The notes of a set."""
    made = vectors.load(name)
    rows = [
        (f"`{flag}`", one["bugType"], f"{one['description']}<br>{one['description_en']}",
         f"{one['effect']}<br>{one['effect_en']}", one["reference"])
        for flag, one in made["notes"].items()
    ]  # fmt: skip
    head = "\n".join(made["header"])
    return (
        f'\n<a id="{name}"></a>\n### {made["title"]} {made["title_en"]}: `{name}.json`\n\n{head}\n\n'
        + table(("flag", "bugType", "含义 what it is", "后果 effect", "出处 reference"), rows)
    )
