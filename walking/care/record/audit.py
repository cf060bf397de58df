"""The access log of changes: what staff change in a patient's record, written in the same transaction."""

from __future__ import annotations

import datetime as dt

from accounts import access_log
from accounts.models import Access, User


def changed(patient: User, *, by: User | None, what: str, why: str = "", at: dt.datetime) -> None:
    """Record that ``by`` changed ``what`` (a code of ``walking.record_words``). Records nothing for changes by the
    patient, signed in or through a link in an email (``by`` None), or by the rules."""
    if by is not None:
        access_log.record(
            by=by, patient=patient, action=Access.Action.CHANGED, what=what, why=why, at=at
        )
