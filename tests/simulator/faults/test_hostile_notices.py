"""Each hostile notice is refused, first of all for what it says it is refused for, whoever's keys it is sealed with."""

from __future__ import annotations

import pytest

from simulator.faults.hostile_notices import HOSTILE, HostileNotice, hostile_notice
from simulator.faults.notice_kinds import HOSTILE_NAMES, each, kind_of
from simulator.protocol.crypto.keys import private_key_from_seed
from simulator.protocol.wire.envelope import ChannelKeys, open_sealed
from simulator.protocol.wire.raw import RawMessage
from simulator.shell.profiles import load_profile

CENTRE, VENDOR = private_key_from_seed(b"hostile centre"), private_key_from_seed(b"hostile vendor")
APP = ("A" * 32, "B" * 32)
DATA = {"callType": "02", "payOrdId": "P1", "medOrgOrd": "M1", "feeSumamt": "12.50", "userName": "测试"}
NOW_MS = 1_767_229_200_000


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda one: one.name)
@pytest.mark.parametrize("entropy", [b"1", b"2", b"3"])
def test_it_is_refused_for_its_reason(hostile: HostileNotice, entropy: bytes) -> None:
    profile = load_profile()
    body = hostile.body(DATA, ChannelKeys(*APP, CENTRE, VENDOR.public), profile, NOW_MS, entropy)
    raw = RawMessage("POST", "/", (("content-type", "application/json"),), body)
    opened = open_sealed(raw, {APP[0]: ChannelKeys(*APP, VENDOR, CENTRE.public)}, profile, NOW_MS)
    assert opened.bad is not None
    assert opened.bad.name == hostile.bad


def test_each_is_sent_once_and_other_kinds_as_often_as_asked() -> None:
    kind, repeat = kind_of("hostile"), kind_of("repeat")
    assert kind is not None
    assert repeat is not None
    assert [one.hostile for one in each(kind, HOSTILE_NAMES, 3)] == [one.name for one in HOSTILE]
    assert each(repeat, HOSTILE_NAMES, 3) == (repeat,) * 3
    assert hostile_notice("nobody") is None
