"""The shell knows no interface, notice, form or number of an order: those are the roles' (design 9.1)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator import shell
from simulator.protocol.model.role import ids_of, interfaces_of, notices_of, transports_of
from simulator.roles import ROLES

FILES = sorted(Path(shell.__file__).parent.glob("*.py"))
TAKEN = {"psnNo", "idNo"}  # a person of the vendor's own list takes their number over
WORDS = (
    *(one.number for one in interfaces_of(ROLES)),
    *(one.name for one in transports_of(ROLES)),
    *(one.endpoint for one in notices_of(ROLES).values()),
    *(set(ids_of(ROLES)) | {one.total.amount for one in interfaces_of(ROLES) if one.total}),
    "pay_ord_id", "med_org_ord", "encData", "signData",
)  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_file_of_the_shell_names_what_belongs_to_a_role(file):
    found = re.findall(rf"\b(?:{'|'.join(map(re.escape, WORDS))})\b", file.read_text(encoding="utf-8"))
    assert found == []


def test_the_words_are_those_that_there_are():
    assert {"6302", "notify_6302", "sealed", "fsi", "portal", "plain", "payOrdId", "medOrgOrd"} <= set(WORDS)
    assert len(FILES) > 20
