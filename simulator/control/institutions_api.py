"""Control routes about institutions: their identities, where their notices go, their amount triggers."""

from __future__ import annotations

from typing import Any

from simulator.control.api import Body, Control, Values, in_run
from simulator.control.route import (
    BOOL,
    CODE,
    ENDPOINTS,
    OBJECT,
    RUN,
    TEXT,
    Route,
    by_name,
    having,
    listing,
    shape,
    told,
)
from simulator.profiles.build import ProfileError, checked_overrides
from simulator.protocol.text.places import url_fault
from simulator.protocol.text.said import Said, listed, said_of
from simulator.shell.notifier import NONE
from simulator.shell.open_runs import WorldError
from simulator.shell.stored import Key


async def institutions(control: Control, _values: Values, _body: Body) -> Any:
    """All codes."""
    return {"institutions": sorted(control.world.identities.members)}


async def add_institution(control: Control, _values: Values, body: Body) -> Any:
    """The vendor block; an existing identity is returned unchanged but for what the options ask for and it has not got."""
    try:
        asks = checked_overrides(body.get("profile", {}), control.world.profile)
    except ProfileError as error:
        raise WorldError(said_of(error)) from None
    identities = control.world.identities
    made = identities.ensure(body.get("code", ""), body.get("name", ""), body.get("region", ""))
    identities.provide(made.code, control.world.profile.with_overrides(asks))
    for run in await control.world.runs.of(made.code):
        control.world.teach(run)
    return control.block(made.code)


async def institution(control: Control, values: Values, _body: Body) -> Any:
    """The vendor block of a known institution."""
    return control.block(values["code"])


async def endpoints(control: Control, values: Values, body: Body) -> Any:
    """Where notices of this institution go from now on, in runs that say nothing else."""
    return await _endpoints(control, "", values["code"], body)


async def hosting(control: Control, values: Values, _body: Body) -> Any:
    """Where notices of this institution go; the empty text where nobody has said."""
    code = control.world.member(values["code"]).code
    names = [row.endpoint for row in control.world.notices.values()]
    return {name: await control.world.endpoint(Key("", code), name) for name in names}


async def run_endpoints(control: Control, values: Values, body: Body) -> Any:
    """Where notices of this institution go in one run."""
    run = await control.run(values)
    in_run(run, control.world.member(values["code"]).code)
    return await _endpoints(control, run.name, values["code"], body)


async def amount_tails(control: Control, values: Values, body: Body) -> Any:
    """Whether the fen of a total choose an outcome for this institution's persons."""
    code = control.world.member(values["code"]).code
    await control.world.set_amount_tails(code, body["amount_tails"])
    return {"amount_tails": body["amount_tails"]}


async def _endpoints(control: Control, run: str, code: str, body: Body) -> Any:
    known = [row.endpoint for row in control.world.notices.values()]
    for name in body:
        if name not in known:
            raise WorldError(Said("{}: 没有这种通知地址，可用：{}", name[:40], listed("、", known)))
    if not body:
        raise WorldError(Said("(body): 至少写一种通知的地址：{}", listed("、", known)))
    for name, url in body.items():
        if url not in ("", NONE) and (fault := url_fault(url)) is not None:  # empty takes back what was said
            raise WorldError(Said("{}: {}", name, fault))
    await control.world.set_endpoints(Key(run, control.world.member(code).code), body)
    return dict(body)


_OWN = {"type": "string"}
BLOCK = having(
    "base", "orgCodg", "orgName", "region", "driverToken", "paths",
    base=_OWN, orgCodg=CODE, orgName=_OWN, region=_OWN, driverToken=_OWN, paths=by_name(_OWN),
    appId=_OWN, appSecret=_OWN, institutionPrivateKey=_OWN, platformPublicKey=_OWN,
)  # fmt: skip
SAMPLE = {"code": "H50999900001", "name": "Test hospital", "region": "509999"}
EXAMPLE = {
    "base": "http://127.0.0.1:18630", "orgCodg": "H50999900001", "orgName": "Test hospital", "region": "509999",
    "appId": "(32 characters)", "appSecret": "(32 characters)", "institutionPrivateKey": "(base64)",
    "platformPublicKey": "(base64)", "driverToken": "(text)", "paths": {"6201": "/org/local/api/hos/uldFeeInfo"},
}  # fmt: skip
NOWHERE = {"notify_6302": "http://127.0.0.1:8081/notify"}
INSTITUTION = "/control/institutions/{code}"
ROUTES: tuple[Route, ...] = (
    Route("GET", "/control/institutions", institutions, "the codes of all institutions",
          told(institutions=listing(CODE)), {"institutions": ["H50999900001"]}),
    Route("POST", "/control/institutions", add_institution, "the vendor block of a new or known institution",
          BLOCK, EXAMPLE,
          shape(code=CODE, name=TEXT, region={"type": "string", "pattern": "^[0-9]{6}$", "examples": ["509999"]},
                profile=OBJECT), SAMPLE),
    Route("GET", INSTITUTION, institution, "the vendor block", BLOCK, EXAMPLE),
    Route("GET", INSTITUTION + "/endpoints", hosting, "where notices go; empty where nobody has said",
          by_name(_OWN), NOWHERE),
    Route("PUT", INSTITUTION + "/endpoints", endpoints, "where notices go: a URL, none, or empty to take back what was said", ENDPOINTS, NOWHERE,
          ENDPOINTS, NOWHERE),
    Route("PUT", RUN + "/institutions/{code}/endpoints", run_endpoints,
          "where notices go in this run, by their keys in the declaration", ENDPOINTS, NOWHERE, ENDPOINTS, NOWHERE),
    Route("PUT", INSTITUTION + "/triggers", amount_tails, "switch outcomes by amount tail",
          told(amount_tails=BOOL), {"amount_tails": True}, shape(("amount_tails",), amount_tails=BOOL), {"amount_tails": True}),
)  # fmt: skip
