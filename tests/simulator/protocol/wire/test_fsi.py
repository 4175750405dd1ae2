from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.protocol.model.profile import Profile
from simulator.protocol.text.times import beijing_dt
from simulator.protocol.wire.facts import named
from simulator.protocol.wire.fsi import open_fsi, outcome, refmsgid, seal_fsi, seal_fsi_request
from simulator.protocol.wire.raw import RawMessage

Post = Callable[..., RawMessage]
CODE = "H50999900001"
HEADER: dict[str, Any] = {
    "infno": "1101",
    "msgid": f"{CODE}202601010900000001",
    "mdtrtarea_admvs": "509999",
    "insuplc_admdvs": "",
    "recer_sys_code": "YBXT",
    "infver": "V1.0",
    "opter_type": "1",
    "opter": "001",
    "opter_name": "测试",
    "inf_time": "2026-01-01 09:00:00",
    "fixmedins_code": CODE,
    "fixmedins_name": "联调示范医院",
    "sign_no": "",
}
INPUT = {"data": {"mdtrt_cert_type": "01", "mdtrt_cert_no": "AUTH1"}}


def facts_of(post: Post, profile: Profile, now_ms: int, body: Any, **more: Any) -> dict[str, bool]:
    opened = open_fsi(post(json.dumps(body).encode()), profile, now_ms, **more)
    return {fact.name: fact.ok for fact in opened.facts if fact.name.startswith("fsi.")}


def test_a_good_request_opens(post: Post, profile: Profile, now_ms: int) -> None:
    opened = open_fsi(post(seal_fsi_request(HEADER, INPUT)), profile, now_ms, known={CODE})
    assert opened.ok, opened.bad
    assert opened.data == INPUT
    assert opened.sender == CODE
    assert opened.outer == HEADER
    assert [fact.name for fact in opened.facts][-4:] == [
        "fsi.json",
        "fsi.header",
        "fsi.msgid",
        "fsi.institution",
    ]


def test_input_may_be_a_json_text(post: Post, profile: Profile, now_ms: int) -> None:
    body = {**HEADER, "input": json.dumps(INPUT)}
    assert open_fsi(post(json.dumps(body).encode()), profile, now_ms).data == INPUT
    assert not facts_of(post, profile, now_ms, {**HEADER, "input": "{"})["fsi.json"]
    assert not facts_of(post, profile, now_ms, {**HEADER, "input": "cipher"})["fsi.json"]


@pytest.mark.parametrize(
    ("change", "missing", "wrong"),
    [
        ({"infno": ""}, ["infno"], []),
        ({"opter": None}, ["opter"], []),
        ({"infno": "11"}, [], ["infno"]),
        ({"infno": 1101}, [], []),
        ({"infno": ["1101"]}, [], ["infno"]),
        ({"infno": "2206A"}, [], []),
        ({"infver": "1.0.0"}, [], []),
        ({"infver": "V2.0"}, [], ["infver"]),
        ({"opter_type": "4"}, [], ["opter_type"]),
        ({"mdtrtarea_admvs": "50999"}, [], ["mdtrtarea_admvs"]),
        ({"fixmedins_name": "名" * 201}, [], ["fixmedins_name"]),
        ({"inf_time": "2026-01-01 09:00:00"}, [], []),
        ({"inf_time": "20260101090000"}, [], ["inf_time"]),
        ({"inf_time": "1767229200"}, [], ["inf_time"]),
        ({"inf_time": "昨天"}, [], ["inf_time"]),
        ({"inf_time": 5}, [], ["inf_time"]),
        ({"input": {"data": {"psn_no": "1"}}}, ["insuplc_admdvs"], []),
        ({"input": {"psn_no": "1"}}, ["insuplc_admdvs"], []),
        ({"input": {"data": {"psn_no": "1"}}, "insuplc_admdvs": "509999"}, [], []),
    ],
)
def test_the_header_names_what_is_missing_or_wrong(
    post: Post, profile: Profile, now_ms: int, change: dict[str, Any], missing: list[str], wrong: list[str]
) -> None:
    body = {**HEADER, "input": INPUT, **change}
    fact = named(open_fsi(post(json.dumps(body).encode()), profile, now_ms).facts, "fsi.header")
    assert fact is not None
    assert fact.ok == (not missing and not wrong)
    assert (fact.data.get("missing", []), fact.data.get("wrong", [])) == (missing, wrong)
    assert all(name in str(fact.note) for name in (*missing, *wrong))


@pytest.mark.parametrize(
    "msgid",
    [
        "",
        None,
        5,
        "x" * 29,
        f"H{'9' * 11}202601010900000001",
        f"{CODE}202613010900000001",
        f"{CODE}20260101090000 001",
        f"{CODE}202501010900000001",
    ],
)
def test_a_loose_msgid_is_a_finding_but_no_refusal(
    post: Post, profile: Profile, now_ms: int, msgid: Any
) -> None:
    body = {**HEADER, "input": INPUT, "msgid": msgid}
    opened = open_fsi(post(json.dumps(body).encode()), profile, now_ms)
    fact = named(opened.facts, "fsi.msgid")
    assert fact is not None
    assert not fact.ok
    assert opened.ok == (named(opened.facts, "fsi.header") or fact).ok


