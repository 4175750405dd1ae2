"""One simulator a home: a lock of a living one holds, what a killed one left does not, a stranger is not asked twice."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from simulator.serving import running
from simulator.shell.home_lock import FILE, HomeHeldError, HomeLock, Listen, health, read_listen, write_listen


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Answering(BaseHTTPRequestHandler):
    """A process on a port that is no simulator of ours."""

    def do_GET(self):
        self.server.asked.append(dict(self.headers))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.says)

    def log_message(self, *_):
        pass


@pytest.fixture
def stranger():
    server = HTTPServer(("127.0.0.1", 0), Answering)
    server.asked, server.says = [], b"hello"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_second_simulator_of_a_home_is_refused_and_the_first_goes_on(tmp_path):
    async def work():
        port = free_port()
        async with running(tmp_path, port=port) as first:
            held = json.loads((tmp_path / FILE).read_text())
            assert held == {"pid": os.getpid(), "base": first.listen}
            with pytest.raises(HomeHeldError, match=f"127.0.0.1:{port}"):
                async with running(tmp_path, port=free_port()):
                    pass
            assert json.loads((tmp_path / FILE).read_text()) == held
            assert (await asyncio.to_thread(health, first.listen))["status"] == "ok"
        assert not (tmp_path / FILE).exists()

    asyncio.run(work())


@pytest.mark.parametrize("left", [
    b"", b"{", b"[]", b'{"pid": 1}', b'{"pid": "x", "base": 1}', b'{"pid": 1, "base": "http://127.0.0.1:1"}',
    b'{"pid": 1, "base": "nonsense"}', b'{"pid": 1, "base": "http://[::1"}',
])  # fmt: skip
def test_what_a_killed_one_left_is_taken_over(tmp_path, left):
    (tmp_path / FILE).write_bytes(left)
    lock = HomeLock(tmp_path)
    lock.take("http://127.0.0.1:2", "f")
    assert json.loads((tmp_path / FILE).read_text())["base"] == "http://127.0.0.1:2"
    lock.release()
    assert [path.name for path in tmp_path.iterdir()] == []


def test_a_killed_one_on_the_same_port_does_not_look_alive(tmp_path):
    """The port is the new one's by then: it must not take its own answer for that of the dead."""

    async def work():
        port = free_port()
        (tmp_path / FILE).write_text(json.dumps({"pid": 1, "base": f"http://127.0.0.1:{port}"}))
        async with running(tmp_path, port=port):
            assert json.loads((tmp_path / FILE).read_text())["pid"] == os.getpid()

    asyncio.run(work())


@pytest.mark.parametrize("says", [b"hello", b"[]", b'{"platform": "other", "pid": 1}'])
def test_a_stranger_on_the_port_of_a_dead_one_holds_nothing_and_learns_nothing(tmp_path, stranger, says):
    stranger.says = says
    (tmp_path / FILE).write_text(json.dumps({"pid": 1, "base": f"http://127.0.0.1:{stranger.server_port}"}))
    lock = HomeLock(tmp_path)
    lock.take("http://127.0.0.1:2", "f")
    lock.release()
    assert [name for heads in stranger.asked for name in heads if "liantiao" in name.lower()] == []


def test_a_free_port_takes_no_lock_and_a_state_of_its_own_goes_at_the_end(tmp_path):
    async def work():
        async with running(tmp_path, port=0, apart=True) as ready:
            assert not (tmp_path / FILE).exists()
            await ready.world.runs.open("r1", [ready.world.identities.ensure().code], {})
            assert not (tmp_path / "journals").exists()
            assert len(list((tmp_path / "apart").iterdir())) == 1
        assert list((tmp_path / "apart").iterdir()) == []

    asyncio.run(work())


def test_the_address_is_remembered(tmp_path):
    assert read_listen(tmp_path) == Listen("127.0.0.1", 18630)
    wanted = Listen("0.0.0.0", 19000, "http://sim.example")
    write_listen(tmp_path, wanted)
    assert read_listen(tmp_path) == wanted
    assert wanted.base == "http://127.0.0.1:19000"
    (tmp_path / "listen.json").write_text('{"host": 1, "port": 99999}')
    assert read_listen(tmp_path) == Listen()


def test_a_lease_that_is_not_renewed_ends(monkeypatch):
    from simulator.shell import attached

    now = [0.0]
    monkeypatch.setattr(attached, "monotonic", lambda: now[0])
    leases = attached.Attachments()
    assert leases.hold("a")
    assert leases.hold("b")
    leases.let_go("b")
    now[0] = attached.LEASE_S - 1
    assert leases.count() == 1
    assert leases.hold("a")
    now[0] += attached.RENEW_S
    assert leases.count() == 1
    now[0] += attached.LEASE_S
    assert leases.count() == 0
