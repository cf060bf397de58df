"""The monthly question, with those on pain and disability where they are due too; and the reminder of both."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from walking.mail.letter import Button, Letter, Panel, Paragraph, Suppressed
from walking.mail.letters import phrases
from walking.mail.links import recurrence_last_day, recurrence_url
from walking.mail.reading import Reading
from walking.models import Mail
from walking.programme.outcomes import OCCASIONS
from walking.programme.weeks import local_day, month_day


def recurrence(mail: Mail, reading: Reading, at: dt.datetime) -> Letter | Suppressed:
    plan, month = phrases.plan_of(mail), phrases.number_in(mail)
    if reading.month_is_answered(plan, month):
        return Suppressed("The question was answered.")
    until = recurrence_last_day(plan, month)
    if local_day(at, plan.patient.zone) > until:
        return Suppressed("The questions are closed.")
    if reading.monthly_is_answered(plan, month):
        return _the_rest(mail, month, until)
    since = month_day(plan.start, month - 1)
    again = mail.about.endswith(":again")
    intro = (
        _("A week ago we asked you a short question. If you have a minute, please answer it now.")
        if again
        else _("Once a month we ask you one short question. It shows us how you get on over time.")
    )
    more = (
        (
            Paragraph(
                _(
                    "This month a few more follow: about your pain, and about what you can do. They take"
                    " about five minutes."
                )
            ),
        )
        if month in OCCASIONS
        else ()
    )
    return Letter(
        subject=_("One question from Waymark"),
        preview=_("It takes less than a minute."),
        blocks=(
            Paragraph(intro),
            Panel(
                _("This month's question"),
                _("Since %(day)s, have you had back pain that lasted 24 hours or more?")
                % {"day": phrases.day(since)},
            ),
            *more,
            Button(_("Answer yes or no"), recurrence_url(plan, month)),
            phrases.no_sign_in(until),
            Paragraph(_("A “no” is just as useful to us as a “yes”.")),
        ),
        because=phrases.as_patient(plan),
    )


def _the_rest(mail: Mail, month: int, until: dt.date) -> Letter:
    """Ask about pain, disability and activities alone: at the start, and once the monthly question is answered."""
    plan = phrases.plan_of(mail)
    return Letter(
        subject=_("A few questions from Waymark"),
        preview=_("They take about five minutes."),
        blocks=(
            Paragraph(
                _(
                    "At the start we ask how you are now, so that you and your physiotherapist can see later"
                    " what has changed. It takes about five minutes, and you can leave out any question."
                )
                if month == 0
                else _(
                    "Thank you for your answer of this month. A few questions are still open: about your pain,"
                    " and about what you can do. They take about five minutes."
                )
            ),
            Button(_("Answer the questions"), recurrence_url(plan, month)),
            phrases.no_sign_in(until),
        ),
        because=phrases.as_patient(plan),
    )
