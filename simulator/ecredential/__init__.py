"""医保电子凭证: authorisation code to payAuthNo (userQuery and its twin for mode A), code decode (1162)."""

from __future__ import annotations

from simulator.ecredential.decode import DECODE
from simulator.ecredential.user_query import MODE_A, USER_QUERY
from simulator.protocol.model.role import Role

ROLE = Role("ecredential", interfaces=(USER_QUERY, MODE_A, DECODE))
