"""Whatever a record tells people stands there as text and as template and arguments; on the wire goes the text alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import locales
from simulator.protocol.crypto.keys import private_key_from_seed
from simulator.protocol.text.said import Said, chinese, said_in

SENTENCES = ("note", "why", "reason", "message", "error", "about")


def told(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any], str]]:
    """(where, holder, member) of every Chinese sentence of a record; its view is what the wire said."""
    if isinstance(node, list):
        for one in node:
            yield from told(one, path)
    elif isinstance(node, dict):
        for name, member in node.items():
            if name in SENTENCES and isinstance(member, str) and chinese(member):
                yield f"{path}.{name}", node, name
            elif name != "view" and not name.endswith("_said"):
                yield from told(member, f"{path}.{name}")


def templates(sentence: Said) -> Iterator[str]:
    """Of it and of the sentences in it; plain arguments (an example, a name) are values."""
    yield sentence.template
    for one in sentence.arguments:
        if isinstance(one, Said):
            yield from templates(one)


def test_every_sentence_of_a_run_has_its_english_and_the_wire_has_none_of_it(play):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        person = await lab.person(run, vendor)
        await vendor.enrol(person)
        given, _ = await vendor.pay(person)
        asked = vendor.query(person, given)
        refused = [
            await vendor.centre("6201", {**vendor.upload(person), "medfeeSumamt": "1"}),
            await vendor.centre("6201", {"idNo": person.id_no}),
            await vendor.centre("6301", {**asked, "payOrdId": "ORD0"}),
            await vendor.centre("6301", asked, signer=private_key_from_seed(b"nobody")),
            await vendor.centre("6401", {**asked, "payToken": "x"}),
            await vendor.fsi("1101", {"mdtrt_cert_type": "09", "mdtrt_cert_no": "x"}),
        ]
        await person.act("notices", {"kind": "repeat"})
        for answer in refused:
            assert not answer.ok
            assert b"_said" not in answer.body
            assert chinese(answer.message)
        records = await lab.records(run)
        outcomes = [record["outcome"] for record in records if record.get("outcome")]
        assert {answer.message for answer in refused} <= {one["message"] for one in outcomes}
        seen = set()
        for record in records:
            for place, holder, name in told(record):
                sentence = said_in(holder, name)
                assert str(sentence) == holder[name], (place, holder)
                assert isinstance(sentence, Said), (place, holder)
                assert [one for one in templates(sentence) if chinese(locales.lookup("en")(one))] == [], place
                seen.add(f"{record['kind']}{place}")
        assert {
            "message.facts.note",
            "message.facts.d.errors.message",
            "message.outcome.message",
            "world.d.why",
        } <= seen

    play(main)
