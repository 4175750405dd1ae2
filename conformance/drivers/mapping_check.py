"""What is wrong with one action of a mapping file, as a Mistake with file, line and field, before anything runs."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.drivers.call import PATIENT_STATES, actions, definitions
from conformance.drivers.takes import KINDS, compiled
from conformance.drivers.templates import CONVERSIONS, PLACE, UnfitError, is_list, is_value, whole
from conformance.yamltext import Document, Path
from simulator.protocol.text.said import Said

ROOTS = ("run", "flow", "call_id", "action", "institution", "patient", "args", "token")
_ANSWER = ("state", "status", "code", "message", "patient_message", "patient_state")
_CLOSE = 0.75


def check_row(document: Document, path: Path, row: Mapping[str, Any], action: str = "") -> None:
    """Raise a Mistake for the first thing in `row` that can never work. `action` is empty for the file itself."""
    if action:
        _check_action(document, path, row, action)
    for name in ("path", "headers", "query", "body"):
        for at, found in _templates(row.get(name), (*path, name)):
            _check_template(document, at, found, name, inside=_inside(document, at))
    for at, spec in _takes(row, path):
        _check_take(document, at, spec)
    for name, words in _words().items():
        for at, word in _outcomes(row.get(name), (*path, name)):
            if word not in words:
                shown = " | ".join(str(one) for one in words)
                raise document.mistake(at, Said("写成 {} 之一 (现在是 {})", shown, word))


def _check_action(document: Document, path: Path, row: Mapping[str, Any], action: str) -> None:
    if action not in actions():
        raise document.mistake(path, Said("合同里没有这个动作, 可用: {}", ", ".join(actions())))
    if "fixed" not in row and "path" not in row:
        raise document.mistake(
            (*path, "path"), Said("缺少, 写成厂商接口路径, 例如 /api/bills; 不调用厂商时改写 fixed")
        )


def _words() -> Mapping[str, tuple[Any, ...]]:
    """What may come out of the members of an answer that the contract lists."""
    return {
        "state": ("done", "accepted", "refused", "not_offered"),
        "status": (409, 422),
        "code": tuple(definitions()["code"]["enum"]),
        "patient_state": PATIENT_STATES,
    }


def _check_template(document: Document, at: Path, found: Any, name: str, *, inside: bool) -> None:
    if isinstance(found, str):
        for hit in PLACE.finditer(found):
            root = hit[1].split(".")[0]
            if root == "item" and not inside:
                raise document.mistake(at, Said("占位符 {{{}}} 只能用在列表模板的 item 里", hit[1]))
            if root not in (*ROOTS, "item"):
                raise document.mistake(at, Said("占位符 {{{}}} 要以 {} 之一开头", hit[1], ", ".join(ROOTS)))
    elif name == "body" and isinstance(found, Mapping):
        if is_value(found):
            _check_conversion(document, at, found)
        elif whole(found.get("from")):
            _check_near(document, at, found)
        if is_list(found) != bool(whole(found.get("each"))):
            raise document.mistake(
                at, Said('列表模板写成 {each: "{args.items}", item: 每一项}, 两个一起写, 没有别的键')
            )


def _check_near(document: Document, at: Path, found: Mapping[str, Any]) -> None:
    """An object with `from` is the vendor's own unless its other keys are misspelt ones of ours."""
    for key in sorted(set(found) - {"from", *CONVERSIONS}):
        near = difflib.get_close_matches(key, CONVERSIONS, n=1, cutoff=_CLOSE)
        if near:
            raise document.mistake((*at, key), Said("不认识的键, 是不是 {}?", near[0]))


_CHOICES = {"unit": ("fen", "yuan"), "as": ("string", "integer", "number", "boolean")}


def _check_conversion(document: Document, at: Path, found: Mapping[str, Any]) -> None:
    for name, words in _CHOICES.items():
        if name in found and found[name] not in words:
            raise document.mistake(
                (*at, name), Said("写成 {} 之一 (现在是 {})", " | ".join(words), found[name])
            )
    table = found.get("table", {})
    if not isinstance(table, Mapping) or any(isinstance(word, (dict, list)) for word in table.values()):
        raise document.mistake((*at, "table"), Said("写成对照表, 例如 {wechat: WX, alipay: ZFB}"))


def _check_take(document: Document, at: Path, spec: Any) -> None:
    paths = [(at, spec)] if isinstance(spec, str) else []
    if isinstance(spec, Mapping):
        given = [name for name in KINDS if name in spec]
        if len(given) != 1:
            raise document.mistake(at, Said("取值要写 {} 之中恰好一个", ", ".join(KINDS)))
        if ("each" in spec) != (len({"item", "value"} & set(spec)) == 1):
            raise document.mistake(at, Said("each 要和 item (每项是对象) 或 value (每项是单个值) 之一一起写"))
        paths = [((*at, name), spec[name]) for name in ("path", "each") if name in spec]
        if "from" in spec and whole(spec["from"]).split(".")[0] not in ROOTS:
            raise document.mistake(
                (*at, "from"), Said("占位符 {} 要以 {} 之一开头", spec["from"], ", ".join(ROOTS))
            )
    for place, text in paths:
        try:
            compiled(text)
        except UnfitError as error:
            raise document.mistake(place, Said("不是有效的 JSONPath ({})", error)) from None


def _templates(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Every text and every object of a template, with its place."""
    if isinstance(value, (str, Mapping)):
        yield path, value
    items: Any = value.items() if isinstance(value, Mapping) else ()
    for name, item in enumerate(value) if isinstance(value, list) else items:
        yield from _templates(item, (*path, name))


def _inside(document: Document, at: Path) -> bool:
    """Whether the place is in the `item` of a list template."""
    found, inside = document.value, False
    for part in at:
        inside = inside or (part == "item" and isinstance(found, Mapping) and is_list(found))
        found = found[part]
    return inside


def _takes(row: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, Any]]:
    """Every take of `row`, nested ones included."""

    def visit(spec: Any, at: Path) -> Iterator[tuple[Path, Any]]:
        yield at, spec
        if isinstance(spec, Mapping):
            for group in ("item", "object"):
                for name, inner in spec.get(group, {}).items():
                    yield from visit(inner, (*at, group, name))
            if "value" in spec:
                yield from visit(spec["value"], (*at, "value"))

    for name in _ANSWER:
        if name in row:
            yield from visit(row[name], (*path, name))
    fixed = row.get("fixed", {})
    for name, group, at in (("result", row, path), ("refs", row, path), ("result", fixed, (*path, "fixed"))):
        for key, spec in group.get(name, {}).items():
            yield from visit(spec, (*at, name, key))


def _outcomes(spec: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The values that a take can only give as they stand in the file."""
    if not isinstance(spec, Mapping):
        return
    for name in ("const", "otherwise"):
        if name in spec:
            yield (*path, name), spec[name]
    for key, word in spec.get("table", {}).items():
        yield (*path, "table", key), word
