"""What a run left behind: the only code that knows what an evidence record looks like (contracts 6).

`reader` streams records and checks their chain; `values` and `records` read single members and messages whatever is
there; `flow_view` is one flow, and one module per domain (`centre`, `institution`, `ecredential`, `channel`) says what
it shows of it. Rules and reports read evidence through these and through nothing else. Pure but for `reader`.
"""
