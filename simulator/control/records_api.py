"""Control routes about evidence: the records of a run as they come, and the bytes behind them."""

from __future__ import annotations

from asyncio import to_thread
from contextlib import suppress
from typing import Any

import orjson

from simulator.control.api import Body, Control, Values
from simulator.control.route import COUNT, OBJECT, RUN, TEXT, Route, having, listing, shape, told, whole
from simulator.protocol.text.said import Said
from simulator.protocol.wire.chain import SCHEMA
from simulator.shell.limits import (
    LONG_POLL_MS,
    RAW_AN_ANSWER,
    RAW_BYTES_AN_ANSWER,
    RECORDS_AN_ANSWER,
    SEARCH_CHARS,
)
from simulator.shell.open_runs import WorldError
from simulator.shell.searching import search

LAST = 2**53  # the largest whole number that every JSON reader keeps


async def add_record(control: Control, values: Values, body: Body) -> Any:
    """A record of the runner; `d` is masked by the same table as messages."""
    run = await control.run(values)
    rest = {
        key: value
        for key, value in body.items()
        if key not in ("kind", "flow", "scenario", "person", "institution")
    }
    if "d" in rest:
        rest["d"] = run.masked(rest["d"])
    timer_ms = None
    if body.get("person"):
        with suppress(WorldError):
            timer_ms = (await control.world.person(run, body["person"])).now_ms()
    return {"seq": run.record(body["kind"], rest, body.get("flow", ""), body.get("person", ""),
                              body.get("institution", ""), timer_ms, body.get("scenario", ""))}  # fmt: skip


async def records(control: Control, values: Values, _body: Body) -> Any:
    """Records after a number, as they stand in the journal."""
    journal = (await control.run(values, closed=True)).journal
    after = whole(values, "after", 0, LAST)
    await journal.wait(after, whole(values, "wait_ms", 0, LONG_POLL_MS) / 1000)
    lines = journal.read(after, whole(values, "limit", RECORDS_AN_ANSWER, RECORDS_AN_ANSWER))
    return {"records": [orjson.Fragment(line) for line in lines], "next": after + len(lines)}


async def raw(control: Control, values: Values, _body: Body) -> Any:
    """Salt and bytes of one message."""
    journal = (await control.run(values, closed=True)).journal
    seq = whole(values, "seq", 0, LAST)
    lines = journal.read(seq - 1, 1) if seq else []
    found = control.world.raw.get(orjson.loads(lines[0]).get("c", "")) if lines else None
    if found is None:
        raise WorldError(Said("seq: 记录 {} 没有保存原始报文", seq), 404)
    return found


async def raws(control: Control, values: Values, _body: Body) -> Any:
    """Salts and bodies of the messages after a record number; one that is not kept is left out."""
    journal = (await control.run(values, closed=True)).journal
    after = whole(values, "after", 0, LAST)
    found, size = [], 0
    for line in journal.read(after, whole(values, "limit", RAW_AN_ANSWER, RAW_AN_ANSWER)):
        after += 1
        kept = control.world.raw.get(orjson.loads(line).get("c", ""))
        if kept is not None:
            found.append({"seq": after, **kept})
            size += len(kept["raw"])
        if size > RAW_BYTES_AN_ANSWER:
            break
    return {"raw": found, "next": after}


async def search_text(control: Control, values: Values, body: Body) -> Any:
    """The values of a run looked for in a text: where they stand, and the text with them replaced."""
    known = (await control.run(values)).known
    return (await to_thread(search, known, body["text"])).as_json(known.counted)


_TEXT = {"type": "string"}
RECORD = having(
    "schema", "writer", "seq", "run", "kind", "flow", "t", "prev", "hash",
    schema={"const": SCHEMA}, writer=_TEXT, seq=COUNT, run=_TEXT, kind=_TEXT, flow=_TEXT, t=OBJECT, prev=_TEXT, hash=_TEXT,
)  # fmt: skip
"""The members of every record; schemas/evidence.json has the rest."""
SEEN = {
    "schema": SCHEMA, "writer": "sim-1", "seq": 1, "kind": "run", "flow": "", "person": "", "institution": "",
    "t": {"wire": "2026-11-22T10:00:00.000+08:00", "timer_ms": 1795312800000, "mono_ns": 1}, "what": "begin",
    "d": {"institutions": ["H50999900001"]}, "run": "run-1", "prev": "", "hash": "(64 digits)",
}  # fmt: skip
ROUTES: tuple[Route, ...] = (
    Route("POST", RUN + "/records", add_record, "a record of the runner, in the same chain",
          told(seq=COUNT), {"seq": 42},
          shape(("kind",), kind={"enum": ["driver", "scenario", "step", "probe", "run", "scan"]}, flow=TEXT, scenario=TEXT, person=TEXT,
                institution=TEXT, what=TEXT, action=TEXT, call_id=TEXT, note=TEXT, d=OBJECT,
                link={"type": ["integer", "null"]}),
          {"kind": "step", "flow": "pay/one", "what": "pay", "d": {"number": 1}}),
    Route("GET", RUN + "/records", records, "records after a number; waits for news up to wait_ms",
          told(records=listing(RECORD), next=COUNT), {"records": [SEEN], "next": 1},
          query={"after": LAST, "wait_ms": LONG_POLL_MS, "limit": RECORDS_AN_ANSWER}),
    Route("GET", RUN + "/raw/{seq}", raw, "salt and bytes behind a message record",
          told(salt=_TEXT, raw=_TEXT), {"salt": "(64 digits)", "raw": "UE9TVCAvIEhUVFAvMS4xDQoNCg=="}),
    Route("POST", RUN + "/search", search_text, "look for the values of this run in a text, and replace them",
          told(leaks=listing(told(kind=_TEXT, lines=COUNT)), known=listing(told(kind=_TEXT, values=COUNT)), text=_TEXT,
               found=listing(told(kind=_TEXT, line=COUNT, form=_TEXT, excerpt=_TEXT))),
          {"leaks": [{"kind": "phone", "lines": 1}], "known": [{"kind": "phone", "values": 12}], "text": "phone=199********~0123456789",
           "found": [{"kind": "phone", "line": 1, "form": "plain", "excerpt": "phone=199********~0123456789"}]},
          shape(("text",), text={"type": "string", "maxLength": SEARCH_CHARS}), {"text": "phone=19900012345"}),
    Route("GET", RUN + "/raw", raws, "the same of every message among the records after a number",
          told(raw=listing(told(seq=COUNT, salt=_TEXT, raw=_TEXT)), next=COUNT),
          {"raw": [{"seq": 2, "salt": "(64 digits)", "raw": "UE9TVCAvIEhUVFAvMS4xDQoNCg=="}], "next": 2},
          query={"after": LAST, "limit": RAW_AN_ANSWER}),
)  # fmt: skip
