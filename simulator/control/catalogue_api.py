"""Control routes about the simulator itself: whether it answers, and everything that can be named in a scenario."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from simulator.control.api import Body, Control, Values
from simulator.control.route import ANY, Route, by_name, having, listing, told
from simulator.faults import FAULTS
from simulator.faults.notice_kinds import KINDS
from simulator.faults.triggers import TRIGGERS
from simulator.protocol.model.order_table import STATE_STATUS, STATES, arrows
from simulator.protocol.text.said import stored
from simulator.protocol.wire.opened import ADVISORY

_TEXT = {"type": "string"}
_WHOLE = {"type": "integer"}


async def health(_control: Control, _values: Values, _body: Body) -> Any:
    """Alive."""
    return {"status": "ok", "version": version("liantiao")}


async def catalogue(control: Control, _values: Values, _body: Body) -> Any:
    """Everything that can be named in a scenario."""
    options = control.world.profile.options.items()
    return {
        "interfaces": [
            {"number": one.number, "role": one.role, "path": one.path, **stored("name", one.name), "form": one.transport.name,
             "status": one.status, "source": one.source}
            for one in control.world.interfaces.values()
        ],
        "faults": [
            {"name": one.name, "stage": one.stage, **stored("about", one.about), "transports": list(one.transports),
             "with": {param.name: {"default": param.default, "low": param.low, "high": param.high,
                                   **stored("about", param.about)} for param in one.params}}
            for one in FAULTS
        ],
        "triggers": [
            {"case": one.case, "tail": f"{one.tail:02d}", "interface": one.interface, **stored("about", one.about)}
            for one in TRIGGERS
        ],
        "notes": sorted(ADVISORY),
        "states": [{"state": state, **stored("name", name), "status": STATE_STATUS[state]} for state, name in STATES.items()],
        "transitions": [{"before": before, "after": after, "events": names}
                        for (before, after), names in arrows(control.world.profile).items()],
        "notices": [{"kind": one.name, **stored("about", one.about)} for one in KINDS],
        "profile": {name: {"value": control.world.profile[name], "about": option.about, "status": option.status}
                    for name, option in options},
    }  # fmt: skip


HEALTH = having("status", "version", status={"const": "ok"}, version=_TEXT)
PARAM = having("default", "low", "high", default=_WHOLE, low=_WHOLE, high=_WHOLE, about=_TEXT)
CATALOGUE = having(
    "interfaces", "faults", "triggers", "notices", "notes", "states", "transitions", "profile",
    interfaces=listing(told(number=_TEXT, role=_TEXT, path=_TEXT, name=_TEXT, form=_TEXT, status=_TEXT, source=_TEXT)),
    faults=listing(told(name=_TEXT, stage=_TEXT, about=_TEXT, transports=listing(_TEXT), **{"with": by_name(PARAM)})),
    triggers=listing(told(case=_TEXT, tail=_TEXT, interface=_TEXT, about=_TEXT)),
    notes=listing(_TEXT),
    states=listing(told(state=_TEXT, name=_TEXT, status=_TEXT)),
    transitions=listing(told(before=_TEXT, after=_TEXT, events=listing(_TEXT))),
    notices=listing(told(kind=_TEXT, about=_TEXT)),
    profile=by_name(told(value=ANY, about=_TEXT, status=_TEXT)),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    Route("GET", "/health", health, "whether the simulator answers", HEALTH, {"status": "ok", "version": "0.1.0"}, open=True),
    Route("GET", "/control/catalogue", catalogue, "interfaces, faults, triggers, notice kinds, options", CATALOGUE, {
        "interfaces": [{"number": "6201", "role": "centre", "path": "/org/local/api/hos/uldFeeInfo", "name": "upload",
                        "form": "sealed", "status": "vendor-code", "source": "public integrations"}],
        "faults": [{"name": "hold_response", "stage": "after_seal", "about": "hold the answer", "transports": [],
                    "with": {"ms": {"default": 1000, "low": 0, "high": 600_000, "about": "how long"}}}],
        "triggers": [{"case": "MP-FLT-02", "tail": "02", "interface": "6202", "about": "the answer is lost"}],
        "notes": ["fsi.msgid"],
        "states": [{"state": "0", "name": "saved", "status": "vendor-code"}],
        "transitions": [{"before": "", "after": "0", "events": ["upload"]}],
        "notices": [{"kind": "repeat", "about": "the same result once more"}],
        "profile": {"order.ttl_ms": {"value": 1_800_000, "about": "life of an unpaid order", "status": "assumed"}},
    }),
)  # fmt: skip
