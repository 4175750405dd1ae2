"""JUnit and Allure files that a person reads: suites are scenarios, times are those of their flows, no path of this machine. Pure.

pytest writes both; here they get what pytest cannot know. `KEY` is the property or label by which a result finds its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from conformance.evidence.values import rows, text

KEY = "liantiao"
SEVERITY = {"MUST": "critical", "SHOULD": "normal", "MAY": "minor"}
_MACHINE = (
    "host",
    "thread",
    "package",
    "parentSuite",
    "suite",
    "subSuite",
    "epic",
    "feature",
    "story",
    "severity",
)
"""Labels that are taken out: what names this machine, and what we say better."""
Line = Mapping[str, Any]


class Times:
    """When each flow of a run began and ended, from its manifest; milliseconds since 1970."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        whole = (_ms(text(manifest, "started")), _ms(text(manifest, "ended")))
        self._whole = whole
        self._flows = {
            text(row, "flow") or text(row, "id"): (_ms(text(row, "started")), _ms(text(row, "ended")))
            for row in rows(manifest, "scenarios")
        }

    def of(self, flow: str) -> tuple[int, int]:
        """Begin and end of a flow; of the run where it is not known."""
        return self._flows.get(flow, self._whole)


def _ms(wire: str) -> int:
    try:
        return int(datetime.fromisoformat(wire).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return 0


def properties(line: Line) -> Iterator[tuple[str, str]]:
    """What a machine wants to know of a line, in its names."""
    for name in ("requirement", "level", "verdict", "scenario", "flow", "domain", "consequence_of"):
        if text(line, name):
            yield name, text(line, name)
    yield from (("case", str(case)) for case in line.get("cases") or ())
    records = [str(seq) for seq in line.get("records") or ()]
    if records:
        yield "records", ",".join(records)


def suite_name(line: Line, titles: Mapping[str, str]) -> str:
    """The scenario as a person names it, and its id."""
    scenario = text(line, "scenario")
    title = titles.get(scenario) or text(line, "scenario_title")
    return f"{title} ({scenario})" if scenario and title else scenario or title or "run"


def named(name: str, line: Line) -> str:
    """`ENV-SIGN-001 每个请求的签名都能被平台验证`; `title` of a line is in the language of the reader."""
    return f"{name} {text(line, 'title')}".strip()


def junit(
    root: ElementTree.Element,
    lines: Mapping[str, Line],
    times: Times,
    titles: Mapping[str, str],
    name: str,
    drop: Sequence[str],
) -> ElementTree.Element:
    """The same test cases in one suite a scenario. `drop`: texts that name a place on this machine."""
    made = ElementTree.Element("testsuites", {"name": name})
    suites: dict[str, ElementTree.Element] = {}
    flows: dict[str, dict[str, None]] = {}
    for case in root.iter("testcase"):
        line = lines.get(_take_key(case), {})
        title = suite_name(line, titles)
        suite = suites.get(title)
        if suite is None:
            suite = suites[title] = ElementTree.SubElement(made, "testsuite", {"name": title})
        flows.setdefault(title, {})[text(line, "flow")] = None
        _clean(case, drop)
        if line:
            case.set("classname", (text(line, "scenario") or "run").replace("/", "."))
            case.set("name", named(case.get("name", ""), line))
            _put_properties(case, line)
        suite.append(case)
    for title, suite in suites.items():
        _count(suite, [times.of(flow) for flow in flows[title]])
    total = sum(float(suite.get("time", "0")) for suite in suites.values())
    for counted in ("tests", "failures", "errors", "skipped"):
        made.set(counted, str(sum(int(suite.get(counted, "0")) for suite in suites.values())))
    made.set("time", f"{total:.3f}")
    return made


def _take_key(case: ElementTree.Element) -> str:
    found = case.find("properties")
    if found is None:
        return ""
    case.remove(found)
    return next((one.get("value", "") for one in found if one.get("name") == KEY), "")


def _put_properties(case: ElementTree.Element, line: Line) -> None:
    holder = ElementTree.Element("properties")
    for name, value in properties(line):
        ElementTree.SubElement(holder, "property", {"name": name, "value": value})
    case.insert(0, holder)


def _clean(case: ElementTree.Element, drop: Sequence[str]) -> None:
    for part in case.iter():
        if part.tag == "skipped":
            part.text = part.get("message")
        for place in drop:
            part.text = part.text.replace(place, "") if part.text else part.text
            for name, value in part.attrib.items():
                part.set(name, value.replace(place, ""))
    for name in ("file", "line"):
        case.attrib.pop(name, None)


def _count(suite: ElementTree.Element, spans: Sequence[tuple[int, int]]) -> None:
    """Numbers of a suite; its time is that of its flows, shared by its cases so that their sum is true."""
    cases = suite.findall("testcase")
    for counted, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(counted, str(sum(case.find(tag) is not None for case in cases)))
    seconds = sum(max(0, end - begin) for begin, end in spans) / 1000
    suite.set("tests", str(len(cases)))
    suite.set("time", f"{seconds:.3f}")
    begun = min((begin for begin, _ in spans if begin), default=0)
    if begun:
        suite.set(
            "timestamp", datetime.fromtimestamp(begun / 1000).astimezone().isoformat(timespec="milliseconds")
        )
    for case in cases:
        case.set("time", f"{seconds / len(cases):.6f}")


def allure(
    result: dict[str, Any],
    lines: Mapping[str, Line],
    times: Times,
    titles: Mapping[str, str],
    groups: Mapping[str, str],
    drop: Sequence[str],
    say: Callable[[Line], str],
) -> dict[str, Any]:
    """A result with the labels, the time, the title and the text of its line.

    `groups`: what a requirement group is called. `say`: the whole finding.
    """
    labels = [one for one in result.get("labels", ()) if isinstance(one, dict)]
    key = next((text(one, "value") for one in labels if one.get("name") == KEY), "")
    line = lines.get(key)
    if line is None:
        return result
    group = text(line, "group")
    said = [
        ("parentSuite", text(line, "scenario").split("/")[0] or "run"),
        ("suite", suite_name(line, titles)),
        ("epic", groups.get(group, group)),
        *(("feature", str(case)) for case in line.get("cases") or ()),
        ("story", suite_name(line, titles)),
        ("severity", SEVERITY.get(text(line, "level"), "normal")),
        *((name, value) for name, value in properties(line) if name != "case"),
    ]
    kept = [one for one in labels if one.get("name") not in (*_MACHINE, KEY)]
    begin, end = times.of(text(line, "flow"))
    details = {name: _without(value, drop) for name, value in (result.get("statusDetails") or {}).items()}
    return {
        **result,
        **({"statusDetails": details} if details else {}),
        **({"start": begin, "stop": end} if begin else {}),
        "name": named(key.rpartition("::")[2], line),
        "description": _without(say(line), drop),
        "fullName": key,
        "titlePath": key.split("::")[:1],
        "labels": [*kept, *({"name": name, "value": value} for name, value in said)],
    }


def _without(value: Any, drop: Sequence[str]) -> Any:
    for place in drop:
        value = value.replace(place, "") if isinstance(value, str) else value
    return value
