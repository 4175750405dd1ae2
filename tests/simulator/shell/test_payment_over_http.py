"""The main path over real sockets: authorise, 1101, 2201, 6201, 6202, confirm, 6302, 6301."""

from __future__ import annotations


def test_payment_from_authorisation_to_settled_query(play):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        person = await lab.person(run, vendor, balance=1000, ratio=50)
        await vendor.enrol(person)
        given, placed = await vendor.pay(person)
        assert placed["feeSumamt"] == "30.00"
        await vendor.until_notices(1)
        _, opened = vendor.received[0]
        assert opened.ok, opened.bad
        assert opened.data["payOrdId"] == given["payOrdId"]
        asked = await vendor.centre("6301", vendor.query(person, given))
        assert asked.ok, asked
        assert asked.data["ordStas"] == "6"
        quiet = await lab.control("GET", f"/control/runs/{run}/quiet", flow="pay/one", wait_ms=5000, quiet_ms=0)
        assert quiet["quiet"], quiet
        records = await lab.records(run)
        kinds = [(r["dir"], r["interface"], r["part"]) for r in records if r["kind"] == "message"]
        assert kinds.count(("out", "6302", "request")) == 1
        assert kinds.count(("in", "6302", "response")) == 1
        assert {r["flow"] for r in records if r["kind"] == "message"} == {"pay/one"}
        assert person.id_no not in str(records)
        assert person.name not in str(records)
        assert person.auth not in str(records)

    play(main)
