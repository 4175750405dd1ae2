"""The control API: token, one line for each mistake, and what each call does."""

from __future__ import annotations

import asyncio
import base64
import json

import jsonschema
import pytest

from simulator.control import openapi, records_api
from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.text.idnumber import check_digit
from simulator.protocol.text.said import from_json
from simulator.protocol.wire.rawbytes import parsed

SOMEBODYS = "1101011990010100" + "1"
SOMEBODYS += check_digit(SOMEBODYS)  # well formed, in a district that exists
RUN, PERSON = "/control/runs/r1", "/control/runs/r1/persons/P1"

BAD = [
    ("POST", "/control/institutions", {"code": "x"}, 400, "code"),
    ("POST", "/control/institutions", {"region": "12"}, 400, "region"),
    ("POST", "/control/institutions", {"colour": "red"}, 400, "colour"),
    ("POST", "/control/institutions", [], 400, "(body)"),
    ("GET", "/control/institutions/H99999999999", None, 404, "institution"),
    ("PUT", "/control/institutions/{code}/endpoints", {}, 400, "notify_6302"),
    ("PUT", "/control/institutions/{code}/endpoints", {"notify_6302": "http://127.0.0.1:99999/x"}, 400, "65535"),
    ("PUT", "/control/institutions/{code}/endpoints", {"notify_6302": "http://u:p@127.0.0.1/x"}, 400, "notify_6302"),
    ("PUT", "/control/institutions/{code}/endpoints", {"notify_6302": "http://a..b/x"}, 400, "notify_6302"),
    ("POST", "/control/runs", {"run": "CON", "institutions": ["{code}"]}, 400, "Windows"),
    ("POST", "/control/runs", {"run": "lpt1.txt", "institutions": ["{code}"]}, 400, "run"),
    ("POST", "/control/runs", {"run": "a.", "institutions": ["{code}"]}, 400, "run"),
    ("POST", "/control/runs", {"run": "R1", "institutions": ["{code}"]}, 409, "run"),
    ("PUT", "/control/institutions/{code}/endpoints", {"notify_6302": "ftp://x"}, 400, "notify_6302"),
    ("PUT", "/control/institutions/{code}/endpoints", {"notify_6302": "nowhere"}, 400, "notify_6302"),
    ("PUT", "/control/institutions/H99999999999/endpoints", {"notify_6302": "none"}, 404, "institution"),
    ("PUT", "/control/institutions/{code}/triggers", {"amount_tails": "yes"}, 400, "amount_tails"),
    ("POST", "/control/runs", {}, 400, "institutions"),
    ("POST", "/control/runs", {"institutions": []}, 400, "institutions"),
    ("POST", "/control/runs", {"institutions": ["H99999999999"]}, 404, "institution"),
    ("POST", "/control/runs", {"institutions": ["{code}"], "run": "../../x"}, 400, "run"),
    ("POST", "/control/runs", {"institutions": ["{code}"], "run": "_simulator"}, 400, "run"),
    ("POST", "/control/runs", {"institutions": ["{code}"], "run": "r1"}, 409, "run"),
    ("POST", "/control/runs", {"institutions": ["{code}"], "profile": {"no.option": 1}}, 400, "profile.no.option"),
    ("POST", "/control/runs", {"institutions": ["{code}"], "profile": {"order.ttl_ms": "x"}}, 400, "profile.order"),
    ("DELETE", "/control/runs/nothing", None, 404, "run"),
    ("POST", RUN + "/persons", {"institution": "{code}"}, 400, "flow"),
    ("POST", RUN + "/persons", {"flow": "", "institution": "{code}"}, 400, "flow"),
    ("POST", RUN + "/persons", {"flow": "f", "institution": "H99999999999"}, 404, "institution"),
    ("POST", RUN + "/persons", {"flow": "f", "institution": "{other}"}, 400, "institution"),
    ("POST", RUN + "/persons", {"flow": "f", "institution": "{code}", "spec": {"ratio": 101}}, 400, "spec.ratio"),
    ("POST", RUN + "/persons", {"flow": "f", "institution": "{code}", "spec": {"x": 1}}, 400, "spec.x"),
    ("POST", RUN + "/persons", {"flow": "f", "institution": "{code}", "spec": {"balance": 1.5}}, 400, "spec.balance"),
    ("POST", RUN + "/persons", {"flow": "f", "institution": "{code}", "identity": {"name": "测试乙"}}, 400, "identity"),
    ("POST", RUN + "/persons", {"flow": "f", "institution": "{code}", "identity": {"name": "测试乙", "id_no": "号码"}}, 400,
     "identity.id_no"),
    ("POST", RUN + "/persons", {"flow": "f", "institution": "{code}",
                                "identity": {"name": "测试乙", "id_no": SOMEBODYS}}, 400, "identity.id_no"),
    ("GET", RUN + "/persons/P99", None, 404, "person"),
    ("POST", PERSON + "/authorise", {"biz": "1"}, 400, "biz"),
    ("POST", PERSON + "/authorise", {"decision": "maybe"}, 400, "decision"),
    ("POST", PERSON + "/do", {"do": "fly"}, 400, "do"),
    ("POST", PERSON + "/do", {"do": "confirm"}, 409, "person"),
    ("PUT", PERSON + "/policy", {"confirm": "perhaps"}, 400, "policy.confirm"),
    ("POST", PERSON + "/faults", {"name": "fire"}, 400, "name"),
    ("POST", PERSON + "/faults", {"name": "hold_response", "with": {"ms": 10**9}}, 400, "with.ms"),
    ("POST", PERSON + "/faults", {"name": "hold_response", "with": {"ms": True}}, 400, "with.ms"),
    ("POST", PERSON + "/faults", {"name": "hold_response", "with": {"s": 1}}, 400, "with.s"),
    ("POST", PERSON + "/faults", {"name": "unsigned", "times": -1}, 400, "times"),
    ("POST", PERSON + "/faults", {"name": "unsigned", "probability": 0}, 400, "probability"),
    ("POST", PERSON + "/faults", {"name": "unsigned", "interface": "1101"}, 400, "interface"),
    ("POST", RUN + "/faults", {"name": "wrong_key", "interface": "userQuery", "institution": "{code}"}, 400, "interface"),
    ("POST", PERSON + "/notices", {"kind": "repeat", "notice": "9999"}, 400, "notice"),
    ("PUT", RUN + "/institutions/{other}/endpoints", {"notify_6302": "none"}, 400, "institution"),
    ("POST", PERSON + "/replies", {}, 400, "interface"),
    ("POST", PERSON + "/replies", {"interface": "6202", "unset": "x"}, 400, "unset"),
    ("POST", PERSON + "/triggers", {"case": "MP-X"}, 400, "case"),
    ("POST", PERSON + "/advance", {"ms": -1}, 400, "ms"),
    ("POST", PERSON + "/advance", {"ms": 10**12}, 400, "ms"),
    ("POST", PERSON + "/advance", {"ms": "1"}, 400, "ms"),
    ("POST", PERSON + "/notices", {"kind": "love"}, 400, "kind"),
    ("POST", PERSON + "/notices", {"kind": "repeat", "times": 1000}, 400, "times"),
    ("POST", PERSON + "/notices", {"kind": "repeat"}, 409, "payOrdId"),
    ("POST", RUN + "/faults", {"name": "unsigned", "institution": "{other}"}, 400, "institution"),
    ("POST", RUN + "/records", {"kind": "message"}, 400, "kind"),
    ("POST", RUN + "/records", {"kind": "step", "hash": "x"}, 400, "hash"),
    ("GET", RUN + "/records?after=x", None, 400, "after"),
    ("GET", RUN + "/records?wait_ms=60000", None, 400, "wait_ms"),
    ("GET", RUN + "/records?after=-1", None, 400, "after"),
    ("GET", RUN + "/raw/1", None, 404, "seq"),
    ("GET", RUN + "/raw/999", None, 404, "seq"),
    ("GET", RUN + "/raw/0", None, 404, "seq"),
    ("GET", RUN + "/raw/x", None, 400, "seq"),
    ("GET", RUN + "/raw?after=x", None, 400, "after"),
    ("GET", RUN + "/raw?limit=1000000", None, 400, "limit"),
    ("GET", RUN + "/quiet?quiet_ms=soon", None, 400, "quiet_ms"),
    ("GET", "/control/nothing", None, 404, "path"),
    ("PATCH", "/control/runs", {}, 404, "path"),
]  # fmt: skip


