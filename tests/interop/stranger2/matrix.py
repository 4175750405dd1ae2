"""The second stranger against the examiner: every healthy variant and every planted fault, and what was found.

`python tests/interop/stranger2/matrix.py --healthy`, `--faults all|NAME,NAME [--whole]`, `--pairs N --seed S`, `--out DIR`;
`--summary` prints what `judged.json` says of the matrices beside it. The examiner is the `liantiao` of the Python that runs this;
nothing of it is imported.
"""

import argparse
import collections
import json
import os
import random
import shlex
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
HOOKS = [
    "clock",
    "reset",
    "suspend",
    "amend_bill",
    "counter_pay",
    "dispense",
    "fail_booking",
    "set_slot",
    "reconcile",
]
SERVICES = ["registration", "outpatient", "refund", "cancel", "merge", "settlement_slip"]
WHOLE_S = 900  # of one run of the whole plan on a busy machine
GOOD = ("pass", "n/a")


def table(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((HERE / name).read_text("utf-8"))
    return rows


def build(folder: Path) -> Path:
    binary = folder / ("hospital.exe" if os.name == "nt" else "hospital")
    subprocess.run(["go", "build", "-o", str(binary), "."], cwd=HERE / "hospital", check=True, timeout=300)
    return binary


def examiner() -> list[str]:
    found = Path(sys.executable).parent / ("liantiao.exe" if os.name == "nt" else "liantiao")
    return [str(found)]


def declaration(binary: Path, variant: str, fault: str) -> dict[str, Any]:
    rows = {row["name"]: row for row in table("variants.json")}
    chosen = [rows.get(name, {}) for name in variant.split(",")]
    hooks = next((row["hooks"] for row in chosen if "hooks" in row), HOOKS)
    services = next((row["services"] for row in chosen if "services" in row), SERVICES)
    notify = next((row["notify"] for row in chosen if "notify" in row), "http://127.0.0.1:8080/notify/6302")
    said = ",".join(name for name in variant.split(",") if name != "plain")
    return {
        "schema": 1,
        "institution": {"code": "H50999900001", "name": "联调示范医院", "region": "509999"},
        "modes": ["A"],
        "services": services,
        "driver": {
            "kind": "http",
            "level": 2,
            "url": "http://127.0.0.1:8080",
            "timeout_ms": 10000,
            "clock_by_flow": True,
            "hooks": hooks,
        },
        "endpoints": {"notify_6302": notify},
        "command": [str(binary), "--variant", said, "--fault", fault],
        "artefacts": {"logs": ["stdout"]},
        "ruleset": 2,
    }


def examined(
    binary: Path, variant: str, fault: str, only: list[str], wrap: list[str], kept: Path | None = None
) -> dict[str, Any]:
    """One run in a home of its own: conclusion, seconds, root causes and the verdicts that did not pass."""
    with tempfile.TemporaryDirectory(prefix="stranger2-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        subprocess.run([*examiner(), "init"], cwd=folder, check=True, capture_output=True, timeout=120)
        said = json.dumps(declaration(binary, variant, fault), ensure_ascii=False)
        (folder / "vendor.yaml").write_text(said, "utf-8")
        chosen = [part for one in only for part in ("--only", one)]
        began = time.monotonic()
        command = [*wrap, *examiner(), "run", "--trust", "--lang", "en", *chosen]
        run = subprocess.run(command, cwd=folder, check=False, capture_output=True, timeout=WHOLE_S)
        found = read(folder)
        found["seconds"] = round(time.monotonic() - began, 1)
        found["exit"] = run.returncode
        if "conclusion" not in found:
            found["said"] = (run.stdout + run.stderr).decode("utf-8", "replace").splitlines()[-3:]
        if kept is not None:
            log = next(folder.glob("runs/*/vendor.log"), None)
            if log is not None:
                (kept / f"{(fault or variant)[:80]}.log").write_bytes(log.read_bytes())
        return found


def read(folder: Path) -> dict[str, Any]:
    manifest = next(folder.glob("runs/*/manifest.json"), None)
    if manifest is None:
        return {"findings": []}
    whole = json.loads(manifest.read_text("utf-8"))
    lines = [
        json.loads(line)
        for line in (manifest.parent / "verdicts.jsonl").read_text("utf-8").splitlines()
        if line.strip()
    ]
    findings = []
    for line in lines:
        if line["verdict"] in GOOD or (line["verdict"] == "skip" and line.get("consequence_of")):
            continue
        row = {name: line.get(name) for name in ("requirement", "scenario", "verdict", "level")}
        row["observed"] = str(line.get("observed_en") or line.get("observed") or line.get("reason") or "")[
            :300
        ]
        row["cause"] = str(line.get("cause_en") or line.get("cause") or "")[:160]
        row["follows"] = line.get("consequence_of")
        row["id"] = line.get("id")
        findings.append({name: value for name, value in row.items() if value})
    causes = [cause.get("requirement") or cause.get("id") for cause in whole.get("root_causes", [])]
    return {
        "conclusion": whole["conclusion"]["id"],
        "counts": whole["conclusion"]["counts"],
        "root_causes": causes,
        "findings": findings,
    }


def jobs_of(asked: argparse.Namespace) -> list[tuple[str, str, list[str]]]:
    """Variant, fault and the scenarios of each run."""
    healthy = [row["name"] for row in table("variants.json")]
    found: list[tuple[str, str, list[str]]] = []
    if asked.healthy:
        chosen = asked.variants.replace("+", " ").split(",") if asked.variants else healthy
        chosen = [",".join(name.split()) for name in chosen]
        found += [(name, "", []) for name in chosen]
    drawn, wanted = random.Random(asked.seed), asked.faults.split(",")
    for _ in range(asked.pairs):
        found.append((",".join(drawn.sample(healthy[1:], 2)), "", []))
    if asked.faults:
        rows = [
            row
            for row in table("faults.json")
            if asked.faults in ("all", row["name"]) or row["name"] in wanted
        ]
        alone = [row for row in rows if not (asked.together and row.get("local"))]
        found += [
            ("plain", ",".join(row["name"] for row in part), [need for row in part for need in row["needs"]])
            for part in packed([row for row in rows if row not in alone])
        ]
        found += [("plain", row["name"], [] if asked.whole else row["needs"]) for row in alone]
    return found


def packed(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Faults that show in scenarios of their own go together: no two of a pack share a scenario."""
    packs: list[list[dict[str, Any]]] = []
    for row in sorted(rows, key=lambda row: -len(row["needs"])):
        for pack in packs:
            if not any(set(row["needs"]) & set(other["needs"]) for other in pack):
                pack.append(row)
                break
        else:
            packs.append([row])
    return packs


def split(fault: str, found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The findings of a pack, each with the fault whose scenarios they are of."""
    if "," not in fault:
        return {fault: found}
    needs = {row["name"]: row["needs"] for row in table("faults.json")}
    return {
        name: {
            **found,
            "conclusion": "pack",
            "counts": {},
            "root_causes": [],
            "findings": [row for row in found["findings"] if row.get("scenario") in needs[name]],
        }
        for name in fault.split(",")
    }


def named(row: Any) -> dict[str, Any]:
    """A finding as it is written now; matrices of the first round hold four or five texts in a row."""
    names = ("verdict", "requirement", "scenario", "observed", "follows")
    return dict(zip(names, row, strict=False)) if isinstance(row, list) else row


def shown(name: str, found: dict[str, Any]) -> str:
    bad = collections.Counter(f"{row['verdict']} {row['requirement']}" for row in alarms(found))
    said = ", ".join(f"{key} x{count}" for key, count in sorted(bad.items())) or "nothing"
    return f"{name:34} {found.get('conclusion', 'no run'):10} {found['seconds']:6.1f} s  {said}"


MARKS = ("right_rule", "hint", "scenario_only", "collateral", "missed")


def figures() -> list[str]:
    """The table of the README: what `judged.json` says of the faults, what the matrices say of healthy runs and of time."""
    names = ("faults run", *MARKS, "healthy runs (variants)", "with an alarm")
    rows: dict[str, list[str]] = {name: [] for name in names}
    times: dict[str, list[str]] = {"healthy": [], "faults": []}
    judged = json.loads((HERE / "judged.json").read_text("utf-8"))["faults"]
    for when in ("before", "after"):
        matrix = json.loads((HERE / f"matrix-{when}.json").read_text("utf-8"))
        marks = collections.Counter(row[when][0] for row in judged.values() if row.get(when))
        total = sum(marks.values())
        rows["faults run"].append(str(total))
        for mark in MARKS:
            share = f" ({100 * marks[mark] / total:.1f} %)" if mark == "right_rule" else ""
            rows[mark].append(f"{marks[mark]}{share}")
        healthy = matrix["healthy"]
        variants = {name for names in healthy for name in names.split(",")}
        rows["healthy runs (variants)"].append(f"{len(healthy)} ({len(variants)})")
        rows["with an alarm"].append(str(sum(bool(alarms(found)) for found in healthy.values())))
        for part, took in times.items():
            seconds = [found["seconds"] for found in matrix[part].values()]
            took.append(f"{statistics.median(seconds):.0f} / {max(seconds):.0f}")
    rows |= {f"seconds of a run of {part}, median / longest": took for part, took in times.items()}
    head = ["| | before | after |", "|---|---|---|"]
    return head + [f"| {name} | {' | '.join(values)} |" for name, values in rows.items()]


def summary() -> int:
    """The table, and every fault that no rule names, with the reason."""
    print("\n".join(figures()))
    judged = json.loads((HERE / "judged.json").read_text("utf-8"))["faults"]
    for when in ("before", "after"):
        for name, row in judged.items():
            if row.get(when) and row[when][0] != "right_rule":
                print(f"{when}: {name}: {row[when][0]}: {row[when][1]}")
    return 0


def alarms(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings of a run that say something is wrong or was not reached; a hint (warn) and what is out of reach are none."""
    return [row for row in map(named, found["findings"]) if row["verdict"] not in ("skip", "warn")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--healthy", action="store_true")
    parser.add_argument("--variants", default="", help="only these of --healthy, A+B for both in one run")
    parser.add_argument("--faults", default="", help="all, or names by commas")
    parser.add_argument(
        "--whole", action="store_true", help="faults on the whole plan, not on their scenarios"
    )
    parser.add_argument(
        "--together", action="store_true", help="local faults of separate scenarios in one run"
    )
    parser.add_argument("--pairs", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=1)
    parser.add_argument("--wrap", default="", help="a command in front of each run, for example a lock")
    parser.add_argument("--out", type=Path, default=Path("stranger2-matrix"))
    parser.add_argument("--into", type=Path, default=None, help="the matrix to add to, not OUT/matrix.json")
    parser.add_argument("--summary", action="store_true")
    asked = parser.parse_args()
    if asked.summary:
        return summary()
    asked.out.mkdir(parents=True, exist_ok=True)
    target = asked.into or asked.out / "matrix.json"
    matrix: dict[str, Any] = (
        json.loads(target.read_text("utf-8")) if target.exists() else {"healthy": {}, "faults": {}}
    )
    with (
        tempfile.TemporaryDirectory(prefix="stranger2-bin-") as name,
        ThreadPoolExecutor(asked.at_once) as pool,
    ):
        binary = build(Path(name))
        writing = threading.Lock()

        def one(job: tuple[str, str, list[str]]) -> None:
            variant, fault, only = job
            found = examined(binary, variant, fault, only, shlex.split(asked.wrap), asked.out)
            parts = split(fault, found) if fault else {variant: found}
            with writing:
                matrix["faults" if fault else "healthy"].update(parts)
                target.write_text(json.dumps(matrix, ensure_ascii=False, indent=1), "utf-8")
            for part, its in parts.items():
                print(shown(part, its), flush=True)

        list(pool.map(one, jobs_of(asked)))
    lines = [shown(name, found) for part in ("healthy", "faults") for name, found in matrix[part].items()]
    (asked.out / "matrix.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
