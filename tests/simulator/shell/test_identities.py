"""Identities are made once, reused, owner-only; a file that cannot be used is one line."""

from __future__ import annotations

import asyncio
import json
import os
from types import SimpleNamespace

import pytest

from conformance.runner.home import read_home
from simulator.channels.wechat.merchant import of_block
from simulator.protocol.crypto import rsa
from simulator.protocol.crypto.keys import parse_private_key, parse_public_key
from simulator.protocol.model.role import by_number, transports_of
from simulator.protocol.text.idnumber import check_digit, could_be_real
from simulator.roles import ROLES
from simulator.shell import identities as module
from simulator.shell import watch
from simulator.shell.identities import IdentityError, open_identities, vendor_block
from simulator.shell.persons import id_number, new_identity
from simulator.shell.profiles import load_profile

FORMS = transports_of(ROLES)


def test_made_once_and_reused(tmp_path):
    first = open_identities(tmp_path, FORMS)
    one = first.ensure("", "甲医院", "310000")
    two = first.ensure()
    again = open_identities(tmp_path, FORMS)
    assert (again.platform, again.control_token) == (first.platform, first.control_token)
    assert again.members == first.members
    assert again.ensure(one.code, "另一个名字", "110000") == one
    assert one.code == "H31000000001"
    assert len({m.text("app_id") for m in (one, two)}) == len({m.text("partner_id") for m in (one, two)}) == 2
    assert [len(one.text(name)) for name in ("partner_id", "partner_secret", "app_id")] == [8, 32, 32]
    if os.name != "nt":
        assert (tmp_path / "identities.json").stat().st_mode & 0o077 == 0


def test_vendor_block_is_complete_and_its_keys_are_a_pair(tmp_path):
    known = open_identities(tmp_path, FORMS)
    block = vendor_block(known, known.ensure(), "http://x", by_number(ROLES))
    assert set(block) == {
        "base", "orgCodg", "orgName", "region", "appId", "appSecret", "institutionPrivateKey", "institutionPublicKey",
        "platformPublicKey", "partnerId", "partnerSecret", "driverToken", "paths", "version",
    }  # fmt: skip
    assert parse_private_key(block["institutionPrivateKey"]).public == parse_public_key(
        block["institutionPublicKey"]
    )
    assert {
        "1101",
        "2201",
        "2202",
        "6201",
        "6202",
        "6203",
        "6301",
        "6401",
        "userQuery",
        "modeA",
        "1162",
    } <= set(block["paths"])
    assert "6302" not in block["paths"]
    assert all(path.startswith("/") for path in block["paths"].values())


@pytest.mark.parametrize("change", [
    lambda text: "{",
    lambda text: "[]",
    lambda text: "{}",
    lambda text: json.dumps({**json.loads(text), "platform": {"private": "xx"}}),
    lambda text: json.dumps({**json.loads(text), "institutions": {"H1": {"code": "H1"}}}),
    lambda text: json.dumps({**json.loads(text), "institutions": []}),
    lambda text: json.dumps({**json.loads(text), "added": {"wechat": {"private": 1}}}),
])  # fmt: skip
def test_a_damaged_file_is_one_line(tmp_path, change):
    open_identities(tmp_path, FORMS)
    path = tmp_path / "identities.json"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(IdentityError) as told:
        open_identities(tmp_path, FORMS)
    assert str(told.value).startswith("identities.json: ")
    assert "\n" not in str(told.value)


def test_a_wrong_key_names_its_field(tmp_path):
    code = open_identities(tmp_path, FORMS).ensure().code
    path = tmp_path / "identities.json"
    value = json.loads(path.read_text(encoding="utf-8"))
    value["institutions"][code]["credentials"]["sealed"]["private"] = "AAAA"
    path.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(IdentityError, match=f"institutions.{code}.credentials.sealed.private"):
        open_identities(tmp_path, FORMS)


def test_the_number_of_institutions_is_limited(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "INSTITUTIONS", 1)
    known = open_identities(tmp_path, FORMS)
    known.ensure()
    with pytest.raises(IdentityError, match="上限 1"):
        known.ensure()


def test_persons_cannot_be_living_ones():
    numbers = {id_number() for _ in range(200)}
    assert all(number[2:6] == "9999" and check_digit(number[:17]) == number[17] for number in numbers)
    assert not any(could_be_real(number) for number in numbers)
    made = new_identity(lambda number: False)
    assert made["name"]
    assert set(made) == {"name", "id_no", "id_type", "openid", "phone"}
    tried = []
    new_identity(lambda number: tried.append(number) is None and len(tried) < 3)
    assert len(tried) == 3


def test_two_processes_share_a_home(tmp_path):
    one, two = open_identities(tmp_path, FORMS), open_identities(tmp_path, FORMS)
    made = one.ensure("H31000000001")
    assert two.ensure("H31000000001") == made
    two.ensure("H32000000001")
    one.ensure("H33000000001")
    assert set(open_identities(tmp_path, FORMS).members) == {"H31000000001", "H32000000001", "H33000000001"}


def test_what_another_process_changes_is_taken_up(tmp_path):
    one, two = open_identities(tmp_path, FORMS), open_identities(tmp_path, FORMS)
    before = one.ensure("H31000000001")
    two.ensure("H31000000001")
    rotated = two.rotate("H31000000001")
    app_id = rotated.text("app_id")
    assert (app_id, rotated.region) == (before.text("app_id"), before.region)
    assert rotated.text("partner_secret") == before.text("partner_secret")
    for name in ("private", "app_secret"):
        assert rotated.text(name) != before.text(name)
    one.refresh()
    assert one.members["H31000000001"] == rotated
    book = one.books["sealed"]
    assert book.find(app_id).keys.app_secret == rotated.text("app_secret")
    changes = {"app_id": "A" * 32, "private": "", "public": before.text("public")}
    moved = one.put(rotated.having("sealed", changes))
    assert set(book.callers) == set(book.keys) == {"A" * 32}
    assert book.find("A" * 32).keys.peer.text == before.text("public")
    assert open_identities(tmp_path, FORMS).members == {"H31000000001": moved}