async def set_up(lab):
    vendor, other = await lab.vendor(), await lab.vendor("H50999900077")
    run = await lab.run(vendor, "r1")
    await lab.person(run, vendor)
    return vendor, other


def test_each_mistake_is_one_line_with_its_field(play):
    async def main(lab):
        vendor, other = await set_up(lab)
        before = (await lab.control("GET", "/control/runs"))["runs"]
        for method, path, body, status, field in BAD:
            filled = json.loads(
                json.dumps(body).replace("{code}", vendor.code).replace("{other}", other.code)
            )
            told = await lab.control(
                method, path.replace("{code}", vendor.code).replace("{other}", other.code), filled, status
            )
            assert str(from_json(told.pop("error_said"))) == told["error"], (path, told)
            assert told.keys() <= {"error", "code"}, (path, told)
            assert field in told["error"], (path, told)
            assert "\n" not in told["error"]
        assert (await lab.control("GET", "/control/runs"))["runs"] == before

    play(main)


def test_no_token_no_control(play):
    async def main(lab):
        await set_up(lab)
        for route in openapi.ROUTES:
            path = route.path.format(code="H50999900001", run="r1", person="P1", seq="1", flow="x", name="a")
            for headers in (
                {},
                {"X-Liantiao-Control": "wrong"},
                {"X-Liantiao-Control": "错".encode().decode("latin-1")},
            ):
                async with lab.client.request(
                    route.method, lab.base + path, headers=headers, data=b"{"
                ) as got:
                    assert got.status == (200 if route.open else 401), path
                    assert lab.token not in await got.text()

    play(main)


