"""The only sockets, files, clocks and tasks of the simulator."""
