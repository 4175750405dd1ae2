"""keys: what a province issued goes in, new keys come out, and no secret is shown unasked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance import cli
from conformance.cli.explain_keys import block_of, keys_of, with_others
from simulator.protocol.crypto.keys import private_key_from_seed

OWN, PLATFORM = private_key_from_seed(b"own"), private_key_from_seed(b"platform")
APP_ID, SECRET = "0123456789ABCDEF0123456789ABCDEF", "FEDCBA9876543210FEDCBA9876543210"
FORM = f"""\
渠道 appId：{APP_ID}
密钥：{SECRET}
渠道私钥：{OWN.text}
平台公钥：{PLATFORM.public.text}
机构渠道认证编码：CRTF1
机构编码：H31000000001
机构名称：测试医院
联系人：无
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIANTIAO_LANG", raising=False)
    Path("form.txt").write_text(FORM, encoding="utf-8")


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    assert cli.invoke(["keys", *arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_a_form_is_imported_and_the_platform_key_stays_ours(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.invoke(["keys", "import", "form.txt"]) == 0
    shown = capsys.readouterr().out
    block = json.loads(Path(".liantiao/vendor-H31000000001.json").read_text(encoding="utf-8"))
    assert {name: block[name] for name in ("appId", "appSecret", "institutionPrivateKey", "orgName", "region")} == {
        "appId": APP_ID, "appSecret": SECRET, "institutionPrivateKey": OWN.text, "orgName": "测试医院", "region": "310000",
    }  # fmt: skip
    assert block["orgChnlCrtfCodg"] == "CRTF1"
    assert block["platformPublicKey"] != PLATFORM.public.text
    assert "模拟器没有对方平台的私钥" in shown
    assert block["platformPublicKey"] in shown
    assert "没有用到的项: 联系人" in shown
    assert SECRET not in shown
    assert OWN.text not in shown
    row = told(capsys, "import", "form.txt")
    assert (row["institution"], row["platform_key_imported"]) == ("H31000000001", False)
    assert row["platform_public_key"] == block["platformPublicKey"]


def test_a_form_in_the_encoding_of_windows(capsys: pytest.CaptureFixture[str]) -> None:
    Path("form.txt").write_bytes(FORM.encode("gb18030"))
    assert told(capsys, "import", "form.txt")["app_id"] == APP_ID


def test_a_vendor_that_keeps_its_private_key(capsys: pytest.CaptureFixture[str]) -> None:
    text = FORM.replace(f"渠道私钥：{OWN.text}", f"渠道公钥：{OWN.public.text}")
    Path("form.txt").write_text(text, encoding="utf-8")
    assert told(capsys, "import", "form.txt")["private_key_known"] is False
    assert cli.invoke(["keys", "show"]) == 0
    assert "(在被测系统)" in capsys.readouterr().out


def test_production_is_refused_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("生产.txt").write_text(FORM, encoding="utf-8")
    assert cli.invoke(["keys", "import", "生产.txt"]) == 2
    line = "错误: 生产.txt: 文件名里有 生产: 生产参数一律不接受, 只导入测试环境的参数"
    assert capsys.readouterr().err.splitlines() == [line]
    assert told(capsys, "show")["institutions"] == []


def test_secrets_are_shown_only_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    cli.invoke(["keys", "import", "form.txt"])
    capsys.readouterr()
    row = told(capsys, "show")["institutions"][0]
    assert (row["appId"], row["appSecret"]) == (APP_ID, "FEDC… (32)")
    assert row["institutionPrivateKey"] == f"{OWN.text[:4]}… (44)"
    assert not {"base", "paths"} & set(row)
    cli.invoke(["keys", "show", "--code", "H31000000001"])
    assert "--reveal" in capsys.readouterr().out
    open_row = told(capsys, "show", "--reveal")["institutions"][0]
    assert (open_row["appSecret"], open_row["institutionPrivateKey"]) == (SECRET, OWN.text)


def test_rotated_keys_are_new_and_the_app_id_stays(capsys: pytest.CaptureFixture[str]) -> None:
    cli.invoke(["keys", "import", "form.txt"])
    capsys.readouterr()
    row = told(capsys, "rotate")
    assert (row["institution"], row["app_id"]) == ("H31000000001", APP_ID)
    fresh = told(capsys, "show", "--reveal")["institutions"][0]
    assert fresh["appSecret"] != SECRET
    assert fresh["institutionPrivateKey"] != OWN.text
    block = json.loads(Path(row["vendor_block"]).read_text(encoding="utf-8"))
    assert block["institutionPrivateKey"] == fresh["institutionPrivateKey"]
    assert cli.invoke(["keys", "rotate"]) == 0
    assert "运行中的 serve 在 2 秒内换用" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["import"], "keys import: import 写反馈单文件"),
        (["show", "x"], "keys show: import 写反馈单文件"),
        (["import", "gone.txt"], "gone.txt: 读不到"),
        (["rotate"], "--code: 写明一家机构: 还没有机构"),
        (["show", "--code", "H1"], ".liantiao: --code: 没有机构 H1, 有: 无"),
        (["import", "form.txt", "--code", "H32000000001"], "form.txt: 反馈单是机构 H31000000001 的"),
        (["import", "picture.bin"], "picture.bin: 不是文本文件"),
    ],
)
def test_a_mistake_is_one_line(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("picture.bin").write_bytes(b"\xff\xfe\xff\xff\x80")
    assert cli.invoke(["keys", *arguments]) == 2
    assert says in capsys.readouterr().err.splitlines()[0]


def test_one_app_id_belongs_to_one_institution(capsys: pytest.CaptureFixture[str]) -> None:
    cli.invoke(["keys", "import", "form.txt"])
    Path("form.txt").write_text(FORM.replace("H31000000001", "H32000000001"), encoding="utf-8")
    capsys.readouterr()
    assert cli.invoke(["keys", "import", "form.txt"]) == 2
    assert "已属于机构 H31000000001" in capsys.readouterr().err


def test_what_was_before_a_rotation_is_kept_beside_the_block(capsys: pytest.CaptureFixture[str]) -> None:
    cli.invoke(["keys", "import", "form.txt"])
    capsys.readouterr()
    block = Path(told(capsys, "rotate")["vendor_block"])
    kept = json.loads(
        (block.parent / f"previous-{block.stem.removeprefix('vendor-')}.json").read_text("utf-8")
    )
    assert kept["appSecret"] == SECRET
    assert kept["institutionPublicKey"] == OWN.public.text
    assert "institutionPrivateKey" not in kept
    assert keys_of(block_of(block), "", "", "").app_id == kept["appId"]
    found = with_others(keys_of(block_of(block), "", "", ""), block, ())
    assert [one.app_secret for one in found.previous] == [SECRET]
