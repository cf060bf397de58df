"""The welcome when a plan starts."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from walking.mail.letter import Button, Letter, Panel, Paragraph, Points, Suppressed
from walking.mail.letters import phrases
from walking.mail.links import site_url
from walking.mail.reading import Reading
from walking.models import Mail, Plan
from walking.programme.weeks import local_day


def welcome(mail: Mail, reading: Reading, at: dt.datetime) -> Letter | Suppressed:
    plan = phrases.plan_of(mail)
    if plan.status != Plan.Status.ACTIVE:
        return Suppressed("The plan is not running.")
    week = reading.week(plan, 1)
    dose = week.dose if week else plan.programme.baseline
    if local_day(at, plan.patient.zone) < plan.start:
        first = _("It is good to have you with us. Your walking plan starts on %(day)s.")
    else:
        first = _("It is good to have you with us. Your walking plan began on %(day)s.")
    return Letter(
        subject=_("Welcome to Waymark"),
        preview=_("What happens now, and what your first week looks like."),
        blocks=(
            Paragraph(first % {"day": phrases.day(plan.start)}),
            Panel(_("Your first week"), phrases.dose(dose)),
            Paragraph(_("Choose the days that suit you. What happens now:")),
            Points(
                (
                    _("After a walk, write down your minutes. It takes a few seconds."),
                    _(
                        "On the last day of each week we send you a few short questions. They take two minutes, and"
                        " you do not need to sign in."
                    ),
                    _(
                        "Your walks and your answers decide the next week: a little more, the same, or a little less."
                        " We always tell you why."
                    ),
                    _(
                        "Your physiotherapist sees how you get on, and can change your plan at any time."
                    ),
                )
            ),
            Button(_("See my week"), site_url("/today/")),
            Paragraph(
                _(
                    "Not sure whether something you feel is normal? These are the signs that need a doctor: %(url)s"
                )
                % {"url": site_url("/warning-signs/")}
            ),
            Paragraph(phrases.ring(plan.clinic)),
        ),
        because=phrases.as_patient(plan),
    )
