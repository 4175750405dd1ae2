"""What a run left behind: the only code that knows what an evidence record looks like (contracts 6).

`reader` streams records and checks their chain; `values`, `records` and `calls` read single members, messages and
driver calls whatever stands there; `flow_stream` opens and closes flows, `flow_view` is one flow, `carry` what it leaves,
`run_view` a run, and one module per domain (`centre`, `institution`, `ecredential`, and `bank` for the
only channel so far) says what they show of it. Rules, reports and runner read evidence
through these and through nothing else. Pure but for `reader`, which opens files, and `carry`, which is given one.
"""
