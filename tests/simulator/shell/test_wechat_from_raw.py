"""A run with WeChat in it: every fact once more from the raw messages, the same as when they came."""

from __future__ import annotations

import asyncio

import aiohttp

from conformance.cli.fromraw import recomputed
from conformance.declaration import Declaration, Driver
from conformance.runner import catalogue, manifest
from conformance.runner.collect import Collector
from conformance.runner.control import Control
from simulator.roles import ROLES
from simulator.serving import running

from test_wechat_http import ISSUED, JSAPI, Merchant, order_of  # isort: skip  (beside this file)

CODE, FLOW = "H50999900001", "wechat/one"


class Buyer:
    """As much of a person as an order needs."""

    def __init__(self, made):
        self.openid = made["openid"]


class Desk:
    """As much of a lab as a merchant needs."""

    def __init__(self, base, client):
        self.base, self.client = base, client


def test_facts_from_raw_are_those_of_the_run(tmp_path):
    folder, home = tmp_path / "runs" / "r1", tmp_path / "home"
    declaration = Declaration("vendor.yaml", CODE, "甲医院", "509999", ("A",), (), (), Driver("manual", 0))

    async def main():
        async with (
            running(home, port=0) as ready,
            aiohttp.ClientSession() as client,
            Control(ready.base, ready.control_token) as control,
        ):
            block = await control.institution(CODE, "甲医院", "509999", ISSUED)
            shop = Merchant(Desk(ready.base, client), block)
            await control.endpoints(CODE, "none", "http://127.0.0.1:1/wallet")
            await control.open_run("r1", [CODE], {})
            buyer = Buyer(await control.person("r1", FLOW, CODE, "甲", {}))
            row = manifest.skeleton("r1", "2026-11-29T10:00:00+08:00", declaration, catalogue.plan("A"), {})
            manifest.begin(folder, row, {})
            async with Collector(control, "r1", folder) as collector:
                good = shop.asked(JSAPI, order_of(shop, buyer, "http://127.0.0.1:1"))
                statuses = [(await shop.send(good)).status for _ in range(2)]
                statuses.append((await shop.send(shop.asked("/v3/certificates"))).status)
                statuses.append(
                    (await shop.send(shop.asked("/v3/certificates", now=1_700_000_000_000))).status
                )
                await control.quiet("r1", FLOW, 5_000, 0)
                await control.close_run("r1")
                await collector.finish()
            manifest.finish(row, "2026-11-29T10:00:01+08:00", 1.0, [], collector)
            manifest.write(folder, row)
            return statuses

    assert asyncio.run(main()) == [200, 401, 200, 401]
    again = recomputed(folder, home, "", ROLES)
    assert (again.differences, again.without, again.opened) == ([], 0, 4)
