"""The monthly questions and questionnaires: which are open, their answers, and one reminder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.models import FollowUp, OutcomeActivity, OutcomeAnswer, Plan
from walking.models.outcome import months_followed
from walking.models.standing import refresh
from walking.programme import outcomes, weeks

#: Someone who has not answered is asked once more after this many days (our choice, not the trial's). At the start, on
#: the day after enrolment.
REMIND_AFTER = dt.timedelta(days=7)
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Month:
    """The month that a monthly question is about, from ``since`` to ``until``, and whether it is answered."""

    number: int
    since: dt.date
    until: dt.date
    answered: bool


@dataclass(frozen=True, slots=True)
class Questions:
    """What a patient can answer: past ``months``, newest first, and the open ``occasion``, if any."""

    months: tuple[Month, ...]
    occasion: int | None
    occasion_answered: bool


def months_over(plan: Plan, today: dt.date) -> list[int]:
    """Return the months of the plan that can be answered on the local day ``today``, latest first."""
    months = range(months_followed(plan.clinic), 0, -1)
    return [month for month in months if weeks.month_day(plan.start, month) <= today]


def questions_of(plan: Plan, at: dt.datetime) -> Questions:
    """Return everything asked in ``plan`` until ``at``, in three queries."""
    today = weeks.local_day(at, plan.patient.zone)
    answered = set(
        plan.recurrences.filter(month__isnull=False).values_list("month", flat=True).distinct()
    )
    months = [
        Month(
            number,
            weeks.month_day(plan.start, number - 1),
            weeks.month_day(plan.start, number),
            number in answered,
        )
        for number in months_over(plan, today)
    ]
    occasion = outcomes.open_occasion(plan.start, today)
    return Questions(
        tuple(months),
        occasion,
        occasion is not None and plan.outcome_answers.filter(month=occasion).exists(),
    )


def last_answer(plan: Plan, month: int) -> OutcomeAnswer | None:
    """Return the answer that counts for an occasion, with its activities."""
    return (
        plan.outcome_answers.filter(month=month)
        .prefetch_related("activities")
        .order_by("revision")
        .last()
    )


def activities_so_far(plan: Plan) -> list[str]:
    """Return the activities that matter to the patient, in their words, from the latest occasion that has any."""
    answers = plan.outcome_answers.prefetch_related("activities").order_by("-month", "-revision")
    for answer in answers:
        if named := [each.words for each in answer.activities.all()]:
            return named
    return []


def answer_outcome(
    plan: Plan,
    month: int,
    *,
    pain: int | None,
    statements: Sequence[int] | None,
    activities: Sequence[tuple[str, int]] = (),
    why: str = "",
    by: User | None,
    at: dt.datetime,
) -> OutcomeAnswer:
    """Save the answers of an occasion. Answering again while it is open saves a new revision. Raises ``Refused``.

    ``statements``: the numbers (1-24) that were ticked, or None if the list was skipped. ``activities``: up to three,
    in the patient's words, each with 0-10.
    """
    with transaction.atomic():
        plan = Plan.objects.locked(plan.pk)
        today = weeks.local_day(at, plan.patient.zone)
        if month != outcomes.open_occasion(plan.start, today):
            raise Refused(_("These questions are not open now. Thank you all the same."))
        if pain is None and statements is None and not activities:
            raise Refused(_("Please answer at least one question."))
        changed(plan.patient, by=by, what="outcome", why=why, at=at)
        answer = OutcomeAnswer(
            plan=plan,
            month=month,
            revision=plan.outcome_answers.filter(month=month).count() + 1,
            at=at,
            by=by,
            pain=pain,
            statements=None if statements is None else sorted(set(statements)),
            disability=None if statements is None else len(set(statements)),
        )
        answer.save()
        for number, (words, score) in enumerate(activities, start=1):
            OutcomeActivity(answer=answer, number=number, words=words, score=score).save()
        settle(plan)
        refresh([plan.pk], at)
    return answer


def settle(plan: Plan) -> None:
    """Stop reminding once all of the latest questions are answered. Call it in the transaction of an answer."""
    asked = FollowUp.objects.filter(plan=plan, answered=False).first()
    if asked is not None and all_answered(plan, asked.month):
        asked.answered, asked.remind_at = True, None
        asked.save()


def all_answered(plan: Plan, month: int) -> bool:
    monthly = month == 0 or plan.recurrences.filter(month=month).exists()
    return monthly and (
        month not in outcomes.OCCASIONS or plan.outcome_answers.filter(month=month).exists()
    )


def stop_asking(plans: Sequence[Plan]) -> None:
    """Close the questions of these plans."""
    FollowUp.objects.filter(plan__in=plans).delete()


def start_asking(plan: Plan, at: dt.datetime) -> None:
    """Open the questions of the start, with a reminder on the day after."""
    zone = plan.patient.zone
    day = weeks.local_day(at, zone) + ONE_DAY
    FollowUp(
        plan=plan,
        month=0,
        open_until=outcomes.last_day(plan.start, 0),
        remind_at=weeks.at_local(day, weeks.MONTH_HOUR, zone),
    ).save()


def asked(plan: Plan, month: int) -> FollowUp:
    """Return the unsaved ``FollowUp`` for the question of ``month``."""
    day = weeks.month_day(plan.start, month)
    return FollowUp(
        plan=plan,
        month=month,
        open_until=outcomes.last_day(plan.start, month),
        answered=False,
        remind_at=weeks.at_local(day + REMIND_AFTER, weeks.MONTH_HOUR, plan.patient.zone),
    )
