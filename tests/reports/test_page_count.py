"""On which page what stands: blocks, what is held to them, table headers, and no page that is left half empty."""

from __future__ import annotations

import pytest

from reports.page_count import Block, PageCount
from reports.text_width import lines, width


def test_a_heading_goes_with_what_follows() -> None:
    pages, told = PageCount(100.0), []
    pages.put(Block(85.0, after=5.0))
    pages.hold(Block(8.0, told=told))
    pages.put(Block(10.0))
    assert (pages.page, told, pages.used) == (2, [2], 18.0)


def test_of_two_rooms_between_blocks_the_larger_counts() -> None:
    pages = PageCount(100.0)
    pages.put(Block(10.0, after=5.0))
    pages.put(Block(10.0, before=8.0, after=1.0))
    pages.put(Block(10.0, before=0.5))
    assert pages.used == 10 + 8 + 10 + 1 + 10


def test_a_table_header_stands_again_on_the_next_page() -> None:
    pages = PageCount(100.0)
    pages.hold(Block(10.0))
    for _ in range(10):
        pages.put(Block(20.0), again=10.0)
    assert (pages.page, pages.used) == (3, 50.0)


def test_what_is_higher_than_a_page_goes_on() -> None:
    pages = PageCount(100.0)
    pages.put(Block(250.0))
    assert (pages.page, pages.used) == (3, 50.0)


def test_a_fresh_page_and_another_size() -> None:
    pages = PageCount(100.0)
    pages.fresh()
    assert pages.page == 1, "an empty page is fresh"
    pages.put(Block(1.0))
    pages.fresh()
    pages.turn(50.0)
    assert (pages.page, pages.left) == (3, 50.0)


@pytest.mark.parametrize(
    ("text", "room", "wanted"),
    [
        ("", 10, 1),
        ("中文", 20, 1),
        ("中文中", 20, 2),
        ("中文，", 20, 2),
        ("中文\n中", 20, 2),
        ("ab cd", 15, 2),
        ("x" * 9, 20, 3),
    ],
)
def test_lines(text: str, room: float, wanted: int) -> None:
    assert lines(text, room, 10) == wanted


def test_a_mark_does_not_begin_a_line() -> None:
    assert lines("中中，中", 20, 10) == 3
    assert width("中，", 10) == 20
