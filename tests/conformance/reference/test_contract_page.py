"""docs/driver-contract.md: its tables and its curl lines are those of the contract."""

from __future__ import annotations

import json
import re
from pathlib import Path

from conformance.drivers.call import actions, args_problem
from conformance.reference.answers import REFUSALS
from conformance.reference.driver import BY_NAME, read_call

PAGE = (Path(__file__).parents[3] / "docs" / "driver-contract.md").read_text(encoding="utf-8")


def test_every_action_and_every_code_has_its_place():
    table = PAGE[PAGE.index("## 动作") : PAGE.index("## 用 curl")]
    named = {
        name
        for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    assert named == set(actions())
    assert {code for code in REFUSALS if f"`{code}`" not in PAGE} == set()


def test_every_curl_line_is_a_well_formed_call():
    lines = re.findall(r"^curl -s \$HOOK/(\w+) .*? -d '(.*)'$", PAGE, re.MULTILINE)
    assert len(lines) == PAGE.count("\ncurl ")
    for name, body in lines:
        call = read_call(BY_NAME[name], body.encode("utf-8"))
        assert not args_problem(name, call.args)
    identifiers = [json.loads(body)["call_id"] for _, body in lines]
    assert len(set(identifiers)) == len(identifiers)