@pytest.mark.parametrize("code", ["", None, 5, "50999900001", "h50999900001", "H5099990000"])
def test_an_institution_code_of_another_form_is_refused(
    post: Post, profile: Profile, now_ms: int, code: Any
) -> None:
    opened = open_fsi(
        post(json.dumps({**HEADER, "input": INPUT, "fixmedins_code": code}).encode()), profile, now_ms
    )
    assert not opened.ok
    assert opened.sender == ""


def test_an_unknown_institution_is_refused_where_the_known_are_given(
    post: Post, profile: Profile, now_ms: int
) -> None:
    assert not facts_of(post, profile, now_ms, {**HEADER, "input": INPUT}, known=())["fsi.institution"]


@pytest.mark.parametrize("body", [[], None, 5, "x", True])
def test_a_top_level_that_is_no_object_is_refused(
    post: Post, profile: Profile, now_ms: int, body: Any
) -> None:
    assert facts_of(post, profile, now_ms, body) == {"fsi.json": False}


def test_a_body_that_is_no_json_is_refused_by_its_own_fact(post: Post, profile: Profile, now_ms: int) -> None:
    opened = open_fsi(post(b"{"), profile, now_ms)
    assert opened.bad is not None
    assert opened.bad.name == "body.json"


def test_an_answer_is_written_and_read(post: Post, profile: Profile, now_ms: int) -> None:
    reference = refmsgid("509999", now_ms, 7)
    assert reference == "509999202601010900000000000007"
    body = seal_fsi(0, "", {"baseinfo": {"psn_no": "1"}}, reference, now_ms)
    opened = open_fsi(post(body, status=200), profile, now_ms, "response")
    assert opened.ok
    assert opened.data == {"baseinfo": {"psn_no": "1"}}
    assert opened.outer is not None
    assert opened.outer["refmsg_time"] == "20260101090000000"
    failed = json.loads(seal_fsi(-1, "错" * 300, None, reference, now_ms))
    assert failed["infcode"] == -1
    assert len(failed["err_msg"]) == 200


@pytest.mark.parametrize(
    ("body", "fine"),
    [
        ({"infcode": "0", "output": None}, True),
        ({"infcode": 0, "output": ""}, True),
        ({"infcode": 0}, True),
        ({"infcode": 0, "output": '{"a":1}'}, True),
        ({"infcode": 0, "output": "cipher"}, False),
        ({"code": 500, "message": "gateway"}, False),
    ],
)
def test_answers_in_the_forms_of_the_field(
    post: Post, profile: Profile, now_ms: int, body: Any, fine: bool
) -> None:
    opened = open_fsi(post(json.dumps(body).encode(), status=200), profile, now_ms, "response")
    assert opened.ok == fine


ANY = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from([*HEADER, "input"]), ANY), st.sampled_from(["request", "response"]))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_field_makes_opening_raise(
    post: Post, profile: Profile, now_ms: int, changes: dict[str, Any], kind: Any
) -> None:
    body = json.dumps({**HEADER, "input": INPUT, **changes}).encode()
    for fact in open_fsi(post(body), profile, now_ms, kind).facts:
        json.dumps(fact.as_json())


HOUR = 3_600_000


@pytest.mark.parametrize(
    ("away_ms", "noted"),
    [(0, False), (8 * HOUR, True), (-8 * HOUR, True), (8 * HOUR + 100_000, True), (8 * HOUR + 200_000, False),
     (HOUR // 2, False), (14 * HOUR, True), (15 * HOUR, False), (24 * HOUR, False)],
)  # fmt: skip
def test_an_inf_time_whole_hours_off_is_noted_and_never_refused(
    post: Post, profile: Profile, now_ms: int, away_ms: int, noted: bool
) -> None:
    body = {**HEADER, "inf_time": beijing_dt(now_ms + away_ms), "input": INPUT}
    opened = open_fsi(post(json.dumps(body).encode()), profile, now_ms)
    assert opened.ok, opened.bad
    fact = named(opened.facts, "note.inf_time")
    assert (fact is not None) is noted
    assert fact is None or (not fact.ok and abs(fact.data["skew_ms"] - away_ms) < 1000)


@pytest.mark.parametrize(
    ("size", "most", "fine"), [(30, 30, True), (36, 36, True), (36, 30, False), (37, 36, False)]
)
def test_a_msgid_may_be_a_uuid(
    post: Post, profile: Profile, now_ms: int, size: int, most: int, fine: bool
) -> None:
    used = profile.with_overrides({"fsi.msgid_chars": most})
    body = {**HEADER, "msgid": "a" * size, "input": INPUT}
    opened = open_fsi(post(json.dumps(body).encode()), used, now_ms)
    assert opened.ok is fine
    msgid = named(opened.facts, "fsi.msgid")
    assert msgid is not None
    assert not msgid.ok, "the rule is 12+14+4 all the same"


@pytest.mark.parametrize(
    ("code", "ok"), [(0, True), ("0", True), (1, True), ("1", True), (-1, False), ("", False), (2, False)]
)
def test_an_infcode_of_0_or_1_counts_as_good(code: int | str, ok: bool) -> None:
    assert outcome(RawMessage("", "", (), json.dumps({"infcode": code}).encode(), 200)).ok is ok
