"""A dead man's switch: an external service is called regularly and raises the alarm if the calls stop."""

from __future__ import annotations

import logging
from http.client import HTTPException
from urllib.request import Request, urlopen

from django.conf import settings

log = logging.getLogger(__name__)

#: Seconds allowed for the answer; the scheduled jobs do not wait longer for an external service.
PATIENCE = 5


def sign_of_life() -> None:
    """Request ``DEADMAN_URL``, if set, after a run of the scheduled jobs has finished. Never fails."""
    if not settings.DEADMAN_URL:
        return
    request = Request(settings.DEADMAN_URL, headers={"User-Agent": "Waymark"})  # noqa: S310 - checked when it is read
    try:
        with urlopen(request, timeout=PATIENCE):  # noqa: S310
            pass
    except (OSError, HTTPException, ValueError) as error:
        # Without the error's words: the address is a secret.
        log.warning("The dead-man address does not answer: %s", type(error).__name__)
