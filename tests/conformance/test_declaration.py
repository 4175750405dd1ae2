"""A mistake in vendor.yaml is one line: file, line, field, what to write instead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance import declaration
from conformance.cli.doctor import declared
from conformance.declared_persons import Persons, remembered, write
from conformance.ledger import RULESET
from conformance.mistake import Mistake
from simulator.protocol.text.idnumber import check_digit

GOOD = """\
schema: 1
institution: {code: H50999900001, name: 联调示范医院, region: "509999"}
modes: [A]
driver: {kind: http, level: 2, url: "http://127.0.0.1:1", token: "${TOKEN}", hooks: [clock]}
endpoints: {notify_6302: "http://127.0.0.1:1/notify"}
"""
MAPPING = """\
schema: 1
actions:
  prescribe: {path: /bills, result: {bill_id: $.id, total: $.fen}}
"""


def load(text: str, environment: dict[str, str] | None = None, files: dict[str, str] | None = None):
    def read_text(name: str) -> str:
        try:
            return (files or {})[name]
        except KeyError:
            raise FileNotFoundError(2, "没有这个文件") from None

    return declaration.load(
        text, "vendor.yaml", {"TOKEN": "t"} if environment is None else environment, read_text
    )


def test_a_complete_declaration_is_read() -> None:
    found = load(GOOD)
    assert (found.code, found.modes, found.driver.level, found.driver.token) == (
        "H50999900001",
        ("A",),
        2,
        "t",
    )
    assert found.services == declaration.SERVICES
    assert found.quiet_ms == 3000


def test_the_public_form_holds_no_token_and_no_address() -> None:
    text = repr(load(GOOD.replace("${TOKEN}", "very-secret")).public())
    assert "very-secret" not in text
    assert "127.0.0.1" not in text
    assert load(GOOD).public()["endpoints"] == {"driver": "http://***", "notify_6302": "http://***/notify"}
    assert (
        load(GOOD.replace('"http://127.0.0.1:1/notify"', "none")).public()["endpoints"]["notify_6302"]
        == "none"
    )


@pytest.mark.parametrize(
    "old, new, line",
    [
        ("url:", "ulr:", "vendor.yaml:4: driver.ulr: 不认识的键, 是不是 url?"),
        ("schema: 1", "schema: 2", "vendor.yaml:1: schema: 写成 1 (现在是 2)"),
        (
            '"509999"',
            "509999",
            "vendor.yaml:2: institution.region: 写成文本(加引号), 例如 509999 (现在是 509999)",
        ),
        ("level: 2", "level: 7", "vendor.yaml:4: driver.level: 写成 0 | 1 | 2 之一 (现在是 7)"),
        ("[A]", "[A, Z]", 'vendor.yaml:3: modes[2]: 写成 A | B1 | B2 | C | D 之一 (现在是 "Z")'),
        ("[A]", "[A, A]", "vendor.yaml:3: modes: 同一项写了两次, 只保留一处"),
        ("modes: [A]", "schema: 1", "vendor.yaml:3: schema: 这个键写了两次, 只保留一处"),
        (
            "kind: http",
            "kind: htpp",
            'vendor.yaml:4: driver.kind: 写成 http | command | python | manual 之一 (现在是 "htpp")',
        ),
        (
            '"http://127.0.0.1:1",',
            "127.0.0.1,",
            'vendor.yaml:4: driver.url: 写成 http:// 或 https:// 开头的地址, 例如 http://127.0.0.1:8080 (现在是 "127.0.0.1")',
        ),
        (
            'url: "http://127.0.0.1:1", ',
            "",
            "vendor.yaml:4: driver.url: kind: http 时必须给出, 例如 http://127.0.0.1:8080",
        ),
        (
            "kind: http",
            "kind: command",
            'vendor.yaml:4: driver.command: kind: command 时必须给出, 例如 ["node", "driver.mjs"]',
        ),
        ("name: 联调示范医院", "name: ${TOKEN}", "vendor.yaml:2: 不是有效的 YAML"),
        (
            "name: 联调示范医院",
            'name: "${TOKEN}"',
            "vendor.yaml:2: institution.name: 这里不能用 ${…}, 直接写值",
        ),
        ("${TOKEN}", "${OTHER}", "vendor.yaml:4: driver.token: 环境变量 OTHER 没有设置"),
        ("${TOKEN}", "${TOKEN", "vendor.yaml:4: driver.token: ${…} 没有写完整"),
        ("${TOKEN}", "${file:gone.txt}", "vendor.yaml:4: driver.token: 读不到文件 gone.txt"),
        ("hooks: [clock]", "mapping: gone.yaml", "vendor.yaml:4: driver.mapping: 读不到文件 gone.yaml"),
        (
            'endpoints: {notify_6302: "http://127.0.0.1:1/notify"}',
            "",
            "vendor.yaml:1: endpoints.notify_6302: 缺少",
        ),
        ("institution:", "- x", "vendor.yaml:2: 不是有效的 YAML"),
        (
            "modes: [A]",
            "persons: known",
            'vendor.yaml:3: persons: 写成 created, {fixed: [..]} 或 {import: persons.csv} (现在是 "known")',
        ),
        ("modes: [A]", "persons: {fixd: []}", "vendor.yaml:3: persons.fixd: 不认识的键, 是不是 fixed?"),
        ("modes: [A]", "persons: {}", "vendor.yaml:3: persons: 项数不能少于 1, 例如 {import: persons.csv}"),
        ("modes: [A]", "persons: {fixed: []}", "vendor.yaml:3: persons.fixed: 不能为空"),
        (
            "modes: [A]",
            "persons: {fixed: [{name: 测试甲}]}",
            'vendor.yaml:3: persons.fixed[1].id_no: 缺少, 请补上, 例如 "119999199001010012"',
        ),
        (
            "modes: [A]",
            'persons: {import: p.csv, fixed: [{name: 测试甲, id_no: "1"}]}',
            "vendor.yaml:3: persons: 项数不能多于 1",
        ),
        (
            "modes: [A]",
            "persons: {import: people.txt}",
            'vendor.yaml:3: persons.import: 写成 persons.csv 或 persons.json (现在是 "people.txt")',
        ),
        ("modes: [A]", "ruleset: 99", "vendor.yaml:3: ruleset: 本版本的规则集到第 2 版"),
        ("modes: [A]", "retain_days: -1", "vendor.yaml:3: retain_days: 不能小于 0"),
        (
            "endpoints: {",
            'endpoints: {driver: "http://127.0.0.1:2", ',
            "vendor.yaml:5: endpoints.driver: 与 driver.url 不同, 只写一处",
        ),
        (
            "endpoints: {",
            "endpoints: {front_end: pay.html, ",
            "vendor.yaml:5: endpoints.front_end: 写成 http:// 或 https:// 开头的地址, 例如 http://127.0.0.1:8081",
        ),
        ("modes: [A]", "artefacts: {log: [a]}", "vendor.yaml:3: artefacts.log: 不认识的键, 是不是 logs?"),
        (
            "modes: [A]",
            "artefacts: {logs: stdout}",
            "vendor.yaml:3: artefacts.logs: 写成列表 [..], 例如 [stdout,",
        ),
        ("modes: [A]", "ui: {kind: robot}", "vendor.yaml:3: ui.kind: 写成 h5 | mini_program"),
    ],
)
def test_a_mistake_is_one_line(old: str, new: str, line: str) -> None:
    with pytest.raises(Mistake) as caught:
        load(GOOD.replace(old, new, 1))
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)


def test_all_mistakes_of_a_file_are_named_each_with_its_line() -> None:
    with pytest.raises(Mistake) as caught:
        load(GOOD.replace("modes: [A]", "modes: [Q]\nretain_days: many\nparalel: 2", 1))
    lines = caught.value.lines()
    assert len(lines) == 3
    for line, field in zip(lines, ("modes[1]", "retain_days", "paralel"), strict=True):
        assert re.match(rf"vendor.yaml:\d+: {re.escape(field)}: ", line), line


@pytest.mark.parametrize(
    "text", ["", "a", "- 1", "{", "!!python/object:os.system {}", "? [a]\n: b", "&a [*a]"]
)
def test_what_is_no_declaration_is_a_mistake(text: str) -> None:
    with pytest.raises(Mistake) as caught:
        load(text)
    assert str(caught.value).startswith("vendor.yaml")


def complaint(text: str) -> str:
    """The line of the mistake, or the empty text."""
    try:
        load(text)
    except Mistake as error:
        return str(error)
    return ""


@given(st.text(max_size=300))
def test_any_text_is_a_declaration_or_a_one_line_mistake(text: str) -> None:
    assert "\n" not in complaint(text)


@given(st.sampled_from(GOOD.splitlines()), st.text(max_size=40))
def test_any_changed_line_is_a_declaration_or_a_one_line_mistake(line: str, new: str) -> None:
    assert "\n" not in complaint(GOOD.replace(line, new))


FIXED = """\
persons:
  fixed:
    - {name: 测试甲, id_no: "119999199001010012", openid: o-1, phone: "19900000001"}
    - {name: 测试乙, id_no: "509999199001010015"}
