"""A sign of life to somebody outside, who raises the alarm when it stays away."""

from __future__ import annotations

import logging
from http.client import HTTPException
from urllib.request import Request, urlopen

from django.conf import settings

log = logging.getLogger(__name__)

#: Seconds that the answer may take; the clock does not wait longer for a stranger.
PATIENCE = 5


def sign_of_life() -> None:
    """Ask for ``DEADMAN_URL``, if there is one, after a run of the clock has done all it had to. Never fails."""
    if not settings.DEADMAN_URL:
        return
    request = Request(settings.DEADMAN_URL, headers={"User-Agent": "Waymark"})  # noqa: S310 - checked when it is read
    try:
        with urlopen(request, timeout=PATIENCE):  # noqa: S310
            pass
    except (OSError, HTTPException, ValueError) as error:
        # Without its words: the address is a secret.
        log.warning("The dead-man address does not answer: %s", type(error).__name__)
