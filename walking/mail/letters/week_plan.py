"""The plan of a new week, on its first morning, for patients who did not see it in their check-in."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from walking.mail.letter import Block, Button, Letter, Panel, Paragraph, Quote, Suppressed
from walking.mail.letters import phrases
from walking.mail.links import check_in_url, site_url
from walking.mail.reading import Reading
from walking.models import Mail, Plan, Review
from walking.programme.review import Decision
from walking.programme.weeks import check_in_last_day, local_day


def week_plan(mail: Mail, reading: Reading, at: dt.datetime) -> Letter | Suppressed:
    plan, number = phrases.plan_of(mail), phrases.number_in(mail)
    week = reading.week(plan, number)
    if plan.status != Plan.Status.ACTIVE:
        return Suppressed("The plan is not running.")
    if week is None or plan.week_number != number or local_day(at, plan.patient.zone) > week.ends:
        return Suppressed("That week is over.")
    review = _review(reading, plan, number)
    if review and reading.check_in(plan, number - 1):
        return Suppressed("The check-in was answered, and showed the new week.")
    blocks: list[Block] = [Paragraph(_first_words(number, review))]
    blocks.append(Panel(_("Week %(number)s") % {"number": number}, phrases.dose(week.dose)))
    if review:
        blocks += _why(plan, review, reading)
    blocks.append(Button(_("See my week"), site_url("/today/")))
    last_week = reading.week(plan, number - 1)
    if review and last_week:
        until = {"day": phrases.day(check_in_last_day(last_week.ends))}
        blocks += [
            Paragraph(
                _(
                    "You can still answer last week's questions until the end of %(day)s. Your plan"
                    " then looks again."
                )
                % until
            ),
            Button(_("Answer last week's questions"), check_in_url(plan, number - 1)),
        ]
    blocks.append(Paragraph(phrases.ring(plan.clinic)))
    return Letter(
        subject=_("Your new week with Waymark"),
        preview=_("What your plan holds for the coming seven days."),
        blocks=tuple(blocks),
        because=phrases.as_patient(plan),
    )


def _review(reading: Reading, plan: Plan, number: int) -> Review | None:
    """Return the review that set this week's dose; None if a physiotherapist resumed the plan or it has just begun."""
    review = reading.review(plan, number - 1)
    return None if review is None or review.decision == Decision.STOP else review


def _first_words(number: int, review: Review | None) -> str:
    if review:
        return _("A new week begins. This is your plan for it.")
    if number == 1:
        return _("Your walking plan begins. This is your first week.")
    return _("Your physiotherapist has started your plan again. This is your week.")


def _why(plan: Plan, review: Review, reading: Reading) -> list[Block]:
    """Return what was said at the end of last week, and the physiotherapist's own words if they set the dose."""
    adjustment = reading.adjustment(plan, review.week_number)
    if review.decision == Decision.ADJUST and adjustment and adjustment.message:
        return [Quote(adjustment.message, adjustment.by.name)]
    return [
        Quote(review.sentence, _("the review of week %(number)s") % {"number": review.week_number}),
    ]
