"""What a patient has done in a plan, through the use cases."""

from __future__ import annotations

from tests.days import START, day, moment
from walking.care.diary.walks import log_walk
from walking.care.weeks.check_in import check_in
from walking.care.weeks.reviews import review_due_plans
from walking.models import CheckIn, Plan, Walk
from walking.programme import facts


def walk_on(plan: Plan, number: int, minutes: int = 10, **more: object) -> Walk:
    """Record a walk on day ``number`` of the plan, that evening."""
    return log_walk(
        plan, day=day(number), minutes=minutes, by=plan.patient, at=moment(number, 20), **more
    )


def live(plan: Plan, weeks: int) -> Plan:
    """Live a number of good weeks: every walk done, every check-in answered, every week reviewed by the scheduled
    job."""
    for _week in range(weeks):
        plan.refresh_from_db()
        running = plan.weeks.get(number=plan.week_number)
        first = (running.starts - START).days + 1
        for offset in range(running.days):
            walk_on(plan, first + offset, running.minutes, pain=2)
        check_in(
            plan,
            week_number=running.number,
            answers=facts.CheckIn(pain=2, confidence=8, red_flags=()),
            via=CheckIn.Via.APP,
            by=plan.patient,
            at=moment(first + 6, 18),
        )
        review_due_plans(moment(first + 7, 5))
    plan.refresh_from_db()
    return plan
