"""A small correct hospital integration that speaks HTTP only; its variants and its deliberate faults.

It is a vendor like any other: of the simulator it imports `simulator.protocol` and nothing else. Run it with
`python -m conformance.reference --config FILE`; it prints one ready line.

Its books are in memory: a restart forgets them (a real hospital must not). Limits, all stated where they are:
one attempt of a call waits 5 s; a lost 6201, 6203 or 6401 is sent three times in all, with the same number and
content, sealed afresh; a lost 6202 is asked about by 6301 first and sent at most twice; 1101, 2201 and 1162
twice; 6301 is polled after 1 s, then each second, slower later, 60 times, never twice in a second; an undecided refund
is repeated under its number six times; a booking that fails four times is reversed with the revsToken; an
unpaid order is revoked after 25 minutes of timer time. A driver call is answered within 4.5 s.

`practice.Practice` names every decision that a careless hospital gets wrong, in families; `healthy.HEALTHY` holds the
right ones, `mutants/` (a module a family) and `variants/` replace some each.
"""