"""


def test_persons_on_file_are_a_list_whose_length_is_the_parallelism() -> None:
    found = load(GOOD + FIXED)
    assert found.persons.on_file
    assert [row["name"] for row in found.persons.listed] == ["测试甲", "测试乙"]
    assert found.parallel == 2
    assert load(GOOD + FIXED + "parallel: 1\n").parallel == 1
    assert load(GOOD + FIXED + "parallel: 60\n").parallel == 2
    assert load(GOOD).persons == Persons("created")


def test_the_manifest_says_how_many_persons_and_not_who() -> None:
    shown = load(GOOD + FIXED).public()
    assert shown["persons"] == {"kind": "fixed", "count": 2}
    assert "测试甲" not in repr(shown)
    assert remembered(shown["persons"]).on_file
    assert remembered("created") == Persons("created")


@pytest.mark.parametrize(
    "old, new, line",
    [
        ("509999199001010015", "1101011990010100" + "1" + check_digit("1101011990010100" + "1"),
         "vendor.yaml:9: persons.fixed[2].id_no: 可能是真实存在的证件号码, 改用第 3 至 6 位为 9999 的合成号码"),
        ("509999199001010015", "119999199001010012", "vendor.yaml:9: persons.fixed[2].id_no: 与第 1 人相同"),
        ('"509999199001010015"', '"509999199001010015", openid: o-1', "vendor.yaml:9: persons.fixed[2].openid: 与第 1 人相同"),
        ('"509999199001010015"', "509999199001010015", "vendor.yaml:9: persons.fixed[2].id_no: 写成文本(加引号)"),
    ],
)  # fmt: skip
def test_only_different_and_synthetic_persons(old: str, new: str, line: str) -> None:
    with pytest.raises(Mistake) as caught:
        load(GOOD + FIXED.replace(old, new))
    assert str(caught.value).startswith(line)


def test_an_import_file_is_read_when_it_is_there() -> None:
    rows = [
        {"name": "测试甲", "id_no": "119999199001010012"},
        {"name": "测试乙", "id_no": "509999199001010015"},
    ]
    for name in ("persons.csv", "persons.json"):
        text = GOOD + f"persons: {{import: {name}}}\n"
        assert load(text).persons == Persons("import", (), name)
        found = load(text, files={name: write(rows, name)})
        assert [dict(row) for row in found.persons.listed] == rows
        assert found.parallel == 2
        assert found.public()["persons"] == {"kind": "import", "count": 2, "file": name}
    with pytest.raises(Mistake, match=r"^persons\.csv: 第 1 人: id_no: 缺少"):
        load(GOOD + "persons: {import: persons.csv}\n", files={"persons.csv": "name\n甲\n"})


def test_addresses_may_all_stand_under_endpoints() -> None:
    text = GOOD.replace('url: "http://127.0.0.1:1", ', "").replace(
        "endpoints: {", 'endpoints: {driver: "http://127.0.0.1:1/", front_end: "${TOKEN}://x", '
    )
    found = load(text, {"TOKEN": "https"})
    assert (found.driver.url, found.addresses) == ("http://127.0.0.1:1", {"front_end": "https://x"})
    same = load(GOOD.replace("endpoints: {", 'endpoints: {driver: "http://127.0.0.1:1", '))
    assert same.driver.url == "http://127.0.0.1:1"
    with pytest.raises(Mistake, match="驱动地址只用于"):
        load(text.replace("kind: http", "kind: manual"), {"TOKEN": "https"})


def test_what_this_version_does_not_use_is_kept_and_said() -> None:
    text = GOOD + (
        "artefacts: {logs: [stdout, logs/app.log], configuration: app.yaml, source: src, "
        'front_end: "https://u:p@pay.example:8443/h5?x=1"}\nui: {kind: h5, url: "http://127.0.0.1:3/pay"}\n'
    )
    shown = load(text).public()
    assert shown["artefacts"] == {
        "logs": ["stdout", "logs/app.log"], "configuration": "app.yaml", "source": "src",
        "front_end": "https://***/h5",
    }  # fmt: skip
    assert shown["ui"] == {"kind": "h5", "url": "http://***/pay", "status": "已登记, 本版本不使用"}
    assert "artefacts" not in load(GOOD).public()


def test_a_secret_may_come_from_a_file() -> None:
    found = load(GOOD.replace("${TOKEN}", "${file:token.txt}"), files={"token.txt": "from-file\n"})
    assert found.driver.token == "from-file"


def test_a_mapping_is_read_and_its_mistakes_name_its_own_file() -> None:
    text = GOOD.replace("hooks: [clock]", "mapping: mapping.yaml")
    assert load(text, files={"mapping.yaml": MAPPING}).driver.mapping is not None
    with pytest.raises(
        Mistake, match=r"^mapping\.yaml:3: actions\.prescribe\.result\.total: 不是有效的 JSONPath"
    ):
        load(text, files={"mapping.yaml": MAPPING.replace("$.fen", '"$.["')})


def test_a_vendor_that_we_start_may_leave_its_addresses_to_the_ready_line() -> None:
    text = GOOD.replace('url: "http://127.0.0.1:1", ', "").replace(
        'endpoints: {notify_6302: "http://127.0.0.1:1/notify"}', 'command: ["node", "vendor.mjs"]'
    )
    found = load(text)
    assert (found.driver.url, found.notify_6302, found.command) == ("", "", ("node", "vendor.mjs"))


def test_the_file_that_init_writes_is_accepted(tmp_path: Path) -> None:
    from conformance.cli.init import declaration_text

    text = declaration_text(
        code="H50999900001",
        name="医院",
        region="509999",
        mode="A",
        driver="http://127.0.0.1:1",
        notify="http://127.0.0.1:1/n",
        ruleset=RULESET,
    )
    assert load(text, {}).driver.token == "", "the token of the vendor block is meant"
    commented = [line.removeprefix("# ") for line in text.splitlines()]
    options = [line for line in commented if line.startswith(("artefacts:", "ui:"))]
    assert len(options) == 2
    people = next(line.strip() for line in commented if line.strip().startswith("persons: {fixed"))
    text = text.replace("persons: created", people).replace('# token: "${LIANTIAO', 'token: "${LIANTIAO')
    found = load("\n".join([text, *options]), {"LIANTIAO_DRIVER_TOKEN": "t"})
    assert (found.driver.token, found.persons.kind, found.ui["kind"]) == ("t", "fixed", "h5")


def test_an_address_that_nothing_can_be_sent_to_is_refused_where_it_stands() -> None:
    for url in ("http://127.0.0.1:99999/notify", "http://256.1.1.1/notify", "http://user@127.0.0.1/notify"):
        with pytest.raises(Mistake, match=r"vendor.yaml:\d+: endpoints.notify_6302: "):
            load(GOOD.replace("http://127.0.0.1:1/notify", url))


def test_doctor_names_what_a_pinned_rule_set_misses() -> None:
    pinned = load(GOOD + "ruleset: 1\n")
    (check,) = [one for one in declared(pinned) if str(one.name) == "规则集"]
    assert check.state == "hint"
    assert "锁定在第 1 版, 现为第 2 版" in str(check.text)
    assert "EXP-TOLD-001" in str(check.text)
    assert not [one for one in declared(load(GOOD)) if str(one.name) == "规则集"]
