"""The audit trail of changes: what staff change of a patient's record is written in the transaction that changes it."""

from __future__ import annotations

import datetime as dt

from accounts import access_log
from accounts.models import Access, User


def changed(patient: User, *, by: User | None, what: str, why: str = "", at: dt.datetime) -> None:
    """Write that ``by`` changed ``what`` (a code of ``walking.record_words``); nothing for the patient's own doings,
    signed in or by a link in a mail (``by`` None), nor for those of the rules."""
    if by is not None:
        access_log.record(
            by=by, patient=patient, action=Access.Action.CHANGED, what=what, why=why, at=at
        )
