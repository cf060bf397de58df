"""Addresses that cannot receive email: store the reports and send nothing more there.

A report comes from our own server (it refuses the recipient), from another server in a bounce message, or from a
mail provider. Staff see it in the caseload and on the patient's page, and say when the address works again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from accounts import access_log
from accounts.models import Access, User
from walking.mail.alarms import pass_on_from
from walking.models import Bounce, Mail, Plan
from walking.models.standing import refresh


def record_bounce(
    email: str,
    kind: Bounce.Kind,
    source: Bounce.Source,
    *,
    status: str = "",
    words: str = "",
    mail: Mail | None = None,
    at: dt.datetime,
) -> bool:
    """Store a report about an address; return False if it was known. ``words`` are shortened; addresses are removed."""
    report = Bounce(
        email=email.strip().lower(),
        kind=kind,
        source=source,
        status=status[:12],
        words=" ".join(words.split())[:300],
        mail=mail,
        at=at,
    )
    if mail is not None and Bounce.objects.filter(mail=mail, kind=kind).exists():
        return False
    with transaction.atomic():
        # If two arrive at once, the database stores one.
        Bounce.objects.bulk_create([report], ignore_conflicts=True)
        _tell_the_desk(report.email, at)
        if kind == Bounce.Kind.HARD:
            pass_on_from(report.email, mail, at)
    return True


def clear_bounces(email: str, *, by: User, why: str = "", at: dt.datetime) -> bool:
    """Try the address again; return False if it was not blocked. The patient can read who said so, and ``why``."""
    if not Bounce.objects.standing().of([email]).exists():
        return False
    with transaction.atomic():
        Bounce(
            email=email.lower(), kind=Bounce.Kind.CLEARED, source=Bounce.Source.STAFF, at=at, by=by
        ).save()
        for patient in User.objects.patients().filter(email__iexact=email):
            access_log.record(
                by=by, patient=patient, action=Access.Action.CHANGED, what="address_works", why=why, at=at,
            )  # fmt: skip
        _tell_the_desk(email, at)
    return True


def _tell_the_desk(email: str, at: dt.datetime) -> None:
    """Update the caseload, which shows patients whose email is not delivered."""
    refresh(
        Plan.objects.open().filter(patient__email__iexact=email).values_list("pk", flat=True), at
    )


def dead_addresses(emails: Iterable[str]) -> dict[str, Bounce]:
    """Return the blocked addresses among ``emails``, in lower case, each with its report. One query."""
    return {report.email: report for report in Bounce.objects.standing().of(emails)}
