"""`init --profile`: the account of a gateway, and the merchant of WeChat, are issued only where the profile asks (contracts 2)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance import cli

PROFILE = "schema: 1\nname: gate\nextends: base\ntitle: 网关\nset: {fsi.auth: x-tif}\n"


def block(folder: Path, *more: str) -> dict[str, object]:
    arguments = [
        "init",
        "--file",
        str(folder / "vendor.yaml"),
        "--home",
        str(folder / "home"),
        "--force",
        *more,
    ]
    assert cli.invoke(arguments) == 0
    found: dict[str, object] = json.loads(
        (folder / "home" / "vendor-H50999900001.json").read_text(encoding="utf-8")
    )
    return found


def test_a_profile_that_names_a_gateway_has_an_account_issued_once(tmp_path: Path) -> None:
    assert not any(name.startswith("gateway") for name in block(tmp_path))
    file = tmp_path / "gate.yaml"
    file.write_text(PROFILE, encoding="utf-8")
    first = block(tmp_path, "--profile", str(file))
    assert first["gatewayAuth"] == "x-tif"
    again = block(tmp_path)
    assert (again["gatewayAccount"], again["gatewaySecret"]) == (
        first["gatewayAccount"],
        first["gatewaySecret"],
    )


def test_a_profile_that_is_not_there_is_one_line_and_makes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "home"
    arguments = [
        "init",
        "--file",
        str(tmp_path / "vendor.yaml"),
        "--home",
        str(folder),
        "--profile",
        "nowhere",
    ]
    assert cli.invoke(arguments) == 2
    told = capsys.readouterr().err.strip()
    assert "nowhere" in told
    assert len(told.splitlines()) <= 2
    assert not folder.exists()
    assert not (tmp_path / "vendor.yaml").exists()


def test_new_keys_are_a_new_secret_for_the_gateway_too(tmp_path: Path) -> None:
    file = tmp_path / "gate.yaml"
    file.write_text(PROFILE, encoding="utf-8")
    before = block(tmp_path, "--profile", str(file))
    assert cli.invoke(["keys", "rotate", "--home", str(tmp_path / "home")]) == 0
    after = block(tmp_path)
    assert after["gatewayAccount"] == before["gatewayAccount"]
    assert after["gatewaySecret"] != before["gatewaySecret"]


def test_a_merchant_of_wechat_is_issued_by_the_shipped_profile_and_rotated(tmp_path: Path) -> None:
    assert not any(name.startswith("wx") for name in block(tmp_path))
    before = block(tmp_path, "--profile", "wechat")
    assert len([name for name in before if name.startswith("wx")]) == 9
    assert block(tmp_path) == before
    assert cli.invoke(["keys", "rotate", "--home", str(tmp_path / "home")]) == 0
    after = block(tmp_path)
    assert {name for name in before if name.startswith("wx") and after[name] != before[name]} == {
        "wxPrivateKey", "wxSerialNo", "wxApiV3Key",
    }  # fmt: skip
