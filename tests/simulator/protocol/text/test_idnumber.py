from __future__ import annotations

import pytest

from simulator.protocol.text.idnumber import check_digit, could_be_real

DISTRICT = "11010119900307777"
NOWHERE = "50999919900101001"


@pytest.mark.parametrize(
    ("number", "id_type", "found"),
    [
        (DISTRICT + check_digit(DISTRICT), "01", True),
        (" " + DISTRICT + check_digit(DISTRICT).lower() + " ", "01", True),
        (DISTRICT + "XY"[check_digit(DISTRICT) == "X"], "01", False),
        (NOWHERE + check_digit(NOWHERE), "01", False),
        (DISTRICT + check_digit(DISTRICT), "03", False),
        ("１" * 17 + "1", "01", False),
        ("P1234567", "01", False),
        ("", "01", False),
    ],
)
def test_only_a_number_that_may_have_been_issued_could_be_real(
    number: str, id_type: str, found: bool
) -> None:
    assert could_be_real(number, id_type) is found
