"""The acts of a patient: what the world tells and what the scenario's step adds are one act."""

from __future__ import annotations

from typing import Any


def acts(told: Any) -> list[tuple[Any, ...]]:
    return [
        (one.person, one.biz, one.decision, one.page, one.seq, one.step, one.code, bool(one.answer))
        for one in told.flow().authorisations
    ]


def test_the_world_and_the_step_tell_of_one_act(story: Any) -> None:
    told = story()
    seen = told.add("world", "P1", what="auth", d={"key": "04107", "before": "", "after": "agreed"})
    step = told.authorise("11~aa")
    told.ask("userQuery", {"qrcode": "11~aa"}, {"pay_auth_no": "A~1"}, head={"code": 0, "message": "success"})
    assert acts(told) == [("P1", "04107", "agree", True, seen, step, "11~aa", True)]


def test_an_act_that_no_step_performed_stays_by_itself(story: Any) -> None:
    told = story()
    alone = told.add("world", "P1", what="auth", d={"key": "04106", "after": "refused"})
    mine = told.add("world", "P1", what="auth", d={"key": "04107", "after": "agreed"})
    told.add("world", "P2", what="auth", d={"key": "04107", "after": "issued"})
    step = told.authorise("11~bb")
    assert acts(told) == [
        ("P1", "04106", "refuse", True, alone, 0, "", False),
        ("P1", "04107", "agree", True, mine, step, "11~bb", False),
    ]


def test_a_code_that_is_shown_is_no_authorisation_page(story: Any) -> None:
    told = story()
    shown = told.step("show_code", reply={"ec_code": "28~cc"})
    told.ask("modeA", {}, {}, head={"infcode": "0", "err_msg": ""})
    told.ask("modeA", {}, {}, head={"infcode": "0", "err_msg": ""})
    assert acts(told) == [
        ("P1", "01301", "shown", True, shown, shown, "", True),
        ("", "01301", "", False, shown + 4, 0, "", True),
    ]
