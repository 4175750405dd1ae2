"""Every runtime dependency must install on Windows and macOS without a compiler (wheels checked, not run)."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PLATFORMS = {
    "windows": ("win_amd64",),
    "macos": ("macosx_11_0_arm64", "macosx_14_0_arm64"),
    "linux": (
        "manylinux_2_28_x86_64",
        "manylinux_2_17_x86_64",
        "manylinux2014_x86_64",
        "manylinux_2_5_x86_64",
    ),
}


@pytest.mark.wheels
@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_runtime_dependency_has_a_wheel(platform: str, tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["fast"]]
    if platform == "windows":
        wanted = [name for name in wanted if "win32" not in name]
    report = tmp_path / "report.json"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--dry-run"]
    done = subprocess.run(
        [
            *pip, "--ignore-installed", "--only-binary=:all:",
            *(word for tag in PLATFORMS[platform] for word in ("--platform", tag)),
            "--python-version", "3.11", "--target", str(tmp_path / "target"), "--report", str(report),
            "-c", str(ROOT / "constraints.txt"), *wanted,
        ],
        capture_output=True, text=True, encoding="utf-8", timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{platform}: {done.stderr[-600:]}"
    chosen = json.loads(report.read_text(encoding="utf-8"))["install"]
    assert len(chosen) >= len(wanted)
    for item in chosen:
        assert item["download_info"]["url"].endswith(".whl"), item["metadata"]["name"]
