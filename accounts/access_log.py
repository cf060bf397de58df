"""The audit trail: which staff viewed, changed or exported what in a patient's record, when and why.

Code that shows or changes a record calls ``record``; for a change, in the same transaction. Codes used in the trail
are registered once with their texts (``register``); rows store the code.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import batched

from django.db.models import QuerySet
from django.utils.functional import Promise

from accounts.models import Access, User

#: Going back and forth between the pages of one record counts as one view: a view of the same thing by the same
#: person within this time of the last entry adds no entry.
ONE_LOOK = dt.timedelta(minutes=15)

_words: dict[str, str | Promise] = {}


def register(words: Mapping[str, str | Promise]) -> None:
    """Register the texts of codes of at most 40 characters, such as ``{"diary": _("the diary")}``."""
    _words.update(words)


def in_words(code: str) -> str:
    """Return the text of a code; for a code that this version does not know, the code itself."""
    return str(_words.get(code, code))


def record(
    *, by: User, patient: User, action: str, what: str, why: str = "", at: dt.datetime
) -> Access | None:
    """Write one line of the trail at ``at`` (aware) and return it; None if nothing is to be written: people may view
    and change their own record, and continued viewing within ``ONE_LOOK`` is one view.

    ``action``: ``viewed``, ``changed`` or ``exported``. ``what``: a registered code. ``why``: the reason for a change,
    in words; for a view, a registered code. Raises ``ValueError`` for an unknown action or code.
    """
    if action not in Access.Action.values:
        raise ValueError(f"Unknown action of an access: {action}")
    for code in (what,) if action == Access.Action.CHANGED else (what, why):
        if code and code not in _words:
            raise ValueError(f"Register the words of {code!r} with accounts.access_log first.")
    if by.pk == patient.pk:
        return None
    if action == Access.Action.VIEWED and _still_looking(by, patient, what, at):
        return None
    assert patient.clinic_id is not None  # noqa: S101 - every patient has a clinic
    access = Access(
        by=by,
        role=by.role,
        patient=patient,
        clinic_id=patient.clinic_id,
        action=action,
        what=what,
        why=why.strip(),
        at=at,
    )
    access.save()
    return access


def record_export(
    *, by: User, patients: Iterable[int], what: str, at: dt.datetime, batch: int = 1000
) -> int:
    """Write that ``by`` exported ``what`` of each of ``patients`` (keys), one line each; return how many.

    For an export of many records at once. Raises ``ValueError`` for an unknown code.
    """
    if what not in _words:
        raise ValueError(f"Register the words of {what!r} with accounts.access_log first.")
    written = 0
    for keys in batched(patients, batch):
        clinics = User.objects.patients().filter(pk__in=keys).values_list("pk", "clinic_id")
        rows = [
            Access(
                by=by,
                role=by.role,
                patient_id=pk,
                clinic_id=clinic,
                action=Access.Action.EXPORTED,
                what=what,
                at=at,
            )
            for pk, clinic in clinics
        ]
        Access.objects.bulk_create(rows)
        written += len(rows)
    return written


def _still_looking(by: User, patient: User, what: str, at: dt.datetime) -> bool:
    return Access.objects.filter(
        patient=patient,
        by=by,
        what=what,
        action=Access.Action.VIEWED,
        at__gt=at - ONE_LOOK,
        at__lte=at,
    ).exists()


def trail_of(patient: User) -> QuerySet[Access]:
    """Return all lines about the record of ``patient``, newest first, with the people who acted."""
    return Access.objects.filter(patient=patient).select_related("by").order_by("-at", "-pk")
