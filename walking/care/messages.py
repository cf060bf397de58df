"""What a physiotherapist writes to a patient with a change: on the page of today, and by mail at once."""

from __future__ import annotations

import datetime as dt

from walking.mail import outbox
from walking.models import Adjustment, Mail, Plan, PlanChange, PlanEvent

#: What the words came with, as ``Mail.about`` names it.
_NAMES = {Adjustment: "dose", PlanChange: "change", PlanEvent: "event"}


def tell_patient(
    plan: Plan, came_with: Adjustment | PlanChange | PlanEvent, words: str, *, at: dt.datetime
) -> None:
    """Mail ``words``, if there are any, in the transaction of the change that they came with (saved, of ``plan``)."""
    if not words.strip():
        return
    outbox.queue(
        [
            outbox.queued(
                Mail.Kind.MESSAGE,
                plan=plan,
                recipient=plan.patient,
                about=f"{_NAMES[type(came_with)]}:{came_with.pk}",
                due_at=at,
                at=at,
            )
        ]
    )
