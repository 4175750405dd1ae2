"""Which liantiao this is."""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """The version of liantiao; 0 where it is not installed."""
    try:
        return metadata.version("liantiao")
    except metadata.PackageNotFoundError:
        return "0"
