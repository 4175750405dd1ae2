"""A mapping file turns a call into a request of the vendor's own API and takes the answer by JSONPath.

`templates` writes the request, `takes` reads the reply, `mapping_check` finds the mistakes before a run.
The file is data: a vendor that needs an expression writes a `command` or `python` driver.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from conformance.complaint import check
from conformance.drivers.call import Answer, Call, broken, read_answer
from conformance.drivers.http import HttpCall, HttpReply
from conformance.drivers.mapping_check import check_row
from conformance.drivers.takes import read_reply, take, takes
from conformance.drivers.templates import ABSENT, PLACE, UnfitError, as_text, exact, fill, reach
from conformance.mistake import Mistake
from conformance.yamltext import parse
from simulator.protocol.text import jsontext
from simulator.protocol.text.said import Said
from simulator.protocol.text.unfit import LISTED

_STATUS = {"done": 200, "accepted": 202, "refused": 422, "not_offered": 501}
_REFUSALS = (409, 422)
_PLAIN_STATE = {
    200: "done",
    201: "done",
    204: "done",
    202: "accepted",
    409: "refused",
    422: "refused",
    501: "not_offered",
}


@dataclass(frozen=True, slots=True)
class Mapped:
    """A checked mapping file. `rows` by action; an action without a row is not offered."""

    file: str
    headers: Mapping[str, Any]
    rows: Mapping[str, Mapping[str, Any]]


def load(text: str, file: str) -> Mapped:
    """Read and check a mapping file. Raises Mistake with file, line and field, of each action the first."""
    document = parse(text, file)
    check(document, "mapping")
    value = document.value
    places: list[tuple[tuple[str, ...], Mapping[str, Any], str]] = (
        [((), value, "")] if "headers" in value else []
    )
    places += [(("actions", action), row, action) for action, row in value["actions"].items()]
    wrong = []
    for path, row, action in places:
        try:
            check_row(document, path, row, action)
        except Mistake as error:
            wrong.append(error)
    if wrong:
        raise Mistake.of(wrong, LISTED)
    return Mapped(file, value.get("headers", {}), value["actions"])


def build(mapped: Mapped, call: Call, token: str) -> HttpCall | Answer:
    """The vendor's own request for `call`, or at once the answer when the file has none to send. Never raises."""
    row = mapped.rows.get(call.action)
    if row is None:
        return Answer("not_offered", http_status=501)
    roots = {**call.body(), "action": call.action, "token": token}
    try:
        if "fixed" in row:
            return _fixed(call, row["fixed"], roots)
        headers = _texts({**mapped.headers, **row.get("headers", {})}, roots)
        headers = {name: _one_line(item) for name, item in headers.items()}
        body = b""
        if "body" in row:
            headers.setdefault("Content-Type", "application/json; charset=utf-8")
            body = _body(row["body"], roots)
        return HttpCall(row.get("method", "POST"), _path(row, roots), headers, body)
    except (ValueError, TypeError, RecursionError) as error:
        return broken(Said("{}: {}", f"{mapped.file}: actions.{call.action}", error))


def read(mapped: Mapped, call: Call, reply: HttpReply) -> Answer:
    """The answer in the vendor's own reply. Never raises: what cannot be taken is an `error`."""
    row = mapped.rows.get(call.action)
    if row is None or "fixed" in row:
        return Answer("not_offered", http_status=501)
    try:
        value = read_reply(reply.body)
    except ValueError:
        return broken(Said("HTTP {} 的应答不是 UTF-8 的 JSON, 映射文件无从取值", reply.status), reply.status)
    place = f"{mapped.file}: actions.{call.action}"
    try:
        return _read(place, row, call, reply.status, value)
    except Exception as error:  # the boundary to the JSONPath library, which meets whatever the vendor sends
        return broken(Said("{}: {}", place, error), reply.status)


def _read(place: str, row: Mapping[str, Any], call: Call, http_status: int, value: Any) -> Answer:
    roots = {**call.body(), "action": call.action}
    state = take(row["state"], value, roots) if "state" in row else _PLAIN_STATE.get(http_status, ABSENT)
    if state not in _STATUS:
        return broken(Said("{}: {} (HTTP {})", f"{place}.state", _seen(state), http_status), http_status)
    status = _STATUS[state]
    if state == "refused":
        declared = take(row["status"], value, roots) if "status" in row else http_status
        if declared in _REFUSALS:
            status = declared
        elif "status" in row:
            return broken(
                Said("{}: {} (HTTP {})", f"{place}.status", _seen(declared), http_status), http_status
            )
    answer: dict[str, Any] = {"state": state}
    names = ("code", "message", "patient_message", "patient_state")
    answer |= takes({name: row[name] for name in names if name in row}, value, roots)
    answer |= {name: takes(row[name], value, roots) for name in ("result", "refs") if name in row}
    if state == "refused":
        answer.setdefault("code", "OTHER")
    return read_answer(call.action, status, answer)


def _fixed(call: Call, row: Mapping[str, Any], roots: Mapping[str, Any]) -> Answer:
    answer = {"state": row["state"], "result": takes(row.get("result", {}), {}, roots)}
    for name in ("code", "message"):
        if name in row:
            answer[name] = row[name]
    if row["state"] == "refused":
        answer.setdefault("code", "OTHER")
    return read_answer(call.action, row.get("status", _STATUS[row["state"]]), answer)


def _path(row: Mapping[str, Any], roots: Mapping[str, Any]) -> str:
    missing = next((hit[0] for hit in PLACE.finditer(row["path"]) if reach(roots, hit[1]) is ABSENT), "")
    if missing:
        raise UnfitError(Said("path 需要 {}, 这次调用没有它; 可以省略的值写进 query 或 body", missing))
    path: str = PLACE.sub(lambda hit: quote(as_text(reach(roots, hit[1])), safe=""), row["path"])
    query = _texts(row.get("query", {}), roots)
    if query:
        path += ("&" if "?" in path else "?") + urlencode(query)
    return path


def _texts(templates: Mapping[str, Any], roots: Mapping[str, Any]) -> dict[str, str]:
    filled = {name: fill(item, roots) for name, item in templates.items()}
    return {name: as_text(item) for name, item in filled.items() if item is not ABSENT}


def _body(template: Any, roots: Mapping[str, Any]) -> bytes:
    filled = fill(template, roots)
    if filled is ABSENT:
        filled = {} if isinstance(template, Mapping) else None
    return jsontext.dumps(exact(filled)).encode("utf-8", "replace")


def _one_line(text: str) -> str:
    return re.sub(r"[\r\n\x00]", " ", text)


def _seen(value: Any) -> Said:
    return Said("取不到") if value is ABSENT else Said("得到 {}", as_text(value)[:60])
