"""医保电子凭证: authorisation code to payAuthNo (userQuery and its twin for mode A), code decode (1162)."""

from __future__ import annotations

from simulator.ecredential import decode, issue, state
from simulator.ecredential.decode import DECODE
from simulator.ecredential.transport import PLAIN, PORTAL
from simulator.ecredential.user_query import MODE_A, USER_QUERY
from simulator.protocol.model.role import Role

ROLE = Role(
    state.NAME,
    interfaces=(USER_QUERY, MODE_A, DECODE),
    transports=(PORTAL, PLAIN),
    told=(
        ("code.issue", issue.code),
        ("code.decoded", decode.decoded),
        ("auth.bind", issue.bind),
    ),
    part=state.part,
    publishes=("auths",),
)
