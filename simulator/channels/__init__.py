"""Channels beside the centre: each with its own wire format and state, none with knowledge of another."""
