"""Addresses that mail does not reach: what is told of them is kept, and nothing more is sent there.

A report comes from our own server (it refuses the recipient), from another server by returned mail, or from a mail
provider. Staff see it in the caseload and on the patient's page, and say when the address works again.
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
    """Keep a report about an address; False if it was known. ``words`` are kept without addresses and cut short."""
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
        # Of two that come at once the database keeps one.
        Bounce.objects.bulk_create([report], ignore_conflicts=True)
        _tell_the_desk(report.email, at)
        if kind == Bounce.Kind.HARD:
            pass_on_from(report.email, mail, at)
    return True


def clear_bounces(email: str, *, by: User, why: str = "", at: dt.datetime) -> bool:
    """Try the address again; False if nothing stood against it. A patient can read who said so, and ``why``."""
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
    """The physiotherapist's list says whom mail does not reach."""
    refresh(
        Plan.objects.open().filter(patient__email__iexact=email).values_list("pk", flat=True), at
    )


def dead_addresses(emails: Iterable[str]) -> dict[str, Bounce]:
    """Those of ``emails`` that mail does not reach, in small letters, each with the report that says so; one query."""
    return {report.email: report for report in Bounce.objects.standing().of(emails)}
