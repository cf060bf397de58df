"""Asking to be taken in: the clinic opens and shuts its door, somebody knocks, and staff answer.

Nobody is enrolled by knocking: a physiotherapist screens and invites, as always.
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

#: An answered request is forgotten after so long, and one that nobody answered.
ANSWERED: Final = dt.timedelta(days=30)
UNANSWERED: Final = dt.timedelta(days=90)


def open_door(*, by: User, at: dt.datetime) -> OpenDoor:
    """Let people ask to join; the address is new each time. Raises ``Refused``."""
    if by.role != Role.MANAGER or by.clinic is None:
        raise Refused(_("Only the clinic's manager opens or shuts the door."))
    name = slugify(by.clinic.name)[:28].strip("-")
    slug = f"{name}-{secrets.token_hex(3)}" if name else secrets.token_hex(5)
    door, _new = OpenDoor.objects.update_or_create(
        clinic=by.clinic, defaults={"slug": slug, "by": by, "at": at}
    )
    return door


def shut_door(*, by: User) -> None:
    """Nobody can ask any more; who has asked already is still answered. Raises ``Refused``."""
    if by.role != Role.MANAGER or by.clinic is None:
        raise Refused(_("Only the clinic's manager opens or shuts the door."))
    OpenDoor.objects.filter(clinic=by.clinic).delete()


def ask_to_join(door: OpenDoor, *, name: str, email: str, words: str, at: dt.datetime) -> None:
    """Keep the request of somebody who has shown that they read the mailbox. Once: asking again changes nothing, and
    does not tell either whether the address is known."""
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
    """Close a request without inviting. Raises ``Refused`` where a colleague was quicker."""
    closed = (
        JoinRequest.objects.visible_to(by)
        .waiting()
        .filter(pk=request.pk)
        .update(closed_at=at, closed_by=by)
    )
    if not closed:
        raise Refused(_("A colleague has answered this request already."))


def answered_by_inviting(email: str, *, by: User, at: dt.datetime) -> None:
    """Close what somebody asked who is invited now; in the transaction of the invitation."""
    JoinRequest.objects.visible_to(by).waiting().filter(email__iexact=email).update(
        closed_at=at, closed_by=by, invited=True
    )


def forget_requests(at: dt.datetime) -> int:
    """Delete requests that have been kept for long enough. Returns how many."""
    old = Q(closed_at__lte=at - ANSWERED) | Q(closed_at=None, at__lte=at - UNANSWERED)
    return JoinRequest.objects.filter(old).delete()[0]
