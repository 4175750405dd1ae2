"""One pytest item per (scenario x requirement) of a judged run: `pytest --liantiao-run runs/<id>`.

JUnit and Allure come from pytest itself. Nothing is imported from the rest of liantiao until one of the
options is used, since this plugin is loaded by every pytest of the environment.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.evidence.reader import stream

VERDICTS = "verdicts.jsonl"
ATTACHED = 6
"""At most so many decoded messages are attached to a finding: a report that opens at once."""

_RUN = pytest.StashKey[Path]()
_SEVERITY = {"MUST": "critical", "SHOULD": "normal", "MAY": "minor"}
_SKIPPED = {"skip": "未执行", "review": "待人工确认", "n/a": "不适用"}
_FIELDS = (
    ("clause", "条款"),
    ("expected", "应为"),
    ("observed", "实为"),
    ("records", "证据记录"),
    ("domain", "责任域"),
    ("cause", "可能原因"),
    ("confirm", "如何确认"),
    ("fix", "如何修改"),
    ("patient", "患者应看到"),
    ("replay", "复现命令"),
)


class ViolationError(AssertionError):
    """The vendor did not do what a requirement asks; the text is the whole finding."""


class NotJudgedError(RuntimeError):
    """The requirement could not be judged: harness error, or not quiet in time."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the two options."""
    group = parser.getgroup("liantiao", "移动支付联调")
    group.addoption("--liantiao-run", metavar="DIR", help="收集一次运行的判定 (runs/<id>)")
    group.addoption("--liantiao-declaration", metavar="FILE", help="先按 vendor.yaml 运行并判定, 再收集")
    group.addoption("--liantiao-plan", metavar="ID", default="", help="计划 (默认: 声明的第一个模式)")
    group.addoption("--liantiao-only", metavar="ID", action="append", default=[], help="只运行这个场景")


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Point the collection at the verdicts of the run, running the plan first when asked to."""
    config = session.config
    run, file = config.getoption("--liantiao-run"), config.getoption("--liantiao-declaration")
    if not run and not file:
        return
    folder = Path(run).resolve() if run else _run_declared(Path(file), config)
    if not (folder / VERDICTS).is_file():
        raise pytest.UsageError(f"{folder / VERDICTS}: 没有判定, 先运行 liantiao judge {folder}")
    config.stash[_RUN] = folder
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args = []
    config.args.append(str(folder / VERDICTS))


def _run_declared(file: Path, config: pytest.Config) -> Path:
    import asyncio

    from conformance.runner import session

    try:
        declaration = session.read_declaration(file)
        plan, scenarios = session.choose(
            declaration, config.getoption("--liantiao-plan"), config.getoption("--liantiao-only")
        )
        wish = session.Wish(declaration, file.resolve().parent, plan, scenarios)
        folder = asyncio.run(session.perform(wish))
    except session.SET_UP_ERRORS as error:
        raise pytest.UsageError(str(error)) from None
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
            yield VerdictItem.from_parent(self, name=name, nodeid=nodeid, row=row, context=self.context)


class VerdictItem(pytest.Item):
    """One verdict: fails with the whole finding, skips what was not executed."""

    def __init__(self, *, row: Mapping[str, Any], context: RunContext, **rest: Any) -> None:
        super().__init__(**rest)
        self.row, self.context = row, context
        known = context.deviations.get(str(row["requirement"]))
        if known:
            reason = (
                f"已知偏差 {known.get('owner', '')} 至 {known.get('until', '')} {known.get('comment', '')}"
            )
            self.add_marker(pytest.mark.xfail(reason=reason.strip(), strict=True, raises=ViolationError))
        if self.config.pluginmanager.hasplugin("allure_pytest"):
            for label, value in self._labels():
                self.add_marker(pytest.mark.allure_label(value, label_type=label))

    def _labels(self) -> Iterable[tuple[str, str]]:
        row = self.row
        yield "epic", str(row.get("group", ""))
        for case in row.get("cases") or ():
            yield "feature", str(case)
        yield "story", str(row.get("scenario_title") or row.get("scenario", ""))
        yield "severity", _SEVERITY.get(str(row.get("level")), "normal")

    def setup(self) -> None:
        """What could not be judged is an error of the run, not a failure of the vendor."""
        if self.row["verdict"] in ("error", "waiting"):
            self._attach()
            raise NotJudgedError(self.finding())

    def runtest(self) -> None:
        """Raise, skip or pass as the verdict says."""
        verdict = str(self.row["verdict"])
        self._describe()
        if verdict in _SKIPPED:
            pytest.skip(
                f"{_SKIPPED[verdict]}: {self.row.get('observed') or self.row.get('cause') or ''}".rstrip(": ")
            )
        if verdict == "fail":
            self._attach()
            raise ViolationError(self.finding())
        if verdict == "warn":
            self.add_report_section("call", "liantiao", self.finding())

    def finding(self) -> str:
        """The finding in Chinese lines."""
        row = self.row
        lines = [f"{row['requirement']} [{row.get('level', '')}] {row.get('title', '')}".rstrip()]
        for name, label in _FIELDS:
            value = row.get(name)
            if value:
                shown = ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)
                lines.append(f"  {label}: {shown}")
        return "\n".join(lines)

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
            f"{self.row.get('scenario', '')}::{self.name} {self.row.get('title', '')}".rstrip(),
        )

    def _describe(self) -> None:
        allure = self._allure()
        if allure is not None:
            allure.dynamic.title(f"{self.name} {self.row.get('title', '')}".strip())
            allure.dynamic.description(self.finding())

    def _attach(self) -> None:
        allure = self._allure()
        for seq in list(self.row.get("records") or ())[:ATTACHED] if allure is not None else ():
            record = self.context.record(seq)
            if allure is not None and record is not None:
                body = json.dumps(record, ensure_ascii=False, indent=2)
                allure.attach(body, name=f"记录 {seq}", attachment_type=allure.attachment_type.JSON)

    def _allure(self) -> Any:
        if not self.config.getoption("--alluredir", None):
            return None
        import allure

        return allure


class RunContext:
    """What the items of one run share: the evidence by number and the known deviations."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._records: dict[int, Mapping[str, Any]] | None = None
        self.deviations = {row["requirement"]: row for row in _deviations(folder)}

    def record(self, seq: Any) -> Mapping[str, Any] | None:
        """The evidence record of that number without its chain members, or None."""
        if self._records is None:
            self._records = dict(_evidence(self._folder / "evidence.jsonl"))
        return self._records.get(seq)


def _evidence(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for record in stream(path) if path.is_file() else ():
        yield record["seq"], {key: item for key, item in record.items() if key not in ("prev", "hash", "c")}


def _deviations(folder: Path) -> list[Mapping[str, Any]]:
    """The deviations of the declaration that had not expired when the run ended."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    ended = str(manifest.get("ended", ""))[:10]
    rows = (manifest.get("declaration") or {}).get("deviations") or []
    return [row for row in rows if str(row.get("until", "")) >= ended]