@pytest.mark.parametrize("body", [b"{", b"\xff", b'"x"', b"null", b"[1]", b"NaN"])
def test_bodies_that_are_no_json_object(play, body):
    async def main(lab):
        headers = {"X-Liantiao-Control": lab.token}
        async with lab.client.post(lab.base + "/control/runs", data=body, headers=headers) as got:
            assert got.status == 400
            assert (await got.json())["error"].startswith("(body): ")

    play(main)


def test_the_document_is_openapi_and_every_operation_has_a_name(play):
    async def main(lab):
        value = await lab.control("GET", "/control/openapi.json")
        assert value["openapi"] == "3.1.0"
        operations = [one for methods in value["paths"].values() for one in methods.values()]
        assert len(operations) == len(openapi.ROUTES)
        assert len({one["operationId"] for one in operations}) == len(operations)
        for one in operations:
            if "requestBody" in one:
                jsonschema.Draft202012Validator.check_schema(
                    one["requestBody"]["content"]["application/json"]["schema"]
                )
            (content,) = one["responses"]["200"]["content"].values()
            jsonschema.Draft202012Validator.check_schema(content["schema"])
        assert (await lab.control("GET", "/health"))["status"] == "ok"

    play(main)


@pytest.mark.parametrize("route", openapi.ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_has_a_body_and_an_answer_as_example_that_fit_its_shapes(route):
    assert (route.asks is None) == (route.sample is None)
    if route.asks is not None:
        assert openapi.complaint(route, route.sample) == ""
    jsonschema.validate(route.example, dict(route.answer), jsonschema.Draft202012Validator)
    assert (json.dumps(route.example) + json.dumps(route.sample)).isascii()
    assert route.answer != {}


def test_catalogue_names_everything_a_scenario_can_use(play):
    async def main(lab):
        told = await lab.control("GET", "/control/catalogue")
        assert {"6201", "1101", "userQuery"} <= {one["number"] for one in told["interfaces"]}
        assert {"drop_response", "wrong_key"} <= {one["name"] for one in told["faults"]}
        assert "MP-FLT-02" in {one["case"] for one in told["triggers"]}
        assert "forged" in {one["kind"] for one in told["notices"]}
        assert told["profile"]["envelope.user_id"]["status"]

    play(main)


def test_records_of_the_runner_enter_the_chain_and_are_masked(play):
    async def main(lab):
        await set_up(lab)
        body = {
            "kind": "driver",
            "what": "call",
            "action": "pay",
            "call_id": "c1",
            "flow": "pay/one",
            "person": "P1",
            "d": {"action": "pay", "args": {"auth_code": "123456789012345678", "bill_ids": ["B1"]}},
        }
        seq = (await lab.control("POST", RUN + "/records", body))["seq"]
        answer = {"kind": "driver", "what": "answer", "link": seq, "flow": "pay/one", "d": {"state": "done"}}
        await lab.control("POST", RUN + "/records", answer)
        call, told = await lab.records("r1", seq - 1)
        assert (call["action"], call["call_id"], call["d"]["args"]["bill_ids"]) == ("pay", "c1", ["B1"])
        assert "123456789012345678" not in json.dumps(call)
        assert (told["link"], told["prev"]) == (seq, call["hash"])

    play(main)


def test_long_poll_ends_with_the_record(play):
    async def main(lab):
        await set_up(lab)
        last = (await lab.records("r1"))[-1]["seq"]
        waiting = asyncio.create_task(lab.control("GET", RUN + "/records", after=last, wait_ms=20_000))
        await lab.control("POST", RUN + "/records", {"kind": "step", "what": "x"})
        told = await waiting
        assert ([r["what"] for r in told["records"]], told["next"]) == (["x"], last + 1)
        assert (await lab.control("GET", RUN + "/records", after=last + 1)) == {
            "records": [],
            "next": last + 1,
        }
        assert len((await lab.control("GET", RUN + "/records", limit=1))["records"]) == 1

    play(main)


def test_raw_gives_the_bytes_that_the_commitment_is_of(play):
    async def main(lab):
        vendor, _ = await set_up(lab)
        await vendor.post("6201", b'{"not":"sealed"}')
        asked = next(r for r in await lab.records("r1") if r["kind"] == "message")
        told = await lab.control("GET", f"{RUN}/raw/{asked['seq']}")
        content = base64.b64decode(told["raw"])
        raw = parsed(content)
        assert (raw.method, raw.path, raw.body) == (
            "POST",
            vendor.block["paths"]["6201"],
            b'{"not":"sealed"}',
        )
        assert raw.header("content-type") == "application/json"
        assert sm3(bytes.fromhex(told["salt"]) + content).hex() == asked["c"]

    play(main)


def test_the_bodies_of_many_messages_come_in_one_answer(play):
    async def main(lab):
        vendor, _ = await set_up(lab)
        for body in (b'{"not":"sealed"}', b"{}"):
            await vendor.post("6201", body)
        messages = [r["seq"] for r in await lab.records("r1") if r["kind"] == "message"]
        last = (await lab.records("r1"))[-1]["seq"]
        told = await lab.control("GET", RUN + "/raw")
        assert ([one["seq"] for one in told["raw"]], told["next"]) == (messages, last)
        for one in told["raw"]:
            alone = await lab.control("GET", f"{RUN}/raw/{one['seq']}")
            assert one == {"seq": one["seq"], **alone}
        some = await lab.control("GET", RUN + "/raw", after=messages[0], limit=messages[1] - messages[0])
        assert ([one["seq"] for one in some["raw"]], some["next"]) == ([messages[1]], messages[1])

    play(main)


def test_an_answer_with_bodies_ends_after_the_message_that_goes_beyond_its_size(play, monkeypatch):
    async def main(lab):
        monkeypatch.setattr(records_api, "RAW_BYTES_AN_ANSWER", 1)
        vendor, _ = await set_up(lab)
        await vendor.post("6201", b"{}")
        messages = [r["seq"] for r in await lab.records("r1") if r["kind"] == "message"]
        first = await lab.control("GET", RUN + "/raw")
        second = await lab.control("GET", RUN + "/raw", after=first["next"])
        assert [one["seq"] for one in first["raw"] + second["raw"]] == messages[:2]

    play(main)


def test_a_closed_run_stays_readable_and_its_name_may_go_on(play):
    async def main(lab):
        vendor, _ = await set_up(lab)
        closed = await lab.control("DELETE", RUN)
        records = await lab.records("r1")
        assert (closed["records"], records[-1]["what"]) == (len(records), "end")
        await lab.control("POST", RUN + "/records", {"kind": "step"}, 404)
        await lab.control("GET", PERSON, status=404)
        await lab.run(vendor, "r1")
        more = await lab.records("r1")
        assert more[: len(records)] == records
        assert more[len(records)]["prev"] == records[-1]["hash"]

    play(main)


def test_reset_drops_persons_timers_and_scripts_but_not_the_journal(play):
    async def main(lab):
        vendor, _ = await set_up(lab)
        person = await lab.person("r1", vendor)
        await vendor.enrol(person)
        told = await lab.control("POST", RUN + "/reset", {})
        assert told == {"removed": {"persons": 2}}
        await lab.control("GET", PERSON, status=404)
        refused = await vendor.centre("6201", vendor.upload(person))
        assert refused.code == "LT-UNATTRIBUTED"
        assert [r["what"] for r in await lab.records("r1") if r["kind"] == "run"] == ["begin", "reset"]

    play(main)


def test_quiet_names_what_is_under_way(play):
    async def main(lab):
        vendor, _ = await set_up(lab)
        person = await lab.person("r1", vendor, "pay/two", policy={"delay_ms": 1500})
        nothing = await lab.control("GET", RUN + "/quiet", flow="pay/none")
        assert nothing == {"quiet": True, "open": [], "window_ms": 0, "last_seq": 0}
        await vendor.enrol(person)
        await vendor.pay(person)
        busy = await lab.control("GET", RUN + "/flows/pay%2Ftwo/quiet")
        assert not busy["quiet"]
        assert busy["open"] == ["timer patient.confirm"]
        await person.act("advance", {"ms": 10_000})
        await vendor.until_notices(1)
        done = await lab.control("GET", RUN + "/quiet", flow="pay/two", wait_ms=10_000, quiet_ms=30)
        assert done["quiet"]
        assert done["window_ms"] >= 30
        assert done["last_seq"] > busy["last_seq"]

    play(main)


def test_institution_identity_is_returned_unchanged(play):
    async def main(lab):
        first = await lab.control("POST", "/control/institutions", {"code": "H31000000001", "name": "甲"})
        again = await lab.control("POST", "/control/institutions", {"code": "H31000000001", "name": "乙"})
        assert first == again
        assert await lab.control("GET", "/control/institutions/H31000000001") == first
        assert (await lab.control("GET", "/control/institutions"))["institutions"] == ["H31000000001"]

    play(main)


def test_counts_have_limits(play, monkeypatch):
    from simulator.shell import open_runs, scripts, world

    monkeypatch.setattr(open_runs, "OPEN_RUNS", 1)
    monkeypatch.setattr(world, "PERSONS", 2)
    monkeypatch.setattr(open_runs, "CLOSED_RUNS", 1)
    monkeypatch.setattr(scripts, "SCRIPTS", 1)

    async def main(lab):
        vendor, _ = await set_up(lab)
        told = await lab.control("POST", "/control/runs", {"institutions": [vendor.code]}, 409)
        assert "上限 1" in told["error"]
        await lab.person("r1", vendor)
        told = await lab.control("POST", RUN + "/persons", {"flow": "f", "institution": vendor.code}, 409)
        assert "上限 2" in told["error"]
        await lab.control("POST", PERSON + "/faults", {"name": "unsigned"})
        for what, body in (("faults", {"name": "unsigned"}), ("replies", {"interface": "6201"})):
            told = await lab.control("POST", f"{PERSON}/{what}", body, 400)
            assert "上限 1" in told["error"]
        await lab.control("DELETE", RUN)
        await lab.run(vendor, "r2")
        await lab.control("DELETE", "/control/runs/r2")
        await lab.control("GET", RUN + "/records", status=404)
        await lab.control("GET", "/control/runs/r2/records")

    play(main)


def test_a_damaged_journal_is_not_continued(play, tmp_path):
    async def main(lab):
        vendor, _ = await set_up(lab)
        await lab.control("DELETE", RUN)
        path = tmp_path / "h" / "journals" / "r1" / "evidence.jsonl"
        path.write_bytes(path.read_bytes().replace(b"begin", b"bogus"))
        told = await lab.control("POST", "/control/runs", {"institutions": [vendor.code], "run": "r1"}, 409)
        assert "第 1 行" in told["error"]

    play(main, home=tmp_path / "h")


def test_a_torn_journal_is_repaired_and_told(play, tmp_path):
    async def main(lab):
        vendor, _ = await set_up(lab)
        await lab.control("DELETE", RUN)
        path = tmp_path / "h" / "journals" / "r1" / "evidence.jsonl"
        path.write_bytes(path.read_bytes()[:-9])
        await lab.run(vendor, "r1")
        repaired = next(r for r in await lab.records("r1") if r["what"] == "repaired")
        assert repaired["d"]["torn_bytes"] > 0

    play(main, home=tmp_path / "h")


def test_an_unknown_case_in_the_header_is_told(play):
    async def main(lab):
        vendor, _ = await set_up(lab)
        person = await lab.person("r1", vendor)
        await vendor.enrol(person)
        assert (await vendor.centre("6201", vendor.upload(person), {"X-Sim-Case": "MP-FLT-99"})).ok
        told = [r["d"] for r in await lab.records("r1") if r.get("what") == "trigger"]
        assert [d["case"] for d in told] == ["MP-FLT-99"]
        assert "没有" in told[0]["about"]

    play(main)


ON_FILE = {"name": "测试丙", "id_no": "509999199001010015", "openid": "o-on-file", "phone": "19900000007"}


def test_a_person_of_the_vendors_own_list_is_registered_as_given_and_keeps_one_psn_no(play):
    async def main(lab):
        vendor = await lab.vendor()
        await lab.run(vendor, "r1")

        first = await lab.person("r1", vendor, "pay/one", ON_FILE)
        assert {name: getattr(first, name) for name in ("name", "id_no", "openid")} == {
            name: ON_FILE[name] for name in ("name", "id_no", "openid")
        }
        await vendor.enrol(first)
        given, _ = await vendor.pay(first)
        second = await lab.person("r1", vendor, "pay/two", ON_FILE)
        await vendor.enrol(second)
        assert second.psn_no == first.psn_no
        uploaded = await vendor.centre("6201", vendor.upload(second))
        assert uploaded.ok
        asked = await vendor.centre("6301", vendor.query(first, given))
        assert asked.ok, "what names an earlier order stays with the earlier person"
        flows = [
            r["flow"] for r in await lab.records("r1") if r["kind"] == "message" and r["interface"] == "6301"
        ]
        assert set(flows) == {"pay/one"}
        assert len((await second.act("", {}, "GET"))["orders"]) == 1

    play(main)
