from __future__ import annotations

from pathlib import Path

import pytest
from by_path import module_at

from reports import load


@pytest.fixture(scope="session")
def sample_run():
    return module_at(Path(__file__).with_name("sample_run.py"))


@pytest.fixture(scope="session")
def run_dir(sample_run, tmp_path_factory):
    return sample_run.write(tmp_path_factory.mktemp("runs") / "20261122-150000")


@pytest.fixture(scope="session")
def report(run_dir):
    return load(run_dir)
