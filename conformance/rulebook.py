"""What judged a run: the version of liantiao and a digest over everything that a verdict depends on besides evidence."""

from __future__ import annotations

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from simulator.protocol.crypto.ciphers import sm3

PARTS = (("conformance", ("", "evidence", "requirements", "rules")), ("scenarios", ("",)))
"""Package and its folders whose files decide; "" of `conformance` are the modules of the judge itself."""
_SUFFIXES = (".py", ".yaml")


@cache
def digest() -> str:
    """SM3 (hex) over names and texts of the rules, the ledger, the scenarios and the judge; line ends do not count."""
    lines = []
    for package, folders in PARTS:
        for folder in folders:
            place = resources.files(package)
            lines += _files(place.joinpath(folder) if folder else place, package == "scenarios", package)
    return sm3("\n".join(sorted(lines)).encode()).hex()


def _files(place: Traversable, deep: bool, name: str) -> list[str]:
    found = []
    for one in place.iterdir():
        if one.is_dir() and deep and not one.name.startswith((".", "_")):
            found += _files(one, deep, f"{name}/{one.name}")
        elif one.is_file() and one.name.endswith(_SUFFIXES):
            content = one.read_bytes().replace(b"\r\n", b"\n")
            found.append(f"{name}/{one.name} {sm3(content).hex()}")
    return found
