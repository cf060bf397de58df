"""A body of JSON with walks, of the phone's own page or of a program of the patient's: small, and refused in words."""

from __future__ import annotations

import json
import uuid
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

MOST_WALKS: Final = 50
MOST_BYTES: Final = 50_000


class Unreadable(Exception):  # noqa: N818  (like Refused, it says no)
    """``str()`` is a sentence for whoever sent it; ``status`` that of the answer."""

    def __init__(self, message: object, status: int = 400) -> None:
        super().__init__(str(message))
        self.status = status


def read_json(request: HttpRequest) -> Any:
    """What the body holds. Raises ``Unreadable`` if it is too long or no JSON."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise Unreadable(_("That is too much at once."), 413)
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError) as error:  # no JSON, or brackets without end
        raise Unreadable(_("This is not JSON.")) from error


def at_most_walks(items: list[Any]) -> None:
    """Raises ``Unreadable`` for more than ``MOST_WALKS``."""
    if len(items) > MOST_WALKS:
        raise Unreadable(
            _("Send at most %(number)s walks at once.") % {"number": MOST_WALKS}, status=413
        )


def uuid_of(text: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None
