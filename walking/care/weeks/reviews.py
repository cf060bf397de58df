"""The weekly review: the rules decide every week that is due, in batches of any size.

Any number of workers can run it at the same time: each locks plans that no other has locked, and saves its decisions
and their emails in one transaction. After an outage, missed weeks are reviewed in order. If one plan fails, because of
a bug or bad data, the others are still reviewed.
"""

from __future__ import annotations

import datetime as dt
import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q

from walking.bulk import insert
from walking.care.alarms.stop import stop
from walking.care.weeks.batch_reads import known_of, running_weeks
from walking.care.weeks.batch_writes import REVIEWED, write_back
from walking.care.weeks.decisions import REVIEW_COLUMNS, as_review, decide, review_of, state_before
from walking.care.weeks.due_times import WEEK_COLUMNS, make_due, make_idle, week_row
from walking.collector import collector_at_rest
from walking.mail import outbox
from walking.models import Mail, Plan, PlanEvent, Review, Week
from walking.models.programme_fields import PROGRAMME_COLUMNS
from walking.models.standing import refresh
from walking.programme import weeks
from walking.programme.ladder import halved
from walking.programme.review import Decision, Outcome

log = logging.getLogger(__name__)

BATCH = 2000
_ONE_DAY = dt.timedelta(days=1)
_ORDER = ("next_review_at", "pk")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The number of weeks reviewed and messages queued, and the plans that failed.

    ``more``: other weeks may be due.
    """

    weeks: int
    queued: int
    broken: frozenset[int] = frozenset()
    more: bool = False


def review_due_plans(
    at: dt.datetime, *, batch: int = BATCH, lasting: dt.timedelta | None = None
) -> Reviewed:
    """Review every week that is due at ``at``, each plan's in order. Starts no batch after ``lasting``.

    Logs the plans that failed.
    """
    end = time.monotonic() + lasting.total_seconds() if lasting else math.inf
    total = queued = 0
    broken: frozenset[int] = frozenset()
    while time.monotonic() < end:
        due = Q(next_review_at__lte=at) & ~Q(pk__in=broken)
        try:
            # The garbage collector finds nothing in a batch and would cost 10% of its time.
            with collector_at_rest():
                done = _review_batch(due, at, batch)
        except (OperationalError, InterfaceError):
            raise  # a fault of the database, not of a plan
        except Exception:
            done = _review_each(due, at, batch)
        total, queued, broken = total + done.weeks, queued + done.queued, broken | done.broken
        if not done.more:
            break
    return Reviewed(total, queued, broken)


def _review_each(due: Q, at: dt.datetime, size: int) -> Reviewed:
    """Review one plan at a time, after a batch has failed."""
    total = queued = 0
    broken = set()
    for pk in list(Plan.objects.filter(due).order_by(*_ORDER).values_list("pk", flat=True)[:size]):
        try:
            done = _review_batch(due & Q(pk=pk), at, 1)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("Plan %s could not be reviewed", pk)
            broken.add(pk)
        else:
            total, queued = total + done.weeks, queued + done.queued
    return Reviewed(total, queued, frozenset(broken), more=bool(total or broken))


def catch_up(plan: Plan, at: dt.datetime) -> Plan:
    """Review every overdue week of a plan and return the plan. Needs no worker."""
    while plan.next_review_at is not None and plan.next_review_at <= at:
        with transaction.atomic():
            plan = Plan.objects.locked(plan.pk)
            if plan.next_review_at is not None and plan.next_review_at <= at:
                _review([plan], at)
    return plan


def _review_batch(due: Q, at: dt.datetime, size: int) -> Reviewed:
    """Review the ``due`` plans that have waited longest, up to ``size``, in one transaction."""
    with transaction.atomic():
        plans = list(
            Plan.objects.filter(due)
            .order_by(*_ORDER)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("patient")
            # Many plans share a few versions: one statement, one instance each.
            .prefetch_related("programme_version")[:size]
        )
        queued = _review(plans, at) if plans else 0
        # After an outage, the next week may be over too.
        again = any(plan.next_review_at and plan.next_review_at <= at for plan in plans)
        return Reviewed(len(plans), queued, more=again or len(plans) == size)


def _review(plans: Sequence[Plan], at: dt.datetime) -> int:
    """Review the running week of each of ``plans``, which are locked and due; returns the messages queued."""
    known, later = running_weeks(plans), _later_reviews(plans, at)
    reviews, new_weeks, events, mail, changed = [], [], [], [], []
    for plan in plans:
        of_week, state, moment = known[plan.pk], plan.state, later.get(plan.pk, at)
        facts, outcome = decide(plan, state, of_week)
        reviews.append(review_of(plan, state, of_week, facts, outcome, at=moment))
        if plan.next_check_in_at is not None:
            # The check-in email was not queued before the review, as after an outage.
            mail.append(check_in_mail(plan, at))
        plan.state = outcome.state
        if of_week.change is not None and outcome.decision is not Decision.STOP:
            changed.append(plan.take_programme(of_week.change))
        if outcome.decision is Decision.STOP:
            caused_events, caused_mail = stop(plan, at=moment, by=None)
            events += caused_events
            mail += map(outbox.row_of, caused_mail)
        elif outcome.next is None:
            events.append(_completed(plan, moment))
        else:
            number = of_week.week.number + 1
            starts = of_week.week.ends + _ONE_DAY
            adjusted = outcome.decision is Decision.ADJUST
            origin = Week.Origin.PHYSIOTHERAPIST if adjusted else Week.Origin.REVIEW
            new_weeks.append(week_row(plan.pk, number, starts, outcome.next, origin.value))
            make_due(plan, number, starts)
            if of_week.check_in is None:
                mail.append(week_plan_mail(plan, number, starts, at))
    insert(Review, REVIEW_COLUMNS, reviews)
    insert(Week, WEEK_COLUMNS, new_weeks)
    PlanEvent.objects.bulk_create(events)
    # Before the week number rises, because it must not exceed the plan's length.
    Plan.objects.bulk_update(changed, PROGRAMME_COLUMNS)
    write_back(plans, REVIEWED)
    queued = outbox.queue_rows(mail)
    refresh([plan.pk for plan in plans], at)
    return queued


def _later_reviews(plans: Sequence[Plan], at: dt.datetime) -> dict[int, dt.datetime]:
    """Return, by plan, the moment of the previous week's review if it is after ``at``.

    Another worker may have started later and finished earlier. No review is dated before the previous one.
    """
    before = Review.objects.filter(plan__in=plans, week_number=F("plan__week_number") - 1)
    return dict(before.filter(at__gt=at).order_by("at").values_list("plan_id", "at"))


def review_again(plan: Plan, week: Week, *, at: dt.datetime) -> Outcome:
    """Review a week again after a late check-in, and change the running week's dose to match.

    The caller has locked the plan. ``week`` is the one before the running week, or the last of a completed plan. Saves
    a new revision; the earlier review stays. After a red flag the caller stops the plan.
    """
    first = plan.reviews.filter(week_number=week.number).earliest("revision")
    revision = plan.reviews.filter(week_number=week.number).count() + 1
    state, known = state_before(first), known_of(plan, week)
    facts, outcome = decide(plan, state, known)
    as_review(plan, state, known, facts, outcome, at=at, revision=revision).save()
    refresh([plan.pk], at)
    if outcome.decision is Decision.STOP:
        return outcome
    following = plan.weeks.filter(number=week.number + 1).first()
    if plan.status != Plan.Status.ACTIVE or following is None or outcome.next is None:
        return outcome
    if following.origin == Week.Origin.PHYSIOTHERAPIST and outcome.decision is not Decision.ADJUST:
        return outcome  # resumed since, at a dose that a physiotherapist chose
    _follow(plan, following, outcome)
    plan.state = outcome.state
    plan.save(update_fields=["empty_row", "low_row", "settling", "good_weeks", "unchecked_raises"])
    return outcome


def _follow(plan: Plan, week: Week, outcome: Outcome) -> None:
    """Give the running week the dose of ``outcome``. A week made easier by a flare-up stays easier."""
    assert outcome.next is not None  # noqa: S101 - the caller looked
    if week.eased_from is None:
        week.minutes, week.days = outcome.next.minutes, outcome.next.days
        week.save(update_fields=["minutes", "days"])
        return
    eased = halved(plan.programme, outcome.next)
    week.first_minutes, week.first_days = outcome.next.minutes, outcome.next.days
    week.minutes, week.days = eased.minutes, eased.days
    week.save(update_fields=["minutes", "days", "first_minutes", "first_days"])


def review_stopped(plan: Plan, week: Week, *, at: dt.datetime) -> Outcome:
    """Review the running week early, because of a red flag.

    The caller stops and saves the plan.
    """
    state, known = plan.state, known_of(plan, week)
    facts, outcome = decide(plan, state, known)
    as_review(plan, state, known, facts, outcome, at=at).save()
    plan.state = outcome.state
    return outcome


def check_in_mail(plan: Plan, at: dt.datetime) -> outbox.Row:
    """Return the check-in email of the running week, due at ``plan.next_check_in_at``."""
    assert plan.next_check_in_at is not None  # noqa: S101 - the caller looked
    return outbox.row(
        Mail.Kind.CHECK_IN.value,
        plan_id=plan.pk,
        recipient_id=plan.patient_id,
        about=f"week:{plan.week_number}",
        due_at=plan.next_check_in_at,
        at=at,
    )


def week_plan_mail(plan: Plan, number: int, starts: dt.date, at: dt.datetime) -> outbox.Row:
    """Return the email for the first morning of week ``number``."""
    return outbox.row(
        Mail.Kind.WEEK_PLAN.value,
        plan_id=plan.pk,
        recipient_id=plan.patient_id,
        about=f"week:{number}",
        due_at=weeks.week_plan_due(starts, plan.patient.zone),
        at=at,
    )


def _completed(plan: Plan, at: dt.datetime) -> PlanEvent:
    plan.status = Plan.Status.COMPLETED
    make_idle(plan)
    return PlanEvent(
        plan=plan, kind=PlanEvent.Kind.COMPLETED, at=at, by=None, week_number=plan.week_number
    )
