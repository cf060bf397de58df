"""The monthly question."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from walking.mail.letter import Button, Letter, Panel, Paragraph, Suppressed
from walking.mail.letters import phrases
from walking.mail.links import recurrence_last_day, recurrence_url
from walking.mail.reading import Reading
from walking.models import Mail
from walking.programme.weeks import month_day


def recurrence(mail: Mail, reading: Reading, at: dt.datetime) -> Letter | Suppressed:
    plan, month = phrases.plan_of(mail), phrases.number_in(mail)
    if reading.month_is_answered(plan, month):
        return Suppressed("The question was answered.")
    since = month_day(plan.start, month - 1)
    return Letter(
        subject=_("One question from Waymark"),
        preview=_("It takes less than a minute."),
        blocks=(
            Paragraph(
                _(
                    "Once a month we ask you one short question. It shows us how you get on over time."
                )
            ),
            Panel(
                _("This month's question"),
                _("Since %(day)s, have you had back pain that lasted 24 hours or more?")
                % {"day": phrases.day(since)},
            ),
            Button(_("Answer yes or no"), recurrence_url(plan, month)),
            phrases.no_sign_in(recurrence_last_day(plan, month)),
            Paragraph(_("A “no” is just as useful to us as a “yes”.")),
        ),
        because=phrases.as_patient(plan),
    )
