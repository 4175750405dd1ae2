"""Every limit of the shell stands on the page with its reason; what a user can set is an option that there is."""

from __future__ import annotations

import sys
from pathlib import Path

from simulator.shell import limits, profiles

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS))

import limits_page  # noqa: E402  beside the generator, in no package


def test_each_limit_has_a_value_and_a_reason():
    rows = list(limits_page.rows())
    assert {row[0] for row in rows} == {name for name in vars(limits) if name.isupper()}
    assert [row[0] for row in rows if not row[4]] == []
    for name, _value, unit, _option, _why in rows:
        assert unit or not name.endswith(("_S", "_MS", "_BYTES", "_DAYS", "_CHARS")), name


def test_what_can_be_set_is_an_option_with_the_same_default():
    base = profiles.load_profile()
    for name, option in limits_page.COMMANDS.items():
        for one in option.replace("`", "").split(", "):
            assert one.startswith("--") or base[one] == getattr(limits, name), one
