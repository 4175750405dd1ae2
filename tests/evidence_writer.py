"""Evidence as the simulator writes it, for tests: numbered, chained by the product's codec, held against its schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import jsonschema_rs
import orjson

import schemas
from simulator.protocol.model.role import transports_of
from simulator.protocol.wire.chain import SCHEMA, Walk, chained, line_of, walk
from simulator.protocol.wire.raw import RawMessage
from simulator.roles import ROLES as PARTIES

VALID = jsonschema_rs.Draft202012Validator(schemas.load("evidence"))
SEALED = ("6201", "6202", "6203", "6301", "6302", "6401")
ROLES = {**dict.fromkeys(SEALED, "centre"), "userQuery": "ecredential", "modeA": "ecredential"}
READ = {transport.name: transport for transport in transports_of(PARTIES)}


def transport_of(interface: str) -> str:
    if interface in SEALED:
        return "sealed"
    return "portal" if interface == "userQuery" else "fsi"


def checked(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record, if the schema allows it: one without `link` or `outcome` cannot be made unnoticed."""
    wrong = next(VALID.iter_errors(dict(record)), None)
    assert wrong is None, (wrong and wrong.message, record)
    return record


class Writer:
    """One chain in memory. `records` are whole records, `lines()` their file."""

    def __init__(self, run: str = "r1", writer: str = "sim-1") -> None:
        self.run, self.writer = run, writer
        self.records: list[dict[str, Any]] = []

    def add(self, kind: str, **fields: Any) -> int:
        """One record; its number."""
        seq = len(self.records) + 1
        prev = self.records[-1]["hash"] if self.records else ""
        link = {"link": None} if kind == "world" else {}
        head = {"schema": SCHEMA, "writer": self.writer, "seq": seq, "run": self.run}
        self.records.append(dict(checked(chained({**link, **fields, "kind": kind, **head}, prev))))
        return seq

    def lines(self) -> list[bytes]:
        return [line_of(record) for record in self.records]


def record(kind: str, **fields: Any) -> dict[str, Any]:
    """One record by itself."""
    told = Writer()
    told.add(kind, **fields)
    return told.records[0]


def message(
    interface: str, part: str, data: Any, *, ours: bool, link: int | None = None, outer: Any = None,
    facts: Iterable[Any] = (), status: int | None = None, ids: Any = None, accepted: bool = False, target: str = "/x",
    role: str = "", c: str = "c", size: int = 1,
) -> dict[str, Any]:  # fmt: skip
    """The members of a message record. `outer` None and `data` None: nothing could be read."""
    transport = transport_of(interface)
    http: dict[str, Any] = {"method": "POST", "target": target, "headers": []}
    found: dict[str, Any] = {}
    if part == "response":
        http["status"] = 200 if status is None else status
        answer = RawMessage("", "", (), orjson.dumps(data if interface == "6302" else outer), http["status"])
        said = READ[transport].outcome(answer).as_json()
        found["outcome"] = {**said, "ok": accepted} if interface == "6302" else said
    return {
        "dir": "out" if ours else "in", "role": role or ROLES.get(interface, "institution"), "interface": interface,
        "transport": transport, "part": part, "link": link, "http": http, "facts": list(facts), **found,
        "view": None if data is None else {"outer": outer, "data": data}, "ids": ids or {}, "size": size, "c": c,
    }  # fmt: skip


def walked(lines: Iterable[bytes]) -> Walk:
    """What reading all of these lines comes to."""
    found = Walk()
    for _ in walk(lines, found):
        pass
    return found
