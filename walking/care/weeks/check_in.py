"""The weekly check-in, and red flags at any time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.alarms.stop import plan_to_stop, stop_now
from walking.care.pain.episodes import from_check_in
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.care.weeks.batch_reads import known_of
from walking.care.weeks.decisions import decide, sentence_for, state_before
from walking.care.weeks.due_times import running_week
from walking.care.weeks.reviews import catch_up, review_again, review_stopped
from walking.models import CheckIn, Plan, Week
from walking.programme import facts as rules
from walking.programme import weeks
from walking.programme.red_flags import RedFlag
from walking.programme.review import Decision, Outcome


@dataclass(frozen=True, slots=True)
class Answered:
    """The result of a check-in. ``final`` is False until the week is reviewed: the outcome is then a preview from the
    records so far and is not stored."""

    check_in: CheckIn
    week: Week
    outcome: Outcome
    sentence: str
    final: bool
    stopped: bool


def open_week(plan: Plan, at: dt.datetime) -> Week | None:
    """Return the week whose check-in can be answered now: the running one from its last day on, otherwise the one
    before it if it has no answer, or None."""
    today = weeks.local_day(at, plan.patient.zone)
    recent = {week.number: week for week in plan.weeks.filter(number__gte=plan.week_number - 1)}
    running, before = recent.get(plan.week_number), recent.get(plan.week_number - 1)
    if plan.status == Plan.Status.ACTIVE and running and today >= running.ends:
        return running
    if plan.status == Plan.Status.COMPLETED:
        before = running
    late = before if before and _refusal(plan, before, at, early_too=False) is None else None
    return late if late and answered(plan, late.number) is None else None


def weeks_for_staff(plan: Plan, at: dt.datetime) -> list[Week]:
    """Return the weeks whose check-in staff can enter for the patient now, most likely first: the running week on any
    of its days, and the one before it until its last day for answers."""
    recent = plan.weeks.filter(number__gte=plan.week_number - 1).order_by("-number")
    weeks_open = [week for week in recent if _refusal(plan, week, at, early_too=True) is None]
    first = open_week(plan, at)
    return sorted(weeks_open, key=lambda week: first is None or week.pk != first.pk)


def answered(plan: Plan, week_number: int) -> CheckIn | None:
    """Return the check-in that counts for a week, or None."""
    return plan.check_ins.filter(week_number=week_number).order_by("-revision").first()


def outcome_so_far(plan: Plan, week: Week) -> Outcome:
    """Return the rules' decision on ``week`` from the records so far. Stores nothing."""
    earlier = plan.reviews.filter(week_number=week.number).order_by("revision").first()
    state = state_before(earlier) if earlier else plan.state
    return decide(plan, state, known_of(plan, week))[1]


def check_in(
    plan: Plan,
    *,
    week_number: int,
    answers: rules.CheckIn,
    words: str = "",
    better: bool | None = None,
    via: CheckIn.Via,
    by: User | None,
    why: str = "",
    at: dt.datetime,
) -> Answered:
    """Save a patient's answers for a week and act on them.

    For the running week the outcome is a preview. After a late answer, the week before is reviewed again at once and
    the running week's dose changes to match. A red flag pauses the patient's open plan at once, whichever plan the
    check-in belongs to. ``better``: whether an open flare-up is over. ``why``, for the access log, says how staff who
    enter the answers know them. Raises ``Refused`` for any other week, for a second answer through the same email, and
    if the warning signs are not answered, but never for a red flag.
    """
    if answers.red_flags is None:
        raise Refused(_("Answer the question about warning signs."), "red_flags")
    with transaction.atomic():
        plan = catch_up(Plan.objects.locked(plan.pk), at)
        week = plan.weeks.filter(number=week_number).first()
        if week is None:
            raise Refused(_("There is no such week in this plan."))
        reason = _refusal(plan, week, at, early_too=via != CheckIn.Via.APP)
        if via == CheckIn.Via.MAIL and answered(plan, week.number) is not None:
            reason = _("This check-in has been answered already. Sign in to change your answers.")
        if reason and not answers.red_flags:
            raise Refused(reason)
        what = "red_flag" if answers.red_flags else "check_in"
        changed(plan.patient, by=by, what=what, why=why, at=at)
        if reason:
            record = _alarm(plan, None, answers, words, via, by, at)
            known = replace(known_of(plan, week), check_in=record)
            outcome = decide(plan, plan.state, known)[1]
            return Answered(
                record, week, outcome, sentence_for(plan, week, outcome), final=True, stopped=True
            )
        record = _keep(plan, week.number, answers, words, via, by, at)
        from_check_in(plan, week.number, flare_up=answers.flare_up, better=better, by=by, at=at)
        running = week.number == plan.week_number and plan.status == Plan.Status.ACTIVE
        if not running:
            outcome = review_again(plan, week, at=at)
        elif answers.red_flags:
            outcome = review_stopped(plan, week, at=at)
        else:
            outcome = outcome_so_far(plan, week)
        if answers.red_flags:
            _alarm(plan, record, answers, words, via, by, at)
        return Answered(
            check_in=record,
            week=week,
            outcome=outcome,
            sentence=sentence_for(plan, week, outcome),
            final=not running or outcome.decision is Decision.STOP,
            stopped=outcome.decision is Decision.STOP,
        )


