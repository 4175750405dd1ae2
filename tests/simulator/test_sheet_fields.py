"""The field tables of the protocol sheets as data, held against `schemas/messages`.

The tables stand in `sheet_fields.yaml`, transcribed from the sheets and not from the schemas. What is asked is how
messages are judged, not how a schema is written; `NOT_IN_SHEET` names every field of ours that the sheets do not have.
"""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

import schemas
from simulator.protocol.text.jsontext import Num
from simulator.protocol.wire.schema_facts import schema_fact

FOLDER = Path(schemas.__file__).parent / "messages"
FILES = {
    path.name.removesuffix(".json"): path.relative_to(FOLDER).as_posix().removesuffix(".json")
    for path in FOLDER.glob("*/*.json")
}
"""Where the schema of a message stands, by the message."""

TABLES: dict[str, str] = yaml.safe_load(
    (Path(__file__).parent / "sheet_fields.yaml").read_text(encoding="utf-8")
)

NOT_IN_SHEET = {
    "6203.request": {"revsToken"},  # reversal.mode 6203+revsToken, assumed
}
"""Ours alone; anything else that a schema has and the sheet has not is a mistake."""

WHOLLY_OURS = {
    "6302.response",
    "6401.response",
    "1162.response",
    "2202.response",
    "wxMedInsRefund.response",
    "envelope.request",
    "envelope.response",
}
"""Judged elsewhere: the envelope by facts, 1162 answers by 1101's table, the rest have no field table."""

PRE_SETL = re.findall(
    r"\w+",
    """acct_mulaid_pay acct_pay act_pay_dedc age balc brdy certno clr_type cvlserv_flag cvlserv_pay exp_content
    fulamt_ownpay_amt fund_pay_sumamt gend hifdm_pay hifes_pay hifmi_pay hifob_pay hifp_pay hosp_part_amt inscp_scp_amt
    insutype maf_pay mdtrt_cert_type mdtrt_id med_type medfee_sumamt medins_setl_id naty oth_pay overlmt_selfpay
    pool_prop_selfpay preselfpay_amt psn_cash_pay psn_cert_type psn_name psn_no psn_part_amt psn_type setl_time""",
)

TIMES = {
    "DT": "2026-09-21 09:00:00",
    "DTS": "2026-09-21 09:00:00",
    "D": "2026-09-21",
    "T14": "20260921090000",
}
SAMPLES = {
    **TIMES,
    "LL": "118.096435,24.485407",
    "X": "1",
    "S": "x",
    "I": "1",
    "F": Num("1"),
    "B": True,
    "K": "WX0001",
}


class Row(NamedTuple):
    """One field. `path` from the top of the message; `codes` only where the list is closed."""

    message: str
    path: tuple[str, ...]
    kind: str
    required: bool
    mark: str
    codes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.message}:{'.'.join(self.path)}"


def _rows() -> list[Row]:
    out = []
    for message, table in TABLES.items():
        for line in table.strip().splitlines():
            path, kind, required, mark, *codes = line.split()
            out.append(
                Row(
                    message,
                    tuple(path.split(".")),
                    kind,
                    required == "Y",
                    mark,
                    tuple("|".join(codes).split("|")) if codes else (),
                )
            )
    return out


ROWS = _rows()
LEAVES = [row for row in ROWS if row.kind not in ("A", "O", "X")]


def good(row: Row) -> Any:
    """A value of the row's kind."""
    if row.codes:
        return row.codes[0]
    if row.kind == "A":
        return [{}]
    if row.kind == "O":
        return {}
    if row.kind.startswith("N"):
        return "1"
    return SAMPLES[row.kind.rstrip("0123456789") if row.kind != "T14" else row.kind]


def full(message: str) -> dict[str, Any]:
    """The message with every field of its table."""
    out: dict[str, Any] = {}
    for row in ROWS:
        if row.message == message:
            place(out, row.path, good(row))
    if message == "fsi.response":
        out |= {"infcode": 0, "refmsg_time": "20260921090000000", "respond_time": "20260921090000000"}
    return out


def node(value: Any, path: tuple[str, ...]) -> Any:
    """The object that holds the last member of `path`; through arrays, the first row."""
    for name in path[:-1]:
        value = value[name]
        value = value[0] if isinstance(value, list) else value
    return value


def place(value: Any, path: tuple[str, ...], member: Any) -> None:
    node(value, path)[path[-1]] = member


def errors(message: str, value: Any) -> list[str]:
    """The paths that the schema fact complains of, rows of arrays without their number."""
    fact = schema_fact(FILES[message], value)
    found = [] if fact.ok else [error["path"].replace("/0", "") for error in fact.data["errors"]]
    return [path.strip("/").replace("/", ".") for path in found]


