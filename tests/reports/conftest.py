from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from reports import load


def _module():
    spec = importlib.util.spec_from_file_location("sample_run", Path(__file__).with_name("sample_run.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def sample_run():
    return _module()


@pytest.fixture(scope="session")
def run_dir(sample_run, tmp_path_factory):
    return sample_run.write(tmp_path_factory.mktemp("runs") / "20261122-150000")


@pytest.fixture(scope="session")
def report(run_dir):
    return load(run_dir)
