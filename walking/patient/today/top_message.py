"""The most important message on Today."""

from __future__ import annotations


def foremost(*, flare_up: bool, check_in: bool, away: bool) -> str:
    """Return the first that applies: pain, then a question to answer, then what is as planned. The others are further
    down the page. Empty if none applies."""
    order = {"flare_up": flare_up, "check_in": check_in, "away": away}
    return next((name for name, holds in order.items() if holds), "")