def judged(row: Row, member: Any) -> list[str]:
    value = copy.deepcopy(full(row.message))
    place(value, row.path, member)
    return errors(row.message, value)


def schema_of(row: Row) -> dict[str, Any]:
    schema = schemas.load(f"messages/{FILES[row.message]}")
    for name in row.path:
        schema = (schema.get("items") or schema)["properties"][name]
    return schema


@pytest.mark.parametrize("message", TABLES)
def test_a_message_with_every_field_of_the_sheet_is_right(message):
    assert errors(message, full(message)) == []


@pytest.mark.parametrize("message", TABLES)
def test_the_schema_has_the_fields_of_the_sheet_and_no_other(message):
    def names(schema: dict[str, Any], path: tuple[str, ...]) -> set[tuple[str, ...]]:
        schema = schema.get("items") or schema
        out = set()
        for name, member in schema.get("properties", {}).items():
            out |= {(*path, name)} | names(member, (*path, name))
        return out

    have = names(schemas.load(f"messages/{FILES[message]}"), ())
    have = {path for path in have if path[:2] != ("extData", "preSetl") or len(path) == 2}
    want = {row.path for row in ROWS if row.message == message}
    assert {".".join(path) for path in have - want} == NOT_IN_SHEET.get(message, set())
    assert want - have == set()


def test_every_schema_is_held_against_a_table_or_named_as_ours():
    assert set(FILES) == set(TABLES) | WHOLLY_OURS


def test_the_pre_settlement_of_6202_has_the_forty_names_of_the_sheet():
    schema = schemas.load(f"messages/{FILES['6202.response']}")["properties"]["extData"]["properties"][
        "preSetl"
    ]
    assert set(schema["properties"]) == set(PRE_SETL)
    assert len(PRE_SETL) == 40


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_required_means_refused_when_missing_or_empty(row):
    value = copy.deepcopy(full(row.message))
    del node(value, row.path)[row.path[-1]]
    assert (errors(row.message, value) != []) == row.required
    if row.kind in ("A", "O", "X", "F", "B"):
        return
    assert (judged(row, "") != []) == row.required, "an empty text"
    assert (judged(row, None) != []) == row.required, "null"


TEXTS = [row for row in LEAVES if row.kind.startswith("S") and row.kind != "S" and not row.codes]


@pytest.mark.parametrize(
    "row", [row for row in TEXTS if row.path[-1] not in ("refmsg_time", "respond_time")], ids=str
)
def test_the_length_is_the_sheet_s(row):
    most = int(row.kind[1:])
    assert judged(row, "9" * most) == []
    assert judged(row, "九" * most) == [], "characters, not bytes"
    assert judged(row, "9" * (most + 1)) == [".".join(row.path)]


@pytest.mark.parametrize("row", [row for row in LEAVES if row.kind.startswith("K")], ids=str)
def test_a_key_is_of_few_characters(row):
    most, at = int(row.kind[1:]), [".".join(row.path)]
    assert judged(row, "9" * most) == judged(row, "aZ_-|*") == []
    for wrong in ("9" * (most + 1), "九", "a b", "a/b", "a\n"):
        assert judged(row, wrong) == at, wrong


@pytest.mark.parametrize("row", [row for row in LEAVES if row.kind == "F"], ids=str)
def test_fen_are_whole_numbers(row):
    at = {".".join(row.path)}
    for fine in ("0", "1", "9" * 12):
        assert judged(row, Num(fine)) == [], fine
    for wrong in ("-1", "1.0", "0.01", "1e2", "9" * 13):
        assert set(judged(row, Num(wrong))) == at, wrong
    for wrong in ("1", "", True, [], {}):
        assert set(judged(row, wrong)) == at, wrong


@pytest.mark.parametrize("row", [row for row in LEAVES if row.kind.startswith("N")], ids=str)
def test_decimals_have_the_digits_of_the_sheet(row):
    digits, places = map(int, row.kind[1:].split("."))
    whole = "9" * (digits - places)
    at = [".".join(row.path)]
    for fine in ("0", "1", "0." + "0" * places, "1." + "1" * places, f"{whole}.{'9' * places}"):
        assert judged(row, fine) == judged(row, Num(fine)) == [], fine
    for wrong in (
        "-1",
        "1e2",
        "01",
        "1.",
        ".5",
        f"{whole}9",
        "1." + "1" * (places + 1),
        "一",
        "1,000",
        " 1",
    ):
        assert judged(row, wrong) == at, wrong
    for wrong in ("-1", "-0.1", "1e2", "1E+2", "1e-1", f"{whole}9", "1." + "1" * (places + 1)):
        assert judged(row, Num(wrong)) == at, f"{wrong} sent as a number"
    assert judged(row, True) == at
    assert judged(row, {}) == at
    assert judged(row, []) == at


