"""The control API, above the shell: what a scenario, a runner or a person may make the world do."""
