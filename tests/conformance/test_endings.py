"""Where a hospital may rest: an ending is what vendor and centre say together."""

from __future__ import annotations

import pytest

from conformance.endings import may_rest

EXPECT = [
    {
        "person": "甲",
        "endings": [
            {"is": "paid", "centre": "6", "vendor": "paid", "because": "MP-FLT-02"},
            {
                "is": "waiting",
                "centre": ["0", "1"],
                "vendor": ["created", "presettled"],
                "because": "MP-FLT-03",
            },
            {"is": "not_booked_alarm", "vendor": "manual", "because": "MP-FLT-04"},
        ],
    },
    {"person": "乙", "centre": "1", "vendor": "pending"},
]


@pytest.mark.parametrize(
    ("alias", "centre", "vendor", "wanted"),
    [
        ("甲", "6", "paid", True),
        ("甲", "1", "presettled", True),
        ("甲", "6", "presettled", False),  # it waits while the centre has settled: not caught up yet
        ("甲", "6", "manual", True),
        ("乙", "1", "pending", True),
        ("乙", "6", "pending", False),
        ("丙", "6", "paid", False),
    ],
)
def test_an_ending_is_what_vendor_and_centre_say_together(alias, centre, vendor, wanted):
    assert may_rest(EXPECT, alias, centre, vendor) is wanted
