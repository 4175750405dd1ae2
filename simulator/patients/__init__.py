"""The virtual patient: what a person does on the phone, by control API, scenario or policy."""

from __future__ import annotations

from simulator.patients import acts, codes
from simulator.protocol.model.role import Role

ROLE = Role(
    "patients",
    events=(
        ("patient.authorise", codes.authorise),
        ("patient.refuse", codes.refuse),
        ("patient.show_code", codes.show_code),
        ("patient.confirm", acts.confirm),
        ("patient.cancel", acts.cancel),
        ("patient.wrong_password", acts.wrong_password),
        ("patient.walk_away", acts.walk_away),
        ("patient.idle", acts.idle),
        ("patient.unbind", acts.unbind),
        ("patient.bind", acts.bind),
        ("patient.policy", acts.policy),
    ),
)
