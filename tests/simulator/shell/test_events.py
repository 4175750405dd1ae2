"""The stream of what happens: who may read it, what comes, what a window that fell behind is told."""

from __future__ import annotations

import asyncio
import json

import pytest

from simulator.control import events_api
from simulator.shell import feed as feed_module


class Reader:
    """Reads server-sent events from a response."""

    def __init__(self, got) -> None:
        self._got = got

    async def next(self) -> tuple[str, str, dict]:
        """(id, event, data) of the next event."""
        found: dict[str, str] = {}
        async with asyncio.timeout(10):
            while line := await self._got.content.readline():
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if not name and "data" in found:
                    return found["id"], found["event"], json.loads(found["data"])
                found[name] = value
        raise AssertionError("the stream has ended")

    async def until(self, wanted) -> dict:
        """The first record that `wanted` holds of."""
        while True:
            _, event, data = await self.next()
            if event == "record" and wanted(data):
                return data


def opened(lab, **query):
    headers = {"X-Liantiao-Control": lab.token}
    return lab.client.get(lab.base + "/control/events", headers=headers, params=query)


def test_records_of_all_runs_come_as_they_are_written(play):
    async def main(lab):
        vendor = await lab.vendor()
        await lab.run(vendor, "r1")
        async with opened(lab) as got:
            assert got.headers["Content-Type"].startswith("text/event-stream")
            reader = Reader(got)
            _, event, hello = await reader.next()
            assert (event, hello) == ("hello", {"oldest": 1, "newest": 1})
            begin = await reader.until(lambda one: one["run"] == "r1")
            assert (begin["what"], begin) == ("begin", (await lab.records("r1"))[0])
            await lab.run(vendor, "r2")
            assert (await reader.until(lambda one: one["run"] == "r2"))["what"] == "begin"
            await vendor.post("6201", b"{}")
            message = await reader.until(lambda one: one["kind"] == "message")
            assert (message["dir"], message["interface"]) == ("in", "6201")

    play(main)


def test_messages_that_belong_to_no_run_stand_in_the_log_of_the_simulator_and_can_be_read(play):
    async def main(lab):
        vendor = await lab.vendor()
        await lab.run(vendor, "r1")
        await lab.run(vendor, "r2")
        async with opened(lab, run="_simulator") as got:
            await vendor.post("6201", b'{"appId":"nobody"}')
            message = await Reader(got).until(lambda one: one["kind"] == "message")
        assert message["run"] == "_simulator"
        told = await lab.control("GET", "/control/runs/_simulator/records")
        assert message in told["records"]
        raw = await lab.control("GET", f"/control/runs/_simulator/raw/{message['seq']}")
        assert raw.keys() == {"salt", "raw"}
        for method, path, body in (
            ("DELETE", "/control/runs/_simulator", None),
            ("POST", "/control/runs/_simulator/reset", {}),
            ("POST", "/control/runs/_simulator/records", {"kind": "step"}),
        ):
            await lab.control(method, path, body, 404)

    play(main)


def test_a_reader_who_comes_back_goes_on_where_it_was(play):
    async def main(lab):
        vendor = await lab.vendor()
        await lab.run(vendor, "r1")
        async with opened(lab) as got:
            reader = Reader(got)
            await reader.next()
            place, _, first = await reader.next()
        await lab.run(vendor, "r2")
        async with opened(lab, after=place) as got:
            reader = Reader(got)
            await reader.next()
            _, _, second = await reader.next()
            assert (first["run"], second["run"]) == ("r1", "r2")
        for stale in ("00000000.1", "x", place + "9" * 30, place + "x"):
            async with opened(
                lab, after=stale
            ) as got:  # of another process, or nothing of ours: from the beginning
                reader = Reader(got)
                await reader.next()
                assert (await reader.next())[2] == first

    play(main)


