"""A mistake in vendor.yaml is one line: file, line, field, what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance import declaration
from conformance.mistake import Mistake

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
            'vendor.yaml:4: driver.url: 写成 http://127.0.0.1:8080 (现在是 "127.0.0.1")',
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
    ],
)
def test_a_mistake_is_one_line(old: str, new: str, line: str) -> None:
    with pytest.raises(Mistake) as caught:
        load(GOOD.replace(old, new, 1))
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)


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
    from conformance.cli.init import _TEMPLATE

    text = _TEMPLATE.format(
        code="H1",
        name="医院",
        region="509999",
        mode="A",
        driver="http://127.0.0.1:1",
        notify="http://127.0.0.1:1/n",
    )
    assert load(text, {"LIANTIAO_DRIVER_TOKEN": "t"}).driver.token == "t"
