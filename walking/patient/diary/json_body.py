"""JSON request bodies with walks, from the phone's page or a connected app: small, and refused with a sentence."""

from __future__ import annotations

import json
import uuid
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

MOST_WALKS: Final = 50
MOST_BYTES: Final = 50_000


class Unreadable(Exception):  # noqa: N818  (like Refused, it says no)
    """``str()`` is a sentence for the sender, ``status`` the HTTP status."""

    def __init__(self, message: object, status: int = 400) -> None:
        super().__init__(str(message))
        self.status = status


def read_json(request: HttpRequest) -> Any:
    """Return the content of the body. Raises ``Unreadable`` if it is too long or not JSON."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise Unreadable(_("That is too much at once."), 413)
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError) as error:  # not JSON, or nested too deeply
        raise Unreadable(_("This is not JSON.")) from error


def at_most_walks(items: list[Any]) -> None:
    """Raise ``Unreadable`` for more than ``MOST_WALKS``."""
    if len(items) > MOST_WALKS:
        raise Unreadable(
            _("Send at most %(number)s walks at once.") % {"number": MOST_WALKS}, status=413
        )


def uuid_of(text: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None
