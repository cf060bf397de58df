"""The one message that stands above everything else on the page of today."""

from __future__ import annotations


def foremost(*, flare_up: bool, check_in: bool, away: bool) -> str:
    """Which of those that hold comes first: what hurts, then what waits for an answer, then what is as planned. The
    others stand further down the page; an empty string if none holds."""
    order = {"flare_up": flare_up, "check_in": check_in, "away": away}
    return next((name for name, holds in order.items() if holds), "")
