"""Logs are read from where they stood when the run began: rotated, cut off, new, growing, in every usual encoding."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from conformance.runner.scanned_files import (
    FILE_BYTES,
    OVERLAP_BYTES,
    PIECE_BYTES,
    Standing,
    pieces,
    since,
    stand,
    tree,
)


@dataclass
class Seen:
    read: int = 0
    left_out: int = 0
    files: int = 0
    lines: int = 0


def text(standing, most_bytes: int = 1 << 30) -> str:
    return "".join(piece.text for piece in pieces(standing, most_bytes, Seen()))


def test_only_what_was_written_during_the_run_is_read(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("before\n", encoding="utf-8")
    at = stand(tmp_path, "app.log")
    assert text(since(tmp_path, "app.log", at)) == ""
    with log.open("a", encoding="utf-8") as file:
        file.write("during\n")
    assert text(since(tmp_path, "app.log", at)) == "during\n"


def test_a_log_that_appears_or_was_cut_off_is_read_from_its_beginning(tmp_path: Path) -> None:
    nothing = stand(tmp_path, "app.log")
    (tmp_path / "app.log").write_text("first\n", encoding="utf-8")
    assert text(since(tmp_path, "app.log", nothing)) == "first\n"
    at = stand(tmp_path, "app.log")
    (tmp_path / "app.log").write_text("new\n", encoding="utf-8")
    assert text(since(tmp_path, "app.log", at)) == "new\n"
    assert stand(tmp_path, "nowhere/app.log") == ()


def test_a_rotated_log_is_read_on_under_its_new_name(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("before\n", encoding="utf-8")
    at = stand(tmp_path, "app.log")
    with log.open("a", encoding="utf-8") as file:
        file.write("during\n")
    log.rename(tmp_path / "app.log.1")
    (tmp_path / "app.log.9").write_text("of another day\n", encoding="utf-8")
    log.write_text("afterwards\n", encoding="utf-8")
    assert text(since(tmp_path, "app.log", at)) == "afterwards\nduring\n"


def test_a_pattern_takes_files_that_come_later(tmp_path: Path) -> None:
    (tmp_path / "app-1.log").write_text("before\n", encoding="utf-8")
    at = stand(tmp_path, "app-*.log")
    (tmp_path / "app-2.log").write_text("today\n", encoding="utf-8")
    assert text(since(tmp_path, "app-*.log", at)) == "today\n"


def test_lines_are_read_in_the_encoding_they_have(tmp_path: Path) -> None:
    mixed, wide = tmp_path / "mixed.log", tmp_path / "wide.log"
    mixed.write_bytes("一 欧阳\n".encode() + "二 欧阳\n".encode("gb18030"))
    wide.write_bytes("三 欧阳\n".encode("utf-16"))
    assert text([Standing(mixed, "m")]) == "一 欧阳\n二 欧阳\n"
    assert text([Standing(wide, "w")]).lstrip("\ufeff") == "三 欧阳\n"


def test_a_long_line_is_cut_with_an_overlap_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(b"a\n" + b"x" * (PIECE_BYTES + OVERLAP_BYTES) + b"\nlast\n")
    found = list(pieces([Standing(log, "app.log")], 1 << 30, Seen()))
    where = next(piece for piece in found if "last" in piece.text)
    assert where.line + where.text[: where.text.index("last")].count("\n") == 3
    assert all(len(piece.text) <= PIECE_BYTES + 1 for piece in found)
    assert sum(len(piece.text) for piece in found) >= log.stat().st_size


def test_what_is_above_the_limit_is_left_out_and_counted(tmp_path: Path) -> None:
    (tmp_path / "one.log").write_bytes(b"x" * 100)
    (tmp_path / "two.log").write_bytes(b"y" * 100)
    seen = Seen()
    read = "".join(piece.text for piece in pieces(tree(tmp_path, "."), 150, seen))
    assert (len(read), seen.read, seen.left_out, seen.files) == (150, 150, 50, 2)


def test_a_tree_leaves_out_what_is_no_source(tmp_path: Path) -> None:
    for name in ("src/a.py", "node_modules/b.js", ".git/config", ".liantiao/identities.json"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    (tmp_path / "large.bin").write_bytes(b"x" * (FILE_BYTES + 1))
    (tmp_path / "image.png").write_bytes(b"\x89PNG\0\0secret")
    assert text(tree(tmp_path, ".")) == "src/a.py"
