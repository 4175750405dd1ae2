"""What an answer says of itself, in each wire form; what cannot be read says nothing."""

from __future__ import annotations

import pytest

from simulator.protocol.wire.outcome import (
    fsi_outcome,
    notice_outcome,
    portal_outcome,
    sealed_outcome,
)


@pytest.mark.parametrize(
    ("read", "body", "ok", "code", "message"),
    [
        (sealed_outcome, b'{"code":0,"success":true,"message":"m"}', True, "0", "m"),
        (sealed_outcome, b'{"code":"0"}', True, "0", ""),
        (sealed_outcome, b'{"code":"0","success":false}', False, "0", ""),
        (sealed_outcome, b'{"code":"LT-X","success":true,"message":"no"}', False, "LT-X", "no"),
        (fsi_outcome, b'{"infcode":0,"err_msg":""}', True, "0", ""),
        (fsi_outcome, b'{"infcode":"-1","err_msg":"no"}', False, "-1", "no"),
        (fsi_outcome, b'{"code":0}', False, "", ""),
        (portal_outcome, b'{"code":0,"message":"success"}', True, "0", "success"),
        (portal_outcome, b'{"code":-1,"message":"no"}', False, "-1", "no"),
        (portal_outcome, b'{"code":true}', False, "", ""),
    ],
)  # fmt: skip
def test_each_form_has_its_words(read, body, ok, code, message) -> None:
    assert read(body) == {"ok": ok, "code": code, "message": message}


@pytest.mark.parametrize("read", [sealed_outcome, fsi_outcome, portal_outcome])
@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"null", b'{"data":{"code":0}}'])
def test_what_cannot_be_read_says_nothing(read, body) -> None:
    assert read(body) == {"ok": False, "code": "", "message": ""}


def test_a_notice_is_answered_by_acceptance_and_in_its_own_words() -> None:
    assert notice_outcome(b"", True) == {"ok": True, "code": "", "message": ""}
    assert notice_outcome(b'{"code":1,"msg":"no"}', False) == {"ok": False, "code": "1", "message": "no"}
