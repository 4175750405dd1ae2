"""The manifest of a run: the runner writes the skeleton, the judge fills in what it found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from conformance.declaration import Declaration
from conformance.evidence.values import child
from conformance.runner.collect import Collector
from conformance.runner.private import private_folder
from conformance.runner.run_scenario import Outcome
from conformance.runner.scene import flow_of
from conformance.scenario import Plan, Scenario
from conformance.version import version
from simulator.protocol.text.said import Said

FILE = "manifest.json"
LABEL = "预验"
INTERRUPTED = Said("运行在此场景结束之前中断")


def skeleton(
    run: str, started: str, declaration: Declaration, plan: Plan, block: Mapping[str, Any]
) -> dict[str, Any]:
    """The manifest before anything ran. `block` is the vendor block of the institution."""
    return {
        "schema": 1,
        "run": run,
        "started": started,
        "ended": "",
        "tool": {"name": "liantiao", "version": version()},
        "ruleset": declaration.ruleset,
        "target": "simulator",
        "label": LABEL,
        "declaration": declaration.public(),
        "institution": {
            "code": declaration.code,
            "name": str(block.get("orgName", declaration.name)),
            "region": str(block.get("region", declaration.region)),
        },
        "modes": list(declaration.modes),
        "services": list(declaration.services),
        "driver": {"kind": declaration.driver.kind, "level": declaration.driver.level},
        "profile": {"name": "base", "overrides": dict(declaration.profile)},
        "plan": plan.id,
        "scenarios": [],
        "evidence": {"writers": []},
        "elapsed_s": 0.0,
    }


def begin(folder: Path, manifest: Mapping[str, Any], flows: Mapping[str, Scenario]) -> None:
    """Write it before anything runs, so that a run that is interrupted can be judged: what did not run is open."""
    private_folder(folder)
    at = manifest["started"]
    meant = [Outcome(one, flow, "error", INTERRUPTED, at, at) for flow, one in flows.items()]
    write(folder, {**manifest, "ended": manifest["started"], "scenarios": [one.as_json() for one in meant]})


def interrupted(scenario: Scenario, turn: int, at: str) -> Outcome:
    """A scenario that had not ended when the run was cut short."""
    return Outcome(scenario, flow_of(scenario, turn), "error", INTERRUPTED, at, at)


def finish(
    manifest: dict[str, Any], ended: str, elapsed_s: float, outcomes: Sequence[Outcome], collector: Collector
) -> None:
    """Put in what the run did."""
    manifest["ended"] = ended
    manifest["elapsed_s"] = round(elapsed_s, 1)
    manifest["scenarios"] = [_as_recorded(outcome.as_json(), collector) for outcome in outcomes]
    writer = {"writer": collector.writer or "sim-1", "count": collector.count, "head": collector.head}
    manifest["evidence"] = {"writers": [writer]}


def _as_recorded(row: dict[str, Any], collector: Collector) -> dict[str, Any]:
    """An outcome with its reason as the evidence has it: a reason may quote the vendor, and there it is masked."""
    for record in reversed(collector.by_flow.get(str(row["flow"]), [])):
        if (record.get("kind"), record.get("what")) == ("scenario", "end"):
            said = child(record, "d")
            return {**row, **{name: said[name] for name in ("reason", "reason_said") if name in said}}
    return row


def write(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write `manifest.json` as a whole."""
    half = folder / (FILE + ".new")
    half.write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n")
    half.replace(folder / FILE)


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a run folder. Raises OSError or ValueError."""
    value = orjson.loads((folder / FILE).read_bytes())
    if not isinstance(value, dict):
        raise ValueError(f"{FILE} is not an object")
    return value
