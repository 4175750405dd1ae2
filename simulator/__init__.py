"""The simulated world: centre, e-credential service, institution interface, bank, patients."""

from __future__ import annotations

import os

GMPY2_ALLOWED = os.environ.get("LIANTIAO_NO_GMPY2", "") != "1"
"""False when the environment forbids the optional gmpy2. Read here so that the pure core reads no environment."""
