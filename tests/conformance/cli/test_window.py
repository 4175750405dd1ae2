"""What the window of `serve` says of each request, and the person that somebody at the keyboard asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.cli import terminal
from conformance.cli.by_hand import made
from conformance.cli.window import WindowLines
from conformance.mistake import Mistake
from conformance.runner.control import Control
from simulator.protocol.text.said import chinese
from simulator.serving import running


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    terminal.choose_language([])
    yield
    terminal.choose_language([])


def message(seq: int, part: str, **more: Any) -> dict[str, Any]:
    at = {"wire": "2026-11-29T12:30:01.123+08:00"}
    way = "in" if part == "request" else "out"
    return {
        "kind": "message",
        "seq": seq,
        "part": part,
        "dir": way,
        "interface": "6201",
        "t": at,
        "c": f"c{seq}",
        **more,
    }


def lines(*records: dict[str, Any], run: str = "r1") -> list[str]:
    window = WindowLines()
    return [line for record in records for line in window.hear(run, record)]


ASKED = message(1, "request", flow="pay/clinic_mixed", person="P1", facts=[])


def test_an_accepted_request_is_one_line_with_its_notes() -> None:
    noted = {**ASKED, "facts": [{"n": "a", "ok": True}, {"n": "b", "ok": False, "note": "msgid 不是 30 位"}]}
    (line,) = lines(noted, message(2, "response", link=1, outcome={"ok": True}))
    assert line.split() == ["12:30:01", "6201", "pay/clinic_mixed", "受理", "msgid", "不是", "30", "位"]


def test_a_refused_one_says_code_and_cause() -> None:
    outcome = {"ok": False, "code": "LT-SIGN", "message": "签名不符: 键名未排序"}
    (line,) = lines(ASKED, message(2, "response", link=1, outcome=outcome))
    assert line == "12:30:01  6201      pay/clinic_mixed         拒绝 LT-SIGN  签名不符: 键名未排序"


def test_a_request_recorded_in_several_runs_is_one_line() -> None:
    window, stranger = WindowLines(), message(1, "request", facts=[], note="未能归属")
    heard = [*window.hear("r1", stranger), *window.hear("_simulator", {**stranger, "seq": 9})]
    heard += window.hear(
        "r1", message(2, "response", link=1, outcome={"ok": False, "code": "LT-NOBODY", "message": "无人"})
    )
    heard += window.hear("_simulator", message(10, "response", link=9, outcome={"ok": False}))
    assert len(heard) == 1
    assert "无归属" in heard[0]
    assert heard[0].endswith("无人; 未能归属")


def test_a_notice_a_fault_and_what_reached_no_interface() -> None:
    fault = {"kind": "world", "what": "fault", "link": 1, "d": {"name": "hold_response"}, "seq": 2}
    lost = {"kind": "world", "what": "fault", "link": 1, "d": {"name": "connection_lost"}, "seq": 3}
    away = {
        "kind": "run",
        "what": "turned_away",
        "seq": 4,
        "d": {"status": 404, "reason": "没有接口", "asked": "POST /x"},
    }
    notice = {**ASKED, "dir": "out", "interface": "6302"}
    answered = message(
        2, "response", dir="in", link=1, interface="6302", outcome={"ok": False, "message": "HTTP 500"}
    )
    assert lines(ASKED, fault, message(5, "response", link=1, outcome={"ok": True}))[0].endswith(
        "受理  注入故障 hold_response"
    )
    assert "没有应答  连接已断" in lines(ASKED, fault, lost)[0]
    assert lines(away)[0].split() == ["-", "POST", "/x", "HTTP", "404", "没有接口"]
    assert "通知 6302" in lines(notice, answered)[0]
    assert "未接收  HTTP 500" in lines(notice, answered)[0]


def test_it_speaks_english_and_a_long_cause_is_cut() -> None:
    terminal.choose_language(["--lang", "en"])
    (line,) = lines(
        ASKED, message(2, "response", link=1, outcome={"ok": False, "code": "X", "message": "a" * 5000})
    )
    assert not chinese(line)
    assert len(line) < 300


def test_a_person_by_hand_lives_in_the_standing_run(tmp_path: Path) -> None:
    async def work() -> list[dict[str, Any]]:
        async with running(tmp_path, port=0) as ready, Control(ready.base, ready.control_token) as control:
            with pytest.raises(Mistake, match="0 家机构"):
                await made(control, "", "employee", "wechat", "agree")
            await control.institution("H50999900001", "甲", "509999")
            first = await made(control, "", "employee", "wechat", "agree")
            with pytest.raises(Mistake, match="没有机构 H1"):
                await made(control, "H1", "employee", "wechat", "agree")
            assert (await ready.world.runs.hand("H50999900001")).name == first["run"]
            await control.open_run("r1", ["H50999900001"], {})
            own = ready.world.runs.own_or_only()
            assert [run.name for run in own] == ["_simulator", "r1"]
            return [first, await made(control, "H50999900001", "resident", "wechat", "refuse")]

    first, second = asyncio.run(work())
    assert {first["run"], second["run"]} == {"hand-H50999900001"}
    assert first["id_no"] != second["id_no"]
    assert first["id_no"][2:6] == "9999"
    assert all(one["auth_code"].isdigit() and one["ec_code"].isdigit() for one in (first, second))
