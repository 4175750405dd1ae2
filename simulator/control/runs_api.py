"""Control routes about runs: namespaces that never see each other, and what of their flows is under way."""

from __future__ import annotations

import secrets
from time import monotonic
from typing import Any

from simulator.control.api import Body, Control, Values
from simulator.control.route import (
    BOOL,
    CODE,
    COUNT,
    OBJECT,
    RUN,
    RUN_NAME,
    Route,
    listing,
    shape,
    told,
    whole,
)
from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.text.said import Said, listed
from simulator.shell.clocks import monotonic_ns
from simulator.shell.limits import LONG_POLL_MS
from simulator.shell.open_runs import WorldError
from simulator.shell.runs import Trace

QUIET_POLL_S = 0.05  # how often open work is looked at while a caller waits for quiet
QUIET_MS = 600_000  # no flow needs more


async def runs(control: Control, _values: Values, _body: Body) -> Any:
    """The open runs."""
    return {"runs": [{"run": run.name, "institutions": list(run.kept.institutions),
                      "persons": await control.world.store.count(run.name), "records": run.journal.last_seq}
                     for run in await control.world.runs.all()]}  # fmt: skip


async def open_run(control: Control, _values: Values, body: Body) -> Any:
    """Open a namespace."""
    name = body.get("run") or f"run-{secrets.token_hex(6)}"
    run = await control.world.runs.open(
        name, body["institutions"], body.get("profile", {}), body.get("small", False)
    )
    for code in run.kept.institutions:
        control.world.identities.provide(code, run.profile)  # what the run's own options ask for
    control.world.teach(run)  # and is hidden from its first record on
    return {"run": run.name, "mask_key_id": sm3(run.journal.mask_key).hex()[:16]}


async def close_run(control: Control, values: Values, _body: Body) -> Any:
    """Close it."""
    return {"records": await control.world.runs.close(await control.run(values))}


async def reset_run(control: Control, values: Values, _body: Body) -> Any:
    """Drop persons and what is pending."""
    return {"removed": await control.world.runs.reset(await control.run(values))}


async def quiet(control: Control, values: Values, _body: Body) -> Any:
    """Whether nothing of a flow is under way and nothing was seen for `quiet_ms` (contracts 5)."""
    run, flow = await control.run(values), values.get("flow", "")
    quiet_ms = whole(values, "quiet_ms", 0, QUIET_MS)
    until = monotonic() + whole(values, "wait_ms", 0, LONG_POLL_MS) / 1000
    trace = run.flows.get(flow) or Trace()
    while True:
        work = await control.under_way(run, flow)
        window_ms = (monotonic_ns() - trace.last_mono_ns) // 1_000_000 if trace.last_mono_ns else quiet_ms
        left = until - monotonic()
        if (not work and window_ms >= quiet_ms) or left <= 0:
            return {"quiet": not work and window_ms >= quiet_ms, "open": work, "window_ms": window_ms,
                    "last_seq": trace.last_seq}  # fmt: skip
        pause = QUIET_POLL_S if work else (quiet_ms - window_ms) / 1000
        await run.journal.wait(run.journal.last_seq, min(left, max(pause, 0.001)))


async def evict(control: Control, values: Values, _body: Body) -> Any:
    """Forget a finished flow."""
    run, flow = await control.run(values), values["flow"]
    work = await control.under_way(run, flow)
    if work:
        raise WorldError(Said("flow: {} 还有未完成的事：{}", flow[:40], listed("、", work[:SHOWN])), 409)
    return {"removed": {"persons": await control.world.runs.evict(run, flow)}}


SHOWN = 8
"""Things under way that a refusal names."""
REMOVED = told(removed=told(persons=COUNT))
QUIET = told(quiet=BOOL, open=listing({"type": "string"}), window_ms=COUNT, last_seq=COUNT)
STILL = {"quiet": True, "open": [], "window_ms": 3000, "last_seq": 41}
WAITS = {"wait_ms": LONG_POLL_MS, "quiet_ms": QUIET_MS}
ROUTES: tuple[Route, ...] = (
    Route("GET", "/control/runs", runs, "the open runs",
          told(runs=listing(told(run=RUN_NAME, institutions=listing(CODE), persons=COUNT, records=COUNT))),
          {"runs": [{"run": "run-1", "institutions": ["H50999900001"], "persons": 1, "records": 12}]}),
    Route("POST", "/control/runs", open_run, "open a namespace for some institutions",
          told(run=RUN_NAME, mask_key_id={"type": "string"}), {"run": "run-1", "mask_key_id": "0123456789abcdef"},
          shape(("institutions",), run=RUN_NAME, profile=OBJECT, small=BOOL,
                institutions={"type": "array", "items": CODE, "minItems": 1, "maxItems": 1000}),
          {"run": "run-1", "institutions": ["H50999900001"], "profile": {"order.ttl_ms": 1_800_000}}),
    Route("DELETE", RUN, close_run, "close it; its records stay readable", told(records=COUNT), {"records": 41}),
    Route("POST", RUN + "/reset", reset_run, "stop notices, drop persons; the journal goes on",
          REMOVED, {"removed": {"persons": 1}}, shape(), {}),
    Route("GET", RUN + "/quiet", quiet, "whether a flow is quiet; waits up to wait_ms", QUIET, STILL,
          texts=("flow",), query=WAITS),
    Route("GET", RUN + "/flows/{flow}/quiet", quiet, "the same, the flow url-encoded in the path", QUIET, STILL,
          query=WAITS),
    Route("DELETE", RUN + "/flows/{flow}", evict, "forget the persons of a finished flow; its records stay",
          REMOVED, {"removed": {"persons": 1}}),
)  # fmt: skip
