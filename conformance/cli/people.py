"""`persons: {import: FILE}`: write the file of synthetic persons that the vendor loads before the run (contracts 2)."""

from __future__ import annotations

from pathlib import Path

from conformance import declared_persons
from conformance.declaration import Declaration
from conformance.mistake import Mistake
from conformance.runner import session
from simulator.protocol.text.said import Said


def completed(declaration: Declaration, file: Path) -> tuple[Declaration, Path | None]:
    """The declaration with its persons, and the file when it was written just now. Raises Mistake.

    A file that is there is never written again: the vendor has its persons on file.
    """
    wanted = declaration.persons
    if wanted.kind != "import" or wanted.listed:
        return declaration, None
    place = file.resolve().parent / wanted.file
    try:
        with place.open("x", encoding="utf-8", newline="") as out:
            out.write(declared_persons.write(_made_up(declaration.parallel), wanted.file))
    except OSError as error:
        text = Said("写不了 ({}), 换一个位置", error.strerror or error)
        raise Mistake(text, file=str(place), field="persons.import") from None
    return session.read_declaration(file), place


def loaded_first(declaration: Declaration, file: Path) -> Declaration:
    """Like `completed`, for a run: a vendor that is running already must load a new file before. Raises Mistake."""
    found, written = completed(declaration, file)
    if written is not None and not declaration.command:
        text = Said("已写 {} 名合成人员, 请导入被测系统, 然后再次运行", len(found.persons.listed))
        raise Mistake(text, file=found.persons.file, field="persons.import")
    return found


def _made_up(count: int) -> list[declared_persons.Person]:
    from simulator.shell.persons import new_identity

    taken: set[str] = set()
    rows: list[declared_persons.Person] = []
    for _ in range(count):
        row = new_identity(lambda number: number in taken)
        taken.add(row["id_no"])
        rows.append(row)
    return rows
