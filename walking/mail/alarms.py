"""Red-flag alarms: who received them, and passing on an alarm that no one received.

An alarm is an ``urgent`` email to one member of staff. If it cannot be delivered, for any reason, the next person in
``alarm_chain`` gets one too, until one is delivered or a member of staff has acknowledged the red flag.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from walking.mail import outbox
from walking.models import Attention, Bounce, Mail
from walking.models.staff import alarm_chain
from walking.programme.attention import Kind

log = logging.getLogger(__name__)

#: A server may refuse the email at once, or accept it and the address turns out to be dead later.
REACHED = Q(state=Mail.State.QUEUED) | Q(state=Mail.State.SENT, returned=False)


def with_returned(mails: QuerySet[Mail]) -> QuerySet[Mail]:
    """Annotate ``mails`` with ``returned``: whether the address was found dead after the email was queued."""
    dead = Bounce.objects.filter(kind=Bounce.Kind.HARD)
    since = dead.filter(email=Lower(OuterRef("recipient__email")), at__gte=OuterRef("queued_at"))
    of_mail = dead.filter(mail=OuterRef("pk"))
    return mails.annotate(returned=Exists(of_mail) | Exists(since))


def pass_on(mail: Mail, at: dt.datetime) -> None:
    """Queue the undelivered alarm ``mail`` for the next person, once for each person.

    Queues nothing if someone else received it, or if no one needs it any more. Call it in the transaction that records
    why ``mail`` did not arrive.
    """
    plan = mail.plan
    if plan is None or not unanswered().filter(pk=plan.pk).exists():
        return
    alarms = Mail.objects.filter(kind=Mail.Kind.URGENT, plan=plan, about=mail.about)
    if with_returned(alarms).filter(REACHED).exists():
        return
    tried = set(alarms.values_list("recipient_id", flat=True))
    following = next((each for each in alarm_chain(plan) if each.pk not in tried), None)
    if following is None:
        log.error("Alarm %s reached no one, and there is no one left to email", mail.pk)
        return
    log.warning("Alarm %s could not be delivered; passed on to the next person", mail.pk)
    alarm = outbox.queued(
        Mail.Kind.URGENT, plan=plan, recipient=following, about=mail.about, due_at=at, at=at
    )
    outbox.queue([alarm])


def pass_on_from(email: str, returned: Mail | None, at: dt.datetime) -> None:
    """Pass on the alarms sent to ``email``, now known to be dead. ``returned``: the bounced email, if known."""
    sent = Mail.objects.filter(kind=Mail.Kind.URGENT, state=Mail.State.SENT)
    to_it = Q(recipient__email__iexact=email)
    if returned is not None:
        to_it |= Q(pk=returned.pk)
    alarms = sent.filter(to_it, plan__in=unanswered().values("pk")).order_by("pk")
    for alarm in alarms.select_related("plan__physiotherapist"):
        pass_on(alarm, at)


def unanswered() -> QuerySet[Attention]:
    """Return the plans with a red flag that no member of staff has acknowledged."""
    return Attention.objects.filter(rank__isnull=False, kind=Kind.RED_FLAG.value)


def unreached() -> QuerySet[Attention]:
    """Return the unanswered plans whose alarm has reached no one and is not queued for anyone."""
    alarms = Mail.objects.filter(
        kind=Mail.Kind.URGENT, plan=OuterRef("pk"), queued_at__gte=OuterRef("since")
    )
    return unanswered().filter(~Exists(with_returned(alarms).filter(REACHED)))


def emails_about(plan_ids: Iterable[int]) -> QuerySet[Mail]:
    """Return the alarms and safety emails about these plans, oldest first, each with its recipient and ``returned``."""
    mails = Mail.objects.filter(kind__in=Mail.FIRST, plan__in=list(plan_ids))
    return with_returned(mails).select_related("recipient").order_by("pk")
