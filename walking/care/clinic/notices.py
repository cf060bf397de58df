"""The clinic's privacy notice and terms of use: published as versions and read by patients."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Clinic, ClinicNotice, Consent, Role, User, record_consent
from walking.care.refusal import Refused

#: Minimum length. A shorter text cannot say who stores what, and why.
SHORTEST = 200


def current(clinic: Clinic, kind: str) -> ClinicNotice | None:
    """Return the current text, or None if the clinic uses ours."""
    return ClinicNotice.objects.filter(clinic=clinic, kind=kind).order_by("-number").first()


def publish(
    *, by: User, kind: str, body: str, asks: bool, seen: int, at: dt.datetime
) -> ClinicNotice:
    """Publish the next version of a text of ``by``'s clinic. With ``asks``, patients are asked to read it.

    ``seen`` is the number of the version on screen, 0 for none. Raises ``Refused`` if ``by`` does not manage the
    clinic, if the text is too short or unchanged, or if someone else has just published one.
    """
    if by.role != Role.MANAGER or by.clinic_id is None:
        raise Refused(_("Only the clinic's manager publishes these texts."))
    body = body.strip()
    if len(body) < SHORTEST:
        raise Refused(
            _("This is too short to say what is kept, why, and whom to ask: write %(n)s letters.")
            % {"n": SHORTEST},
            "body",
        )
    with transaction.atomic():
        # Lock the clinic's row, so that numbers follow each other.
        clinic = Clinic.objects.select_for_update().get(pk=by.clinic_id)
        last = current(clinic, kind)
        number = last.number if last else 0
        if number != seen:
            raise Refused(
                _("Version %(number)s was published meanwhile. Look at it, then decide again.")
                % {"number": number}
            )
        if last is not None and last.body == body and not asks:
            raise Refused(_("This is the text that holds already."), "body")
        notice = ClinicNotice(
            clinic=clinic, kind=kind, number=number + 1, body=body, asks=asks, by=by, at=at
        )
        notice.save()
        if asks:
            clinic.notices_asked_at = at
            clinic.save(update_fields=["notices_asked_at"])
    return notice


def unread(user: User, clinic: Clinic) -> list[ClinicNotice]:
    """Return the texts that ``user`` is asked to read: the current one of each kind, if one that asks was published
    since they last read it.

    Makes no query if the clinic has asked nobody."""
    if clinic.notices_asked_at is None:
        return []
    asked = dict(
        ClinicNotice.objects.filter(clinic=clinic, asks=True)
        .order_by()
        .values_list("kind")
        .annotate(Max("number"))
    )
    read = {
        kind: max(int(each.version) for each in said)
        for kind in asked
        if (said := [each for each in _said(user) if each.document == kind])
    }
    return [
        notice
        for kind in sorted(asked)
        if read.get(kind, 0) < asked[kind] and (notice := current(clinic, kind)) is not None
    ]


def has_read(user: User, kind: str, *, number: int, at: dt.datetime) -> None:
    """Record once that ``user`` read version ``number``. Raises ``Refused`` if there is a newer one."""
    if user.clinic is None:
        raise Refused(_("There is no such text."))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        notice = current(user.clinic, kind)
        if notice is None or notice.number != number:
            raise Refused(_("The text has changed since. Please read it once more."))
        if not any(said.document == kind and said.version == str(number) for said in _said(user)):
            record_consent(user, document=kind, version=str(number), at=at)


def all_read(user: User, at: dt.datetime) -> None:
    """Record that a new patient was shown these texts before they agreed to join."""
    if user.clinic is None:
        return
    for kind in ClinicNotice.Kind.values:
        notice = current(user.clinic, kind)
        if notice is not None:
            has_read(user, kind, number=notice.number, at=at)


def _said(user: User) -> list[Consent]:
    return list(user.consents.filter(document__in=ClinicNotice.Kind.values))