def test_an_app_id_belongs_to_one_institution(tmp_path):
    known = open_identities(tmp_path, FORMS)
    first, second = known.ensure("H31000000001"), known.ensure("H32000000001")
    with pytest.raises(IdentityError, match="已属于机构 H31000000001"):
        known.put(second.having("sealed", {"app_id": first.text("app_id")}))
    book = known.books["sealed"]
    for one in (first, second):
        assert book.find(one.text("app_id")).institution.code == one.code


@pytest.fixture
def rsa_keys(monkeypatch):
    """Every RSA key that is made from now on."""
    made, real = [], rsa.new_private_key
    monkeypatch.setattr(rsa, "new_private_key", lambda: made.append(real()) or made[-1])
    return made


def test_no_rsa_key_is_made_for_whom_no_profile_asks(tmp_path, rsa_keys):
    known, base = open_identities(tmp_path, FORMS), load_profile()
    for number in range(20):
        known.provide(known.ensure(f"H310000{number:05d}").code, base)
    known.rotate("H31000000000")
    assert rsa_keys == []
    assert len(open_identities(tmp_path, FORMS).members) == 20


def test_who_asks_for_a_merchant_makes_its_key_and_the_first_also_those_of_the_platform(tmp_path, rsa_keys):
    known, asks = open_identities(tmp_path, FORMS), load_profile("wechat")
    first, second, other = (known.ensure(f"H3100000000{number}").code for number in (1, 2, 3))
    print_before = known.fingerprint
    known.provide(first, asks)
    assert len(rsa_keys) == 2 + 1
    known.provide(first, asks)
    assert len(rsa_keys) == 2 + 1, "made once"
    known.provide(second, asks)
    assert len(rsa_keys) == 2 + 1 + 1
    blocks = [vendor_block(known, known.members[code], "", {}) for code in (first, second, other)]
    assert [of_block(block).mchid for block in blocks[:2]] == [
        known.members[code].text("mchid") for code in (first, second)
    ]
    assert not [name for name in blocks[2] if name.startswith("wx")]
    again = open_identities(tmp_path, FORMS)
    assert [vendor_block(again, again.members[code], "", {}) for code in (first, second, other)] == blocks
    assert (again.fingerprint, read_home(tmp_path).platform) == (print_before, print_before)
    before = again.members[first]
    rotated = again.rotate(first)
    assert rotated.text("mchid") == before.text("mchid")
    assert len({one.credentials["wechat"]["serial"] for one in (before, rotated)}) == 2
    assert vendor_block(again, rotated, "", {})["wxPublicKey"] == blocks[0]["wxPublicKey"]


def test_what_a_profile_asked_for_in_another_process_is_taken_up_and_not_made_again(tmp_path, rsa_keys):
    one, two, asks = (
        open_identities(tmp_path, FORMS),
        open_identities(tmp_path, FORMS),
        load_profile("wechat"),
    )
    code = one.ensure("H31000000001").code
    two.ensure(code)
    two.provide(code, asks)
    one.provide(code, asks)
    assert one.members == two.members == open_identities(tmp_path, FORMS).members
    assert one.added == two.added == open_identities(tmp_path, FORMS).added
    assert one.books["wechat"].find(one.members[code].text("mchid")).keys is not None


def test_a_home_of_before_keeps_the_keys_of_the_platform(tmp_path, rsa_keys):
    """Then they stood with those that are made at the opening of a home, and every institution had a merchant."""
    known, asks = open_identities(tmp_path, FORMS), load_profile("wechat")
    known.provide(known.ensure("H31000000001").code, asks)
    path = tmp_path / "identities.json"
    value = json.loads(path.read_text(encoding="utf-8"))
    value["platform"] |= value.pop("added")
    path.write_text(json.dumps(value), encoding="utf-8")
    made = len(rsa_keys)
    old = open_identities(tmp_path, FORMS)
    assert old.members == known.members
    old.provide(old.ensure("H32000000001").code, asks)
    assert len(rsa_keys) == made + 1
    assert old.platform["wechat"] == known.added["wechat"]
    assert old.added == {}


def test_a_running_simulator_uses_rotated_keys(play, tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "IDENTITIES_S", 0.02)

    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor, "r1")
        person = await lab.person(run, vendor)
        await vendor.enrol(person)
        rotated = open_identities(tmp_path / "home", FORMS).rotate(vendor.code)
        block = {}
        async with asyncio.timeout(10):
            while block.get("appSecret") != rotated.text("app_secret"):
                block = await lab.control("GET", f"/control/institutions/{vendor.code}")
        refused = await vendor.centre("6201", vendor.upload(person))
        assert not refused.ok
        vendor.block = block
        assert (await vendor.centre("6201", vendor.upload(person))).ok

    play(main)


def test_a_file_that_cannot_be_used_leaves_a_running_simulator_as_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "IDENTITIES_S", 0)

    async def main():
        known, told = open_identities(tmp_path, FORMS), asyncio.Event()
        before = known.ensure("H31000000001")
        world = SimpleNamespace(
            identities=known, runs=SimpleNamespace(own=None, failed=lambda *_: told.set())
        )
        watching = asyncio.create_task(watch.identities(world))
        known.path.write_text("{", encoding="utf-8")
        await asyncio.wait_for(told.wait(), 10)
        assert known.members == {"H31000000001": before}
        assert not watching.done()
        watching.cancel()

    asyncio.run(main())