@pytest.mark.parametrize("row", [row for row in LEAVES if row.kind in (*TIMES, "LL")], ids=str)
def test_times_and_places_have_their_form(row):
    wrong = {
        "DT": ("2026-09-21", "2026/09/21 09:00:00", "now", "1790000000000"),
        "DTS": ("2026-09-21", "20260921090000", "now"),
        "D": ("20260921", "2026-09-21 09:00:00", "now"),
        "T14": ("2026-09-21 09:00:00", "20260921", "now"),
        "LL": ("24.485407,118.096435", "118.096435", "here", "118.096435 24.485407"),
    }[row.kind]
    for value in wrong:
        assert judged(row, value) == [".".join(row.path)], value
    if row.kind == "DT":
        assert judged(row, "20260921090000") == [], "clients also send 14 digits"
    if row.kind == "LL":
        assert judged(row, "0,0") == [], "sent by one client"


@pytest.mark.parametrize("row", [row for row in LEAVES if row.kind.startswith("I")], ids=str)
def test_whole_numbers(row):
    at = [".".join(row.path)]
    assert judged(row, Num("1")) == []
    for wrong in ("a", "-1", "1.5", Num("-1"), Num("1.5"), Num("1e2"), True, {}):
        assert judged(row, wrong) == at, wrong
    if row.kind != "I":
        most = int(row.kind[1:])
        assert judged(row, "9" * most) == judged(row, Num("9" * most)) == []
        assert judged(row, "9" * (most + 1)) == judged(row, Num("9" * (most + 1))) == at


@pytest.mark.parametrize("row", [row for row in ROWS if row.codes], ids=str)
def test_a_closed_code_list_is_closed(row):
    for code in row.codes:
        assert judged(row, code) == []
    for wrong in ("9", "NONE", row.codes[0].lower() + " ", Num("1"), True):
        assert set(judged(row, wrong)) == {".".join(row.path)}, wrong


@pytest.mark.parametrize("row", [row for row in LEAVES if row.kind.startswith("S")], ids=str)
def test_text_is_text(row):
    for wrong in (Num("1"), True, {}, [], Num("1.5")):
        assert set(judged(row, wrong)) == {".".join(row.path)}, wrong


@pytest.mark.parametrize("row", [row for row in ROWS if row.mark != "-"], ids=str)
def test_the_schema_keeps_the_mark_of_the_sheet(row):
    assert schema_of(row)["x-confidence"] == row.mark


CODE_LISTS = {  # centre 6.1, 6.5 to 6.7, 8, 13; institution 6.2, 9: lists that are open, shown in the documentation
    ("6201.request", "insutype"): "310 320 330 340 350 360 370 380 390 391 392 399 410 510",
    ("6201.request", "idType"): "01",
    ("6201.request", "mdtrtCertType"): "01 02 03",
    ("6201.request", "medType"): "11 12 13 14 19 21 22 23 24 41 51 52 53 91",
    ("6201.request", "feeType"): "01 02",
    ("6201.request", "psnSetlway"): "01 02",
    ("6201.request", "diseinfoList", "diagType"): "1 2 3",
    ("6201.request", "feedetailList", "hospApprFlag"): "0 1 2",
    ("6202.response", "ordStas"): " ".join(str(code) for code in range(18)),
    ("6301.response", "ordStas"): " ".join(str(code) for code in range(18)),
    ("6301.response", "callType"): "02",
    ("6302.request", "callType"): "02",
    ("1101.request", "data", "mdtrt_cert_type"): "01 02 03",
    ("1101.response", "baseinfo", "gend"): "1 2 9",
    ("2201.request", "data", "insutype"): "310 320 330 340 350 360 370 380 390 391 392 399 410 510",
    (
        "1162.request",
        "businessType",
    ): "01101 01102 01103 01104 01201 01202 01203 01204 01301 01302 01303 01304 01305 02121 02122 03131",
    ("fsi.request", "opter_type"): "1 2 3",
}


@pytest.mark.parametrize("key", CODE_LISTS, ids=":".join)
def test_open_code_lists_are_shown_whole(key):
    row = next(row for row in ROWS if (row.message, *row.path) == key)
    assert sorted(schema_of(row)["x-codes"]) == sorted(CODE_LISTS[key].split())
