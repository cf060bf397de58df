"""Requests to join: a clinic opens or closes its request page, someone asks to join, and staff answer.

A request enrols nobody: a physiotherapist screens and invites as usual.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Role, User
from walking.care.refusal import Refused
from walking.models import JoinRequest, OpenDoor

#: Requests are deleted this long after they were made or answered.
ANSWERED: Final = dt.timedelta(days=30)
UNANSWERED: Final = dt.timedelta(days=90)


def open_door(*, by: User, at: dt.datetime) -> OpenDoor:
    """Let people ask to join, at an address that is new each time. Raises ``Refused``."""
    if by.role != Role.MANAGER or by.clinic is None:
        raise Refused(_("Only the clinic's manager opens or shuts the door."))
    name = slugify(by.clinic.name)[:28].strip("-")
    slug = f"{name}-{secrets.token_hex(3)}" if name else secrets.token_hex(5)
    door, _new = OpenDoor.objects.update_or_create(
        clinic=by.clinic, defaults={"slug": slug, "by": by, "at": at}
    )
    return door


def shut_door(*, by: User) -> None:
    """Close the request page. Open requests can still be answered. Raises ``Refused``."""
    if by.role != Role.MANAGER or by.clinic is None:
        raise Refused(_("Only the clinic's manager opens or shuts the door."))
    OpenDoor.objects.filter(clinic=by.clinic).delete()


def ask_to_join(door: OpenDoor, *, name: str, email: str, words: str, at: dt.datetime) -> None:
    """Save the request of someone who has confirmed their email address. A second request changes nothing and does not
    reveal whether the address is known."""
    request = JoinRequest(
        clinic_id=door.clinic_id,
        name=name.strip(),
        email=email.strip().lower(),
        words=words.strip(),
        at=at,
    )
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError:
        return


def decline(request: JoinRequest, *, by: User, at: dt.datetime) -> None:
    """Close a request without inviting. Raises ``Refused`` if a colleague has already answered it."""
    closed = (
        JoinRequest.objects.visible_to(by)
        .waiting()
        .filter(pk=request.pk)
        .update(closed_at=at, closed_by=by)
    )
    if not closed:
        raise Refused(_("A colleague has answered this request already."))


def answered_by_inviting(email: str, *, by: User, at: dt.datetime) -> None:
    """Close the open request of someone who is now invited. Call it in the transaction of the invitation."""
    JoinRequest.objects.visible_to(by).waiting().filter(email__iexact=email).update(
        closed_at=at, closed_by=by, invited=True
    )


def forget_requests(at: dt.datetime) -> int:
    """Scheduled job: delete old requests. Returns how many."""
    old = Q(closed_at__lte=at - ANSWERED) | Q(closed_at=None, at__lte=at - UNANSWERED)
    return JoinRequest.objects.filter(old).delete()[0]
