"""One message: raw, opened, sealed, and every fact about it."""
