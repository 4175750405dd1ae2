"""The call and the answer of the driver contract: form, replay, conflict."""

from __future__ import annotations

import asyncio
import json

import pytest

from conformance.reference.answers import REFUSALS, DriverReply, Malformed, ReceivedCall, Refused
from conformance.reference.driver import ACTIONS, BY_NAME, Replays, read_call, reply_body

PATIENT = {"name": "甲", "id_type": "01", "id_no": "119999199001010012", "openid": "o"}


def body(**changes):
    call = {"run": "r", "flow": "f", "call_id": "1", "patient": PATIENT, "args": {}, "unknown": 1, **changes}
    return json.dumps({name: value for name, value in call.items() if value is not None}).encode("utf-8")


def test_a_well_formed_call_is_read_and_null_is_absent():
    call = read_call(BY_NAME["pay"], body(args={"mode": "A", "acct_used": None}))
    assert (call.run, call.flow, call.who.id_no, dict(call.args)) == (
        "r",
        "f",
        PATIENT["id_no"],
        {"mode": "A"},
    )


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"run":NaN}',
        b"[" * 100_000,
        body(run=None),
        body(call_id=""),
        body(call_id=7),
        body(flow=None),
        body(patient=None),
        body(patient={"name": "甲"}),
        body(args=[]),
        body(run="x" * 300),
    ],
)
def test_a_malformed_call_is_refused_with_400(text):
    with pytest.raises(Malformed):
        read_call(BY_NAME["pay"], text)


def test_actions_without_a_patient_need_none():
    for name in ("hospital_info", "list_doctors", "reset", "clock", "suspend"):
        assert read_call(BY_NAME[name], body(patient=None, flow=None)).patient is None


def call(call_id="1", **args):
    return ReceivedCall("prescribe", "r", "f", call_id, None, args)


def test_a_repeated_call_gets_the_first_answer_and_another_call_under_its_id_is_a_conflict():
    async def story():
        replays, count = Replays(), 0

        async def work():
            nonlocal count
            count += 1
            await asyncio.sleep(0)
            return DriverReply("done", {"n": count})

        first, same = await asyncio.gather(replays.once(call(), work), replays.once(call(), work))
        assert first is same
        assert (await replays.once(call("2"), work)).result == {"n": 2}
        with pytest.raises(Refused) as refused:
            await replays.once(call(a=1), work)
        assert refused.value.code == "CALL_CONFLICT"
        replays.forget("r")
        assert (await replays.once(call(a=1), work)).result == {"n": 3}

    asyncio.run(story())


def test_a_malformed_call_is_not_remembered():
    async def story():
        replays = Replays()

        async def broken():
            raise Malformed("args.x")

        async def whole():
            return DriverReply("done")

        with pytest.raises(Malformed):
            await replays.once(call(), broken)
        assert (await replays.once(call(), whole)).state == "done"

    asyncio.run(story())


def test_reading_actions_are_marked_and_names_are_unique():
    assert len(BY_NAME) == len(ACTIONS)
    for action in ACTIONS:
        reading = action.name.startswith(("list_", "query_")) or action.name.endswith("_detail")
        assert action.read or not reading


def test_the_actions_are_those_of_the_contract():
    from conformance.drivers.call import actions

    contract = actions()
    assert set(BY_NAME) == set(contract) - {"reconcile"}
    for name, action in BY_NAME.items():
        assert (action.patient == "yes") == bool(contract[name]["patient"]), name
        assert action.read == (contract[name]["kind"] == "read"), name


def test_every_refusal_has_a_code_a_sentence_and_an_icon():
    for code, (status, icon) in REFUSALS.items():
        reply = Refused(code, "原因").reply()
        answer = reply_body(BY_NAME["pay"], reply)
        assert (answer["state"], answer["code"], answer["message"]) == ("refused", code, "原因")
        assert answer["patient_state"] == icon in ("failed", "pending", "success")
        assert status in (409, 422)
