"""The file of persons that a vendor loads: written as it is read, and a mistake in it is one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.declared_persons import FIELDS, read, write
from conformance.mistake import Mistake

ROW = {
    "name": "测试, 甲",
    "id_type": "01",
    "id_no": "119999199001010012",
    "openid": "o-1",
    "phone": "19900000001",
}


@pytest.mark.parametrize("name", ["persons.csv", "persons.JSON"])
def test_what_is_written_is_read_again(name: str) -> None:
    assert [dict(row) for row in read(write([ROW], name), name)] == [ROW]


def test_the_columns_stand_in_the_first_line_of_a_table() -> None:
    assert write([ROW], "p.csv").splitlines()[0] == ",".join(FIELDS)
    table = "\ufeffid_no,name\r\n119999199001010012,甲\r\n\r\n"
    assert read(table, "p.csv") == ({"name": "甲", "id_no": "119999199001010012"},)


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        ("", "p.csv", "p.csv: 写 1 到 1000 人 (现在是 0 人)"),
        ("name,id_no\n甲\n", "p.csv", "p.csv: 第 1 人: id_no: 缺少"),
        ("name,id_no,age\n甲,1,7\n", "p.csv", "p.csv: 第 1 人: age: 不认识的键"),
        ("name,id_no\n甲,1,7\n", "p.csv", "p.csv: 第 1 人: ?: 不认识的键"),
        ("name,id_no\n甲,1\n乙,1\n", "p.csv", "p.csv: 第 2 人 id_no: 与第 1 人相同"),
        ("{", "p.json", "p.json: 不是 JSON"),
        ('{"people": []}', "p.json", "p.json: 写成人员列表"),
        ("[1]", "p.json", "p.json: 第 1 人: 写成键值结构"),
        ('[{"name": "甲", "id_no": 1}]', "p.json", "p.json: 第 1 人: id_no: 写成文本"),
    ],
)
def test_a_mistake_names_file_and_person(text: str, name: str, says: str) -> None:
    with pytest.raises(Mistake) as caught:
        read(text, name)
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)


def complaint(text: str, name: str) -> str:
    """The line of the mistake, or the empty text."""
    try:
        read(text, name)
    except Mistake as error:
        return str(error)
    return ""


@given(st.text(max_size=200), st.sampled_from(["p.csv", "p.json"]))
def test_any_text_is_a_list_or_a_one_line_mistake(text: str, name: str) -> None:
    assert "\n" not in complaint(text, name)
