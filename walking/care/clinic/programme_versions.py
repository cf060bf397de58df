"""A clinic's own programme: each change is a new version."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Clinic, Role, User
from walking.care.refusal import Refused
from walking.models import ProgrammeVersion
from walking.programme.settings import Programme


def new_version(
    *, by: User, programme: Programme, why: str, seen: int, at: dt.datetime
) -> ProgrammeVersion:
    """Save the next version for ``by``'s clinic. Plans keep theirs; new invitations use this one.

    ``seen`` is the number of the version on screen, 0 for none. Raises ``Refused`` if ``by`` does not manage the
    clinic, without a reason, if someone else has just saved one, or if nothing would change.
    """
    if by.role != Role.MANAGER or not by.is_staff or by.clinic_id is None:
        raise Refused(_("Only the clinic's manager can change its programme."))
    if not why.strip():
        raise Refused(_("Say why, so that your colleagues can follow."), "why")
    with transaction.atomic():
        # Lock the clinic's row, so that numbers follow each other.
        clinic = Clinic.objects.select_for_update().get(pk=by.clinic_id)
        latest = ProgrammeVersion.objects.current(clinic)
        number = latest.number if latest else 0
        versions = ProgrammeVersion.objects.filter(clinic=clinic)
        if number != seen:
            raise Refused(
                _("Version %(number)s was made meanwhile. Look at it, then decide again.")
                % {"number": number}
            )
        if programme == (latest.programme if latest else Programme()):
            raise Refused(_("These are the numbers that hold already, so nothing would change."))
        version = ProgrammeVersion(
            clinic=clinic, number=versions.last_number() + 1, by=by, at=at, why=why.strip()
        ).set_programme(programme)
        version.set_thresholds(programme.thresholds).save()
    return version
