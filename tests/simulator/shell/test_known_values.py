"""Free text: what is known of this run's persons and secrets is replaced wherever it stands, and said in the facts."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.protocol.text.masking import SHOWN, masked
from simulator.shell import known_values
from simulator.shell.known_values import KnownValues

KEY = b"run"
ID, NAME, TOKEN = "119999199001010012", "欧阳测试", "0123456789abcdef0123456789abcdef"


@pytest.fixture
def known() -> KnownValues:
    made = KnownValues(KEY)
    made.learn_from({"name": NAME, "id_no": ID, "openid": "o" * 28, "data": [{"payToken": TOKEN}]}, "P1")
    return made


def test_a_known_value_is_replaced_by_the_mask_its_field_has(known: KnownValues) -> None:
    record = {"kind": "driver", "flow": ID, "d": {"message": f"患者{NAME}({ID})支付失败, {ID}"}}
    out = known.hidden(record)
    same = masked(ID, SHOWN["idno"], KEY)
    assert out["d"]["message"] == f"患者{masked(NAME, 1, KEY)}({same})支付失败, {same}"
    assert out["flow"] == ID, "our own members are left alone"
    assert [one["d"] for one in out["facts"]] == [
        {"kind": "name", "field": "d.message", "count": 1},
        {"kind": "id_no", "field": "d.message", "count": 2},
    ]
    assert {(one["n"], one["ok"]) for one in out["facts"]} == {("leak", False)}


@pytest.mark.parametrize(
    "where",
    [
        {"outcome": {"message": ID}},
        {
            "facts": [
                {
                    "n": "schema",
                    "ok": False,
                    "note": f"x{ID}y",
                    "note_said": {"template": "{}", "arguments": [ID]},
                }
            ]
        },
        {"http": {"target": f"/p?id={ID}", "headers": [["X", ID]]}},
        {"view": {"outer": None, "data": {"err_msg": [f"{ID}{ID}"]}}},
        {"d": {ID: 1}},
    ],
)
def test_in_every_place_of_a_record_arguments_of_sentences_and_names_too(
    known: KnownValues, where: object
) -> None:
    assert ID not in json.dumps(known.hidden({"kind": "message", **where}))


def test_the_longest_known_value_counts_and_neighbours_do_not_hide_it() -> None:
    known = KnownValues(KEY)
    known.learn("phone", "19900012345")
    known.learn("idNo", "19900012345678901X")
    assert known.text("a19900012345678901Xb") == f"a{masked('19900012345678901X', 3, KEY)}b"
    assert known.text("1990001234519900012345").count("~") == 2


def test_what_is_short_or_not_masked_teaches_nothing(known: KnownValues) -> None:
    for name, value in (("payToken", "abc"), ("name", "甲"), ("name", "Li"), ("medOrgOrd", "M0001234567")):
        known.learn(name, value)
        assert known.text(f"x {value} y") == f"x {value} y"


def test_a_record_without_any_is_left_as_it_is(known: KnownValues) -> None:
    record = {"kind": "step", "d": {"a": ["30.00", 3, None, True]}, "facts": []}
    assert known.hidden(record) == record


def test_beyond_the_limit_texts_are_hidden_whole(known: KnownValues, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_values, "SEARCHED_CHARS", 50)
    out = known.hidden({"d": {"a": "x" * 49, "b": "y" * 100 + ID, "c": "30.00", "e": ID}})
    assert ID not in json.dumps(out)
    assert (out["d"]["a"], out["d"]["b"][:3], out["d"]["c"]) == ("x" * 49, "***", "30.00")


def test_values_that_are_no_single_word_are_found_too() -> None:
    known = KnownValues(KEY)
    known.learn("name", "Li Ming")
    known.learn("idNo", "H123456(7)")
    known.learn("name", "阿依古丽·买买提")
    out = known.hidden({"d": {"message": "Li Ming, H123456(7), Li Ming, 阿依古丽·买买提"}})
    assert out["d"]["message"].count("~") == 4
    assert [fact["d"]["count"] for fact in out["facts"]] == [3, 1]


def test_old_values_make_room_for_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_values, "KNOWN_VALUES", 2)
    known = KnownValues(KEY)
    for number in range(3):
        known.learn("idNo", f"{number}19999199001010012")
    assert [known.text(f"{number}19999199001010012").count("~") for number in range(3)] == [0, 1, 1]


def test_where_a_value_departs_from_what_is_known_of_the_person(known: KnownValues) -> None:
    assert known.differences("idNo", ID, "P1") is None
    assert known.differences("idNo", ID, "P2") is None, "nothing is known of this one"
    wrong = ID[:6] + "2" + ID[7:]
    assert known.differences("certno", wrong, "P1") == {"field": "certno", "at": 7, "length": 18, "known": 18}
    assert known.differences("psnName", NAME[:2], "P1") == {
        "field": "psnName",
        "at": 3,
        "length": 2,
        "known": 4,
    }
    assert known.differences("mdtrtCertNo", ID, "P1") is None, "an own value, in whatever field"


@given(
    st.text(alphabet="19甲乙xX-", max_size=60),
    st.lists(st.text(alphabet="19甲乙xX", min_size=6, max_size=20), max_size=4),
)
def test_no_known_value_is_left_in_any_text(text: str, values: list[str]) -> None:
    known = KnownValues(KEY)
    for value in values:
        known.learn("idNo", value)
    shown = re.sub(r"[^*]{0,3}\*+~[0-9a-f]{10}", "|", known.text(text))
    assert not any(value in shown for value in values)


def test_secrets_of_the_institution_and_what_we_issue_stand_in_no_record(play) -> None:
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        person = await lab.person(run, vendor, policy={"delay_ms": 0})
        await vendor.enrol(person)
        given, _ = await vendor.pay(person)
        block = vendor.block
        secrets = [
            block[name] for name in ("appSecret", "institutionPrivateKey", "partnerSecret", "driverToken")
        ]
        values = [
            *secrets,
            lab.token,
            person.auth,
            person.psn_no,
            given["payToken"],
            person.id_no,
            person.name,
        ]
        said = {
            "state": "refused",
            "message": " / ".join(values),
            "result": {"log": [f"<{one}>" for one in values]},
        }
        await lab.control("POST", f"/control/runs/{run}/records",
                          {"kind": "driver", "flow": person.flow, "what": "answer", "d": said})  # fmt: skip
        text = json.dumps(await lab.records(run), ensure_ascii=False)
        assert [value for value in values if value in text] == []
        last = [record for record in await lab.records(run) if record["kind"] == "driver"][-1]
        assert {fact["d"]["kind"] for fact in last["facts"]} == {
            "secret", "key", "token", "authorisation", "psn_no", "id_no", "name",
        }  # fmt: skip

    play(main)
