"""vendor.yaml: what the vendor under test is, how to drive it, what it promises (contracts 2).

Pure: text and environment come in as values. Every mistake is one line with file, line and field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.drivers.mapping import Mapped
from conformance.drivers.mapping import load as load_mapping
from conformance.shape import check
from conformance.yamltext import Document, Path, parse
from schemas import load as load_schema

SERVICES = ("registration", "outpatient", "refund", "cancel")
TIMEOUT_MS = 10_000
PERSON_MS = 300_000
"""A person at the keyboard gets five minutes."""
QUIET_MS = 3_000
PARALLEL = 8

ReadText = Callable[[str], str]
"""Reads a file named in the declaration, relative to it. Raises OSError or UnicodeDecodeError."""


@dataclass(frozen=True, slots=True)
class Driver:
    """How the harness makes the vendor act. `url` may come later, from the vendor's ready line.

    Without `token` the driver token of the vendor block is meant.
    """

    kind: str
    level: int
    url: str = ""
    token: str = ""
    timeout_ms: int = TIMEOUT_MS
    hooks: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    module: str = ""
    mapping: Mapped | None = None
    clock_by_flow: bool = True
    forwards_case: bool = False


@dataclass(frozen=True, slots=True)
class Declaration:
    """One vendor.yaml. `notify_6302` is a URL, `none`, or empty when the ready line will say it."""

    file: str
    code: str
    name: str
    region: str
    modes: tuple[str, ...]
    channels: tuple[str, ...]
    services: tuple[str, ...]
    driver: Driver
    notify_6302: str = ""
    command: tuple[str, ...] = ()
    persons: str = "created"
    quiet_ms: int = QUIET_MS
    parallel: int = PARALLEL
    timers: Mapping[str, int] = field(default_factory=dict)
    profile: Mapping[str, Any] = field(default_factory=dict)
    ruleset: int = 1
    deviations: tuple[Mapping[str, str], ...] = ()

    def public(self) -> dict[str, Any]:
        """The form in the manifest: no token, no address, nothing that is secret."""
        return {
            "file": self.file,
            "institution": {"code": self.code, "name": self.name, "region": self.region},
            "modes": list(self.modes),
            "channels": list(self.channels),
            "services": list(self.services),
            "driver": {
                "kind": self.driver.kind,
                "level": self.driver.level,
                "hooks": list(self.driver.hooks),
                "timeout_ms": self.driver.timeout_ms,
                "mapping": self.driver.mapping.file if self.driver.mapping else "",
            },
            "endpoints": {"notify_6302": "none" if self.notify_6302 == "none" else "declared"},
            "persons": self.persons,
            "quiet_ms": self.quiet_ms,
            "timers": dict(self.timers),
            "profile": dict(self.profile),
            "ruleset": self.ruleset,
            "deviations": [dict(row) for row in self.deviations],
        }


def load(text: str, file: str, environment: Mapping[str, str], read_text: ReadText) -> Declaration:
    """Read, check and complete a declaration. Raises Mistake for the first thing to mend."""
    document = parse(text, file)
    if not isinstance(document.value, dict):
        raise document.mistake((), "写成键值结构, 第一行 schema: 1")
    value = _expand(document, document.value, load_schema("declaration"), (), environment, read_text)
    document = Document(file, value, document.lines)
    check(document, "declaration")
    institution, endpoints = value["institution"], value.get("endpoints") or {}
    return Declaration(
        file=file,
        code=institution["code"],
        name=institution.get("name", "联调示范医院"),
        region=institution.get("region", "509999"),
        modes=tuple(value.get("modes", ("A",))),
        channels=tuple(value.get("channels", ())),
        services=tuple(value.get("services", SERVICES)),
        driver=_driver(document, value["driver"], bool(value.get("command")), read_text),
        notify_6302=_notify(document, endpoints, bool(value.get("command"))),
        command=tuple(value.get("command", ())),
        persons=value.get("persons", "created"),
        quiet_ms=value.get("quiet_ms", QUIET_MS),
        parallel=1 if value["driver"]["kind"] == "manual" else value.get("parallel", PARALLEL),
        timers=value.get("timers") or {},
        profile=value.get("profile") or {},
        ruleset=value.get("ruleset", 1),
        deviations=tuple(value.get("deviations") or ()),
    )


def _notify(document: Document, endpoints: Mapping[str, Any], started_by_us: bool) -> str:
    given = str(endpoints.get("notify_6302") or "")
    if not given and not started_by_us:
        raise document.mistake(
            ("endpoints", "notify_6302"), "缺少, 写成接收 6302 的完整地址, 只轮询的医院写成 none"
        )
    return given


def _driver(document: Document, row: Mapping[str, Any], started_by_us: bool, read_text: ReadText) -> Driver:
    kind = row["kind"]
    for name, example in _NEEDED[kind]:
        if not row.get(name) and not (started_by_us and name == "url"):
            raise document.mistake(("driver", name), f"kind: {kind} 时必须给出, 例如 {example}")
    mapping = None
    if "mapping" in row:
        if kind != "http":
            raise document.mistake(("driver", "mapping"), "映射文件只用于 kind: http")
        mapping = load_mapping(
            _read(document, ("driver", "mapping"), row["mapping"], read_text), row["mapping"]
        )
    return Driver(
        kind=kind,
        level=row.get("level", 1),
        url=str(row.get("url", "")).rstrip("/"),
        token=row.get("token", ""),
        timeout_ms=row.get("timeout_ms", PERSON_MS if kind == "manual" else TIMEOUT_MS),
        hooks=tuple(row.get("hooks", ())),
        command=tuple(row.get("command", ())),
        module=row.get("module", ""),
        mapping=mapping,
        clock_by_flow=row.get("clock_by_flow", True),
        forwards_case=row.get("forwards_case", False),
    )


_NEEDED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "http": (("url", "http://127.0.0.1:8080"),),
    "command": (("command", '["node", "driver.mjs"]'),),
    "python": (("module", "driver.py"),),
    "manual": (),
}


def _read(document: Document, path: Path, name: str, read_text: ReadText) -> str:
    try:
        return read_text(name)
    except UnicodeDecodeError:
        raise document.mistake(path, f"文件 {name} 不是 UTF-8 编码") from None
    except OSError as error:
        raise document.mistake(path, f"读不到文件 {name} ({error.strerror or error})") from None


def _expand(
    document: Document,
    value: Any,
    schema: Mapping[str, Any],
    path: Path,
    environment: Mapping[str, str],
    read_text: ReadText,
) -> Any:
    """`value` with `${NAME}` and `${file:NAME}` replaced where the schema allows it (addresses, secrets)."""
    if isinstance(value, dict):
        known = schema.get("properties", {})
        return {
            name: _expand(document, item, known.get(name, {}), (*path, name), environment, read_text)
            for name, item in value.items()
        }
    if isinstance(value, list):
        inner = schema.get("items", {})
        return [
            _expand(document, item, inner, (*path, index), environment, read_text)
            for index, item in enumerate(value)
        ]
    if not isinstance(value, str) or "${" not in value:
        return value
    if not schema.get("x-env"):
        raise document.mistake(path, "这里不能用 ${…}, 直接写值; ${…} 只用于地址和令牌")
    return _replace(document, value, path, environment, read_text)


def _replace(
    document: Document, text: str, path: Path, environment: Mapping[str, str], read_text: ReadText
) -> str:
    out = ""
    while "${" in text:
        before, _, rest = text.partition("${")
        name, closed, text = rest.partition("}")
        if not closed or not name:
            raise document.mistake(path, "${…} 没有写完整, 写成 ${环境变量名}")
        out += before
        if name.startswith("file:"):
            out += _read(document, path, name.removeprefix("file:"), read_text).strip()
        elif name in environment:
            out += environment[name]
        else:
            raise document.mistake(path, f"环境变量 {name} 没有设置, 先设置它或直接写值")
    return out + text
