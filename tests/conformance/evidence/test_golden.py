"""Evidence of each schema version stays readable and keeps its verdicts; small records give the same ones.

`golden-<schema>.jsonl` is the evidence of a real run of four scenarios against the reference hospital (synthetic
persons, masked); `golden-<schema>.txt` is what it was judged to be: scenario, requirement, verdict. A later rule set
may say more of it, never something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from evidence_writer import checked
from judged_records import judge_records

from conformance.cli.demo import reference_declaration
from conformance.evidence.reader import EvidenceStream, stream
from conformance.evidence.records import Record
from conformance.judgement import Verdict
from conformance.ledger import load
from conformance.runner import catalogue
from simulator.protocol.model.role import by_number
from simulator.protocol.wire.chain import SCHEMA
from simulator.roles import ROLES
from simulator.shell.evidence import small

HERE = Path(__file__).parent
VERSIONS = range(2, SCHEMA + 1)
INTERFACES = by_number(ROLES)


def read(version: int) -> tuple[tuple[Record, ...], EvidenceStream]:
    found = stream(HERE / f"golden-{version}.jsonl")
    return tuple(found), found


def golden(version: int) -> tuple[Record, ...]:
    return read(version)[0]


def judged(records: Any) -> tuple[Verdict, ...]:
    begun = [r["flow"] for r in records if (r["kind"], r.get("what")) == ("scenario", "begin")]
    scenarios = [catalogue.scenario(name) for name in begun]
    return judge_records(records, load(), scenarios, reference_declaration(), catalogue.plan("A")).verdicts


def made_small(record: Mapping[str, Any]) -> Mapping[str, Any]:
    if record["kind"] != "message":
        return record
    return checked(small(record, INTERFACES[record["interface"]].keeps))


@pytest.mark.parametrize("version", VERSIONS)
def test_the_chain_of_every_version_is_read_to_its_end(version: int) -> None:
    records, found = read(version)
    assert (found.problem, found.torn) == ("", False)
    assert found.writers[0]["count"] == len(records) == 166


@pytest.mark.parametrize("version", VERSIONS)
def test_it_is_judged_as_it_was_judged_then(version: int) -> None:
    lines = {f"{v['scenario']} {v['requirement']} {v['verdict']}" for v in judged(golden(version))}
    kept = (HERE / f"golden-{version}.txt").read_text(encoding="utf-8").splitlines()
    assert len(kept) == 111
    assert set(kept) - lines == set()


def test_the_records_of_this_version_fit_the_schema() -> None:
    for record in golden(SCHEMA):
        checked(record)


def test_the_same_rules_say_the_same_on_small_records() -> None:
    whole = golden(SCHEMA)
    assert judged(tuple(made_small(record) for record in whole)) == judged(whole)


@pytest.mark.parametrize(
    ("interface", "part", "member", "requirement"),
    [
        ("6201", "request", "medfeeSumamt", "PAY-BILL-001"),
        ("6203", "request", "refdType", "RFD-TYPE-001"),
        ("1101", "response", "insuinfo", "IDV-MATCH-001"),
    ],
)
def test_what_an_interface_keeps_is_really_read(
    interface: str, part: str, member: str, requirement: str
) -> None:
    """A projection without the member gives another verdict: the test above is not blind."""
    records = []
    for record in map(made_small, golden(SCHEMA)):
        if (record.get("interface"), record.get("part")) == (interface, part) and record["keep"]:
            rest = {name: value for name, value in record["keep"].items() if name != member}
            record = {**record, "keep": rest}
        records.append(record)
    before = {
        (v["scenario"], v["verdict"]) for v in judged(golden(SCHEMA)) if v["requirement"] == requirement
    }
    after = {(v["scenario"], v["verdict"]) for v in judged(tuple(records)) if v["requirement"] == requirement}
    assert before != after
