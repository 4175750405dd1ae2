"""The reference hospital and the simulator as two processes: pay, be notified, refund, over real sockets."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest

LIMIT_S = 20.0


def post(url, body, headers, method="POST"):
    data = None if body is None else json.dumps(body).encode("utf-8")
    request = urllib.request.Request(
        url, data, {"Content-Type": "application/json", **headers}, method=method
    )
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            request, timeout=LIMIT_S
        ) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


@contextlib.contextmanager
def process(*arguments):
    child = subprocess.Popen(
        [sys.executable, "-m", *arguments], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        yield json.loads(child.stdout.readline())
    finally:
        child.terminate()
        child.wait(LIMIT_S)
        child.stdout.close()


class World:
    def __init__(self, sim):
        self.sim, self.run = sim, ""

    def control(self, method, path, body=None):
        status, answer = post(
            self.sim["base"] + path,
            body,
            {"X-Liantiao-Control": Path(self.sim["control_token_file"]).read_text("utf-8").strip()},
            method,
        )
        assert status < 300, (path, answer)
        return answer

    def person(self, block, flow, **spec):
        body = {"flow": flow, "institution": block["orgCodg"], "alias": "甲", "spec": spec}
        return self.control("POST", f"/control/runs/{self.run}/persons", body)

    def code(self, person):
        body = {"biz": "04107", "channel": "wechat", "decision": "agree"}
        path = f"/control/runs/{self.run}/persons/{person['person']}/authorise"
        return self.control("POST", path, body)["auth_code"]

    def act(self, ready, block, person, action, **args):
        names = ("name", "id_type", "id_no", "openid")
        body = {
            "run": self.run, "flow": person["flow"], "call_id": uuid.uuid4().hex, "args": args,
            "patient": {name: person[name] for name in names},
        }  # fmt: skip
        url = f"{ready['driver']}/liantiao/v1/actions/{action}"
        return post(url, body, {"X-Liantiao-Token": block["driverToken"]})[1]

    def until(self, ready, block, person, state):
        """Probe after every new record until the hospital says so."""
        limit, after = time.monotonic() + LIMIT_S, 0
        while time.monotonic() < limit:
            answer = self.act(ready, block, person, "order_state")
            if answer["result"].get("order_state") == state:
                return answer
            news = self.control("GET", f"/control/runs/{self.run}/records?after={after}&wait_ms=1000")
            after = news["next"]
        raise AssertionError(f"not {state} within {LIMIT_S} s: {answer}")

    def wait_for(self, flow, what, after_state):
        """The world record of this flow in which something came into a state."""
        limit, after = time.monotonic() + LIMIT_S, 0
        while time.monotonic() < limit:
            news = self.control("GET", f"/control/runs/{self.run}/records?after={after}&wait_ms=1000")
            for row in news["records"]:
                if (row["flow"], row.get("what")) == (flow, what) and row["d"]["after"] == after_state:
                    return row
            after = news["next"]
        raise AssertionError(f"no {what} {after_state} of {flow} within {LIMIT_S} s")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    with process("simulator", "--port", "0", "--home", str(home)) as sim:
        yield World(sim)


def hospital(world, tmp_path, *options):
    code = f"H5099{uuid.uuid4().int % 10**8:08d}"[:12]
    block = world.control("POST", "/control/institutions", {"code": code})
    file = tmp_path / "block.json"
    file.write_text(json.dumps(block), encoding="utf-8")
    return block, process("conformance.reference", "--config", str(file), *options)


@pytest.mark.golden
@pytest.mark.parametrize("variant", ["", "timestamps_number", "wire_order", "polling_only"])
def test_pay_and_refund_over_real_sockets(world, tmp_path, variant):
    block, started = hospital(world, tmp_path, *(["--variant", variant] if variant else []))
    with started as ready:
        world.control(
            "PUT", f"/control/institutions/{block['orgCodg']}/endpoints", {"notify_6302": ready["notify"]}
        )
        world.run = f"r{uuid.uuid4().hex[:8]}"
        world.control("POST", "/control/runs", {"run": world.run, "institutions": [block["orgCodg"]]})
        person = world.person(block, "pay/whole", balance=1000, ratio=50)
        person["flow"] = "pay/whole"

        def act(action, **args):
            return world.act(ready, block, person, action, **args)

        bill = act("prescribe", items=[{"code": "A001", "name": "药", "cnt": "2", "price_text": "30.05"}])[
            "result"
        ]
        pay = {"bill_ids": [bill["bill_id"]], "mode": "B1", "channel": "wechat"}
        answer = act("pay", **pay, auth_code=world.code(person))
        assert (answer["state"], answer["patient_state"]) == ("accepted", "pending")
        paid = world.until(ready, block, person, "paid")
        assert paid["result"]["booked_count"] == 1
        assert paid["result"]["amounts"] == {
            "total": 6010,
            "cash": 2005,
            "account": 1000,
            "fund": 3005,
            "other": 0,
        }
        refund = act("refund_bill", bill_id=bill["bill_id"], auth_code=world.code(person))
        assert (refund["state"], refund["result"]) == ("done", {"refund_state": "success", "amount": 6010})
        state = world.control("GET", f"/control/runs/{world.run}/persons/{person['person']}")
        assert [order["ordStas"] for order in state["orders"]] == ["7"]
        records = world.control("GET", f"/control/runs/{world.run}/records?after=0&limit=1000")["records"]
        told = [row for row in records if row.get("interface") == "6302"]
        assert bool(told) == (variant != "polling_only")
        wrong = [(row["seq"], fact) for row in records for fact in row.get("facts", ()) if not fact["ok"]]
        assert not wrong
        status, _ = post(
            f"{ready['driver']}/liantiao/v1/actions/hospital_info", {}, {"X-Liantiao-Token": "no"}
        )
        assert status == 401


def test_a_registration_that_is_over_closes_its_visit_at_the_simulator(world, tmp_path):
    block, started = hospital(world, tmp_path)
    with started as ready:
        world.run = f"r{uuid.uuid4().hex[:8]}"
        world.control("POST", "/control/runs", {"run": world.run, "institutions": [block["orgCodg"]]})
        for flow, over in (("register/cancelled", "cancel"), ("register/refunded", "refund_registration")):
            confirm = "never" if over == "cancel" else "auto"
            person = world.person(block, flow, insured_region="509900", policy={"confirm": confirm})
            person["flow"] = flow
            row = world.act(ready, block, person, "register_today", doctor_id="DR01")["result"]
            pay = {"bill_ids": [row["bill_id"]], "mode": "B1", "channel": "wechat"}
            world.act(ready, block, person, "pay", **pay, auth_code=world.code(person))
            if over == "cancel":
                ended = world.act(ready, block, person, over, registration_id=row["registration_id"])
            else:
                world.until(ready, block, person, "paid")
                args = {"registration_id": row["registration_id"], "auth_code": world.code(person)}
                ended = world.act(ready, block, person, over, **args)
            assert ended["state"] == "done", ended
            closed = world.wait_for(flow, "visit", "cancelled")
            assert closed["d"]["before"] == "open"
