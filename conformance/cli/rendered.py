"""The reports of a run folder, written without spoiling what somebody has edited: a Word report is there to be filled in."""

from __future__ import annotations

from pathlib import Path

from conformance.evidence.values import child, text
from conformance.runner import manifest as manifests
from simulator.protocol.crypto.ciphers import sm3

RENDERED = "rendered"
"""Member of the manifest: the SM3 of each Word report as we wrote it, by its name."""


def edited(place: Path, lang: str) -> str:
    """The name of the Word report in this language if it is there and is not what we wrote; else empty."""
    from reports import report_file

    name = report_file(lang, "docx")
    path = place / name
    if not path.is_file():
        return ""
    known = text(child(manifests.read(place), RENDERED), name)
    return name if sm3(path.read_bytes()).hex() != known else ""


def render(place: Path, lang: str, *, overwrite: bool = False) -> dict[str, Path]:
    """Write the reports; an edited Word report stays unless `overwrite`. Returns what was written by kind.

    What was written is noted in the manifest before it is sealed. Raises reports.read.RunFolderError.
    """
    from reports import render_all

    leave = ("docx",) if not overwrite and edited(place, lang) else ()
    written = render_all(place, lang, leave)
    if "docx" in written:
        row = manifests.read(place)
        digest = sm3(written["docx"].read_bytes()).hex()
        row[RENDERED] = {**child(row, RENDERED), written["docx"].name: digest}
        manifests.write(place, row)
    return written
