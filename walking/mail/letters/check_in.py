"""The weekly questions, on the last day of a week."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from walking.mail.letter import Button, Letter, Paragraph, Suppressed
from walking.mail.letters import phrases
from walking.mail.links import check_in_url
from walking.mail.reading import Reading
from walking.models import Mail, Plan, Week
from walking.programme.weeks import check_in_last_day, local_day


def check_in(mail: Mail, reading: Reading, at: dt.datetime) -> Letter | Suppressed:
    plan, number = phrases.plan_of(mail), phrases.number_in(mail)
    week = reading.week(plan, number)
    today = local_day(at, plan.patient.zone)
    if plan.status == Plan.Status.PAUSED:
        return Suppressed("The plan is paused.")
    if week is None or today > check_in_last_day(week.ends):
        return Suppressed("That week can no longer be answered.")
    if reading.check_in(plan, number):
        return Suppressed("The check-in was answered.")
    if _is_over(plan, number) and reading.review(plan, number) is None:
        return Suppressed("That week was cut short and has no check-in.")
    done = reading.days_walked(week)
    ends = (
        _("Week %(number)s of your plan ends today.")
        if today <= week.ends
        else _("Week %(number)s of your plan is over.")
    )
    return Letter(
        subject=_("Your week with Waymark"),
        preview=_("A few short questions. They take two minutes."),
        blocks=(
            Paragraph(f"{ends % {'number': number}} {_walked(done, week)}"),
            *(Paragraph(line) for line in [" ".join(reading.companion_lines(plan, week))] if line),
            Paragraph(_("How did it go? A few short questions help to decide what comes next.")),
            Button(_("Answer the questions"), check_in_url(plan, number)),
            phrases.no_sign_in(check_in_last_day(week.ends)),
            Paragraph(
                _(
                    "If you do not answer, that is all right too: your plan then goes by the walks that you wrote down."
                )
            ),
        ),
        because=phrases.as_patient(plan),
    )


def _is_over(plan: Plan, number: int) -> bool:
    return number < plan.week_number or plan.status == Plan.Status.COMPLETED


def _walked(done: int, week: Week) -> str:
    asked = week.dose.days
    if not done:
        return _("We have seen no walks yet. If you went for one, you can still write it down.")
    if done > asked:
        text = ngettext(
            "You walked on %(done)s days. Your plan asked for %(asked)s. Well done!",
            "You walked on %(done)s days. Your plan asked for %(asked)s. Well done!",
            done,
        )
    elif done == asked:
        text = ngettext(
            "You did your walk for this week. Well done!",
            "You did all of your %(asked)s walks. Well done!",
            asked,
        )
    else:
        text = ngettext(
            "You did %(done)s of %(asked)s walks.", "You did %(done)s of %(asked)s walks.", asked
        )
    return text % {"done": done, "asked": asked}
