"""The contract as a function of the vendor: `def act(action: str, request: dict) -> dict`."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from conformance.drivers.call import Answer, Call, broken
from conformance.drivers.command import read_value
from simulator.protocol.text.said import Said

Act = Callable[[str, dict[str, Any]], Any]


def perform(act: Act, call: Call) -> Answer:
    """Call `act` and read what it returns. Whatever it raises is an `error` of the vendor's driver."""
    try:
        value = act(call.action, copy.deepcopy(call.body()))
    except NotImplementedError:
        return read_value(call, {"status": 501})
    except Exception as error:  # the boundary to foreign code
        return broken(Said("act() 抛出了 {}: {}", type(error).__name__, error))
    return read_value(call, value)
