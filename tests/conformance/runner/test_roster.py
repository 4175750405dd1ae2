"""A person on file is in one scenario at a time."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from conformance.runner.roster import Roster

LISTED = tuple({"name": f"测试{number}", "id_no": f"{number}"} for number in range(3))


def test_nobody_is_in_two_scenarios_and_everybody_gets_a_turn() -> None:
    async def main() -> None:
        roster, present, used = Roster(LISTED), Counter[str](), Counter[str]()

        async def scenario(count: int) -> None:
            async with roster.taken(count) as mine:
                assert len(mine) == count
                present.update(row["id_no"] for row in mine)
                used.update(row["id_no"] for row in mine)
                assert max(present.values()) == 1
                await asyncio.sleep(0)
                present.subtract(row["id_no"] for row in mine)

        await asyncio.gather(*(scenario(1 + number % 3) for number in range(30)))
        assert sum(used.values()) == 60
        assert set(used) == {"0", "1", "2"}

    asyncio.run(asyncio.wait_for(main(), 10))


@pytest.mark.parametrize("count", [0, 4])
def test_no_persons_asked_for_or_more_than_there_are_take_nobody(count: int) -> None:
    async def main() -> None:
        roster = Roster(LISTED)
        async with roster.taken(count) as mine, roster.taken(3) as rest:
            assert (len(mine), len(rest)) == (0, 3)

    asyncio.run(main())


def test_a_scenario_that_breaks_gives_its_persons_back() -> None:
    async def main() -> None:
        roster = Roster(LISTED)
        with pytest.raises(ZeroDivisionError):
            async with roster.taken(3):
                raise ZeroDivisionError
        async with roster.taken(3) as mine:
            assert len(mine) == 3

    asyncio.run(asyncio.wait_for(main(), 10))
