"""The repository itself: no machine path, no registry host, no real person, no secret that is not synthetic."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from by_path import module_at

ROOT = Path(__file__).resolve().parent.parent
THIS = Path(__file__).name
BINARY = {
    ".png",
    ".docx",
    ".ico",
    ".woff2",
    ".mo",
}  # a .mo is compiled from the .po beside it, and compared with it by a test

FORBIDDEN = {
    "a path of one machine": re.compile(
        r"(?<![\w.])/(?:work|root|home/\w+)/(?=[\w.])|[A-Z]:\\\\?Users\\\\?\w"
    ),
    "a package registry host": re.compile(
        r"pypi\.org|pythonhosted\.org|registry\.npmjs|npmmirror|deb\.debian\.org|repo1?\.maven|/opt/pypi",
        re.IGNORECASE,
    ),
    "a PEM private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
}
# The identities of the sheet's test vectors are published documentation values and stay as they are.
PUBLISHED_IDS = {"110101190001011234"}
ID_NUMBER = re.compile(
    r"(?<![0-9A-Fa-f])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Fa-f])"
)
MOBILE = re.compile(r"(?<![\d.A-Fa-f])1[3-9]\d{9}(?![\d.A-Fa-f])")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def tracked() -> list[Path]:
    """Files git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True,
    ).stdout.splitlines()  # fmt: skip
    return [ROOT / name for name in listed if (ROOT / name).is_file() and Path(name).suffix not in BINARY]


def valid_check_digit(number: str) -> bool:
    """GB 11643: whether the last character fits."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17].upper()


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    found = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in tracked()
        if path.name != THIS
    }
    assert len(found) > 20
    return found


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_that_must_stay_out(what: str, texts: dict[str, str]) -> None:
    hits = [
        f"{name}: {match.group()}" for name, text in texts.items() for match in FORBIDDEN[what].finditer(text)
    ]
    assert not hits, f"{what}: {hits[:10]}"


def test_no_identity_number_that_a_living_person_could_have(texts: dict[str, str]) -> None:
    """A number with a valid check digit must carry an unassigned county code (…99 of a …99 city)."""
    hits = [
        f"{name}: {match.group()}"
        for name, text in texts.items()
        for match in ID_NUMBER.finditer(text)
        if match.group() not in PUBLISHED_IDS
        and valid_check_digit(match.group())
        and match.group()[2:6] != "9999"
    ]
    assert not hits, hits[:10]


def test_no_mobile_number_outside_the_synthetic_range(texts: dict[str, str]) -> None:
    """Synthetic phones are written 199000xxxxx; anything else that looks like one is a finding."""
    hits = [
        f"{name}: {match.group()}"
        for name, text in texts.items()
        for match in MOBILE.finditer(text)
        if not match.group().startswith("199000") and not name.endswith(("package-lock.json", ".svg"))
    ]
    assert not hits, hits[:10]


def test_the_scan_sees_what_it_looks_for() -> None:
    """The patterns above can fail: each finds its own example."""
    assert FORBIDDEN["a path of one machine"].search("see /" + "root/x.py")
    assert FORBIDDEN["a package registry host"].search("https://" + "pypi" + ".org/simple")
    assert ID_NUMBER.search("11010119900307" + "7774")
    digits = [last for last in "0123456789X" if valid_check_digit("11010119900307" + "777" + last)]
    assert digits == ["4"], "one digit of eleven fits"
    assert MOBILE.search("call 138" + "00138000 now")


def test_the_files_that_are_begun_first_are_there() -> None:
    longest = module_at(ROOT / "tests" / "conftest.py").LONGEST
    assert not [name for name in longest if not list((ROOT / "tests").rglob(name))]
