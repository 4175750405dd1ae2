"""A gateway before the 两定 interface, over HTTP: issued where a profile asks, refused by name, kept out of evidence."""

from __future__ import annotations

import json

import pytest

from simulator.protocol.wire import fsi
from simulator.protocol.wire.gateway import headers
from simulator.protocol.wire.gateway_parts import GatewayKeys
from simulator.protocol.wire.gateway_schemes import SCHEMES
from simulator.shell.clocks import wall_ms


async def asked(vendor, person, block=None, at_ms=None, **changed):
    """The answer to a 1101, signed by what the block has; `changed`: other headers."""
    data = {"mdtrt_cert_type": "02", "mdtrt_cert_no": person.id_no}
    body = fsi.seal_fsi_request(vendor.header("1101", ""), {"data": data})
    signed = {}
    if block:
        keys = GatewayKeys(block["gatewayAccount"], block["gatewaySecret"], block["gatewayAuth"])
        signed = dict(headers(keys, at_ms or wall_ms(), "nonce", body, "1101"))
    _, answer = await vendor.post("1101", body, {**signed, **changed})
    return json.loads(answer)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_run_that_names_a_gateway_issues_its_account_and_checks_its_signature(play, scheme):
    async def main(lab):
        vendor = await lab.vendor()
        assert "gatewayAuth" not in vendor.block, "no profile has asked"
        run = await lab.run(vendor, "r1", {"fsi.auth": scheme})
        block = await lab.control("GET", f"/control/institutions/{vendor.code}")
        assert block["gatewayAuth"] == scheme
        person = await lab.person(run, vendor)
        assert (await asked(vendor, person, block))["infcode"] == 0
        bare = await asked(vendor, person)
        assert bare["err_msg"].startswith("LT-FSI-GATE ")
        assert SCHEMES[scheme].signature in bare["err_msg"]
        late = await asked(vendor, person, block, at_ms=wall_ms() - 8 * 3_600_000)
        assert late["err_msg"].startswith("LT-FSI-GATETIME ")
        wrong = await asked(vendor, person, {**block, "gatewaySecret": block["gatewaySecret"].upper()})
        assert wrong["err_msg"].startswith("LT-FSI-GATESIGN ")
        assert "大写" in wrong["err_msg"]
        records = await lab.records(run)
        kept = next(r for r in records if r["kind"] == "message" and r["part"] == "request")["http"][
            "headers"
        ]
        assert SCHEMES[scheme].signature in {name.lower() for name, _ in kept}
        assert block["gatewaySecret"] not in json.dumps(records, ensure_ascii=False)
        await lab.control("DELETE", "/control/runs/r1")
        again = await lab.control("GET", f"/control/institutions/{vendor.code}")
        assert again["gatewaySecret"] == block["gatewaySecret"], "made once"

    play(main)


def test_a_signature_is_taken_once_where_the_profile_says_so(play):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor, "r1", {"fsi.auth": "x-tif", "fsi.auth_once": True})
        block = await lab.control("GET", f"/control/institutions/{vendor.code}")
        person = await lab.person(run, vendor)
        at_ms = wall_ms()
        assert (await asked(vendor, person, block, at_ms))["infcode"] == 0
        assert (await asked(vendor, person, block, at_ms))["err_msg"].startswith("LT-REPLAY ")
        assert (await asked(vendor, person, block, at_ms + 1000))["infcode"] == 0

    play(main)


def test_who_asks_for_an_institution_says_what_its_runs_will_want(play):
    """So that a vendor which the harness starts finds the account in its block."""

    async def main(lab):
        wanted = {"code": "H50999900077", "name": "甲", "region": "509999"}
        block = await lab.control("POST", "/control/institutions", {**wanted, "profile": {"fsi.auth": "api"}})
        assert block["gatewayAuth"] == "api"
        again = await lab.control("POST", "/control/institutions", wanted)
        assert again["gatewaySecret"] == block["gatewaySecret"]
        other = await lab.control("POST", "/control/institutions", {"code": "H50999900078", "name": "乙"})
        assert not any(name.startswith("gateway") for name in other)
        for profile in ({"fsi.auth": "rsa"}, {"fsi.aut": "api"}):
            told = await lab.control("POST", "/control/institutions", {**wanted, "profile": profile}, 400)
            assert next(iter(profile)) in told["error"]

    play(main)