def report_red_flags(
    plan: Plan,
    *,
    red_flags: Sequence[RedFlag],
    words: str = "",
    by: User | None,
    why: str = "",
    at: dt.datetime,
) -> Plan:
    """Act on red flags at once, on any day and in any state of the plan.

    Returns the plan it acted on: the patient's open plan, if there is one. Raises ``Refused`` if no sign is given.
    """
    if not red_flags:
        raise Refused(_("Tick what applies to you, or go back if nothing does."), "red_flags")
    via = CheckIn.Via.STAFF if by is not None and by.is_staff else CheckIn.Via.APP
    with transaction.atomic():
        plan = catch_up(Plan.objects.locked(plan.pk), at)
        changed(plan.patient, by=by, what="red_flag", why=why, at=at)
        answers = rules.CheckIn(red_flags=tuple(red_flags))
        return _alarm(plan, None, answers, words, via, by, at).plan


def _alarm(
    reported_in: Plan,
    record: CheckIn | None,
    answers: rules.CheckIn,
    words: str,
    via: CheckIn.Via,
    by: User | None,
    at: dt.datetime,
) -> CheckIn:
    """Act on a red flag reported in the plan ``reported_in``, which is locked.

    ``record`` is the check-in saved for its week, or None if that plan has no week for it. The plan that is stopped
    gets its own record, so that its pages show the red flag. Returns the stopped plan.
    """
    plan = plan_to_stop(reported_in)
    if plan is not reported_in:
        plan = catch_up(plan, at)
    if record is None or record.plan_id != plan.pk:
        if record is not None:  # the other answers are about that plan's week
            answers = rules.CheckIn(red_flags=answers.red_flags)
        record = _keep(plan, plan.week_number, answers, words, via, by, at)
        if plan.status == Plan.Status.ACTIVE:
            review_stopped(plan, running_week(plan), at=at)
    stop_now(plan, at=at)
    return record


def _keep(
    plan: Plan,
    number: int,
    answers: rules.CheckIn,
    words: str,
    via: CheckIn.Via,
    by: User | None,
    at: dt.datetime,
) -> CheckIn:
    record = CheckIn(
        plan=plan,
        week_number=number,
        revision=plan.check_ins.filter(week_number=number).count() + 1,
        at=at,
        by=by,
        via=via,
        pain=answers.pain,
        difficulty=answers.difficulty or "",
        confidence=answers.confidence,
        flare_up=answers.flare_up,
        away=answers.away,
        red_flags=[flag.value for flag in answers.red_flags or ()],
        signs_answered=answers.red_flags is not None,
        words=words.strip(),
    )
    record.save()
    return record


def _refusal(plan: Plan, week: Week, at: dt.datetime, *, early_too: bool) -> str | None:
    """Return why the check-in of ``week`` cannot be answered at ``at``, or None if it can.

    ``early_too`` also allows it before the week's last day: by the link in the email, or entered by staff.
    """
    zone = plan.patient.zone
    today = weeks.local_day(at, zone)
    if plan.status == Plan.Status.PAUSED:
        return _(
            "Your plan is paused, so there is no check-in to answer. Please talk to your physiotherapist."
        )
    over = _(
        "It is too late for the check-in of that week: it could be answered until %(day)s."
    ) % {"day": date_format(weeks.check_in_last_day(week.ends))}
    if week.number == plan.week_number and plan.status == Plan.Status.ACTIVE:
        if today < week.ends and not early_too:
            return _("The check-in of this week opens on %(day)s.") % {
                "day": date_format(week.ends, "WEEKDAY_FORMAT")
            }
        return None
    is_last_reviewed = week.number == plan.week_number - (plan.status == Plan.Status.ACTIVE)
    if not is_last_reviewed or today > weeks.check_in_last_day(week.ends):
        return over
    if not plan.reviews.filter(week_number=week.number).exists():
        return _("That week was cut short by a pause, so it has no check-in.")
    return None
