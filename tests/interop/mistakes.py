"""Requests signed or encrypted wrongly by the languages themselves: PHP and C#, one natural mistake each.

python tests/interop/mistakes.py --write    mistakes.json made anew by php and mono (expected causes are kept)
python tests/interop/mistakes.py --score    what the diagnosis says of each message of the file, and the share named
python tests/interop/mistakes.py --send     each made now and posted to a real `serve`: what the refusal says
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import time_ns
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]
from by_path import module_at  # noqa: E402

from simulator.protocol.crypto.keys import parse_public_key  # noqa: E402
from simulator.protocol.wire.capture import read_capture  # noqa: E402
from simulator.protocol.wire.why_refused import Explanation, Keys, explain  # noqa: E402
from simulator.shell.profiles import load_profile  # noqa: E402

FILE = HERE / "mistakes.json"
LANGUAGES = ("php", "csharp")
NOW_MS = 1_767_229_200_000
"""2026-01-01 09:00 in Beijing, the time of the vectors."""
LIMIT_S = 60
PLAIN = (
    '{"medOrgOrd":"MO202601010001","medType":"11","mdtrtId":"MDTRT01","medfeeSumamt":25.00,"fulamtOwnpayAmt":0,'
    '"acctUsedFlag":"0","userName":"测试甲","backUrl":"https://hospital.example/back?a=1&b=2","diseCodg":"","diseName":null,'
    '"diseinfoList":[],"extData":{"urgent":true,"returned":false,"terminal":{},"advice":"1+1 片 <饭后>"},'
    '"feedetailList":[{"feedetlSn":"1","rxCircFlag":"0","cnt":2,"pric":12.50,"detItemFeeSumamt":25.00,"memo":"","rxno":null},'
    '{"feedetlSn":"2","rxCircFlag":"0","cnt":1,"pric":19.90,"detItemFeeSumamt":19.90,"memo":"饭后/睡前"}]}'
)
"""Something for every mistake to change; invented persons and codes."""
HIGH = ("key_signed", "rs_sign_byte")
"""Made with a private key whose top bit is set."""


@dataclass(frozen=True)
class Identity:
    """An institution of these cases: throw-away keys of the vectors, the second with the roles of the pairs exchanged."""

    code: str
    app_id: str
    app_secret: str
    private: str
    public: str
    platform: str


def identities() -> Mapping[str, Identity]:
    known = json.loads((HERE / "vectors.json").read_text(encoding="utf-8"))
    low, high, secret = known["institution"], known["centre"], known["appSecret"]
    return {
        "low": Identity(
            "H50999900071", known["appId"], secret, low["private"], low["public"], high["public"]
        ),
        "high": Identity(
            "H50999900072", known["appId"][::-1], secret, high["private"], high["public"], low["public"]
        ),
    }


def asked(language: str, operations: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The results of the language's tool. Raises AssertionError with its error."""
    command = next(one for one in module_at(HERE / "clients.py").CLIENTS if one.name == language).command()
    done = subprocess.run(
        [*command, "tool"], input=json.dumps(list(operations)), capture_output=True, text=True, encoding="utf-8",
        timeout=LIMIT_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert all("ok" in one for one in answers), answers
    return [one["ok"] for one in answers]


def made(language: str, now_ms: int = NOW_MS) -> Iterator[dict[str, Any]]:
    """Every mistake of a language as a case of the file, without its expected causes; `none`, the right message, first."""
    [told] = asked(language, [{"op": "wrongs"}])
    told = {"none": "nothing: the message is right", **told}
    known = identities()
    operations = []
    for name in told:
        who = known["high" if name in HIGH else "low"]
        operations.append({
            "op": "wrong", "name": name, "plain": PLAIN, "now_ms": now_ms, "appId": who.app_id, "appSecret": who.app_secret,
            "private": who.private, "nonce": hashlib.sha256(f"{language} {name}".encode()).hexdigest(),
        })  # fmt: skip
    for (name, done), body in zip(told.items(), asked(language, operations), strict=True):
        keys = "high" if name in HIGH else "low"
        yield {"name": name, "language": language, "done": done, "keys": keys, "message": json.loads(body)}


def explained(case: Mapping[str, Any]) -> Explanation:
    """What the library says of the message of a case."""
    who = identities()[case["keys"]]
    keys = Keys(who.app_id, who.app_secret, parse_public_key(who.public), parse_public_key(who.platform))
    content = json.dumps(case["message"], ensure_ascii=False).encode()
    return explain(read_capture(content), keys, load_profile(), NOW_MS)


def causes(found: Explanation) -> list[list[str]]:
    """The combinations of causes that it offers as equals, each sorted: [] for a right message, [[]] where it knows none."""
    offered = [one for fact in found.reasons for one in _combinations(fact.data)]
    return [one for one in offered if one] or offered[:1]


def _combinations(data: Mapping[str, Any]) -> Iterator[list[str]]:
    if "causes" not in data:
        yield sorted({str(data.get("cause", "unknown"))} - {"unknown"})
        return
    for one in (data["causes"], *data.get("equals", ())):
        yield sorted({row["cause"] for row in one} - {"unknown"})


def says(found: Explanation) -> str:
    """The sentences of the refusal."""
    return "; ".join(str(fact.note) for fact in found.reasons)


def cases() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
    return loaded


def write() -> None:
    expected = (
        {(one["language"], one["name"]): (one["causes"], one["says"]) for one in cases()}
        if FILE.exists()
        else {}
    )
    rows = [one for language in LANGUAGES for one in made(language)]
    for one in rows:
        one["causes"], one["says"] = expected.get((one["language"], one["name"]), ([], []))
    known = {name: vars(who) for name, who in identities().items()}
    about = (
        "Requests made wrong by PHP and C#: python tests/interop/mistakes.py --write. keys: throw-away keys of the vectors, in both "
        "roles. causes: the combinations of ids of docs/explain.md that name the mistake, any of them; says: what the sentences have to hold."
    )
    text = json.dumps(
        {"about": about, "keys": known, "plain": PLAIN, "cases": rows}, ensure_ascii=False, indent=1
    )
    FILE.write_text(text + "\n", encoding="utf-8")
    print(f"{len(rows)} {FILE.name}")


def judged(case: Mapping[str, Any], found: Explanation) -> str:
    """`named`, `wrong` (something else was named for sure) or `unknown`."""
    offered = causes(found)
    if offered == case["causes"] == []:
        return "named"
    if any(one in case["causes"] for one in offered):
        return "named" if all(part in says(found) for part in case["says"]) else "wrong"
    return "unknown" if not any(offered) else "wrong"


def score() -> None:
    rows = cases()
    marks = []
    for one in rows:
        found = explained(one)
        marks.append(judged(one, found))
        print(
            f"{marks[-1]:7} {one['language']:7} {one['name']:23} {' | '.join('+'.join(ids) or '-' for ids in causes(found))}"
        )
    print(
        ", ".join(f"{marks.count(mark)} {mark}" for mark in ("named", "unknown", "wrong")), f"of {len(rows)}"
    )


def send() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(case, the answer of the simulator) of every mistake, made now and posted as a 6301."""
    liantiao = [sys.executable, "-c", "from conformance.cli import main; main()"]
    with tempfile.TemporaryDirectory() as folder:
        home = ["--home", str(Path(folder) / "home")]
        for who in identities().values():
            form = Path(folder) / "form.json"
            form.write_text(json.dumps({
                "appId": who.app_id, "appSecret": who.app_secret, "privateKey": who.private, "publicKey": who.public,
                "orgCodg": who.code, "orgName": "互通测试医院",
            }), encoding="utf-8")  # fmt: skip
            subprocess.run(
                [*liantiao, "keys", "import", str(form), *home],
                check=True,
                capture_output=True,
                timeout=LIMIT_S,
            )
        process = subprocess.Popen(
            [*liantiao, "serve", "--port", "0", "--json", *home], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
        )  # fmt: skip
        try:
            text = ""
            for line in process.stdout or ():
                text += line
                if line == "}\n":
                    break
            printed = json.loads(text)
            url = printed["base"] + printed["vendor"]["paths"]["6301"]
            for language in LANGUAGES:
                for case in made(language, time_ns() // 1_000_000):
                    body = json.dumps(case["message"], ensure_ascii=False).encode()
                    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
                    with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
                        yield case, json.loads(answer.read())
        finally:
            process.terminate()
            process.wait(LIMIT_S)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    if sys.argv[1:] == ["--write"]:
        write()
    elif sys.argv[1:] == ["--score"]:
        score()
    elif sys.argv[1:] == ["--send"]:
        for case, answer in send():
            print(f"{case['language']:7} {case['name']:24} {answer.get('message')}")
    else:
        sys.exit(__doc__)
