"""A log is searched line by line: where something stands is told, what it is never."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from simulator.shell.known_values import KnownValues
from simulator.shell.limits import FOUND_A_KIND
from simulator.shell.searching import search

ID, NAME, TOKEN, SECRET = "119999199001010012", "欧阳测试", "0123456789abcdef0123456789abcdef", "AB" * 16
VALUES = (ID, NAME, TOKEN, SECRET, SECRET.lower())


@pytest.fixture
def known() -> KnownValues:
    made = KnownValues(b"run")
    made.learn_from({"name": NAME, "id_no": ID, "data": [{"payToken": TOKEN}]}, "P1")
    made.learn_from({"app_secret": SECRET})
    return made


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    "write",
    [
        lambda value: f"x={value};",
        lambda value: json.dumps({"v": f"{value} "}),
        lambda value: quote(f"v={value}&"),
        lambda value: base64.b64encode(f"v={value}".encode()).decode(),
        lambda value: (
            f"{quote(value)} {base64.b64encode(value.encode()).decode()} {json.dumps(value)} {value}"
        ),
    ],
)
def test_a_value_is_found_in_every_form_and_stands_in_no_answer(
    known: KnownValues, value: str, write
) -> None:
    text = f"start\n{write(value)}\nend"
    out = search(known, text)
    assert [row["line"] for row in out.found][:1] == [2]
    assert sum(out.counts.values()) == 1
    told = json.dumps(out.as_json(known.counted), ensure_ascii=False)
    assert not any(write(value) in told or value in told for value in (value,))
    assert base64.b64encode(value.encode()).decode() not in told
    assert out.lines[0] == "start"
    assert out.lines[2] == "end"


def test_a_clean_log_is_given_back_as_it_is(known: KnownValues) -> None:
    text = "patient=欧*** id=***0012 order=L2611 张三丰 119999199001010013\n" * 3
    out = search(known, text)
    assert (out.counts, "\n".join(out.lines)) == ({}, text)


def test_lines_are_counted_and_the_first_of_each_kind_are_named(known: KnownValues) -> None:
    out = search(known, "\n".join([f"{NAME} {NAME} {ID}"] * 50))
    assert out.counts == {"name": 50, "id_no": 50}
    assert len(out.found) == 2 * FOUND_A_KIND
    assert {row["kind"]: row["values"] for row in out.as_json(known.counted)["known"]} == {
        "name": 1, "id_no": 1, "token": 1, "secret": 2,
    }  # fmt: skip
