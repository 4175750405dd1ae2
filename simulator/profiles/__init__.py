"""Values per region: YAML only. `build.profile_from` turns a document into a `Profile`; reading files is the shell's."""
