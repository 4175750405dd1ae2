"""A recorded request opened again at its own wire time tells the same facts."""

from __future__ import annotations

import base64
import copy
from dataclasses import replace

import pytest

from simulator.protocol.model.role import transports_of
from simulator.protocol.wire.rawbytes import parsed
from simulator.roles import ROLES
from simulator.shell.identities import open_identities
from simulator.shell.profiles import load_profile
from simulator.shell.reopening import Reopening, _differences, _merged

PROFILE = load_profile()
FORMS = transports_of(ROLES)


def said(again):
    return [str(line) for line in again.differences]


async def requests(lab, run="r1"):
    rows = []
    for record in await lab.records(run):
        if record["kind"] == "message" and (record["dir"], record["part"]) == ("in", "request"):
            raw = await lab.control("GET", f"/control/runs/{run}/raw/{record['seq']}")
            rows.append((record, parsed(base64.b64decode(raw["raw"]))))
    return rows


def test_every_request_of_a_payment_tells_the_same_again(play, tmp_path):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor, "r1")
        person = await lab.person(run, vendor)
        await vendor.enrol(person)
        given, _ = await vendor.pay(person)
        await vendor.centre("6301", vendor.query(person, given))
        body = vendor.sealed(vendor.query(person, given))
        await vendor.post("6301", body)
        await vendor.post("6301", body)  # a replay
        await vendor.post("6301", b"not json")
        await vendor.post("6301", body.replace(b'"signData":"', b'"signData":"AAAA'))
        return await requests(lab)

    home = tmp_path / "home"
    rows = play(main, home=home)
    assert {record["interface"] for record, _ in rows} >= {
        "userQuery",
        "1101",
        "2201",
        "6201",
        "6202",
        "6301",
    }
    reopening = Reopening(open_identities(home, FORMS), PROFILE, ROLES)
    for record, raw in rows:
        again = reopening.again(record, raw)
        assert again.differences == (), record["interface"]
        names = [row["n"] for row in record["facts"]]
        assert [row["n"] for row in again.facts] == names
        assert [row["ok"] for row in again.facts] == [row["ok"] for row in record["facts"]]
    replayed = [row["ok"] for record, _ in rows for row in record["facts"] if row["n"] == "replay.fresh"]
    assert replayed.count(False) == 1
    reopening = Reopening(open_identities(home, FORMS), PROFILE, ROLES)  # its memory begins anew
    sealed = next(record for record, _ in rows if record["interface"] == "6201")
    changed = copy.deepcopy(sealed)
    verify = next(row for row in changed["facts"] if row["n"] == "sign.verify")
    verify["ok"] = False
    raw = next(raw for record, raw in rows if record is sealed)
    again = reopening.again(changed, raw)
    assert said(again) == ["sign.verify: 记录为不符, 现为符合"]
    assert next(row for row in again.facts if row["n"] == "sign.verify")["ok"]
    assert reopening.again({**sealed, "dir": "out"}, raw) is None
    assert reopening.again(sealed, replace(raw, target="/nowhere")) is None
    again = reopening.again(sealed, raw)
    assert said(again) == ["replay.fresh: 记录为符合, 现为不符"], "it came twice"
    late = reopening.again({**sealed, "t": {"wire": "2030-01-01T00:00:00.000+08:00"}}, raw)
    assert "env.time_window: 记录为符合, 现为不符" in said(late)


def test_the_keys_of_another_home_are_seen_as_such(play, tmp_path):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor, "r1")
        await vendor.enrol(await lab.person(run, vendor))
        await vendor.post("6301", vendor.sealed({}))
        return await requests(lab)

    rows = play(main)
    other = Reopening(open_identities(tmp_path / "other", FORMS), PROFILE, ROLES)
    record, raw = next(row for row in rows if row[0]["interface"] == "6301")
    assert "env.app_known: 记录为符合, 现为不符" in said(other.again(record, raw))


def fact(name, ok=True, **details):
    return {"n": name, "ok": ok, **({"d": details} if details else {})}


@pytest.mark.parametrize(
    ("before", "fresh", "merged"),
    [
        (["harness.open", "body.json", "sign.verify"], ["harness.open", "body.json", "sign.verify"],
         ["harness.open", "body.json", "sign.verify"]),
        (["harness.open", "body.json", "harness.late", "schema"], ["body.json", "new", "schema"],
         ["harness.open", "body.json", "harness.late", "new", "schema"]),
        (["harness.open", "body.json"], ["schema"], ["harness.open", "schema"]),
        ([], ["body.json", "harness.open"], ["body.json"]),
    ],
)  # fmt: skip
def test_what_a_body_does_not_give_stays_where_it_stood(before, fresh, merged):
    rows = _merged([fact(name) for name in before], [fact(name) for name in fresh])
    assert [row["n"] for row in rows] == merged


def test_only_what_holds_and_the_details_are_compared():
    before = [
        fact("a", d=1, skew_ms=3),
        fact("b"),
        fact("harness.open", False),
        {**fact("c", False), "note": "x"},
    ]
    fresh = [fact("a", d=2, skew_ms=4), {**fact("c", False), "note": "y"}, fact("e")]
    assert [str(line) for line in _differences(before, fresh)] == [
        "a: 细节不同 (d)", "b: 记录为符合, 现在没有", "e: 记录里没有, 现为符合",
    ]  # fmt: skip
