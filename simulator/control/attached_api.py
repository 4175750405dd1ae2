"""Control routes by which a command finds the simulator of its home and keeps it (contracts 2)."""

from __future__ import annotations

import os
from importlib.metadata import version
from typing import Any

from simulator.control.api import Body, Control, Values
from simulator.control.route import COUNT, Route, having, told
from simulator.protocol.text.said import Said
from simulator.shell.attached import LEASE_S
from simulator.shell.open_runs import WorldError

MOST_NAME = 64


async def whose(control: Control, _values: Values, _body: Body) -> Any:
    """Alive, and whose: nothing secret, since who asks has shown nothing yet."""
    world = control.world
    return {
        "status": "ok",
        "version": version("liantiao"),
        "platform": world.identities.fingerprint,
        "profile": world.profile.name,
        "pid": os.getpid(),
        "attached": world.attached.count(),
    }


async def attach(control: Control, values: Values, _body: Body) -> Any:
    """Begin or renew the lease of a run."""
    if not control.world.attached.hold(values["name"][:MOST_NAME]):
        raise WorldError(Said("name: 使用此模拟器的运行已达上限，请先结束一些"), 409)
    return {"attached": control.world.attached.count(), "lease_s": LEASE_S}


async def detach(control: Control, values: Values, _body: Body) -> Any:
    """End it."""
    control.world.attached.let_go(values["name"][:MOST_NAME])
    return {"attached": control.world.attached.count()}


_TEXT = {"type": "string"}
WHOSE = having(
    "status", "version", "platform", "profile", "pid", "attached",
    status={"const": "ok"}, version=_TEXT, platform=_TEXT, profile=_TEXT, pid=COUNT, attached=COUNT,
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    Route("GET", "/control/health", whose, "the same as /health, and the fingerprint of its platform keys", WHOSE, {
        "status": "ok", "version": "0.1.0", "platform": "3f0a", "profile": "base", "pid": 4711, "attached": 0,
    }, open=True),
    Route("PUT", "/control/attachments/{name}", attach, "begin or renew the lease of a run: it is not left alone",
          told(attached=COUNT, lease_s={"type": "number"}), {"attached": 1, "lease_s": 15.0}),
    Route("DELETE", "/control/attachments/{name}", detach, "end the lease", told(attached=COUNT), {"attached": 0}),
)  # fmt: skip
