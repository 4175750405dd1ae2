"""Makes the generator of the vectors and the oracles importable beside the tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package; the vector_* modules are ours alone
