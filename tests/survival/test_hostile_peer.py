"""Short forms of `hostile_peer.py`: fuzz, flood, slow callers, no descriptors, a full disk. Each prints its figures."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import aiohttp
import pytest
from evidence_writer import walked

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package

from hostile_peer import PATHS, Figures, flood, fuzz, limited, peer, posted, slow

pytestmark = pytest.mark.survival
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are set on POSIX only")


def chain_of(home: Path, run: str = "r1") -> int:
    """How many records the chain of a run holds; it must hold."""
    found = walked((home / "journals" / run / "evidence.jsonl").read_bytes().splitlines(keepends=True))
    assert found.problem == ""
    return found.heads["sim-1"].count


def test_fuzzed_messages_change_nothing_and_none_is_left_without_an_end(tmp_path: Path) -> None:
    figures = asyncio.run(fuzz(tmp_path / "h", 10, most=3_000))
    print(figures.line("fuzz"))
    assert figures.sent > 200
    assert figures.changed == 0
    assert not {"hang", "500", "503"} & figures.answers.keys()
    assert chain_of(tmp_path / "h") > 100


def test_a_flood_of_one_address_is_turned_away_and_others_are_answered(tmp_path: Path) -> None:
    figures = asyncio.run(flood(tmp_path / "h", 200, "--connections", "100", "--per-peer", "60"))
    print(figures.line("flood"))
    assert figures.answers["503"] >= 100
    assert figures.highest <= 60


def test_slow_callers_hold_up_nobody(tmp_path: Path) -> None:
    figures = asyncio.run(slow(tmp_path / "h", 100))
    print(figures.line("slow"))
    assert figures.answers == {"200": 20}
    assert figures.changed == 0


@POSIX
def test_without_descriptors_it_goes_on(tmp_path: Path) -> None:
    """More connections are allowed than descriptors are there: accepting fails, pauses and goes on."""
    figures = asyncio.run(
        flood(
            tmp_path / "h",
            200,
            "--connections",
            "10000",
            "--per-peer",
            "10000",
            wrapper=limited("RLIMIT_NOFILE", 90),
        )
    )
    print(figures.line("descriptors"))
    assert figures.sent >= 80
    log = b"".join(
        file.read_bytes() for file in (tmp_path / "h" / "journals" / "_simulator").rglob("*.jsonl")
    )
    assert log.count(b'"where":"accept"') <= 3, "told once a pause, where there was room to tell"


@POSIX
def test_a_file_that_may_not_grow_is_an_error_at_once_and_the_chain_holds(tmp_path: Path) -> None:
    """RLIMIT_FSIZE makes the writes of evidence and raw fall short, as a full disk does."""
    home, figures = tmp_path / "h", Figures()

    async def main() -> tuple[list[str], int]:
        async with (
            peer(home, wrapper=limited("RLIMIT_FSIZE", 60_000)) as one,
            aiohttp.ClientSession() as client,
        ):
            await one.prepared(client)
            codes = []
            for _ in range(60):
                async with client.post(one.base + PATHS[3], data=b'{"appId":"x"}') as answer:
                    told = json.loads(await answer.read())
                    assert answer.status == 200
                    codes.append(told["code"])
                    if told["code"] == "LT-INTERNAL":
                        assert "写不" in told["message"]
                        assert "内部错误" not in told["message"]
            await one.said(posted(PATHS[3], b"{}"), figures)
            assert one.process.returncode is None
            return codes, one.memory()

    codes, _ = asyncio.run(main())
    assert set(codes) == {"LT-HTTP-TYPE", "LT-INTERNAL"}
    assert codes.index("LT-INTERNAL") > 5
    assert chain_of(home) > 5


@POSIX
def test_killed_in_a_storm_it_continues_the_chain(tmp_path: Path) -> None:
    home, figures = tmp_path / "h", Figures()

    async def first() -> None:
        async with peer(home) as one, aiohttp.ClientSession() as client:
            await one.prepared(client)
            storm = [
                asyncio.ensure_future(one.said(posted(PATHS[3], b'{"appId":"x"}'), figures))
                for _ in range(200)
            ]
            await asyncio.wait(storm, return_when=asyncio.FIRST_COMPLETED)
            one.process.kill()
            await asyncio.gather(*storm)

    async def second() -> None:
        async with peer(home) as one, aiohttp.ClientSession() as client:
            await one.prepared(client)
            await one.said(posted(PATHS[3], b'{"appId":"x"}'), figures)

    asyncio.run(first())
    held = (home / "journals" / "r1" / "evidence.jsonl").read_bytes().count(b"\n")
    asyncio.run(second())
    assert chain_of(home) > held
