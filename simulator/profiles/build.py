"""From a profile document (already read YAML) to a `Profile`; a mistake is one Chinese line with file and field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.profiles.option_schemas import misfit
from simulator.protocol.model.profile import STATUSES, Option, Profile
from simulator.protocol.text.said import Said
from simulator.protocol.text.unfit import Path, Unfit, dotted, sentence, several, unknown

BASE = "base"
_OPTION_MEMBERS = ("value", "about", "status", "source", "origin", "choices")
_OPTION_EXAMPLE = "order.ttl_ms: {value: 1800000, about: …, status: assumed, source: …}"
_TOP_BASE = ("schema", "name", "title", "about", "options")
_TOP_VARIANT = ("schema", "name", "title", "about", "extends", "set")


class ProfileError(ValueError):
    """A profile that cannot be used; the text is one line `file: field: what to write`."""


def _mistake(unfit: Unfit, file: str = "") -> ProfileError:
    place = dotted(unfit.path) or Said("(全文)")
    told = Said("{}: {}", place, sentence(unfit))
    return ProfileError(Said("{}: {}", file, told) if file else told)


def profile_from(document: Any, name: str, base: Profile | None = None) -> Profile:
    """The profile that `document` describes; `name` is its file name for messages.

    A document with `options` stands alone. One with `extends` needs `base`, the profile it names.
    Raises ProfileError.
    """
    if not isinstance(document, Mapping):
        raise _mistake(Unfit("type", "object", (), {"examples": ["schema: 1"]}, document), name)
    if document.get("schema") != 1:
        raise _mistake(Unfit("const", 1, ("schema",), {}, document.get("schema")), name)
    variant = "extends" in document
    _known(document, _TOP_VARIANT if variant else _TOP_BASE, (), name)
    title = document.get("name", name)
    if not isinstance(title, str) or not title:
        raise _mistake(Unfit("type", "string", ("name",), {"examples": ["dup-reject"]}, title), name)
    if not variant:
        return Profile(title, _options(document.get("options"), name))
    if base is None:
        raise ProfileError(Said("{}: extends: 找不到所依据的地方版 {}", name, repr(document["extends"])))
    changes = document.get("set")
    if not isinstance(changes, Mapping):
        raise _mistake(
            Unfit("type", "object", ("set",), {"examples": ["{order.duplicate: reject}"]}, changes), name
        )
    return Profile(title, base.options, {**base.overrides, **checked_overrides(changes, base, "set", name)})


def checked_overrides(
    changes: Mapping[str, Any], base: Profile, above: str = "profile", file: str = ""
) -> dict[str, Any]:
    """`changes` when every name is an option and every value has its kind. Raises ProfileError.

    `above` is the member that holds them, `file` the file that they stand in, for the message.
    """
    wrong = [found for option, value in changes.items() if (found := _unfit(option, value, base, above))]
    if wrong:
        told = several(wrong)
        raise ProfileError(Said("{}: {}", file, told) if file else told)
    return dict(changes)


def _unfit(option: str, value: Any, base: Profile, above: str) -> Unfit | None:
    """What is wrong with one option, if anything is."""
    known = base.options.get(option)
    if known is None:
        group = [one for one in base.options if one.split(".")[0] == str(option).split(".")[0]]
        return unknown((above, str(option)), group or base.options)
    wrong = misfit(option, value, known.value, known.choices)
    return replace(wrong, path=(above, option, *wrong.path)) if wrong else None


def _known(found: Mapping[Any, Any], names: tuple[str, ...], above: Path, file: str) -> None:
    for member in found:
        if member not in names:
            raise _mistake(unknown((*above, str(member)), names), file)


def _fits(option: str, value: Any, like: Any, choices: tuple[Any, ...], above: Path, file: str) -> None:
    wrong = misfit(option, value, like, choices)
    if wrong:
        raise _mistake(replace(wrong, path=(*above, *wrong.path)), file)


def _options(found: Any, file: str) -> dict[str, Option]:
    if not isinstance(found, Mapping) or not found:
        raise _mistake(Unfit("required", "options", ("options",), {"examples": [_OPTION_EXAMPLE]}), file)
    return {str(option): _option(entry, str(option), file) for option, entry in found.items()}


def _option(entry: Any, name: str, file: str) -> Option:
    above = ("options", name)
    if not isinstance(entry, Mapping):
        raise _mistake(Unfit("type", "object", above, {"examples": [_OPTION_EXAMPLE]}, entry), file)
    _known(entry, _OPTION_MEMBERS, above, file)
    if "value" not in entry:
        raise _mistake(Unfit("required", "value", (*above, "value")), file)
    for member in ("about", "source"):
        if not isinstance(entry.get(member), str) or not entry[member]:
            raise _mistake(Unfit("type", "string", (*above, member), {}, entry.get(member)), file)
    if entry.get("status") not in STATUSES:
        raise _mistake(Unfit("enum", STATUSES, (*above, "status"), {}, entry.get("status")), file)
    choices = entry.get("choices", ())
    if not isinstance(choices, (list, tuple)):
        raise _mistake(Unfit("type", "array", (*above, "choices"), {}, choices), file)
    _fits(name, entry["value"], entry["value"], tuple(choices), (*above, "value"), file)
    return Option(
        entry["value"],
        entry["about"],
        entry["status"],
        entry["source"],
        str(entry.get("origin", "")),
        tuple(choices),
    )
