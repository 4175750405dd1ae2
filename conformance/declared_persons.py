"""`persons:` of vendor.yaml: who the test persons are and who makes them known to the vendor (contracts 2). Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.complaint import problems
from conformance.mistake import Mistake
from simulator.protocol.text.idnumber import COUNTY, ID_CARD, could_be_real, right_check
from simulator.protocol.text.said import Said, Text
from simulator.protocol.text.unfit import LISTED

FIELDS = ("name", "id_type", "id_no", "openid", "phone")
MOST = 1_000
Person = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Persons:
    """`created`: each scenario's persons are new and made known by `create_patient`.

    `fixed` and `import`: the vendor has `listed` on file; nobody is created, one scenario at a time uses a person,
    and there are as many scenarios side by side as persons. `file`: the one that the vendor loads (`import`);
    without `listed` it is not written yet.
    """

    kind: str = "created"
    listed: tuple[Person, ...] = ()
    file: str = ""

    @property
    def on_file(self) -> bool:
        """Whether the vendor knows the persons before the run."""
        return self.kind != "created"

    def public(self) -> dict[str, Any]:
        """The form in the manifest: how many, never who."""
        shown: dict[str, Any] = {"kind": self.kind}
        if self.on_file:
            shown |= {"count": len(self.listed)}
        return shown | ({"file": self.file} if self.file else {})


def remembered(value: Any) -> Persons:
    """The persons as a manifest keeps them."""
    if isinstance(value, Mapping):
        return Persons(str(value.get("kind", "created")), (), str(value.get("file", "")))
    return Persons()


def checked(rows: Sequence[Person], complain: Callable[[int, str, Text], Mistake]) -> tuple[Person, ...]:
    """`rows` (in shape already) when all are different synthetic persons; raises `complain(row, field, what to do)`."""
    seen: dict[tuple[str, str], int] = {}
    for at, row in enumerate(rows):
        if could_be_real(row["id_no"], row.get("id_type", ID_CARD)):
            text = Said("可能是真实存在的证件号码, 改用第 3 至 6 位为 {} 的合成号码", COUNTY)
            raise complain(at, "id_no", text)
        right = right_check(row["id_no"], row.get("id_type", ID_CARD))
        if right:
            raise complain(at, "id_no", Said("校验码不对, 最后一位应为 {}", right))
        for field in ("id_no", "openid"):
            value = row.get(field, "").upper()
            if value and seen.setdefault((field, value), at) != at:
                raise complain(at, field, Said("与第 {} 人相同, 每人写不同的值", seen[field, value] + 1))
    return tuple({name: row[name] for name in FIELDS if row.get(name)} for row in rows)


def read(text: str, name: str) -> tuple[Person, ...]:
    """The persons of an import file, CSV or JSON by its suffix. Raises Mistake with file and row."""
    rows = _of_json(text, name) if name.lower().endswith(".json") else _of_csv(text, name)
    if not 1 <= len(rows) <= MOST:
        raise Mistake(Said("写 1 到 {} 人 (现在是 {} 人)", MOST, len(rows)), file=name)

    def complain(at: int, field: str, message: Text) -> Mistake:
        place = Said("第 {} 人 {}", at + 1, field) if field else Said("第 {} 人", at + 1)
        return Mistake(message, file=name, field=place)

    wrong = [
        complain(at, "", problem)
        for at, row in enumerate(rows)
        if (problem := problems(row, "declaration", "#/$defs/person"))
    ]
    if wrong:
        raise Mistake.of(wrong, LISTED)
    return checked(rows, complain)


def write(rows: Sequence[Person], name: str) -> str:
    """The text of an import file with these persons, CSV or JSON by its suffix."""
    full = [{field: row.get(field, "") for field in FIELDS} for row in rows]
    if name.lower().endswith(".json"):
        return json.dumps({"schema": 1, "persons": full}, ensure_ascii=False, indent=1) + "\n"
    out = io.StringIO()
    table = csv.DictWriter(out, FIELDS, lineterminator="\n")
    table.writeheader()
    table.writerows(full)
    return out.getvalue()


def _of_json(text: str, name: str) -> list[Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise Mistake(Said("不是 JSON"), file=name) from None
    rows = value.get("persons") if isinstance(value, dict) else value
    if not isinstance(rows, list):
        raise Mistake(Said("写成人员列表, 或 persons: [..]"), file=name)
    return [_filled(row) if isinstance(row, dict) else row for row in rows]


def _of_csv(text: str, name: str) -> list[Any]:
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), restkey="?", restval="")
    try:
        rows = [_filled(row) for row in table]
    except csv.Error as error:
        raise Mistake(Said("不是 CSV ({})", error), file=name, line=table.line_num) from None
    return rows


def _filled(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Without the columns that are left empty."""
    return {str(key): value for key, value in row.items() if value not in ("", None)}
