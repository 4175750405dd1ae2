"""vendor.yaml: what the vendor under test is, how to drive it, what it promises (contracts 2).

Pure: text and environment come in as values. Every mistake is one line with file, line and field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from conformance.complaint import check
from conformance.declared_persons import Persons, checked
from conformance.declared_persons import read as read_persons
from conformance.drivers.mapping import Mapped
from conformance.drivers.mapping import load as load_mapping
from conformance.ledger import RULESET
from conformance.mistake import Mistake
from conformance.yamltext import Document, Path, parse
from schemas import load as load_schema
from simulator.protocol.text.places import url_fault
from simulator.protocol.text.said import Said, Text

SERVICES = ("registration", "outpatient", "refund", "cancel")
TIMEOUT_MS = 10_000
PERSON_MS = 300_000
"""A person at the keyboard gets five minutes."""
QUIET_MS = 3_000
PARALLEL = 8
RETAIN_DAYS = 30
CREATED = Persons()
NOT_USED = Said("已登记, 本版本不使用")

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
    """One vendor.yaml. `notify_6302` is a URL, `none`, or empty when the ready line will say it.

    `addresses` (by name of `endpoints`) and `ui` are kept and shown; nothing of this version uses them. `artefacts`: what the
    scanners look into; its `front_end` is only kept.
    """

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
    persons: Persons = CREATED
    quiet_ms: int = QUIET_MS
    parallel: int = PARALLEL
    retain_days: int = RETAIN_DAYS
    timers: Mapping[str, int] = field(default_factory=dict)
    profile: Mapping[str, Any] = field(default_factory=dict)
    ruleset: int = RULESET
    deviations: tuple[Mapping[str, str], ...] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)
    artefacts: Mapping[str, Any] = field(default_factory=dict)
    ui: Mapping[str, str] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)
    """What only the institution knows and the Word report needs (contracts 2)."""
    options: tuple[str, ...] = ()
    """The options of the command that ran it, as far as its replay needs them too."""

    def public(self) -> dict[str, Any]:
        """The form in the manifest: no token, no person, no host; of an address its scheme and path."""
        endpoints = {"driver": self.driver.url, "notify_6302": self.notify_6302, **self.addresses}
        shown: dict[str, Any] = {
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
            "endpoints": {name: masked_url(url) for name, url in endpoints.items() if url},
            "persons": self.persons.public(),
            "quiet_ms": self.quiet_ms,
            "timers": dict(self.timers),
            "profile": dict(self.profile),
            "ruleset": self.ruleset,
            "deviations": [dict(row) for row in self.deviations],
            "retain_days": self.retain_days,
        }
        if self.options:
            shown["options"] = list(self.options)
        if self.artefacts:
            shown["artefacts"] = {k: masked_url(v) for k, v in self.artefacts.items()}
        if self.report:
            shown["report"] = {name: _numbers_hidden(name, said) for name, said in self.report.items()}
        if self.ui:
            shown["ui"] = {**{k: masked_url(v) for k, v in self.ui.items()}, "status": str(NOT_USED)}
        return shown


_NUMBERED = ("merchant", "channel_code")
"""Members of `report` that hold a number of an account or a merchant."""


def _numbers_hidden(name: str, said: Any) -> Any:
    """A merchant number with its ends and an asterisk for each character between; everything else unchanged."""
    if name not in _NUMBERED:
        return said
    return re.sub(r"[0-9A-Za-z]{8,}", lambda hit: f"{hit[0][:3]}{'*' * (len(hit[0]) - 6)}{hit[0][-3:]}", said)


def masked_url(value: Any) -> Any:
    """An absolute URL without user, host, port and query; anything else unchanged."""
    if not isinstance(value, str) or "://" not in value:
        return value
    parts = urlsplit(value)
    return f"{parts.scheme}://***{parts.path}"


def load(text: str, file: str, environment: Mapping[str, str], read_text: ReadText) -> Declaration:
    """Read, check and complete a declaration. Raises Mistake for the first thing to mend."""
    document = parse(text, file)
    if not isinstance(document.value, dict):
        raise document.mistake((), Said("写成键值结构, 第一行 schema: 1"))
    value = _expand(document, document.value, load_schema("declaration"), (), environment, read_text)
    document = Document(file, value, document.lines)
    check(document, "declaration")
    institution, endpoints = value["institution"], value.get("endpoints") or {}
    for name, url in endpoints.items():
        if url and url != "none" and (fault := url_fault(str(url))) is not None:
            raise document.mistake(("endpoints", name), fault)
    if value.get("ruleset", RULESET) > RULESET:
        raise document.mistake(
            ("ruleset",), Said("本版本的规则集到第 {} 版, 写成 {} 或删去此行", RULESET, RULESET)
        )
    persons = _persons(document, value.get("persons", "created"), read_text)
    return Declaration(
        file=file,
        code=institution["code"],
        name=institution.get("name", "联调示范医院"),
        region=institution.get("region", "509999"),
        modes=tuple(value.get("modes", ("A",))),
        channels=tuple(value.get("channels", ())),
        services=tuple(value.get("services", SERVICES)),
        driver=_driver(document, value, read_text),
        notify_6302=_notify(document, endpoints, bool(value.get("command"))),
        command=tuple(value.get("command", ())),
        persons=persons,
        quiet_ms=value.get("quiet_ms", QUIET_MS),
        parallel=_parallel(value, persons),
        retain_days=value.get("retain_days", RETAIN_DAYS),
        timers=value.get("timers") or {},
        profile=value.get("profile") or {},
        ruleset=value.get("ruleset", RULESET),
        deviations=tuple(value.get("deviations") or ()),
        addresses={name: endpoints[name] for name in ADDRESSES if endpoints.get(name)},
        artefacts=value.get("artefacts") or {},
        ui=value.get("ui") or {},
        report=value.get("report") or {},
    )


ADDRESSES = ("wallet_notify", "front_end")
"""Endpoints that nothing of this version calls."""


def _parallel(value: Mapping[str, Any], persons: Persons) -> int:
    """Scenarios side by side: one at a keyboard, as many as persons on file, else what is declared."""
    if value["driver"]["kind"] == "manual":
        return 1
    wanted = int(value.get("parallel", len(persons.listed) or PARALLEL))
    return min(wanted, len(persons.listed)) if persons.listed else wanted


def _persons(document: Document, value: Any, read_text: ReadText) -> Persons:
    """`created`, `{fixed: […]}` or `{import: FILE}`; a file that is not there yet leaves the list empty."""
    if isinstance(value, str):
        return Persons(value)
    if "fixed" in value:

        def complain(at: int, field: str, message: Text) -> Mistake:
            return document.mistake(("persons", "fixed", at, field), message)

        return Persons("fixed", checked(value["fixed"], complain))
    name = value["import"]
    try:
        text = read_text(name)
    except FileNotFoundError:
        return Persons("import", (), name)
    except (OSError, UnicodeDecodeError):
        text = _read(document, ("persons", "import"), name, read_text)
    return Persons("import", read_persons(text, name), name)


def _notify(document: Document, endpoints: Mapping[str, Any], started_by_us: bool) -> str:
    given = str(endpoints.get("notify_6302") or "")
    if not given and not started_by_us:
        raise document.mistake(
            ("endpoints", "notify_6302"), Said("缺少, 写成接收 6302 的完整地址, 只轮询的医院写成 none")
        )
    return given


def _driver(document: Document, value: Mapping[str, Any], read_text: ReadText) -> Driver:
    started_by_us = bool(value.get("command"))
    row = {**value["driver"], "url": _driver_url(document, value)}
    kind = row["kind"]
    for name, example in _NEEDED[kind]:
        if not row.get(name) and not (started_by_us and name == "url"):
            raise document.mistake(("driver", name), Said("kind: {} 时必须给出, 例如 {}", kind, example))
    mapping = None
    if "mapping" in row:
        if kind != "http":
            raise document.mistake(("driver", "mapping"), Said("映射文件只用于 kind: http"))
        mapping = load_mapping(
            _read(document, ("driver", "mapping"), row["mapping"], read_text), row["mapping"]
        )
    return Driver(
        kind=kind,
        level=row.get("level", 1),
        url=row["url"],
        token=row.get("token", ""),
        timeout_ms=row.get("timeout_ms", PERSON_MS if kind == "manual" else TIMEOUT_MS),
        hooks=tuple(row.get("hooks", ())),
        command=tuple(row.get("command", ())),
        module=row.get("module", ""),
        mapping=mapping,
        clock_by_flow=row.get("clock_by_flow", True),
        forwards_case=row.get("forwards_case", False),
    )


def _driver_url(document: Document, value: Mapping[str, Any]) -> str:
    """The driver's address, stated as `driver.url` or as `endpoints.driver`."""
    own = str(value["driver"].get("url", "")).rstrip("/")
    other = str((value.get("endpoints") or {}).get("driver") or "").rstrip("/")
    if own and other and own != other:
        raise document.mistake(("endpoints", "driver"), Said("与 driver.url 不同, 只写一处"))
    if other and value["driver"]["kind"] != "http":
        raise document.mistake(("endpoints", "driver"), Said("驱动地址只用于 driver.kind: http, 删去此行"))
    return own or other


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
        raise document.mistake(path, Said("文件 {} 不是 UTF-8 编码", name)) from None
    except OSError as error:
        raise document.mistake(path, Said("读不到文件 {} ({})", name, error.strerror or error)) from None


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
        raise document.mistake(path, Said("这里不能用 ${…}, 直接写值; ${…} 只用于地址和令牌"))
    return _replace(document, value, path, environment, read_text)


def _replace(
    document: Document, text: str, path: Path, environment: Mapping[str, str], read_text: ReadText
) -> str:
    out = ""
    while "${" in text:
        before, _, rest = text.partition("${")
        name, closed, text = rest.partition("}")
        if not closed or not name:
            raise document.mistake(path, Said("${…} 没有写完整, 写成 ${环境变量名}"))
        out += before
        if name.startswith("file:"):
            out += _read(document, path, name.removeprefix("file:"), read_text).strip()
        elif name in environment:
            out += environment[name]
        else:
            raise document.mistake(path, Said("环境变量 {} 没有设置, 先设置它或直接写值", name))
    return out + text