def test_a_window_that_fell_behind_is_told_how_many_it_missed(play, monkeypatch):
    monkeypatch.setattr(feed_module, "FEED_RECORDS", 3)

    async def main(lab):
        vendor = await lab.vendor()
        await lab.run(vendor, "r1")
        async with opened(lab) as got:
            place = (await Reader(got).next())[0]
        assert place.endswith(".0")
        for number in range(5):
            await lab.control("POST", "/control/runs/r1/records", {"kind": "step", "what": str(number)})
        async with opened(lab, after=place) as got:
            reader = Reader(got)
            assert (await reader.next())[2] == {"oldest": 4, "newest": 6}
            assert (await reader.next())[1:] == ("missed", {"records": 3})
            assert [(await reader.next())[2]["what"] for _ in range(3)] == ["2", "3", "4"]

    play(main)


@pytest.mark.parametrize("most", [1, 60])
def test_lines_kept_are_bounded_in_bytes_too(monkeypatch, most):
    monkeypatch.setattr(feed_module, "FEED_BYTES", most)
    feed = feed_module.Feed()
    for _ in range(9):
        feed.hear("r1", b"x" * 20)
    assert [one.number for one in feed.after(0)] == ([9] if most == 1 else [7, 8, 9])
    assert (feed.oldest, feed.newest) == (feed.after(0)[0].number, 9)
    assert feed.after(8) == feed.after(0)[-1:]
    assert feed.after(9) == []


def test_windows_are_counted_and_one_that_was_left_makes_room(play, monkeypatch):
    monkeypatch.setattr(events_api, "WINDOWS", 1)
    monkeypatch.setattr(events_api, "WINDOW_LOOK_S", 0.01)

    async def main(lab):
        async with opened(lab) as got:
            await Reader(got).next()
            told = await lab.control("GET", "/control/events", status=503)
            assert "上限 1" in told["error"]
            told = await lab.control("GET", "/control/events", status=503, lang="en")
            assert "1 windows are open" in told["error"]
        async with asyncio.timeout(10):
            while True:
                async with opened(lab) as got:
                    if got.status == 200:
                        break

    play(main)


def test_an_open_window_does_not_keep_the_simulator_from_ending(tmp_path):
    import aiohttp

    from simulator.serving import running

    async def main():
        async with aiohttp.ClientSession() as client:
            async with running(tmp_path, port=0) as ready:
                headers = {"X-Liantiao-Control": ready.control_token}
                got = await client.get(ready.base + "/control/events", headers=headers)
                await got.content.readline()
            async with asyncio.timeout(10):
                assert await got.read() is not None

    async def bounded():
        async with asyncio.timeout(20):
            await main()

    asyncio.run(bounded())


def test_answers_and_refusals_are_said_in_the_language_that_is_asked_for(play):
    async def main(lab):
        vendor = await lab.vendor()
        await lab.run(vendor, "r1")
        await vendor.post("6201", b"{}")
        chinese, english = [
            next(
                one
                for one in (await lab.control("GET", "/control/runs/r1/records", lang=lang))["records"]
                if one["kind"] == "message" and one["dir"] == "in"
            )
            for lang in ("zh", "en")
        ]
        assert not chinese["note"].isascii()
        assert english["note"].isascii()
        told = await lab.control("GET", "/control/runs/none/records", status=404, lang="en")
        assert told["error"].isascii()
        await lab.control("GET", "/control/runs", status=400, lang="fr")

    play(main)


def test_a_reader_who_takes_nothing_is_given_up_and_makes_room(play, monkeypatch):
    from simulator.control import door

    monkeypatch.setattr(events_api, "WINDOWS", 1)
    monkeypatch.setattr(door, "WINDOW_STALLS_S", 0.05)

    async def main(lab):
        vendor = await lab.vendor()
        await lab.run(vendor, "r1")
        host, port = lab.base.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port), limit=1)  # asks and never reads
        ask = f"GET /control/events HTTP/1.1\r\nHost: {host}\r\nX-Liantiao-Control: {lab.token}\r\n\r\n"
        writer.write(ask.encode())
        await writer.drain()
        long = {"kind": "step", "what": "x", "d": {str(n): "y" * 1000 for n in range(500)}}
        async with asyncio.timeout(20):
            while True:
                await lab.control("POST", "/control/runs/r1/records", long)
                async with opened(lab) as got:
                    if got.status == 200:
                        break
        writer.close()

    play(main)
