"""A physiotherapist's message to the patient about a change: shown on Today and emailed at once."""

from __future__ import annotations

import datetime as dt

from walking.mail import outbox
from walking.models import Adjustment, Mail, Plan, PlanChange, PlanEvent

#: The kinds of change that a message can be about, as in ``Mail.about``.
_NAMES = {Adjustment: "dose", PlanChange: "change", PlanEvent: "event"}


def tell_patient(
    plan: Plan, came_with: Adjustment | PlanChange | PlanEvent, words: str, *, at: dt.datetime
) -> None:
    """Queue an email with ``words``, if there are any. Call it in the transaction of the change, which is saved."""
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
