"""`liantiao explain`: requests and answers, bodies and dumps, every cause in both languages, the first difference."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance import cli
from conformance.cli import explain_text, terminal
from simulator.protocol.crypto.ciphers import sm4_encrypt
from simulator.protocol.crypto.curve import N
from simulator.protocol.crypto.keys import (
    PrivateKey,
    parse_private_key,
    parse_public_key,
    private_key_from_seed,
)
from simulator.protocol.diagnosis.deviation import QUICK
from simulator.protocol.text.canonical import Style, write
from simulator.protocol.text.said import chinese
from simulator.protocol.wire import why_refused
from simulator.protocol.wire.capture import CaptureError, read_capture
from simulator.protocol.wire.envelope import ChannelKeys, seal_request
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.rawbytes import whole
from simulator.protocol.wire.why_refused import Keys, compare, masked
from simulator.shell.profiles import load_profile

VECTORS = Path(__file__).parents[2] / "simulator" / "protocol" / "wire" / "hostile_envelopes.json"
WriteKeys = Callable[..., str]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIANTIAO_LANG", raising=False)


@pytest.fixture
def explain(capsys: pytest.CaptureFixture[str], keys_file: WriteKeys) -> Callable[..., tuple[int, str]]:
    """Explain a body: the exit code and what was printed."""

    def run(body: bytes | str, *arguments: str, keys: bool = True) -> tuple[int, str]:
        Path("body").write_bytes(body.encode() if isinstance(body, str) else body)
        given = ["--keys", keys_file()] if keys else []
        code = cli.invoke(["explain", "body", *given, *arguments])
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return code, shown.out + shown.err

    return run


Explain = Callable[..., tuple[int, str]]


def machine(explain: Explain, body: bytes | str, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(explain(body, "--json", *arguments)[1])
    return found


def test_a_good_request_is_accepted(explain: Explain, sealed: Any) -> None:
    code, text = explain(sealed.request())
    assert code == 0
    assert text.startswith("报文: 请求, 由机构发出, ")
    assert "报文可以被接受" in text
    assert '"payOrdId": "ORD1"' in text
    assert "不符" not in text
    assert "http." not in text  # a bare body says nothing of HTTP


def test_a_good_answer_and_a_notice_are_told_by_the_key_that_verifies(explain: Explain, sealed: Any) -> None:
    answer = machine(explain, sealed.answer({"ordStas": "6"}))
    assert (answer["kind"], answer["sender"], answer["ok"]) == ("response", "platform", True)
    notice = machine(explain, sealed.request({"payOrdId": "ORD1", "callType": "PAY"}, sender=sealed.platform))
    assert (notice["kind"], notice["sender"], notice["ok"]) == ("request", "platform", True)


def test_a_request_under_the_key_of_the_platform_is_no_notice(explain: Explain, sealed: Any) -> None:
    for more in ((), ("--interface", "6301")):
        found = machine(
            explain, sealed.request({"payToken": "T", "idNo": "1"}, sender=sealed.platform), *more
        )
        assert (found["sender"], found["ok"]) == ("institution", False)
        assert found["reasons"][0]["cause"] == "own_key"
    answer = machine(explain, sealed.answer({"ordStas": "6"}, sender=sealed.institution))
    assert (answer["sender"], answer["reasons"][0]["cause"]) == ("platform", "own_key")


SORTED = "排序时忽略了大小写; 应按 ASCII 码区分大小写排序"


def test_a_wrong_signature_is_named_with_what_to_do(explain: Explain, sealed: Any) -> None:
    data = {"c": "0", "a": "1", "B": "2"}
    code, text = explain(sealed.request(data, sign=Style(order="nocase")))
    assert code == 1
    assert "被拒原因: 1 处" in text
    assert f"- sign.cause case_insensitive_sort: {SORTED}" in text
    assert "如何修改" in text
    assert "docs/codes/envelope.md#lt-sign-verify" in text
    assert "--my-text FILE" in text
    english = explain(sealed.request(data, sign=Style(order="nocase")), "--lang", "en")[1]
    assert "keys were sorted without regard to case" in english
    assert "docs/codes/envelope.md#lt-sign-verify" in english
    assert not chinese(english)
    two = explain(sealed.request(data, sign=Style(tail="none", spaces="after")))[1]
    assert "- sign.cause spaced_json + no_key_tail: " in two


@pytest.mark.parametrize(
    ("style", "cause"),
    [
        ({"sm4_key": b"a key of nobody!"}, "unknown"),
        ({"sm4_key": b"0" * 16}, "key_zero"),
        ({"sm4_key": b"0123456789ABCDEF"}, "app_id_direct"),
        ({"sm4_key": b"SECRET6789ABCDEF"}, "app_secret_direct"),
    ],
)
def test_a_wrong_sm4_key_is_named(explain: Explain, sealed: Any, style: dict[str, Any], cause: str) -> None:
    found = machine(explain, sealed.request(**style), "--text")
    assert {"fact": "enc.decrypt", "code": "LT-ENC-DECRYPT", "cause": cause} in found["reasons"]
    if cause == "unknown":
        assert found["sign_text"] is None
    else:  # what it holds is judged all the same: the signature is right
        assert found["sign_text"].endswith("&key=****")
        assert [fact["ok"] for fact in found["facts"] if fact["n"] == "sign.verify"] == [True]
        assert len(found["reasons"]) == 1
    shown = explain(sealed.request(**style), "--text")[1]
    assert ("写不出应签的原文" in shown) == (cause == "unknown")


@pytest.mark.parametrize(
    ("cause", "read"),
    [
        ("key_as_signed", lambda raw: int.from_bytes(raw, "big") - (1 << 256)),
        ("key_reversed", lambda raw: int.from_bytes(raw, "little")),
        ("key_cut", lambda raw: int.from_bytes(raw[1:], "big")),
        ("key_text", lambda raw: int.from_bytes(raw.hex().encode()[:32], "big")),
    ],
)
def test_a_private_key_that_was_read_wrongly_is_named(
    explain: Explain, sealed: Any, cause: str, read: Callable[[bytes], int]
) -> None:
    key = PrivateKey(read(sealed.institution.d.to_bytes(32, "big")) % N)
    found = machine(explain, sealed.request(signer=key))
    assert [one["cause"] for one in found["reasons"]] == [cause]


def test_the_raw_first_bytes_as_sm4_key_are_named(explain: Explain, sealed: Any) -> None:
    key = sm4_encrypt(sealed.app_id[:16].encode(), sealed.secret.encode())[:16]
    assert machine(explain, sealed.request(sm4_key=key))["reasons"][0]["cause"] == "key_raw"


def test_every_hostile_vector_reads_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    """All the malformed and wrongly sealed messages of the vectors: the same reason, in words that can be shown."""
    profile = load_profile().with_overrides({"envelope.canonical": "sdk"})
    for group in json.loads(VECTORS.read_text(encoding="utf-8"))["groups"]:
        sheet = group["keys"]
        sides = [parse_public_key(sheet[name]["public"]) for name in ("institution", "centre")]
        keys = Keys(sheet["appId"], sheet["appSecret"], *sides)
        for test in group["tests"]:
            given, wanted = test["input"], test["expected"]
            if "body_repeat" in given:
                continue  # megabytes: the limits have their own tests
            body = bytes.fromhex(given["body_hex"]) if "body_hex" in given else given["body"].encode()
            head = "".join(f"{name}: {value}\r\n" for name, value in given["headers"])
            dump = f"{given['method']} /org/local/api/hos/pay_order HTTP/1.1\r\n{head}\r\n".encode() + body
            found = why_refused.explain(read_capture(dump), keys, profile, sheet["now_ms"], budget=QUICK)
            if wanted.get("cause") == "own_key":
                assert found.sender == "platform"  # read as what it then is: a message of the other side
            else:
                assert [fact.name for fact in found.facts if not fact.ok][:1] == (
                    [wanted["bad"]] if wanted["bad"] else []
                ), test["comment"]
            for language in ("zh", "en"):
                terminal.choose_language(["--lang", language])
                explain_text.show(found, len(body), with_text=True)
                text = capsys.readouterr().out
                if language == "zh":
                    text.encode("cp936", "strict" if body.isascii() else "replace")
                else:
                    said = text.partition("the text to be signed")[0].partition("business data:")[0]
                    said = "\n".join(
                        one for one in said.split("\n") if not one.startswith(("  right:", "  signed:"))
                    )
                    assert not chinese(said), (test["comment"], said)
    terminal.choose_language([])


def test_a_dump_of_a_request_says_which_interface(explain: Explain, sealed: Any) -> None:
    body = sealed.request()
    head = f"POST /own/uldFeeInfo?x=1 HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n"
    found = machine(explain, head.encode() + body + b"\n")
    assert found["interface"] == "6201"
    assert {"fact": "http.json_type", "code": "LT-HTTP-TYPE", "cause": ""} in found["reasons"]
    assert any(one["fact"] == "schema" for one in found["reasons"])  # the fields of 6201 are not there
    assert "sign.verify" in [fact["n"] for fact in found["facts"] if fact["ok"]]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_dump_of_an_answer(explain: Explain, sealed: Any, chunked: bool) -> None:
    body = sealed.answer(None, "LT-ORDER-STATE", "订单状态不允许")
    sent = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n" if chunked else body
    more = "Transfer-Encoding: chunked\n" if chunked else ""
    code, text = explain(f"HTTP/1.1 200 OK\nContent-Type: application/json\n{more}\n".encode() + sent)
    assert code == 0, text
    assert "报文: 应答, 由平台发出" in text
    assert "应答是拒绝 LT-ORDER-STATE" in text
    english = explain(sealed.answer(None, "LT-ORDER-STATE", "订单状态不允许"), "--lang", "en")[1]
    assert "the answer is a refusal, LT-ORDER-STATE" in english
    assert not chinese(english)


def test_a_record_of_raw_is_unpacked(explain: Explain, sealed: Any) -> None:
    raw = RawMessage("POST", "/x", (("Content-Type", "application/json"),), sealed.request())
    record = {"salt": "00", "raw": base64.b64encode(whole(raw)).decode()}
    assert machine(explain, json.dumps(record))["ok"]


def test_a_bad_gateway_answer_is_a_fact(explain: Explain) -> None:
    found = machine(explain, "HTTP/1.1 502 Bad Gateway\n\n<html></html>")
    assert [one["fact"] for one in found["reasons"]] == ["http.status", "body.json"]


def test_an_old_capture(explain: Explain, sealed: Any) -> None:
    old = sealed.request(now_ms=1_767_229_200_000)
    assert [one["fact"] for one in machine(explain, old)["reasons"]] == ["env.time_window"]
    assert machine(explain, old, "--any-time")["ok"]


def test_a_secret_alone_gives_the_text_and_says_nothing_of_the_signature(
    explain: Explain, sealed: Any
) -> None:
    code, text = explain(sealed.request(), "--secret", sealed.secret, "--text", keys=False)
    assert code == 0
    assert "sign.verify" not in text
    assert f"appId={sealed.app_id}&data=" in text
    assert text.count(sealed.secret) == 0
    found = machine(explain, sealed.request(), "--secret", "0" * 32)
    assert found["reasons"][0]["fact"] == "enc.decrypt"


def test_a_public_key_alone_verifies(explain: Explain, sealed: Any) -> None:
    key = sealed.institution.public.text
    good = explain(sealed.request(), "--secret", sealed.secret, "--public-key", key, keys=False)
    assert "[通过] sign.verify" in good[1]
    other = private_key_from_seed(b"other").public.text
    assert explain(sealed.request(), "--secret", sealed.secret, "--public-key", other, keys=False)[0] == 1


def right_text(explain: Explain, body: bytes, secret: str) -> str:
    masked_text: str = machine(explain, body)["sign_text"]
    assert masked_text.endswith("&key=****")
    return masked_text.replace("****", secret)


def test_the_first_difference_of_ones_own_text(explain: Explain, sealed: Any) -> None:
    body = sealed.request()
    right = right_text(explain, body, sealed.secret)
    mine = right.replace('"cnt":"2"', '"cnt":2')
    at = right.index('"2"')
    Path("mine.txt").write_text(f"\ufeff{mine}\r\n", encoding="utf-8")
    text = explain(body, "--my-text", "mine.txt")[1]
    assert f"第 {at + 1} 个字符起不同" in text
    assert f'应为: {right[at - 20 : at]}["]' in text
    assert f"您的: {mine[at - 20 : at]}[2]" in text
    assert "不是对您这份原文做的" in text
    assert sealed.secret not in text
    found = machine(explain, body, "--my-text", "mine.txt")["difference"]
    assert (found["at"], found["in_secret"], found["signed"]) == (at, False, False)


def test_ones_own_text_that_was_really_signed_is_said_to_be(explain: Explain, sealed: Any) -> None:
    style = Style(quote_scalars=False)
    body = sealed.request(sign=style)
    envelope = {key: value for key, value in json.loads(body).items() if key not in ("encData", "signData")}
    Path("mine.txt").write_text(write(envelope, {**DATA, "cnt": 2}, sealed.secret, style), encoding="utf-8")
    text = explain(body, "--my-text", "mine.txt", "--lang", "en")[1]
    assert "the signature of the message was made over your text" in text
    assert "different from character" in text


def test_an_equal_text_points_at_the_key(explain: Explain, sealed: Any) -> None:
    stranger = private_key_from_seed(b"stranger")
    body = sealed.request(signer=stranger)
    Path("mine.txt").write_text(right_text(explain, body, sealed.secret), encoding="utf-8")
    text = explain(body, "--my-text", "mine.txt")[1]
    assert "完全一致: 问题在私钥" in text
    assert "不是对您这份原文做的" in text


@pytest.mark.parametrize("tail", ["****", "another secret", ""])
def test_a_difference_in_the_secret_shows_neither(explain: Explain, sealed: Any, tail: str) -> None:
    body = sealed.request()
    right = right_text(explain, body, sealed.secret)
    Path("mine.txt").write_text(right.removesuffix(sealed.secret) + tail, encoding="utf-8")
    text = explain(body, "--my-text", "mine.txt")[1]
    assert "到 &key= 为止一致" in text
    assert sealed.secret not in text
    assert not tail or tail not in text.replace("key=****", "")


def test_a_secret_without_its_name_is_masked_too() -> None:
    found = compare("a=1&key=TOPSECRET", "a=1TOPSECRET", "TOPSECRET")
    assert found.at == 3
    assert "TOPSECRET" not in found.mine + found.expected
    assert masked("no tail") == "no tail"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"POST / HTTP/1.1\nHost: h", "空行"),
        (b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1\na\nzz\n", "分块传输"),
    ],
)
def test_a_dump_that_is_none_is_a_mistake(content: bytes, line: str, explain: Explain) -> None:
    with pytest.raises(CaptureError, match=line):
        read_capture(content)
    code, text = explain(content)
    assert (code, "body: " in text) == (2, True)
    assert line in text


def test_mistakes_are_one_line_in_both_languages(explain: Explain, keys_file: WriteKeys, sealed: Any) -> None:
    body = sealed.request()
    Path("gbk.txt").write_bytes("汉字".encode("gbk"))
    for arguments, zh, en in (
        (["--my-text", "gone"], "gone: 读不到", "gone: cannot be read"),
        (["--my-text", "gbk.txt"], "gbk.txt: 不是 UTF-8 编码", "gbk.txt: not UTF-8"),
        (["--interface", "9999"], "--interface: 没有接口 9999", "--interface: there is no interface 9999"),
        (["--public-key", "zz"], "--public-key: SM2 公钥", "--public-key: the SM2 public key is neither"),
        (["--profile", "nowhere"], "nowhere: 没有这个地方版", "nowhere: no such profile"),
        (["--vendor", "body"], "appSecret: 缺少", "appSecret: missing"),
        (["--secret", "x", "--vendor", "body"], "platformPublicKey: 缺少", "platformPublicKey: missing"),
    ):
        assert explain(body, *arguments)[0] == 2
        assert zh in explain(body, *arguments)[1]
        text = explain(body, *arguments, "--lang", "en")[1]
        assert en in text
        assert not chinese(text)


DATA = {"payOrdId": "ORD1", "payToken": "T/1", "idNo": "", "orgCodg": "H50999900001", "cnt": 2}


STRANGER = private_key_from_seed(b"stranger")


def _written(name: str, **members: str) -> str:
    Path(name).write_text(json.dumps(members), encoding="utf-8")
    return name


def _under_another_secret(sealed: Any) -> bytes:
    keys = ChannelKeys(sealed.app_id, "C" * 32, sealed.institution, sealed.platform.public)
    return seal_request({"payOrdId": "1"}, keys, load_profile(), time.time_ns() // 1_000_000, b"entropy")


def test_keys_of_another_app_are_named_from_a_file(explain: Explain, sealed: Any) -> None:
    other = _written(
        "other.json", appId="B" * 32, appSecret="C" * 32, institutionPublicKey=STRANGER.public.text
    )
    body = sealed.request(sender=STRANGER)
    assert machine(explain, body)["reasons"][0]["cause"] == "unknown"
    assert machine(explain, body, "--other-keys", other)["reasons"][0]["cause"] == "wrong_key"
    swapped = _under_another_secret(sealed)
    found = machine(explain, swapped, "--other-keys", other)
    assert [one["cause"] for one in found["reasons"]] == ["foreign_secret", "secret_form"]
    assert "C" * 32 not in json.dumps(found["facts"])


def test_a_neighbour_in_the_same_folder_is_read_by_itself(explain: Explain, sealed: Any) -> None:
    _written("vendor-H2.json", appId="B" * 32, appSecret="C" * 32, institutionPublicKey=STRANGER.public.text)
    Path("vendor-H3.json").write_text("no block", encoding="utf-8")
    assert machine(explain, sealed.request(sender=STRANGER))["reasons"][0]["cause"] == "wrong_key"
    answer = json.loads(sealed.answer({"a": "1"}))
    assert machine(explain, json.dumps(answer))["ok"]
    del answer["appId"]  # older platforms leave it out: it is still opened with the right keys
    assert machine(explain, json.dumps(answer))["reasons"][0]["cause"] != "unknown"


def test_a_message_of_another_app_is_not_taken_for_ones_own(explain: Explain, sealed: Any) -> None:
    other = {
        "appId": sealed.app_id,
        "appSecret": sealed.secret,
        "institutionPublicKey": sealed.institution.public.text,
    }
    _written("other.json", **other)
    _written("own.json", appId="B" * 32, appSecret="C" * 32, institutionPublicKey=STRANGER.public.text)
    found = machine(explain, sealed.request(), "--other-keys", "other.json", "--keys", "own.json")
    assert [one["fact"] for one in found["reasons"]] == ["env.app_known"]


def test_the_keys_of_before_are_named(explain: Explain, sealed: Any) -> None:
    before = _written(
        "before.json", appId=sealed.app_id, appSecret="C" * 32, institutionPublicKey=STRANGER.public.text
    )
    found = machine(explain, sealed.request(sender=STRANGER), "--other-keys", before)
    assert found["reasons"][0]["cause"] == "previous_key"
    found = machine(explain, _under_another_secret(sealed), "--other-keys", before)
    assert [one["cause"] for one in found["reasons"]] == ["foreign_secret", "secret_form"]


def test_a_private_key_that_was_read_backwards_is_named(explain: Explain, sealed: Any) -> None:
    raw = sealed.institution.d.to_bytes(32, "little")
    wrong = parse_private_key(base64.b64encode(raw).decode())
    assert machine(explain, sealed.request(sender=wrong))["reasons"][0]["cause"] == "key_reversed"


@pytest.mark.parametrize(
    ("content", "says"),
    [("no json", "other.json: 不是 JSON"), ("{}", "other.json: appId: 缺少"), (None, "other.json: 读不到")],
)
def test_other_keys_that_are_none_are_a_mistake(
    content: str | None, says: str, explain: Explain, sealed: Any
) -> None:
    if content is not None:
        Path("other.json").write_text(content, encoding="utf-8")
    code, shown = explain(sealed.request(), "--other-keys", "other.json")
    assert code == 2
    assert says in shown
