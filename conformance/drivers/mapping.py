"""A mapping file turns a call into a request of the vendor's own API and takes the answer by JSONPath.

Templates substitute whole values only: `{args.bill_ids}` as a body value keeps its JSON type; in a path
every placeholder is one percent-encoded segment. What is absent drops its member. There is no expression:
a vendor that needs one writes a `command` or `python` driver.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import jsonpath

from conformance.drivers.call import Answer, Call, actions, broken, read_answer, read_json
from conformance.drivers.http import HttpCall, HttpReply, encode
from conformance.shape import check
from conformance.yamltext import Document, Path, parse
from simulator.protocol.money import MoneyError, to_fen

_WHOLE = re.compile(r"\{([a-z_]+(?:\.[A-Za-z0-9_]+)*)\}\Z")
_INSIDE = re.compile(r"\{([a-z_]+(?:\.[A-Za-z0-9_]+)*)\}")
_ROOTS = ("run", "flow", "call_id", "action", "institution", "patient", "args", "token")
_STATUS = {"done": 200, "accepted": 202, "refused": 422, "not_offered": 501}
_PLAIN_STATE = {
    200: "done",
    201: "done",
    204: "done",
    202: "accepted",
    409: "refused",
    422: "refused",
    501: "not_offered",
}
_ABSENT: Any = object()


@dataclass(frozen=True, slots=True)
class Mapped:
    """A checked mapping file. `rows` by action; an action without a row is not offered."""

    file: str
    headers: Mapping[str, str]
    rows: Mapping[str, Mapping[str, Any]]


def load(text: str, file: str) -> Mapped:
    """Read and check a mapping file. Raises Mistake with file, line and field."""
    document = parse(text, file)
    check(document, "mapping")
    value = document.value
    for action, row in value["actions"].items():
        _check_row(document, ("actions", action), action, row)
    return Mapped(file, value.get("headers", {}), value["actions"])


def build(mapped: Mapped, call: Call, token: str) -> HttpCall | Answer:
    """The vendor's own request for `call`, or at once the answer when the file has none to send."""
    row = mapped.rows.get(call.action)
    if row is None:
        return Answer("not_offered", http_status=501)
    roots = {**call.body(), "action": call.action, "token": token}
    if "fixed" in row:
        return _fixed(call, row["fixed"], roots)
    path = _INSIDE.sub(lambda hit: quote(_as_text(_reach(roots, hit[1])), safe=""), row["path"])
    query = {name: _fill(item, roots) for name, item in row.get("query", {}).items()}
    shown = {name: _as_text(item) for name, item in query.items() if item is not _ABSENT}
    if shown:
        path += ("&" if "?" in path else "?") + urlencode(shown)
    headers = {}
    for name, item in {**mapped.headers, **row.get("headers", {})}.items():
        filled = _fill(item, roots)
        if filled is not _ABSENT:
            headers[name] = _one_line(_as_text(filled))
    body = b""
    if "body" in row:
        headers.setdefault("Content-Type", "application/json; charset=utf-8")
        filled = _fill(row["body"], roots)
        body = encode(None if filled is _ABSENT else filled)
    return HttpCall(row.get("method", "POST"), path, headers, body)


def read(mapped: Mapped, call: Call, reply: HttpReply) -> Answer:
    """The answer in the vendor's own reply. Never raises: what cannot be taken is an `error`."""
    row = mapped.rows.get(call.action)
    if row is None or "fixed" in row:
        return Answer("not_offered", http_status=501)
    roots = {**call.body(), "action": call.action}
    try:
        value = read_json(reply.body) if reply.body.strip() else {}
    except ValueError:
        return broken(f"HTTP {reply.status} 的应答不是 UTF-8 的 JSON, 映射文件无从取值", reply.status)
    try:
        state = (
            _take(row["state"], value, roots) if "state" in row else _PLAIN_STATE.get(reply.status, _ABSENT)
        )
        if state not in _STATUS:
            seen = "取不到" if state is _ABSENT else f"得到 {state!s:.60}"
            return broken(
                f"{mapped.file}: actions.{call.action}.state: {seen} (HTTP {reply.status})", reply.status
            )
        answer: dict[str, Any] = {"state": state}
        for name in ("code", "message", "patient_message", "patient_state"):
            _put(answer, name, _take(row[name], value, roots) if name in row else _ABSENT)
        for name in ("result", "refs"):
            _put(answer, name, _takes(row[name], value, roots) if name in row else _ABSENT)
    except (MoneyError, ValueError, RecursionError, jsonpath.JSONPathError) as error:
        return broken(f"{mapped.file}: actions.{call.action}: {error}", reply.status)
    if state == "refused":
        answer.setdefault("code", "OTHER")
    return read_answer(call.action, _STATUS[str(state)], answer)


def _fixed(call: Call, row: Mapping[str, Any], roots: Mapping[str, Any]) -> Answer:
    answer = {"state": row["state"], "result": _takes(row.get("result", {}), {}, roots)}
    for name in ("code", "message"):
        if name in row:
            answer[name] = row[name]
    if row["state"] == "refused":
        answer.setdefault("code", "OTHER")
    return read_answer(call.action, _STATUS[row["state"]], answer)


