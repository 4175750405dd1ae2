"""One pytest item per (scenario x requirement) of a judged run: `pytest --liantiao-run runs/<id>`.

JUnit and Allure come from pytest itself. Nothing is imported from the rest of liantiao until one of the
options is used, since this plugin is loaded by every pytest of the environment. It speaks the language of the
variable LIANTIAO_LANG, as the commands do.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import locales
from conformance.readable_results import KEY
from conformance.run_context import RunContext, manifest_of
from simulator.protocol.text.said import Said, Text, render, said_in, said_of

VERDICTS = "verdicts.jsonl"
ATTACHED = 6
"""At most so many decoded messages are attached to a finding: a report that opens at once."""

_RUN = pytest.StashKey[Path]()
_LINES = pytest.StashKey[dict[str, Mapping[str, Any]]]()
_RESULTS = pytest.StashKey[list[Any]]()
_SKIPPED = {"skip": Said("未执行"), "review": Said("待人工确认"), "n/a": Said("不适用")}
_FIELDS = (
    ("clause", Said("条款")),
    ("expected", Said("应为")),
    ("observed", Said("实为")),
    ("records", Said("证据记录")),
    ("domain", Said("责任域")),
    ("cause", Said("可能原因")),
    ("confirm", Said("如何确认")),
    ("fix", Said("如何修改")),
    ("patient", Said("患者应看到")),
    ("replay", Said("复现命令")),
)


_GROUPS = {
    "ENV": Said("报文与签名"),
    "SEC": Said("安全"),
    "REQ": Said("业务请求"),
    "IDV": Said("身份核验"),
    "PAY": Said("缴费"),
    "REG": Said("挂号"),
    "RFD": Said("退费"),
    "NTF": Said("通知"),
    "FLT": Said("异常"),
    "EXP": Said("用例预期"),
    "RUN": Said("运行条件"),
    "PRV": Said("隐私"),
}
"""The groups of requirements as the reports call them."""


def shown(text: Text) -> str:
    """A sentence in the language of the user."""
    return render(text, locales.lookup(_language()))


def _language() -> str:
    wanted = os.environ.get("LIANTIAO_LANG", "")
    return wanted if wanted in locales.LANGUAGES else "zh"


def _title(row: Mapping[str, Any]) -> str:
    english = row.get("title_en") if _language() == "en" else ""
    return str(english or row.get("title", ""))


def finding(row: Mapping[str, Any]) -> str:
    """One verdict with its requirement, a line for each of its members."""
    lines = [f"{row['requirement']} [{row.get('level', '')}] {_title(row)}".rstrip()]
    for name, label in _FIELDS:
        value = (_language() == "en" and row.get(f"{name}_en")) or said_in(row, name) or row.get(name)
        if value:
            value = ", ".join(str(item) for item in value) if isinstance(value, list) else value
            lines.append(f"  {shown(label)}: {shown(value)}")
    return "\n".join(lines)


class ViolationError(AssertionError):
    """The vendor did not do what a requirement asks; the text is the whole finding."""


class NotJudgedError(RuntimeError):
    """The requirement could not be judged: harness error, or not quiet in time."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the two options."""
    group = parser.getgroup("liantiao", shown(Said("移动支付联调")))
    group.addoption("--liantiao-run", metavar="DIR", help=shown(Said("收集一次运行的判定 (runs/<id>)")))
    group.addoption(
        "--liantiao-declaration", metavar="FILE", help=shown(Said("先按 vendor.yaml 运行并判定, 再收集"))
    )
    group.addoption(
        "--liantiao-plan", metavar="ID", default="", help=shown(Said("计划 (默认: 声明的第一个模式)"))
    )
    group.addoption(
        "--liantiao-only", metavar="ID", action="append", default=[], help=shown(Said("只运行这个场景"))
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Point the collection at the verdicts of the run, running the plan first when asked to."""
    config = session.config
    run, file = config.getoption("--liantiao-run"), config.getoption("--liantiao-declaration")
    if not run and not file:
        return
    folder = Path(run).resolve() if run else _run_declared(Path(file), config)
    if not (folder / VERDICTS).is_file():
        raise pytest.UsageError(
            shown(Said("{}: 没有判定, 先运行 liantiao judge {}", folder / VERDICTS, folder))
        )
    config.stash[_RUN] = folder
    if config.getoption("--alluredir", None):
        from conformance.held_results import held_results

        config.stash[_RESULTS] = held_results()
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args = []
    config.args.append(str(folder / VERDICTS))


def _run_declared(file: Path, config: pytest.Config) -> Path:
    import asyncio

    from conformance.mistake import Mistake
    from conformance.runner import session

    try:
        declaration = session.read_declaration(file)
        plan, scenarios = session.choose(
            declaration, config.getoption("--liantiao-plan"), config.getoption("--liantiao-only")
        )
        wish = session.Wish(declaration, file.resolve().parent, plan, scenarios)
        folder = asyncio.run(session.perform(wish))
    except session.SET_UP_ERRORS as error:
        said = error.said(shown) if isinstance(error, Mistake) else shown(said_of(error))
        raise pytest.UsageError(said) from None
    session.judge(folder, declaration, plan)
    return folder.resolve()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the verdicts of the run that was asked for, and no other file of that name."""
    folder = parent.config.stash.get(_RUN, None)
    if folder is None or file_path != folder / VERDICTS:
        return None
    return RunFile.from_parent(parent, path=file_path)


class RunFile(pytest.File):
    """The verdicts of one run, grouped by scenario."""

    def collect(self) -> Iterator[pytest.Collector]:
        """One collector a scenario, in the order of the file."""
        rows: dict[str, list[Mapping[str, Any]]] = {}
        with self.path.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                rows.setdefault(row.get("scenario") or "run", []).append(row)
        context = RunContext(self.path.parent)
        for name, found in rows.items():
            yield ScenarioNode.from_parent(self, name=name, nodeid=name, rows=found, context=context)


class ScenarioNode(pytest.Collector):
    """One scenario with its verdicts."""

    def __init__(self, *, rows: list[Mapping[str, Any]], context: RunContext, **rest: Any) -> None:
        super().__init__(**rest)
        self.rows, self.context = rows, context

    def collect(self) -> Iterator[pytest.Item]:
        """One item a requirement; a second verdict of the same requirement is numbered."""
        seen: dict[str, int] = {}
        for row in self.rows:
            name = str(row["requirement"])
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:
                name = f"{name}-{seen[name]}"
            nodeid = f"{self.name}::{name}"
            self.config.stash.setdefault(_LINES, {})[nodeid] = row
            yield VerdictItem.from_parent(self, name=name, nodeid=nodeid, row=row, context=self.context)


class VerdictItem(pytest.Item):
    """One verdict: fails with the whole finding, skips what was not executed."""

    def __init__(self, *, row: Mapping[str, Any], context: RunContext, **rest: Any) -> None:
        super().__init__(**rest)
        self.row, self.context = row, context
        known = context.deviations.get(str(row["requirement"]))
        if known:
            owner, until, comment = (known.get(name, "") for name in ("owner", "until", "comment"))
            reason = shown(Said("已知偏差 {} 至 {} {}", owner, until, comment)).strip()
            self.add_marker(pytest.mark.xfail(reason=reason, strict=True, raises=ViolationError))
        self.user_properties.append((KEY, self.nodeid))

    def setup(self) -> None:
        """What could not be judged is an error of the run, not a failure of the vendor."""
        self._mark()
        if self.row["verdict"] in ("error", "waiting"):
            self._attach()
            raise NotJudgedError(self.finding())

    def runtest(self) -> None:
        """Raise, skip or pass as the verdict says."""
        verdict = str(self.row["verdict"])
        if verdict in _SKIPPED:
            why = said_in(self.row, "observed") or self.row.get("cause") or ""
            pytest.skip(shown(Said("{}: {}", _SKIPPED[verdict], why)).rstrip(": "))
        if verdict == "fail":
            self._attach()
            raise ViolationError(self.finding())
        if verdict == "warn":
            self.add_report_section("call", "liantiao", self.finding())

    def finding(self) -> str:
        """The finding, a line for each of its members."""
        return finding(self.row)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The finding alone: a Python traceback would explain nothing to a vendor."""
        if isinstance(excinfo.value, (ViolationError, NotJudgedError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def _repr_failure_py(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        # What pytest asks for an error of the set-up instead; its own frames would be dozens of lines each.
        if isinstance(excinfo.value, NotJudgedError):
            return str(excinfo.value)
        return super()._repr_failure_py(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """The file of the verdicts and the title."""
        return (
            self.path,
            None,
            f"{self.row.get('scenario', '')}::{self.name} {_title(self.row)}".rstrip(),
        )

    def _mark(self) -> None:
        allure = self._allure()
        if allure is not None:
            allure.dynamic.label(KEY, self.nodeid)

    def _attach(self) -> None:
        allure = self._allure()
        for seq in list(self.row.get("records") or ())[:ATTACHED] if allure is not None else ():
            record = self.context.record(seq)
            if allure is not None and record is not None:
                body = json.dumps(record, ensure_ascii=False, indent=2)
                allure.attach(
                    body, name=shown(Said("记录 {}", seq)), attachment_type=allure.attachment_type.JSON
                )

    def _allure(self) -> Any:
        if not self.config.getoption("--alluredir", None):
            return None
        import allure

        return allure


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """After pytest has written them: JUnit and Allure with scenarios as suites and the times of their flows."""
    yield
    folder, lines = session.config.stash.get(_RUN, None), session.config.stash.get(_LINES, {})
    if folder is not None and lines:
        junit, allure = (
            session.config.getoption("xmlpath", None),
            session.config.getoption("--alluredir", None),
        )
        held = session.config.stash.get(_RESULTS, [])
        _make_readable(folder, lines, Path(junit) if junit else None, Path(allure) if allure else None, held)


def _make_readable(
    folder: Path,
    lines: Mapping[str, Mapping[str, Any]],
    junit: Path | None,
    allure: Path | None,
    held: list[Any],
) -> None:
    from xml.etree import ElementTree

    from conformance import readable_results as readable

    manifest = manifest_of(folder)
    times, drop = readable.Times(manifest), (f"{folder}{os.sep}", str(folder), f"{Path.home()}{os.sep}")
    english = _language() == "en"
    lines = {key: {**row, "title": _title(row)} for key, row in lines.items()}
    scenarios = manifest.get("scenarios") or ()
    titles = {
        str(row.get("id")): str((english and row.get("title_en")) or row.get("title")) for row in scenarios
    }
    institution = manifest.get("institution") or {}
    name = f"liantiao {institution.get('code', '')} {manifest.get('run', '')}".strip()
    if junit is not None and junit.is_file():
        root = ElementTree.parse(junit).getroot()
        made = readable.junit(root, lines, times, titles, name, drop)
        ElementTree.ElementTree(made).write(junit, encoding="utf-8", xml_declaration=True)
    if allure is not None and held:
        from conformance.held_results import write_results

        groups = _groups()
        write_results(
            allure, held, lambda told: readable.allure(told, lines, times, titles, groups, drop, finding)
        )


def _groups() -> dict[str, str]:
    return {name: shown(said) for name, said in _GROUPS.items()}
