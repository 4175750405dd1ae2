"""A value is found whatever it was written as; what is no text is left alone."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from simulator.protocol.text.written_forms import BASE64, ESCAPED, PLAIN, URL, written_forms

NAME = "欧阳测试"


@pytest.mark.parametrize(
    ("line", "form"),
    [
        (f"name={NAME}", PLAIN),
        (json.dumps({"name": NAME}), ESCAPED),
        (json.dumps({"inner": json.dumps({"name": NAME})}), ESCAPED),
        (f"GET /pay?name={quote(NAME)}", URL),
        (f"body={base64.b64encode(NAME.encode()).decode()}", BASE64),
        (
            f"body={base64.urlsafe_b64encode(json.dumps({'n': NAME}, ensure_ascii=False).encode()).decode()}",
            BASE64,
        ),
    ],
)
def test_each_form_gives_the_value_back(line: str, form: str) -> None:
    assert [one for one, said in written_forms(line) if NAME in said][:1] == [form]


@pytest.mark.parametrize("line", ["", "100%", "\\u12", "a" * 70_000, "0123456789abcdef" * 8, "%%%", "=" * 30])
def test_what_is_no_form_is_the_line_itself(line: str) -> None:
    assert [said for form, said in written_forms(line) if form != BASE64] == [line]