def _put(target: dict[str, Any], name: str, value: Any) -> None:
    if value is not _ABSENT and value is not None:
        target[name] = value


def _takes(takes: Mapping[str, Any], value: Any, roots: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, take in takes.items():
        _put(out, name, _take(take, value, roots))
    return out


def _take(take: Any, value: Any, roots: Mapping[str, Any]) -> Any:
    if isinstance(take, str):
        return _first(take, value)
    if "const" in take:
        return take["const"]
    if "object" in take:
        return _takes(take["object"], value, roots)
    if "each" in take:
        return [_takes(take["item"], item, roots) for item in jsonpath.findall(take["each"], value)]
    found = _first(take["path"], value) if "path" in take else _fill(take["from"], roots)
    if "table" in take:
        found = take["table"].get(_as_text(found), take.get("otherwise", _ABSENT))
    if found is _ABSENT or found is None:
        return take.get("otherwise", _ABSENT)
    if take.get("unit") == "yuan":
        return to_fen(_as_text(found))
    return _CAST[take.get("as", "")](found)


def _first(path: str, value: Any) -> Any:
    if not isinstance(value, (dict, list)):
        return _ABSENT
    found = jsonpath.findall(path, value)
    return found[0] if found else _ABSENT


_CAST: Mapping[str, Any] = {
    "": lambda found: found,
    "string": lambda found: _as_text(found),
    "integer": lambda found: int(_as_text(found)),
    "boolean": lambda found: _as_text(found).lower() in ("true", "1", "yes", "y"),
}


def _fill(template: Any, roots: Mapping[str, Any]) -> Any:
    """`template` with every whole-value placeholder replaced; absent members are dropped."""
    if isinstance(template, str):
        hit = _WHOLE.match(template)
        return _reach(roots, hit[1]) if hit else template
    if isinstance(template, Mapping):
        pairs = ((name, _fill(item, roots)) for name, item in template.items())
        return {name: item for name, item in pairs if item is not _ABSENT}
    if isinstance(template, list):
        return [item for item in (_fill(part, roots) for part in template) if item is not _ABSENT]
    return template


def _reach(roots: Mapping[str, Any], path: str) -> Any:
    found: Any = roots
    for part in path.split("."):
        if isinstance(found, Mapping) and part in found:
            found = found[part]
        elif isinstance(found, (list, tuple)) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return _ABSENT
    return found


def _as_text(value: Any) -> str:
    if value is _ABSENT or value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(_as_text(item) for item in value)
    return str(value)


def _one_line(text: str) -> str:
    return re.sub(r"[\r\n\x00]", " ", text)


def _check_row(document: Document, path: Path, action: str, row: Mapping[str, Any]) -> None:
    if action not in actions():
        raise document.mistake(path, f"合同里没有这个动作, 可用: {', '.join(actions())}")
    if "fixed" not in row and "path" not in row:
        raise document.mistake(
            (*path, "path"), "缺少, 写成厂商接口路径, 例如 /api/bills; 不调用厂商时改写 fixed"
        )
    for place, text in _texts(row, path):
        for hit in _INSIDE.finditer(text):
            whole = place[len(path)] == "path" or _WHOLE.match(text)
            if hit[1].split(".")[0] not in _ROOTS:
                raise document.mistake(place, f"占位符 {{{hit[1]}}} 要以 {', '.join(_ROOTS)} 之一开头")
            if not whole:
                raise document.mistake(place, f'占位符要独占整个值, 写成 "{{{hit[1]}}}"')
        if text.startswith("$") and place[len(path)] not in ("path", "query", "headers", "body"):
            try:
                jsonpath.compile(text)
            except jsonpath.JSONPathError as error:
                raise document.mistake(place, f"不是有效的 JSONPath ({error})") from None
    for place, take in _objects(row, path):
        given = [name for name in ("path", "const", "from", "each", "object") if name in take]
        if len(given) != 1:
            raise document.mistake(place, "取值要写 path, const, from, each, object 之中恰好一个")
        if ("each" in take) != ("item" in take):
            raise document.mistake(place, "each 和 item 要一起写")


def _texts(value: Any, path: Path) -> list[tuple[Path, str]]:
    if isinstance(value, str):
        return [(path, value)]
    items = (
        value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    )
    return [pair for name, item in items for pair in _texts(item, (*path, name))]


def _objects(row: Mapping[str, Any], path: Path) -> list[tuple[Path, Mapping[str, Any]]]:
    """Every take of `row` that is written as an object, nested ones included."""
    found: list[tuple[Path, Mapping[str, Any]]] = []

    def visit(take: Any, place: Path) -> None:
        if isinstance(take, Mapping):
            found.append((place, take))
            for group in ("item", "object"):
                for name, inner in take.get(group, {}).items():
                    visit(inner, (*place, group, name))

    for name in ("state", "code", "message", "patient_message", "patient_state"):
        visit(row.get(name), (*path, name))
    for name, group in (("result", row), ("refs", row), ("result", row.get("fixed", {}))):
        for key, take in group.get(name, {}).items():
            visit(take, (*path, name, key))
    return found
