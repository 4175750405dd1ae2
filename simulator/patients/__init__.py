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
        ("patient.confirm", acts.at_cashier),
        ("patient.cancel", acts.at_cashier),
        ("patient.wrong_password", acts.at_cashier),
        ("patient.walk_away", acts.at_cashier),
        ("patient.idle", acts.idle),
        ("patient.unbind", acts.unbind),
        ("patient.bind", acts.bind),
        ("patient.policy", acts.policy),
    ),
    told=(
        ("patient.plan", acts.plan),
        ("patient.found", acts.found),
        ("patient.code", codes.got_code),
    ),
    publishes=("credential", "policy"),
)
