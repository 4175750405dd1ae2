"""The declaration as a manifest keeps it: enough to judge a run again, without addresses and secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance import declared_persons
from conformance.declaration import Declaration, Driver


def remembered(row: Mapping[str, Any]) -> Declaration:
    """The declaration as the manifest keeps it (without addresses and secrets)."""
    kept, institution = row["declaration"], row["institution"]
    driver = kept["driver"]
    return Declaration(
        file=kept.get("file", ""),
        code=institution["code"],
        name=institution["name"],
        region=institution["region"],
        modes=tuple(kept["modes"]),
        channels=tuple(kept.get("channels", ())),
        services=tuple(kept["services"]),
        driver=Driver(driver["kind"], driver["level"], hooks=tuple(driver.get("hooks", ()))),
        notify_6302=(kept.get("endpoints") or {}).get("notify_6302", ""),
        persons=declared_persons.remembered(kept.get("persons")),
        quiet_ms=kept.get("quiet_ms", 3000),
        timers=kept.get("timers") or {},
        profile=kept.get("profile") or {},
        ruleset=kept.get("ruleset", 1),
        options=tuple(map(str, kept.get("options") or ())),
        deviations=tuple(kept.get("deviations") or ()),
        artefacts={k: v for k, v in (kept.get("artefacts") or {}).items() if k != "status"},
        report=kept.get("report") or {},
    )
