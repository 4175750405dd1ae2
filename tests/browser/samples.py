"""The runs that are shown in the browser, made from the sample run of tests/reports."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from by_path import module_at

from reports import model, render_html

Made = tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]
COPIES = 6
"""13 scenarios of the sample, six times: 78, as many as the largest plan has."""
DETAILS = 12
"""Lines of a bill in the big run."""
HOSTILE = (
    "</script></style><script>window.pwned=1;alert(1)</script><img src=http://127.0.0.1:9/x.png onerror=window.pwned=2>"
    "<a href=javascript:window.pwned=3>x</a>\" onfocus=window.pwned=4 autofocus x=' style=background:url(//127.0.0.1:9/y)"
    " \u202egnp.exe\u202c \u2067שלום עולם\u2069 {{7*7}} ${7*7} ~0123456789"
)
NAMES = re.compile("title|name|text|reason|note|message|memo|purpose|comment|owner|expected|observed|cause|confirm|fix|"
                   "patient|replay|clause|source|origin|steps|profile|plan|run|url|label")  # fmt: skip
"""Members of a run that hold free words, which a vendor or a test can choose."""
CODES = {"通过", "有保留的通过", "所选通过", "有条件通过", "不通过", "未完成", "必", "议", "选", "预验"}
"""Chinese words of a run that are codes: the page itself names them in its language."""


def sample() -> Made:
    """The sample run of tests/reports, made afresh."""
    made: Made = module_at(Path(__file__).parents[1] / "reports" / "sample_run.py").make()
    return made


def page(made: Made, lang: str = "zh") -> str:
    """The HTML report of a run."""
    return render_html.render(model.build(*made), lang)


def _mapped(value: Any, change: Callable[[str, str], str], key: str = "") -> Any:
    if isinstance(value, dict):
        return {change("", str(name)): _mapped(member, change, str(name)) for name, member in value.items()}
    if isinstance(value, list):
        return [_mapped(member, change, key) for member in value]
    return change(key, value) if isinstance(value, str) else value


def without_chinese(made: Made) -> Made:
    """The run as if everybody had written English: any Chinese left on its page is a word of ours."""

    def change(_key: str, said: str) -> str:
        return said if said in CODES else re.sub("[\u3400-\u9fff]+", "zz", said)

    manifest, records, verdicts = (_mapped(part, change) for part in made)
    return manifest, records, verdicts


def hostile(made: Made) -> Made:
    """The run with markup, script and direction marks in front of every free text."""

    def change(key: str, said: str) -> str:
        return f"{HOSTILE}{said}" if NAMES.search(key) and said not in CODES else said

    manifest, records, verdicts = (_mapped(part, change) for part in made)
    manifest["institution"]["code"] = manifest["institution"]["name"] = HOSTILE
    for row in (*manifest["cases"], *verdicts):
        row["group"] = HOSTILE
    for record in records:
        if isinstance(record.get("view"), dict):
            record["view"] = {HOSTILE: HOSTILE, **record["view"]}
        record["interface"] = HOSTILE if record["seq"] % 7 == 0 else record.get("interface", "")
    return manifest, records, verdicts


def nothing_executed(made: Made) -> Made:
    """A run of which nothing was executed, as the judge concludes it."""
    manifest, _, verdicts = made
    for row in (*verdicts, *manifest["cases"]):
        row["verdict"] = "skip"
    for one in manifest["scenarios"]:
        one.update(outcome="skipped", reason="no driver")
    must = sum(row["level"] == "MUST" for row in verdicts)
    manifest["conclusion"] = {
        "text": "未完成", "exit": 3, "must_executed": 0, "must_applicable": must, "counts": {"skip": len(verdicts)},
        "by_status": {"vendor-code": {"must": must, "pass": 0}},
        "cases": {"must": 73, "covered": 6, "executed": 0, "pass": 0},
    }  # fmt: skip
    return manifest, [], verdicts


def big(made: Made) -> Made:
    """A run of the largest plan against a vendor that does almost everything wrong."""
    manifest, records, verdicts = made
    top = max(record["seq"] for record in records)
    out: Made = ({**manifest, "scenarios": []}, [], [])
    for at in range(COPIES):
        for one in manifest["scenarios"]:
            out[0]["scenarios"].append({**one, "id": f"{one['id']}_{at}", "flow": f"{one['id']}_{at}"})
        for record in records:
            again = copy.deepcopy(record)
            again.update(
                seq=record["seq"] + at * top, flow=f"{record['flow']}_{at}" if record["flow"] else ""
            )
            again["link"] = record["link"] + at * top if record.get("link") else record.get("link")
            data = again["view"]["data"] if isinstance(again.get("view"), dict) else None
            if isinstance(data, dict) and data.get("feedetailList"):
                data["feedetailList"] = [
                    {**data["feedetailList"][0], "feedetlSn": str(n)} for n in range(DETAILS)
                ]
            out[1].append(again)
        for row in verdicts:
            name = f"{row['scenario']}_{at}"
            verdict = (
                "fail"
                if row["verdict"] in ("pass", "fail") and row["requirement"] != "ENV-SCHEMA-001"
                else row["verdict"]
            )
            out[2].append({
                **row, "scenario": name, "flow": name, "verdict": verdict, "cause": f"{row['cause']} {at}",
                "records": [seq + at * top for seq in row["records"]],
            })  # fmt: skip
    return out
