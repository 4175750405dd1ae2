"""Drive a vendor through scenarios and keep the evidence. It judges nothing.

`control` speaks to the simulator, `driver_io` to the vendor, `child` starts and stops processes,
`collect` writes the run folder, `steps` holds one function per scenario verb, `flow` runs one
scenario, `run` a plan.
"""
