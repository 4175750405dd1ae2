"""A module that is no package's: loaded by the path of its file. Tests are no package, so their helpers are not either."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType


def module_at(file: Path) -> ModuleType:
    """The module of `file`, loaded anew each time. It is known by a name of its own while it loads: dataclasses ask for it."""
    name = "at_" + "_".join(file.resolve().with_suffix("").parts[-3:])
    spec = spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
