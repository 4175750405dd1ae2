"""Every field of every request spoilt in every way: refused by name, recorded, nothing changed, never a 5xx.

Each base request is right and would change the world: sent unspoilt at the end it does, so a refusal before was
for the one spoilt thing. What is spoilt comes from `sheet_fields.yaml`.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

TABLES = yaml.safe_load(Path(__file__).parents[2].joinpath("sheet_fields.yaml").read_text(encoding="utf-8"))


def leaves(message: str) -> Iterator[tuple[tuple[str, ...], str, bool, list[str]]]:
    for line in TABLES[message].strip().splitlines():
        path, kind, required, _, *codes = line.split()
        yield tuple(path.split(".")), kind, required == "Y", "|".join(codes).split("|") if codes else []


def spoilt(message: str) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    """(what is wrong, where, the new value); `...` takes the member out. More ways: test_sheet_fields.py."""
    for path, kind, required, codes in leaves(message):
        if required:
            yield "missing", path, ...
        if kind == "X":
            continue
        if required and kind not in ("A", "O"):
            yield "empty", path, ""
        if required or not kind.startswith("S"):
            yield "an object" if kind != "O" else "an array", path, {"x": "1"} if kind != "O" else ["x"]
        if kind.startswith("S"):
            if required or kind == "S":
                yield "a number", path, 7
            if kind != "S":
                yield "too long", path, "9" * (int(kind[1:]) + 1)
        if kind.startswith("N"):
            yield "too many places", path, "1." + "1" * (int(kind.rpartition(".")[2]) + 1)
        if kind in ("DT", "DTS", "D", "T14", "LL", "I2"):
            yield "no such form", path, "soon"
        if kind == "A":
            yield "text", path, "x"
        if codes:
            yield "unknown code", path, "ZZ"


def put(base: Any, path: tuple[str, ...], value: Any) -> Any:
    out = copy.deepcopy(base)
    node = out
    for name in path[:-1]:
        node = node.setdefault(name, {})
        node = node[0] if isinstance(node, list) else node
    if value is ...:
        node.pop(path[-1], None)
    else:
        node[path[-1]] = value
    return out


def slim(number: str, base: Any) -> Any:
    """Only what 6201 needs: SM3 and SM4 of `gmssl` take their time with every byte of three hundred messages."""
    if number != "6201":
        return base
    needed = {path for path, _, required, _ in leaves("6201.request") if required}
    line = {key: value for key, value in base["feedetailList"][0].items() if ("feedetailList", key) in needed}
    head = {key: value for key, value in base.items() if (key,) in needed or key in ("payAuthNo", "mdtrtId")}
    return {**head, "feedetailList": [line], "diseinfoList": [{"diagType": "1"}]}


CHANGES_NOTHING = ("6301", "1101")
NUMBERS = ("6201", "6202", "6203", "6301", "6401", "1101", "2201", "2202", "userQuery", "1162")


@pytest.mark.parametrize("number", NUMBERS)
def test_every_field_spoilt_in_every_way(stage, number):
    async def act(on: Any) -> None:
        base = slim(number, await on.base(number))
        before = await on.state()
        await on.fresh()
        for turn, (what, path, value) in enumerate(spoilt(f"{number}.request")):
            where = (number, what, ".".join(path))
            told = await on.send(number, put(base, path, value))
            whose = number == "1162" and path == ("orgId",)  # the one field that says whose message it is
            assert told["code"] == ("LT-FSI-INSTITUTION" if whose else "LT-SCHEMA"), (where, told)
            assert told["message"], where
            errors = (await on.refused())["schema"]["d"]["errors"]
            assert any(path[-1] in error["path"] + error["message"] for error in errors), (where, errors)
            if number[0] == "6":
                assert told["raw"]["success"] is False, where
                assert "encData" not in told["raw"], where
                on.client.open(told["raw"], verify=turn % 10 == 0)
        assert await on.state() == before
        told = await on.send(number, base)
        assert str(told["code"]) == "0", told
        if number[0] == "6":
            on.client.open(told["raw"], verify=True)
        changed = [one for one in await on.fresh() if one["kind"] == "world" and one["what"] != "notice"]
        assert bool(changed) is (number not in CHANGES_NOTHING)

    stage(act)


HEADER = [row for row in leaves("fsi.request") if row[0] != ("input",)]


@pytest.mark.parametrize("number", ["1101", "2201", "2202"])
def test_every_field_of_the_common_header(stage, number):
    async def act(on: Any) -> None:
        base = await on.base(number)
        before = await on.state()
        await on.fresh()
        for (name,), kind, required, _ in HEADER:
            spoils = [("missing", ...), ("empty", ""), ("null", None)] if required else []
            spoils += [("an object", {"x": "1"}), ("an array", ["x"])]
            if kind.startswith("S") and kind != "S":
                most = 36 if name == "msgid" else int(kind[1:])  # a UUID is a note only (fsi.msgid_chars)
                spoils.append(("too long", "9" * (most + 1)))
            for what, value in spoils:
                if kind == "S" or name == "recer_admdvs":  # no length in the sheet, or one city's own
                    continue
                where = (number, what, name)
                told = await on.send(number, base, **{name: value})
                assert told["code"] in ("LT-FSI-HEADER", "LT-FSI-INSTITUTION"), (where, told)
                header = (await on.refused())["fsi.header"]
                assert name in header["d"]["missing"] + header["d"]["wrong"], (where, header)
        codes = {"opter_type": "9", "infver": "V9.9", "inf_time": "20260921090000", "mdtrtarea_admvs": "abc"}
        for name, value in codes.items():
            told = await on.send(number, base, **{name: value})
            assert told["code"] == "LT-FSI-HEADER", (name, told)
            assert name in told["message"]
            assert "fsi.header" in await on.refused()
        assert await on.state() == before
        assert (await on.send(number, base))["code"] == 0

    stage(act)
