"""Tell patients on their devices that it is time to get up: at most once for each time they sat down."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from walking.care.plan.companions import rest_of
from walking.companions.sitting.records import SittingBreak
from walking.companions.sitting.rules import WEEKS
from walking.companions.standing import limiting
from walking.models import PushSubscription
from walking.programme.weeks import local_day
from walking.push.devices import Message, tell

#: No message later than this: the patient has noticed by then.
STALE_AFTER: Final = dt.timedelta(minutes=10)
BATCH: Final = 200
#: Shown in addition to a reminder to walk, not replacing it.
TOPIC: Final = "waymark-break"


def ring(at: dt.datetime) -> int:
    """Send it to every device of the patients for whom it is due at ``at``; return how many messages were accepted.

    A break is marked as done before sending, so that no two workers send it. A lost message costs little: the page
    shows it as well, and nobody gets it twice.
    """
    taken = 0
    while breaks := _claimed(at):
        taken += tell(_messages(breaks, at), topic=TOPIC, now=at)
    return taken


def _claimed(at: dt.datetime) -> Sequence[SittingBreak]:
    """Claim up to ``BATCH`` breaks that are due; they are no longer due afterwards."""
    with transaction.atomic():
        found = list(
            SittingBreak.objects.filter(due_at__lte=at)
            .annotate(flare_up=Exists(limiting().filter(plan=OuterRef("companion__plan"))))
            .order_by("due_at", "pk")
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("companion__plan__patient")[:BATCH]
        )
        SittingBreak.objects.filter(pk__in=[each.pk for each in found]).update(due_at=None)
    return found


def _messages(breaks: Sequence[SittingBreak], at: dt.datetime) -> list[Message]:
    wanted = [each for each in breaks if settings.VAPID_PRIVATE_KEY and _is_wanted(each, at)]
    people = {each.companion.plan.patient_id for each in wanted}
    devices: dict[int, list[PushSubscription]] = defaultdict(list)
    for device in PushSubscription.objects.filter(user__in=people) if people else ():
        devices[device.user_id].append(device)
    return [
        Message(device, _words(each), max(60, int((_too_late(each) - at).total_seconds())))
        for each in wanted
        for device in devices[each.companion.plan.patient_id]
    ]


def _is_wanted(each: SittingBreak, at: dt.datetime) -> bool:
    programme = each.companion
    plan = programme.plan
    flare_up: bool = each.flare_up  # type: ignore[attr-defined]
    return (
        at <= _too_late(each)
        and programme.ended_on is None
        and programme.week_of(local_day(at, plan.patient.zone)) <= WEEKS
        and plan.patient.is_active
        and not rest_of(plan, flare_up=flare_up)
    )


def _too_late(each: SittingBreak) -> dt.datetime:
    assert each.due_at is not None  # noqa: S101 - it was asked for
    return each.due_at + STALE_AFTER


def _words(each: SittingBreak) -> bytes:
    """Return what the device shows: nothing about anyone's health, whoever looks at the screen."""
    with translation.override(each.companion.plan.patient.language):
        shown = {
            "title": _("Time to get up"),
            "body": _("Stand, take a few steps, have a drink."),
            "url": reverse("sitting"),
            "tag": TOPIC,
        }
    return json.dumps(shown).encode()
