"""What 1101 and 2201 said, wherever it stands and whatever stands in its place."""

from __future__ import annotations

from typing import Any

from conformance.evidence import institution
from conformance.evidence.institution import InsuredRow


def test_1101_and_2201_are_read_as_they_are_written(story: Any) -> None:
    told = story()
    told.identify()
    (query,) = told.flow().exchanges("1101")
    (visit,) = told.flow().exchanges("2201")
    assert institution.asked_credential(query) == ("01", "AUTH~a1")
    assert institution.told_psn_no(query) == "50~p1"
    assert institution.insured_rows(query.answer) == (InsuredRow("310", "509999", ""),)
    assert institution.visit_person(visit) == ("50~p1", "310")
    assert institution.visit_number(visit) == "V1"


def test_hostile_content_reads_as_empty(story: Any) -> None:
    told = story()
    told.ask("1101", {"data": "x"}, {"insuinfo": [1, {"insutype": {}}], "baseinfo": []})
    told.ask("2201", {"data": []}, lost=True)
    (query,) = told.flow().exchanges("1101")
    (visit,) = told.flow().exchanges("2201")
    assert institution.asked_credential(query) == ("", "")
    assert (institution.told_psn_no(query), institution.visit_number(visit)) == ("", "")
    assert institution.insured_rows(query.answer) == (InsuredRow("", "", ""),)
