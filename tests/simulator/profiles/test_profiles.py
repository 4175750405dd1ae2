"""Every profile in the folder is valid, sourced and complete; a mistake in one is one line."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

import schemas
import simulator
from conformance.evidence.flow_view import OF_PROFILE
from simulator import profiles
from simulator.profiles.build import ProfileError, checked_overrides, profile_from

FOLDER = Path(profiles.__file__).parent
FILES = sorted(path.name for path in FOLDER.glob("*.yaml"))


def read(name):
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_each_file_fits_its_schema(name):
    Draft202012Validator(schemas.load("profile")).validate(read(name))


@pytest.mark.parametrize("name", FILES)
def test_each_file_builds(name, base_profile):
    profile = profile_from(read(name), name, base_profile)
    assert profile.name == name.removesuffix(".yaml")
    assert profile.options.keys() == base_profile.options.keys()


def test_every_option_that_code_reads_exists_and_every_option_is_read(base_profile):
    root = Path(simulator.__file__).parent
    code = "\n".join(path.read_text(encoding="utf-8") for path in root.rglob("*.py"))
    read_names = set(re.findall(r'profile\[\s*"([a-z_]+\.[a-z0-9_]+)"\s*\]', code))
    assert read_names <= base_profile.options.keys()
    rules = {option for option, _ in OF_PROFILE}  # what the judge knows of a hospital's habits
    assert {name for name in base_profile.options if f'"{name}"' not in code} <= rules


def test_every_option_says_where_it_comes_from(base_profile):
    assert base_profile.options
    for name, option in base_profile.options.items():
        assert option.about, name
        assert option.source, name
        assert option.status == "assumed" or option.origin, name


WRONG = [
    ("text", "(全文)"),
    ({"schema": 2}, "schema"),
    ({"schema": 1, "name": "x", "optoins": {}}, "optoins"),
    ({"schema": 1, "name": 5, "options": {}}, "name"),
    ({"schema": 1, "name": "x"}, "options"),
    ({"schema": 1, "name": "x", "options": {"a.b": 1}}, "options.a.b"),
    ({"schema": 1, "name": "x", "options": {"a.b": {"about": "x"}}}, "options.a.b.value"),
    ({"schema": 1, "name": "x", "options": {"a.b": {"value": 1, "about": ""}}}, "options.a.b.about"),
    (
        {
            "schema": 1,
            "name": "x",
            "options": {"a.b": {"value": 1, "about": "x", "source": "y", "status": "z"}},
        },
        "status",
    ),
    ({"schema": 1, "name": "x", "options": {"a.b": {"vaule": 1}}}, "options.a.b.vaule"),
    ({"schema": 1, "name": "x", "extends": "base"}, "set"),
    ({"schema": 1, "name": "x", "extends": "base", "set": {"order.duplicat": "same"}}, "set.order.duplicat"),
    (
        {"schema": 1, "name": "x", "extends": "base", "set": {"order.duplicate": "maybe"}},
        "set.order.duplicate",
    ),
    ({"schema": 1, "name": "x", "extends": "base", "set": {"order.ttl_ms": "30m"}}, "set.order.ttl_ms"),
    ({"schema": 1, "name": "x", "extends": "base", "set": {"order.ttl_ms": True}}, "set.order.ttl_ms"),
    ({"schema": 1, "name": "x", "extends": "base", "set": {"auth.single_use": "yes"}}, "set.auth.single_use"),
    (
        {"schema": 1, "name": "x", "extends": "base", "set": {"notify.plan_ms": [0, "x"]}},
        "set.notify.plan_ms",
    ),
    ({"schema": 1, "name": "x", "extends": "base", "set": {"notify.plan_ms": 5}}, "set.notify.plan_ms"),
    (
        {"schema": 1, "name": "x", "extends": "base", "set": {"catalogue.classes": []}},
        "set.catalogue.classes",
    ),
]


@pytest.mark.parametrize(("document", "field"), WRONG)
def test_a_wrong_document_is_one_line_with_file_and_field(document, field, base_profile):
    with pytest.raises(ProfileError) as caught:
        profile_from(document, "mine.yaml", base_profile)
    line = str(caught.value)
    assert line.startswith("mine.yaml: ")
    assert field in line
    assert "\n" not in line


def test_a_variant_needs_its_base():
    with pytest.raises(ProfileError, match="extends"):
        profile_from({"schema": 1, "name": "x", "extends": "nowhere", "set": {}}, "mine.yaml")


def test_overrides_of_a_run_are_checked_the_same_way(base_profile):
    assert checked_overrides({"order.ttl_ms": 5}, base_profile) == {"order.ttl_ms": 5}
    rows = [
        {"before": "2", "event": "revoke", "after": "12"},
        {"before": "1", "event": "revoke", "after": ""},
    ]
    for name, good in (
        ("states.extra_transitions", rows),
        ("catalogue.classes", {"X": {"ownpay": 100}}),
        ("codes.override", {"LT-BUSY": {"code": "500", "message": "x"}, "LT-REPLAY": "501"}),
        ("order.med_org_ord", "^[0-9]{1,20}$"),
        ("notify.plan_ms", []),
    ):
        assert checked_overrides({name: good}, base_profile) == {name: good}
    with pytest.raises(ProfileError, match=r"profile\.order\.ttl"):
        checked_overrides({"order.ttl": 5}, base_profile)


BAD_SHAPES = [
    ("states.extra_transitions", [["2", "revoke", "12"]], "[1]: 写成键值结构"),
    ("states.extra_transitions", [{"before": "2", "event": "revoke"}], "[1].after: 缺少"),
    (
        "states.extra_transitions",
        [{"before": 2, "event": "revoke", "after": "12"}],
        "[1].before: 写成文本(加引号)",
    ),
    (
        "states.extra_transitions",
        [{"before": "2", "event": "revert", "after": "12"}],
        "[1].event: 写成 upload | ",
    ),
    (
        "states.extra_transitions",
        [{"before": "2", "event": "revoke", "after": "18"}],
        "[1].after: 写成 0 | 1",
    ),
    ("catalogue.classes", {"X": 5}, ".X: 写成键值结构"),
    ("catalogue.classes", {1: {"ownpay": 5}}, ": 写成文本(加引号)"),
    ("catalogue.classes", {"X": {"own": 5}}, ".X.own: 不认识的键, 是不是 ownpay?"),
    ("catalogue.classes", {"X": {"ownpay": 101}}, ".X.ownpay: 不能大于 100"),
    ("catalogue.classes", {"X": {"ownpay": 5.0}}, ".X.ownpay: 写成整数"),
    ("codes.override", {"LT-BUSY": {"code": 500}}, ".LT-BUSY.code: 写成文本(加引号)"),
    ("codes.override", {"LT-BUSY": 500}, ".LT-BUSY: 写成文本(加引号) 或 键值结构"),
    ("codes.override", {"BUSY": "500"}, ': 写成 LT-BUSY (现在是 "BUSY")'),
    ("codes.override", {"LT-BUSY": {"text": "x"}}, ".LT-BUSY.text: 不认识的键"),
    ("order.med_org_ord", "[", ": 写成正则表达式"),
    ("order.ttl_ms", 5.0, ": 写成整数"),
    ("order.ttl_ms", -1, ": 不能小于 0"),
    ("order.ttl_ms", datetime.date(2026, 1, 1), ": 写成整数"),
    ("notify.plan_ms", [0] * 21, ": 项数不能多于 20"),
    ("notify.copies", 0, ": 不能小于 1"),
    ("notify.copies", 21, ": 不能大于 20"),
    ("upload.cashier_url", "ftp://x", ": 写成 https://"),
    ("upload.cashier_url", "https://" + "x" * 2048, ": 字数不能多于 2048"),
    ("fsi.prefixes", ["/a/"], '[1]: 写成 /fsi/api (现在是 "/a/")'),
]


@pytest.mark.parametrize(("name", "value", "says"), BAD_SHAPES)
def test_the_inside_of_a_value_is_checked_too(name, value, says, base_profile):
    with pytest.raises(ProfileError) as caught:
        checked_overrides({name: value}, base_profile)
    assert str(caught.value).startswith(f"profile.{name}{says}")
    assert "\n" not in str(caught.value)
