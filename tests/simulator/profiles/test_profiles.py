"""Every profile in the folder is valid, sourced and complete; a mistake in one is one line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

import schemas
import simulator
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
    assert {name for name in base_profile.options if f'"{name}"' not in code} == set()


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
    ("states.extra_transitions", [["2", "revoke", "12"]]),
    ("states.extra_transitions", [{"before": "2", "event": "revoke"}]),
    ("states.extra_transitions", [{"before": 2, "event": "revoke", "after": "12"}]),
    ("states.extra_transitions", [{"before": "2", "event": "revert", "after": "12"}]),
    ("catalogue.classes", {"X": 5}),
    ("catalogue.classes", {"X": {"own": 5}}),
    ("catalogue.classes", {"X": {"ownpay": 101}}),
    ("codes.override", {"LT-BUSY": {"code": 500}}),
    ("codes.override", {"BUSY": "500"}),
    ("codes.override", {"LT-BUSY": {"text": "x"}}),
    ("order.med_org_ord", "["),
    ("notify.plan_ms", [0] * 21),
]


@pytest.mark.parametrize(("name", "value"), BAD_SHAPES)
def test_the_inside_of_a_value_is_checked_too(name, value, base_profile):
    with pytest.raises(ProfileError) as caught:
        checked_overrides({name: value}, base_profile)
    assert str(caught.value).startswith(f"profile.{name}: ")
    assert "\n" not in str(caught.value)
